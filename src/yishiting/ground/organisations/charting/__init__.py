"""Charts of an organisation as tables: versions of levels, units in areas, who leads them and who belongs to them.

What may hang where is decided in :mod:`yishiting.ground.organisations.charts`, which is pure. A seat in a chart gives no
rights: those come from posts alone.
"""
