"""Reads of tokens: one's own alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from yishiting.ground.organisations.actors import Actor
from yishiting.reach.tokens.models import Token

#: How long one that ended is still listed, so that its owner sees what became of it.
LISTED = timedelta(days=30)


def tokens_of(actor: Actor, *, now: datetime) -> list[Token]:
    """Return the actor's tokens, those that hold first, then those that ended lately (one query)."""
    if actor.person_id is None:
        return []
    rows = [
        row
        for row in Token.objects.filter(person_id=actor.person_id, expires_at__gt=now - LISTED)
        if row.revoked_at is None or row.revoked_at > now - LISTED
    ]
    return sorted(rows, key=lambda row: not row.holds(now))
