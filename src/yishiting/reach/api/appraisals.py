"""Appraisals of work done: counts for everyone, one answer for each home, and the verbs of whoever runs them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.appraisals import policy, selectors, services
from yishiting.council.appraisals.selectors import Shown
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places.models import Building, Entrance, Estate
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.disclosures import Disclosed, disclosed
from yishiting.reach.api.door import Request, estate_at, is_device
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Id, Line, Moment, No, Number, Search, Slug, Words

router = Router(tags=["appraisals"])


class AppraisalResult(Schema):
    """What may be told once it is over; None where it would point at somebody. ``mean`` is text, exact to a tenth."""

    homes: int
    answered: int | None
    mean: str | None
    good: int | None
    fair: int | None
    poor: int | None
    low: bool


class AppraisalLine(Schema):
    """An appraisal: of which matter, how many homes (户) are asked, until when; ``threshold`` in tenths of a point."""

    no: int
    matter: int
    title: str
    homes: int
    threshold: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    result: AppraisalResult | None


class Appraisals(Schema):
    """A page of appraisals."""

    items: list[AppraisalLine]
    next: str | None


class InvitedHome(Schema):
    """A home of one's own that is asked, and whether it has answered."""

    home: int
    answered: bool


class AppraisalOut(AppraisalLine):
    """An appraisal with the notes on a low score; ``mine`` is for who asks alone."""

    notes: list[str]
    note_owed: bool
    mine: list[InvitedHome]
    disclosed: Disclosed


class Invitation(Schema):
    """An appraisal that waits for a home of one's own."""

    estate: str
    no: int
    title: str
    home: int
    closes_at: datetime


class Invitations(Schema):
    """What waits, what ends first before the others."""

    items: list[Invitation]


class SingleAnswer(Schema):
    """An answer without whose it is."""

    score: int
    words: str


class SingleAnswers(Schema):
    """Single answers in an order that tells nothing; empty where fewer than three homes answered."""

    items: list[SingleAnswer]


class OpenAppraisalIn(Schema):
    """Which matter, whom to ask (reporters, building or entrance), below how many tenths of a point it is low."""

    matter: Number
    scope: Line
    building_id: Id | None = None
    entrance_id: Id | None = None
    threshold: int = Field(ge=0, le=1000)
    closes_at: Moment


class AppraisalAnswerIn(Schema):
    """1 to 5, with words, for a home that is asked."""

    home_id: Id
    score: int = Field(ge=0, le=100)
    words: Words = ""


class AppraisalNoteIn(Schema):
    """What is done about a low score; for everyone to read."""

    text: Words


class AppraisalDone(Schema):
    """How an appraisal stands after a verb."""

    no: int
    state: str


def _line(shown: Shown) -> dict[str, Any]:
    row, told = shown.row, shown.result
    bands = told.bands if told else None
    result = AppraisalResult(
        homes=told.homes,
        answered=told.answered,
        mean=told.mean or None,
        good=bands.good if bands else None,
        fair=bands.fair if bands else None,
        poor=bands.poor if bands else None,
        low=told.low,
    ) if told else None  # fmt: skip
    return {
        "no": row.no,
        "matter": row.matter.no,
        "title": row.matter.title,
        "homes": shown.homes,
        "threshold": row.threshold,
        "opened_at": row.opened_at,
        "closes_at": row.closes_at,
        "closed_at": row.closed_at,
        "result": result,
    }


def _at(request: Request, slug: str, no: int) -> dict[str, Any]:
    estate = estate_at(slug)
    found = selectors.fetch(request.actor, estate.pk, no)
    policy.can_run(request.actor, found.matter).enforce()
    return {"actor": request.actor, "estate_id": estate.pk, "no": no, "now": request.now}


@reads(router, "/estates/{slug}/appraisals", scope="appraisals:read", answer=Appraisals)
def list_appraisals(
    request: Request, slug: Slug, q: Search = "", state: Search = "", cursor: Cursor = "", limit: Limit = 20
) -> Appraisals:
    """List what was appraised, the newest first; `state` is open or closed."""
    rows = selectors.public_list(request.actor, estate_at(slug).pk, search=q.strip())
    if state in {"open", "closed"}:
        rows = rows.filter(closed_at__isnull=state == "open")
    found, after = page(rows, by=("-no",), cursor=cursor, limit=limit)
    return Appraisals(items=[AppraisalLine.model_validate(_line(row)) for row in selectors.shown(found)], next=after)


@reads(router, "/estates/{slug}/appraisals/{no}", scope="appraisals:read", answer=AppraisalOut)
def get_appraisal(request: Request, slug: Slug, no: No) -> AppraisalOut:
    """Tell an appraisal: who is asked and until when; once it is over, the counts and what is done about a low score."""
    estate = estate_at(slug)
    shown = selectors.page(request.actor, estate.pk, no)
    alone = not request.actor.is_nobody and not is_device(request)
    mine = selectors.invited_homes(request.actor, shown.row) if alone else []
    return AppraisalOut.model_validate(
        {
            **_line(shown),
            "notes": [note.text for note in shown.notes],
            "note_owed": shown.note_owed,
            "mine": [InvitedHome(home=row.home_id, answered=hasattr(row, "answer")) for row in mine],
            "disclosed": disclosed(estate, "appraisal", shown.row.pk, now=request.now),
        }
    )


@reads(router, "/me/invitations", scope="appraisals:read", answer=Invitations, public=False)
def list_my_invitations(request: Request) -> Invitations:
    """List the appraisals that wait for a home of one's own, at most a hundred."""
    rows = selectors.invitations(request.actor, now=request.now)[:100]
    return Invitations(
        items=[
            Invitation(
                estate=row.appraisal.estate.slug,
                no=row.appraisal.no,
                title=row.appraisal.matter.title,
                home=row.home_id,
                closes_at=row.appraisal.closes_at,
            )
            for row in rows
        ]
    )


@reads(router, "/estates/{slug}/appraisals/{no}/answers", scope="appraisals:read", answer=SingleAnswers, public=False)
def list_answers(request: Request, slug: Slug, no: No) -> SingleAnswers:
    """List single answers once it is over, without their homes; the reading is on record."""
    rows = services.read_answers(actor=request.actor, estate_id=estate_at(slug).pk, no=no, now=request.now)
    return SingleAnswers(items=[SingleAnswer(score=row.score, words=row.words) for row in rows])


def _place(estate: Estate, data: OpenAppraisalIn) -> tuple[Building | None, Entrance | None]:
    building = Building.objects.filter(estate=estate, pk=data.building_id or 0).first()
    entrance = Entrance.objects.filter(estate=estate, pk=data.entrance_id or 0).first()
    wrong = {"building_id": data.building_id and not building, "entrance_id": data.entrance_id and not entrance}
    if any(wrong.values()):
        text = gettext_noop("选的楼栋不在这个小区。请重新选择请谁来评。")
        raise BadInput(text, fields={name: text for name, is_wrong in wrong.items() if is_wrong})
    return building, entrance


@writes(router, "/estates/{slug}/appraisals", scope="appraisals:write", answer=AppraisalDone, status=201)
def open_appraisal(request: Request, slug: Slug, data: OpenAppraisalIn) -> AppraisalDone:
    """Ask the homes concerned how well a matter was dealt with."""
    estate = estate_at(slug)
    if not request.actor.has_duty(Duty.APPRAISE, estate.pk):
        raise NotAllowed(gettext_noop("评议由议事会召集人、监事或社区工作人员来办。"))
    building, entrance = _place(estate, data)
    made = services.open_appraisal(
        actor=request.actor,
        estate=estate,
        matter_no=data.matter,
        scope=data.scope,
        building=building,
        entrance=entrance,
        threshold=data.threshold,
        closes_at=data.closes_at,
        now=request.now,
    )
    return AppraisalDone(no=made.no, state="open")


@writes(router, "/estates/{slug}/appraisals/{no}/answers", scope="appraisals:write", answer=AppraisalDone, status=201)
def answer_appraisal(request: Request, slug: Slug, no: No, data: AppraisalAnswerIn) -> AppraisalDone:
    """Answer for a home of one's own: once, while it is open."""
    estate = estate_at(slug)
    found = selectors.fetch(request.actor, estate.pk, no)
    if data.home_id not in {row.home_id for row in selectors.invited_homes(request.actor, found)}:
        raise NotFound(gettext_noop("这次评议没有请这一户。请从“我的”里打开请您评的。"))
    services.answer(
        actor=request.actor,
        estate_id=estate.pk,
        no=no,
        home_id=data.home_id,
        score=data.score,
        words=data.words,
        now=request.now,
    )
    return AppraisalDone(no=no, state="open")


@writes(
    router,
    "/estates/{slug}/appraisals/{no}/written-answers",
    scope="appraisals:write",
    answer=AppraisalDone,
    status=201,
)
def write_answer_down(request: Request, slug: Slug, no: No, data: AppraisalAnswerIn) -> AppraisalDone:
    """Write down what a home answered by word of mouth or on paper."""
    at = _at(request, slug, no)
    services.write_down(**at, home_id=data.home_id, score=data.score, words=data.words)
    return AppraisalDone(no=no, state="open")


@writes(router, "/estates/{slug}/appraisals/{no}/closing", scope="appraisals:write", answer=AppraisalDone)
def close_appraisal(request: Request, slug: Slug, no: No) -> AppraisalDone:
    """Close an appraisal whose time is over; its result is for everyone from now on."""
    made = services.close_appraisal(**_at(request, slug, no))
    return AppraisalDone(no=made.no, state="closed")


@writes(router, "/estates/{slug}/appraisals/{no}/notes", scope="appraisals:write", answer=AppraisalDone, status=201)
def note_low_score(request: Request, slug: Slug, no: No, data: AppraisalNoteIn) -> AppraisalDone:
    """Write, for everyone, what is done about a low score."""
    services.note_follow_up(**_at(request, slug, no), text=data.text)
    return AppraisalDone(no=no, state="closed")
