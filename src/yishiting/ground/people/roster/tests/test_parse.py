"""Rows to homes: what is taken, what is refused, and what is left to settle."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from yishiting.ground.people.roster import Kind, parse, read_workbook
from yishiting.ground.people.roster.problems import CODES
from yishiting.ground.people.roster.tests.sheets import HEADINGS, codes, csv, roster, xlsx
from yishiting.kernel.errors import BadInput

PLACE = ("房屋坐落", "建筑面积", "业主姓名", "联系电话")


def test_labels_written_in_different_ways_are_one_building_and_one_entrance() -> None:
    read = roster(
        ("3栋", "1单元", "101", 80, "张三", None),
        (" 3 ", 1, "102室", 80, "李四", None),
        ("３栋", "一单元", 201, 80, "王五", None),
        ("3幢", "1", "202", 80, "赵六", None),
    )
    assert [(each.label, each.entrances) for each in read.buildings] == [("3栋", ("1单元",))]
    assert [home.room for home in read.homes] == ["101", "102", "201", "202"]
    assert codes(read) == []


def test_a_bare_number_is_called_what_its_heading_says() -> None:
    read = roster((5, 2, 301, 80, "张三", None), headings=("楼号", "梯", "室号", "面积", "业主", "电话"))
    assert [(home.building, home.entrance) for home in read.homes] == [("5号楼", "2梯")]


def test_a_home_without_an_entrance_stands_in_its_buildings_one_entrance() -> None:
    read = roster(("12栋301", 80, "张三", None), ("12栋302", 80, "李四", None), headings=PLACE)
    assert read.buildings[0].entrances == ("",)
    assert read.summary()["entrances"] == 1


def test_a_numbered_room_without_the_entrance_that_its_neighbours_name_is_refused() -> None:
    read = roster(
        ("12栋1单元301", 80, "张三", None),
        ("12栋2单元301", 80, "李四", None),
        ("12栋301", 80, "王五", None),
        ("12栋商铺03", 80, "赵六", None),
        headings=PLACE,
    )
    assert codes(read) == [(4, "entrance_missing", "error")]
    assert [home.row for home in read.homes] == [2, 3, 5]


def test_a_floor_of_its_own_is_joined_to_a_short_room_number() -> None:
    read = roster(
        ("1栋", "1单元", "3层", "01", 80, "张三"),
        ("1栋", "1单元", 3, 2, 80, "李四"),
        ("1栋", "1单元", 12, "1201", 80, "王五"),
        headings=("楼栋", "单元", "楼层", "房号", "面积", "业主"),
    )
    assert [home.room for home in read.homes] == ["301", "302", "1201"]


def test_phases_keep_buildings_of_the_same_number_apart() -> None:
    read = roster(
        ("一期", "3栋", "101", 80, "张三"),
        ("二期", "3栋", "101", 80, "李四"),
        headings=("分期", "楼栋", "房号", "面积", "业主"),
    )
    assert [each.label for each in read.buildings] == ["一期3栋", "二期3栋"]
    assert codes(read) == []


def test_building_and_entrance_may_share_a_column() -> None:
    read = roster(
        ("1栋1单元", 101, 80, "张三"),
        ("1-2", 101, 80, "李四"),
        headings=("楼栋单元", "房号", "面积", "业主"),
    )
    assert [home.key for home in read.homes] == [("1", "1", "101"), ("1", "2", "101")]


def test_a_place_may_stand_in_the_room_column_or_be_split_over_place_and_room() -> None:
    one = roster(("3-2-301", 80, "张三"), headings=("房号", "面积", "业主"))
    two = roster(("莱茵小镇3栋2单元", "301", 80, "张三"), headings=("坐落", "房号", "面积", "业主"))
    assert one.homes[0].key == two.homes[0].key == ("3", "2", "301")


def test_merged_buildings_and_entrances_hold_for_all_their_rows() -> None:
    rows = [
        HEADINGS,
        ("3栋", "1单元", "101", 80, "张三", None),
        (None, None, "102", 80, "李四", None),
        (None, "2单元", "101", 80, "王五", None),
    ]
    read = parse(read_workbook(xlsx(("名册", rows), merges=["A2:A4", "B2:B3"]), "a.xlsx"), "莱茵小镇")
    assert [home.key for home in read.homes] == [("3", "1", "101"), ("3", "1", "102"), ("3", "2", "101")]
    assert codes(read) == []


def test_rows_under_a_merged_room_are_further_owners_of_the_same_home() -> None:
    rows = [
        HEADINGS,
        ("3栋", "1单元", "101", 80, "张三", "13900000001"),
        (None, None, None, None, "李四", "13900000002"),
        ("3栋", "1单元", "102", 90, "王五", None),
    ]
    merges = ["A2:A3", "B2:B3", "C2:C3", "D2:D3"]
    read = parse(read_workbook(xlsx(("名册", rows), merges=merges), "a.xlsx"), "莱茵小镇")
    assert [(home.owners, home.phones, home.area) for home in read.homes] == [
        (("张三", "李四"), ("13900000001", "13900000002"), 80),
        (("王五",), (), 90),
    ]
    assert codes(read) == []


def test_a_building_written_once_for_its_group_is_carried_down() -> None:
    read = roster(
        ("3栋", "1单元", "101", 80, "张三", None),
        (None, None, "102", 80, "李四", None),
        (None, "2单元", "101", 80, "王五", None),
        (None, None, "102", 80, "赵六", None),
        (None, None, "201", 80, "孙七", None),
        ("5栋", "1单元", "101", 80, "周八", None),
        (None, None, "102", 80, "吴九", None),
    )
    assert [home.key[:2] for home in read.homes] == [("3", "1")] * 2 + [("3", "2")] * 3 + [("5", "1")] * 2


def test_a_building_left_blank_in_one_row_is_an_error_there() -> None:
    read = roster(
        ("3栋", "1单元", "101", 80, "张三", None),
        (None, "1单元", "102", 80, "李四", None),
        ("3栋", "1单元", "201", 80, "王五", None),
    )
    assert codes(read) == [(3, "building_missing", "error")]
    assert read.problems[0].column == "楼栋"


@pytest.mark.parametrize("name", ["x", "A", "123", "3栋"])
def test_a_sheets_name_is_no_building_where_its_rows_name_others(name: str) -> None:
    named = [("1栋", "1单元", f"10{n}", 80, f"业主{n}", None) for n in range(1, 5)]

    read = parse(
        read_workbook(xlsx((name, [HEADINGS, *named, (None, "1单元", "301", 80, "褚三", None)])), "x.xlsx"), "苑"
    )

    assert codes(read) == [(6, "building_missing", "error")]
    assert [building.label for building in read.buildings] == ["1栋"]


def test_one_sheet_for_each_building_gives_the_building_by_its_name() -> None:
    headings = ("单元", "房号", "面积", "业主")
    data = xlsx(
        ("封面", [("莱茵小镇业主名册",)]),
        ("南楼", [("南楼业主名册",), headings, ("1单元", 101, 80, "张三"), ("合计", "1户", 80, None)]),
        ("3栋", [headings, ("1单元", 101, 90, "李四"), ("1单元", None, 90, "王五")]),
        ("Sheet3", []),
    )
    read = parse(read_workbook(data, "a.xlsx"), "莱茵小镇")
    assert [(home.sheet, home.building, home.row) for home in read.homes] == [("南楼", "南楼", 3), ("3栋", "3栋", 2)]
    assert codes(read) == [(3, "room_missing", "error")]
    assert "工作表“3栋”" in str(read.problems[0].message)


def test_a_line_between_homes_names_the_building_of_those_under_it() -> None:
    read = roster(
        ("1栋", None, None, None),
        ("1单元", 101, 80, "张三"),
        ("2栋", None, None, None),
        ("1单元", 101, 80, "李四"),
        headings=("单元", "房号", "面积", "业主"),
    )
    assert [home.key for home in read.homes] == [("1", "1", "101"), ("2", "1", "101")]


def test_a_hidden_sheet_and_a_sheet_without_headings_are_named() -> None:
    rows = [HEADINGS, ("3栋", "1单元", "101", 80, "张三", None)]
    bare = [("1单元", 101, 80, "张三"), ("1单元", 102, 80, "李四")]
    data = xlsx(("名册", rows), ("旧名册", rows), ("5栋", bare), hidden=["旧名册"])
    read = parse(read_workbook(data, "a.xlsx"), "莱茵小镇")
    assert len(read.homes) == 1
    assert [(each.code, each.value) for each in read.problems] == [("sheet_hidden", "旧名册"), ("sheet_skipped", "5栋")]


def test_blank_rows_and_asides_are_passed_over_and_rows_keep_their_numbers() -> None:
    read = roster(
        ("3栋", "1单元", "101", 80, "张三", None),
        (None,) * 6,
        ("", "  ", "\u00a0", None, "\u200b", None),
        ("3栋", "1单元", "102", 80, "李四", None),
        ("注：以上面积以产权证为准", None, None, None, None, None),
        ("制表人：某某", None, None, None, "审核：某某", None),
    )
    assert [home.row for home in read.homes] == [2, 5]
    assert codes(read) == []


def test_totals_that_agree_say_nothing_and_those_that_differ_are_named() -> None:
    headings = (*HEADINGS, "居住人数")
    read = roster(
        ("3栋", "1单元", "101", 80, "张三", None, 2),
        ("3栋", "1单元", "102", "80.5", "李四", None, 3),
        ("小计", None, "2户", "160.50", None, None, 5),
        ("5栋", "1单元", "101", 80, "王五", None, 1),
        ("小计", None, 1, 80, None, None, 1),
        ("合 计", None, "4户", "240.50㎡", None, None, 6),
        headings=headings,
    )
    assert len(read.homes) == 3
    problem = read.problems[0]
    assert codes(read) == [(7, "total_mismatch", "warning")]
    assert (problem.column, problem.value) == ("房号", "4户")
    assert "4 户" in str(problem.message)
    assert "3 户" in str(problem.message)


def test_a_total_may_stand_under_the_owners() -> None:
    read = roster(("1栋101", 80, "张三", None), (None, None, "合计：2户", None), headings=PLACE)
    assert codes(read) == [(3, "total_mismatch", "warning")]


def test_a_home_written_twice_is_taken_once_and_the_first_row_is_named() -> None:
    read = roster(
        ("3栋", "1单元", "101", 80, "张三", "13900000001"),
        ("3", "1", "101室", 80, "张三", "13900000001"),
        ("3栋", "一单元", "0101", 85, "李四", "13900000002"),
    )
    assert codes(read) == [(3, "duplicate_row", "error"), (4, "duplicate_row", "error")]
    assert all("第 2 行" in str(each.message) for each in read.problems)
    assert read.homes[0].owners == ("张三",)
    assert read.area == Decimal(80)


def test_a_row_for_the_owner_and_a_row_for_the_tenant_are_one_home_in_either_order() -> None:
    headings = (*PLACE, "人员类型")
    owner, tenant = ("1栋101", 80, "张三", "13900000001", "业主"), ("1栋101", 80, "李四", "13900000002", "租户")
    for rows in ((owner, tenant), (tenant, owner)):
        read = roster(*rows, headings=headings)
        home = read.homes[0]
        assert len(read.homes) == 1
        assert (home.owners, home.phones, home.tenants) == (("张三",), ("13900000001",), ("李四",))
        assert codes(read) == []


def test_a_home_that_is_let_out_by_its_owner_keeps_its_owner() -> None:
    read = roster(("1栋101", 80, "张三", None, "出租"), headings=(*PLACE, "使用情况"))
    assert read.homes[0].owners == ("张三",)
    assert codes(read) == []


def test_a_tenant_in_a_column_of_their_own_leaves_the_owner_known() -> None:
    read = roster(
        ("1栋101", 80, "张三", "13900000001", "租户", "李四", "13900000002"),
        headings=(*PLACE, "人员类型", "租户姓名", "租户电话"),
    )
    home = read.homes[0]
    assert (home.owners, home.tenants, home.tenant_phones) == (("张三",), ("李四",), ("13900000002",))
    assert codes(read) == []


def test_unsold_and_undelivered_homes_are_the_developers_one_head() -> None:
    read = roster(
        ("1栋101", 80, "某某置业有限公司", "0358-0000001", "未售"),
        ("1栋102", 80, "某某置业有限公司", None, None),
        ("1栋103", 80, None, None, "未售"),
        ("1栋104", 80, "开发商", None, None),
        ("1栋105", 80, "张三", "13900000001", "未交付"),
        ("1栋106", 80, "李四", "13900000002", None),
        ("1栋107", 80, "另一家商贸有限公司", "0358-0000002", None),
        headings=(*PLACE, "备注"),
    )
    assert [home.kind for home in read.homes] == [Kind.UNSOLD] * 4 + [Kind.UNDELIVERED] + [Kind.SOLD] * 2
    summary = read.summary()
    assert (summary["owners"], summary["heads"], codes(read)) == (3, 3, [])


def test_an_unsold_home_in_a_persons_name_is_to_be_settled() -> None:
    read = roster(("1栋101", 80, "张三", None, "未售"), headings=(*PLACE, "销售状态"))
    assert codes(read) == [(2, "kind_conflict", "warning")]


def test_heads_are_owner_groups_and_a_home_whose_owner_is_unknown_is_one() -> None:
    read = roster(
        ("1栋101", 80, "张三/李四", "13900000001"),
        ("1栋102", 80, "李四、张三", "139 0000 0001"),
        ("1栋103", 80, "王五", None),
        ("1栋104", 80, "王五", None),
        ("1栋105", 80, "王五", "13900000002"),
        ("1栋106", 80, "王五", "13900000002"),
        ("1栋107", 80, None, None),
        ("1栋108", 80, "无", None),
        headings=PLACE,
    )
    summary = read.summary()
    # 王五 without a phone is not shown to be one person, so rows 4 and 5 stand apart.
    assert (summary["owners"], summary["heads"]) == (4, 6)
    assert codes(read) == [(8, "owner_unknown", "warning"), (9, "owner_unknown", "warning")]


def test_a_phone_under_different_names_is_named_once_at_its_first_row() -> None:
    read = roster(
        ("1栋101", 80, "张三", "13900000001"),
        ("1栋102", 80, "张三", "13900000001"),
        ("1栋103", 80, "李四", "139-0000-0001"),
        ("1栋104", 80, "张三/李四", "13900000001/13900000002"),
        headings=PLACE,
    )
    problem = read.problems[0]
    assert codes(read) == [(2, "phone_shared", "warning")]
    assert (problem.column, problem.value) == ("联系电话", "13900000001")
    assert "第 4、5 行" in str(problem.message)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (("1栋101", None, "张三", None, None), "area_missing", "建筑面积"),
        (("1栋101", "见证", "张三", None, None), "area_bad", "建筑面积"),
        (("1栋101", "约80", "张三", None, None), "area_approximate", "建筑面积"),
        (("1栋101", 80, None, "13900000001", None), "owner_unknown", "业主姓名"),
        (("1栋101", 80, "空置", "13900000001", None), "owner_unknown", "业主姓名"),
        (("1栋101", 80, "12345", "13900000001", None), "owner_unknown", "业主姓名"),
        (("1栋101", 80, "张三", "1390000", None), "phone_bad", "联系电话"),
        (("1栋101", 80, "张三", "1.39E+10", None), "phone_bad", "联系电话"),
        (("1栋101", 80, "张三", None, "好几个"), "residents_bad", "居住人数"),
    ],
)
def test_a_row_with_something_to_settle_is_taken_with_a_warning(
    row: tuple[object, ...], code: str, column: str
) -> None:
    read = roster(row, headings=(*PLACE, "居住人数"))
    assert len(read.homes) == 1
    assert [(each.row, each.code, each.level, each.column) for each in read.problems] == [(2, code, "warning", column)]
    assert read.problems[0].value == ("" if row[headings_index(column)] is None else row[headings_index(column)])


def headings_index(column: str) -> int:
    return (*PLACE, "居住人数").index(column)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (None, "room_missing"),
        ("1栋", "room_missing"),
        ("301室", "building_missing"),
        ("大门口", "location_unreadable"),
        ("3月2日", "location_date"),
        ("地下车位12", "not_a_home"),
        ("1栋车库03", "not_a_home"),
    ],
)
def test_a_row_whose_home_cannot_be_told_is_not_taken(place: str | None, code: str) -> None:
    read = roster((place, 80, "张三", "13900000001"), ("1栋101", 80, "李四", None), headings=PLACE)
    assert [home.row for home in read.homes] == [3]
    assert [(each.row, each.code, each.level, each.value) for each in read.problems] == [
        (2, code, "error", place or "")
    ]


def test_identity_numbers_are_nowhere_in_what_was_read() -> None:
    number = "110101199001011234"
    read = roster(
        ("1栋101", 80, f"张三{number}", number, number, f"证件 {number}"),
        (f"大门口{number}", f"{number}", f"李四（{number}）", number, number, None),
        headings=(*PLACE, "身份证号", "备注"),
    )
    assert len(read.problems) >= 2
    assert number not in repr(read)
    assert number not in repr(read.summary())


def test_every_heading_and_value_of_a_problem_is_as_written() -> None:
    read = roster(
        (" 1栋101 ", " 八十 ", "张三", None), headings=("房屋坐落", "建筑\n面积（㎡）", "业主姓名", "联系电话")
    )
    assert [(each.column, each.value) for each in read.problems] == [("建筑\n面积（㎡）", " 八十 ")]


def test_the_summary_says_null_where_there_is_no_column_of_residents() -> None:
    assert roster(("1栋101", 80, "张三", None), headings=PLACE).summary()["residents"] is None
    assert roster(("1栋101", 80, "张三", None, None), headings=(*PLACE, "人口")).summary()["residents"] == 0


@pytest.mark.parametrize(
    ("headings", "word"),
    [
        (("楼栋", "单元", "建筑面积", "业主姓名"), "房号"),
        (("楼栋", "房号", "业主姓名", "联系电话"), "建筑面积"),
        (("楼栋", "房号", "套内面积", "业主姓名"), "建筑面积"),
        (("楼栋", "房号", "建筑面积", "联系电话"), "业主姓名"),
        (("单元", "房号", "建筑面积", "业主姓名"), "楼栋"),
    ],
)
def test_a_needed_column_that_is_missing_is_named(headings: tuple[str, ...], word: str) -> None:
    with pytest.raises(BadInput) as no:
        roster(("1", "101", "80", "13900000001"), headings=headings)
    assert no.value.code == "column_missing"
    assert f"“{word}”" in str(no.value)


def test_a_file_without_headings_says_which_words_are_looked_for() -> None:
    with pytest.raises(BadInput) as no:
        parse(read_workbook(csv([("1栋101", "80", "张三"), ("1栋102", "80", "李四")]), "a.csv"), "莱茵小镇")
    assert no.value.code == "no_header"
    assert all(word in str(no.value) for word in ("房号", "建筑面积", "业主姓名"))


def test_headings_with_no_home_under_them_are_an_empty_file() -> None:
    with pytest.raises(BadInput) as no:
        roster()
    assert no.value.code == "empty"


@pytest.mark.parametrize("owner", ["某某置业有限公司（未售）", "开发商：某某置业", "某某置业（未售）", "未售"])
def test_the_owners_cell_itself_may_say_that_a_home_is_unsold(owner: str) -> None:
    read = roster(("1栋101", 80, owner, None), headings=PLACE)
    assert (read.homes[0].kind, read.homes[0].owner_group, codes(read)) == (Kind.UNSOLD, "developer", [])


def test_the_only_company_that_builds_homes_is_the_developer_and_of_two_neither_is() -> None:
    one = ("1栋101", 80, "某某房地产开发有限公司", None)
    two = ("1栋102", 80, "某某房地产开发有限公司", None)
    other = ("1栋103", 80, "另一家置业有限公司", None)
    assert [home.kind for home in roster(one, two, headings=PLACE).homes] == [Kind.UNSOLD] * 2
    assert [home.kind for home in roster(one, two, other, headings=PLACE).homes] == [Kind.SOLD] * 3


def test_a_name_marked_as_a_tenants_is_no_owners() -> None:
    read = roster(("1栋101", 80, "张三（租户）", None), headings=PLACE)
    assert (read.homes[0].owners, read.homes[0].tenants) == ((), ("张三",))
    assert codes(read) == [(2, "owner_unknown", "warning")]


def test_a_title_that_names_a_building_does_not_move_homes_that_name_their_own() -> None:
    data = xlsx(
        ("3栋", [("房号", "面积", "业主"), ("5-2-301", 80, "张三"), ("2-301", 80, "李四"), ("2-3-02", 80, "王五")])
    )
    read = parse(read_workbook(data, "a.xlsx"), "莱茵小镇")
    assert [home.key for home in read.homes] == [("5", "2", "301"), ("3", "2", "301"), ("3", "2", "302")]


def test_every_code_of_a_problem_is_explained_to_readers() -> None:
    page = (Path(__file__).parents[6] / "docs" / "rules" / "roster.md").read_text(encoding="utf-8")
    assert [code for code in sorted(CODES) if f"`{code}`" not in page] == []
