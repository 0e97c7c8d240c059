"""A second import: what it would change, and what it may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from yishiting.ground.people.roster import HomeKey, Kind, KnownHome, Roster, difference, home_key, parse, read_workbook
from yishiting.ground.people.roster.tests.sheets import roster

BINHE = Path(__file__).parent / "data" / "滨河佳苑-业主名册.xlsx"
ROWS = (
    ("南楼", "1单元", "101", 80, "张三", "13900000001"),
    ("南楼", "1单元", "102", 90, "李四", None),
    ("北楼", "2单元", "101", 90, "王五", "13900000002"),
)


def known(read: Roster) -> dict[HomeKey, KnownHome]:
    """The homes as tables would hold them."""
    return {
        home_key(building=home.building, entrance=home.entrance, room=home.room): KnownHome(
            building=home.building,
            entrance=home.entrance,
            room=home.room,
            area=home.area,
            owners=home.owners,
            phones=home.phones,
            kind=home.kind,
            residents=home.residents,
        )
        for home in read.homes
    }


def test_the_first_import_adds_every_home_and_refuses_none() -> None:
    read = roster(*ROWS)
    what = difference({}, read)
    assert (what.first, len(what.added), what.refused, what.roster) == (True, 3, (), read)
    assert (what.new_buildings, len(what.new_entrances)) == (("南楼", "北楼"), 2)


def test_the_same_roster_again_changes_nothing() -> None:
    read = parse(read_workbook(BINHE.read_bytes(), BINHE.name), "滨河佳苑")
    what = difference(known(read), read)
    assert what.nothing
    assert set(what.counts().values()) == {0}
    assert what.lines() == ()


def test_a_row_that_names_a_seventh_entrance_is_refused_with_its_line_and_the_totals_stay() -> None:
    before = parse(read_workbook(BINHE.read_bytes(), BINHE.name), "滨河佳苑")
    extra = replace(before.homes[-1], row=286, entrance="4单元", key=HomeKey("北", "4", "101"), room="101", residents=9)
    what = difference(known(before), replace(before, homes=(*before.homes, extra)))
    assert [(each.row, each.code, each.level) for each in what.refused] == [(286, "entrance_new", "error")]
    assert "北楼原来没有4单元" in str(what.refused[0].message)
    summary = what.roster.summary()
    assert [summary[name] for name in ("buildings", "entrances", "homes", "residents")] == [2, 6, 282, 740]
    assert what.added == ()
    assert what.new_entrances == (("北楼", "4单元"),)


def test_a_new_building_is_refused_unless_it_is_allowed() -> None:
    before = known(roster(*ROWS))
    after = roster(*ROWS, ("32栋", "1单元", "101", 70, "赵六", None))
    refused = difference(before, after)
    allowed = difference(before, after, allow_new=True)
    assert [(each.row, each.code, each.value) for each in refused.refused] == [(5, "building_new", "32栋")]
    assert len(refused.roster.homes) == 3
    assert ([home.building for home in allowed.added], allowed.refused) == (["32栋"], ())
    assert len(allowed.roster.homes) == 4


PLACED = [
    (("楼栋", "单元", "房号", "建筑面积", "业主"), ("32栋", "1单元", "101", 70, "赵六"), ("楼栋", "32栋")),
    (("楼栋", "单元", "房号", "建筑面积", "业主"), ("南楼", "7单元", "101", 70, "赵六"), ("单元", "7单元")),
    (("单元", "房号", "楼栋", "建筑面积", "业主"), ("7单元", "101", "南楼", 70, "赵六"), ("单元", "7单元")),
    (("房屋坐落", "建筑面积", "业主"), ("南楼7单元101", 70, "赵六"), ("房屋坐落", "南楼7单元101")),
    (("房屋坐落", "建筑面积", "业主"), ("32栋1单元101", 70, "赵六"), ("房屋坐落", "32栋1单元101")),
    (("楼栋单元", "房号", "建筑面积", "业主"), ("南楼7单元", "101", 70, "赵六"), ("楼栋单元", "南楼7单元")),
    (("楼栋", "房号", "建筑面积", "业主"), ("南楼", "7单元101", 70, "赵六"), ("房号", "7单元101")),
]


@pytest.mark.parametrize(("headings", "row", "cell"), PLACED)
def test_a_new_building_or_entrance_is_refused_at_the_cell_that_names_it(
    headings: Sequence[str], row: Sequence[object], cell: tuple[str, str]
) -> None:
    what = difference(known(roster(*ROWS)), roster(row, headings=headings))
    assert [(each.column, each.value) for each in what.refused] == [cell]


def test_homes_that_come_go_and_change_are_told_apart() -> None:
    before = known(roster(*ROWS))
    after = roster(
        ("南", "1", "0101室", "80.50", "张三", "13900000001"),
        ("北楼", "2单元", "101", 90, "赵六", "13900000009"),
        ("北楼", "2单元", "102", 60, "孙七", None),
    )
    what = difference(before, after)
    assert [home.room for home in what.added] == ["102"]
    assert [(home.building, home.room) for home in what.missing] == [("南楼", "102")]
    assert [change.fields for change in what.changed] == [("area",), ("owners", "phones")]
    assert what.counts()["changed_owners"] == 1
    lines = [str(line) for line in what.lines()]
    assert lines == [
        "北楼2单元102：新增",
        "南楼1单元102：名册里没有了，记录仍然保留",
        "南楼1单元101：面积由 80.00 平方米 改为 80.50 平方米",
        "北楼2单元101：业主由 王五 改为 赵六",
        "北楼2单元101：电话有变",
    ]


def test_a_file_without_phones_or_residents_takes_none_away() -> None:
    before = {key: replace(home, residents=2) for key, home in known(roster(*ROWS)).items()}
    after = roster(*(row[:5] for row in ROWS), headings=("楼栋", "单元", "房号", "面积", "业主"))
    assert difference(before, after).nothing


def test_a_home_that_is_sold_and_a_figure_that_was_blank_are_changes() -> None:
    key = home_key(building="南楼", entrance="1单元", room="101")
    before = {key: KnownHome("南楼", "1单元", "101", kind=Kind.UNSOLD)}
    what = difference(before, roster(ROWS[0]))
    assert what.changed[0].fields == ("area", "owners", "phones", "kind")
    assert str(what.changed[0].lines()[0]).endswith("面积由 空白 改为 80.00 平方米")
    assert str(what.changed[0].lines()[-1]).endswith("由 未售 改为 已售")
    assert what.roster.area == Decimal(80)


def test_other_tenants_are_a_change_that_names_nobody_and_a_row_without_tenants_takes_none_away() -> None:
    headings = ("楼栋", "单元", "房号", "面积", "业主", "租户姓名", "租户电话")
    let = ("南", "1", "101", 80, "张三", "钱一", "13900000021")
    before = {
        key: replace(home, tenants=("钱一",), tenant_phones=("13900000021",))
        for key, home in known(roster(*ROWS)).items()
    }

    def lines(*row: object) -> list[str]:
        return [
            str(line)
            for change in difference(before, roster(row, headings=headings)).changed
            for line in change.lines()
        ]

    assert lines(*let) == []
    assert lines(*let[:5], "钱一", None) == []
    assert lines(*let[:5], None, None) == []
    assert lines(*let[:5], "钱二", "13900000021") == ["南楼1单元101：租客有变"]
    assert lines(*let[:5], "钱一", "13900000022") == ["南楼1单元101：租客有变"]
