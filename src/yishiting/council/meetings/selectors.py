"""Reads of meetings for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from yishiting.council.matters import services as matters_services
from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.meetings import policy
from yishiting.council.meetings.models import AgendaItem, Attendance, Meeting, Party, Proposal
from yishiting.council.meetings.services.planning import KIND, fetch
from yishiting.ground.organisations.actors import Actor


@dataclass(frozen=True, slots=True)
class Figures:
    """How many meetings were held, and how many people came in all (人次)."""

    held: int
    people: int


def public_list(actor: Actor, estate_id: int) -> QuerySet[Meeting]:
    """Return announced and held meetings, the latest first, with agenda and sums (two queries with the prefetch)."""
    return (
        policy.visible_to(actor)
        .filter(estate_id=estate_id)
        .filter(Q(invited_at__isnull=False) | Q(opened_at__isnull=False))
        .annotate(people=Sum("attendances__count", distinct=False))
        .prefetch_related(Prefetch("agenda", AgendaItem.objects.select_related("matter")))
        .order_by("-starts_at", "-no")
    )


def desk_list(actor: Actor, estate_ids: Sequence[int]) -> QuerySet[Meeting]:
    """Return all meetings of the estates, the latest first, with their agenda."""
    return (
        policy.visible_to(actor)
        .filter(estate_id__in=estate_ids)
        .annotate(people=Sum("attendances__count"))
        .prefetch_related(Prefetch("agenda", AgendaItem.objects.select_related("matter")))
        .order_by("-starts_at", "-no")
    )


def meeting_page(actor: Actor, estate_id: int, no: int) -> Meeting:
    """Return one meeting with its sides, agenda, proposals and minutes (five queries in all)."""
    meeting = fetch(actor, estate_id, no)
    (found,) = (
        Meeting.objects.filter(pk=meeting.pk)
        .select_related("estate")
        .prefetch_related(
            Prefetch("parties", Party.objects.annotate(present=Sum("attendances__count"))),
            Prefetch("agenda", AgendaItem.objects.select_related("matter", "resolution", "run")),
            Prefetch("agenda__proposals", Proposal.objects.select_related("party")),
            "minutes",
        )
    )
    return found


def waiting_for_meeting(estate_id: int) -> QuerySet[StepRun]:
    """Return the current steps that wait for a meeting and are on no agenda yet."""
    return (
        StepRun.objects.filter(
            estate_id=estate_id, kind=KIND, ended_at__isnull=True, matter__status=Matter.Status.OPEN
        )
        .exclude(agenda_items__meeting__closed_at__isnull=True, agenda_items__meeting__cancelled_at__isnull=True)
        .select_related("matter__playbook")
        .order_by("due_at", "pk")
    )


def parties_asked_for(runs: Sequence[StepRun]) -> tuple[str, ...]:
    """Return the sides that the playbooks of these matters require, in order, each once."""
    names: dict[str, None] = {}
    for run in runs:
        names.update(dict.fromkeys(matters_services.parties_of(run)))
    return tuple(names)


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
    """Return the agenda items on which a matter was, with meeting, proposals and resolution."""
    return list(
        AgendaItem.objects.filter(matter_id=matter_id, meeting__cancelled_at__isnull=True)
        .select_related("meeting__estate", "resolution")
        .prefetch_related(Prefetch("proposals", Proposal.objects.select_related("party")))
        .order_by("meeting__no")
    )


def figures(estate_id: int) -> Figures:
    """Count meetings that were held, and attendances (人次); the two never make a rate."""
    held = Meeting.objects.filter(estate_id=estate_id, closed_at__isnull=False).aggregate(n=Count("pk"))["n"]
    people = Attendance.objects.filter(estate_id=estate_id, meeting__closed_at__isnull=False).aggregate(
        n=Sum("count")
    )["n"]
    return Figures(held, people or 0)
