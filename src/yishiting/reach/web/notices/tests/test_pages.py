"""Notices and rounds from home to home through their pages, as a reader without JavaScript sees them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pytest_django import Settings

from tests.support.world import START, World, make_world
from yishiting.council.matters import services as matters
from yishiting.council.matters.tests import making as reports
from yishiting.reach.web.meetings.tests.pages import Reader
from yishiting.record.notices import selectors, services
from yishiting.record.notices.models import Attempt, Canvass, Notice, Posting, Version
from yishiting.record.notices.tests import making
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> World:
    monkeypatch.setenv("YISHITING_NOW", START.isoformat())
    settings.MEDIA_ROOT = str(tmp_path)
    return make_world(12)


@pytest.fixture
def staff(world: World) -> Reader:
    return Reader(world.staff["grid_worker"])


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("门口.png", making.photo().getvalue(), content_type="image/png")


def test_a_form_asked_for_with_a_number_that_no_matter_has_is_shown_or_refused_and_never_fails(world: World) -> None:
    moderator, grid = Reader(world.staff["moderator"]), Reader(world.staff["grid_worker"])
    for asked in ("9" * 30, "9" * 5000, "²", ""):
        for who, room, status in (
            (grid, "notices", 200),
            (grid, "canvasses", 200),
            (moderator, "appraisals", 200),
            (moderator, "meetings", 200),
            (moderator, "votes", 404),
        ):
            who.go(f"/desk/{world.estate.slug}/{room}/new/?matter={asked}", status=status)


def test_a_notice_is_drafted_published_posted_and_read(world: World, staff: Reader) -> None:
    staff.go("/desk/").follow("全部公示").follow(world.estate.name)
    staff.send(title="清理楼道", text="七月清理楼道。", least_days="2", channels=["board", "entrance"])
    assert "草稿" in staff.says
    Reader().go(f"/e/{world.estate.slug}/notices/1/", status=404)
    staff.follow("去发布").send(version="1")
    for entrance in world.entrances:
        staff.go(staff.address).follow("登记贴好了")
        staff.send(entrances=[str(entrance.pk)], picture=photo())
    staff.follow("登记").send(channel="board", note="南门公告栏")
    assert Posting.objects.count() == 3
    assert "贴全，当天不算" in staff.says
    anyone = Reader().go(f"/e/{world.estate.slug}/").follow("清理楼道")
    assert "已贴 2 / 2 个单元" in anyone.says
    assert "/pictures/" not in anyone.html
    anyone.follow("看能打印的这一张")
    assert 'class="qr"' in anyone.html
    assert "七月清理楼道。" in anyone.says
    assert verify(world.estate.pk).faults == ()


def test_a_notice_of_homes_goes_through_a_second_person_at_the_desk(world: World, staff: Reader) -> None:
    staff.go(f"/desk/{world.estate.slug}/notices/new/")
    staff.send(status=422, title="雨棚", text="302室的雨棚请拆。")
    assert "写到了住户" in staff.says
    staff.send(title="雨棚", text="302室的雨棚请拆。", names_homes="on")
    assert "等另一个人复核" in staff.says
    staff.go(f"/desk/{world.estate.slug}/notices/1/review/", status=409)
    assert "另一个人" in staff.says
    chair = Reader(world.staff["committee_chair"]).go("/desk/").follow("雨棚").follow("复核")
    chair.send(agrees="yes")
    staff.go(f"/desk/{world.estate.slug}/notices/1/publish/", status=409)
    assert "起草的人以外" in staff.says
    chair.follow("去发布").send(version="1")
    assert Version.objects.get().state == "published"


def test_nothing_is_done_to_a_version_that_was_written_after_the_page_was_opened(world: World, staff: Reader) -> None:
    told = {"text": "302室的雨棚请拆。", "names_homes": True}
    notice = making.drafted(world, **told)
    base = f"/desk/{world.estate.slug}/notices/{notice.no}/"
    chair, other = Reader(world.staff["committee_chair"]), Reader(world.staff["moderator"])
    chair.go(f"{base}review/")
    other.go(f"{base}revise/")
    # What the reviewer reads is not what stands there when he sends his word.
    services.revise_notice(**making.at(world, notice), draft=making.said(**{**told, "text": "303室的雨棚也请拆。"}))
    chair.send(status=422, agrees="yes")
    assert "新的一版" in chair.says
    other.send(status=422, text="我改的是旧的一版。")
    assert [row.state for row in notice.versions.order_by("no")] == ["replaced", "draft"]
    chair.go(f"{base}review/").send(agrees="yes")
    services.publish_notice(**making.at(world, notice, "committee_chair"))
    staff.go(f"{base}post/?channel=board")
    services.revise_notice(**making.at(world, notice), draft=making.said())
    # Meanwhile another version hangs; the picture that was taken shows the one before.
    services.publish_notice(**making.at(world, notice, "committee_chair"))
    staff.send(status=422, channel="board", note="贴在南门")
    assert not Posting.objects.exists()
    staff.go(f"{base}post/?channel=board").send(channel="board", note="贴在南门")
    assert Posting.objects.get().version.no == 3


def test_who_goes_from_door_to_door_reads_no_draft(world: World) -> None:
    """A draft may name homes that nobody has reviewed; a building head has no part in it."""
    version = making.published(world)
    services.revise_notice(
        **making.at(world, version.notice), draft=making.said(title="雨棚", text="302室的雨棚请拆。", names_homes=True)
    )
    base = f"/desk/{world.estate.slug}/notices/1/"
    for who, reads in (("building_head", False), ("supervisor", True), ("moderator", True)):
        reader = Reader(world.staff[who]).go(base)
        assert ("302室" in reader.html) is reads, who
        assert ("雨棚" in Reader(world.staff[who]).go("/desk/notices/").says) is reads, who
        told = selectors.versions(world.actor(who), version.notice)
        assert [row.no for row in told] == ([2, 1] if reads else [1])


def test_a_new_version_leaves_the_old_one_to_be_read(world: World, staff: Reader) -> None:
    making.published(world)
    staff.go(f"/desk/{world.estate.slug}/notices/1/").follow("写新的一版").send(title="改到八月")
    staff.follow("去发布").send(version="2")
    anyone = Reader().go(f"/e/{world.estate.slug}/notices/1/")
    assert "改到八月" in anyone.says
    anyone.follow("第 1 版")
    assert "清理楼道的告知" in anyone.says
    assert "已经换了新的" in anyone.says


def test_it_is_taken_down_with_a_reason_and_found_again(world: World, staff: Reader) -> None:
    making.published(world, least_days=7)
    staff.go(f"/desk/{world.estate.slug}/notices/1/").follow("收起来").send(status=422, note="")
    assert "7 整天" in staff.says
    staff.send(note="写错了日子")
    anyone = Reader().go(f"/e/{world.estate.slug}/notices/?state=past&q=楼道")
    anyone.follow("清理楼道的告知")
    assert "写错了日子" in anyone.says or "还没有贴全" in anyone.says
    assert "没有找到" in Reader().go(f"/e/{world.estate.slug}/notices/?state=hanging").says


def test_a_picture_that_is_none_is_refused_on_the_form(world: World, staff: Reader) -> None:
    making.published(world)
    staff.go(f"/desk/{world.estate.slug}/notices/1/post/?channel=group")
    wrong = SimpleUploadedFile("病毒.jpg", b"MZ", content_type="image/jpeg")
    staff.send(status=422, channel="group", picture=wrong, note="发了")
    assert "不是能打开的照片" in staff.says


def test_pictures_are_for_staff(world: World, staff: Reader) -> None:
    version = making.published(world)
    (row,) = making.posted(world, version, entrance_ids=[world.entrances[0].pk], upload=making.photo())
    address = f"/desk/{world.estate.slug}/notices/pictures/{row.picture_id}/"
    answer = staff.client.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    Reader(world.owners[0]).go(address, status=403)


def test_a_matter_that_waits_for_a_notice_leads_to_its_draft_and_back(world: World, staff: Reader) -> None:
    matters.ensure_library(now=world.now)
    report = reports.reported(world)
    matter = reports.accepted(world, report.matter, reports.shipped("clear-stairwells"))
    worker = Reader(world.staff["community_worker"]).go(f"/desk/{world.estate.slug}/matters/{matter.no}/")
    worker.follow("起草公示").send(text="请清理楼道。", least_days="0")
    notice = Notice.objects.get()
    assert (notice.thread, notice.run) == (matter.thread, matter.steps.get(ended_at=None).pk)
    worker.go(f"/desk/{world.estate.slug}/matters/{matter.no}/").follow("去第 1 号公示").follow(f"第 {matter.no} 件")
    staff.go(f"/desk/{world.estate.slug}/canvasses/new/?matter={matter.no}").send(status=422, title="敲门")
    assert "不在逐户上门这一步" in staff.says


def test_a_round_is_walked_with_buttons_alone(world: World, staff: Reader) -> None:
    staff.go("/desk/").follow("逐户走访").follow(world.estate.name)
    staff.send(title="敲门告知", words="您好，七月清理楼道。", notes_suffice="0")
    head = Reader(world.staff["building_head"]).go("/desk/").follow("逐户走访").follow("敲门告知").follow("1栋")
    assert "还差 12 户" in head.says
    here = head.address
    for home, outcome in zip(world.homes, ["met"] * 9 + ["away", "refused", "note_left"], strict=True):
        head.client.post(here, {"home": home.pk, "outcome": outcome})
    head.go(here)
    assert "还差 2 户" in head.says
    head.client.post(here, {"home": world.homes[0].pk, "outcome": "met"})
    assert Attempt.objects.count() == 12
    assert "已经登记过" in head.go(here).says
    head.go(f"/desk/{world.estate.slug}/canvasses/1/homes/{world.homes[9].pk}/").send(outcome="met", how="phone")
    head.go(f"/desk/{world.estate.slug}/canvasses/1/homes/{world.homes[9].pk}/")
    head.send(withdraw=str(Attempt.objects.get(how="phone").pk))
    assert "撤掉了，不算" in head.says
    anyone = Reader().go(f"/e/{world.estate.slug}/notices/").follow("敲门告知")
    assert "10" in anyone.says
    assert world.homes[9].room not in anyone.says
    staff.go(f"/desk/{world.estate.slug}/canvasses/1/close/").send(status=422, reason="")
    staff.send(reason="两户都在外地")
    assert Canvass.objects.get().left == 2
    assert verify(world.estate.pk).faults == ()


def test_an_excel_file_of_doors_is_taken_by_those_who_go_there_and_is_on_record(world: World, staff: Reader) -> None:
    making.knocked(world, making.canvass(world), 0, "refused")
    answer = staff.client.get(f"/desk/{world.estate.slug}/canvasses/1/excel/")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert len(rows) == 13
    assert rows[1][3:5] == ("通知到了", 1)
    assert Entry.objects.get(kind="notices.doors_exported").facts == {"no": 1, "homes": 12}
    for who in ("property_manager", "supervisor"):
        Reader(world.staff[who]).go(f"/desk/{world.estate.slug}/canvasses/1/excel/", status=404)


def test_the_list_of_notices_goes_to_excel(world: World, staff: Reader) -> None:
    making.published(world)
    answer = staff.client.get("/desk/notices/excel/?q=楼道")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[1][4] == "清理楼道的告知"


@pytest.mark.parametrize("who", ["police_officer"])
def test_the_desk_of_notices_opens_for_nobody_without_a_duty(world: World, who: str) -> None:
    making.published(world)
    making.canvass(world)
    reader = Reader(world.staff[who])
    reader.go("/desk/notices/", status=403).go("/desk/canvasses/", status=403)
    reader.go(f"/desk/{world.estate.slug}/notices/1/", status=403)
    reader.go(f"/desk/{world.estate.slug}/canvasses/1/", status=404)
    reader.go(f"/desk/{world.estate.slug}/notices/new/", status=403)


def test_few_homes_are_not_counted_in_public(world: World) -> None:
    small = make_world(4, name="小小苑")
    making.canvass(small)
    assert "不公布数字" in Reader().go(f"/e/{small.estate.slug}/canvasses/1/").says


def test_lists_ask_as_often_with_fifty_as_with_two(world: World, staff: Reader) -> None:
    def asked(reader: Reader, address: str) -> int:
        reader.go(address)
        with CaptureQueriesContext(connection) as queries:
            reader.go(address)
        return len(queries)

    addresses = [
        (Reader(), f"/e/{world.estate.slug}/notices/"),
        (staff, "/desk/notices/"),
        (staff, "/desk/canvasses/"),
        (Reader(), f"/e/{world.estate.slug}/"),
        (staff, "/desk/"),
    ]
    for _ in range(3):
        making.published(world)
        making.canvass(world)
    before = [asked(*each) for each in addresses]
    for _ in range(20):
        making.everywhere(world, making.published(world))
        making.knocked(world, making.canvass(world), 0)
    assert [asked(*each) for each in addresses] == before
    assert max(before) <= 15, before


def test_doors_of_a_tall_building_ask_no_more_than_those_of_a_small_one(world: World, staff: Reader) -> None:
    making.canvass(world)
    address = f"/desk/{world.estate.slug}/canvasses/1/doors/{world.buildings[0].pk}/"
    staff.go(address)
    with CaptureQueriesContext(connection) as queries:
        staff.go(address)
    assert len(queries) <= 15
