"""Lists: found by two characters, narrowed, sorted, twenty a page, the same number of queries whatever there is."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.support.world import World
from yishiting.council.matters import services
from yishiting.council.matters.models import Matter, Report, StepRun
from yishiting.council.matters.tests.making import STAFF, accepted, own_playbook, reported, shipped
from yishiting.ground.organisations.models import Post
from yishiting.reach.web.matters.tests.making import Browser, desk, public, text

Browse = Callable[..., Browser]
MOST_QUERIES = 15


def many(world: World, n: int) -> None:
    """Add ``n`` matters with a report and a step each, straight into the tables."""
    last = Matter.objects.count()
    post = Post.objects.get(kind="grid_worker")
    rows = Matter.objects.bulk_create(
        [
            Matter(
                estate=world.estate, no=last + i + 1, category="环境卫生", title=f"第{i}处垃圾没人清", stage="topic",
                building=world.buildings[0], entrance=world.entrances[0], home_count=i % 9, unanswered=1,
                due_at=world.now + timedelta(hours=i - 50), created_at=world.now,
            )
            for i in range(n)
        ],
        batch_size=500,
    )  # fmt: skip
    StepRun.objects.bulk_create(
        [
            StepRun(
                estate=world.estate, matter=row, round=1, seq=1, step="topic", kind="work", stage="topic",
                title="确定议题", who="grid_worker", post=post, started_at=world.now, due_at=row.due_at,
            )
            for row in rows
        ],
        batch_size=500,
    )  # fmt: skip
    Report.objects.bulk_create(
        [
            Report(
                estate=world.estate, matter=row, first_matter=row, person=world.owners[0], home=world.homes[0],
                words="脏", made_at=world.now, salt="x",
            )
            for row in rows
        ],
        batch_size=500,
    )  # fmt: skip


LISTS: tuple[tuple[Any, str], ...] = (
    (None, "/e/{slug}/matters/"),
    (0, "/e/{slug}/matters/?q=垃圾&status=open&sort=homes"),
    (STAFF, "/e/{slug}/matters/?page=2"),
    (STAFF, "/desk/matters/"),
    ("building_head", "/desk/matters/?due=mine"),
    ("grid_worker", "/desk/matters/?q=垃圾&due=late&sort=homes&page=2"),
    (0, "/me/inbox/"),
)


def test_lists_ask_as_often_with_a_hundred_matters_as_with_three_thousand(world: World, browse: Browse) -> None:
    counts: dict[int, list[int]] = {}
    browsers = [(browse(who), path.format(slug=world.estate.slug)) for who, path in LISTS]
    for n in (100, 2900):
        many(world, n)
        counts[n] = []
        for browser, path in browsers:
            assert browser.get(path).status_code == 200
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(path).status_code == 200
            counts[n].append(len(asked))
    assert counts[100] == counts[2900]
    assert max(counts[100]) <= MOST_QUERIES, counts


@pytest.mark.parametrize("who", [None, 0, STAFF])
def test_a_matters_page_asks_as_often_with_one_report_as_with_two_hundred(
    world: World, browse: Browse, who: Any
) -> None:
    matter = accepted(world, reported(world, 1).matter, own_playbook(world))
    path = desk(matter) if who == STAFF else public(matter)
    browser = browse(who)
    counts = []
    for n in (1, 200):
        Report.objects.bulk_create(
            [
                Report(
                    estate=world.estate, matter=matter, first_matter=matter, person=world.owners[2],
                    home=world.homes[i % 12], words="堵", made_at=world.now, salt="x",
                )
                for i in range(n)
            ]
        )  # fmt: skip
        assert browser.get(path).status_code == 200
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_two_characters_find_a_matter_by_title_place_category_or_number(world: World, browse: Browse) -> None:
    for made in (
        reported(world, 0, title="地下车库积水", spot="西口", category="漏水渗水"),
        reported(world, 1, title="门禁坏了", category="设施维修", building=world.buildings[0]),
    ):
        accepted(world, made.matter, shipped("five-step"))
    path = f"/e/{world.estate.slug}/matters/"
    for query, found, hidden in (
        ("积水", "地下车库积水", "门禁坏了"),
        ("西口", "地下车库积水", "门禁坏了"),
        ("维修", "门禁坏了", "地下车库积水"),
        ("1栋", "门禁坏了", "地下车库积水"),
        ("第2件", "门禁坏了", "地下车库积水"),
    ):
        page = text(browse(None).get(path, q=query))
        assert found in page, query
        assert hidden not in page, query
    assert "没有找到" in text(browse(None).get(path, q="火星"))
    assert "没有找到" in text(browse(None).get(path, q="100%_"))


def test_the_list_is_narrowed_by_state_and_sorted_by_homes(world: World, browse: Browse) -> None:
    few = reported(world, 0, title="甲事").matter
    crowd = accepted(world, reported(world, 1, title="乙事").matter, shipped("five-step"))
    for who in (2, 3):
        services.join(actor=world.actor(who), matter_id=crowd.pk, words="我也是", now=world.now)
    gone = accepted(world, reported(world, 4, title="丙事").matter, shipped("five-step"))
    services.decline(actor=world.actor(STAFF), matter_id=gone.pk, reason="重复", now=world.now)
    path = f"/e/{world.estate.slug}/matters/"
    page = text(browse(None).get(path, sort="homes", status="open"))
    assert page.index("乙事") < page.index(few.title)
    assert "丙事" not in page
    assert "丙事" in text(browse(None).get(path, status="declined"))
    assert few.title in text(browse(None).get(path, status="collect", category="停车充电"))
    zero = {"q": "a\0b", "category": "\0", "status": "\0"}
    for nonsense in ({"status": "x"}, {"sort": "x"}, {"page": "x"}, {"page": "999"}, zero, {"q": "9" * 40}):
        assert browse(None).get(path, **nonsense).status_code == 200
        assert browse(STAFF).get("/desk/matters/", **nonsense, estate="9" * 30).status_code == 200
    assert browse(None).get(f"{path}{'9' * 25}/").status_code == 404


def test_the_desk_counts_what_is_due_today_and_late_and_shows_the_first_due_first(world: World, browse: Browse) -> None:
    late = reported(world, 0, title="早就该办").matter
    world.now += timedelta(days=2, hours=12)
    today = reported(world, 1, title="刚刚提的").matter
    Matter.objects.filter(pk=today.pk).update(due_at=world.now + timedelta(minutes=5))
    page = text(browse(STAFF).get("/desk/matters/"))
    assert page.index(late.said_title) < page.index(today.said_title)
    assert "超" in page
    only_late = text(browse(STAFF).get("/desk/matters/", due="late"))
    assert late.said_title in only_late
    assert today.said_title not in only_late
    assert today.said_title in text(browse(STAFF).get("/desk/matters/", due="today"))
    assert "没有找到" in text(browse("property_manager").get("/desk/matters/", due="mine"))


def test_the_desk_of_one_building_shows_that_building(world: World, browse: Browse) -> None:
    reported(world, 0, title="别处的事")
    reported(world, 1, title="本栋的事", building=world.buildings[0])
    page = text(browse("building_head").get("/desk/matters/"))
    assert "本栋的事" in page
    assert "别处的事" not in page


def test_excel_holds_the_list_with_chinese_headings_and_nothing_that_a_spreadsheet_would_run(
    world: World, browse: Browse
) -> None:
    reported(world, 0, title="=HYPERLINK(1)", words="私房话")
    reported(world, 1, title="门禁坏了", category="设施维修")
    Matter.objects.filter(proposed_title="门禁坏了").update(proposed_spot="车棚\x0b后面")
    staff = browse(STAFF)
    answer = staff.get("/desk/matters/excel/", sort="new")
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert answer.headers["Cache-Control"] == "no-store"
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.values)
    assert rows[0][:4] == ("小区", "编号", "事由", "类别")
    assert [row[2] for row in rows[1:]] == ["门禁坏了", "=HYPERLINK(1)"]
    # What somebody typed is a text by its type, not a formula.
    assert (sheet["C3"].data_type, sheet["C3"].number_format) == ("s", "@")
    assert "车棚后面" in rows[1][4]
    assert not any("私房话" in str(cell) or "业主0" in str(cell) for row in rows for cell in row)
    staff.client.cookies["language"] = "en"
    english = list(load_workbook(io.BytesIO(staff.get("/desk/matters/excel/", sort="new").content)).active.values)
    assert english[1][3] == "Repairs"
    assert browse(0).get("/desk/matters/excel/").status_code == 403


def test_a_number_that_none_could_be_finds_nothing_and_breaks_no_page(world: World, browse: Browse) -> None:
    reported(world, 0, title="路灯")
    staff, owner = browse(STAFF), browse(0)
    here = f"/e/{world.estate.slug}/matters/"
    typed = {"category": "停车充电", "title": "门禁", "words": "坏了", "confirm": "1"}
    for number in ("²", "9" * 5000, "٣", "-1"):
        for page in ("/desk/matters/", "/desk/matters/excel/", "/desk/reports/", "/desk/reports/excel/"):
            assert staff.get(page, estate=number).status_code == 200, page
        for page in ("rate", "reopen", "correct", "withdraw"):
            assert owner.get(f"{here}1/{page}/", report=number).status_code in (200, 404, 409), page
        assert (
            staff.post("/desk/matters/together/", verb="decline", chosen=number, seen=f"{number}:1:1").status_code
            == 302
        )
        assert owner.post(f"{here}new/", **typed, kept=number, place=f"b{number}").status_code == 422
        assert owner.post(f"{here}new/", **typed, join=number).status_code in (302, 404)
