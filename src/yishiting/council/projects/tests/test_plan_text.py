"""Plans as people type them, and what a resolution already says."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.projects.plan_text import (
    MOST_EACH,
    MOST_PHASES,
    Guess,
    PhasePlan,
    chinese,
    guess,
    number_in,
    parse_phases,
)
from yishiting.kernel.errors import BadInput


@pytest.mark.parametrize(
    "text",
    [
        "14➕13➕13",
        "14﹢13⁺13",
        "14+13+13",
        " 14 + 13 ＋ 13 ",
        "14、13、13",
        "１４+１３+１３",
        "14，13，13",
        "14\n13\n13",
    ],
)
def test_figures_alone_are_phases_called_by_their_number(text: str) -> None:
    assert parse_phases(text) == (PhasePlan("第一期", 14), PhasePlan("第二期", 13), PhasePlan("第三期", 13))


@pytest.mark.parametrize(
    ("line", "plan"),
    [
        ("南楼西侧 14", PhasePlan("南楼西侧", 14)),
        ("南楼西侧：14个", PhasePlan("南楼西侧", 14)),
        ("14 个 南楼西侧", PhasePlan("南楼西侧", 14)),
        ("3 号楼西侧 14 个", PhasePlan("3 号楼西侧", 14)),
        ("南楼西侧 14 2026-05-01", PhasePlan("南楼西侧", 14, date(2026, 5, 1))),
        ("南楼西侧，14，2026年5月1日", PhasePlan("南楼西侧", 14, date(2026, 5, 1))),
        ("南楼西侧-14", PhasePlan("南楼西侧", 14)),
        ("南楼西侧 - 14", PhasePlan("南楼西侧", 14)),
        ("3-4号楼 14", PhasePlan("3-4号楼", 14)),
        ("A+B区 14", PhasePlan("A+B区", 14)),
        ("7kW桩 14 个", PhasePlan("7kW桩", 14)),
        ("14", PhasePlan("第一期", 14)),
        ("14 2026-05-01", PhasePlan("第一期", 14, date(2026, 5, 1))),
        ("2026/5/1 南楼西侧 14", PhasePlan("南楼西侧", 14, date(2026, 5, 1))),
    ],
)
def test_a_line_holds_a_name_a_number_and_perhaps_a_day(line: str, plan: PhasePlan) -> None:
    assert parse_phases(f"\n{line}\n\n") == (plan,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("南楼西侧 14\n北楼东侧", "第 2 行没有写数量"),
        ("南楼 14 2026-13-40", "第 1 行的日期不对"),
        ("+".join(["1"] * (MOST_PHASES + 1)), f"最多分 {MOST_PHASES} 期"),
        (f"{MOST_EACH + 1}", "多打了数字"),
    ],
)
def test_what_cannot_be_read_is_said_by_its_line(text: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_phases(text)

    assert words in str(refused.value.fields["phases"])


@pytest.mark.parametrize(
    "text",
    [
        "2+-1", "2＋－1", "2+−1", "2--1", "-1", "南楼 -1", "南楼--1", "14+", "+14", "14++13", "14、、13", "14+13+", "14+ +13",
        "1e3", "1E3+2", "南楼 1e3", "1.5", "南楼 1.5", "1.5+2", "½", "南楼 ½", "3/4", "14/13", "14*2", "14×2", "14=14", "14%",
        "南楼 14%", "南楼 1,200", "14+13 南楼", "南楼 14+13", "南楼 2加1", "南楼 14 5月1日", "14 2026-05", "南楼 14 2026-05",
        "南楼第2期", "3号楼", "南楼 14 2026-05-01 2026-06-01", "14 13", "14 个 3号楼", "2万", "南楼 2万", "A14", "14m", "0x10", "_14",
        "$14", "14+13\n南楼 5", "+", "14\n-13", "(14)+(13)",
    ],
)  # fmt: skip
def test_what_might_mean_something_else_is_refused_and_told_how_to_write_it(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_phases(text)

    assert "请写成" in str(refused.value.fields["phases"])


@pytest.mark.parametrize("text", ["0", "14+0", "14+00", "南楼 0", "14\n0 个"])
def test_a_phase_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_phases(text)

    assert "每期至少是 1" in str(refused.value.fields["phases"])


@pytest.mark.parametrize("text", ["9" * 5000, f"南楼 {'9' * 5000}", f"1+{'9' * 5000}", str(MOST_EACH + 1)])
def test_a_long_row_of_figures_is_too_many_and_breaks_nothing(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_phases(text)

    assert "多打了数字" in str(refused.value.fields["phases"])
    assert guess(f"加装{text}个充电桩").total <= MOST_EACH


def test_phases_that_come_later_are_called_by_their_own_number() -> None:
    assert [plan.title for plan in parse_phases("5+3", first=3)] == ["第三期", "第四期"]


def test_nothing_typed_is_no_phase() -> None:
    assert parse_phases(" \n ") == ()


@given(st.lists(st.integers(1, MOST_EACH), min_size=1, max_size=MOST_PHASES))
def test_figures_come_back_as_they_were_typed(numbers: list[int]) -> None:
    assert [plan.planned for plan in parse_phases("+".join(map(str, numbers)))] == numbers


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused_and_never_breaks(text: str) -> None:
    plans: tuple[PhasePlan, ...] = ()
    fields: set[str] = {"phases"}
    try:
        plans = parse_phases(text)
    except BadInput as refusal:
        fields = set(refusal.fields)

    assert fields == {"phases"}
    assert all(plan.title and 1 <= plan.planned <= MOST_EACH for plan in plans)


@given(st.integers(1, 99))
def test_chinese_numerals_are_read_as_they_are_written(number: int) -> None:
    assert number_in(chinese(number)) == number
    assert number_in(str(number)) == number


@pytest.mark.parametrize(("text", "number"), [("两", 2), ("十", 10), ("二十", 20), ("一百", 0), ("", 0), ("三三", 0)])
def test_numerals_that_are_no_number_under_a_hundred_are_none(text: str, number: int) -> None:
    assert number_in(text) == number


def test_a_resolution_says_its_total_and_its_phases() -> None:
    found = guess("引入社会资本，分三期加装40个充电桩")

    assert found == Guess(total=40, unit="个", phases=3)
    assert found.split == "14+13+13"
    assert [plan.planned for plan in parse_phases(found.split)] == [14, 13, 13]


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("装40个桩", "40"),
        ("分三期装桩", ""),
        ("装40个桩，拆12个旧桩，分2期", ""),
        ("把路修好", ""),
        ("分三期装 2 个", "2"),
        ("分成12批种120棵树", "+".join(["10"] * 12)),
    ],
)
def test_what_a_resolution_does_not_say_is_left_open(text: str, split: str) -> None:
    assert guess(text).split == split
