"""Reports of one's own: with their answers, said anew or taken back, rated, and another round asked for."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.matters import selectors, services
from yishiting.council.matters.selectors.mine import MyReport
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request
from yishiting.reach.api.matters import Reported, done, reported
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page_of
from yishiting.reach.api.shapes import Done, Line, Pk, Reason, Words

router = Router(tags=["matters"])
#: More of one's own than anybody reads; the pages show fewer.
MOST_OWN = 10_000


class AnswerOut(Schema):
    """An answer that one got, and the rating that one gave it."""

    text: str
    given_at: datetime
    rating: int | None


class MyReportOut(Schema):
    """A report of one's own."""

    id: int
    estate: str
    matter: int
    title: str
    words: str
    made_at: datetime
    answers: list[AnswerOut]
    can_rate: bool
    can_reopen: bool


class MyReports(Schema):
    """A page of one's own reports, the newest first."""

    items: list[MyReportOut]
    next: str | None


class CorrectIn(Schema):
    """The words instead."""

    words: Words


class RatingIn(Schema):
    """1 to 5, with words."""

    rating: int = Field(ge=0, le=100)
    words: Line = ""


class Rated(Schema):
    """The answer was rated."""

    report: int
    rating: int


def _mine(each: MyReport) -> MyReportOut:
    return MyReportOut(
        id=each.report.pk,
        estate=each.matter.estate.slug,
        matter=each.matter.no,
        title=each.matter.title,
        words=each.report.words,
        made_at=each.report.made_at,
        answers=[AnswerOut(text=row.text, given_at=row.given_at, rating=row.rating) for row in each.answers],
        can_rate=each.can_rate,
        can_reopen=each.can_reopen,
    )


@reads(router, "/me/reports", scope="matters:read", answer=MyReports, public=False)
def list_my_reports(request: Request, cursor: Cursor = "", limit: Limit = 20) -> MyReports:
    """List one's own reports with their answers, the newest first."""
    every = selectors.my_reports(request.actor, limit=MOST_OWN)
    found, after = page_of(every, by=lambda each: each.report.pk, cursor=cursor, limit=limit)
    return MyReports(items=[_mine(each) for each in found], next=after)


def _own(request: Request, report_id: int) -> MyReport:
    found = next(
        (each for each in selectors.my_reports(request.actor, limit=MOST_OWN) if each.report.pk == report_id), None
    )
    if found is None:
        raise NotFound(gettext_noop("您没有反映过这件事。请从“我的”里打开您反映过的事。"))
    return found


@writes(router, "/me/reports/{pk}/correction", scope="matters:write", answer=Reported, status=201)
def correct_report(request: Request, pk: Pk, data: CorrectIn) -> Reported:
    """Say a report of one's own anew, while nobody has taken it up; it has a new id then."""
    mine = _own(request, pk)
    return reported(
        services.correct_report(actor=request.actor, report_id=mine.report.pk, words=data.words, now=request.now)
    )


@writes(router, "/me/reports/{pk}/withdrawal", scope="matters:write", answer=Done)
def withdraw_report(request: Request, pk: Pk) -> Done:
    """Take a report of one's own back, while nobody has taken it up."""
    mine = _own(request, pk)
    return done(services.withdraw_report(actor=request.actor, report_id=mine.report.pk, now=request.now))


@writes(router, "/me/reports/{pk}/rating", scope="matters:write", answer=Rated)
def rate_answer(request: Request, pk: Pk, data: RatingIn) -> Rated:
    """Rate the latest answer that one got."""
    mine = _own(request, pk)
    made = services.rate(
        actor=request.actor, report_id=mine.report.pk, rating=data.rating, words=data.words, now=request.now
    )
    return Rated(report=mine.report.pk, rating=made.rating or 0)


@writes(router, "/me/reports/{pk}/reopening", scope="matters:write", answer=Done)
def reopen_matter(request: Request, pk: Pk, data: Reason) -> Done:
    """Ask for another round, with the reason."""
    mine = _own(request, pk)
    return done(services.reopen(actor=request.actor, report_id=mine.report.pk, reason=data.reason, now=request.now))
