"""The calendar feed, the screen of the room and the record book, as anyone may read them."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.world import START, World, make_world
from yishiting.council.meetings import services
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting
from yishiting.council.meetings.recurrence import Rule
from yishiting.council.meetings.tests import sitting
from yishiting.ground.people.models import Person
from yishiting.kernel.clock import CHINA
from yishiting.reach.web.meetings import views
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


def test_a_subscriber_holds_the_last_word_on_a_meeting_whatever_came_before(world: World) -> None:
    meeting = sitting.invited(world)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}
    told = [event["sequence"] for event in events(world)]
    for days in (3, 1):
        services.move_meeting(**at, starts_at=world.now + timedelta(days=days), place="")
        services.invite(**at)
        told += [event["sequence"] for event in events(world)]
    services.cancel_meeting(**at)
    told += [event["sequence"] for event in events(world)]

    assert told == [0, 1, 2, 3]


def test_regular_meetings_are_each_an_event_once_announced_at_their_minute_in_china(world: World) -> None:
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "now": world.now}
    services.plan_series(
        actor=at["actor"], estate=world.estate, title="联席会议", place="活动室", kind="council",
        parties=[("社区", True), ("住户代表", True), ("物业", True)], rule=Rule(nth=5, weekday=6), at=time(0, 30),
        count=3, now=world.now,
    )  # fmt: skip
    assert events(world) == [], "planned ahead, and nobody was told"
    for no, title in ((1, "路灯"), (2, "车棚")):
        services.put_on_agenda(**at, no=no, matters=[sitting.matter_for(world, title).pk])
        services.invite(**at, no=no)
    services.cancel_meeting(**at, no=2)

    first, second = events(world)

    assert [str(event["status"]) for event in (first, second)] == ["CONFIRMED", "CANCELLED"]
    assert first["uid"] != second["uid"]
    assert "rrule" not in first
    start = first["dtstart"].dt
    assert start.utcoffset() == timedelta(0)
    assert start.astimezone(CHINA) == datetime(2026, 3, 28, 0, 30, tzinfo=CHINA), (
        "half past midnight is the day before in UTC"
    )
    assert (first["dtend"].dt - start, str(first["description"])) == (timedelta(hours=2), "1. 路灯")


def test_long_chinese_lines_are_folded_at_octets_and_read_back_whole(world: World) -> None:
    title = "关于三栋到九栋地下车库充电桩、非机动车停放区划定和消防通道占用一并商量；\\反斜杠，“引号”🚲"
    matters = [sitting.matter_for(world, f"{title[:60]}{n}") for n in range(4)]
    services.invite(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=sitting.planned(world, *matters).no, now=world.now
    )
    raw = Client().get(f"/e/{world.estate.slug}/meetings.ics").content

    assert raw.endswith(b"END:VCALENDAR\r\n")
    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines)
    for line in lines:
        line.decode()  # no character is cut in two
    (event,) = events(world)
    assert str(event["description"]).splitlines() == [f"{n}. {one.title}" for n, one in enumerate(matters, 1)]


def test_of_more_meetings_than_a_phone_shows_the_coming_ones_are_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_EVENTS", 2)
    made = [sitting.invited(world) for _ in range(3)]
    for days, meeting in enumerate(made, 1):
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=world.now + timedelta(days=days))

    assert [str(event["uid"]).split("-")[1] for event in events(world)] == ["2", "3"]


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


def test_what_is_prepared_for_a_later_meeting_is_on_no_page_of_an_earlier_one(world: World) -> None:
    matter = sitting.matter_for(world)
    first = sitting.opened(world, matter)
    sitting.close(world, first, Decision("adjourned"))
    world.now += timedelta(days=1)
    second = sitting.planned(world, matter)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": second.no, "now": world.now}
    services.ask_question(**at, item_id=second.agenda.get().pk, text="要不要换物业？")
    pages = [f"/e/{world.estate.slug}/meetings/{first.no}/{end}" for end in ("", "screen/")]

    assert not [page for page in pages if "要不要换物业" in Reader().go(page).says]
    services.invite(**at)
    assert all("要不要换物业" in Reader().go(page).says for page in pages)


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
    services.take_statement(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, item_id=meeting.agenda.get().pk,
        party_id=meeting.parties.get(name="物业").pk, text=f"说到{title}，夜里巡查过", now=world.now,
    )  # fmt: skip
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
    spoken = Reader().go(f"{book}?q=说到路灯")
    assert "说到路灯，夜里巡查过" in spoken.says
    assert "建在东门" not in spoken.says
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
