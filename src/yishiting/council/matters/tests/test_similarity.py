"""Pairs that are one thing are suggested, pairs that are two are not; those that nobody can tell by this are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.matters.similarity import Said, bigrams, likely, likeness, resemblance

DAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
PARKING, PILES, REPAIR, LEAK, NOISE, DOGS, CLEAN, SAFETY, PROPERTY = (
    *("停车充电", "楼道堆物", "设施维修", "漏水渗水", "噪音扰民"),
    *("养犬", "环境卫生", "公共安全", "物业服务"),
)


def said(text: str, category: str, place: str = "", days: int = 0) -> Said:
    """``place``: a building and an entrance as ``1-2``, a building alone as ``1``, or a zone's name."""
    building, _, entrance = place.partition("-")
    known = building.isdecimal()
    return Said(
        text,
        category,
        DAY + timedelta(days=days),
        building=int(building) if known else None,
        entrance=int(building) * 100 + int(entrance) if known and entrance else None,
        zone="" if known else place,
    )


ONE = [
    (said("电动车堵住楼门", PARKING, "1-2"), said("楼门口电动车太多", PARKING, "1-2", 3)),
    (said("电动车堵住楼门", PARKING, "1-2"), said("电瓶车把单元门堵了", PARKING, "1-2", 9)),
    (said("楼道的灯不亮", REPAIR, "2-3"), said("3 楼楼道灯坏了", REPAIR, "2-3", 2)),
    (said("楼道堆满纸箱", PILES, "3-1"), said("楼道里纸箱堵路", PILES, "3", 5)),
    (said("楼道堆满纸箱", PILES, "3-1"), said("楼道里堆着纸箱怕着火", SAFETY, "3-1", 5)),
    (said("地下车库漏水", LEAK), said("车库顶渗水", LEAK, "", 1)),
    (said("广场舞声音太大", NOISE), said("晚上广场舞吵得睡不着", NOISE, "", 20)),
    (said("垃圾桶满了没人收", CLEAN, "5"), said("垃圾桶好几天没人收", CLEAN, "5-1", 1)),
    (said("飞线充电", PARKING, "南门"), said("南门有人飞线充电", SAFETY, "南门", 4)),
    (said("大狗不拴绳", DOGS), said("有人遛大狗不拴绳子", DOGS, "", 40)),
    (said("门禁坏了", REPAIR, "4-1"), said("单元门关不上", REPAIR, "4-1", 1)),
    (said("电梯总是停", REPAIR, "6-1"), said("电梯又停了，困了人", SAFETY, "6-1", 2)),
]
TWO = [
    (said("电动车堵住楼门", PARKING, "1-2"), said("电动车堵住楼门", DOGS, "7-1", 90)),
    (said("楼道的灯不亮", REPAIR, "2-3"), said("水泵房异响", NOISE, "2-3", 2)),
    (said("屋顶漏水", LEAK, "8"), said("厨房下水反味", LEAK, "9", 2)),
    (said("广场舞声音太大", NOISE), said("装修电钻声", NOISE, "3-1", 1)),
    (said("大狗不拴绳", DOGS), said("狗叫一夜", DOGS, "2-1", 3)),
    (said("垃圾桶满了没人收", CLEAN, "5"), said("电梯间有烟头", CLEAN, "6", 1)),
    (said("物业费怎么算", PROPERTY), said("保安态度不好", PROPERTY, "", 2)),
    (said("车位被占", PARKING, "南门"), said("充电桩不够", PARKING, "北门", 2)),
    (said("健身器材坏了", REPAIR), said("门禁卡刷不开", REPAIR, "1-1", 1)),
    (said("消防栓没有水", SAFETY, "1-1"), said("楼道堆满纸箱", PILES, "1-1", 1)),
]
#: What letters, place and time cannot tell: a person decides, as always.
TAKEN_FOR_ONE = (said("楼道灯不亮", REPAIR, "2-3"), said("楼门锁坏了", REPAIR, "2-3", 1))
TAKEN_FOR_TWO = (said("老人出不了门", SAFETY), said("电动车堵住楼门", PARKING, "1-2", 1))


@pytest.mark.parametrize(("first", "second"), ONE, ids=lambda each: each.text)
def test_what_is_one_thing_is_suggested_from_either_side(first: Said, second: Said) -> None:
    assert likely(first, second)
    assert likely(second, first)


@pytest.mark.parametrize(("first", "second"), TWO, ids=lambda each: each.text)
def test_what_is_two_things_is_not(first: Said, second: Said) -> None:
    assert not likely(first, second)
    assert not likely(second, first)


def test_two_things_at_one_spot_are_two_and_one_thing_there_weighs_more() -> None:
    def at(text: str, spot: str) -> Said:
        return replace(said(text, REPAIR), spot=spot)

    assert not likely(at("楼道的灯不亮", "楼门口"), at("地面砖松了", "楼门口"))
    there = [resemblance(at("地面砖松了", "楼门口"), at("砖松动", spot)) for spot in ("东侧楼门口", "车库")]
    assert there[0] > there[1]


def test_some_pairs_overlap_which_is_why_nothing_is_merged_by_itself() -> None:
    assert likely(*TAKEN_FOR_ONE)
    assert not likely(*TAKEN_FOR_TWO)
    assert min(resemblance(*pair) for pair in ONE) < resemblance(*TAKEN_FOR_ONE) + Fraction(1, 10)


def test_the_same_words_in_another_building_weigh_less_than_in_the_same_entrance() -> None:
    here = said("电动车堵住楼门", PARKING, "1-2")
    places = ("1-2", "1", "1-3", "", "2-1")
    scores = [resemblance(here, said("电动车堵住楼门", PARKING, place)) for place in places]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[1] > scores[2] > scores[4]


def test_what_was_said_lately_weighs_more_than_what_was_said_long_ago() -> None:
    now = said("车库漏水", LEAK)
    scores = [resemblance(now, said("车库漏水", LEAK, "", -days)) for days in (1, 14, 30, 61, 400)]
    assert scores[0] == scores[1] > scores[2] > scores[3] == scores[4]


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_between_none_and_whole_and_the_same_from_either_side(first: str, second: str) -> None:
    assert 0 <= likeness(first, second) == likeness(second, first) <= 1
    if bigrams(first):
        assert likeness(first, first) == 1
