"""Meetings: what was announced and decided, and the verbs of whoever runs them. Who came is counted, never named."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.matters.models import Matter
from yishiting.council.meetings import policy, selectors, services
from yishiting.council.meetings.kinds import COUNCIL
from yishiting.council.meetings.models import Meeting, Minutes
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.disclosures import Disclosed, disclosed
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Done, Id, Line, Moment, No, Number, Search, Slug

router = Router(tags=["meetings"])


class MeetingLine(Schema):
    """A meeting in a list; ``matters`` are the numbers of what it is about."""

    no: int
    kind: str
    title: str
    place: str
    state: str
    starts_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    matters: list[int]


class Meetings(Schema):
    """A page of meetings."""

    items: list[MeetingLine]
    next: str | None


class PartyOut(Schema):
    """A side, whether it must be there, with how many people, and how many came for it."""

    id: int
    name: str
    required: bool
    least: int
    present: int


class ProposalOut(Schema):
    """A proposal as it was made, attributed to a side, and what became of it."""

    no: int
    party: str
    text: str
    outcome: str
    reason: str


class StatementOut(Schema):
    """What was said on an item, for a side."""

    no: int
    party: str
    text: str


class AgendaOut(Schema):
    """An item of the agenda. ``id`` is what a proposal names, ``no`` what closing names."""

    id: int
    no: int
    matter: int
    title: str
    outcome: str
    resolution: str
    statements: list[StatementOut]
    proposals: list[ProposalOut]


class MeetingOut(MeetingLine):
    """A meeting with its sides and agenda; `quorum` sides have to be there; minutes once it has ended."""

    quorum: int
    cancel_reason: str
    parties: list[PartyOut]
    agenda: list[AgendaOut]
    minutes: str
    disclosed: Disclosed


class PartyIn(Schema):
    """A side, whether the meeting cannot open without it, and how many people it takes to be there."""

    name: Line
    required: bool = True
    least: int = Field(default=1, ge=0, le=10_000)


class PlanIn(Schema):
    """A meeting of a kind on matters, by their numbers, that wait for one; `building_id` for a kind of one building."""

    kind: Line = COUNCIL
    title: Line
    place: Line
    starts_at: Moment
    parties: list[PartyIn] = Field(max_length=50)
    matters: list[Number] = Field(max_length=50)
    building_id: Id | None = None


class MoveIn(Schema):
    """When and where instead."""

    starts_at: Moment
    place: Line


def _line(meeting: Meeting) -> dict[str, Any]:
    return {
        "no": meeting.no,
        "kind": meeting.kind,
        "title": meeting.title,
        "place": meeting.place,
        "state": meeting.state,
        "starts_at": meeting.starts_at,
        "opened_at": meeting.opened_at,
        "closed_at": meeting.closed_at,
        "matters": [item.matter.no for item in meeting.agenda.all()],
    }


def done(meeting: Meeting) -> Done:
    """Return how a meeting stands after a verb."""
    return Done(no=meeting.no, state=meeting.state)


def at_meeting(request: Request, slug: str, no: int) -> dict[str, Any]:
    """Return what every verb of a meeting takes: who, where, which, when."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    return {"actor": request.actor, "estate_id": estate.pk, "no": no, "now": request.now}


@reads(router, "/estates/{slug}/meetings", scope="meetings:read", answer=Meetings)
def list_meetings(request: Request, slug: Slug, q: Search = "", cursor: Cursor = "", limit: Limit = 20) -> Meetings:
    """List announced and held meetings, the newest first; whoever runs them sees planned ones too."""
    estate = estate_at(slug)
    runs = policy.can_run(request.actor, estate.pk)
    rows = selectors.desk_list(request.actor, [estate.pk]) if runs else selectors.public_list(request.actor, estate.pk)
    if q.strip():
        rows = rows.filter(title__icontains=q.strip())
    found, after = page(rows, by=("-no",), cursor=cursor, limit=limit)
    return Meetings(items=[MeetingLine.model_validate(_line(row)) for row in found], next=after)


def read_meeting(request: Request, slug: str, no: int) -> tuple[Meeting, list[Minutes]]:
    """Return a meeting and the versions of its minutes that one may read, the last first; raises :class:`NotFound` for a plan."""
    estate = estate_at(slug)
    found = selectors.meeting_page(request.actor, estate.pk, no)
    runs = bool(policy.can_run(request.actor, estate.pk))
    if not runs and not (found.announced_at or found.invited_at or found.opened_at):
        raise NotFound(gettext_noop("这次会议还没有发出邀请。请从会议列表里看已经公布的。"))
    return found, list(found.minutes.all()) if runs or found.state in ("closed", "interrupted") else []


@reads(router, "/estates/{slug}/meetings/{no}", scope="meetings:read", answer=MeetingOut)
def get_meeting(request: Request, slug: Slug, no: No) -> MeetingOut:
    """Tell a meeting: sides, agenda, proposals with what became of them, the last minutes once it has ended."""
    found, versions = read_meeting(request, slug, no)
    minutes = next(iter(versions), None)
    return MeetingOut.model_validate(
        {
            **_line(found),
            "quorum": found.quorum,
            "cancel_reason": found.cancel_reason,
            "parties": [
                PartyOut(
                    id=party.pk,
                    name=party.name,
                    required=party.required,
                    least=party.least,
                    present=getattr(party, "present", 0),
                )
                for party in found.parties.all()
            ],
            "agenda": [
                AgendaOut(
                    id=item.pk,
                    no=item.no,
                    matter=item.matter.no,
                    title=item.matter.title,
                    outcome=item.outcome,
                    resolution=item.resolution.text if item.resolution else "",
                    statements=[
                        StatementOut(no=row.no, party=row.party.name, text=row.text) for row in item.statements.all()
                    ],
                    proposals=[
                        ProposalOut(
                            no=row.no, party=row.party.name, text=row.text, outcome=row.outcome, reason=row.reason
                        )
                        for row in item.proposals.all()
                    ],
                )
                for item in found.agenda.all()
            ],
            "minutes": minutes.text if minutes else "",
            "disclosed": disclosed(found.estate, "meeting", found.pk, now=request.now),
        }
    )


def matter_ids(estate: Estate, numbers: list[int]) -> list[int]:
    """Return the ids of matters by their numbers; raises :class:`BadInput` for a number of none."""
    ids = dict(Matter.objects.filter(estate=estate, no__in=numbers).values_list("no", "pk"))
    if missing := [no for no in numbers if no not in ids]:
        text = gettext_noop("有的事项编号不对。请从等开会的事项里选。")
        raise BadInput(text, fields={f"matters.{numbers.index(no)}": text for no in missing})
    return [ids[no] for no in numbers]


def least_of(parties: list[PartyIn]) -> dict[str, int]:
    """Return how many people it takes, for sides that take more than one."""
    return {party.name: party.least for party in parties if party.least != 1}


@writes(router, "/estates/{slug}/meetings", scope="meetings:write", answer=Done, status=201)
def plan_meeting(request: Request, slug: Slug, data: PlanIn) -> Done:
    """Plan a meeting on matters that wait for one."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    made = services.plan_meeting(
        actor=request.actor,
        estate=estate,
        title=data.title,
        place=data.place,
        starts_at=data.starts_at,
        parties=[(party.name, party.required) for party in data.parties],
        matters=matter_ids(estate, data.matters),
        kind=data.kind,
        least=least_of(data.parties),
        building_id=data.building_id,
        now=request.now,
    )
    return done(made)


@writes(router, "/estates/{slug}/meetings/{no}/invitation", scope="meetings:write", answer=Done)
def invite(request: Request, slug: Slug, no: No) -> Done:
    """Announce the meeting and its agenda."""
    return done(services.invite(**at_meeting(request, slug, no)))


@writes(router, "/estates/{slug}/meetings/{no}/time", scope="meetings:write", answer=Done, method="PUT")
def move_meeting(request: Request, slug: Slug, no: No, data: MoveIn) -> Done:
    """Move a meeting that has not opened; it must be announced anew."""
    at = at_meeting(request, slug, no)
    return done(services.move_meeting(**at, starts_at=data.starts_at, place=data.place))


@writes(router, "/estates/{slug}/meetings/{no}/cancellation", scope="meetings:write", answer=Done)
def cancel_meeting(request: Request, slug: Slug, no: No) -> Done:
    """Call a meeting off before it opens."""
    return done(services.cancel_meeting(**at_meeting(request, slug, no)))
