"""Reads of appraisals: counts for everyone, an invitation for whoever is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from yishiting.council.appraisals import lifecycle, policy
from yishiting.council.appraisals.lifecycle import Result
from yishiting.council.appraisals.models import Appraisal, AppraisalAnswer, AppraisalHome, AppraisalNote
from yishiting.council.appraisals.services import fetch, is_finished, result_of
from yishiting.council.matters.models import Matter
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Estate

__all__ = [
    "Shown",
    "appraisable",
    "desk_list",
    "fetch",
    "invitations",
    "invited_homes",
    "of_matter",
    "page",
    "public_list",
    "result_of",
    "shown",
    "turnout",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """An appraisal as anyone may read it; ``result`` is None while it is open, whoever asks."""

    row: Appraisal
    homes: int
    result: Result | None
    notes: tuple[AppraisalNote, ...]

    @property
    def note_owed(self) -> bool:
        """Whether a low score waits for its note."""
        return self.result is not None and self.result.low and not self.notes


def shown(rows: Sequence[Appraisal]) -> list[Shown]:
    """Return appraisals with what may be told of them (three queries, however many)."""
    ids = [row.pk for row in rows]
    homes = dict(
        AppraisalHome.objects.filter(appraisal__in=ids).order_by().values_list("appraisal_id").annotate(n=Count("pk"))
    )
    scores: dict[int, list[int]] = {}
    closed = [row.pk for row in rows if row.closed_at is not None]
    for appraisal, score in AppraisalAnswer.objects.filter(asked__appraisal__in=closed).values_list(
        "asked__appraisal_id", "score"
    ):
        scores.setdefault(appraisal, []).append(score)
    notes: dict[int, list[AppraisalNote]] = {}
    for note in AppraisalNote.objects.filter(appraisal__in=ids).order_by("pk"):
        notes.setdefault(note.appraisal_id, []).append(note)
    return [
        Shown(
            row,
            homes.get(row.pk, 0),
            lifecycle.result(homes=homes.get(row.pk, 0), scores=scores.get(row.pk, []), threshold=row.threshold)
            if row.closed_at is not None
            else None,
            tuple(notes.get(row.pk, ())),
        )
        for row in rows
    ]


def public_list(actor: Actor, estate_id: int, *, search: str = "") -> QuerySet[Appraisal]:
    """Return the appraisals of an estate, the latest first."""
    rows = policy.visible_to(actor).filter(estate_id=estate_id)
    if search:
        rows = rows.filter(matter__title__icontains=search)
    return rows.order_by("-no")


def desk_list(actor: Actor, estate_ids: Sequence[int], *, search: str = "", state: str = "") -> QuerySet[Appraisal]:
    """Return the appraisals of the estates, the latest first; ``state`` is open, closed or empty."""
    rows = policy.visible_to(actor).filter(estate_id__in=estate_ids).order_by("-opened_at", "-pk")
    if search:
        rows = rows.filter(matter__title__icontains=search)
    if state in ("open", "closed"):
        rows = rows.filter(closed_at__isnull=state == "open")
    return rows


def page(actor: Actor, estate_id: int, no: int) -> Shown:
    """Return one appraisal; raises ``NotFound``."""
    return shown([fetch(actor, estate_id, no)])[0]


def of_matter(matter_id: int) -> list[Shown]:
    """Return the appraisals of a matter, in order."""
    return shown(list(Appraisal.objects.filter(matter=matter_id).select_related("estate").order_by("no")))


def invitations(actor: Actor, *, now: datetime) -> QuerySet[AppraisalHome]:
    """Return the homes of the actor's that are asked and have not answered, what ends first before the others."""
    return (
        AppraisalHome.objects.filter(
            home_id__in=[home for _, home in actor.homes],
            appraisal__closed_at__isnull=True,
            appraisal__closes_at__gt=now,
            answer__isnull=True,
        )
        .select_related("appraisal__matter", "appraisal__estate", "home__entrance__building")
        .order_by("appraisal__closes_at", "pk")
    )


def invited_homes(actor: Actor, appraisal: Appraisal) -> list[AppraisalHome]:
    """Return the actor's homes that this appraisal asks, answered or not."""
    homes = [home for _, home in actor.homes]
    rows = appraisal.homes.filter(home_id__in=homes).select_related("home__entrance__building", "answer")
    return list(rows.order_by("pk"))


def turnout(appraisal: Appraisal) -> int:
    """Return how many homes have answered, for whoever runs it."""
    return AppraisalAnswer.objects.filter(asked__appraisal=appraisal).count()


def appraisable(estate: Estate, *, limit: int = 50) -> list[Matter]:
    """Return the matters whose work is done and that are not being appraised, the latest first."""
    rows = (
        Matter.objects.filter(estate=estate)
        .filter(status__in=(Matter.Status.CLOSED, Matter.Status.OPEN))
        .exclude(appraisals__in=Appraisal.objects.filter(closed_at__isnull=True))
        .order_by("-ended_at", "-no")
    )
    closed = list(rows.filter(status=Matter.Status.CLOSED)[:limit])
    waiting = rows.filter(status=Matter.Status.OPEN, stage=Matter.Stage.FEEDBACK)[:limit]
    return [*(matter for matter in waiting if is_finished(matter)), *closed][:limit]
