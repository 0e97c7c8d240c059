"""What every verb of this room begins with: which estate's record to lock, and the vote as it stands."""

from __future__ import annotations

from yishiting.council.votes import policy
from yishiting.council.votes.lifecycle import Times
from yishiting.council.votes.models import Vote
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop

NO_VOTE = gettext_noop("没有找到这次表决，可能是网址写错了。请回到小区的“表决”页再找。")


def estate_of(vote_id: int) -> int:
    """Return the estate of a vote, which never changes; raises :class:`NotFound`."""
    found = Vote.objects.filter(pk=vote_id).values_list("estate_id", flat=True).first()
    if found is None:
        raise NotFound(NO_VOTE)
    return found


def vote_for(actor: Actor, vote_id: int) -> Vote:
    """Return the vote as it is now, inside the estate's lock; raises :class:`NotFound` where the actor may not know it."""
    vote = Vote.objects.filter(policy.visible_to(actor), pk=vote_id).first()
    if vote is None:
        raise NotFound(NO_VOTE)
    return vote


def times_of(vote: Vote) -> Times:
    """Return what the lifecycle decides by."""
    return Times(
        closes_at=vote.closes_at,
        opened_at=vote.opened_at,
        closed_at=vote.closed_at,
        counted_at=vote.counted_at,
        cancelled_at=vote.cancelled_at,
    )
