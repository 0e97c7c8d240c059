"""Appraisal of work done (评议): the homes that it was done for say how well, once each, and nobody judges himself.

Uses matters and what stands below. Results come after the closing day, and never from fewer than three homes.
"""
