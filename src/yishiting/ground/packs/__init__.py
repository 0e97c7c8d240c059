"""Rule packs (规则包): what the law and the rules of a place ask, as figures with their source.

Owns the keys that a pack may hold, the reading and checking of a pack, and the packs that the product ships: one for the
whole country and one for each place whose own figures were read. Pure: knows neither Django nor a database. What a pack is
chosen for, and which version a vote was run by, is kept by the rooms that use it.

A figure that nobody has held against the law's current text says so wherever it is shown.
"""
