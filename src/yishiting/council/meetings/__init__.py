"""Meetings of named parties: invitation, attendance by side, proposals with outcomes, minutes in versions.

Uses matters and what stands below; knows nothing of projects. Registers the step kind ``meeting`` and the gate ``party``.
"""
