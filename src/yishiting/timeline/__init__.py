"""What happened: one append-only, chained entry per verb, estate by estate.

Owns the entries, each estate's head and how far each subscriber has come. Knows estates and actors by number only, and
uses the kernel alone. A room writes through :func:`yishiting.timeline.services.book`, says once at start-up how its
entries read (``entries.register``) and which rows they attest (``attest.register``).
"""
