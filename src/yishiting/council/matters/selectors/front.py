"""The few figures of an estate's front page: cheap enough for every visit."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from yishiting.council.matters.models import Answer, Judgement, Matter, Report
from yishiting.council.matters.selectors.counting import how_many
from yishiting.ground.places.models import Home


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
    """Count what was solved and answered (one query).

    A matter with an unanswered reporter does not count as solved: the database lets none be closed. Homes are gone through and
    not their answers, which become ever more.
    """
    matters = Matter.objects.filter(estate_id=estate_id)
    answered = Report.objects.filter(Exists(Answer.objects.filter(report=OuterRef("pk"))), home=OuterRef("pk"))
    counted = how_many(
        solved=matters.filter(status=Matter.Status.CLOSED),
        under_way=matters.filter(status=Matter.Status.OPEN),
        answered_homes=Home.objects.filter(Exists(answered), estate_id=estate_id),
        judges=Judgement.objects.filter(estate_id=estate_id).order_by()[:1],
    )
    return FrontFigures(
        counted["solved"], counted["under_way"], counted["answered_homes"], judges=bool(counted["judges"])
    )
