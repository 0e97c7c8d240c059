"""Charts: levels are data, and a node hangs under the level above or nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.ground.organisations.charts import Hung, chart_faults, hanging_fault, level_faults, way_up

FIVE = ("社区党委", "小区党支部", "党小组", "党员中心户", "普通党员")
FOUR = ("社区党委", "网格党支部", "楼栋党小组", "党员中心户")


def test_each_of_67_members_at_the_fifth_level_has_a_way_up_of_exactly_five() -> None:
    chart = [Hung(1, 1, None), Hung(2, 2, 1), *(Hung(10 + n, 3, 2) for n in range(6))]
    chart += [Hung(100 + n, 4, 10 + n % 6) for n in range(20)]
    chart += [Hung(1000 + n, 5, 100 + n % 20) for n in range(67)]
    by_key = {node.key: node for node in chart}
    assert chart_faults(FIVE, chart) == []
    assert {len(way_up(1000 + n, by_key)) for n in range(67)} == {5}


def test_a_chart_of_four_levels_has_ways_of_four() -> None:
    chart = [Hung(level, level, level - 1 or None) for level in range(1, 5)]
    assert chart_faults(FOUR, chart) == []
    assert way_up(4, {node.key: node for node in chart}) == [4, 3, 2, 1]


def test_a_central_household_does_not_hang_under_the_committee_of_the_community() -> None:
    assert str(hanging_fault(FIVE, 4, 1)) == "“党员中心户”要挂在“党小组”下面，不能直接挂在“社区党委”下面。"
    assert str(hanging_fault(FIVE, 4, None)) == "“党员中心户”不能单独放着，要挂在一个“党小组”下面。"
    assert "不能再挂" in str(hanging_fault(FIVE, 1, 1))
    assert "没有这一级" in str(hanging_fault(FIVE, 6, 5))
    assert hanging_fault(FIVE, 4, 3) is None


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("甲", "乙"), "3 到 5 级"),
        (tuple("甲乙丙丁戊己"), "3 到 5 级"),
        (("甲", "乙", "甲"), "同一个名字"),
        (("甲", " ", "丙"), "名字"),
    ],
)
def test_levels_are_three_to_five_with_names_of_their_own(names: tuple[str, ...], said: str) -> None:
    assert said in " ".join(str(fault) for fault in level_faults(names))


def test_cycles_and_orphans_are_named() -> None:
    assert any("绕成了一圈" in str(fault) for fault in chart_faults(FIVE, [Hung(1, 2, 2), Hung(2, 3, 1)]))
    assert any("不在这套架构里" in str(fault) for fault in chart_faults(FIVE, [Hung(1, 2, 9)]))


@given(st.lists(st.tuples(st.integers(1, 6), st.one_of(st.none(), st.integers(0, 8))), max_size=9))
def test_a_chart_without_fault_has_ways_as_long_as_its_levels_are_deep(rows: list[tuple[int, int | None]]) -> None:
    chart = [Hung(key, level, parent) for key, (level, parent) in enumerate(rows)]
    by_key = {node.key: node for node in chart}
    if not chart_faults(FIVE, chart):
        assert all(len(way_up(node.key, by_key)) == node.level for node in chart)
