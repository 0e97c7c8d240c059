"""Projects through their pages, as a reader without JavaScript sees them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.support.world import START, World, make_world
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Photo
from yishiting.council.projects.models import (
    Budget,
    FundingLine,
    FundingNews,
    Insurance,
    Phase,
    PhaseStep,
    Prerequisite,
    Project,
)
from yishiting.council.projects.tests import building
from yishiting.council.projects.tests.building import WORDS
from yishiting.ground.people.models import Person
from yishiting.reach.web.meetings.tests.pages import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> World:
    monkeypatch.setenv("YISHITING_NOW", START.isoformat())
    settings.MEDIA_ROOT = str(tmp_path)
    return make_world(6)


@pytest.fixture
def staff(world: World) -> Reader:
    return Reader(world.staff["committee_chair"])


def desk(world: World, end: str = "", no: int = 1) -> str:
    return f"/desk/{world.estate.slug}/projects/{no}/{end}"


def public(world: World, end: str = "") -> str:
    return f"/e/{world.estate.slug}/projects/{end}"


def upload(name: str = "现场.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, building.jpeg().read() if content is None else content, content_type="image/jpeg")


def test_a_resolution_is_begun_as_a_project_and_a_plan_that_does_not_sum_is_refused_with_what_was_typed(
    world: World, staff: Reader
) -> None:
    matter = building.matter_for(world)
    staff.go("/desk/projects/").follow("飞线充电")
    assert WORDS in staff.says
    assert staff.form("phases").values["phases"] == ["14+13+13"]

    staff.send(status=422, phases="14+13+12", title="加装充电桩", needs_insurance="on")

    assert "各期相加是 39，总数是 40，少了 1" in staff.says
    typed = staff.form("phases").values
    assert (typed["phases"], typed["title"], typed["needs_insurance"]) == (["14+13+12"], ["加装充电桩"], ["on"])
    assert not Project.objects.exists()

    staff.send(phases="南楼西侧 14 2026-05-01\n北楼东侧 13\n地面停车场 13")
    project = Project.objects.get()
    assert (project.matter, project.needs_insurance, project.total) == (matter, True, 40)
    assert [(phase.title, phase.planned) for phase in project.phases.all()] == [
        ("南楼西侧", 14), ("北楼东侧", 13), ("地面停车场", 13)
    ]  # fmt: skip
    assert "等第 1 期开工" in staff.says
    anyone = Reader().go(public(world, "1/"))
    assert WORDS in anyone.says
    anyone.follow("飞线充电")


def test_the_form_begins_with_what_the_playbooks_step_says(world: World, staff: Reader) -> None:
    building.matter_for(world, needs='needs = ["insurance"]')

    staff.go("/desk/projects/").follow("飞线充电")

    values = staff.form("phases").values
    assert values["needs_insurance"] == ["on"]
    assert values["post_kind"] == ["community_worker"]


def test_a_phase_is_taken_from_its_start_to_operation_through_the_pages(world: World, staff: Reader) -> None:
    building.create(world, 2, needs_insurance=True)
    staff.go(desk(world))
    for words, missing in (("登记开工", "开工要有照片"), ("登记完工", "完工要有照片")):
        staff.follow(words).send(note="按图施工", status=422)
        assert missing in staff.says
        assert staff.form("note").values["note"] == ["按图施工"]
        staff.send(photo=upload())
    staff.follow("登记验收").send(status=422)
    assert "验收要有照片" in staff.says
    staff.send(photo=upload(), note="三人签字")
    assert "2 / 2 个" in staff.says

    staff.follow("登记投入使用").send(status=422)
    assert "没有在保的保险，不能投入使用" in staff.says
    staff.go(desk(world)).follow("登记保险").send(
        insurer="人保", policy_no="A-1", valid_from="2026-01-01", valid_to="2026-03-01"
    )
    assert "已过期" in staff.says
    staff.follow("登记投入使用").send(status=422)
    assert "没有在保的保险，不能投入使用" in staff.says
    staff.go(desk(world)).follow("登记保险").send(
        insurer="人保", policy_no="A-2", valid_from="2026-03-02", valid_to="2026-03-02"
    )
    staff.follow("登记投入使用").send(status=422)
    assert "投入使用要有照片" in staff.says
    staff.send(photo=upload())
    assert "全部办完了" in staff.says

    photo = PhaseStep.objects.get(kind="accepted").photo
    assert photo is not None
    assert Photo.objects.filter(public=True).count() == 4
    anyone = Reader().go(public(world, "1/"))
    assert "三人签字" in anyone.says
    assert "今天到期，请续保" in anyone.says
    assert f"/e/{world.estate.slug}/photos/{photo.pk}/" in anyone.html
    assert anyone.client.get(f"/e/{world.estate.slug}/photos/{photo.pk}/").status_code == 200
    assert "A-2" not in anyone.says


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("现场.jpg", b"not a picture at all"), "不是能打开的照片"),
        (("现场.jpg", b""), "这张照片是空的"),
        (("现场.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "不是能打开的照片"),
    ],
)
def test_a_picture_that_is_none_is_said_so_and_the_words_stay(
    world: World, staff: Reader, file: tuple[str, bytes], words: str
) -> None:
    building.create(world, 2)
    staff.go(desk(world, "phases/1/started/"))

    staff.send(status=422, note="先挖沟", on="2026-03-01", photo=upload(*file))

    assert words in staff.says
    typed = staff.form("note").values
    assert (typed["note"], typed["on"]) == (["先挖沟"], ["2026-03-01"])
    assert not PhaseStep.objects.exists()
    assert not Photo.objects.exists()


def monkeypatched(monkeypatch: pytest.MonkeyPatch, *, days: int) -> datetime:
    """Let the clock stand so many days after the start."""
    monkeypatch.setenv("YISHITING_NOW", (START + timedelta(days=days)).isoformat())
    return START + timedelta(days=days)


def test_a_picture_stays_through_a_refusal_of_something_else(
    world: World, staff: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = building.create(world, 2)
    world.now = monkeypatched(monkeypatch, days=1)
    building.step(world, project, 1, "start")
    building.step(world, project, 1, "finish")
    staff.go(desk(world, "phases/1/accepted/"))

    staff.send(status=422, on="2026-03-02", note="验收", photo=upload())
    assert "这一步不能更早" in staff.says
    assert "照片收到了，不用再选" in staff.says
    staff.send(on="2026-03-03")

    assert PhaseStep.objects.get(kind="accepted").photo == Photo.objects.latest("pk")
    assert Photo.objects.count() == 3


def test_the_picture_of_another_is_not_taken_by_its_number(world: World, staff: Reader) -> None:
    project = building.create(world, 2)
    building.step(world, project, 1, "start")
    building.step(world, project, 1, "finish")
    other = Reader(world.owners[2])
    photo = matters.store_photo(actor=world.actor(2), estate=world.estate, upload=building.jpeg(), now=world.now)
    assert other.client.get(f"/e/{world.estate.slug}/photos/{photo.pk}/").status_code == 200

    staff.go(desk(world, "phases/1/accepted/")).send(status=422, kept=str(photo.pk))

    assert "验收要有照片" in staff.says
    photo.refresh_from_db()
    assert not photo.public


def test_the_next_phase_waits_and_the_page_says_for_what(world: World, staff: Reader) -> None:
    building.create(world, 2, 1)

    staff.go(desk(world, "phases/2/started/")).send(status=422)

    assert "第 1 期还没验收，第 2 期不能开工" in staff.says
    assert not PhaseStep.objects.exists()


def test_no_form_stands_where_no_matter_waits_for_a_project(world: World, staff: Reader) -> None:
    assert "项目要有依据" in staff.go("/desk/projects/").says
    staff.go(f"/desk/{world.estate.slug}/projects/new/")
    assert "先在会上作出决议，或者表决通过" in staff.says
    sent = staff.client.post(
        f"/desk/{world.estate.slug}/projects/new/",
        {"title": "修路", "total": "3", "unit": "处", "phases": "3", "post_kind": "property_manager"},
    )
    assert sent.status_code == 422
    assert not Project.objects.exists()


def test_a_matter_that_waits_for_no_project_is_said_so(world: World, staff: Reader) -> None:
    for asked in ("999", "x", "-1", "9" * 40, "9" * 5000):
        staff.go(f"/desk/{world.estate.slug}/projects/new/?matter={asked}")
        assert "现在不在立项落实这一步" in staff.says
    assert "<textarea" not in staff.html


@pytest.mark.parametrize(
    "end", ["", "insurance/", "plan/", "phases/1/started/", "phases/1/accepted/", "phases/1/noted/"]
)
def test_the_desks_pages_are_for_staff_alone(world: World, end: str) -> None:
    building.create(world, 2)

    for send in (Client().get, Client().post):
        assert send(desk(world, end)).status_code == 302
    owner = Reader(world.owners[0])
    for send in (owner.client.get, owner.client.post):
        assert send(desk(world, end)).status_code == 403
    owner.go("/desk/projects/", status=403)
    assert not PhaseStep.objects.exists()


def test_what_there_is_not_is_not_found(world: World, staff: Reader) -> None:
    building.create(world, 2)
    other = make_world(2, name="别苑")

    staff.go(desk(world, "phases/9/started/"), status=404)
    staff.go(desk(world, "phases/1/blessed/"), status=404)
    staff.go(desk(world, no=9), status=404)
    Reader().go(f"/e/{other.estate.slug}/projects/1/", status=404)


def test_a_public_page_names_no_person_and_no_policy_number(world: World) -> None:
    project = building.create(world, 2, needs_insurance=True)
    building.insure(world, project, policy_no="SECRET-1")
    building.through(world, project, 1, operate=True)

    shown = Reader().go(public(world)).html + Reader().go(public(world, "1/")).html

    assert [name for name in Person.objects.values_list("name", flat=True) if name in shown] == []
    assert "SECRET-1" not in shown


def test_a_lapsed_policy_is_shouted_on_every_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    project = building.create(world, 2, needs_insurance=True)
    building.insure(world, project, days=(0, 10))
    building.through(world, project, 1, operate=True)
    assert "应当停用" not in Reader().go(public(world, "1/")).says

    monkeypatch.setenv("YISHITING_NOW", (START + timedelta(days=11)).isoformat())

    assert "保险不在有效期，应当停用" in Reader().go(public(world, "1/")).says
    assert "应停用" in Reader().go(public(world)).says


@pytest.mark.parametrize("who", ["nobody", "staff"])
def test_lists_take_the_same_few_queries_with_five_and_with_sixty_projects(world: World, who: str) -> None:
    reader = Reader() if who == "nobody" else Reader(world.staff["committee_chair"])
    address = public(world) if who == "nobody" else "/desk/projects/"

    matter = building.matter_for(world)
    resolution = matter.resolutions.get()

    def grow(to: int) -> None:
        for no in range(Project.objects.count() + 1, to + 1):
            project = Project.objects.create(
                estate=world.estate, no=no, title=f"第{no}项", unit="个", total=no + 1, created_at=world.now,
                needs_insurance=True, matter=matter, resolution=resolution,
            )  # fmt: skip
            for part, planned in enumerate((no, 1), 1):
                done = world.now if part == 1 else None
                Phase.objects.create(
                    estate=world.estate, project=project, no=part, title="期", planned=planned,
                    started_at=done, finished_at=done, accepted_at=done,
                )  # fmt: skip
            Prerequisite.objects.create(
                estate=world.estate, project=project, no=1, title="先搬走", added_at=world.now, first=None
            )
            Budget.objects.create(estate=world.estate, project=project, no=1, total=2, planned_at=world.now)
            line = FundingLine.objects.create(
                estate=world.estate, project=project, no=1, source="自筹", planned=2, added_at=world.now
            )
            FundingNews.objects.create(
                estate=world.estate, line=line, kind="applied", said_by="社区", on=building.today(world),
                recorded_at=world.now,
            )  # fmt: skip
            for policy in range(3):
                Insurance.objects.create(
                    estate=world.estate, project=project, insurer="人保", policy_no=str(policy),
                    valid_from=building.today(world), valid_to=building.today(world), added_at=world.now,
                )  # fmt: skip

    def queries() -> int:
        reader.go(address)
        with CaptureQueriesContext(connection) as taken:
            reader.go(address)
        return len(taken)

    grow(5)
    few = queries()
    grow(60)
    many = queries()

    assert few == many
    assert many <= 15
    assert "共 60 个" in reader.says
    assert "60 / 61 个" in reader.says


def test_a_list_is_searched_and_an_empty_one_says_what_will_stand_there(world: World) -> None:
    anyone = Reader().go(public(world))
    assert "还没有项目" in anyone.says
    building.create(world, 2)

    assert "加装充电桩" in anyone.go(f"{public(world)}?q=充电").says
    assert "没有名字里带“电梯”的项目" in anyone.go(f"{public(world)}?q=电梯").says
    assert "正在办 1 个，已完成 0 个" in anyone.go(public(world)).says


def test_words_of_people_are_shown_as_words(world: World) -> None:
    project = building.create(world, 2)
    building.step(world, project, 1, "start", note="<script>alert(1)</script>")

    assert "<script>alert" not in Reader().go(public(world, "1/")).html


def test_a_plan_is_changed_on_its_page_and_the_old_one_can_still_be_read(world: World, staff: Reader) -> None:
    project = building.create(world)
    building.step(world, project, 1, "start")
    staff.go(desk(world)).follow("改还没开工的计划")
    assert "第 1 期，14 个" in staff.says
    assert "下面各期相加要等于 26 个" in staff.says
    assert staff.form("phases").values["phases"] == ["13+13"]

    staff.send(status=422, phases="20+5", reason="管线改道")
    assert "下面各期相加要等于 26，现在是 25" in staff.says
    kept = staff.form("phases").values
    assert (kept["phases"], kept["reason"]) == (["20+5"], ["管线改道"])
    staff.send(status=422, phases="2+-1")
    assert "数量看不明白" in staff.says
    staff.send(phases="南侧 20 2026-09-01\n6")

    assert "计划改好了" in staff.says
    assert [(row.no, row.title, row.planned) for row in project.phases.all()] == [
        (1, "第1期", 14), (2, "南侧", 20), (3, "第三期", 6)
    ]  # fmt: skip
    staff.follow("改还没开工的计划")
    assert staff.form("phases").values["phases"] == ["南侧 20 2026-09-01\n6"]
    for page in (staff.go(desk(world)), Reader().go(public(world, "1/"))):
        assert "计划改过 1 次" in page.says
        assert "管线改道" in page.says
        assert "原来是：第2期 13 个；第3期 13 个" in page.says


def test_a_plan_of_which_all_has_begun_is_not_offered_for_change(world: World, staff: Reader) -> None:
    project = building.create(world, 2)
    building.step(world, project, 1, "start")
    assert "改还没开工的计划" not in staff.go(desk(world)).says
    staff.go(desk(world, "plan/"))
    assert "各期都已经开工，计划不能再改" in staff.says


@pytest.mark.parametrize(
    ("phases", "words"),
    [
        ("2+-1", "看不明白"),
        ("2＋－1", "看不明白"),
        ("1e3", "看不明白"),
        ("1+", "看不明白"),
        ("1+0", "每期至少是 1"),
        ("9+1", "多了 9"),
    ],
)
def test_a_plan_that_is_no_sum_is_refused_with_what_was_typed(
    world: World, staff: Reader, phases: str, words: str
) -> None:
    matter = building.matter_for(world)
    staff.go(f"/desk/{world.estate.slug}/projects/new/?matter={matter.no}")
    staff.send(status=422, title="修路", total="1", unit="处", phases=phases)
    assert words in staff.says
    assert staff.form("phases").values["phases"] == [phases]
    assert not Project.objects.exists()


def test_a_day_out_of_reach_is_refused_with_what_was_typed(world: World, staff: Reader) -> None:
    building.create(world, 2, matter=building.matter_for(world))
    staff.go(desk(world, "phases/1/started/")).send(status=422, on="2026-02-01", note="先干了")
    assert "决议是2026年3月2日作的，不能早于那一天" in staff.says
    assert staff.form("on").values["on"] == ["2026-02-01"]
    staff.go(desk(world, "insurance/")).send(
        status=422, insurer="人保", policy_no="A-1", valid_from="2026-01-01", valid_to="9999-12-31"
    )
    assert "保险最长十年" in staff.says
    assert staff.form("insurer").values["valid_to"] == ["9999-12-31"]
    assert not Insurance.objects.exists()
