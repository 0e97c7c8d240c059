"""Where: regions, estates, buildings, entrances, homes, parking zones, declared figures, work-day overrides.

Owns the places and their labels, which are text and never numbers to count by. Uses the timeline and the kernel.
"""
