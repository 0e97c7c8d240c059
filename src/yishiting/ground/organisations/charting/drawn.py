"""A chart as it is read: its tree with who leads what, which units are vacant, and the way up from a door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from yishiting.ground.organisations import charts
from yishiting.ground.organisations.charting.tables import Chart, ChartArea, ChartSeat, ChartUnit
from yishiting.ground.places.models import Estate


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads a unit now, until when if that is known, and whether he agreed to be named."""

    seat_id: int
    person_id: int
    name: str
    since: datetime
    until: datetime | None
    public: bool


@dataclass(slots=True)
class Node:
    """A unit in its place: its level's name, who leads it, how many members it has, what it answers for, what hangs below."""

    unit: ChartUnit
    level_name: str
    leader: Leader | None = None
    members: int = 0
    areas: list[ChartArea] = field(default_factory=list)
    below: list[Node] = field(default_factory=list)
    above: Node | None = None
    #: Whether the unit's own name holds that of somebody who sits in the chart and did not agree to be named.
    tells_a_name: bool = False

    @property
    def title(self) -> str:
        """What it is called: by its name, or by level and number where that tells a name that is not to be told."""
        return f"{self.level_name} {self.unit.no}" if self.tells_a_name else self.unit.name

    @property
    def way(self) -> list[Node]:
        """The way up from here, itself first."""
        found, node = [self], self.above
        while node is not None:
            found.append(node)
            node = node.above
        return found

    @property
    def answers(self) -> Node | None:
        """Who answers for it: itself where it is led, else the nearest above that is; None where none is, up to the top."""
        way = self.way
        place = charts.stands_in([node.leader is not None for node in way])
        return None if place is None else way[place]

    @property
    def places(self) -> list[str]:
        """The places that it answers for, in words; an empty one stands for the whole estate."""
        return [str(area.building or area.entrance or "") for area in self.areas]


@dataclass(frozen=True, slots=True)
class Tree:
    """A chart as it stands at a moment."""

    chart: Chart
    roots: tuple[Node, ...]
    nodes: dict[int, Node]  # by the unit's number, in the order in which it is drawn

    @property
    def vacant(self) -> list[Node]:
        """The units that nobody leads."""
        return [node for node in self.nodes.values() if node.leader is None]

    @property
    def members(self) -> int:
        """How many members there are (人); each belongs to one unit."""
        return sum(node.members for node in self.nodes.values())

    @property
    def counts(self) -> list[tuple[str, int]]:
        """The levels from the top down, each with how many units it has, or people where it is of people."""
        found = [(name, 0) for name in self.chart.levels]
        for node in self.nodes.values():
            name, n = found[node.unit.level - 1]
            found[node.unit.level - 1] = (name, n + 1)
        if self.chart.people_last:
            found[-1] = (found[-1][0], self.members)
        return found


def current(now: datetime) -> Q:
    """Return what holds of a row with ``since`` and ``until`` that stands at ``now``."""
    return Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))


def in_force(estate: Estate) -> Chart | None:
    """Return the version of an estate's chart that is in force."""
    return Chart.objects.filter(estate=estate, published_at__isnull=False, ended_at__isnull=True).first()


def versions(estates: Collection[int]) -> QuerySet[Chart]:
    """Return the versions of the charts of estates, the newest first."""
    return Chart.objects.filter(estate__in=estates).select_related("estate").order_by("estate__name", "-no")


def tree(chart: Chart, *, now: datetime, counted: bool = True) -> Tree:
    """Return a chart as it stands at ``now``; of one that is over, as it stood when it ended (four queries).

    Not ``counted``: without how many members there are (three queries).
    """
    at = min(now, chart.ended_at) if chart.ended_at else now
    # What ended together with the chart still stood until then.
    stood = Q(since__lte=at) & (Q(until__isnull=True) | Q(until__gt=at))
    units = list(ChartUnit.objects.filter(stood, chart=chart).order_by("level", "no"))
    by_pk = {unit.pk: Node(unit, chart.levels[unit.level - 1]) for unit in units}
    for node in by_pk.values():
        if node.unit.parent_id in by_pk:
            node.above = by_pk[node.unit.parent_id]
            node.above.below.append(node)
    for area in ChartArea.objects.filter(stood, unit__in=by_pk).select_related("building", "entrance__building"):
        by_pk[area.unit_id].areas.append(area)
    seats = ChartSeat.objects.filter(stood, chart=chart)
    for seat in seats.filter(role=ChartSeat.Role.LEADER).select_related("person").order_by("since", "pk"):
        if seat.unit_id in by_pk:
            by_pk[seat.unit_id].leader = Leader(
                seat.pk, seat.person_id, seat.person.name, seat.since, seat.until, seat.name_public
            )
    members = seats.filter(role=ChartSeat.Role.MEMBER).order_by().values_list("unit").annotate(n=Count("pk"))
    for unit_id, n in members if counted else ():
        if unit_id in by_pk:
            by_pk[unit_id].members = n
    roots = tuple(node for node in by_pk.values() if node.unit.level == 1)
    return Tree(chart, roots, {node.unit.no: node for root in roots for node in _down(root)})


def hide_names(found: Tree) -> Tree:
    """Mark the units whose own name holds that of somebody who did not agree to be named (王桂兰中心户); one query."""
    hidden: dict[bool, set[str]] = defaultdict(set)
    rows = ChartSeat.objects.filter(chart=found.chart).values_list("person__name", "name_public")
    for name, public in rows.distinct():
        hidden[public].add(name)
    private = {name for name in hidden[False] - hidden[True] if len(name) > 1}
    for node in found.nodes.values():
        node.tells_a_name = any(name in node.unit.name for name in private)
    return found


def discreet(found: Tree) -> Tree:
    """Take the names of leaders who did not agree to be named out of a chart, and those that units tell; one query."""
    for node in found.nodes.values():
        if node.leader is not None and not node.leader.public:
            node.leader = replace(node.leader, name="")
    return hide_names(found)


def _down(node: Node) -> Iterator[Node]:
    yield node
    for each in node.below:
        yield from _down(each)


def for_door(found: Tree, *, building_id: int, entrance_id: int) -> Node | None:
    """Return the unit that answers for a door: of those that do the deepest, then the one with the narrowest place."""

    def near(area: ChartArea) -> int | None:
        if area.entrance_id is not None:
            return 0 if area.entrance_id == entrance_id else None
        if area.building_id is not None:
            return 1 if area.building_id == building_id else None
        return 2

    fitting = [
        (-node.unit.level, distance, node.unit.no)
        for node in found.nodes.values()
        for area in node.areas
        if (distance := near(area)) is not None
    ]
    return found.nodes[min(fitting)[2]] if fitting else None


def door_unit(estate: Estate, *, building_id: int, entrance_id: int, now: datetime) -> Node | None:
    """Return the unit of the chart in force that answers for a door, with its way up (six queries; one without a chart)."""
    chart = in_force(estate)
    if chart is None:
        return None
    return for_door(hide_names(tree(chart, now=now)), building_id=building_id, entrance_id=entrance_id)


def seats_in(unit: ChartUnit, *, now: datetime) -> QuerySet[ChartSeat]:
    """Return who works in a unit and who belongs to it at ``now``, its leader left out."""
    return (
        ChartSeat.objects.filter(current(now), unit=unit)
        .exclude(role=ChartSeat.Role.LEADER)
        .select_related("person")
        .order_by("role", "person__name", "pk")
    )


def below(chart: Chart, led: Collection[int], *, now: datetime) -> list[ChartUnit]:
    """Return units by their keys, and all that hang below them, from the top down (one query)."""
    units = list(ChartUnit.objects.filter(current(now), chart=chart).select_related("chart").order_by("level", "no"))
    found: dict[int, ChartUnit] = {}
    for unit in units:
        # Those above come first.
        if unit.pk in led or unit.parent_id in found:
            found[unit.pk] = unit
    return list(found.values())


def seats_in_units(ids: Collection[int], *, now: datetime) -> dict[int, list[ChartSeat]]:
    """Return who works in units and belongs to them, by the unit's key (one query)."""
    found: dict[int, list[ChartSeat]] = defaultdict(list)
    rows = ChartSeat.objects.filter(current(now), unit__in=ids).exclude(role=ChartSeat.Role.LEADER)
    for seat in rows.select_related("person").order_by("role", "person__name", "pk"):
        found[seat.unit_id].append(seat)
    return dict(found)


def seats_of(person_id: int, estate: Estate, *, now: datetime) -> list[ChartSeat]:
    """Return the seats that a person has in the chart that is in force, for himself to read."""
    rows = ChartSeat.objects.filter(
        current(now), person=person_id, estate=estate, chart__published_at__isnull=False, chart__ended_at__isnull=True
    )
    return list(rows.select_related("chart", "unit__parent").order_by("unit__level", "pk"))


@dataclass(frozen=True, slots=True)
class Figures:
    """How many units a chart has, how many of them nobody leads, and how many members."""

    units: int
    vacant: int
    members: int


def figures(found: Collection[Chart], *, now: datetime) -> dict[int, Figures]:
    """Return the figures of charts as they stand, by their keys (three queries, however many there are)."""
    ids = [chart.pk for chart in found]
    standing = ChartUnit.objects.filter(chart__in=ids, until__isnull=True).order_by().values_list("chart")
    units = dict(standing.annotate(n=Count("pk")))
    seats = ChartSeat.objects.filter(current(now), chart__in=ids, unit__until__isnull=True).order_by()
    led = dict(
        seats.filter(role=ChartSeat.Role.LEADER).values_list("chart").annotate(n=Count("unit", distinct=True))
    )  # fmt: skip
    members = dict(seats.filter(role=ChartSeat.Role.MEMBER).values_list("chart").annotate(n=Count("pk")))
    return {pk: Figures(units.get(pk, 0), units.get(pk, 0) - led.get(pk, 0), members.get(pk, 0)) for pk in ids}
