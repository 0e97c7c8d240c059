"""The desk's pages: the list with its filters, the same as Excel, filters kept, posts looked after, search."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.support.many import add_matters, add_the_rest
from tests.support.signing import sign_in
from tests.support.world import World, make_world
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import StepRun
from yishiting.council.matters.tests import making
from yishiting.ground.desks import services
from yishiting.ground.desks.models import HandOver, SavedFilter
from yishiting.ground.organisations.models import Post, Term
from yishiting.reach.web.matters.tests.making import text

pytestmark = pytest.mark.django_db
NOW = "2026-12-28T12:00:00+08:00"


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YISHITING_NOW", "2026-03-03T12:00:00+08:00")


@pytest.fixture
def world() -> World:
    made = make_world(12)
    matters.ensure_library(now=made.now)
    post = Post.objects.get(kind="grid_worker", estate=made.estate)
    add_matters(made.estate, 100, homes=made.homes, reporter=made.owners[0], post=post, now=made.now)
    add_the_rest(made.estate, 3, post=post, now=made.now)
    return made


def at(name: str, *args: object, **query: object) -> str:
    address = reverse(f"web:{name}", args=args)
    return address + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def staff(world: World, kind: str = "grid_worker") -> Client:
    return sign_in(Client(), world.staff[kind])


def test_the_list_stands_in_groups_as_near_as_its_clocks_and_pages_on(world: World) -> None:
    page = text(staff(world).get(at("desk")))
    assert "等您办的 26 件" in page
    assert page.index("这周到期") < page.index("办这一步：确定议题")
    assert "第1次问大家" not in page  # a grid worker runs no votes
    second = text(staff(world).get(at("desk", page=2)))
    assert "没有期限" in second
    assert "投入使用" in text(staff(world).get(at("desk", room="projects"))) or "完工：第1段" in second


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("room=meetings", ["议事会"]),
        ("due=late", ["没有找到"]),
        ("room=nothing&due=never&estate=xx&whose=his", ["等您办的 26 件"]),
        (
            "q=%E7%85%A7%E6%98%8E",
            ["没有找到", "到处找"],
        ),  # brought in past the verbs, so nothing was told of them
    ],
)
def test_a_filter_narrows_and_nonsense_does_not(world: World, query: str, found: list[str]) -> None:
    page = text(staff(world).get(f"{at('desk')}?{query}"))
    assert all(words in page for words in found)


def test_search_finds_two_signs_on_the_desk_and_over_all_rooms(world: World) -> None:
    matter = making.reported(world, title="配电房有水声").matter
    client = staff(world, "community_worker")
    assert "配电房有水声" in text(client.get(at("desk", q="水声")))
    everywhere = text(client.get(at("desk_search", q="配电")))
    assert "找到 1 件" in everywhere
    assert "配电房有水声" in everywhere
    assert matter.title not in text(client.get(at("desk_search", q="水电")))
    assert "没有找到" in text(client.get(at("desk_search", q="水电")))


def test_the_workbook_holds_the_list_as_it_is_narrowed(world: World) -> None:
    answer = staff(world).get(at("desk_excel", room="meetings"))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.values)
    assert rows[0][:4] == ("期限", "还有多久", "要办什么", "事由")
    assert [row[3] for row in rows[1:]] == ["议事会", "议事会"]


def test_a_filter_is_kept_opens_the_desk_is_renamed_and_dropped(world: World) -> None:
    client = staff(world)
    assert "存下这个筛选" in text(client.get(at("desk", room="meetings")))
    address = at("desk_filters", room="meetings", page=3)
    assert client.post(address, {"name": ""}).status_code == 422
    assert client.post(address, {"name": "开会", "default": "on"}).status_code == 302
    kept = SavedFilter.objects.get()
    assert (kept.query, kept.person) == ("room=meetings", world.staff["grid_worker"])
    opened = text(client.get(at("desk")))
    assert "打开时用的是您存好的“开会”" in opened
    assert "等您办的 2 件" in opened
    assert "等您办的 26 件" in text(client.get(at("desk", all=1)))
    assert client.post(at("desk_filter", kept.pk), {"name": "会议"}).status_code == 302
    assert "打开时用的是" not in text(client.get(at("desk")))
    assert staff(world, "moderator").get(at("desk_filter", kept.pk)).status_code == 404
    client.post(at("desk_filter", kept.pk), {"delete": "1"})
    assert not SavedFilter.objects.exists()


def test_a_filter_that_the_desk_opens_with_holds_on_each_page_and_says_what_it_no_longer_can(world: World) -> None:
    client, me = staff(world), world.staff["grid_worker"]
    kept = SavedFilter.objects.create(
        person=me, name="本小区", query=f"estate={world.estate.pk}&room=matters", default=True, made_at=world.now
    )
    first, second = text(client.get(at("desk"))), text(client.get(at("desk", page=2)))
    listed = re.search(r"等您办的 (\d+) 件", first)
    assert listed
    assert 0 < int(listed[1]) < 26
    assert listed[0] in second
    assert "打开时用的是您存好的“本小区”" in second
    # The estate is somebody else's by now: what is due here is shown, and that the filter is wider than it was.
    for stale in ("estate=999999999", "room=gone", "due=late&whose=nobody", "estate=9&q=水"):
        SavedFilter.objects.filter(pk=kept.pk).update(query=stale)
        page = text(client.get(at("desk")))
        assert "有的条件现在不能用了" in page, stale
        assert "有的条件现在不能用了" in text(client.get(at("desk_filters"))), stale
    assert "等您办的 26 件" in text(client.get(at("desk", estate=999999999)))
    assert "有的条件现在不能用了" not in text(client.get(at("desk", estate=world.estate.pk)))
    assert client.get(at("desk") + "?" + "&".join(f"x{n}=1" for n in range(60))).status_code == 200


def test_a_post_is_looked_after_from_the_page_until_one_of_the_two_ends_it(world: World) -> None:
    giver, stand_in = staff(world), staff(world, "police_officer")
    term = Term.objects.get(person=world.staff["grid_worker"])
    form = {
        "term": term.pk,
        "stand_in": world.staff["police_officer"].pk,
        "since": "2026-03-03",
        "until": "2026-03-05",
        "reason": "住院",
    }
    assert 'value="2026-03-03"' in text(giver.get(at("desk_hand_over_new")))
    assert giver.post(at("desk_hand_over_new"), {**form, "until": "2026-03-01"}).status_code == 422
    assert giver.post(at("desk_hand_over_new"), {**form, "stand_in": world.owners[0].pk}).status_code == 422
    assert giver.post(at("desk_hand_over_new"), form).status_code == 302
    row = HandOver.objects.get()
    assert row.until.isoformat() == "2026-03-05T16:00:00+00:00"
    desk = text(stand_in.get(at("desk")))
    assert f"代{world.staff['grid_worker'].name}办" in desk
    assert "替谁办" in desk
    assert "等您办的 0 件" in text(stand_in.get(at("desk", whose="own")))
    # What he stands in for is not his to hand on.
    page = text(stand_in.get(at("desk_hand_over_new")))
    assert "社区民警" in page
    assert "网格员" not in page.split("请谁代办")[0]
    for client, sees in ((giver, True), (stand_in, True), (staff(world, "moderator"), False)):
        assert (client.get(at("desk_hand_over", row.pk)).status_code == 200) is sees
    assert "住院" in text(stand_in.get(at("desk_hand_over", row.pk)))
    assert "不能恢复" in text(stand_in.post(at("desk_hand_over", row.pk)))
    assert "正在代办" in text(giver.get(at("desk_hand_overs")))
    stand_in.post(at("desk_hand_over", row.pk), {"confirm": "1"})
    assert "结束了" in text(giver.get(at("desk_hand_overs")))
    assert "等您办的 0 件" in text(stand_in.get(at("desk")))


def test_what_a_stand_in_did_is_told_on_the_page_of_the_hand_over(world: World) -> None:
    term = Term.objects.get(person=world.staff["grid_worker"])
    row = services.hand_over(
        actor=world.actor("grid_worker"), term_id=term.pk, stand_in_id=world.staff["police_officer"].pk,
        since=world.now, until=world.now + timedelta(days=9), reason="培训", now=world.now,
    )[0]  # fmt: skip
    matter = making.reported(world, title="灯坏了").matter
    now = making.later(world, days=1)
    matters.decline(actor=world.actor("police_officer"), matter_id=matter.pk, reason="归电力公司管。", now=now)
    assert "记录第" in text(staff(world).get(at("desk_hand_over", row.pk)))
    record = text(Client().get(reverse("web:record", args=[world.estate.slug])))
    assert "是代网格员办的" in record
    assert world.staff["police_officer"].name not in record


def test_a_year_whose_days_off_nobody_knows_is_said_on_the_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "2027 年的放假安排还没有公布，落在那一年的期限先按周末算"
    assert words not in text(staff(world).get(at("desk")))
    monkeypatch.setenv("YISHITING_NOW", NOW)
    last = StepRun.objects.filter(ended_at__isnull=True).order_by("pk")[0]
    StepRun.objects.filter(pk=last.pk).update(due_at=world.now.replace(year=2027))
    assert words in text(staff(world).get(at("desk", due="later")))


@pytest.mark.parametrize("name", ["desk", "desk_excel", "desk_search", "desk_filters", "desk_hand_overs"])
def test_a_resident_is_told_where_to_go(world: World, name: str) -> None:
    assert sign_in(Client(), world.owners[0]).get(at(name)).status_code == 403
    assert Client().get(at(name)).status_code == 302
