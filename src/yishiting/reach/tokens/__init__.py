"""Keys by which a programme or a device acts as the person who made them.

Owns the tokens: what each may reach, until when, and when it was used last. A token gives no right of its own: whoever
shows it is that person, and every policy is asked about him. Uses people alone.
"""
