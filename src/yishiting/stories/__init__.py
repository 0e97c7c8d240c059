"""Whole compounds replayed through the services on a simulated clock: demonstration data and journey tests in one.

A story calls the same verbs as the pages do, each with an actor who may, at the time at which it is told to have happened.
It writes no table itself. Names and phones are invented.
"""
