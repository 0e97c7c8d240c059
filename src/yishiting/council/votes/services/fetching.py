"""What every verb of this room begins with: which estate's record to lock, and the vote as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yishiting.council.votes import lifecycle, policy
from yishiting.council.votes.lifecycle import State, Times
from yishiting.council.votes.models import Item, Vote
from yishiting.council.votes.rules import Precedence
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop

NO_VOTE = gettext_noop("没有找到这次表决，可能是网址写错了。请回到小区的“表决”页再找。")

_TIMES = ("closes_at", "opened_at", "closed_at", "counted_at", "cancelled_at")


def estate_of(vote_id: int) -> int:
    """Return the estate of a vote, which never changes; raises :class:`NotFound`."""
    for estate_id in Vote.objects.filter(pk=vote_id).order_by().values_list("estate_id", flat=True):
        return estate_id
    raise NotFound(NO_VOTE)


def vote_for(actor: Actor, vote_id: int) -> Vote:
    """Return the vote as it is now, inside the estate's lock; raises :class:`NotFound` where the actor may not know it."""
    vote = Vote.objects.filter(policy.visible_to(actor), pk=vote_id).order_by().first()
    if vote is None:
        raise NotFound(NO_VOTE)
    return vote


def times_of(vote: Vote) -> Times:
    """Return what the lifecycle decides by."""
    return Times(*(getattr(vote, name) for name in _TIMES))


def ensure_open(vote: Vote, *, now: datetime) -> None:
    """Raise :class:`WrongState` unless the vote takes ballots now, so that a page need not show a ballot in vain."""
    lifecycle.may_cast(times_of(vote), now=now)


def ensure_readable(vote: Vote) -> None:
    """Raise :class:`WrongState` unless paper slips of the vote may be read now."""
    lifecycle.may_read(times_of(vote))


def times_now(vote_id: int) -> Times:
    """Return the times as they are at this moment; raises :class:`NotFound`."""
    for row in Vote.objects.filter(pk=vote_id).order_by().values_list(*_TIMES):
        return Times(*row)
    raise NotFound(NO_VOTE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a ballot answers: the items of an opened vote (their ids, in order) and what never changes about it."""

    estate_id: int
    no: int
    precedence: Precedence
    times: Times
    items: tuple[int, ...]


def asked_in(vote_id: int) -> Asked:
    """Return what an opened vote asks (one query); a draft is as unknown to voters as no vote at all."""
    rows = list(
        Item.objects.filter(vote_id=vote_id)
        .order_by("no")
        .values_list("pk", "estate_id", "vote__no", "vote__precedence", *(f"vote__{name}" for name in _TIMES))
    )
    if not rows:
        raise NotFound(NO_VOTE)
    _, estate_id, no, precedence, *times = rows[0]
    asked = Asked(estate_id, no, Precedence(precedence), Times(*times), tuple(row[0] for row in rows))
    if asked.times.state is State.DRAFT or asked.times.opened_at is None:
        raise NotFound(NO_VOTE)
    return asked
