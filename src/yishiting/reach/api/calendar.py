"""The work calendar of an estate, with which its clocks count: a year to read, days to enter and to lift."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from yishiting.ground.places import policy, selectors, services
from yishiting.ground.places.days import EARLIEST, LATEST
from yishiting.ground.places.models import Estate, WorkdayOverride
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.shapes import Day, Line, Pk, Reason, Slug, Words

router = Router(tags=["calendar"])
Year = Annotated[int, Field(ge=EARLIEST, le=LATEST)]


class PublishedDay(Schema):
    """A day off or a make-up day that holds everywhere."""

    day: date
    worked: bool
    name: str


class EnteredDay(Schema):
    """A day that the estate entered over the published calendar."""

    id: int
    day: date
    worked: bool
    reason: str


class LiftedDay(EnteredDay):
    """An entered day that was taken back, and why."""

    lifted_for: str


class CalendarYear(Schema):
    """A year. ``known`` is false while nobody knows its days off: clocks that reach into it say so."""

    year: int
    known: bool
    published: list[PublishedDay]
    entered: list[EnteredDay]
    lifted: list[LiftedDay]


class DayIn(Schema):
    """A day, free or worked, and why."""

    day: Day
    worked: bool
    reason: Line


class DaysIn(Schema):
    """A list, one day a line: `2027-02-05 休` or `2027-02-07 班`; ``reason`` for lines that bring none."""

    days: Words
    reason: Line


class DayDone(Schema):
    """A day was entered or lifted."""

    id: int
    day: date


class DaysDone(Schema):
    """How many days were entered now, and how many were known just so already."""

    entered: int
    same: int


def _kept(request: Request, slug: str) -> Estate:
    estate = estate_at(slug)
    policy.can_keep_calendar(request.actor, estate.pk).enforce()
    return estate


@reads(
    router, "/estates/{slug}/calendar/years/{year}", scope="calendar:read", answer=CalendarYear, public=False,
    device=True,
)  # fmt: skip
def get_calendar(request: Request, slug: Slug, year: Year) -> CalendarYear:
    """Tell a year: what is published, what the estate entered, what it lifted."""
    found = selectors.calendar_year(_kept(request, slug).pk, year)
    return CalendarYear(
        year=found.year,
        known=found.known,
        published=[PublishedDay(day=each.day, worked=each.worked, name=_(each.name)) for each in found.published],
        entered=[EnteredDay(id=row.pk, day=row.day, worked=row.worked, reason=row.reason) for row in found.entered],
        lifted=[
            LiftedDay(id=row.pk, day=row.day, worked=row.worked, reason=row.reason, lifted_for=row.lifted_for)
            for row in found.lifted
        ],
    )


@writes(router, "/estates/{slug}/calendar/days", scope="calendar:write", answer=DayDone, status=201)
def set_day(request: Request, slug: Slug, data: DayIn) -> DayDone:
    """Enter a day; clocks that begin from now on count with it."""
    made = services.set_day(
        actor=request.actor,
        estate=_kept(request, slug),
        day=data.day,
        worked=data.worked,
        reason=data.reason,
        now=request.now,
    )
    return DayDone(id=made.pk, day=made.day)


@writes(router, "/estates/{slug}/calendar/lists", scope="calendar:write", answer=DaysDone, status=201)
def import_days(request: Request, slug: Slug, data: DaysIn) -> DaysDone:
    """Enter a list of days, all or none; `fields` names each line at fault as `days.` and its number."""
    estate = _kept(request, slug)
    try:
        made = services.import_days(
            actor=request.actor, estate=estate, text=data.days, reason=data.reason, now=request.now
        )
    except services.FaultyList as faulty:
        lines = {f"days.{fault.line}": fault.message for fault in faulty.faults}
        raise BadInput(faulty.message, code=faulty.code, fields=lines) from faulty
    return DaysDone(entered=len(made.days), same=made.same)


@writes(router, "/estates/{slug}/calendar/days/{pk}/lifting", scope="calendar:write", answer=DayDone)
def lift_day(request: Request, slug: Slug, pk: Pk, data: Reason) -> DayDone:
    """Take an entered day back, with the reason."""
    estate = _kept(request, slug)
    if not WorkdayOverride.objects.filter(estate=estate, pk=pk, lifted_at__isnull=True).exists():
        raise NotFound(gettext_noop("工作日历里没有这一条，或者已经撤掉了。请从日历页重新打开。"))
    row = services.lift_day(actor=request.actor, estate=estate, override_id=pk, reason=data.reason, now=request.now)
    return DayDone(id=row.pk, day=row.day)
