"""Words in lists of matters: looked up in the index of pairs where it finds few, and held against what the reader may read."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.world import World, make_world
from yishiting.council.matters import selectors, services
from yishiting.council.matters.tests.making import STAFF, accepted, own_playbook, prepared, reported
from yishiting.ground.desks import search
from yishiting.ground.organisations.actors import NOBODY, SYSTEM

pytestmark = pytest.mark.django_db


def public(world: World, words: str) -> list[int]:
    return [each.no for each in selectors.listed(NOBODY, world.estate, selectors.Filter(search=words, sort="old"))]


def desk(world: World, words: str, who: str = STAFF, **more: int) -> list[int]:
    wanted = selectors.DeskFilter(search=words, state="", sort="new", **more)
    return sorted(each.no for each in selectors.desk_list(world.actor(who), wanted, now=world.now))


@pytest.mark.parametrize("few", [500, 0], ids=["by the index", "line by line"])
def test_the_same_is_found_by_the_index_and_line_by_line(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW", few)
    world = prepared()
    other = make_world(2, name="隔壁苑")
    reported(other, title="水管又漏了")
    version = own_playbook(world)
    first = reported(world, 0, title="水管漏了", spot="3 号门旁", building=world.buildings[0]).matter
    second = reported(world, 1, title="张某家漏水", category="漏水渗水", entrance=world.entrances[1]).matter
    third = reported(world, 2, title="ＬＥＤ灯坏了").matter
    accepted(world, first, version)
    services.triage_accept(
        actor=world.actor(STAFF), matter_id=second.pk, playbook_id=version.pk, reason="属实", title="2 单元漏水",
        now=world.now,
    )  # fmt: skip
    for words, found in (
        ("漏水", [second.no]),
        ("水管 漏了", [first.no]),
        ("管", [first.no]),
        (f"{world.buildings[0].label} 漏", [first.no, second.no]),
        ("第 2 件", [second.no]),
        ("3 号门", [first.no]),
        ("张某", []),
        ("灯坏", []),
        ("没有的词", []),
        ("！？", []),
        ("％_", []),
    ):
        assert public(world, words) == found, words
    hits, more = search.search(world.actor(STAFF), " 第 2 件 ")
    assert ([(hit.kind, hit.no) for hit in hits], more) == ([("matter", second.no)], False)
    assert desk(world, "张某") == [second.no]
    assert desk(world, "灯坏了") == [third.no]
    assert desk(world, "灯坏了", estate_id=world.estate.pk) == [third.no]
    assert desk(world, "灯坏了", estate_id=other.estate.pk) == []
    assert desk(world, "水管", "building_head") == [first.no]
    everything = selectors.desk_list(SYSTEM, selectors.DeskFilter(search="水管"), now=world.now)
    assert len(everything) == 2


def test_few_lines_are_compared_where_few_hold_the_words() -> None:
    world = prepared()
    rare = reported(world, 0, title="外墙渗水").matter
    for who in range(1, 6):
        reported(world, who, title="楼道照明")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert desk(world, "外墙") == [rare.no]
    assert f"IN ({rare.pk})" in next(each["sql"] for each in asked if 'FROM "matters_matter"' in each["sql"])
