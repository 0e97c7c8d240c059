"""Regular meetings through the pages of the desk."""

from __future__ import annotations

import pytest

from tests.support.world import START, World, make_world
from yishiting.council.meetings.models import Meeting, Series
from yishiting.council.meetings.tests import sitting
from yishiting.reach.web.meetings.tests.pages import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("YISHITING_NOW", START.isoformat())
    return make_world(6)


def test_a_series_is_planned_given_a_topic_and_ended_through_its_pages(world: World) -> None:
    staff = Reader(world.staff["moderator"])
    slug = world.estate.slug
    staff.go("/desk/meetings/").follow("的例会")
    told = {"title": "联席例会", "kind": "one_plus_n", "place": "活动室", "parties": "党组织\n?物业", "count": "2"}
    staff.send(status=422, **told)
    assert "请写每月几日，或选每月第几个星期几" in staff.says
    staff.send(**told, nth="1", weekday="6", time="09:30")
    assert "每月第 1 个星期六 09:30" in staff.says
    staff.follow("下一次：")
    assert "例会要有议题才能发邀请" in staff.says

    matter = sitting.matter_for(world)
    staff.go(f"/desk/{slug}/meetings/1/").follow("放上议题")
    staff.send(status=422)
    staff.send(matters=[str(matter.pk)])
    staff.send(action="invite")
    assert Meeting.objects.get(no=1).state == "invited"
    staff.go(f"/desk/{slug}/meetings/series/").send(action="/end/")
    assert "停了不能恢复" in staff.says
    assert Series.objects.get().ended_at is None
    staff.send(confirm="1")
    assert Series.objects.get().ended_at is not None
    assert [meeting.state for meeting in Meeting.objects.order_by("no")] == ["invited", "cancelled"]
    Reader(world.owners[0]).go(f"/desk/{slug}/meetings/series/", status=403)


def test_a_regular_meeting_whose_time_passed_unheld_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = Reader(world.staff["moderator"])
    told = {"title": "例会", "kind": "council", "place": "活动室", "parties": "社区", "count": "1", "time": "15:00"}
    staff.go(f"/desk/{world.estate.slug}/meetings/series/").send(**told, month_day="5")
    monkeypatch.setenv("YISHITING_NOW", "2026-03-06T12:00:00+08:00")

    staff.go(f"/desk/{world.estate.slug}/meetings/series/")

    assert "过了时间没开" in staff.says
    assert "没有排下一次" in staff.says
