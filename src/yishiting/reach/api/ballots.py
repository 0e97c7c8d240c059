"""Ballots: one's own is handed in, and a receipt tells that it is in and counts, never how one chose."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.votes import selectors, services
from yishiting.council.votes.models import Vote
from yishiting.kernel.errors import NotAllowed, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page_of
from yishiting.reach.api.shapes import Line, No, Number, Slug
from yishiting.reach.api.votes import choices_of

router = Router(tags=["votes"])


class BallotIn(Schema):
    """One choice for each item by its number: for, against or abstain; or an option's number, or abstain. ``head`` for who has several ballots."""

    choices: dict[int, Line] = Field(max_length=50)
    head: Number | None = None


class ReceiptCode(Schema):
    """The receipt of a ballot that was taken."""

    receipt: str


class ReceiptOut(Schema):
    """What a receipt tells: recorded when and how, and whether it counts. Never the choice."""

    receipt: str
    cast_at: datetime
    channel: str
    counts: bool
    other_at: datetime | None
    other_channel: str


class MyVoteOut(Schema):
    """A ballot that one cast."""

    estate: str
    vote: int
    cast_at: datetime
    receipt: str
    counts: bool


class MyVotes(Schema):
    """A page of one's own ballots, the newest first."""

    items: list[MyVoteOut]
    next: str | None


@writes(router, "/estates/{slug}/votes/{no}/ballots", scope="votes:write", answer=ReceiptCode, status=201)
def cast_ballot(request: Request, slug: Slug, no: No, data: BallotIn) -> ReceiptCode:
    """Hand in one's ballot, all items at once."""
    if request.actor.person_id is None:
        raise NotAllowed(gettext_noop("投票要先登录。"))
    vote = _opened(request, slug, no)
    code = services.cast_online(
        actor=request.actor,
        vote_id=vote.pk,
        choices=choices_of(vote, data.choices),
        head_no=data.head,
        now=request.now,
    )
    return ReceiptCode(receipt=code)


def _opened(request: Request, slug: str, no: int) -> Vote:
    vote = selectors.vote_by_no(request.actor, estate_at(slug), no)
    if vote.opened_at is None:
        raise NotFound(gettext_noop("这次表决还没有开始。开始以后，这里就能看到。"))
    return vote


@reads(router, "/estates/{slug}/votes/{no}/receipts/{code}", scope="votes:read", answer=ReceiptOut)
def get_receipt(request: Request, slug: Slug, no: No, code: Slug) -> ReceiptOut:
    """Tell what a receipt says."""
    told = selectors.receipt_of(request.actor, _opened(request, slug, no), code)
    return ReceiptOut(
        receipt=told.code,
        cast_at=told.cast_at,
        channel=told.channel,
        counts=told.counts,
        other_at=told.other_at,
        other_channel=told.other_channel,
    )


@reads(router, "/me/ballots", scope="votes:read", answer=MyVotes, public=False)
def list_my_ballots(request: Request, cursor: Cursor = "", limit: Limit = 20) -> MyVotes:
    """List the ballots that one cast: when, by which receipt, whether it counts."""
    every = selectors.my_ballots(request.actor)
    found, after = page_of(
        every, by=lambda row: (int(row.cast_at.timestamp() * 1_000_000), row.vote.pk), cursor=cursor, limit=limit
    )
    return MyVotes(
        items=[
            MyVoteOut(
                estate=row.vote.estate.slug,
                vote=row.vote.no,
                cast_at=row.cast_at,
                receipt=row.receipt,
                counts=row.counts,
            )
            for row in found
        ],
        next=after,
    )
