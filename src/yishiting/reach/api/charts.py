"""Charts of an organisation: as anyone reads the one in force, as staff keep versions of it, and of oneself."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from yishiting.ground.organisations import policy
from yishiting.ground.organisations.charting import drawn, services
from yishiting.ground.organisations.charting.drawn import Node, Tree
from yishiting.ground.organisations.charting.reading import readings
from yishiting.ground.organisations.charting.tables import Chart, ChartSeat
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request, estate_at, person_of
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Line, No, Pk, Reason, Slug

router = Router(tags=["charts"])


class LevelOut(Schema):
    """A level with how many units it has, or people (人) where it is of people."""

    name: str
    of_people: bool
    n: int


class UnitLine(Schema):
    """A unit in its place. ``under``: the number of the unit that it hangs under; ``places``: an empty one is the whole estate.

    ``answers``: the number of the unit whose leader answers, itself where it is led; null where nobody does up to the top.
    """

    no: int
    level: int
    name: str
    under: int | None
    places: list[str]
    led: bool
    leader: str
    answers: int | None


class ChartOut(Schema):
    """The chart in force. Leaders are named to the estate's own people, where they agreed; members are never."""

    no: int
    name: str
    published_at: datetime
    levels: list[LevelOut]
    units: list[UnitLine]


class SeatOut(Schema):
    """A seat: in which unit, as what (leader, colleague or member), since when, and how its holder agreed to be entered."""

    id: int
    unit: int
    unit_name: str
    role: str
    role_words: str
    since: datetime
    until: datetime | None
    consent: str
    name_public: bool


class ReadingOut(Schema):
    """Somebody read the members of a unit that one belongs to."""

    at: datetime
    by_oneself: bool


class PersonIn(Schema):
    """Somebody who works in a unit or belongs to it."""

    seat: int
    person: int
    name: str
    role: str
    role_words: str
    since: datetime


class LedUnit(Schema):
    """A unit that one leads, or that hangs below it, with its people."""

    no: int
    name: str
    level_name: str
    people: list[PersonIn]


class MySeats(Schema):
    """One's own seats, who read the members of those units, and the people of what one leads."""

    seats: list[SeatOut]
    readings: list[ReadingOut]
    led: list[LedUnit]


class VersionOut(Schema):
    """A version: draft, in_force or ended, with how many units it has, how many of them nobody leads, and members (人)."""

    no: int
    name: str
    state: str
    levels: list[str]
    people_last: bool
    drafted_at: datetime
    published_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    units: int
    vacant: int
    members: int


class Versions(Schema):
    """A page of versions, the newest first."""

    items: list[VersionOut]
    next: str | None


class DeskUnitLine(UnitLine):
    """A unit as staff read it."""

    members: int
    leader_seat: int | None
    leader_until: datetime | None


class DeskChart(VersionOut):
    """A version with its units, each under the one that it hangs under."""

    tree: list[DeskUnitLine]


class ChartIn(Schema):
    """A version's name and its levels from the top down; ``people_last``: the last level is of people and has no units.

    ``carry``: begin with the units, places and people of the version in force, which has as many levels.
    """

    name: Line
    levels: list[Line] = Field(max_length=20)
    people_last: bool = False
    carry: bool = False


class ChartDone(Schema):
    """A version was written, and what it is now."""

    no: int
    state: str


class NamingIn(Schema):
    """Whether the leader is named in public."""

    public: bool


class NamingDone(Schema):
    """Whether he is."""

    seat: int
    public: bool


def told_tree(request: Request, chart: Chart, *, counted: bool = True) -> Tree:
    """Return a version as a reader among the staff may read it: all leaders by name for who keeps it alone (C3)."""
    tree = drawn.tree(chart, now=request.now, counted=counted)
    return tree if policy.can_keep_charts(request.actor, chart.estate_id) else drawn.discreet(tree)


def unit_line(node: Node, *, named: bool) -> dict[str, object]:
    """Return a unit; ``named``: with who leads it."""
    return {
        "no": node.unit.no,
        "level": node.unit.level,
        "name": node.title,
        "under": node.above.unit.no if node.above else None,
        "places": node.places,
        "led": node.leader is not None,
        "leader": node.leader.name if node.leader is not None and named else "",
        "answers": node.answers.unit.no if node.answers else None,
    }


def way_up(node: Node | None, *, inside: bool) -> list[UnitLine]:
    """Return the way up from a door in the chart, as anyone reads it."""
    return [] if node is None else [_public(each, inside) for each in node.way]


def _public(node: Node, inside: bool) -> UnitLine:
    named = inside and node.leader is not None and node.leader.public
    return UnitLine.model_validate(unit_line(node, named=named))


def _levels(tree: Tree) -> list[LevelOut]:
    last = len(tree.chart.levels) if tree.chart.people_last else 0
    return [LevelOut(name=name, of_people=n == last, n=count) for n, (name, count) in enumerate(tree.counts, 1)]


def _version(chart: Chart, told: drawn.Figures) -> dict[str, object]:
    return {
        "no": chart.no,
        "name": chart.name,
        "state": chart.state,
        "levels": chart.levels,
        "people_last": chart.people_last,
        "drafted_at": chart.drafted_at,
        "published_at": chart.published_at,
        "ended_at": chart.ended_at,
        "end_reason": chart.end_reason,
        "units": told.units,
        "vacant": told.vacant,
        "members": told.members,
    }


def seen_chart(request: Request, slug: str, no: int) -> tuple[Estate, Chart]:
    """Return an estate and a version of its chart, for whoever may read it as staff."""
    estate = estate_at(slug)
    policy.can_see_charts(request.actor, estate.pk).enforce()
    chart = Chart.objects.filter(estate=estate, no=no).first()
    if chart is None:
        raise NotFound(gettext_noop("没有这一版组织架构。请回“组织架构”重新打开。"))
    return estate, chart


@reads(router, "/estates/{slug}/chart", scope="estates:read", answer=ChartOut)
def get_chart(request: Request, slug: Slug) -> ChartOut:
    """Tell the chart in force; leaders are named to the estate's own people, where they agreed, members to nobody."""
    estate = estate_at(slug)
    chart = drawn.in_force(estate)
    if chart is None or chart.published_at is None:
        raise NotFound(gettext_noop("小区还没有公布组织架构。"))
    tree = drawn.hide_names(drawn.tree(chart, now=request.now))
    inside = request.actor.belongs_to(estate.pk)
    return ChartOut(
        no=chart.no,
        name=chart.name,
        published_at=chart.published_at,
        levels=_levels(tree),
        units=[_public(node, inside) for node in tree.nodes.values()],
    )


@reads(router, "/estates/{slug}/chart/mine", scope="posts:read", answer=MySeats, public=False)
def get_my_seats(request: Request, slug: Slug) -> MySeats:
    """Tell one's own seats and who read the members there; to a leader the people of his units, which goes on record."""
    estate, person = estate_at(slug), person_of(request.actor)
    seats = drawn.seats_of(person, estate, now=request.now)
    units = {seat.unit_id for seat in seats}
    return MySeats(
        seats=[
            SeatOut(
                id=seat.pk,
                unit=seat.unit.no,
                unit_name=seat.unit.name,
                role=seat.role,
                role_words=_(str(ChartSeat.Role(seat.role).label)),
                since=seat.since,
                until=seat.until,
                consent=seat.consent,
                name_public=seat.name_public,
            )
            for seat in seats
        ],
        readings=[
            ReadingOut(at=entry.at, by_oneself=entry.actor_id == person)
            for entry in (readings(estate.pk, units)[:20] if units else ())
        ],
        led=_led(request, [seat for seat in seats if seat.role == ChartSeat.Role.LEADER]),
    )


def _led(request: Request, seats: list[ChartSeat]) -> list[LedUnit]:
    if not seats:
        return []
    chart = seats[0].chart
    units = drawn.below(chart, {seat.unit_id for seat in seats}, now=request.now)
    people = drawn.seats_in_units([unit.pk for unit in units], now=request.now)
    if shown := [unit for unit in units if unit.pk in people]:
        services.note_reading(actor=request.actor, units=shown, now=request.now)
    return [
        LedUnit(
            no=unit.no,
            name=unit.name,
            level_name=chart.levels[unit.level - 1],
            people=[person_in(seat) for seat in people.get(unit.pk, [])],
        )
        for unit in units
    ]


def person_in(seat: ChartSeat) -> PersonIn:
    """Return somebody of a unit, for who may read him."""
    return PersonIn(
        seat=seat.pk,
        person=seat.person_id,
        name=seat.person.name,
        role=seat.role,
        role_words=_(str(ChartSeat.Role(seat.role).label)),
        since=seat.since,
    )


@reads(router, "/estates/{slug}/desk/charts", scope="posts:read", answer=Versions, public=False)
def list_charts(request: Request, slug: Slug, cursor: Cursor = "", limit: Limit = 20) -> Versions:
    """List the versions of an estate's chart, with what is vacant in them."""
    estate = estate_at(slug)
    policy.can_see_charts(request.actor, estate.pk).enforce()
    found, after = page(drawn.versions([estate.pk]), by=("-no",), cursor=cursor, limit=limit)
    told = drawn.figures(found, now=request.now)
    return Versions(items=[VersionOut.model_validate(_version(each, told[each.pk])) for each in found], next=after)


@reads(router, "/estates/{slug}/desk/charts/{no}", scope="posts:read", answer=DeskChart, public=False)
def get_desk_chart(request: Request, slug: Slug, no: No) -> DeskChart:
    """Tell a version whole, with who leads what; how many members a unit has, and not who they are."""
    _estate, chart = seen_chart(request, slug, no)
    tree = told_tree(request, chart)
    told = drawn.Figures(len(tree.nodes), len(tree.vacant), tree.members)
    lines = [
        {
            **unit_line(node, named=True),
            "members": node.members,
            "leader_seat": node.leader.seat_id if node.leader else None,
            "leader_until": node.leader.until if node.leader else None,
        }
        for node in tree.nodes.values()
    ]
    return DeskChart.model_validate({**_version(chart, told), "tree": lines})


@writes(router, "/estates/{slug}/desk/charts", scope="posts:write", answer=ChartDone, status=201)
def draft_chart(request: Request, slug: Slug, data: ChartIn) -> ChartDone:
    """Draft a version with three to five levels; an estate has one draft at a time."""
    made = services.draft_chart(
        actor=request.actor,
        estate=estate_at(slug),
        name=data.name,
        levels=[level for level in data.levels if level.strip()],
        people_last=data.people_last,
        carry=data.carry,
        now=request.now,
    )
    return ChartDone(no=made.no, state=made.state)


@writes(router, "/estates/{slug}/desk/charts/{no}/publication", scope="posts:write", answer=ChartDone)
def publish_chart(request: Request, slug: Slug, no: No) -> ChartDone:
    """Put a draft in force; the version that was in force ends in the same moment."""
    made = services.publish_chart(actor=request.actor, estate=estate_at(slug), no=no, now=request.now)
    return ChartDone(no=made.no, state=made.state)


@writes(router, "/estates/{slug}/desk/charts/{no}/end", scope="posts:write", answer=ChartDone)
def end_chart(request: Request, slug: Slug, no: No, data: Reason) -> ChartDone:
    """Give a draft up, or take the version in force away without another."""
    made = services.end_chart(
        actor=request.actor, estate=estate_at(slug), no=no, reason=data.reason, now=request.now
    )  # fmt: skip
    return ChartDone(no=made.no, state=made.state)


@writes(router, "/estates/{slug}/chart/seats/{pk}/naming", scope="posts:write", answer=NamingDone)
def set_naming(request: Request, slug: Slug, pk: Pk, data: NamingIn) -> NamingDone:
    """Say whether a leader is named in public: oneself, or as who keeps the chart and has asked him."""
    made = services.set_naming(
        actor=request.actor, estate=estate_at(slug), seat_id=pk, public=data.public, now=request.now
    )
    return NamingDone(seat=made.pk, public=made.name_public)
