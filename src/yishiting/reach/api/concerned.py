"""Whom a matter is about, so that nothing is decided on them without having asked them: for those who run meetings."""

from __future__ import annotations

from ninja import Router, Schema

from yishiting.council.meetings import policy, selectors, services
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.meetings import at_meeting
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page_of
from yishiting.reach.api.shapes import Id, Line, No, Pk, Reason, Slug, Words

router = Router(tags=["meetings"])


class ConcernedOut(Schema):
    """A home, or somebody in words, that an item is about (C2), and how they were asked to come."""

    id: int
    item: int
    home: str
    who: str
    asked: str


class ConcernedList(Schema):
    """A page of those whom a meeting's agenda is about."""

    items: list[ConcernedOut]
    next: str | None


class ConcernedIn(Schema):
    """A home, or somebody in words."""

    home_id: Id | None = None
    who: Line = ""


class ConcernedDone(Schema):
    """Who was named, lifted or asked."""

    id: int


class AskIn(Schema):
    """face, phone, paper or message."""

    how: Line


class StatementIn(Schema):
    """What was said on an item, for a side."""

    item_id: Id
    party_id: Id
    text: Words


class StatementDone(Schema):
    """The statement's number at the meeting."""

    no: int


@reads(router, "/estates/{slug}/meetings/{no}/concerned", scope="meetings:read", answer=ConcernedList, public=False)
def list_concerned(request: Request, slug: Slug, no: No, cursor: Cursor = "", limit: Limit = 20) -> ConcernedList:
    """List whom the agenda is about, and whether they were asked to come. The reading is on record."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    meeting = selectors.meeting_page(request.actor, estate.pk, no)
    every = services.read_concerned(actor=request.actor, meeting=meeting, now=request.now)
    found, after = page_of(every, by=lambda each: each.row.pk, cursor=cursor, limit=limit)
    return ConcernedList(
        items=[
            ConcernedOut(
                id=each.row.pk,
                item=each.item.no,
                home=str(each.row.home) if each.row.home else "",
                who=each.row.who,
                asked=each.invitation.how if each.invitation else "",
            )
            for each in found
        ],
        next=after,
    )


@writes(router, "/estates/{slug}/desk/matters/{no}/concerned", scope="meetings:write", answer=ConcernedDone, status=201)
def name_concerned(request: Request, slug: Slug, no: No, data: ConcernedIn) -> ConcernedDone:
    """Say whom a matter is about; from now on no meeting decides on it without having asked them."""
    at = at_meeting(request, slug, no)
    made = services.name_concerned(
        actor=at["actor"],
        estate_id=at["estate_id"],
        matter_no=no,
        home_id=data.home_id,
        who=data.who,
        now=at["now"],
    )
    return ConcernedDone(id=made.pk)


@writes(router, "/estates/{slug}/concerned/{pk}/lifting", scope="meetings:write", answer=ConcernedDone)
def lift_concerned(request: Request, slug: Slug, pk: Pk, data: Reason) -> ConcernedDone:
    """Take somebody off whom a matter is not about after all."""
    at = at_meeting(request, slug, 0)
    made = services.lift_concerned(
        actor=at["actor"], estate_id=at["estate_id"], concerned_id=pk, reason=data.reason, now=at["now"]
    )
    return ConcernedDone(id=made.pk)


@writes(router, "/estates/{slug}/meetings/{no}/concerned/{pk}", scope="meetings:write", answer=ConcernedDone)
def ask_concerned(request: Request, slug: Slug, no: No, pk: Pk, data: AskIn) -> ConcernedDone:
    """Put down that somebody concerned was asked to come, and how."""
    services.ask_concerned(**at_meeting(request, slug, no), concerned_id=pk, how=data.how)
    return ConcernedDone(id=pk)


@writes(router, "/estates/{slug}/meetings/{no}/statements", scope="meetings:write", answer=StatementDone, status=201)
def take_statement(request: Request, slug: Slug, no: No, data: StatementIn) -> StatementDone:
    """Take down what was said on an item, attributed to a side and to nobody by name."""
    at = at_meeting(request, slug, no)
    made = services.take_statement(**at, item_id=data.item_id, party_id=data.party_id, text=data.text)
    return StatementDone(no=made.no)
