"""The few figures of an estate's front page: cheap enough for every visit."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, Q, Subquery

from yishiting.council.matters.models import Answer, Judgement, Matter


@dataclass(frozen=True, slots=True)
class FrontFigures:
    """``solved`` and ``under_way`` in 件, ``answered_homes`` in 户; the units never make a rate (M18).

    ``judges``: whether the estate judges opinions, so that its figures of opinions are asked for.
    """

    solved: int
    under_way: int
    answered_homes: int
    judges: bool = False


def front_figures(estate_id: int) -> FrontFigures:
    """Count what was solved and answered (one query). A matter with an unanswered reporter does not count as solved."""
    homes = (
        Answer.objects.filter(estate_id=estate_id, report__home__isnull=False)
        .order_by()
        .values("estate")
        .annotate(n=Count("report__home", distinct=True))
        .values("n")
    )
    rows = (
        Matter.objects.filter(estate_id=estate_id)
        .order_by()
        .values("estate")
        .annotate(
            solved=Count("pk", filter=Q(status=Matter.Status.CLOSED, unanswered=0)),
            under_way=Count("pk", filter=Q(status=Matter.Status.OPEN)),
            homes=Subquery(homes),
            judges=Exists(Judgement.objects.filter(estate_id=estate_id)),
        )
    )
    # At most one row; an estate without a matter has no answer either.
    for row in rows:
        return FrontFigures(row["solved"], row["under_way"], row["homes"] or 0, row["judges"])
    return FrontFigures(solved=0, under_way=0, answered_homes=0)
