"""The two rosters that came from property companies, to the last figure."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from yishiting.ground.people.roster import Kind, Roster, parse, read_workbook

DATA = Path(__file__).parent / "data"


def read(name: str, estate: str) -> Roster:
    return parse(read_workbook((DATA / name).read_bytes(), name), estate)


def test_the_workbook_of_binhe_gives_its_figures_and_no_problem() -> None:
    assert read("滨河佳苑-业主名册.xlsx", "滨河佳苑").summary() == {
        "homes": 282,
        "buildings": 2,
        "entrances": 6,
        "residents": 740,
        "area_m2": "28922.42",
        "owners": 270,
        "heads": 270,
        "problems": [],
    }


def test_the_workbook_of_binhe_keeps_labels_as_text_and_knows_the_developer() -> None:
    roster = read("滨河佳苑-业主名册.xlsx", "滨河佳苑")
    assert [(each.label, each.entrances) for each in roster.buildings] == [
        ("南楼", ("1单元", "2单元", "3单元")),
        ("北楼", ("1单元", "2单元", "3单元")),
    ]
    unsold = [home for home in roster.homes if home.kind is Kind.UNSOLD]
    assert [home.row for home in unsold] == [29, 202, 225]
    assert {home.owners for home in unsold} == {("滨河置业有限公司",)}
    assert len({home.owner_group for home in unsold}) == 1
    together = next(home for home in roster.homes if home.row == 6)
    assert (together.owners, together.phones) == (("张燕福", "袁平洋"), ("13900001450",))


def test_the_table_of_laiyin_gives_its_figures_and_its_problems() -> None:
    summary = read("莱茵小镇-房屋台账.csv", "莱茵小镇").summary()
    problems = summary.pop("problems")
    assert summary == {
        "homes": 1912,
        "buildings": 29,
        "entrances": 58,
        "residents": None,
        "area_m2": "213953.26",
        "owners": 1455,
        "heads": 1912,
    }
    assert Counter((each["code"], each["level"]) for each in problems) == {
        ("duplicate_row", "error"): 1,
        ("area_missing", "warning"): 1,
        ("owner_unknown", "warning"): 457,
        ("phone_shared", "warning"): 153,
    }


def test_the_rows_of_laiyin_are_numbered_with_its_blank_line() -> None:
    problems = read("莱茵小镇-房屋台账.csv", "莱茵小镇").summary()["problems"]
    assert [
        (each["row"], each["column"], each["value"], each["code"])
        for each in problems
        if each["code"] in ("duplicate_row", "area_missing")
    ] == [(904, "房屋坐落", "莱茵小镇18栋2单元102", "duplicate_row"), (1204, "产权面积", "", "area_missing")]
    assert "903" in next(each["message"] for each in problems if each["code"] == "duplicate_row")


def test_a_tenant_under_the_owners_column_lives_there_and_the_owner_is_unknown() -> None:
    roster = read("莱茵小镇-房屋台账.csv", "莱茵小镇")
    home = next(each for each in roster.homes if each.row == 8)
    assert (home.owners, home.tenants, home.tenant_phones, home.owner_group) == (
        (),
        ("付涛燕",),
        ("13900003304",),
        None,
    )


def test_building_32_stands_in_an_estate_of_29_in_the_order_of_numbers() -> None:
    labels = [each.label for each in read("莱茵小镇-房屋台账.csv", "莱茵小镇").buildings]
    assert len(labels) == 29
    assert labels[:2] == ["1栋", "2栋"]
    assert labels[-1] == "32栋"
