"""Reads of meetings for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.meetings import policy
from yishiting.council.meetings.models import (
    AgendaItem,
    Attendance,
    Concerned,
    ConcernedInvitation,
    Meeting,
    Minutes,
    Party,
    Proposal,
    Question,
    Series,
    Settlement,
    Statement,
)
from yishiting.council.meetings.recurrence import Rule
from yishiting.council.meetings.services.attending import holders_of
from yishiting.council.meetings.services.planning import KIND, fetch, parties_asked_for
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.words import Sentence

__all__ = [
    "Figures",
    "book",
    "calendar",
    "concerned_of",
    "desk_list",
    "figures",
    "holders_of",
    "meeting_page",
    "of_matter",
    "of_resolutions",
    "parties_asked_for",
    "public_list",
    "questions_of",
    "series_of",
    "upcoming",
    "waiting_for_meeting",
]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many meetings were held, and how many people came in all (人次)."""

    held: int
    people: int


def _people(key: str) -> Coalesce:
    """Sum the attendances of a row in a subquery, so that no other join can multiply them."""
    rows = Attendance.objects.filter(**{key: OuterRef("pk")}).order_by().values(key)
    return Coalesce(Subquery(rows.annotate(n=Sum("count")).values("n")), 0, output_field=IntegerField())


def _listed(actor: Actor) -> QuerySet[Meeting]:
    return (
        policy.visible_to(actor)
        .annotate(people=_people("meeting"))
        .prefetch_related(Prefetch("agenda", AgendaItem.objects.select_related("matter")))
        .order_by("-starts_at", "-no")
    )


def public_list(actor: Actor, estate_id: int) -> QuerySet[Meeting]:
    """Return announced and held meetings, the latest first, each with its agenda and ``people`` who came."""
    announced = Q(announced_at__isnull=False) | Q(invited_at__isnull=False) | Q(opened_at__isnull=False)
    return _listed(actor).filter(announced, estate_id=estate_id)


def desk_list(actor: Actor, estate_ids: Sequence[int]) -> QuerySet[Meeting]:
    """Return all meetings of the estates, the latest first, each with its agenda and ``people`` who came."""
    return _listed(actor).filter(estate_id__in=estate_ids)


def meeting_page(actor: Actor, estate_id: int, no: int) -> Meeting:
    """Return one meeting with its sides, agenda, statements, proposals and minutes (seven queries in all).

    Names of who attended are no part of it, nor who wrote the minutes.
    """
    meeting = fetch(actor, estate_id, no)
    (found,) = (
        Meeting.objects.filter(pk=meeting.pk)
        .select_related("estate", "building")
        .prefetch_related(
            Prefetch("parties", Party.objects.annotate(present=_people("party"))),
            Prefetch("agenda", AgendaItem.objects.select_related("matter", "resolution", "run__matter__playbook")),
            Prefetch("agenda__proposals", Proposal.objects.select_related("party")),
            Prefetch("agenda__statements", Statement.objects.select_related("party")),
            Prefetch("minutes", Minutes.objects.order_by("-version")),
        )
    )
    return found


@dataclass(frozen=True, slots=True)
class SeriesShown:
    """A series, its rule in words, its next meeting, and those whose time passed without their being held."""

    row: Series
    rule: Sentence
    coming: Meeting | None
    overdue: tuple[Meeting, ...]


def series_of(estate_id: int, now: datetime) -> list[SeriesShown]:
    """Return the regular meetings of an estate that go on, with the next of each and what is overdue (two queries)."""
    left = Meeting.objects.filter(opened_at__isnull=True, cancelled_at__isnull=True).order_by("starts_at")
    rows = Series.objects.filter(estate_id=estate_id, ended_at__isnull=True)
    found = []
    for row in rows.prefetch_related(Prefetch("meetings", left, to_attr="left")):
        ahead: list[Meeting] = list(row.left)
        rule = Rule(row.month_day, row.nth, row.weekday, row.workdays_only)
        found.append(
            SeriesShown(
                row,
                rule.describe(),
                next((meeting for meeting in ahead if meeting.starts_at >= now), None),
                tuple(meeting for meeting in ahead if meeting.starts_at < now),
            )
        )
    return found


def book(actor: Actor, estate_id: int, words: str = "") -> QuerySet[Meeting]:
    """Return the record book (会议册子): each meeting that was held, the latest first, with what each side said and proposed.

    ``words`` are looked for in the meeting's name, its topics, what was said, its proposals with their reasons, and its
    resolutions. Four queries beside the meetings themselves, however many there are.
    """
    rows = (
        policy.visible_to(actor)
        .filter(estate_id=estate_id, opened_at__isnull=False)
        .filter(Q(closed_at__isnull=False) | Q(cancelled_at__isnull=False))
        .annotate(people=_people("meeting"))
    )
    if words:
        here = {"meeting": OuterRef("pk")}
        rows = rows.filter(
            Q(title__icontains=words)
            | Exists(
                AgendaItem.objects.filter(
                    Q(matter__title__icontains=words) | Q(resolution__text__icontains=words), **here
                )
            )
            | Exists(Proposal.objects.filter(Q(text__icontains=words) | Q(reason__icontains=words), **here))
            | Exists(Statement.objects.filter(text__icontains=words, **here))
        )
    return rows.prefetch_related(
        Prefetch("agenda", AgendaItem.objects.select_related("matter", "resolution")),
        Prefetch("agenda__proposals", Proposal.objects.select_related("party")),
        Prefetch("agenda__statements", Statement.objects.select_related("party")),
    ).order_by("-opened_at", "-no")


def calendar(actor: Actor, estate_id: int, since: datetime, most: int) -> list[Meeting]:
    """Return what a calendar shows: meetings that were announced, from ``since`` on, called off ones among them.

    Of more than ``most`` the last ones: what is to come matters more than what was.
    """
    rows = (
        policy.visible_to(actor)
        .filter(estate_id=estate_id, announced_at__isnull=False, starts_at__gte=since)
        .prefetch_related(Prefetch("agenda", AgendaItem.objects.select_related("matter")))
        .order_by("-starts_at", "-no")
    )
    return list(rows[:most])[::-1]


@dataclass(frozen=True, slots=True)
class ConcernedShown:
    """Whom an item is about, and the invitation to this meeting as it now stands, or None."""

    item: AgendaItem
    row: Concerned
    invitation: ConcernedInvitation | None


def concerned_of(actor: Actor, meeting: Meeting) -> list[ConcernedShown]:
    """Return whom the matters on the agenda are about, for those who run the meeting; nobody else reads any (two queries)."""
    items = {item.matter_id: item for item in meeting.agenda.all()}
    rows = (
        policy.concerned_visible_to(actor, meeting.estate_id)
        .filter(matter_id__in=items, lifted_at__isnull=True)
        .select_related("home__entrance__building")
        .prefetch_related(
            Prefetch(
                "invitations",
                ConcernedInvitation.objects.filter(meeting=meeting, moves=meeting.moves),
                to_attr="asked",
            )
        )
    )
    return [ConcernedShown(items[row.matter_id], row, next(iter(row.asked), None)) for row in rows]


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question of a matter: what a closed meeting settled on it, or what the meeting under way says so far."""

    row: Question
    settled: Settlement | None
    #: What was said at ``at``, while it is still open; it holds from that meeting's closing.
    so_far: Settlement | None = None


def questions_of(
    matter_ids: Sequence[int], *, at: Meeting | None = None, announced: bool = False
) -> dict[int, list[QuestionShown]]:
    """Return the questions of each matter in their order, with where and when each was settled (two queries).

    ``at`` is the meeting that is looked at: while it goes on, what it says so far is shown too. ``announced``: only those
    that an invitation has named, or a meeting that sat.
    """
    rows = Question.objects.filter(matter_id__in=matter_ids, lifted_at__isnull=True)
    if announced:
        named = AgendaItem.objects.filter(matter=OuterRef("matter")).filter(
            Q(meeting__announced_at__gte=OuterRef("asked_at")) | Q(meeting__opened_at__gte=OuterRef("asked_at"))
        )
        rows = rows.filter(Exists(named))
    rows = rows.prefetch_related(
        Prefetch("settlements", Settlement.objects.select_related("item__meeting").order_by("pk"))
    )
    found: dict[int, list[QuestionShown]] = {}
    for row in rows:
        made = list(row.settlements.all())
        settled = [each for each in made if each.item.meeting.closed_at is not None]
        going = [each for each in made if at is not None and at.ended_at is None and each.item.meeting_id == at.pk]
        found.setdefault(row.matter_id, []).append(
            QuestionShown(row, settled[-1] if settled else None, going[-1] if going else None)
        )
    return found


def waiting_for_meeting(estate_ids: Sequence[int]) -> QuerySet[StepRun]:
    """Return the current steps that wait for a meeting and are on no agenda yet, by clock."""
    planned = AgendaItem.objects.filter(
        estate_id__in=estate_ids, meeting__closed_at__isnull=True, meeting__cancelled_at__isnull=True
    )
    return (
        StepRun.objects.filter(
            estate_id__in=estate_ids, kind=KIND, ended_at__isnull=True, matter__status=Matter.Status.OPEN
        )
        .exclude(pk__in=planned.values("run_id"))
        .select_related("matter__playbook", "estate")
        .order_by("due_at", "pk")
    )


def upcoming(estate_id: int, now: datetime, limit: int = 3) -> list[Meeting]:
    """Return the next announced meetings (one query and a prefetch)."""
    return list(
        Meeting.objects.filter(
            estate_id=estate_id,
            invited_at__isnull=False,
            cancelled_at__isnull=True,
            closed_at__isnull=True,
            starts_at__gte=now,
        )
        .prefetch_related(Prefetch("agenda", AgendaItem.objects.select_related("matter")))
        .order_by("starts_at")[:limit]
    )


def of_matter(matter_id: int) -> list[AgendaItem]:
    """Return the agenda items on which a matter was announced, with meeting, proposals and resolution."""
    return list(
        AgendaItem.objects.filter(matter_id=matter_id, meeting__cancelled_at__isnull=True)
        .exclude(meeting__announced_at__isnull=True, meeting__opened_at__isnull=True)
        .select_related("meeting__estate", "resolution")
        .prefetch_related(Prefetch("proposals", Proposal.objects.select_related("party")))
        .order_by("meeting__no")
    )


def of_resolutions(resolution_ids: Sequence[int]) -> dict[int, AgendaItem]:
    """Return the agenda item on which each resolution was adopted, with its meeting (one query)."""
    items = AgendaItem.objects.filter(resolution_id__in=resolution_ids).select_related("meeting")
    return {item.resolution_id: item for item in items if item.resolution_id is not None}


def figures(estate_id: int) -> Figures:
    """Count meetings that were held, and attendances (人次); the two never make a rate."""
    held = Meeting.objects.filter(estate_id=estate_id, closed_at__isnull=False).aggregate(n=Count("pk"))["n"]
    people = Attendance.objects.filter(estate_id=estate_id, meeting__closed_at__isnull=False).aggregate(n=Sum("count"))
    return Figures(held, people["n"] or 0)
