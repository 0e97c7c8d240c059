"""Regular meetings: on which days, each a meeting of its own, with topics before it is announced."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.world import World, make_world
from yishiting.council.meetings import services
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting, Series
from yishiting.council.meetings.recurrence import Rule, check_rule, occurrences
from yishiting.council.meetings.tests import sitting
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.kernel.workdays import Calendar
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

PLAIN = Calendar({})


# ---------------------------------------------------------------- days
def test_a_day_that_a_month_lacks_is_its_last_day() -> None:
    days = occurrences(Rule(month_day=31), after=date(2026, 1, 31), count=3, calendar=PLAIN)

    assert days == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_the_second_saturday_and_the_last_friday_of_a_month() -> None:
    second = occurrences(Rule(nth=2, weekday=6), after=date(2026, 3, 14), count=2, calendar=PLAIN)
    last = occurrences(Rule(nth=5, weekday=5), after=date(2026, 12, 1), count=2, calendar=PLAIN)

    assert second == [date(2026, 4, 11), date(2026, 5, 9)]
    assert last == [date(2026, 12, 25), date(2027, 1, 29)]


def test_a_day_off_moves_to_the_next_work_day_where_the_rule_says_so() -> None:
    rule = Rule(month_day=7, workdays_only=True)

    assert occurrences(rule, after=date(2026, 3, 1), count=1, calendar=PLAIN) == [date(2026, 3, 9)]
    worked = Calendar({date(2026, 3, 7): True})
    assert occurrences(rule, after=date(2026, 3, 1), count=1, calendar=worked) == [date(2026, 3, 7)]


def test_a_day_that_a_holiday_moved_into_the_next_month_is_still_to_come_there() -> None:
    off = Calendar({date(2027, 5, day): False for day in range(1, 6)} | {date(2027, 4, 30): False})
    rule = Rule(month_day=30, workdays_only=True)

    assert occurrences(rule, after=date(2027, 5, 2), count=2, calendar=off) == [date(2027, 5, 6), date(2027, 5, 31)]
    assert occurrences(rule, after=date(2027, 5, 6), count=1, calendar=off) == [date(2027, 5, 31)]
    assert occurrences(rule, after=date(2027, 1, 4), count=1, calendar=PLAIN) == [date(2027, 2, 1)]


@given(st.integers(1, 31), st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.integers(1, 12))
def test_days_by_a_day_of_the_month_are_later_one_a_month_and_in_order(day: int, after: date, count: int) -> None:
    days = occurrences(Rule(month_day=day), after=after, count=count, calendar=PLAIN)

    assert len(days) == count
    assert days == sorted(set(days))
    assert days[0] > after
    months = [each.year * 12 + each.month for each in days]
    assert months == list(range(months[0], months[0] + count))


@pytest.mark.parametrize(
    ("rule", "count"),
    [(Rule(), 1), (Rule(month_day=32), 1), (Rule(month_day=5, nth=1, weekday=1), 1), (Rule(nth=1), 1), (Rule(5), 13)],
)
def test_a_rule_of_no_day_or_of_two_and_too_many_meetings_are_refused(rule: Rule, count: int) -> None:
    with pytest.raises(BadInput):
        check_rule(rule, count)


def test_a_rule_is_said_in_words() -> None:
    assert str(Rule(month_day=5, workdays_only=True).describe()) == "每月 5 日，遇休息日顺延到上班日"
    assert str(Rule(nth=5, weekday=7).describe()) == "每月最后一个星期日"


# ---------------------------------------------------------------- the verbs
@pytest.fixture
def world() -> World:
    return make_world(6)


def at(world: World, by: str = "moderator") -> dict[str, Any]:
    return {"actor": world.actor(by), "estate_id": world.estate.pk, "now": world.now}


def series(world: World, **more: Any) -> Series:
    given = {
        "actor": world.actor("moderator"), "estate": world.estate, "title": "联席会议", "place": "活动室",
        "kind": "one_plus_n", "parties": [("党组织", True), ("物业", False), ("居民", False)],
        "rule": Rule(nth=1, weekday=6), "at": time(9, 30), "count": 3, "now": world.now,
    }  # fmt: skip
    return services.plan_series(**(given | more))


@pytest.mark.django_db
def test_each_occurrence_is_a_meeting_of_its_own_with_the_same_sides(world: World) -> None:
    made = series(world)

    meetings = list(Meeting.objects.filter(series=made).order_by("no"))
    assert [meeting.no for meeting in meetings] == [1, 2, 3]
    assert [meeting.starts_at.astimezone(CHINA).date() for meeting in meetings] == [
        date(2026, 3, 7), date(2026, 4, 4), date(2026, 5, 2),
    ]  # fmt: skip
    assert {meeting.starts_at.astimezone(CHINA).time() for meeting in meetings} == {time(9, 30)}
    assert all(meeting.parties.filter(core=True).get().name == "党组织" for meeting in meetings)
    assert {meeting.quorum for meeting in meetings} == {2}
    for wrong in ({"title": "会" * 81}, {"place": "会" * 81}):
        with pytest.raises(BadInput) as caught:
            series(world, **wrong)
        assert (caught.value.code, set(caught.value.fields)) == ("too_long", set(wrong))
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db
def test_a_regular_meeting_is_not_announced_nor_opened_before_it_has_a_topic(world: World) -> None:
    series(world)
    for verb in (services.invite, services.open_meeting):
        with pytest.raises(WrongState) as caught:
            verb(**at(world), no=1)
        assert caught.value.code in {"no_topic", "core_missing"}
    matter = sitting.matter_for(world)

    meeting = services.put_on_agenda(**at(world), no=1, matters=[matter.pk])
    assert [(party.name, party.required) for party in meeting.parties.all()] == [
        ("党组织", True), ("物业", True), ("居民", False), ("社区", True), ("住户代表", True),
    ]  # fmt: skip
    assert meeting.quorum == 4
    services.invite(**at(world), no=1)
    with pytest.raises(WrongState) as caught:
        services.put_on_agenda(**at(world), no=1, matters=[sitting.matter_for(world, "又一件").pk])
    assert caught.value.code == "announced"
    sitting.sign_in(world, meeting, "党组织", "物业", "社区", "住户代表")
    services.open_meeting(**at(world), no=1)
    meeting.refresh_from_db()
    assert sitting.close(world, meeting, Decision("work")).state == "closed"
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db
def test_a_series_that_ends_calls_off_what_nobody_was_told_of_and_leaves_the_rest(world: World) -> None:
    made = series(world)
    services.put_on_agenda(**at(world), no=1, matters=[sitting.matter_for(world).pk])
    services.move_meeting(**at(world), no=2, starts_at=world.now + timedelta(days=40), place="")

    services.end_series(**at(world), series_id=made.pk)

    assert [meeting.state for meeting in Meeting.objects.order_by("no")] == ["planned", "cancelled", "cancelled"]
    assert Entry.objects.filter(kind="meetings.series_ended").get().facts == {"count": 2}
    with pytest.raises(WrongState):
        services.end_series(**at(world), series_id=made.pk)
    with pytest.raises(NotFound):
        services.end_series(**at(world), series_id=made.pk + 1)
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db
def test_only_whoever_runs_meetings_plans_a_series_and_its_core_is_asked(world: World) -> None:
    with pytest.raises(NotAllowed):
        series(world, actor=world.actor(0))
    with pytest.raises(BadInput) as caught:
        series(world, parties=[("物业", True)])
    assert caught.value.code == "core_not_asked"
    with pytest.raises(BadInput):
        series(world, place=" ")
    assert not Series.objects.exists()
