"""Objections to a notice (异议): counts for everyone, one's own for oneself, words and answers for who sees to notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema

from yishiting.kernel.clock import CHINA
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page, page_of
from yishiting.reach.api.shapes import Day, Id, Line, No, Number, Search, Slug, Words
from yishiting.record.notices import hearing, policy, selectors, services
from yishiting.record.notices.models import Objection
from yishiting.record.notices.services.objecting import window_of

router = Router(tags=["notices"])


class ObjectionsOut(Schema):
    """How many objections (条) to the version that hangs stand, how many are answered, and whether more are heard.

    `window` is open, over or none; `until` is the last day, null while its days have not begun to count.
    """

    no: int
    version: int
    made: int
    answered: int
    window: str
    until: date | None
    answer_days: int


class ObjectionOut(Schema):
    """An objection with its answer (C2); `state` is open, answered or withdrawn."""

    no: int
    version: int
    home: int
    words: str
    on: date
    paper: bool
    state: str
    due_at: datetime
    outcome: str
    answer: str
    remedy: str
    answered_at: datetime | None


class ObjectionList(Schema):
    """A page of objections."""

    items: list[ObjectionOut]
    next: str | None


class ObjectionIn(Schema):
    """What one has against it; the home may be left out by who has one in its scope. `version` is what was looked at."""

    words: Words
    home_id: Id | None = None
    version: Number | None = None


class PaperObjectionIn(Schema):
    """What a home handed in on paper, and on which day it came."""

    home_id: Id
    words: Words
    on: Day | None = None


class TakeBackIn(Schema):
    """Why; asked for where it was on paper."""

    note: Line = ""


class ObjectionAnswerIn(Schema):
    """`outcome`: upheld, partly or rejected; `remedy` where it is right: withdraw the version, or revise it."""

    outcome: Line
    text: Words
    remedy: Line = ""


class ObjectionDone(Schema):
    """How an objection stands after a verb."""

    no: int
    state: str


def _told(row: Objection) -> ObjectionOut:
    return ObjectionOut(
        no=row.no,
        version=row.version.no,
        home=row.home_id,
        words=row.words,
        on=row.on,
        paper=row.paper,
        state=row.state,
        due_at=row.due_at,
        outcome=row.outcome,
        answer=row.answer,
        remedy=row.remedy,
        answered_at=row.answered_at,
    )


def _done(row: Objection) -> ObjectionDone:
    return ObjectionDone(no=row.no, state=row.state)


def _at(request: Request, slug: str, no: int) -> dict[str, Any]:
    return {"actor": request.actor, "estate_id": estate_at(slug).pk, "no": no, "now": request.now}


def _desk(request: Request, slug: str, no: int) -> dict[str, Any]:
    at = _at(request, slug, no)
    policy.can_hear(request.actor, at["estate_id"]).enforce()
    return at


@reads(router, "/estates/{slug}/notices/{no}/objections", scope="notices:read", answer=ObjectionsOut)
def get_objections(request: Request, slug: Slug, no: No) -> ObjectionsOut:
    """Tell how many objections to the version that hangs there are, as counts alone, and until when they are heard."""
    version = selectors.published_version(estate_at(slug).pk, no)
    window = window_of(version, request.now.astimezone(CHINA).date())
    counts = hearing.heard(version)
    return ObjectionsOut(
        no=no,
        version=version.no,
        made=counts.made,
        answered=counts.answered,
        window=window.state,
        until=window.until,
        answer_days=version.answer_days,
    )


@reads(router, "/me/notices/{slug}/{no}/objections", scope="notices:read", answer=ObjectionList, public=False)
def list_my_objections(request: Request, slug: Slug, no: No, cursor: Cursor = "", limit: Limit = 20) -> ObjectionList:
    """List what one objected to in a notice oneself, with the answers."""
    version = selectors.published_version(estate_at(slug).pk, no)
    every = sorted(hearing.mine(request.actor, version.notice), key=lambda row: row.no)
    found, after = page_of(every, by=lambda row: row.no, cursor=cursor, limit=limit)
    return ObjectionList(items=[_told(row) for row in found], next=after)


@writes(router, "/estates/{slug}/notices/{no}/objections", scope="notices:write", answer=ObjectionDone, status=201)
def object_to_notice(request: Request, slug: Slug, no: No, data: ObjectionIn) -> ObjectionDone:
    """Object in writing to what hangs, for a home of one's own in its scope, while its days run."""
    made = services.object_to_notice(
        **_at(request, slug, no), words=data.words, home_id=data.home_id, version_no=data.version
    )
    return _done(made)


@writes(
    router, "/estates/{slug}/notices/{no}/objections/{objection}/withdrawal", scope="notices:write",
    answer=ObjectionDone,
)  # fmt: skip
def withdraw_objection(request: Request, slug: Slug, no: No, objection: Number, data: TakeBackIn) -> ObjectionDone:
    """Take back one's own objection before it is answered; staff take back one on paper, with a reason."""
    at = _at(request, slug, no)
    return _done(services.withdraw_objection(**at, objection_no=objection, note=data.note))


@reads(router, "/estates/{slug}/desk/notices/{no}/objections", scope="notices:read", answer=ObjectionList, public=False)
def list_objections(
    request: Request, slug: Slug, no: No, state: Search = "", cursor: Cursor = "", limit: Limit = 20
) -> ObjectionList:
    """List the objections to a notice with their words; `state` is open, answered or withdrawn. The reading is on record."""
    rows = hearing.listed(services.read_objections(**_desk(request, slug, no)), state=state)
    found, after = page(rows, by=("no",), cursor=cursor, limit=limit)
    return ObjectionList(items=[_told(row) for row in found], next=after)


@writes(router, "/estates/{slug}/desk/notices/{no}/objections", scope="notices:write", answer=ObjectionDone, status=201)
def write_down_objection(request: Request, slug: Slug, no: No, data: PaperObjectionIn) -> ObjectionDone:
    """Write down what a home of the scope handed in on paper while its days ran."""
    at = _desk(request, slug, no)
    return _done(services.write_down_objection(**at, home_id=data.home_id, words=data.words, on=data.on))


@writes(
    router, "/estates/{slug}/desk/notices/{no}/objections/{objection}/answer", scope="notices:write",
    answer=ObjectionDone,
)  # fmt: skip
def answer_objection(request: Request, slug: Slug, no: No, objection: Number, data: ObjectionAnswerIn) -> ObjectionDone:
    """Answer an objection, once, with the reason; where it is right, say whether the version is withdrawn or revised."""
    at = _desk(request, slug, no)
    made = services.answer_objection(
        **at, objection_no=objection, outcome=data.outcome, text=data.text, remedy=data.remedy
    )
    return _done(made)
