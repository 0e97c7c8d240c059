"""Clock, work days, hashing, sentences."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.kernel import clock, hashing
from yishiting.kernel.clock import CHINA
from yishiting.kernel.exact import grouped, two_places
from yishiting.kernel.words import Sentence, sentence
from yishiting.kernel.workdays import Calendar, Term, published


def test_three_work_days_from_a_thursday_end_on_tuesday_at_six() -> None:
    start = datetime(2026, 3, 5, 9, 30, tzinfo=CHINA)
    assert Term.parse("3 workdays").after(start, Calendar()) == datetime(2026, 3, 10, 18, 0, tzinfo=CHINA)


def test_the_national_day_is_not_worked_and_its_make_up_sunday_is() -> None:
    calendar = Calendar()
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2026, 10, 10))  # a Saturday made up for the holiday


def test_an_entered_day_goes_before_the_published_calendar() -> None:
    assert not Calendar({date(2026, 3, 3): False}).is_workday(date(2026, 3, 3))
    assert Calendar({date(2026, 3, 7): True}).is_workday(date(2026, 3, 7))


def test_a_year_that_nobody_knows_falls_back_to_weekdays_and_says_so() -> None:
    calendar = Calendar()
    assert not calendar.knows(2099)
    assert calendar.knows(2026)
    assert calendar.is_workday(date(2099, 6, 15)) == (date(2099, 6, 15).weekday() < 5)
    assert calendar.unknown(date(2026, 12, 31), date(2099, 1, 1)) == 2027
    assert calendar.unknown(date(2025, 12, 31), date(2026, 1, 1)) is None


def test_a_year_is_entered_once_the_days_that_the_law_frees_are_and_a_single_day_does_not_make_it_known() -> None:
    entered = {date(2099, 1, 1): False, date(2099, 5, 1): False}
    assert not Calendar(entered).knows(2099)
    assert not Calendar(entered | {date(2099, 10, 1): True}).knows(2099)
    assert Calendar(entered | {date(2099, 10, 1): False}).knows(2099)


def test_work_days_are_counted_as_they_are_added() -> None:
    calendar, friday = Calendar(), date(2026, 4, 30)
    for n in range(1, 30):
        assert calendar.count(friday, calendar.add(friday, n)) == n
    assert calendar.count(friday, friday) == 0
    assert calendar.count(friday, date(2026, 4, 1)) == 0


def test_the_published_days_of_a_year_carry_the_name_of_their_holiday() -> None:
    days = {each.day: (each.worked, each.name) for each in published(2026)}
    assert days[date(2026, 10, 1)] == (False, "国庆")
    assert days[date(2026, 10, 10)] == (True, "国庆")
    assert days[date(2026, 2, 14)] == (True, "春节")
    assert published(2099) == ()


def test_hours_run_on_and_days_end_at_six() -> None:
    start = datetime(2026, 3, 6, 23, 0, tzinfo=CHINA)
    assert Term.parse("24 hours").after(start, Calendar()) == datetime(2026, 3, 7, 23, 0, tzinfo=CHINA)
    assert Term.parse("15 days").after(start, Calendar()) == datetime(2026, 3, 21, 18, 0, tzinfo=CHINA)


def test_a_clock_counts_from_the_day_in_china_whatever_zone_the_moment_is_in() -> None:
    start = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)  # Monday 07:00 in China
    assert Term.parse("1 workday").after(start, Calendar()) == datetime(2026, 3, 3, 18, 0, tzinfo=CHINA)


@pytest.mark.parametrize("text", ["", "3", "workdays", "0 days", "-1 days", "3 weeks", "1.5 days", "3 workdays 2 days"])
def test_an_unreadable_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(text)):
        Term.parse(text)


@given(start=st.dates(date(2020, 1, 1), date(2026, 12, 1)), n=st.integers(1, 30))
def test_adding_work_days_passes_exactly_that_many(start: date, n: int) -> None:
    calendar = Calendar()
    end = calendar.add(start, n)
    passed = [date.fromordinal(d) for d in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert sum(calendar.is_workday(day) for day in passed) == n
    assert calendar.is_workday(end)


def test_the_clock_can_be_set_only_where_that_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.OVERRIDE, "2030-01-02T03:04:05+08:00")
    monkeypatch.setattr(clock, "_override_allowed", False)
    assert clock.now().year != 2030
    monkeypatch.setattr(clock, "_override_allowed", True)
    assert clock.now() == datetime(2030, 1, 2, 3, 4, 5, tzinfo=CHINA)


def test_the_same_value_has_the_same_digest_however_a_database_writes_it() -> None:
    assert hashing.digest(Decimal("131.0")) == hashing.digest(Decimal("131.0000"))
    moment = datetime(2026, 1, 1, 8, 0, tzinfo=CHINA)
    assert hashing.digest(moment) == hashing.digest(moment.astimezone(UTC))
    assert hashing.digest({"a": 1, "b": 2}) == hashing.digest({"b": 2, "a": 1})


def test_values_that_differ_have_digests_that_differ() -> None:
    assert hashing.digest(["1", 2]) != hashing.digest(["1", "2"])
    assert hashing.digest([None]) != hashing.digest([""])
    assert hashing.digest(Decimal("100")) != hashing.digest(Decimal("10"))


@pytest.mark.parametrize("value", [1.5, datetime(2026, 1, 1)])
def test_a_value_without_one_meaning_has_no_digest(value: object) -> None:
    with pytest.raises(TypeError):
        hashing.digest({"value": value})


def test_a_sentence_is_rendered_late_with_its_figures_and_inner_sentences() -> None:
    inner = Sentence("共 {n} 户", n=3)
    outer = Sentence("{what}。", what=inner)
    assert str(outer) == "共 3 户。"
    assert outer.render(lambda text: text.replace("户", "homes")) == "共 3 homes。"


def test_a_plain_text_keeps_its_braces() -> None:
    assert str(sentence("{n} 不是数")) == "{n} 不是数"


def test_figures_are_rounded_half_up_and_grouped() -> None:
    assert two_places(Decimal("28922.415")) == "28922.42"
    assert grouped(Decimal("28922.4")) == "28,922.40"
