"""Paper ballots: taken in, read again by another, withdrawn. No answer tells what anybody read on a slip."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.votes import policy, selectors, services, slips
from yishiting.council.votes.models import PaperSlip, Vote
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page_of
from yishiting.reach.api.shapes import Id, Line, Moment, No, Pk, Reason, Slug
from yishiting.reach.api.votes import choices_of

router = Router(tags=["desk: paper ballots"])


class SlipOut(Schema):
    """A slip that waits for a reading."""

    id: int
    homes: list[str]
    received_at: datetime
    readings: int
    read_by_me: bool
    first_by_me: bool


class Slips(Schema):
    """A page of the slips that wait, the oldest first."""

    items: list[SlipOut]
    next: str | None


class ReadingIn(Schema):
    """What stands on a slip, by the items' numbers: for, against, abstain or invalid."""

    choices: dict[int, Line] = Field(max_length=50)


class SlipIn(ReadingIn):
    """The first reading, with whose slip it is and when it was handed in."""

    home_id: Id
    received_at: Moment


class SlipDone(Schema):
    """How a slip stands; ``receipt`` once it has become a ballot, to be handed to who brought it."""

    id: int
    settled: bool
    withdrawn: bool
    receipt: str


def _found(request: Request, slug: str, no: int) -> Vote:
    estate = estate_at(slug)
    policy.can_see_desk(request.actor, estate.pk).enforce()
    vote = selectors.vote_by_no(request.actor, estate, no)
    policy.can_read_paper(request.actor, vote).enforce()
    return vote


def _done(slip: PaperSlip) -> SlipDone:
    return SlipDone(
        id=slip.pk,
        settled=slip.settled_at is not None,
        withdrawn=slip.withdrawn_at is not None,
        receipt=selectors.paper_receipt(slip) if slip.settled_at else "",
    )


@reads(router, "/estates/{slug}/votes/{no}/slips", scope="votes:read", answer=Slips, public=False)
def list_slips(request: Request, slug: Slug, no: No, cursor: Cursor = "", limit: Limit = 20) -> Slips:
    """List the slips that wait for a reading."""
    vote = _found(request, slug, no)
    waiting = slips.slips_of(vote, request.actor)
    found, after = page_of(waiting, by=lambda line: -line.slip.pk, cursor=cursor, limit=limit)
    return Slips(
        items=[
            SlipOut(
                id=line.slip.pk,
                homes=list(line.homes),
                received_at=line.slip.received_at,
                readings=line.readings,
                read_by_me=line.read_by_me,
                first_by_me=line.first_by_me,
            )
            for line in found
        ],
        next=after,
    )


@writes(router, "/estates/{slug}/votes/{no}/slips", scope="votes:write", answer=SlipDone, status=201)
def receive_slip(request: Request, slug: Slug, no: No, data: SlipIn) -> SlipDone:
    """Take a slip in with its first reading."""
    vote = _found(request, slug, no)
    return _done(
        services.receive_paper(
            actor=request.actor,
            vote_id=vote.pk,
            home_id=data.home_id,
            received_at=data.received_at,
            choices=choices_of(vote, data.choices),
            now=request.now,
        )
    )


@writes(router, "/estates/{slug}/votes/{no}/slips/{pk}/readings", scope="votes:write", answer=SlipDone, status=201)
def read_slip_again(request: Request, slug: Slug, no: No, pk: Pk, data: ReadingIn) -> SlipDone:
    """Record another person's reading of a slip."""
    vote = _found(request, slug, no)
    line = slips.slip_line(vote, request.actor, pk)
    return _done(
        services.read_paper_again(
            actor=request.actor, slip_id=line.slip.pk, choices=choices_of(vote, data.choices), now=request.now
        )
    )


@writes(router, "/estates/{slug}/votes/{no}/slips/{pk}/withdrawal", scope="votes:write", answer=SlipDone)
def withdraw_slip(request: Request, slug: Slug, no: No, pk: Pk, data: Reason) -> SlipDone:
    """Withdraw a slip that is not settled; not by who made its first reading."""
    vote = _found(request, slug, no)
    line = slips.slip_line(vote, request.actor, pk)
    return _done(services.withdraw_slip(actor=request.actor, slip_id=line.slip.pk, reason=data.reason, now=request.now))
