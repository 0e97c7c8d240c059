"""A project's money: what is planned from which source, what became of each, and the verbs of whoever keeps it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.projects import policy, selectors, services
from yishiting.council.projects.funding import LineDraft, LineFacts, amount_in
from yishiting.council.projects.models import FundingLine
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.shapes import Day, Line, No, Slug, share

router = Router(tags=["projects"])


class NewsOut(Schema):
    """What became of a source on which day, as said by whom; ``amount`` in yuan where it was approved or came."""

    kind: str
    amount: str | None
    said_by: str
    on: date
    note: str


class SourceOut(Schema):
    """A source of money, in yuan to the cent; ``state`` is planned, applied, approved, refused or received."""

    no: int
    source: str
    planned: str
    state: str
    received: str
    news: list[NewsOut]


class FundingOut(Schema):
    """A project's money in yuan to the cent. ``version`` is 0 where none is planned; ``reason``: why it was planned anew."""

    version: int
    total: str
    approved: str
    received: str
    reason: str
    planned_at: datetime | None
    sources: list[SourceOut]


class SourceIn(Schema):
    """A source and how much of it, such as `32000` or `32000.50`."""

    source: Line
    planned: Line


class FundingIn(Schema):
    """What it costs and from where it is paid; the sources sum to the total. ``reason`` where it was planned before."""

    total: Line
    sources: list[SourceIn] = Field(max_length=100)
    reason: Line = ""


class FundingPlanned(Schema):
    """Which plan of the money it became."""

    no: int
    version: int


class NewsIn(Schema):
    """What became of a source; approval and receipt name an amount. ``on`` is today unless said."""

    kind: Literal["applied", "approved", "refused", "received"]
    amount: Line = ""
    said_by: Line
    on: Day | None = None
    note: Line = ""


class NewsTold(Schema):
    """What stands on record of a source."""

    no: int
    line: int
    kind: str


def _yuan(text: str, field: str) -> Decimal:
    """Return an amount, exact; raises :class:`BadInput` for what is none."""
    try:
        return amount_in(text)
    except BadInput as refusal:
        raise BadInput(refusal.message, code=refusal.code, fields={field: refusal.message}) from refusal


def _source(line: FundingLine, fact: LineFacts) -> SourceOut:
    return SourceOut(
        no=line.no,
        source=line.source,
        planned=share(line.planned),
        state=fact.state,
        received=share(fact.received),
        news=[
            NewsOut(
                kind=row.kind,
                amount=share(row.amount) if row.amount is not None else None,
                said_by=row.said_by,
                on=row.on,
                note=row.note,
            )
            for row in line.news.all()
        ],
    )


@reads(router, "/estates/{slug}/projects/{no}/funding", scope="projects:read", answer=FundingOut)
def get_funding(request: Request, slug: Slug, no: No) -> FundingOut:
    """Tell what a project costs, from where it is paid, what was approved and what came."""
    found = selectors.project_page(request.actor, estate_at(slug).pk, no)
    money = selectors.money_of(found)
    if money is None:
        return FundingOut(version=0, total="0", approved="0", received="0", reason="", planned_at=None, sources=[])
    return FundingOut(
        version=money.budget.no,
        total=share(money.budget.total),
        approved=share(money.approved),
        received=share(money.received),
        reason=money.budget.reason,
        planned_at=money.budget.planned_at,
        sources=[_source(line, fact) for line, fact in money.lines],
    )


@writes(router, "/estates/{slug}/projects/{no}/funding", scope="projects:write", answer=FundingPlanned, method="PUT")
def plan_funding(request: Request, slug: Slug, no: No, data: FundingIn) -> FundingPlanned:
    """Say what a project costs and from where it is paid; said again it replaces what was planned, with a reason."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    made = services.plan_funding(
        actor=request.actor,
        estate_id=estate.pk,
        no=no,
        total=_yuan(data.total, "total"),
        lines=[
            LineDraft(each.source, _yuan(each.planned, f"sources.{at}.planned")) for at, each in enumerate(data.sources)
        ],
        reason=data.reason,
        now=request.now,
    )
    return FundingPlanned(no=no, version=made.no)


@writes(
    router, "/estates/{slug}/projects/{no}/funding/{line}/news", scope="projects:write", answer=NewsTold, status=201
)
def tell_funding(request: Request, slug: Slug, no: No, line: No, data: NewsIn) -> NewsTold:
    """Write down what became of a source: applied for, approved, refused or received, and who said so."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    made = services.tell_funding(
        actor=request.actor,
        estate_id=estate.pk,
        no=no,
        line_no=line,
        kind=data.kind,
        amount=_yuan(data.amount, "amount") if data.amount.strip() else None,
        said_by=data.said_by,
        on=data.on or request.now.astimezone(CHINA).date(),
        note=data.note,
        now=request.now,
    )
    return NewsTold(no=no, line=line, kind=made.kind)
