"""Opinions (意见) and problems (问题), counted apart: several opinions may concern one problem, so neither is a share of the other."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Exists, OuterRef, Q

from yishiting.council.matters.models import Judgement, Matter, Report


@dataclass(frozen=True, slots=True)
class OpinionFigures:
    """``submitted``, ``valid``, ``not_valid``, ``waiting``, ``linked``, ``settled``: 条; ``problems``: 个.

    Valid is what was judged so, or concerns a problem that was taken up; ``linked`` of these do. ``waiting`` were not
    screened yet. ``settled`` are valid opinions whose problem was solved; ``problems`` are the problems that were.
    """

    submitted: int
    valid: int
    not_valid: int
    linked: int
    settled: int
    problems: int

    @property
    def waiting(self) -> int:
        """Opinions that nobody has screened."""
        return self.submitted - self.valid - self.not_valid

    @property
    def share(self) -> Fraction | None:
        """Valid opinions whose problem was solved, of all valid ones; None unless every valid one is linked to a problem."""
        return Fraction(self.settled, self.valid) if self.valid and self.linked == self.valid else None


def opinion_figures(estate_id: int) -> OpinionFigures:
    """Count an estate's opinions (one query). For estates that judge them: see ``front.FrontFigures.judges``."""
    declined = Q(invalid_at__isnull=False) | Q(matter__status=Matter.Status.DECLINED)
    standing = Q(invalid_at__isnull=True) & ~Q(matter__status=Matter.Status.DECLINED)
    taken_up = standing & (
        Q(matter__playbook__isnull=False)
        | Q(matter__emergency_at__isnull=False)
        | Q(matter__status=Matter.Status.CLOSED)
    )
    judged = Exists(Judgement.objects.filter(report=OuterRef("pk"), valid=True))
    solved = standing & Q(matter__status=Matter.Status.CLOSED)
    counted = (
        Report.objects.filter(estate_id=estate_id, withdrawn_at__isnull=True)
        .annotate(judged=judged)
        .aggregate(
            submitted=Count("pk"),
            not_valid=Count("pk", filter=declined),
            valid=Count("pk", filter=taken_up | (standing & Q(judged=True))),
            linked=Count("pk", filter=taken_up),
            settled=Count("pk", filter=solved),
            problems=Count("matter", distinct=True, filter=solved),
        )
    )
    return OpinionFigures(**counted)
