"""The desk's list of reports over all estates served: what was said where, and how each stands. No names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from yishiting.council.matters.models import COUNTS, Answer, Judgement, Matter, Report
from yishiting.council.matters.policy import readable_reports
from yishiting.council.matters.selectors.public import words_of
from yishiting.ground.organisations.actors import Actor

_ANSWERED = Exists(
    Answer.objects.filter(report=OuterRef("pk"), matter=OuterRef("matter_id"), round=OuterRef("matter__round"))
)
_JUDGED = Exists(Judgement.objects.filter(report=OuterRef("pk")))
#: How a report stands. One that was said anew is told with the words that replace it.
STANDINGS: Mapping[str, Q] = {
    "waiting": COUNTS & Q(matter__status=Matter.Status.OPEN) & ~Q(_ANSWERED),
    "unjudged": COUNTS & Q(matter__status=Matter.Status.OPEN, matter__stage=Matter.Stage.COLLECT) & ~Q(_JUDGED),
    "valid": COUNTS & Q(_JUDGED),
    "invalid": Q(invalid_at__isnull=False),
    "withdrawn": Q(withdrawn_at__isnull=False),
    "answered": Q(_ANSWERED),
    "unhappy": Q(Exists(Answer.objects.filter(report=OuterRef("pk"), rating__lte=2))),
}


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What was asked of the list; ``standing`` is a key of :data:`STANDINGS` or empty."""

    search: str = ""
    estate_id: int | None = None
    standing: str = ""
    category: str = ""
    sort: str = "new"


def desk_reports(actor: Actor, wanted: ReportFilter) -> QuerySet[Report]:
    """Return the reports that the actor may read, each with its matter, answers and judgements (four queries a page)."""
    reports = readable_reports(actor).filter(replaced_by__isnull=True)
    for word in words_of(wanted.search):
        found = (
            Q(words__icontains=word)
            | Q(matter__title__icontains=word)
            | Q(matter__proposed_title__icontains=word)
            | Q(matter__spot__icontains=word)
        )
        number = word.strip("第件#号")
        if number.isascii() and number.isdigit() and len(number) < 10:
            found |= Q(matter__no=int(number))
        reports = reports.filter(found)
    if wanted.estate_id is not None:
        reports = reports.filter(estate_id=wanted.estate_id)
    if wanted.category and "\0" not in wanted.category:
        reports = reports.filter(matter__category=wanted.category)
    if wanted.standing in STANDINGS:
        reports = reports.filter(STANDINGS[wanted.standing])
    order = (F("made_at").asc(), "pk") if wanted.sort == "old" else (F("made_at").desc(), "-pk")
    return (
        reports.select_related("estate", "matter", "home__entrance__building")
        .prefetch_related(
            Prefetch("answers", Answer.objects.order_by("pk"), to_attr="given"),
            Prefetch("judgements", Judgement.objects.order_by("pk"), to_attr="judged"),
        )
        .order_by(*order)
    )


def standing_of(report: Report) -> str:
    """Return how a report of :func:`desk_reports` stands: a key of :data:`STANDINGS`."""
    if report.withdrawn_at is not None:
        return "withdrawn"
    if report.invalid_at is not None:
        return "invalid"
    matter = report.matter
    given = [each for each in vars(report)["given"] if (each.matter_id, each.round) == (matter.pk, matter.round)]
    return "answered" if given else "waiting"
