"""On which days a regular meeting falls. Pure: a rule and a day in, days out."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.kernel.workdays import Calendar

#: The last weekday of a month, written like the other four.
LAST = 5
MOST = 12
WEEKDAYS = (
    gettext_noop("星期一"), gettext_noop("星期二"), gettext_noop("星期三"), gettext_noop("星期四"), gettext_noop("星期五"),
    gettext_noop("星期六"), gettext_noop("星期日"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """Every month on a day (``month_day`` 1 to 31), or on the ``nth`` ``weekday`` (1 Monday to 7 Sunday; 5 is the last).

    A month without that day has the meeting on its last day. ``workdays_only``: a day off moves it to the next work day.
    """

    month_day: int = 0
    nth: int = 0
    weekday: int = 0
    workdays_only: bool = False

    def describe(self) -> Sentence:
        """Return the rule as one says it."""
        if self.month_day:
            said = Sentence(gettext_noop("每月 {day} 日"), day=self.month_day)
        elif self.nth == LAST:
            said = Sentence(gettext_noop("每月最后一个{weekday}"), weekday=Sentence(WEEKDAYS[self.weekday - 1]))
        else:
            text = gettext_noop("每月第 {nth} 个{weekday}")
            said = Sentence(text, nth=self.nth, weekday=Sentence(WEEKDAYS[self.weekday - 1]))
        return Sentence(gettext_noop("{rule}，遇休息日顺延到上班日"), rule=said) if self.workdays_only else said


def check_rule(rule: Rule, count: int) -> None:
    """Refuse a rule that names no day or two, and more meetings ahead than a year has months."""
    by_day = 1 <= rule.month_day <= 31 and not rule.nth and not rule.weekday
    by_weekday = not rule.month_day and 1 <= rule.nth <= LAST and 1 <= rule.weekday <= 7
    if not by_day and not by_weekday:
        text = gettext_noop("请写每月几日，或选每月第几个星期几，只能用一种。")
        raise BadInput(text, fields={"month_day": text})
    if not 1 <= count <= MOST:
        few = Sentence(gettext_noop("一次最多排 {most} 次，最少 1 次。"), most=MOST)
        raise BadInput(few, fields={"count": few})


def _day_in(rule: Rule, year: int, month: int) -> date:
    days = monthrange(year, month)[1]
    if rule.month_day:
        return date(year, month, min(rule.month_day, days))
    if rule.nth == LAST:
        last = date(year, month, days)
        return last - timedelta(days=(last.isoweekday() - rule.weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(rule.weekday - first.isoweekday()) % 7 + 7 * (rule.nth - 1))


def occurrences(rule: Rule, *, after: date, count: int, calendar: Calendar) -> list[date]:
    """Return the next ``count`` days by ``rule`` later than ``after``, one a month, moved off days off where it says so."""
    found: list[date] = []
    # A day off may have moved the day of the month before into this one.
    before = after.replace(day=1) - timedelta(days=1)
    year, month = before.year, before.month
    while len(found) < count:
        day = _day_in(rule, year, month)
        while rule.workdays_only and not calendar.is_workday(day):
            day += timedelta(days=1)
        if day > after and day not in found:
            found.append(day)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found
