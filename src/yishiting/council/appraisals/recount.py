"""Recounts appraisals from their rows, for ``yishiting verify``: what was told of one is what its answers say."""

from __future__ import annotations

from collections.abc import Iterator

from yishiting.council.appraisals.models import Appraisal, AppraisalAnswer
from yishiting.council.appraisals.services import result_of
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.models import Entry


def faults(estate_id: int) -> Iterator[Sentence]:
    """Yield a sentence for each appraisal of which something else was told, or that took an answer after its end."""
    told = {
        entry.subject_id: entry.facts
        for entry in Entry.objects.filter(estate_id=estate_id, kind="appraisals.closed").order_by("seq")
    }
    for row in Appraisal.objects.filter(estate_id=estate_id).order_by("no"):
        facts = told.get(row.pk)
        if (row.closed_at is None) != (facts is None):
            yield Sentence(gettext_noop("第 {no} 次评议：是否结束，和记录对不上。"), no=row.no)
        elif facts is not None:
            result = result_of(row)
            if (facts.get("homes"), facts.get("answered"), facts.get("low")) != (
                result.homes,
                result.answered,
                result.low,
            ):
                yield Sentence(gettext_noop("第 {no} 次评议：公布的数和评价对不上。"), no=row.no)
        late = AppraisalAnswer.objects.filter(asked__appraisal=row, answered_at__gte=row.closes_at)
        if late.exists():
            yield Sentence(gettext_noop("第 {no} 次评议：有截止以后的评价。"), no=row.no)
