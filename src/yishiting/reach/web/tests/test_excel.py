"""The lists of the desk as Excel files: the same rows, words as words, for staff alone."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import Settings

from tests.support.signing import sign_in
from tests.support.world import START, World, make_world
from yishiting.council.meetings.models import Meeting
from yishiting.council.meetings.tests import sitting
from yishiting.council.projects.models import Project
from yishiting.council.projects.tests import building
from yishiting.council.votes.tests.voting import draft, online, opened
from yishiting.kernel.clock import CHINA
from yishiting.reach.web import excel

RUNS = ("=HYPERLINK(1)", "+1+1", "-2", "@SUM(A1)", "\t=1", "＝1", "=cmd|' /C calc'!A0")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> World:
    monkeypatch.setenv("YISHITING_NOW", START.isoformat())
    settings.MEDIA_ROOT = str(tmp_path)
    return make_world(6)


def sheet_of(answer: Any) -> Any:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == excel.CONTENT_TYPE
    return load_workbook(io.BytesIO(answer.content)).active


def staff(world: World, kind: str) -> Client:
    return sign_in(Client(), world.staff[kind])


@pytest.mark.parametrize("words", RUNS)
def test_words_that_begin_like_a_formula_stay_words(words: str) -> None:
    answer = excel.answer(name="x", title="表", columns=[("甲", 9)], rows=[[words], [3]], now=START)

    sheet = sheet_of(answer)

    cell = sheet["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (words, "s", "@")
    assert sheet["A3"].value == 3
    assert "<f>" not in _xml(answer)


def _xml(answer: Any) -> str:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(answer.content)) as kept:
        return kept.read("xl/worksheets/sheet1.xml").decode()


def test_signs_that_no_workbook_holds_and_endless_words_do_not_break_it() -> None:
    rows = [["铃\x07声"], ["长" * 40_000], [datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)], [None]]

    sheet = sheet_of(excel.answer(name="x", title="表", columns=[("甲", 9)], rows=rows, now=START))

    assert sheet["A2"].value == "铃声"
    assert len(sheet["A3"].value) == excel.LONGEST
    assert sheet["A4"].value == "2026-03-02 09:00"


@pytest.mark.django_db
def test_meetings_are_exported_as_they_are_listed_without_a_name_of_who_came(world: World) -> None:
    held = sitting.closed(world)
    Meeting.objects.filter(pk=held.pk).update(title="=1+1")
    broken = sitting.opened(world, sitting.matter_for(world, "路灯不亮"))
    Meeting.objects.filter(pk=broken.pk).update(cancelled_at=world.now, cancel_reason="停电")
    client = staff(world, "moderator")

    rows = list(sheet_of(client.get("/desk/meetings/excel/")).values)

    assert rows[0][:4] == ("小区", "第几次", "会议", "时间")
    assert [(row[1], row[2], row[5], row[6], row[7]) for row in rows[1:]] == [
        (2, "充电桩议事会", "中断了", "路灯不亮", 6),
        (1, "=1+1", "已散会", "飞线充电", 6),
    ]
    found = list(sheet_of(client.get("/desk/meetings/excel/", {"q": "充电桩"})).values)
    assert [row[1] for row in found[1:]] == [2]
    assert 'href="/desk/meetings/excel/?q=%E5%85%85' in client.get("/desk/meetings/", {"q": "充电"}).content.decode()


@pytest.mark.django_db
def test_projects_are_exported_with_how_far_they_are(world: World) -> None:
    project = building.create(world, 2, 1, matter=building.matter_for(world), needs_insurance=True)
    building.insure(world, project)
    building.through(world, project, 1)
    Project.objects.create(
        estate=world.estate, no=2, title="@坏名字", unit="处", total=1, created_at=world.now, matter=project.matter,
        resolution=project.resolution,
    )  # fmt: skip
    client = staff(world, "committee_chair")

    rows = list(sheet_of(client.get("/desk/projects/excel/")).values)

    assert rows[0][:3] == ("小区", "编号", "项目")
    assert rows[1][1:3] == (2, "@坏名字")
    assert rows[2][1:12] == (
        1, "加装充电桩", "飞线充电", "业委会主任", 2, 2, 3, "个", "等第 2 期开工", "在保", "2027-03-02"
    )  # fmt: skip
    assert "/desk/projects/excel/" in client.get("/desk/projects/").content.decode()


@pytest.mark.django_db
def test_votes_are_exported_with_who_took_part_and_no_choice(world: World) -> None:
    vote = opened(world)
    online(world, vote, 0, "against")
    draft(world)
    client = staff(world, "committee_chair")

    sheet = sheet_of(client.get("/desk/votes/excel/"))

    rows = {row[1]: row for row in list(sheet.values)[1:]}
    assert (rows[vote.no][3], rows[vote.no][4], rows[vote.no][6]) == ("正在表决", "全小区的业主", 1)
    assert rows[vote.no][5] == vote.roll.heads
    assert (rows[vote.no + 1][3], rows[vote.no + 1][5], rows[vote.no + 1][6]) == ("草稿", None, None)
    assert not any("反对" in str(value) for row in sheet.values for value in row)
    narrowed = list(sheet_of(client.get("/desk/votes/excel/", {"state": "draft"})).values)
    assert [row[1] for row in narrowed[1:]] == [vote.no + 1]
    assert "/desk/votes/excel/" in client.get("/desk/votes/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("room", ["meetings", "projects", "votes"])
def test_an_export_is_for_the_staff_whose_list_it_is(world: World, room: str) -> None:
    address = f"/desk/{room}/excel/"
    assert sign_in(Client(), world.owners[0]).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert sign_in(Client(), world.staff["committee_chair"]).post(address).status_code == 405
    other = make_world(2, name="别苑")
    kind = "moderator" if room == "meetings" else "committee_chair"
    sitting.planned(world)
    building.create(world, 1)
    draft(world)
    assert len(list(sheet_of(staff(other, kind).get(address)).values)) == 1
