"""Charts by page and by call: from a draft to its end, with the refusal of a unit that would skip a level."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.twins import Call, Page, Side, Twins, assert_driven
from yishiting.ground.organisations.charting import services
from yishiting.ground.organisations.charting.tables import ChartSeat
from yishiting.reach.api import door
from yishiting.reach.api.tests import inventory

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
WORKER, GRID = "community_worker", "grid_worker"
LEVELS = ["社区党委", "小区党支部", "党小组", "党员中心户", "普通党员"]
CHART = "desk/{slug}/charts/1/"
UNITS = "desk/charts/1/units"


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> Twins:
    monkeypatch.setattr(door, "RATES", {})
    return Twins(monkeypatch)


def owner(place: int) -> Any:
    return lambda side: side.world.owners[place].pk


def seat(place: int) -> Any:
    """Return what finds the seat of an owner."""
    return lambda side: (
        ChartSeat.objects.filter(estate=side.world.estate, person=side.world.owners[place]).latest("pk").pk
    )


def unit(level: int, name: str, parent: int | None, *building: bool) -> tuple[Page, Call]:
    """Return how a unit is hung in, by page and by call; with the building where that is said."""

    def areas(s: Side):
        return [f"b{s.world.buildings[0].pk}"] if building else []

    def places(s: Side):
        return [{"building_id": s.world.buildings[0].pk}] if building else []

    said = {"level": level, "name": name}
    return (
        Page(CHART + "units/new/", {**said, "parent": parent or "", "areas": areas}),
        Call("POST", UNITS, {**said, "parent": parent, "areas": places}),
    )


def test_charts_by_page_and_by_call(twins: Twins) -> None:
    drafted = Page("desk/{slug}/charts/new/", {"name": "党组织架构", "levels": "\n".join(LEVELS), "people_last": "on"})
    call = Call("POST", "desk/charts", {"name": "党组织架构", "levels": LEVELS, "people_last": True})
    twins.refuse(GRID, drafted, call)
    twins.do(WORKER, drafted, call, kind="organisations.chart_drafted")
    twins.refuse(WORKER, drafted, call, says="已经有一版草稿")
    twins.do(WORKER, *unit(1, "滨江社区党委", None), kind="organisations.unit_added")
    # The refusal is the same sentence on the page and through the interface.
    twins.refuse(WORKER, *unit(4, "东区中心户", 1), says="“党员中心户”要挂在“党小组”下面，不能直接挂在“社区党委”下面。")
    for level, name, parent in ((2, "东区支部", 1), (3, "一组", 2), (4, "东区中心户", 3)):
        twins.do(WORKER, *unit(level, name, parent, level == 3), kind="organisations.unit_added")
    people(twins)
    publish = Page(CHART + "publish/"), Call("POST", "desk/charts/1/publication")
    twins.refuse(GRID, *publish)
    twins.do(WORKER, *publish, kind="organisations.chart_published")
    for who, page, asked in (
        (WORKER, CHART, "desk/charts/1"),
        (WORKER, CHART + "units/4/", f"{UNITS}/4"),
        (WORKER, "desk/posts/charts/", "desk/charts"),
        (0, "e/{slug}/chart/mine/", "chart/mine"),
        (5, "e/{slug}/chart/", "chart"),
    ):
        twins.read(who, Page(page), Call("GET", asked))
    changed(twins)
    twins.do(WORKER, Page(CHART + "end/", {"reason": "合并了"}), Call("POST", "desk/charts/1/end", {"reason": "合并了"}), kind="organisations.chart_ended")  # fmt: skip
    driven = {name for name in inventory.REACHED if name.partition(".")[2] in services.__all__}
    assert_driven(twins, driven)


def people(twins: Twins) -> None:
    """A leader with his term, members moved and ended, a name made public and hidden."""
    until, since = "2027-03-02", "2026-03-02"
    said = {"consent": "written", "name_public": True}
    page = Page(CHART + "units/4/leader/", {**said, "person": lambda s: s.world.owners[0].name, "since": since, "until": until})  # fmt: skip
    body = {**said, "person_id": owner(0), "since": f"{since}T00:00:00+08:00", "until": f"{until}T18:00:00+08:00"}
    call = Call("POST", f"{UNITS}/4/leader", body)
    twins.refuse(GRID, page, call)
    twins.do(WORKER, page, call, kind="organisations.leader_appointed")
    twins.refuse(WORKER, page, call, says="已经有负责人")

    def attach(no: int, *places: int, role: str = "member") -> tuple[Page, Call]:
        said = {"consent": "face", "role": role}

        def lines(s: Side):
            return "\n".join(s.world.owners[place].name for place in places)

        def ids(s: Side):
            return [s.world.owners[place].pk for place in places]

        return (
            Page(CHART + f"units/{no}/members/", {**said, "lines": lines, "sure": "1"}),
            Call("POST", f"{UNITS}/{no}/members", {**said, "person_ids": ids}),
        )

    twins.do(WORKER, *attach(4, 1, 2), kind="organisations.members_attached")
    twins.refuse(WORKER, *attach(4, 1, 2), says="已经在这里")
    twins.do(WORKER, *attach(2, 3, role="colleague"), kind="organisations.members_attached")
    twins.keep("seat", seat(0))
    for who, public in ((WORKER, False), (0, True)):
        form = {"public": "1" if public else "0", "seat": seat(0)}
        page = Page("desk/{slug}/charts/seats/{seat}/" if who == WORKER else "e/{slug}/chart/mine/", form)
        twins.do(who, page, Call("POST", "chart/seats/{seat}/naming", {"public": public}), kind="organisations.naming_set")  # fmt: skip


def changed(twins: Twins) -> None:
    """A unit that is renamed, answers for other places, and is ended once nobody is left in it."""
    named = {"name": "北区中心户", "parent": 3}
    twins.do(WORKER, Page(CHART + "units/4/change/", named), Call("PUT", f"{UNITS}/4", named), kind="organisations.unit_changed")  # fmt: skip
    areas: tuple[Any, Any] = (
        lambda s: [f"e{s.world.entrances[0].pk}", "estate"],
        lambda s: [{"entrance_id": s.world.entrances[0].pk}, {}],
    )
    cover = Page(CHART + "units/4/cover/", {"areas": areas[0]}), Call("PUT", f"{UNITS}/4/areas", {"areas": areas[1]})
    twins.do(WORKER, *cover, kind="organisations.unit_covers")
    end = Page(CHART + "units/4/end/"), Call("POST", f"{UNITS}/4/end")
    twins.refuse(WORKER, *end, says="还有 2 名成员")
    for place in (1, 2):
        twins.keep("seat", seat(place))
        page, call = Page("desk/{slug}/charts/seats/{seat}/", {"reason": "转走"}), Call("POST", "desk/seats/{seat}/end", {"reason": "转走"})  # fmt: skip
        twins.refuse(GRID, page, call)
        twins.do(WORKER, page, call, kind="organisations.seat_ended")
    twins.do(WORKER, *end, kind="organisations.unit_ended")
