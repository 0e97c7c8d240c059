"""What every verb of this room begins with: which estate's record to lock, and the vote as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from yishiting.council.votes import lifecycle, policy
from yishiting.council.votes.figures import head_id
from yishiting.council.votes.lifecycle import State, Times
from yishiting.council.votes.models import Item, RollHead, Vote
from yishiting.council.votes.rules import Cast, Channel, Choice, Offer, Precedence
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a ballot answers: the items of an opened vote (what each offers, by id, in order) and what never changes of it."""

    estate_id: int
    no: int
    precedence: Precedence
    times: Times
    items: Mapping[int, Offer]


# The three statements that every ballot runs stand here as they are sent: to compose one of them takes Django longer than
# the database needs for all three, and while the last one runs the other ballots of the estate wait.
_ASKED = """
    SELECT v.closes_at, v.opened_at, v.closed_at, v.counted_at, v.cancelled_at, v.estate_id, v.no, v.precedence, i.id, i.rule,
           (SELECT COUNT(*) FROM votes_option o WHERE o.item_id = i.id)
    FROM votes_vote v JOIN votes_item i ON i.vote_id = v.id WHERE v.id = %s ORDER BY i.no
"""
_NOW = """
    SELECT v.closes_at, v.opened_at, v.closed_at, v.counted_at, v.cancelled_at,
           b.id, b.item_id, b.channel, b.cast_at, b.choice, b.superseded_at, b.receipt
    FROM votes_vote v LEFT JOIN votes_ballot b ON b.head_id = %s WHERE v.id = %s
"""


def _run(statement: str, *values: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _moment(value: datetime) -> datetime:
    # SQLite gives the moment in UTC without saying so.
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def _times(closes_at: datetime, *others: datetime | None) -> Times:
    return Times(_moment(closes_at), *(None if each is None else _moment(each) for each in others))


def offer_of(rule: str, options: int) -> Offer:
    """Return what an item of ``rule`` with so many ``options`` lets a ballot say."""
    return Offer(options, most=1) if rule == Item.Rule.OPTIONS else Offer()


def asked_in(vote_id: int) -> Asked:
    """Return what an opened vote asks (one query); a draft is as unknown to voters as no vote at all."""
    rows = _run(_ASKED, vote_id)
    if not rows:
        raise NotFound(NO_VOTE)
    *times, estate_id, no, precedence, _, _, _ = rows[0]
    items = {item: offer_of(rule, options) for item, rule, options in (row[-3:] for row in rows)}
    asked = Asked(estate_id, no, Precedence(precedence), _times(*times), items)
    if asked.times.state is State.DRAFT or asked.times.opened_at is None:
        raise NotFound(NO_VOTE)
    return asked


@dataclass(frozen=True, slots=True)
class Standing:
    """How a vote stands for one head at this moment: its times, and the head's ballots, each under its id as order."""

    times: Times
    casts: Mapping[int, Sequence[Cast]]  # by item
    effective: frozenset[int]
    receipts: frozenset[str]


def standing_of(vote_id: int, head: RollHead) -> Standing:
    """Return how the vote stands for ``head`` (one query); call it inside the estate's lock. Raises :class:`NotFound`."""
    rows = _run(_NOW, head.pk, vote_id)
    if not rows:
        raise NotFound(NO_VOTE)
    key = head_id(head.pk, head.kind)
    casts: dict[int, list[Cast]] = {}
    effective, receipts = set(), set()
    for pk, item, channel, at, choice, superseded_at, receipt in (row[len(_TIMES) :] for row in rows):
        if pk is None:
            continue
        cast = Cast(head=key, channel=Channel(channel), at=_moment(at), choice=Choice(choice), order=pk)
        casts.setdefault(item, []).append(cast)
        receipts.add(receipt)
        if superseded_at is None:
            effective.add(pk)
    return Standing(_times(*rows[0][: len(_TIMES)]), casts, frozenset(effective), frozenset(receipts))
