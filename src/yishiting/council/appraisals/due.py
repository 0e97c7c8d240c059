"""What of appraisals waits for whom: to be closed, and a note that a low score asks for."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, Sum, When

from yishiting.council.appraisals.lifecycle import LEAST_SHOWN
from yishiting.council.appraisals.models import Appraisal, AppraisalAnswer, AppraisalNote
from yishiting.council.matters.models import Matter, StepRun
from yishiting.ground.desks import due
from yishiting.ground.desks.due import Asked, Component, Source, word
from yishiting.ground.desks.services import exercised
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.words import gettext_noop

NAME = "appraisals"


def components(asked: Asked) -> Iterator[Component]:
    """Yield the appraisals that go on and those whose low score nothing was said of, but none of the actor's own work.

    Whether work was his is decided for good by :func:`policy.judged`; here it is told by the steps alone, so that a line
    may show which its page then refuses.
    """
    posts = [office.post_id for office, _ in asked.offices]
    did = StepRun.objects.filter(
        Q(post_id__in=posts) | Q(ended_by_id=asked.actor.person_id), matter=OuterRef("matter"),
        stage=Matter.Stage.CARRY_OUT,
    )  # fmt: skip
    answers = AppraisalAnswer.objects.filter(asked__appraisal=OuterRef("pk")).order_by().values("asked__appraisal")
    count = Subquery(answers.annotate(n=Count("pk")).values("n"))
    total = Subquery(answers.annotate(n=Sum("score")).values("n"))
    noted = AppraisalNote.objects.filter(appraisal=OuterRef("pk"))
    for claim in asked.claims(Duty.APPRAISE):
        rows = (
            Appraisal.objects.filter(~Exists(did), estate_id__in=claim.estate_ids)
            .annotate(answered=count, tenths=total * 10)
            .filter(
                Q(closed_at__isnull=True)
                | (Q(answered__gte=LEAST_SHOWN, tenths__lt=F("threshold") * F("answered")) & ~Q(Exists(noted)))
            )
        )
        what = Case(When(closed_at__isnull=True, then=word("close")), default=word("note"), output_field=CharField())
        yield due.component(
            rows, source=NAME, claim=claim, about=("matter", "matter_id"), what=what, no="no", title="matter__title",
            place=F("matter__building__label"), due=F("closes_at"), since=F("opened_at"),
        )  # fmt: skip


SOURCE = Source(
    name=NAME,
    room=gettext_noop("评议"),
    components=components,
    says={
        "close": gettext_noop("评议到期就结束，公布结果"),
        "note": gettext_noop("评分低，写明打算怎么改"),
    },
)


def register() -> None:
    """Put this room's work on desks."""
    due.register(SOURCE)
    exercised(dict.fromkeys(("appraisals.opened", "appraisals.closed", "appraisals.noted"), Duty.APPRAISE))
