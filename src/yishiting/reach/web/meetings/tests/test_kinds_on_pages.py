"""Kinds of meeting, delegates, whom a matter is about and what was said, through the pages."""

from __future__ import annotations

import pytest

from tests.support.world import START, World, make_world
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Attendance, Meeting
from yishiting.council.meetings.tests import sitting
from yishiting.ground.organisations.models import Post
from yishiting.reach.web.meetings.tests.pages import Reader
from yishiting.timeline.models import Entry

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


def test_a_kind_brings_its_sides_and_its_building_and_says_what_it_lacks(world: World, staff: Reader) -> None:
    matter = sitting.matter_for(world)
    staff.go(f"/desk/{world.estate.slug}/meetings/new/?kind=garden&matter={matter.no}")
    assert staff.form("parties").values["parties"][0].splitlines()[:3] == ["牵头人 3人", "本楼住户", "社区"]
    building = str(world.homes[0].building_id)
    when = {"day": "2026-03-03", "time": "15:00", "place": "楼下花园"}

    staff.send(status=422, building=building, parties="牵头人\n本楼住户\n社区\n住户代表\n物业", **when)
    assert "牵头人至少要 3 人" in staff.says
    staff.send(building=building, parties="牵头人 3人\n本楼住户\n社区\n住户代表\n物业\n?志愿者", **when)

    meeting = Meeting.objects.get()
    assert (meeting.kind, meeting.building_id, meeting.quorum) == ("garden", world.homes[0].building_id, 5)
    assert "花园议事会" in staff.says
    staff.send(action="invite")
    assert "花园议事会少了 牵头人（要 3 人，已到 0 人）、本楼住户 不能开" in staff.says
    anyone = Reader().go(f"/e/{world.estate.slug}/meetings/1/")
    assert "牵头人，至少 3 人，少了不能开" in anyone.says


def test_a_delegate_is_signed_in_on_a_page_of_its_own_and_his_sender_is_refused_in_words(
    world: World, staff: Reader
) -> None:
    meeting = sitting.invited(world)
    person = world.staff["grid_worker"]
    post = Post.objects.get(terms__person=person)
    side = str(meeting.parties.all()[0].pk)
    staff.go(desk(world, meeting)).follow("写明是谁、替谁来的")

    staff.send(action="", stands_for=str(post.pk), party=side, count="1", person="")
    assert "替网格员来的" in staff.says
    staff.go(desk(world, meeting, "attend/"))
    staff.send(status=422, party=side, count="1", person=str(person.pk), stands_for="")
    assert "一个人有几个岗位也只算一次" in staff.says
    assert Attendance.objects.get().stands_for == post


def test_whom_a_matter_is_about_is_named_asked_and_taken_off_and_stands_on_no_public_page(
    world: World, staff: Reader
) -> None:
    meeting = sitting.invited(world)
    staff.go(desk(world, meeting)).follow("登记、通知所涉住户")
    staff.send(status=422, who="  ", home="")
    assert "请选一户，或写明是谁" in staff.says
    staff.send(home=str(world.homes[4].pk), who="")
    staff.send(home="", who="养狗的租户")
    assert "还没请" in staff.says

    staff.send(action="/ask/", how="phone")
    assert "请过了，打电话" in staff.says
    staff.send(action="/lift/", reason="其实不在这里住")
    assert "这一条撤掉了" in staff.says
    assert "养狗的租户" in staff.says
    assert "还没请" in staff.go(desk(world, meeting)).says
    # Both pages at the desk name them; a day's reading is one entry.
    assert Entry.objects.filter(kind="meetings.concerned_read").count() == 1
    anyone = Reader().go(f"/e/{world.estate.slug}/meetings/{meeting.no}/")
    for private in ("养狗", str(world.homes[4])):
        assert private not in anyone.says
        assert private not in Reader().go(f"/e/{world.estate.slug}/record/").says
    Reader(world.owners[0]).go(desk(world, meeting, "concerned/"), status=403)
    Reader().go(f"/e/{world.estate.slug}/matters/{meeting.agenda.get().matter.no}/")


def test_what_a_side_said_is_taken_down_and_read_by_everyone_with_the_side(world: World, staff: Reader) -> None:
    meeting = sitting.opened(world)
    staff.go(desk(world, meeting)).follow("记一段发言")
    side = str(meeting.parties.get(name="物业").pk)
    staff.send(status=422, party=side, text="  ")
    staff.send(party=side, text="电容量够，先装十个。")
    sitting.close(world, meeting, Decision("work"))

    said = Reader().go(f"/e/{world.estate.slug}/meetings/{meeting.no}/").says
    assert "各方怎么说（1 段）" in said
    assert "物业电容量够，先装十个。" in said.replace(" ", "")
