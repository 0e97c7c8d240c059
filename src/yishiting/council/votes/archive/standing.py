"""Holding the roots that were posted against the archives that the rows give now."""

from __future__ import annotations

from collections.abc import Iterator

from yishiting.council.votes.archive.contents import Edition, roots_of
from yishiting.council.votes.models import Vote
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop


def check(estate_id: int) -> Iterator[Sentence]:
    """Yield a fault for each counted vote whose archive would no longer be the one that was posted."""
    votes = Vote.objects.filter(estate_id=estate_id, counted_at__isnull=False).select_related("roll", "estate")
    for vote in votes.order_by("no"):
        try:
            roots = roots_of(vote)
        except BadInput:  # the count itself says why
            continue
        if (vote.owners_root, vote.supervisors_root) != (roots[Edition.OWNERS], roots[Edition.SUPERVISORS]):
            yield Sentence(gettext_noop("第 {vote} 次表决的存档，与公布时的校验值对不上。"), vote=vote.no)
