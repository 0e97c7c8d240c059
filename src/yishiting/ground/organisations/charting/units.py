"""Verbs of a chart's units: hang one, change its name or what it hangs under, say what it answers for, end it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from yishiting.ground.organisations import charts
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.charting import events
from yishiting.ground.organisations.charting.charts import checked_name, open_chart, standing_units
from yishiting.ground.organisations.charting.recount import UNITS
from yishiting.ground.organisations.charting.tables import Chart, ChartArea, ChartSeat, ChartUnit
from yishiting.ground.places.models import Building, Entrance, Estate
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.line import contact_in
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.attest import Whole
from yishiting.timeline.services import book


@dataclass(frozen=True, slots=True)
class Area:
    """A place that a unit answers for: a building, an entrance, or with neither the whole estate."""

    building_id: int | None = None
    entrance_id: int | None = None


def add_unit(
    *,
    actor: Actor,
    estate: Estate,
    chart_no: int,
    level: int,
    name: str,
    now: datetime,
    parent_no: int | None = None,
    areas: Sequence[Area] = (),
) -> ChartUnit:
    """Hang a unit into a chart, under a unit of the level above.

    Raises :class:`BadInput` (fields ``parent``, ``name``, ``areas``), with the sentence that names the level it belongs
    under, and :class:`WrongState` for a chart that is over.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        chart = open_chart(actor, estate, chart_no)
        parent = unit_of(chart, parent_no) if parent_no is not None else None
        _check_hanging(chart, level, parent)
        kept = _checked_name(chart, name, parent)
        last = ChartUnit.objects.filter(chart=chart).aggregate(last=Max("no"))["last"] or 0
        unit = ChartUnit(estate=estate, chart=chart, no=last + 1, level=level, parent=parent, name=kept, since=now)
        checked = _checked_areas(estate, unit, areas)
        unit.save()
        ChartArea.objects.bulk_create([_area(unit, area, now) for area in checked])
        facts = {"chart": chart.no, "unit": unit.no, "level": level, "areas": len(checked)}
        record.write(events.UNIT_ADDED, subject=("unit", unit.pk), facts=facts, attests=[Whole(UNITS, [unit.pk])])
    return unit


def change_unit(
    *, actor: Actor, estate: Estate, chart_no: int, unit_no: int, name: str, parent_no: int | None, now: datetime
) -> ChartUnit:
    """Give a unit another name, or hang it under another unit of the level above; its level never changes."""
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        chart = open_chart(actor, estate, chart_no)
        unit = unit_of(chart, unit_no)
        parent = unit_of(chart, parent_no) if parent_no is not None else None
        _check_hanging(chart, unit.level, parent)
        unit.name, unit.parent = _checked_name(chart, name, parent, but=unit.pk), parent
        unit.save(update_fields=["name", "parent"])
        facts = {"chart": chart.no, "unit": unit.no, "under": parent.no if parent else None}
        record.write(events.UNIT_CHANGED, subject=("unit", unit.pk), facts=facts, attests=[Whole(UNITS, [unit.pk])])
    return unit


def cover(
    *, actor: Actor, estate: Estate, chart_no: int, unit_no: int, areas: Sequence[Area], now: datetime
) -> ChartUnit:
    """Say which places a unit answers for from now on, all of them; what is not among them any more ends now.

    Raises :class:`BadInput` (field ``areas``) for a place of another estate, and one that another unit of the same level
    answers for already: who is responsible for a door has one answer at each level.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        chart = open_chart(actor, estate, chart_no)
        unit = unit_of(chart, unit_no)
        wanted = set(_checked_areas(estate, unit, areas))
        standing = {Area(row.building_id, row.entrance_id): row for row in unit.areas.filter(until__isnull=True)}
        for area in standing.keys() - wanted:
            standing[area].until = now
            standing[area].save(update_fields=["until"])
        new = sorted(wanted - standing.keys(), key=lambda area: (area.building_id or 0, area.entrance_id or 0))
        ChartArea.objects.bulk_create([_area(unit, area, now) for area in new])
        facts = {"chart": chart.no, "unit": unit.no, "areas": len(wanted)}
        record.write(events.UNIT_COVERS, subject=("unit", unit.pk), facts=facts, attests=[Whole(UNITS, [unit.pk])])
    return unit


def end_unit(*, actor: Actor, estate: Estate, chart_no: int, unit_no: int, now: datetime) -> ChartUnit:
    """End a unit, with its areas and the terms of those who led it or worked in it; it stays on record.

    Raises :class:`WrongState` while units hang under it or members belong to it: those are moved first, so nobody is lost.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        chart = open_chart(actor, estate, chart_no)
        unit = unit_of(chart, unit_no)
        if n := standing_units(chart).filter(parent=unit).count():
            text = gettext_noop("它下面还有 {n} 个单位。请先把它们挂到别的单位下面，或者撤销。")
            raise WrongState(Sentence(text, n=n), code="units_below")
        standing = unit.seats.filter(Q(until__isnull=True) | Q(until__gt=now))
        if n := standing.filter(role=ChartSeat.Role.MEMBER).count():
            text = gettext_noop("它里面还有 {n} 名成员。请先把他们加到别的单位里，或者结束登记。")
            raise WrongState(Sentence(text, n=n), code="members_left")
        for seat in standing:
            # One that was to begin later never begins.
            seat.until = max(now, seat.since)
            seat.save(update_fields=["until"])
        unit.areas.filter(until__isnull=True).update(until=now)
        unit.until = now
        unit.save(update_fields=["until"])
        facts = {"chart": chart.no, "unit": unit.no, "level": unit.level}
        record.write(events.UNIT_ENDED, subject=("unit", unit.pk), facts=facts, attests=[Whole(UNITS, [unit.pk])])
    return unit


def unit_of(chart: Chart, no: int) -> ChartUnit:
    """Return the unit of that number, if it was not ended; raises :class:`NotFound`."""
    unit = standing_units(chart).filter(no=no).first()
    if unit is None:
        raise NotFound(gettext_noop("没有这个单位，或者它已经撤销了。请回组织架构重新打开。"))
    return unit


def _check_hanging(chart: Chart, level: int, parent: ChartUnit | None) -> None:
    above = parent.level if parent else None
    if fault := charts.unit_fault(chart.levels, level, above, people_last=chart.people_last):
        raise BadInput(fault, code="wrong_parent", fields={"parent": fault})


def _checked_name(chart: Chart, name: str, parent: ChartUnit | None, *, but: int | None = None) -> str:
    kept = checked_name(name)
    fault = None
    if contact_in(kept):
        fault = Sentence(gettext_noop("名字里请不要写电话和证件号码。"))
    elif standing_units(chart).filter(parent=parent, name=kept).exclude(pk=but or 0).exists():
        fault = Sentence(gettext_noop("这里已经有一个“{name}”。请换一个名字。"), name=kept)
    if fault is not None:
        raise BadInput(fault, fields={"name": fault})
    return kept


def _area(unit: ChartUnit, area: Area, now: datetime) -> ChartArea:
    return ChartArea(
        estate_id=unit.estate_id, unit=unit, building_id=area.building_id, entrance_id=area.entrance_id, since=now
    )


def _checked_areas(estate: Estate, unit: ChartUnit, areas: Sequence[Area]) -> list[Area]:
    """Return the places without doubles; refuses those of another estate, and those that are another unit's already."""
    wanted = list(dict.fromkeys(areas))
    buildings = {area.building_id for area in wanted if area.building_id is not None}
    entrances = {area.entrance_id for area in wanted if area.entrance_id is not None}
    known = Building.objects.filter(estate=estate, pk__in=buildings).count()
    known += Entrance.objects.filter(estate=estate, pk__in=entrances).count()
    fault = None
    if known != len(buildings) + len(entrances) or any(area.building_id and area.entrance_id for area in wanted):
        fault = Sentence(gettext_noop("有一个楼栋或单元不是这个小区的。请重新选。"))
    others = ChartArea.objects.filter(
        unit__chart_id=unit.chart_id, unit__level=unit.level, until__isnull=True
    ).select_related("unit", "building", "entrance__building")
    for row in others.exclude(unit=unit.pk) if unit.pk else others:
        if fault is None and Area(row.building_id, row.entrance_id) in wanted:
            text = gettext_noop("“{place}”已经由“{unit}”负责。要换，请先从那里去掉。")
            place = row.building or row.entrance or estate.name
            fault = Sentence(text, place=str(place), unit=row.unit.name)
    if fault is not None:
        raise BadInput(fault, fields={"areas": fault})
    return wanted
