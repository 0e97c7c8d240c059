"""Work days by the national calendar, and the terms ("3 workdays") that clocks are written in.

The published calendar covers known years only. A caller may lay a table of its own over it; a year that neither knows
falls back to Monday to Friday, and :meth:`Calendar.knows` lets a page say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

import chinese_calendar

from yishiting.kernel.clock import CHINA

_NO_OVERRIDES: Mapping[date, bool] = MappingProxyType({})
CLOSE_OF_DAY = time(18, 0)
_TERM = re.compile(r"^\s*(\d{1,4})\s+(workdays?|days?|hours?)\s*$")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. ``overrides`` maps a date to True (worked) or False (free)."""

    overrides: Mapping[date, bool] = field(default_factory=lambda: _NO_OVERRIDES)

    def knows(self, year: int) -> bool:
        """Return whether the holidays of ``year`` are published or were entered."""
        try:
            chinese_calendar.is_workday(date(year, 6, 15))
        except NotImplementedError:
            return any(day.year == year for day in self.overrides)
        return True

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
