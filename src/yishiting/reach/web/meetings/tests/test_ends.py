"""How meetings end, through their pages: closed once and knowingly, broken off with a reason, at a time that can be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import START, World, make_world
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting
from yishiting.council.meetings.tests import sitting
from yishiting.council.meetings.tests.sitting import WORDS
from yishiting.reach.web.meetings.tests.pages import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("YISHITING_NOW", START.isoformat())
    return make_world(6)


@pytest.fixture
def staff(world: World) -> Reader:
    return Reader(world.staff["moderator"])


def desk(world: World, meeting: Meeting, end: str = "") -> str:
    return f"/desk/{world.estate.slug}/meetings/{meeting.no}/{end}"


def ready(world: World) -> Meeting:
    meeting = sitting.opened(world)
    sitting.propose(world, meeting)
    sitting.decide(world, meeting, 1)
    return meeting


def test_closing_is_not_done_until_it_is_said_that_all_was_checked(world: World, staff: Reader) -> None:
    meeting = ready(world)
    staff.go(desk(world, meeting, "close/"))
    typed = {"minutes": "到会 6 人。", "outcome_1": "project", "resolution_1": WORDS}

    staff.send(status=422, **typed)

    assert "散会不能撤回" in staff.says
    kept = staff.form("minutes").values
    assert (kept["minutes"], kept["outcome_1"], kept["resolution_1"]) == (["到会 6 人。"], ["project"], [WORDS])
    meeting.refresh_from_db()
    assert meeting.state == "open"
    staff.send(sure="on")
    meeting.refresh_from_db()
    assert meeting.state == "closed"


def test_a_second_closing_says_when_it_closed_and_leads_to_the_meeting(
    world: World, staff: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = ready(world)
    staff.go(desk(world, meeting, "close/"))
    form = staff.form("minutes")
    sent = {**form.values, "minutes": "到会 6 人。", "sure": "on", "outcome_1": "project", "resolution_1": WORDS}
    staff.client.post(desk(world, meeting, "close/"), sent)
    monkeypatch.setenv("YISHITING_NOW", (START + timedelta(hours=1)).isoformat())

    again = staff.client.post(desk(world, meeting, "close/"), sent)
    page = again.content.decode()

    assert again.status_code == 409
    assert "会议已经散会" in page
    assert "3月2日（周一）09:00 结束" in page
    assert "先宣布开会" not in page
    assert "没有存" not in page
    assert f'href="{desk(world, meeting)}"' in page
    other = staff.client.post(desk(world, meeting, "close/"), {**sent, "minutes": "另一位写的记录"})
    assert "另一位写的记录" in other.content.decode()
    assert meeting.minutes.get().text == "到会 6 人。"


def test_what_comes_after_the_end_is_told_that_it_ended_and_not_to_open(world: World, staff: Reader) -> None:
    meeting = sitting.opened(world)
    sitting.propose(world, meeting)
    sitting.decide(world, meeting, 1)
    staff.go(desk(world, meeting, "propose/"))
    sitting.close(world, meeting, Decision("project", WORDS))

    staff.send(status=422, text="再加一条")

    assert "3月2日 09:00 已经散会" in staff.says
    assert "宣布开会" not in staff.says
    assert "再加一条" in staff.html
    staff.go(desk(world, meeting, "propose/"), status=409)
    assert "回到前一页" in staff.says


def test_a_meeting_that_cannot_go_on_is_broken_off_with_its_reason(world: World, staff: Reader) -> None:
    meeting = sitting.opened(world)
    matter = meeting.agenda.get().matter
    sitting.propose(world, meeting)
    staff.go(desk(world, meeting)).follow("中断会议")
    staff.send(status=422, reason=" ")
    assert staff.form("reason")

    staff.send(reason="停电了，住户代表先走了")

    assert "会议中断了，原因已经公布" in staff.says
    assert f"/meetings/new/?matter={matter.no}" in staff.html
    meeting.refresh_from_db()
    assert (meeting.state, meeting.cancel_reason) == ("interrupted", "停电了，住户代表先走了")
    anyone = Reader().go(f"/e/{world.estate.slug}/meetings/{meeting.no}/")
    assert "没有开完，3月2日（周一）09:00 中断：停电了，住户代表先走了" in anyone.says
    assert WORDS in anyone.says
    staff.go(desk(world, meeting, "cancel/"), status=409)
    assert "会议已经中断" in staff.says


@pytest.mark.parametrize(("day", "words"), [("2026-03-01", "这个时间已经过了"), ("9999-12-31", "最多提前一年")])
def test_a_meeting_at_a_time_that_cannot_be_is_refused_and_what_was_typed_stays(
    world: World, staff: Reader, day: str, words: str
) -> None:
    sitting.matter_for(world)
    staff.go(f"/desk/{world.estate.slug}/meetings/new/")

    staff.send(status=422, day=day, time="10:30", place="活动室", title="充电桩")

    assert words in staff.says
    values = staff.form("parties").values
    assert (values["day"], values["place"]) == ([day], ["活动室"])
    assert not Meeting.objects.exists()


def test_a_meeting_is_not_moved_to_another_century(world: World, staff: Reader) -> None:
    meeting = sitting.invited(world)
    staff.go(desk(world, meeting, "move/"))

    staff.send(status=422, day="2126-03-05", time="09:00")

    assert "请核对年份，改到 2027年3月2日 以前" in staff.says
    assert staff.form("day").values["day"] == ["2126-03-05"]
