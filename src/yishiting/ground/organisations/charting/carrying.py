"""Carrying what stands in one version of a chart over to the next: its units, their places and the people in them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from yishiting.ground.organisations.charting.tables import Chart, ChartArea, ChartSeat, ChartUnit
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop


def in_force(estate_id: int) -> Chart | None:
    """Return the version of an estate's chart that is in force."""
    return Chart.objects.filter(estate=estate_id, published_at__isnull=False, ended_at__isnull=True).first()


def carry_over(former: Chart | None, chart: Chart, *, now: datetime) -> list[int]:
    """Copy what stands in ``former`` into the new draft ``chart`` and return the keys of the new units.

    Units keep their numbers, names and what they hang under; leaders, colleagues and members keep their terms and what they
    agreed to. Raises :class:`BadInput` (field ``carry``) without a version in force, and where its units would have no
    level to stand at.
    """
    if former is None:
        text = Sentence(gettext_noop("现在没有在用的版本，没有单位可以带过来。请去掉这个勾。"))
        raise BadInput(text, fields={"carry": text})
    if (len(former.levels), former.people_last) != (len(chart.levels), chart.people_last):
        said = gettext_noop("在用的版本有 {n} 级，和这一版分法不同，单位带不过来。请改成一样的分法，或者去掉这个勾。")
        text = Sentence(said, n=len(former.levels))
        raise BadInput(text, fields={"carry": text})
    new: dict[int, ChartUnit] = {}
    standing = Q(until__isnull=True) | Q(until__gt=now)
    units = list(ChartUnit.objects.filter(chart=former, until__isnull=True))
    # From the top down, so that each finds the one that it hangs under; a level is one statement.
    for level in sorted({unit.level for unit in units}):
        rows = [unit for unit in units if unit.level == level]
        made = ChartUnit.objects.bulk_create(
            [
                ChartUnit(
                    estate_id=chart.estate_id,
                    chart=chart,
                    no=row.no,
                    level=level,
                    parent=new[row.parent_id] if row.parent_id else None,
                    name=row.name,
                    since=now,
                )
                for row in rows
            ]
        )
        new |= {row.pk: unit for row, unit in zip(rows, made, strict=True)}
    ChartArea.objects.bulk_create(
        [
            ChartArea(
                estate_id=chart.estate_id,
                unit=new[row.unit_id],
                building_id=row.building_id,
                entrance_id=row.entrance_id,
                since=now,
            )
            for row in ChartArea.objects.filter(unit__in=new, until__isnull=True).order_by("pk")
        ]
    )
    ChartSeat.objects.bulk_create(
        [
            ChartSeat(
                estate_id=chart.estate_id,
                chart=chart,
                unit=new[row.unit_id],
                person_id=row.person_id,
                role=row.role,
                since=row.since,
                until=row.until,
                consent=row.consent,
                name_public=row.name_public,
            )
            for row in ChartSeat.objects.filter(standing, unit__in=new).order_by("pk")
        ]
    )
    return sorted(unit.pk for unit in new.values())
