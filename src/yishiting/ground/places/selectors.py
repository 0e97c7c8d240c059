"""Reads of places."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Subquery, Sum
from django.db.models.functions import Coalesce

from yishiting.ground.places.models import DeclaredFigure, Estate, Home, WorkdayOverride, Zone
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.kernel.workdays import Calendar, NamedDay, published

FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Totals:
    """What is on the register of an estate: 栋, 单元, 户, 人, ㎡; ``residents`` is None where no home states any."""

    buildings: int
    entrances: int
    homes: int
    residents: int | None
    area: Decimal


@dataclass(frozen=True, slots=True)
class Parking:
    """Places for bicycles and e-bikes against the declared need; ``short`` is never negative."""

    places: int
    need: int
    approximate: str

    @property
    def short(self) -> int:
        """How many places are missing."""
        return max(self.need - self.places, 0)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A year's work calendar as an estate keeps it.

    ``known`` is False while nobody knows the year's days off; ``published`` are the national ones, ``entered`` those of the
    estate that stand, ``lifted`` those that were taken back, newest first.
    """

    year: int
    known: bool
    published: tuple[NamedDay, ...]
    entered: tuple[WorkdayOverride, ...]
    lifted: tuple[WorkdayOverride, ...]


#: Up the tree; it has four levels, and what is tied into a ring by hand ends all the same.
_ABOVE = """
    WITH RECURSIVE above (id, parent_id, step) AS (
        SELECT id, parent_id, 0 FROM places_region WHERE id = %s
        UNION ALL SELECT r.id, r.parent_id, above.step + 1 FROM places_region r JOIN above ON r.id = above.parent_id
        WHERE above.step < 9
    )
    SELECT id FROM above ORDER BY step
"""


def regions_above(region_id: int | None) -> list[int]:
    """Return a region and those above it, from below (one query, none for none)."""
    if region_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [region_id])
        return list(dict.fromkeys(found for (found,) in cursor.fetchall()))


def calendar(estate_id: int) -> Calendar:
    """Return the estate's work-day calendar: the published one with what was entered over it (one query)."""
    standing = WorkdayOverride.objects.filter(estate_id=estate_id, lifted_at__isnull=True)
    return Calendar(dict(standing.values_list("day", "worked")))


def calendars(estate_ids: Collection[int]) -> dict[int, Calendar]:
    """Return the work-day calendars of several estates, each as :func:`calendar` gives it (one query)."""
    entered: dict[int, dict[date, bool]] = {estate: {} for estate in estate_ids}
    standing = WorkdayOverride.objects.filter(estate_id__in=estate_ids, lifted_at__isnull=True)
    for estate, day, worked in standing.values_list("estate_id", "day", "worked"):
        entered[estate][day] = worked
    return {estate: Calendar(days) for estate, days in entered.items()}


def calendar_year(estate_id: int, year: int) -> CalendarYear:
    """Return what there is to know of a year (two queries)."""
    rows = list(WorkdayOverride.objects.filter(estate_id=estate_id, day__year=year))
    lifted = sorted((row for row in rows if row.lifted_at), key=lambda row: (row.lifted_at, row.pk), reverse=True)
    return CalendarYear(
        year=year,
        known=calendar(estate_id).knows(year),
        published=published(year),
        entered=tuple(row for row in rows if row.lifted_at is None),
        lifted=tuple(lifted),
    )


def estate_by_name(name: str) -> Estate:
    """Return the estate of that name or address; raises :class:`NotFound`."""
    estate = Estate.objects.filter(name=name).first() or Estate.objects.filter(slug=name).first()
    if estate is None:
        raise NotFound(Sentence(gettext_noop("没有叫“{name}”的小区。"), name=name))
    return estate


def totals(estate_id: int) -> Totals:
    """Count what is on the register (one query).

    SQLite sums decimals as floating numbers; each area has at most four places, so rounding to them gives the exact sum
    back for any estate that could exist.
    """
    row = Home.objects.filter(estate_id=estate_id).aggregate(
        homes=Count("pk"),
        buildings=Count("building", distinct=True),
        entrances=Count("entrance", distinct=True),
        residents=Sum("residents"),
        area=Coalesce(Sum("area"), Decimal(0)),
    )
    return Totals(**{**row, "area": row["area"].quantize(FOUR_PLACES)})


def declared(estate_id: int) -> dict[str, DeclaredFigure]:
    """Return the declared figures by name."""
    return {figure.name: figure for figure in DeclaredFigure.objects.filter(estate_id=estate_id)}


def parking(estate_id: int) -> Parking | None:
    """Return places against need, or None where the estate has declared no need (one query)."""
    places = (
        Zone.objects.filter(estate_id=estate_id, kind=Zone.Kind.BIKES)
        .order_by()
        .values("estate")
        .annotate(n=Sum("capacity"))
        .values("n")
    )
    need = (
        DeclaredFigure.objects.filter(estate_id=estate_id, name=DeclaredFigure.Name.BIKE_PLACES)
        .annotate(places=Coalesce(Subquery(places), 0))
        .first()
    )
    return None if need is None else Parking(need.places, need.value, need.approximate)
