"""Meetings through their pages, as a reader without JavaScript sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.world import START, World, make_world
from yishiting.council.matters.models import StepRun
from yishiting.council.meetings import services
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Attendance, Meeting
from yishiting.council.meetings.tests import sitting
from yishiting.council.meetings.tests.sitting import SIDES, WORDS
from yishiting.council.projects.models import Project
from yishiting.ground.people.models import Person
from yishiting.reach.web.meetings.tests.pages import Reader
from yishiting.timeline.verify import verify

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


def public(world: World, meeting: Meeting, end: str = "") -> str:
    return f"/e/{world.estate.slug}/meetings/{meeting.no}/{end}"


def test_a_meeting_is_run_through_its_pages_and_its_resolution_becomes_a_project_of_forty(
    world: World, staff: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M17: a topic, three sides present, the resolution; then three phases, forty in all, and the way back."""
    matter = sitting.matter_for(world)
    staff.go("/desk/meetings/")
    assert "飞线充电" in staff.says
    staff.follow("飞线充电")
    form = staff.form("parties", "title")
    assert form.values["matters"] == [str(matter.pk)]
    assert form.values["parties"] == ["\n".join(SIDES)]
    staff.send(title="充电桩议事会", day="2026-03-03", time="15:00", place="物业办公室")
    assert "还没发邀请" in staff.says
    Reader().go(public(world, Meeting.objects.get()), status=404)

    staff.send(action="invite")
    anyone = Reader().go(public(world, Meeting.objects.get()))
    assert "请来参加" in anyone.says
    assert "飞线充电" in anyone.says
    monkeypatch.setenv("YISHITING_NOW", (START + timedelta(days=1, hours=6)).isoformat())
    for party in Meeting.objects.get().parties.all():
        staff.send(party=str(party.pk), count="3")
    assert "该到的都到了" in staff.says
    staff.send(action="open")

    for text, side in ((WORDS, 1), ("桩要离楼 6 米以外", 2), ("业主集资自己建", 1)):
        staff.follow("记一条方案")
        staff.send(text=text, party=str(Meeting.objects.get().parties.all()[side].pk))
    assert "还有 3 条没有结论" in staff.says
    staff.follow("散会")
    item = "outcome_1"
    staff.send(status=422, minutes="到会 9 人。", sure="on", **{item: "project", "resolution_1": WORDS})
    assert "还有方案没有结论：第 1、2、3 条" in staff.says
    kept = staff.form("minutes")
    assert kept.values["minutes"] == ["到会 9 人。"]
    assert (kept.values[item], kept.values["resolution_1"]) == (["project"], [WORDS])

    for no, outcome, reason in ((1, "adopted", ""), (2, "merged", "写进第 1 条"), (3, "rejected", "每户先垫钱")):
        staff.go(desk(world, Meeting.objects.get(), f"proposals/{no}/"))
        staff.send(outcome=outcome, reason=reason)
    staff.go(desk(world, Meeting.objects.get(), "close/"))
    staff.send(minutes="到会 9 人。", sure="on", **{item: "project", "resolution_1": WORDS})
    assert "已散会" in staff.says

    staff.follow("转为项目")
    form = staff.form("phases")
    assert (form.values["total"], form.values["unit"], form.values["phases"]) == (["40"], ["个"], ["14+13+13"])
    staff.send(title="加装充电桩")
    project = Project.objects.get()
    assert (project.total, [phase.planned for phase in project.phases.all()]) == (40, [14, 13, 13])
    assert (project.matter, project.run) == (matter, StepRun.objects.get(matter=matter, ended_at=None))

    anyone.go(f"/e/{world.estate.slug}/projects/{project.no}/")
    assert WORDS in anyone.says
    anyone.follow("第 1 次议事会的记录")
    assert "到会 9 人。" in anyone.says
    assert "采纳" in anyone.says
    assert "理由：每户先垫钱" in anyone.says
    anyone.follow("落实项目：加装充电桩")
    assert verify(world.estate.pk).faults == ()


def test_what_leads_to_a_vote_is_offered_as_a_vote(world: World, staff: Reader) -> None:
    meeting = sitting.closed(world, outcome="vote")
    matter = meeting.agenda.get().matter

    staff.go(desk(world, meeting))

    assert f"/desk/{world.estate.slug}/votes/new/?matter={matter.no}" in staff.html
    assert "转为表决" in staff.says
    assert "转为项目" not in staff.says


def test_a_page_says_which_side_is_missing_and_does_not_let_it_open(world: World, staff: Reader) -> None:
    meeting = sitting.invited(world)
    sitting.sign_in(world, meeting, "社区", "物业")

    staff.go(desk(world, meeting))
    assert "还缺：住户代表" in staff.says
    assert "宣布开会" not in staff.form("party", "count").action
    response = staff.client.post(desk(world, meeting, "open/"), follow=True)

    assert "还缺：住户代表" in response.content.decode()
    meeting.refresh_from_db()
    assert meeting.state == "invited"


def test_a_plan_that_is_refused_keeps_what_was_typed(world: World, staff: Reader) -> None:
    sitting.matter_for(world)
    staff.go(f"/desk/{world.estate.slug}/meetings/new/")

    staff.send(status=422, day="2026-03-09", time="10:30", place="活动室", parties="社区\n?志愿者", title="换个名字")

    assert "按工作法，必须到场的还有：住户代表、物业" in staff.says
    values = staff.form("parties").values
    assert (values["day"], values["time"], values["place"]) == (["2026-03-09"], ["10:30"], ["活动室"])
    assert values["parties"] == ["社区\n?志愿者"]
    assert not Meeting.objects.exists()
    staff.send(parties="社区、住户代表，物业\n？志愿者")
    assert [(party.name, party.required) for party in Meeting.objects.get().parties.all()] == [
        ("社区", True), ("住户代表", True), ("物业", True), ("志愿者", False)
    ]  # fmt: skip


def test_a_wrong_attendance_is_taken_back_on_the_page(world: World, staff: Reader) -> None:
    meeting = sitting.invited(world)
    staff.go(desk(world, meeting))
    staff.send(party=str(meeting.parties.get(name="社区").pk), count="0", status=422)
    assert "签到" in staff.says
    assert not Attendance.objects.exists()
    staff.send(count="50")
    assert Attendance.objects.get().count == 50

    staff.send(action="/withdraw/")

    assert not Attendance.objects.exists()
    assert "这条签到撤掉了" in staff.says


def test_a_rejected_proposal_without_a_reason_comes_back_with_the_sentence(world: World, staff: Reader) -> None:
    meeting = sitting.opened(world)
    sitting.propose(world, meeting)
    staff.go(desk(world, meeting, "proposals/1/"))

    staff.send(outcome="rejected", status=422)

    assert "没有采纳的方案，请写一句为什么" in staff.says
    assert staff.form("outcome").values["outcome"] == ["rejected"]
    staff.go(desk(world, meeting, "proposals/9/"), status=404)


def test_a_correction_is_a_second_version_and_the_first_stays_readable(world: World, staff: Reader) -> None:
    meeting = sitting.closed(world)
    staff.go(desk(world, meeting)).follow("更正会议记录")
    staff.send(text="三方到齐，到会 6 人。", status=422)
    assert "请写明更正的原因" in staff.says
    assert staff.form("text").values["text"] == ["三方到齐，到会 6 人。"]
    staff.send(reason="漏写了人数")

    anyone = Reader().go(public(world, meeting))
    assert "三方到齐，到会 6 人。" in anyone.says
    assert "更正的原因：漏写了人数" in anyone.says
    anyone.follow("第 1 版")
    assert "三方到齐，各方发言。" in anyone.says
    assert "您看的是第 1 版，后来更正过" in anyone.says
    anyone.go(public(world, meeting, "?version=9"), status=404)


def test_minutes_and_proposals_of_an_open_meeting_wait_for_its_end(world: World, staff: Reader) -> None:
    meeting = sitting.opened(world)
    services.write_minutes(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, text="草稿里的话", now=world.now
    )

    anyone = Reader().go(public(world, meeting))

    assert "草稿里的话" not in anyone.says
    assert "散会后公布" in anyone.says


def test_a_moved_meeting_stays_where_its_link_leads_and_says_so(world: World, staff: Reader) -> None:
    meeting = sitting.invited(world)
    staff.go(desk(world, meeting)).follow("改期")
    staff.send(day="2026-03-01", time="09:00", status=422)
    assert "这个时间已经过了" in staff.says
    staff.send(day="2026-03-12", time="09:00")

    anyone = Reader().go(public(world, meeting))

    assert "改期" in anyone.says
    assert "请等新的通知" in anyone.says


def test_cancelling_asks_once_more(world: World, staff: Reader) -> None:
    meeting = sitting.invited(world)
    staff.go(desk(world, meeting)).follow("取消会议")
    assert "真的要取消吗" in staff.says
    meeting.refresh_from_db()
    assert meeting.state == "invited"

    staff.send()

    assert "会议已取消" in staff.says
    assert "取消了" in Reader().go(public(world, meeting)).says


def test_nobody_who_came_or_wrote_is_named_on_a_public_page(world: World) -> None:
    meeting = sitting.invited(world)
    for side, who in zip(SIDES, ("community_worker", "owner", "property_manager"), strict=True):
        person = world.owners[3] if who == "owner" else world.staff[who]
        services.attend(
            actor=world.actor("moderator"),
            estate_id=world.estate.pk,
            no=meeting.no,
            party_id=meeting.parties.get(name=side).pk,
            person_id=person.pk,
            now=world.now,
        )
    services.open_meeting(actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now)
    sitting.propose(world, meeting)
    sitting.decide(world, meeting, 1)
    sitting.close(world, meeting, Decision("project", WORDS))

    shown = Reader().go(public(world, meeting)).html + Reader().go(f"/e/{world.estate.slug}/meetings/").html

    names = [name for name in Person.objects.values_list("name", flat=True) if name in shown]
    assert names == []


@pytest.mark.parametrize(
    "end",
    [
        "",
        "invite/",
        "move/",
        "cancel/",
        "attend/",
        "attend/1/withdraw/",
        "open/",
        "propose/",
        "proposals/1/",
        "minutes/",
        "close/",
    ],
)
def test_the_desks_pages_are_for_staff_alone(world: World, end: str) -> None:
    meeting = sitting.opened(world)
    sitting.propose(world, meeting)
    before = Meeting.objects.values().get()

    for send in (Client().get, Client().post):
        assert send(desk(world, meeting, end)).status_code in {302, 405}
    owner = Reader(world.owners[0]).client
    for send in (owner.get, owner.post):
        response = send(desk(world, meeting, end))
        assert response.status_code in {403, 405} or "会议由召集人" in response.content.decode()
    assert Meeting.objects.values().get() == before


def test_a_meeting_of_another_estate_is_not_shown(world: World, staff: Reader) -> None:
    meeting = sitting.closed(world)
    other = make_world(2, name="别苑")

    Reader().go(f"/e/{other.estate.slug}/meetings/{meeting.no}/", status=404)
    staff.go(f"/desk/{other.estate.slug}/meetings/{meeting.no}/", status=403)
    assert "充电桩议事会" not in Reader(other.staff["moderator"]).go("/desk/meetings/").says


def queries(reader: Reader, address: str) -> int:
    reader.go(address)
    with CaptureQueriesContext(connection) as taken:
        reader.go(address)
    return len(taken)


@pytest.mark.parametrize("who", ["nobody", "staff"])
def test_lists_take_the_same_few_queries_with_five_and_with_sixty_meetings(world: World, who: str) -> None:
    matter = sitting.matter_for(world)
    run = StepRun.objects.get(matter=matter, ended_at=None)
    reader = Reader() if who == "nobody" else Reader(world.staff["moderator"])
    address = f"/e/{world.estate.slug}/meetings/" if who == "nobody" else "/desk/meetings/"

    def grow(to: int) -> None:
        for no in range(Meeting.objects.count() + 1, to + 1):
            meeting = Meeting.objects.create(
                estate=world.estate, no=no, title=f"第{no}次", place="室", starts_at=world.now + timedelta(hours=no),
                planned_at=world.now, announced_at=world.now, invited_at=world.now, opened_at=world.now,
            )  # fmt: skip
            party = meeting.parties.create(estate=world.estate, name="社区")
            Attendance.objects.create(estate=world.estate, meeting=meeting, party=party, count=no, at=world.now)
            meeting.agenda.create(estate=world.estate, no=1, matter=matter, run=run)

    grow(5)
    few = queries(reader, address)
    grow(60)
    many = queries(reader, address)

    assert few == many
    assert many <= 15
    assert "共 60 次" in reader.says
    assert "到会 60 人" in reader.says


def test_a_list_is_searched_and_an_empty_one_says_what_will_stand_there(world: World) -> None:
    anyone = Reader().go(f"/e/{world.estate.slug}/meetings/")
    assert "还没有开过议事会" in anyone.says
    sitting.closed(world)

    assert "充电桩议事会" in anyone.go(f"/e/{world.estate.slug}/meetings/?q=充电").says
    assert "没有名字里带“电梯”的会议" in anyone.go(f"/e/{world.estate.slug}/meetings/?q=电梯").says
    assert "开过 1 次，到会 6 人次" in anyone.go(f"/e/{world.estate.slug}/meetings/").says


def test_words_of_people_are_shown_as_words(world: World) -> None:
    meeting = sitting.opened(world)
    sitting.propose(world, meeting, "<script>alert(1)</script>")
    sitting.decide(world, meeting, 1, "rejected", "<b>不行</b>")
    sitting.close(world, meeting, Decision("work"), minutes="<img src=x onerror=alert(1)>")

    html = Reader().go(public(world, meeting)).html

    assert "<script>alert" not in html
    assert "<b>不行" not in html
    assert "<img src=x" not in html
