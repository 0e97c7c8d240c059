"""What an interest may touch in a vote, and the question that its verbs ask of whoever acts.

To vote as an owner is his right whatever his interest; to prepare, open, close or call off the vote, or to handle its paper
ballots, is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from yishiting.council.votes.models import Vote
from yishiting.ground.organisations import interests
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.recusal import Act, Affair
from yishiting.ground.places.models import Estate
from yishiting.kernel.verdict import Verdict

KIND = "vote"
ACTS = (Act.VOTE, Act.COUNT)
DUTIES = frozenset({Duty.VOTE, Duty.PAPER})


def affair(vote: Vote) -> Affair:
    """Return a vote as far as interests go; an interest in the matter that asked for it is one in the vote."""
    things = frozenset({(KIND, vote.pk)}) | interests.thing_of(vote.thread)
    return Affair((KIND, vote.pk), vote.no, things, ACTS, DUTIES, vote.thread)


def may_draft(actor: Actor, estate: Estate, thread: str, now: datetime) -> Verdict:
    """Draft a vote that a matter asks for."""
    asked = Affair((KIND, 0), 0, interests.thing_of(thread), ACTS, DUTIES, thread)
    return interests.free(actor, asked, Act.VOTE, estate=estate, now=now)


def may_run(actor: Actor, vote: Vote, now: datetime) -> Verdict:
    """Change a draft, open, close, call off."""
    return interests.free(actor, affair(vote), Act.VOTE, estate=vote.estate, now=now)


def may_count(actor: Actor, vote: Vote, now: datetime) -> Verdict:
    """Take in, read and withdraw paper ballots."""
    return interests.free(actor, affair(vote), Act.COUNT, estate=vote.estate, now=now)


def going(estate_id: int) -> Iterable[Affair]:
    """Return the votes of an estate that are neither counted nor called off."""
    rows = Vote.objects.filter(estate_id=estate_id, counted_at__isnull=True, cancelled_at__isnull=True)
    return [affair(row) for row in rows.exclude(opened_at__isnull=True).order_by("pk")]


def find(estate_id: int, no: int) -> interests.Named | None:
    """Return the vote of that number, drafts too: an interest is best declared before it opens."""
    row = Vote.objects.filter(estate_id=estate_id, no=no).first()
    return None if row is None else interests.Named(KIND, row.pk, row.no, row.title)


def named(ids: Collection[int]) -> Mapping[int, interests.Named]:
    """Return what votes are called (one query)."""
    return {row.pk: interests.Named(KIND, row.pk, row.no, row.title) for row in Vote.objects.filter(pk__in=ids)}


def register() -> None:
    """Register with the room below."""
    interests.register_room(interests.Room(KIND, going, find, named))
