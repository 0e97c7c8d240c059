"""Carrying out (落实项目): phases that sum to the total, acceptance before the next, insurance before operation.

Uses matters and what stands below; knows nothing of meetings. Registers the step kind ``project`` and its gates.
"""
