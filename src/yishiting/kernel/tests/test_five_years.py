"""Five years of clocks against a plain recount from the notices of the State Council, typed off by hand.

The recount shares nothing with the calendar that is tested: not its package, not its way of counting. It keeps the free days
and the make-up days of 2022 to 2026 as ranges, walks day by day, and knows Monday to Friday by a count of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta

import pytest

from yishiting.kernel.clock import CHINA
from yishiting.kernel.workdays import Calendar, Term

#: Free: (month, day) of the first and of the last day of each holiday.
FREE: dict[int, tuple[tuple[tuple[int, int], tuple[int, int]], ...]] = {
    2022: (((1, 1), (1, 3)), ((1, 31), (2, 6)), ((4, 3), (4, 5)), ((4, 30), (5, 4)), ((6, 3), (6, 5)),
           ((9, 10), (9, 12)), ((10, 1), (10, 7)), ((12, 31), (12, 31))),
    2023: (((1, 1), (1, 2)), ((1, 21), (1, 27)), ((4, 5), (4, 5)), ((4, 29), (5, 3)), ((6, 22), (6, 24)),
           ((9, 29), (10, 6)), ((12, 30), (12, 31))),
    2024: (((1, 1), (1, 1)), ((2, 10), (2, 17)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((6, 8), (6, 10)),
           ((9, 15), (9, 17)), ((10, 1), (10, 7))),
    2025: (((1, 1), (1, 1)), ((1, 28), (2, 4)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((5, 31), (6, 2)),
           ((10, 1), (10, 8))),
    2026: (((1, 1), (1, 3)), ((2, 15), (2, 23)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((6, 19), (6, 21)),
           ((9, 25), (9, 27)), ((10, 1), (10, 7))),
}  # fmt: skip
#: Saturdays and Sundays that were worked to make up for them.
MADE_UP: dict[int, tuple[tuple[int, int], ...]] = {
    2022: ((1, 29), (1, 30), (4, 2), (4, 24), (5, 7), (10, 8), (10, 9)),
    2023: ((1, 28), (1, 29), (4, 23), (5, 6), (6, 25), (10, 7), (10, 8)),
    2024: ((2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)),
    2025: ((1, 26), (2, 8), (4, 27), (9, 28), (10, 11)),
    2026: ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)),
}
A_SATURDAY = date(2022, 1, 1)
#: As an office might enter it over the published days: closed for a move, open for a fair.
ENTERED = {date(2024, 3, 13): False, date(2024, 3, 16): True, date(2025, 9, 29): False}


def is_free(day: date, entered: dict[date, bool]) -> bool:
    """Whether nobody works on ``day``."""
    if day in entered:
        return not entered[day]
    if (day.month, day.day) in MADE_UP[day.year]:
        return False
    if any(date(day.year, *first) <= day <= date(day.year, *last) for first, last in FREE[day.year]):
        return True
    return (day - A_SATURDAY).days % 7 in (0, 1)


def worked_days(entered: dict[date, bool]) -> list[date]:
    """Every day of the five years on which somebody works, in order."""
    days = [date(2022, 1, 1) + timedelta(n) for n in range(5 * 365 + 1)]
    return [day for day in days if not is_free(day, entered)]


def recounted(start: datetime, workdays: int, worked: list[date]) -> datetime:
    """When a clock of so many work days ends: at six, on the last of them."""
    still_to_come = bisect_right(worked, start.date())
    last = worked[still_to_come + workdays - 1]
    return datetime(last.year, last.month, last.day, 18, 0, tzinfo=CHINA)


@pytest.mark.parametrize(("hour", "entered"), [(0, {}), (18, {}), (23, ENTERED)])
def test_every_clock_of_five_years_ends_on_the_minute_of_the_recount(hour: int, entered: dict[date, bool]) -> None:
    calendar, worked = Calendar(entered), worked_days(entered)
    start = datetime(2022, 1, 1, hour, 59, tzinfo=CHINA)
    clocks = 0
    while start < datetime(2026, 11, 30, tzinfo=CHINA):
        for workdays in (1, 3, 10):
            due = Term(workdays, "workdays").after(start, calendar)
            assert due == recounted(start, workdays, worked), (start, workdays)
            assert calendar.count(start.date(), due.date()) == workdays
            clocks += 1
        start += timedelta(days=1)
    assert clocks == 3 * (date(2026, 11, 30) - date(2022, 1, 1)).days


def test_each_day_of_five_years_is_worked_as_the_notices_say() -> None:
    calendar = Calendar()
    day = date(2022, 1, 1)
    while day <= date(2026, 12, 31):
        assert calendar.is_workday(day) is not is_free(day, {}), day
        day += timedelta(days=1)


def test_the_work_days_of_a_year_are_as_many_as_the_law_leaves() -> None:
    """The days of 2025 counted the other way round: all, less weekends and holidays, and the made-up days again."""
    ordinary = sum(Calendar().is_workday(date(2025, 1, 1) + timedelta(days=n)) for n in range(365))
    assert ordinary == 365 - 104 - 28 + 5 + weekend_days_within_holidays(2025)


def weekend_days_within_holidays(year: int) -> int:
    """Saturdays and Sundays that a holiday takes in, which are not counted off twice."""
    found = 0
    for first, last in FREE[year]:
        day = date(year, *first)
        while day <= date(year, *last):
            found += (day - A_SATURDAY).days % 7 in (0, 1)
            day += timedelta(days=1)
    return found
