"""Dates, clocks and figures in the words that a neighbour uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yishiting.kernel import clock
from yishiting.kernel.exact import grouped
from yishiting.kernel.workdays import CLOSE_OF_DAY

WEEKDAYS = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)
NBSP = "\u00a0"


def local(moment: date | datetime) -> date | datetime:
    """Return ``moment`` as China time reads it; a bare day stays a day."""
    return moment.astimezone(clock.CHINA) if isinstance(moment, datetime) else moment


def as_day(moment: date | datetime) -> date:
    """Return the day in China on which ``moment`` falls."""
    here = local(moment)
    return here.date() if isinstance(here, datetime) else here


def eve_of(moment: date | datetime) -> date | None:
    """Return the day before for a moment that is midnight in China, nothing for any other."""
    here = local(moment)
    midnight = isinstance(here, datetime) and here.time() == time()
    return as_day(here) - timedelta(days=1) if midnight else None


def weekday(moment: date | datetime) -> str:
    """``周二``."""
    return _(WEEKDAYS[as_day(moment).weekday()])


def day_words(moment: date | datetime, *, now: datetime, with_weekday: bool = True) -> str:
    """``11月25日（周二）``, with the year where it is not the present one."""
    day = as_day(moment)
    figures = {"year": day.year, "month": day.month, "day": day.day, "weekday": weekday(day)}
    if day.year != as_day(now).year:
        words = _("{year}年{month}月{day}日（{weekday}）") if with_weekday else _("{year}年{month}月{day}日")
    else:
        words = _("{month}月{day}日（{weekday}）") if with_weekday else _("{month}月{day}日")
    return words.format(**figures)


def moment_words(moment: date | datetime, *, now: datetime) -> str:
    """``11月25日（周二）18:00``; a bare day has no clock."""
    here = local(moment)
    words = day_words(here, now=now)
    return _("{day}{clock}").format(day=words, clock=f"{here:%H:%M}") if isinstance(here, datetime) else words


@dataclass(frozen=True, slots=True)
class Due:
    """How near a clock is: the words, and whether it presses (today, or past)."""

    words: str
    presses: bool
    late: bool


def due_words(due: date | datetime, *, now: datetime) -> Due:
    """``今天 17:30``, ``明天 18:00``, ``还有 3 天``, ``超 2 天``. Days are days of the calendar, in China.

    A bare day ends when offices close, as every clock by days does.
    """
    here = local(due)
    end = here if isinstance(here, datetime) else datetime.combine(here, CLOSE_OF_DAY, clock.CHINA)
    days = (as_day(end) - as_day(now)).days
    at = f"{end:%H:%M}"
    if end < now:
        if days == 0:
            return Due(_("今天 {clock} 已过").format(clock=at), presses=True, late=True)
        return Due(_("超 {days} 天").format(days=-days), presses=True, late=True)
    if days == 0:
        return Due(_("今天 {clock}").format(clock=at), presses=True, late=False)
    if days == 1:
        return Due(_("明天 {clock}").format(clock=at), presses=False, late=False)
    return Due(_("还有 {days} 天").format(days=days), presses=False, late=False)


def figure(value: object) -> str:
    """Group a whole number by thousands, give a decimal two places, leave words as they are."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Decimal):
        return grouped(value)
    return str(value)


def area_words(value: Decimal | int | str | None) -> str:
    """``28,922.42 ㎡``; the unit never parts from its number. A home without its area says so."""
    if value is None or value == "":
        return _("面积待定")
    return f"{grouped(Decimal(value))}{NBSP}{_('㎡')}"
