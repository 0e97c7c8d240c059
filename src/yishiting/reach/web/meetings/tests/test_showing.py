"""The calendar feed, the screen of the room and the record book, as anyone may read them."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.world import START, World, make_world
from yishiting.council.meetings import services
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting
from yishiting.council.meetings.tests import sitting
from yishiting.ground.people.models import Person
from yishiting.kernel.clock import CHINA
from yishiting.reach.web.meetings.tests.pages import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("YISHITING_NOW", START.isoformat())
    return make_world(6)


def events(world: World) -> list[icalendar.Event]:
    answer = Client().get(f"/e/{world.estate.slug}/meetings.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    read = icalendar.Calendar.from_ical(answer.content)
    return [part for part in read.walk("VEVENT") if isinstance(part, icalendar.Event)]


# ---------------------------------------------------------------- calendar
def test_the_feed_is_read_back_with_name_time_place_topics_and_address(world: World) -> None:
    sitting.planned(world, sitting.matter_for(world, "只是打算"))
    assert events(world) == []
    meeting = sitting.invited(world, sitting.matter_for(world, "飞线充电；楼道，还有\n换行"))

    (event,) = events(world)

    assert str(event["summary"]) == "充电桩议事会"
    assert str(event["location"]) == "物业办公室"
    assert event["dtstart"].dt == meeting.starts_at
    assert event["dtstart"].dt.astimezone(CHINA) == meeting.starts_at.astimezone(CHINA)
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=2)
    assert str(event["status"]) == "CONFIRMED"
    assert str(event["url"]) == f"http://testserver/e/{world.estate.slug}/meetings/{meeting.no}/"
    assert "飞线充电；楼道，还有" in str(event["description"])


def test_a_moved_meeting_keeps_its_name_and_one_called_off_says_so(world: World) -> None:
    meeting = sitting.invited(world)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}
    (before,) = events(world)
    later = world.now + timedelta(days=3)
    services.move_meeting(**at, starts_at=later, place="社区二楼")
    (moved,) = events(world)
    services.cancel_meeting(**at)
    (gone,) = events(world)

    assert str(before["uid"]) == str(moved["uid"]) == str(gone["uid"])
    assert (moved["dtstart"].dt, str(moved["status"]), str(gone["status"])) == (later, "TENTATIVE", "CANCELLED")


def test_a_meeting_that_was_held_stands_at_the_time_at_which_it_was(world: World) -> None:
    meeting = sitting.closed(world)

    (event,) = events(world)

    assert event["dtstart"].dt == meeting.opened_at
    assert event["dtend"].dt > event["dtstart"].dt


def test_the_feed_asks_the_database_as_often_for_many_meetings_as_for_one(world: World) -> None:
    sitting.invited(world)
    few = asked(world, "meetings.ics")
    for _ in range(4):
        sitting.invited(world)
    assert asked(world, "meetings.ics") == few <= 5


def asked(world: World, end: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert Client().get(f"/e/{world.estate.slug}/{end}").status_code == 200
    return len(queries)


# ---------------------------------------------------------------- the screen
def test_the_screen_shows_who_is_missing_then_who_came_and_what_was_proposed(world: World) -> None:
    meeting = sitting.invited(world)
    wall = f"/e/{world.estate.slug}/meetings/{meeting.no}/screen/"
    sitting.sign_in(world, meeting, "社区")

    first = Reader().go(wall)
    assert "还缺：住户代表、物业" in first.says
    assert "1 / 3 方，2 人" in first.says
    assert 'hx-trigger="every 5s"' in first.html
    assert "刷新" in first.says

    sitting.sign_in(world, meeting, "住户代表", "物业")
    services.open_meeting(actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now)
    sitting.propose(world, meeting, "先装十个充电桩")
    live = Client().get(wall, headers={"HX-Request": "true"})
    part = live.content.decode()
    assert "<html" not in part
    assert "HX-Request" in live["Vary"]
    assert "先装十个充电桩" in part
    assert "还有 1 条没有结论" in part
    assert "还缺" not in part
    assert not [person for person in Person.objects.all() if str(person) in part]


def test_the_screen_of_a_meeting_that_has_ended_stands_still_and_a_plan_has_none(world: World) -> None:
    planned = sitting.planned(world)
    Reader().go(f"/e/{world.estate.slug}/meetings/{planned.no}/screen/", status=404)
    meeting = sitting.closed(world)

    assert "hx-trigger" not in Reader().go(f"/e/{world.estate.slug}/meetings/{meeting.no}/screen/").html


# ---------------------------------------------------------------- the book
def held(world: World, title: str, proposal: str, outcome: str, reason: str = "") -> Meeting:
    meeting = sitting.opened(world, sitting.matter_for(world, title))
    sitting.propose(world, meeting, proposal)
    sitting.decide(world, meeting, 1, outcome, reason)
    return sitting.close(world, meeting, Decision("work", "照办。" if outcome == "adopted" else ""))


def test_the_book_holds_each_proposal_with_its_outcome_and_finds_it_by_two_characters(world: World) -> None:
    held(world, "路灯", "换成声控的", "rejected", "声控的太吵")
    held(world, "车棚", "建在东门", "adopted")
    sitting.opened(world, sitting.matter_for(world, "还在开"))
    book = f"/e/{world.estate.slug}/meetings/book/"

    whole = Reader().go(book)
    assert "开过 2 次，到会 12 人次" in whole.says
    for said in ("换成声控的", "未采纳", "声控的太吵", "建在东门", "采纳", "照办。"):
        assert said in whole.says
    assert "还在开" not in whole.says
    found = Reader().go(f"{book}?q=东门")
    assert "建在东门" in found.says
    assert "换成声控的" not in found.says
    assert "册子里没有“飞机”" in Reader().go(f"{book}?q=飞机").says
    paper = Client().get(f"/e/{world.estate.slug}/meetings/book.pdf?q=东门")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


def test_the_book_asks_the_database_as_often_for_many_meetings_as_for_one(world: World) -> None:
    held(world, "路灯", "换成声控的", "rejected", "声控的太吵")
    few = asked(world, "meetings/book/")
    for title in ("甲", "乙", "丙"):
        held(world, title, "方案", "adopted")

    assert asked(world, "meetings/book/") == few <= 15
