"""Five years of clocks, across holidays and the work days that make up for them: each rise on its minute."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest

from yishiting.council.matters.models import Escalation, StepRun
from yishiting.council.matters.tasks import sweep
from yishiting.council.matters.tests.making import (
    STAFF,
    accepted,
    assert_record_holds,
    own_playbook,
    prepared,
    reported,
)
from yishiting.council.matters.tests.test_escalation import LADDER, subdistrict
from yishiting.ground.organisations.models import Term
from yishiting.kernel.clock import CHINA

pytestmark = pytest.mark.django_db

BEGIN = datetime(2021, 12, 20, 9, 0, tzinfo=CHINA)
YEARS, EVERY = 5, timedelta(days=36)
TIERS = ["building_head", "grid_worker", "community_worker", "subdistrict_worker"]


def third_workday_after(moment: datetime) -> datetime:
    """Three work days on, at six in the evening, told from the published calendar alone."""
    day: date = moment.astimezone(CHINA).date()
    left = 3
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    return datetime.combine(day, time(18), CHINA)


def test_each_rise_comes_within_five_minutes_of_its_minute_over_five_years() -> None:
    world = prepared(homes=2)
    world.now = BEGIN
    Term.objects.update(since=BEGIN - timedelta(days=1))
    subdistrict(world)
    version = own_playbook(world, LADDER)
    draw = random.Random(5)
    expected: dict[int, list[datetime]] = {}
    swept = 0
    while world.now < BEGIN + timedelta(days=365 * YEARS - 60):
        world.now += EVERY + timedelta(minutes=draw.randrange(60 * 24 * 5))
        matter = accepted(world, reported(world, STAFF, building=world.buildings[0]).matter, version)
        expected[matter.pk] = []
        for _ in TIERS[1:]:
            run = StepRun.objects.get(matter=matter, ended_at=None)
            minute = third_workday_after(world.now)
            assert run.due_at == minute
            # The worker comes round at some moment in the five minutes after; a minute before, it found nothing to do.
            assert sweep(now=minute - timedelta(minutes=1)) == 0
            world.now = minute + timedelta(seconds=draw.randrange(300))
            assert sweep(now=world.now) == 1
            expected[matter.pk].append(minute)
            swept += 1
        # At the top it stays.
        assert sweep(now=world.now + timedelta(days=1)) == 0
    for pk, minutes in expected.items():
        rows = list(Escalation.objects.filter(matter_id=pk).order_by("pk").select_related("to_post"))
        assert [row.due_at for row in rows] == [minute.astimezone(UTC) for minute in minutes]
        assert [row.to_post.kind for row in rows] == TIERS[1:]
        assert all(row.due_at and timedelta() <= row.raised_at - row.due_at < timedelta(minutes=5) for row in rows)
    days = {minute.date() for minutes in expected.values() for minute in minutes}
    assert {day.year for day in days} == {2022, 2023, 2024, 2025, 2026}
    assert any(day.weekday() >= 5 for day in days), "no rise fell on a work day that makes up for a holiday"
    assert swept == 3 * len(expected)
    assert_record_holds(world)
