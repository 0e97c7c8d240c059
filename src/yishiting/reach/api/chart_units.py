"""The units of a chart, as who keeps it writes them: where they hang, what they answer for, who leads and belongs to them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Router, Schema
from pydantic import Field

from yishiting.ground.organisations import policy
from yishiting.ground.organisations.charting import drawn, services
from yishiting.ground.organisations.charting.tables import ChartUnit
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.charts import PersonIn, person_in, seen_chart, told_tree, unit_line
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.shapes import Id, Line, Moment, No, Number, Pk, Reason, Slug

router = Router(tags=["charts"])
_UNIT = "/estates/{slug}/desk/charts/{no}/units/{unit}"
Consent = Literal["written", "face", "phone"]


class WayOut(Schema):
    """A unit on the way up."""

    no: int
    name: str
    level_name: str
    led: bool


class UnitOut(Schema):
    """A unit with its way up, itself first. ``people`` for who keeps the chart or leads there; reading them goes on record."""

    no: int
    level: int
    name: str
    places: list[str]
    leader: str
    leader_seat: int | None
    leader_since: datetime | None
    leader_until: datetime | None
    answers: int | None
    way: list[WayOut]
    members: int
    people: list[PersonIn]


class UnitPlaceIn(Schema):
    """A place: a building, an entrance, or with neither the whole estate."""

    building_id: Id | None = None
    entrance_id: Id | None = None


class UnitPlacesIn(Schema):
    """All places that a unit answers for from now on."""

    areas: list[UnitPlaceIn] = Field(max_length=500)


class ChangeUnitIn(Schema):
    """A unit's name, and the number of the unit of the level above that it hangs under; none for the top level."""

    name: Line
    parent: Number | None = None


class UnitIn(ChangeUnitIn):
    """A new unit: its level from 1 at the top, and the places that it answers for."""

    level: Number
    areas: list[UnitPlaceIn] = Field(default=[], max_length=500)


class LeaderIn(Schema):
    """Who leads, how he agreed to be entered, whether he agreed to be named in public; from now unless ``since`` says."""

    person_id: Id
    consent: Consent
    name_public: bool = False
    since: Moment | None = None
    until: Moment | None = None


class MembersIn(Schema):
    """Who is attached, all of whom agreed: as members, or as colleagues of the leader."""

    person_ids: list[Id] = Field(max_length=500)
    consent: Consent
    role: Literal["member", "colleague"] = "member"


class UnitDone(Schema):
    """A unit was written."""

    no: int
    level: int
    stands: bool


class SeatDone(Schema):
    """A seat was written, and until when it stands."""

    id: int
    until: datetime | None


class Attached(Schema):
    """Who was attached; who was there already is not among them."""

    seats: list[int]


def _areas(given: list[UnitPlaceIn]) -> list[services.Area]:
    return [services.Area(building_id=area.building_id, entrance_id=area.entrance_id) for area in given]


def _done(unit: ChartUnit) -> UnitDone:
    return UnitDone(no=unit.no, level=unit.level, stands=unit.until is None)


@reads(router, _UNIT, scope="posts:read", answer=UnitOut, public=False)
def get_unit(request: Request, slug: Slug, no: No, unit: Number) -> UnitOut:
    """Tell a unit; who its people are goes on record for them."""
    _estate, chart = seen_chart(request, slug, no)
    node = told_tree(request, chart, counted=False).nodes.get(unit)
    if node is None:
        raise NotFound(gettext_noop("没有这个单位，或者它已经撤销了。请回组织架构重新打开。"))
    seats = list(drawn.seats_in(node.unit, now=request.now))
    sees = bool(policy.can_see_members(request.actor, [node.unit], now=request.now))
    if sees and seats:
        services.note_reading(actor=request.actor, units=[node.unit], now=request.now)
    line = unit_line(node, named=True)
    return UnitOut.model_validate(
        {
            **{name: line[name] for name in ("no", "level", "name", "places", "leader", "answers")},
            "leader_seat": node.leader.seat_id if node.leader else None,
            "leader_since": node.leader.since if node.leader else None,
            "leader_until": node.leader.until if node.leader else None,
            "way": [
                WayOut(no=each.unit.no, name=each.title, level_name=each.level_name, led=each.leader is not None)
                for each in node.way
            ],
            "members": sum(seat.role == "member" for seat in seats),
            "people": [person_in(seat) for seat in seats] if sees else [],
        }
    )


@writes(router, "/estates/{slug}/desk/charts/{no}/units", scope="posts:write", answer=UnitDone, status=201)
def add_unit(request: Request, slug: Slug, no: No, data: UnitIn) -> UnitDone:
    """Hang a unit in, under a unit of the level above; refused with where it belongs otherwise."""
    made = services.add_unit(
        actor=request.actor,
        estate=estate_at(slug),
        chart_no=no,
        level=data.level,
        name=data.name,
        parent_no=data.parent,
        areas=_areas(data.areas),
        now=request.now,
    )
    return _done(made)


@writes(router, _UNIT, scope="posts:write", answer=UnitDone, method="PUT")
def change_unit(request: Request, slug: Slug, no: No, unit: Number, data: ChangeUnitIn) -> UnitDone:
    """Give a unit another name, or hang it under another unit of the level above."""
    made = services.change_unit(
        actor=request.actor,
        estate=estate_at(slug),
        chart_no=no,
        unit_no=unit,
        name=data.name,
        parent_no=data.parent,
        now=request.now,
    )
    return _done(made)


@writes(router, f"{_UNIT}/areas", scope="posts:write", answer=UnitDone, method="PUT")
def cover_places(request: Request, slug: Slug, no: No, unit: Number, data: UnitPlacesIn) -> UnitDone:
    """Say which places a unit answers for from now on, all of them."""
    made = services.cover(
        actor=request.actor,
        estate=estate_at(slug),
        chart_no=no,
        unit_no=unit,
        areas=_areas(data.areas),
        now=request.now,
    )
    return _done(made)


@writes(router, f"{_UNIT}/end", scope="posts:write", answer=UnitDone)
def end_unit(request: Request, slug: Slug, no: No, unit: Number) -> UnitDone:
    """End a unit under which nothing hangs and to which nobody belongs; it stays on record."""
    made = services.end_unit(
        actor=request.actor, estate=estate_at(slug), chart_no=no, unit_no=unit, now=request.now
    )  # fmt: skip
    return _done(made)


@writes(router, f"{_UNIT}/leader", scope="posts:write", answer=SeatDone, status=201)
def appoint_leader(request: Request, slug: Slug, no: No, unit: Number, data: LeaderIn) -> SeatDone:
    """Appoint who leads a unit; refused while somebody else's term runs."""
    made = services.appoint_leader(
        actor=request.actor,
        estate=estate_at(slug),
        chart_no=no,
        unit_no=unit,
        person_id=data.person_id,
        consent=data.consent,
        name_public=data.name_public,
        since=data.since,
        until=data.until,
        now=request.now,
    )
    return SeatDone(id=made.pk, until=made.until)


@writes(router, f"{_UNIT}/members", scope="posts:write", answer=Attached, status=201)
def attach_members(request: Request, slug: Slug, no: No, unit: Number, data: MembersIn) -> Attached:
    """Attach people to a unit, all in one entry; a member of another unit moves here."""
    made = services.attach_members(
        actor=request.actor,
        estate=estate_at(slug),
        chart_no=no,
        unit_no=unit,
        person_ids=data.person_ids,
        consent=data.consent,
        role=data.role,
        now=request.now,
    )
    return Attached(seats=[seat.pk for seat in made])


@writes(router, "/estates/{slug}/desk/seats/{pk}/end", scope="posts:write", answer=SeatDone)
def end_seat(request: Request, slug: Slug, pk: Pk, data: Reason) -> SeatDone:
    """End a seat now; a unit whose leader leaves is vacant, and who is next up answers for it."""
    made = services.end_seat(
        actor=request.actor, estate=estate_at(slug), seat_id=pk, reason=data.reason, now=request.now
    )  # fmt: skip
    return SeatDone(id=made.pk, until=made.until)
