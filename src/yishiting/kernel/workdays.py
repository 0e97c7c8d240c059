"""Work days by the national calendar, and the terms ("3 workdays") that clocks are written in.

The published calendar covers known years only. A caller may lay a table of its own over it; a year that neither knows
falls back to Monday to Friday, and :meth:`Calendar.knows` and :meth:`Calendar.unknown` let a page say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

import chinese_calendar

from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import gettext_noop

_NO_OVERRIDES: Mapping[date, bool] = MappingProxyType({})
CLOSE_OF_DAY = time(18, 0)
#: Free by law each year (全国年节及纪念日放假办法), month and day: a list that lacks one of them is not a year's whole list.
FIXED_HOLIDAYS = ((1, 1), (5, 1), (10, 1))
_NAMES = {
    "New Year's Day": gettext_noop("元旦"),
    "Spring Festival": gettext_noop("春节"),
    "Tomb-sweeping Day": gettext_noop("清明"),
    "Labour Day": gettext_noop("劳动节"),
    "Dragon Boat Festival": gettext_noop("端午"),
    "National Day": gettext_noop("国庆"),
    "Mid-autumn Festival": gettext_noop("中秋"),
}
_TERM = re.compile(r"^\s*(\d{1,4})\s+(workdays?|days?|hours?)\s*$")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. ``overrides`` maps a date to True (worked) or False (free)."""

    overrides: Mapping[date, bool] = field(default_factory=lambda: _NO_OVERRIDES)

    def knows(self, year: int) -> bool:
        """Return whether the holidays of ``year`` are published or were entered.

        Single days do not make a year known: entered it is once the days that the law frees each year are among them.
        """
        return is_published(year) or all(
            self.overrides.get(date(year, month, day)) is False for month, day in FIXED_HOLIDAYS
        )

    def unknown(self, first: date, last: date) -> int | None:
        """Return the earliest year from ``first`` to ``last`` whose holidays nobody knows, or None."""
        return next((year for year in range(first.year, last.year + 1) if not self.knows(year)), None)

    def is_workday(self, day: date) -> bool:
        """Return whether ``day`` is worked, make-up days included."""
        if day in self.overrides:
            return self.overrides[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5

    def add(self, start: date, workdays: int) -> date:
        """Return the day that is ``workdays`` work days after ``start``; ``start`` itself never counts."""
        day = start
        while workdays > 0:
            day += timedelta(days=1)
            if self.is_workday(day):
                workdays -= 1
        return day

    def count(self, after: date, last: date) -> int:
        """Return how many work days there are after ``after`` up to ``last``; what :meth:`add` takes to get there."""
        days = (last - after).days
        return sum(self.is_workday(after + timedelta(days=n)) for n in range(1, days + 1))


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that the published calendar names: free for a holiday, or worked to make up for one."""

    day: date
    worked: bool
    name: str


def is_published(year: int) -> bool:
    """Return whether the published calendar covers ``year``."""
    try:
        chinese_calendar.is_workday(date(year, 6, 15))
    except NotImplementedError:
        return False
    return True


def published(year: int) -> tuple[NamedDay, ...]:
    """Return the holidays and make-up days of ``year`` in order, with the holiday's name; none where it is not published."""
    if not is_published(year):
        return ()
    found: list[NamedDay] = []
    day = date(year, 1, 1)
    while day.year == year:
        free, name = chinese_calendar.get_holiday_detail(day)
        if name:
            found.append(NamedDay(day, not free, _NAMES.get(name, name)))
        day += timedelta(days=1)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as clocks are written: a count and ``workdays``, ``days`` or ``hours``."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Term:
        """Read ``"3 workdays"``, ``"15 days"`` or ``"24 hours"``; raises ``ValueError`` otherwise."""
        match = _TERM.match(text)
        if match is None or int(match[1]) == 0:
            raise ValueError(text)
        return cls(int(match[1]), match[2].rstrip("s") + "s")

    def after(self, start: datetime, calendar: Calendar) -> datetime:
        """Return when a clock that starts at ``start`` runs out.

        Hours run on; days and work days end at 18:00 China time of the last day (a clock by days never ends at night,
        when nobody could act on it).
        """
        if self.unit == "hours":
            return start + timedelta(hours=self.count)
        local = start.astimezone(CHINA)
        if self.unit == "days":
            last = local.date() + timedelta(days=self.count)
        else:
            last = calendar.add(local.date(), self.count)
        return datetime.combine(last, CLOSE_OF_DAY, CHINA)
