"""Figures of an estate's matters, each counted from its rows. 件 and 户 never mix, and none of them makes a rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Trim

from yishiting.council.matters.models import COUNTS, Answer, Matter, Report, StepRun
from yishiting.ground.organisations.models import Term


@dataclass(frozen=True, slots=True)
class Figures:
    """``solved``, ``under_way``, ``declined``, ``without_owner``, ``without_answer``: 件; ``answered_homes``: 户.

    The last two of 件 must be 0: no matter without somebody who answers for it, none that ended without an answer.
    """

    solved: int
    under_way: int
    declined: int
    answered_homes: int
    without_owner: int
    without_answer: int


def _said() -> QuerySet[Answer]:
    """Answers that say something, for a report in its matter's present round."""
    return Answer.objects.annotate(said=Trim("text")).exclude(said="")


def _left_waiting() -> QuerySet[Report]:
    """Reports of a matter (outer) without an answer in its present round."""
    answered = _said().filter(report=OuterRef("pk"), matter=OuterRef("matter_id"), round=OuterRef("matter__round"))
    return Report.objects.filter(COUNTS, matter=OuterRef("pk")).filter(~Exists(answered))


def figures(estate_id: int, *, now: datetime | None = None) -> Figures:
    """Count an estate's matters (six queries). A matter that ended with an empty answer counts as not solved.

    Without ``now`` a post counts as held while its term has no end.
    """
    matters = Matter.objects.filter(estate_id=estate_id)
    ended = matters.filter(status__in=(Matter.Status.CLOSED, Matter.Status.DECLINED))
    under_way = matters.filter(status=Matter.Status.OPEN)
    return Figures(
        solved=matters.filter(~Exists(_left_waiting()), status=Matter.Status.CLOSED).count(),
        under_way=under_way.count(),
        declined=matters.filter(status=Matter.Status.DECLINED).count(),
        answered_homes=Report.objects.filter(estate_id=estate_id, home__isnull=False)
        .filter(Exists(_said().filter(report=OuterRef("pk"))))
        .values("home_id")
        .distinct()
        .count(),
        without_owner=under_way.filter(~Exists(owned(now))).count(),
        without_answer=ended.filter(Exists(_left_waiting())).count(),
    )


def owned(now: datetime | None) -> QuerySet[StepRun]:
    """Step runs under way of a matter (outer) whose post somebody holds at ``now``."""
    held = Term.objects.filter(post_id=OuterRef("post_id"))
    if now is None:
        held = held.filter(until__isnull=True)
    else:
        held = held.filter(Q(until__isnull=True) | Q(until__gt=now), since__lte=now)
    return StepRun.objects.filter(matter=OuterRef("pk"), ended_at__isnull=True).filter(Exists(held))
