"""A meeting while it is held: who came, what was proposed and decided, its minutes in versions, and its end."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.meetings import services
from yishiting.council.meetings.lifecycle import Decision
from yishiting.reach.api.door import Request
from yishiting.reach.api.meetings import at_meeting, done, read_meeting
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page_of
from yishiting.reach.api.shapes import Done, Id, Line, No, Pk, Reason, Slug, Words

router = Router(tags=["meetings"])


class AttendIn(Schema):
    """How many people came for a side; or one person, or the delegate of the holder of a post, who counts once."""

    party_id: Id
    count: int = Field(default=1, ge=0, le=10_000)
    person_id: Id | None = None
    stands_for_id: Id | None = None


class Attended(Schema):
    """An attendance was taken down."""

    id: int
    count: int


class Withdrawn(Schema):
    """An attendance was taken back."""

    id: int


class ProposeIn(Schema):
    """A proposal in the words in which it was made."""

    item_id: Id
    party_id: Id
    text: Words


class ProposalDone(Schema):
    """How a proposal stands."""

    no: int
    outcome: str


class DecideIn(Schema):
    """adopted, rejected, merged or later; whatever is not adopted needs a reason."""

    outcome: Line
    reason: Line = ""


class DecisionIn(Schema):
    """How an item ended, and what was resolved."""

    outcome: Line
    resolution: Words = ""


class CloseMeetingIn(Schema):
    """The minutes, and a decision for each item of the agenda by its number."""

    minutes: Words
    decisions: dict[int, DecisionIn] = Field(max_length=50)


class MinutesIn(Schema):
    """A version of the minutes; after closing with the reason of the correction."""

    text: Words
    reason: Line = ""


class MinutesOut(Schema):
    """A version of the minutes; a later one says why it was corrected."""

    version: int
    text: str
    reason: str
    written_at: datetime


class MinutesVersions(Schema):
    """A page of versions, the last first."""

    items: list[MinutesOut]
    next: str | None


class MinutesKept(Schema):
    """Which version it became."""

    version: int


@writes(router, "/estates/{slug}/meetings/{no}/interruption", scope="meetings:write", answer=Done)
def call_off_meeting(request: Request, slug: Slug, no: No, data: Reason) -> Done:
    """Break off a meeting that has opened and cannot go on; the reason is shown to everyone."""
    return done(services.call_off(**at_meeting(request, slug, no), reason=data.reason))


@writes(router, "/estates/{slug}/meetings/{no}/attendances", scope="meetings:write", answer=Attended, status=201)
def attend(request: Request, slug: Slug, no: No, data: AttendIn) -> Attended:
    """Take down who came for a side: a number of people, one person, or a delegate."""
    made = services.attend(
        **at_meeting(request, slug, no),
        party_id=data.party_id,
        count=data.count,
        person_id=data.person_id,
        stands_for_id=data.stands_for_id,
    )
    return Attended(id=made.pk, count=made.count)


@writes(
    router, "/estates/{slug}/meetings/{no}/attendances/{pk}", scope="meetings:write", answer=Withdrawn, method="DELETE"
)
def withdraw_attendance(request: Request, slug: Slug, no: No, pk: Pk) -> Withdrawn:
    """Take back an attendance that was written down wrongly."""
    services.withdraw_attendance(**at_meeting(request, slug, no), attendance_id=pk)
    return Withdrawn(id=pk)


@writes(router, "/estates/{slug}/meetings/{no}/opening", scope="meetings:write", answer=Done)
def open_meeting(request: Request, slug: Slug, no: No) -> Done:
    """Open the meeting; refused while a required side is missing."""
    return done(services.open_meeting(**at_meeting(request, slug, no)))


@writes(router, "/estates/{slug}/meetings/{no}/proposals", scope="meetings:write", answer=ProposalDone, status=201)
def propose(request: Request, slug: Slug, no: No, data: ProposeIn) -> ProposalDone:
    """Minute a proposal as it was made."""
    at = at_meeting(request, slug, no)
    made = services.propose(**at, item_id=data.item_id, party_id=data.party_id, text=data.text)
    return ProposalDone(no=made.no, outcome=made.outcome)


@writes(
    router,
    "/estates/{slug}/meetings/{no}/proposals/{proposal}",
    scope="meetings:write",
    answer=ProposalDone,
    method="PUT",
)
def decide_proposal(request: Request, slug: Slug, no: No, proposal: No, data: DecideIn) -> ProposalDone:
    """Say what became of a proposal."""
    at = at_meeting(request, slug, no)
    made = services.decide_proposal(**at, proposal_no=proposal, outcome=data.outcome, reason=data.reason)
    return ProposalDone(no=made.no, outcome=made.outcome)


@reads(router, "/estates/{slug}/meetings/{no}/minutes", scope="meetings:read", answer=MinutesVersions)
def list_minutes(request: Request, slug: Slug, no: No, cursor: Cursor = "", limit: Limit = 20) -> MinutesVersions:
    """List the versions of the minutes once the meeting has ended; whoever runs it reads drafts too."""
    _meeting, versions = read_meeting(request, slug, no)
    found, after = page_of(versions, by=lambda row: row.version, cursor=cursor, limit=limit)
    return MinutesVersions(
        items=[
            MinutesOut(version=row.version, text=row.text, reason=row.reason, written_at=row.written_at)
            for row in found
        ],
        next=after,
    )


@writes(router, "/estates/{slug}/meetings/{no}/minutes", scope="meetings:write", answer=MinutesKept, status=201)
def write_minutes(request: Request, slug: Slug, no: No, data: MinutesIn) -> MinutesKept:
    """Keep a version of the minutes."""
    made = services.write_minutes(**at_meeting(request, slug, no), text=data.text, reason=data.reason)
    return MinutesKept(version=made.version)


@writes(router, "/estates/{slug}/meetings/{no}/closing", scope="meetings:write", answer=Done)
def close_meeting(request: Request, slug: Slug, no: No, data: CloseMeetingIn) -> Done:
    """Close the meeting: minutes, a decision for each item, and each matter's step ends with it."""
    decisions = {item: Decision(each.outcome, each.resolution) for item, each in data.decisions.items()}
    return done(services.close_meeting(**at_meeting(request, slug, no), minutes=data.minutes, decisions=decisions))
