"""What waits for one member of staff, gathered from the rooms in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from yishiting.council.matters import selectors as matters
from yishiting.council.matters.models import Escalation, Matter, StepRun
from yishiting.council.meetings.models import Meeting
from yishiting.council.votes import selectors as votes
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.kernel.clock import CHINA
from yishiting.record.notices import selectors as notices

MINE = 20
SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Counts:
    """Matters under way in the estates served (件): all, due by tonight, overdue."""

    under_way: int
    today: int
    overdue: int


def _current(actor: Actor) -> QuerySet[StepRun]:
    return StepRun.objects.filter(
        estate_id__in=actor.estates_served, ended_at__isnull=True, matter__status=Matter.Status.OPEN
    )


def my_steps(actor: Actor) -> list[StepRun]:
    """Return the steps that wait for a post of the actor, what is due first; those without a clock last (one query)."""
    posts = [office.post_id for office in actor.offices]
    raised = Escalation.objects.filter(run=OuterRef("pk")).order_by("-pk")
    return list(
        _current(actor)
        .filter(post_id__in=posts)
        .select_related("matter__estate", "matter__building", "post")
        .annotate(went_to=Subquery(raised.values("asked")[:1]))
        .order_by("due_at", "pk")[:MINE]
    )


def counts(actor: Actor, now: datetime) -> Counts:
    """Count steps under way by their clocks (one query)."""
    tonight = now.astimezone(CHINA).replace(hour=23, minute=59, second=59)
    row = _current(actor).aggregate(
        under_way=Count("pk"),
        today=Count("pk", filter=Q(due_at__gte=now, due_at__lte=tonight)),
        overdue=Count("pk", filter=Q(due_at__lt=now)),
    )
    return Counts(**row)


def desk(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of the desk's first page (seven queries)."""
    steps: list[Any] = my_steps(actor)
    for step in steps:
        asked = step.went_to or step.who
        # Nobody holds the post that it is with by rights: who stands in is told for whom.
        step.vacant = post_label(asked) if asked != step.post.kind else ""
    coming = (
        Meeting.objects.filter(estate_id__in=actor.estates_served, closed_at__isnull=True, cancelled_at__isnull=True)
        .filter(starts_at__lte=now + SOON)
        .select_related("estate")
        .order_by("starts_at")[:5]
    )
    running = votes.desk_votes(actor).filter(counted_at=None, cancelled_at=None)[:5]
    return {
        "overdue": [step for step in steps if step.due_at and step.due_at < now],
        "steps": [step for step in steps if not (step.due_at and step.due_at < now)],
        "counts": counts(actor, now),
        "unowned": matters.unowned(actor, now=now),
        "meetings": list(coming),
        "votes": list(running),
        "reviews": list(notices.waiting_for_review(actor)[:5]),
    }
