"""What is disclosed beside a thing: who keeps out of it, and which posts are held by one person. By post, never by name."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema

from yishiting.ground.organisations import registers, restating
from yishiting.ground.organisations.recusal import together
from yishiting.ground.places.models import Estate
from yishiting.reach.api.shapes import said


class Disclosed(Schema):
    """The recusals that stand on record for a thing, and the posts of those who may run it that one person holds."""

    recusals: list[str]
    posts_together: list[str]


def disclosed(estate: Estate, kind: str, pk: int, *, now: datetime, post: str = "") -> Disclosed:
    """Return what is disclosed beside a thing; ``post``: the kind of post that answers for it now (three queries)."""
    found = registers.held_together(estate, now=now)
    beside = registers.beside(found, kind, [post] if post else [])
    return Disclosed(
        recusals=[said(words) for words in restating.shown(estate.pk, (kind, pk))],
        posts_together=[said(together(each.kinds)) for each in beside],
    )
