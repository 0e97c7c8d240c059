"""Mediation (调解): a confidential case between two sides, led by a mediator whom neither has to fear for his ties.

Uses matters and what stands below. What is said is C3: sealed at rest, seen by those assigned alone, each reading on record
for the parties. To everyone else a case does not exist; the public sees counts.
"""
