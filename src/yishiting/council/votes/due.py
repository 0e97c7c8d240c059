"""What of votes waits for whom: drafts to be opened, votes to be closed and counted, slips that wait for another reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Min, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from yishiting.council.votes.models import PaperEntry, PaperSlip, Vote
from yishiting.ground.desks import due
from yishiting.ground.desks.due import Asked, Claim, Component, Source, word
from yishiting.ground.desks.services import exercised
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.words import gettext_noop

NAME = "votes"


def _slips(asked: Asked, claim: Claim) -> QuerySet[Any, Any]:
    """Slips of a vote that wait for a reading by somebody else than whoever read them, in the claim's place."""
    read = PaperEntry.objects.filter(slip=OuterRef("pk"), entered_by_id=asked.actor.person_id)
    slips = PaperSlip.objects.waiting().filter(~Exists(read), vote=OuterRef("pk"))
    if claim.building_id is not None:
        slips = slips.filter(head__home_rows__home__building_id=claim.building_id)
    return slips.order_by().values("vote")


def components(asked: Asked) -> Iterator[Component]:
    """Yield votes for those who run them, then votes with slips to read for those who read paper."""
    for claim in asked.claims(Duty.VOTE):
        rows = Vote.objects.filter(estate_id__in=claim.estate_ids, counted_at__isnull=True, cancelled_at__isnull=True)
        if claim.building_id is not None:
            rows = rows.filter(building_id=claim.building_id)
        what = Case(
            When(opened_at__isnull=True, then=word("open")),
            When(closed_at__isnull=False, then=word("count")),
            default=word("close"),
            output_field=CharField(),
        )
        yield due.component(
            rows, source=NAME, claim=claim, about=("vote", "pk"), what=what, no="no", title="title",
            place=F("building__label"), due=F("closes_at"), since=Coalesce("closed_at", "opened_at", "drafted_at"),
        )  # fmt: skip
    for claim in asked.claims(Duty.PAPER):
        slips = _slips(asked, claim)
        rows = Vote.objects.filter(
            Exists(slips), estate_id__in=claim.estate_ids, counted_at__isnull=True, cancelled_at__isnull=True
        )
        yield due.component(
            rows, source=NAME, claim=claim, about=("vote", "pk"), what="slips", no="no", title="title",
            place=F("building__label"), due=F("closes_at"),
            since=Subquery(slips.annotate(first=Min("received_at")).values("first")),
            n=Subquery(slips.annotate(n=Count("pk", distinct=True)).values("n")),
        )  # fmt: skip


SOURCE = Source(
    name=NAME,
    room=gettext_noop("表决"),
    components=components,
    says={
        "open": gettext_noop("表决起草好了，等开始"),
        "close": gettext_noop("到时间截止，然后计票"),
        "count": gettext_noop("已经截止，录完纸票就计票"),
        "slips": gettext_noop("{n} 张纸票等您再录一遍"),
    },
)


def register() -> None:
    """Put this room's work on desks."""
    due.register(SOURCE)
    run = (
        "votes.drafted",
        "votes.draft_edited",
        "votes.draft_dropped",
        "votes.opened",
        "votes.closed",
        "votes.cancelled",
    )
    paper = ("votes.paper_received", "votes.paper_settled", "votes.paper_differs", "votes.paper_withdrawn")
    exercised({**dict.fromkeys(run, Duty.VOTE), **dict.fromkeys(paper, Duty.PAPER)})
