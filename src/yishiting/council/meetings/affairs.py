"""What an interest may touch in a meeting, and the question that its verbs ask of whoever acts.

Who has an interest in one matter of the agenda may take part in the meeting and say what he has to say; another chairs it.
On a proposal only an interest in its own matter counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from yishiting.council.matters.models import Matter
from yishiting.council.meetings.models import AgendaItem, Concerned, Meeting, Question
from yishiting.ground.organisations import interests, restating
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.recusal import Act, Affair
from yishiting.ground.places.models import Estate
from yishiting.kernel.verdict import Verdict
from yishiting.timeline.services import Book

KIND = "meeting"
MATTER = "matter"
ACTS = (Act.CHAIR, Act.DECIDE)
DUTIES = frozenset({Duty.MEET})


def affair(meeting: Meeting, matters: Iterable[int] | None = None) -> Affair:
    """Return a meeting as far as interests go: all matters of its agenda, or ``matters`` (one query unless given)."""
    ids = list(meeting.agenda.values_list("matter_id", flat=True)) if matters is None else list(matters)
    # One matter's way tells of it where there is just one; a meeting on several is on the way of none.
    thread = Matter(pk=ids[0]).thread if len(ids) == 1 else ""
    return Affair((KIND, meeting.pk), meeting.no, frozenset((MATTER, pk) for pk in ids), ACTS, DUTIES, thread)


def may_chair(actor: Actor, meeting: Meeting, now: datetime) -> Verdict:
    """Open, break off, close, and call off before it opens."""
    return interests.free(actor, affair(meeting), Act.CHAIR, estate=meeting.estate, now=now)


def may_decide(actor: Actor, item: AgendaItem, now: datetime) -> Verdict:
    """Say what became of a proposal on an item."""
    meeting = item.meeting
    return interests.free(actor, affair(meeting, [item.matter_id]), Act.DECIDE, estate=meeting.estate, now=now)


def may_lift(actor: Actor, row: Concerned, now: datetime) -> Verdict:
    """Say that a matter is not about somebody after all: not by those whom it was said to be about."""
    return _decides_on(actor, row.matter, now)


def may_drop(actor: Actor, question: Question, now: datetime) -> Verdict:
    """Say that a matter need not settle a question after all."""
    return _decides_on(actor, question.matter, now)


def _decides_on(actor: Actor, matter: Matter, now: datetime) -> Verdict:
    things = frozenset({(MATTER, matter.pk)})
    asked = Affair((MATTER, matter.pk), matter.no, things, (Act.DECIDE,), DUTIES, matter.thread)
    return interests.free(actor, asked, Act.DECIDE, estate=matter.estate, now=now)


def restate(record: Book, estate_id: int, now: datetime) -> None:
    """Write down who keeps out from now on, of whatever it is, after it was said whose homes a matter is about."""
    estate = Estate.objects.get(pk=estate_id)
    restating.restate(record, restating.going(estate_id), estate=estate, now=now)


def going(estate_id: int) -> Iterable[Affair]:
    """Return the announced meetings of an estate that have not ended (two queries)."""
    rows = Meeting.objects.filter(estate_id=estate_id, closed_at__isnull=True, cancelled_at__isnull=True)
    rows = rows.filter(announced_at__isnull=False).order_by("pk").prefetch_related("agenda")
    return [affair(row, [item.matter_id for item in row.agenda.all()]) for row in rows]


def _homes(ids: Collection[int]) -> Mapping[int, Collection[int]]:
    found: dict[int, set[int]] = {}
    rows = Concerned.objects.filter(matter__in=ids, lifted_at__isnull=True, home__isnull=False)
    for matter, home in rows.values_list("matter_id", "home_id"):
        if home is not None:
            found.setdefault(matter, set()).add(home)
    return found


def _touched(estate_id: int) -> set[int]:
    rows = Concerned.objects.filter(estate_id=estate_id, home__isnull=False, matter__status=Matter.Status.OPEN)
    return set(rows.values_list("matter_id", flat=True))


def _estates() -> set[int]:
    rows = Concerned.objects.filter(lifted_at__isnull=True, home__isnull=False, matter__status=Matter.Status.OPEN)
    return set(rows.order_by().values_list("estate_id", flat=True))


def register() -> None:
    """Register with the room below: what meetings decide, and whom matters are about."""
    interests.register_room(interests.Room(KIND, going, estates=_estates))
    interests.register_homes(interests.Homes(MATTER, _homes, _touched))
