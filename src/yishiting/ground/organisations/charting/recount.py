"""Digests of a chart's units with their areas and seats, keyed: a plain one would tell whoever guesses who is a member."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model, QuerySet

from yishiting.ground.organisations.charting.tables import ChartArea, ChartSeat, ChartUnit
from yishiting.ground.people.recount import keyed
from yishiting.kernel.words import Sentence, gettext_noop

UNITS = "organisations.chart_units"


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def units(estate_id: int, ids: Collection[int] | None = None) -> Mapping[int, str]:
    """Return the digest of each unit of an estate's charts, with its areas and all who ever sat in it (three queries)."""
    rows = ChartUnit.objects.filter(estate_id=estate_id)
    # By the unit and never by their own estate, so that a row moved over to another estate is missed here.
    areas: QuerySet[Any] = ChartArea.objects.filter(unit__estate_id=estate_id)
    seats: QuerySet[Any] = ChartSeat.objects.filter(unit__estate_id=estate_id)
    if ids is not None:
        rows, areas, seats = rows.filter(pk__in=ids), areas.filter(unit__in=ids), seats.filter(unit__in=ids)
    inside: dict[int, list[list[Any]]] = defaultdict(lambda: [[], []])
    for place, (model, found) in enumerate(((ChartArea, areas), (ChartSeat, seats))):
        for unit_id, *row in found.order_by("pk").values_list("unit_id", *_columns(model)):
            inside[unit_id][place].append(row)
    return {
        pk: keyed([UNITS, pk, row, inside[pk]])
        for pk, *row in rows.order_by("pk").values_list("pk", *_columns(ChartUnit))
    }


def unit_name(unit_id: int) -> Sentence:
    """Return what a fault calls a unit: by its number, since its name may tell who its members are."""
    row = ChartUnit.objects.filter(pk=unit_id).values_list("chart__no", "no").first()
    chart, no = row or ("?", unit_id)
    return Sentence(gettext_noop("第 {chart} 版组织架构里的第 {no} 个单位"), chart=chart, no=no)
