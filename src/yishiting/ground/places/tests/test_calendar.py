"""The work calendar of an estate: a list read line by line, days entered and lifted with reasons, years nobody knows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.support.world import make_world
from yishiting.ground.places import selectors, services
from yishiting.ground.places.days import read_days
from yishiting.ground.places.models import WorkdayOverride
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline import guards
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

KEEPER = "community_worker"
#: A whole year as it might be published.
LIST_2027 = """2027-01-01 休 元旦
2027-02-05 休 春节
2027年2月6日 休
2027/2/7，休
2027-02-13 班 春节补班
2027-05-01 休
2027-10-01 休
2027-10-02 休
2027-10-09 班
"""


def test_a_list_is_read_in_each_way_that_it_is_written() -> None:
    days, faults = read_days(LIST_2027)
    assert faults == ()
    assert [(each.line, each.day.isoformat(), each.worked, each.reason) for each in days[:5]] == [
        (1, "2027-01-01", False, "元旦"),
        (2, "2027-02-05", False, "春节"),
        (3, "2027-02-06", False, ""),
        (4, "2027-02-07", False, ""),
        (5, "2027-02-13", True, "春节补班"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("二月五日 休", "看不懂"),
        ("2027-02-30 休", "没有“2027-02-30”这一天"),
        ("2027-13-01 休", "没有"),
        ("2027-02-05", "没有写是休还是班"),
        ("2027-02-05 玩", "“玩”看不懂"),
        ("1999-02-05 休", "1999 年不在"),
        ("2027-02-05 休 " + "很" * 121, "太长"),
    ],
)
def test_each_line_at_fault_is_told_what_to_do(line: str, said: str) -> None:
    days, faults = read_days(f"2027-01-01 休\n\n{line}")
    assert len(days) == 1
    assert [fault.line for fault in faults] == [3]
    assert said in str(faults[0].message)


def test_a_day_that_stands_twice_is_told_where_it_stood_first() -> None:
    _, faults = read_days("2027-01-01 休\n2027-01-01 班")
    assert "第 1 行" in str(faults[0].message)


def test_more_lines_than_a_year_has_days_are_refused_at_once() -> None:
    days, faults = read_days("2027-01-01 休\n" * 5000)
    assert days == ()
    assert len(faults) == 1


@given(st.text(max_size=300))
def test_nothing_that_is_pasted_breaks_the_reader(text: str) -> None:
    days, faults = read_days(text)
    assert len(days) + len(faults) <= len([line for line in text.splitlines() if line.strip()])
    assert all(str(fault.message) for fault in faults)


@pytest.mark.django_db
def test_a_list_makes_a_year_known_in_its_estate_alone_and_once() -> None:
    world, other = make_world(), make_world(3, name="别处苑")
    keeper = world.actor(KEEPER)
    assert not selectors.calendar(world.estate.pk).knows(2027)
    done = services.import_days(
        actor=keeper, estate=world.estate, text=LIST_2027, reason="国务院办公厅通知", now=world.now
    )
    assert (len(done.days), done.same) == (9, 0)
    calendar = selectors.calendar(world.estate.pk)
    assert calendar.knows(2027)
    assert not calendar.is_workday(date(2027, 2, 5))
    assert calendar.is_workday(date(2027, 10, 9)), "a Saturday that is made up"
    assert not selectors.calendar(other.estate.pk).knows(2027)
    again = services.import_days(actor=keeper, estate=world.estate, text=LIST_2027, reason="再贴一次", now=world.now)
    assert (again.days, again.same) == ((), 9)
    entry = Entry.objects.get(kind="places.days_imported")
    assert entry.facts == {"years": "2027", "free": 7, "worked": 2}
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db
def test_a_list_with_a_fault_or_against_what_stands_enters_nothing() -> None:
    world = make_world()
    keeper = world.actor(KEEPER)
    services.set_day(actor=keeper, estate=world.estate, day=date(2027, 2, 6), worked=True, reason="搬家", now=world.now)
    with pytest.raises(services.FaultyList) as refusal:
        services.import_days(
            actor=keeper, estate=world.estate, text=LIST_2027 + "2027-11-31 休", reason="通知", now=world.now
        )
    assert [fault.line for fault in refusal.value.faults] == [3, 10]
    assert "已经登记为上班（搬家）" in str(refusal.value.faults[0].message)
    assert WorkdayOverride.objects.count() == 1
    with pytest.raises(BadInput):
        services.import_days(actor=keeper, estate=world.estate, text=" \n", reason="通知", now=world.now)


@pytest.mark.django_db
def test_a_day_is_entered_and_lifted_with_reasons_and_what_stood_stays_on_record() -> None:
    world = make_world()
    keeper, day = world.actor(KEEPER), date(2026, 3, 4)
    row = services.set_day(actor=keeper, estate=world.estate, day=day, worked=False, reason="办公室搬家", now=world.now)
    assert not selectors.calendar(world.estate.pk).is_workday(day)
    with pytest.raises(BadInput) as twice:
        services.set_day(actor=keeper, estate=world.estate, day=day, worked=True, reason="不搬了", now=world.now)
    assert twice.value.code == "day_entered"
    services.lift_day(actor=keeper, estate=world.estate, override_id=row.pk, reason="不搬了", now=world.now)
    assert selectors.calendar(world.estate.pk).is_workday(day)
    with pytest.raises(WrongState):
        services.lift_day(actor=keeper, estate=world.estate, override_id=row.pk, reason="再撤", now=world.now)
    year = selectors.calendar_year(world.estate.pk, 2026)
    assert (year.known, year.entered) == (True, ())
    assert [(each.reason, each.lifted_for) for each in year.lifted] == [("办公室搬家", "不搬了")]
    assert list(Entry.objects.order_by("seq").values_list("kind", flat=True)) == ["places.day_set", "places.day_lifted"]
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "worked", "reason", "code"),
    [
        (date(2026, 10, 1), False, "国庆", "day_known"),
        (date(2026, 3, 4), True, "本来上班", "day_known"),
        (date(2026, 3, 4), False, "  ", "empty"),
        (date(2026, 3, 4), False, "长" * 121, "bad_input"),
        (date(1950, 3, 4), False, "早了", "bad_input"),
    ],
)
def test_what_needs_no_entry_or_says_no_reason_is_refused(day: date, worked: bool, reason: str, code: str) -> None:
    world = make_world()
    with pytest.raises(BadInput) as refusal:
        services.set_day(
            actor=world.actor(KEEPER), estate=world.estate, day=day, worked=worked, reason=reason, now=world.now
        )
    assert refusal.value.code == code
    assert not WorkdayOverride.objects.exists()


@pytest.mark.django_db
def test_only_community_and_subdistrict_keep_the_calendar_and_only_their_own() -> None:
    world, other = make_world(), make_world(3, name="别处苑")
    given: dict[str, Any] = {"day": date(2026, 3, 4), "worked": False, "reason": "搬家", "now": world.now}
    for who in ("grid_worker", "committee_chair", "property_manager", 0):
        with pytest.raises(NotAllowed):
            services.set_day(actor=world.actor(who), estate=world.estate, **given)
    with pytest.raises(NotAllowed):
        services.set_day(actor=other.actor(KEEPER), estate=world.estate, **given)
    row = services.set_day(actor=world.actor(KEEPER), estate=world.estate, **given)
    with pytest.raises(NotFound):
        services.lift_day(
            actor=other.actor(KEEPER), estate=other.estate, override_id=row.pk, reason="撤", now=world.now
        )


@pytest.mark.django_db
def test_the_database_keeps_one_standing_entry_a_day_and_its_words() -> None:
    world = make_world()
    row = services.set_day(
        actor=world.actor(KEEPER), estate=world.estate, day=date(2026, 3, 4), worked=False, reason="搬家", now=world.now
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkdayOverride.objects.create(
            estate=world.estate, day=row.day, worked=True, reason="又一条", added_at=world.now
        )
    guards.install(connection)
    with pytest.raises(DatabaseError), transaction.atomic():
        WorkdayOverride.objects.filter(pk=row.pk).update(worked=True)
    guards.remove(connection)
    WorkdayOverride.objects.filter(pk=row.pk).update(worked=True)
    assert any("工作日历里的 2026-03-04" in str(fault) for fault in verify(world.estate.pk).faults)
