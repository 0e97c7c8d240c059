"""Pages of charts over HTTP: set up by forms alone, refused with where a unit belongs, members named to few and on record."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.support.signing import sign_in
from tests.support.world import World, make_world
from yishiting.ground.organisations.charting import drawn, services
from yishiting.ground.organisations.charting.tables import Chart, ChartSeat, ChartUnit
from yishiting.ground.organisations.tests.charted import KEEPER, at, attached, drafted, grown, led
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
MOST = 15
LEVELS = "社区党委\r\n小区党支部\r\n党小组\r\n党员中心户\r\n普通党员\r\n"


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YISHITING_NOW", "2026-03-03T12:00:00+08:00")


@pytest.fixture
def world() -> World:
    return make_world(12)


def client_of(world: World, who: str | int) -> Client:
    client = Client()
    sign_in(client, world.staff[who] if isinstance(who, str) else world.owners[who])
    return client


def url(world: World, name: str, *args: object) -> str:
    return reverse(f"web:{name}", args=[world.estate.slug, *args])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def cells(content: bytes) -> list[Any]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def asked(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def whole(world: World) -> tuple[Chart, list[ChartUnit]]:
    """A chart in force with a way of four units, a leader at two of them, and three members."""
    chart = drafted(world)
    units = [level[0] for level in grown(world, chart, 1, 1, 1, 1)]
    led(world, units[0], "community_worker", name_public=True)
    led(world, units[2], 1)
    attached(world, units[3], 2, 3, 4)
    entrance = world.entrances[0].pk
    services.cover(**at(world), chart_no=1, unit_no=units[3].no, areas=[services.Area(entrance_id=entrance)])
    services.publish_chart(**at(world), no=chart.no)
    return chart, units


def test_a_chart_is_set_up_from_a_shape_by_forms_alone_and_each_refusal_says_what_to_do(world: World) -> None:
    keeper = client_of(world, KEEPER)
    assert "还没有组织架构" in read(keeper, reverse("web:desk_charts"))
    assert "还没有公布组织架构" in read(Client(), url(world, "chart"))
    new = url(world, "desk_chart_new")
    assert "普通党员" in read(keeper, new + "?shape=community-to-member")
    for sent, words in (
        ({"name": "党组织", "levels": "甲\n乙"}, "3 到 5 级"),
        ({"name": "党组织", "levels": "甲\n乙\n乙"}, "同一个名字"),
        ({"name": "", "levels": LEVELS}, "还没填"),
    ):
        answer = keeper.post(new, sent)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert keeper.post(new, {"name": "党组织架构", "levels": LEVELS, "people_last": "on"}).status_code == 302
    assert "已经有一版草稿" in keeper.post(new, {"name": "又一版", "levels": LEVELS}).content.decode()
    page = url(world, "desk_chart", 1)
    assert "还没有单位" in read(keeper, page)
    add = url(world, "desk_unit_new", 1)
    assert keeper.post(add, {"level": 1, "name": "滨江社区党委", "areas": ["estate"]}).status_code == 302
    wrong = keeper.post(add, {"level": 4, "name": "东区中心户", "parent": 1})
    assert wrong.status_code == 422
    assert "“党员中心户”要挂在“党小组”下面，不能直接挂在“社区党委”下面。" in wrong.content.decode()
    building = world.buildings[0].pk
    rows = ((2, "东区支部", 1, []), (3, "一组", 2, [f"b{building}"]), (4, "东区中心户", 3, []))
    for level, name, parent, areas in rows:
        assert keeper.get(add + f"?under={parent}").status_code == 200
        sent = {"level": level, "name": name, "parent": parent, "areas": areas}
        assert keeper.post(add, sent).status_code == 302
    taken = keeper.post(add, {"level": 3, "name": "二组", "parent": 2, "areas": [f"b{building}"]})
    assert "“1栋”已经由“一组”负责" in taken.content.decode()
    shown = read(keeper, url(world, "desk_chart_publish", 1))
    assert "还有 4 个单位没有负责人" in shown
    assert keeper.post(url(world, "desk_chart_publish", 1)).status_code == 302
    assert "有 4 个单位没有负责人" in read(keeper, reverse("web:desk_charts"))
    assert "东区支部" in read(Client(), url(world, "chart"))
    assert verify(world.estate.pk).faults == ()


def test_the_next_version_begins_with_what_stands_unless_the_box_is_empty(world: World) -> None:
    whole(world)
    keeper, new = client_of(world, KEEPER), url(world, "desk_chart_new")
    shown = read(keeper, new)
    assert 'name="carry"' in shown
    assert "普通党员" in shown, "the levels of the version in force stand in the box"
    other = keeper.post(new, {"name": "三级的", "levels": "甲\n乙\n丙", "carry": "on"})
    assert other.status_code == 422
    assert "单位带不过来" in other.content.decode()
    assert "三级的" in other.content.decode()
    assert keeper.post(new, {"name": "下一版", "levels": LEVELS, "people_last": "on", "carry": "on"}).status_code == 302
    page = read(keeper, url(world, "desk_chart", 2))
    assert "还没有单位" not in page
    assert f"{world.entrances[0]}" in page
    assert verify(world.estate.pk).faults == ()


def test_a_leader_is_appointed_with_consent_and_what_is_vacant_says_who_looks_after_it(world: World) -> None:
    _chart, units = whole(world)
    keeper = client_of(world, KEEPER)
    household = units[3]
    assert f"现在由“{units[2].name}”的业主1代管" in read(keeper, url(world, "desk_unit", 1, household.no))
    form = url(world, "desk_unit_leader", 1, household.no)
    for sent, words in (
        ({"person": "业主5"}, "请先征得本人同意"),
        ({"person": "没有的人", "consent": "face"}, "没有这个人"),
        ({"person": "业主5", "consent": "face", "until": "2026-03-02"}, "今天以后"),
    ):
        answer = keeper.post(form, sent)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    sent = {"person": "业主5 1栋1单元601", "consent": "face", "until": "2027-03-02", "since": "2026-03-02"}
    assert keeper.post(form, sent).status_code == 302
    again = keeper.post(form, {"person": "业主6", "consent": "face"})
    assert "已经有负责人业主5" in again.content.decode()
    seat = ChartSeat.objects.get(unit=household, role="leader")
    address = url(world, "desk_seat", seat.pk)
    assert "没有公开" in read(keeper, address)
    assert keeper.post(address, {"public": "1"}).status_code == 302
    assert "业主5" in read(client_of(world, 7), url(world, "chart"))
    assert "业主5" not in read(Client(), url(world, "chart"))
    assert "请写明为什么" in keeper.post(address, {"reason": ""}).content.decode()
    assert keeper.post(address, {"reason": "搬走了"}).status_code == 302
    assert "空缺" in read(keeper, url(world, "desk_unit", 1, household.no))
    assert "搬走了" in read(keeper, address)
    assert verify(world.estate.pk).faults == ()


def test_members_are_pasted_or_ticked_looked_at_and_then_attached(world: World) -> None:
    chart = drafted(world)
    units = grown(world, chart, 1, 1, 1, 2)
    first, second = units[3]
    attached(world, first, 2)
    keeper = client_of(world, KEEPER)
    form = url(world, "desk_unit_members", 1, second.no)
    assert "请写名单" in keeper.post(form, {"role": "member", "consent": "face"}).content.decode()
    wrong = keeper.post(form, {"lines": "业主1\n外人\n业主3 9999", "role": "member", "consent": "face"})
    assert wrong.status_code == 422
    assert "第 2 行“外人”" in wrong.content.decode()
    assert "对不上" in wrong.content.decode()
    building = f"?building={world.buildings[0].pk}"
    assert f"业主7 {world.homes[7]}" in read(keeper, form + building)
    sent: dict[str, Any] = {
        "lines": "业主1\r\n业主2,1栋1单元301\r\n", "people": [world.owners[7].pk], "role": "member", "consent": "face"
    }  # fmt: skip
    sure = keeper.post(form + building, sent)
    assert sure.status_code == 200
    assert f"从“{first.name}”转过来" in sure.content.decode()
    assert "登记 3 人" in sure.content.decode()
    assert ChartSeat.objects.count() == 1
    assert keeper.post(form + building, {**sent, "sure": "1"}).status_code == 302
    assert drawn.tree(chart, now=world.now.replace(day=3, hour=13)).nodes[second.no].members == 3
    top = url(world, "desk_unit_members", 1, units[0][0].no)
    assert "委员" in read(keeper, top)
    refused = keeper.post(top, {"lines": "业主1", "role": "member", "consent": "face"})
    assert refused.status_code == 422
    assert "已经在这里" in keeper.post(form, {**sent, "sure": "1", "people": []}).content.decode()
    assert verify(world.estate.pk).faults == ()


def test_members_are_named_to_the_keeper_and_who_leads_them_and_each_reading_is_shown_to_them(world: World) -> None:
    _chart, units = whole(world)
    household = url(world, "desk_unit", 1, units[3].no)
    supervisor = read(client_of(world, "supervisor"), household)
    assert "成员 3 人" in supervisor
    assert "业主3" not in supervisor
    # Who leads without having agreed to be named is told to who keeps the chart alone, in the file as on the page.
    group = url(world, "desk_unit", 1, units[2].no)
    assert "姓名不公开" in read(client_of(world, "supervisor"), group)
    for name in ("desk_chart", "desk_chart_excel"):
        answer = client_of(world, "supervisor").get(url(world, name, 1))
        told = answer.content.decode() if name == "desk_chart" else str(cells(answer.content))
        assert "业主1" not in told.replace("业主1栋", "")
        assert world.staff[KEEPER].name in told
    keeper = client_of(world, KEEPER)
    assert "业主3" in read(keeper, household)
    read(keeper, household)
    assert Entry.objects.filter(kind="organisations.members_read").count() == 1
    mine = url(world, "chart_mine")
    leader = read(client_of(world, 1), mine)
    assert "业主4" in leader
    member = read(client_of(world, 2), mine)
    assert world.staff[KEEPER].name in member
    assert "业主1" in member
    assert "业主3" not in member
    assert "您在这里没有登记" in read(client_of(world, 9), mine)
    assert Client().get(mine).status_code == 302
    for who in (None, 0, 2, 9, "grid_worker"):
        client = Client() if who is None else client_of(world, who)
        for address in (url(world, "chart"), url(world, "who") + f"?entrance={world.entrances[0].pk}"):
            page = read(client, address)
            assert not [name for name in ("业主1", "业主2", "业主3", "业主4") if f"{name}<" in page], (who, address)
    for who in ("grid_worker", 1):
        assert client_of(world, who).get(household).status_code == 403


def test_one_says_oneself_whether_one_is_named_and_nobody_says_it_for_another(world: World) -> None:
    whole(world)
    seat = ChartSeat.objects.get(person=world.owners[1])
    mine = url(world, "chart_mine")
    leader = client_of(world, 1)
    assert leader.post(mine, {"seat": seat.pk, "public": "1"}).status_code == 302
    assert "负责人：业主1" in read(client_of(world, 9), url(world, "chart"))
    assert client_of(world, 2).post(mine, {"seat": seat.pk, "public": "0"}).status_code == 403
    assert leader.post(mine, {"seat": "9" * 30, "public": "1"}).status_code == 302
    assert leader.post(mine, {"seat": seat.pk, "public": "0"}).status_code == 302
    assert "负责人：业主1" not in read(client_of(world, 9), url(world, "chart"))


def test_the_page_of_a_door_shows_the_way_up_with_what_is_vacant(world: World) -> None:
    _chart, units = whole(world)
    page = read(client_of(world, 9), url(world, "who") + f"?entrance={world.entrances[0].pk}")
    places = [page.index(f"<b>{unit.name}</b>") for unit in reversed(units)]
    assert places == sorted(places)
    assert f"现在由“{units[2].name}”代管" in page
    assert f"负责人：{world.staff[KEEPER].name}" in page
    other = read(client_of(world, 9), url(world, "who") + f"?entrance={world.entrances[1].pk}")
    assert units[3].name not in other
    # A unit that bears a name is called by its level, as long as whoever it names did not agree.
    services.change_unit(**at(world), chart_no=1, unit_no=units[3].no, name="业主4中心户", parent_no=units[2].no)
    for client in (Client(), client_of(world, 9)):
        assert "业主4" not in read(client, url(world, "who") + f"?entrance={world.entrances[0].pk}")
        assert "业主4" not in read(client, url(world, "chart"))


def test_a_unit_is_changed_covered_and_ended_after_a_look(world: World) -> None:
    chart, units = whole(world)
    keeper = client_of(world, KEEPER)
    group, household = units[2], units[3]
    change = url(world, "desk_unit_change", 1, group.no)
    assert keeper.post(change, {"name": "南区党小组", "parent": units[1].no}).status_code == 302
    assert "要挂在“小区党支部”下面" in keeper.post(change, {"name": "南区", "parent": units[0].no}).content.decode()
    cover = url(world, "desk_unit_cover", 1, household.no)
    assert "checked" in read(keeper, cover)
    assert keeper.post(cover, {"areas": [f"e{world.entrances[1].pk}"]}).status_code == 302
    assert "1栋2单元" in read(keeper, url(world, "desk_unit", 1, household.no))
    end = url(world, "desk_unit_end", 1, household.no)
    assert "要先移走" in read(keeper, end)
    assert "还有 3 名成员" in keeper.post(end).content.decode()
    for seat in ChartSeat.objects.filter(role="member"):
        keeper.post(url(world, "desk_seat", seat.pk), {"reason": "转走"})
    assert keeper.post(end).status_code == 302
    assert keeper.get(url(world, "desk_unit", 1, household.no)).status_code == 404
    rows = cells(keeper.get(url(world, "desk_chart_excel", 1)).content)
    assert [row[2] for row in rows[1:]] == [units[0].name, units[1].name, "南区党小组"]
    gone = url(world, "desk_chart_end", 1)
    assert "请写明为什么" in keeper.post(gone, {"reason": ""}).content.decode()
    assert keeper.post(gone, {"reason": "合并了"}).status_code == 302
    assert keeper.get(change).status_code in (404, 409)
    assert "不再使用" in read(keeper, url(world, "desk_chart", chart.no))
    assert "还没有公布组织架构" in read(Client(), url(world, "chart"))
    assert verify(world.estate.pk).faults == ()


def test_charts_are_kept_by_who_keeps_the_register_and_read_by_who_supervises(world: World) -> None:
    _chart, units = whole(world)
    reads = [url(world, "desk_chart", 1), url(world, "desk_chart_excel", 1), url(world, "desk_unit", 1, units[0].no)]
    seat = ChartSeat.objects.filter(role="member")[0]
    writes = [
        *(url(world, "desk_chart_new"), url(world, "desk_chart_end", 1), url(world, "desk_unit_new", 1)),
        *(url(world, f"desk_unit_{act}", 1, units[2].no) for act in ("change", "cover", "end", "leader", "members")),
        *(url(world, "desk_seat", seat.pk), url(world, "desk_chart_publish", 1)),
    ]
    for who, may in (("supervisor", 200), ("grid_worker", 403), (1, 403)):
        client = client_of(world, who)
        assert {client.get(address).status_code for address in [reverse("web:desk_charts"), *reads]} == {may}
        assert {client.get(address).status_code for address in writes} == {403}
        assert {client.post(address).status_code for address in writes} == {403}
    other = make_world(1, name="隔壁苑")
    assert {client_of(other, KEEPER).get(address).status_code for address in [*reads, *writes]} == {403}


def test_pages_ask_as_often_for_a_large_chart_as_for_a_small_one(world: World) -> None:
    chart, units = whole(world)
    led(world, units[3], 1)
    keeper, leader, anyone = client_of(world, KEEPER), client_of(world, 1), Client()
    pages = [
        (keeper, reverse("web:desk_charts")),
        (keeper, url(world, "desk_chart", 1)),
        (keeper, url(world, "desk_unit", 1, units[3].no)),
        (leader, url(world, "chart_mine")),
        (anyone, url(world, "chart")),
        (anyone, url(world, "who") + f"?entrance={world.entrances[0].pk}"),
    ]
    before = [asked(client, address) for client, address in pages]
    assert max(before) <= MOST
    for place in range(6):
        unit = services.add_unit(
            **at(world), chart_no=1, level=4, name=f"中心户{place}", parent_no=units[2].no,
            areas=[services.Area(building_id=world.buildings[0].pk)] if place == 0 else (),
        )  # fmt: skip
        led(world, unit, place, name_public=True)
        attached(world, unit, place + 5)
    attached(world, units[3], 0, 1)
    assert [asked(client, address) for client, address in pages] == before
    assert chart.no == 1
