"""Lengths of time as rules write them: days, work days, months, years; and the day on which one ends."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.kernel.workdays import Calendar

_SPAN = re.compile(r"([1-9]\d{0,4}) (workdays?|days?|months?|years?)")
_WORDS = {
    "day": gettext_noop("{n} 天"),
    "workday": gettext_noop("{n} 个工作日"),
    "month": gettext_noop("{n} 个月"),
    "year": gettext_noop("{n} 年"),
}


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later (earlier below zero), or the last day of a month that has no such day."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: a count of ``day``, ``workday``, ``month`` or ``year``."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read ``"15 days"``, ``"3 workdays"``, ``"6 months"`` or ``"5 years"``; raises ``ValueError`` otherwise."""
        found = _SPAN.fullmatch(text)
        if found is None:
            raise ValueError(f"not a span: {text!r}")
        return cls(int(found[1]), found[2].removesuffix("s"))

    def after(self, start: date, calendar: Calendar) -> date:
        """Return the day on which this length, begun on ``start``, is over; ``start`` itself never counts (民法典 第201条).

        Months and years end on the day of the same number, or on the last of a shorter month (第202条). Only work days look at
        the ``calendar``.
        """
        if self.unit == "workday":
            return calendar.add(start, self.count)
        if self.unit == "day":
            return start + timedelta(days=self.count)
        return add_months(start, self.count * (12 if self.unit == "year" else 1))

    def before(self, end: date) -> date:
        """Return the day that lies this length before ``end``; raises ``ValueError`` for work days, which no rule counts back."""
        if self.unit == "workday":
            raise ValueError("work days are not counted back")
        if self.unit == "day":
            return end - timedelta(days=self.count)
        return add_months(end, -self.count * (12 if self.unit == "year" else 1))

    def said(self) -> Sentence:
        """Return it as a reader says it: 15 天, 3 个工作日."""
        return Sentence(_WORDS[self.unit], n=self.count)
