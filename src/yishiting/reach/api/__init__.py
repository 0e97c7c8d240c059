"""The programming interface: ``/api/v1/`` beside the pages, with the same verbs, the same actor and the same policies.

One router module a room, which translates only. A new room adds ``<room>.py`` with a ``router``, its name to
:data:`yishiting.reach.api.v1.ROUTERS` and to the scopes of :mod:`yishiting.reach.tokens.rules`, and its verbs to the table of
``tests/parity``, which fails until somebody has decided.
"""
