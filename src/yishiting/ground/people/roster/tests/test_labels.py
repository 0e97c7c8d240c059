"""Places as they are written in one cell, and labels that meet."""

from __future__ import annotations

import pytest

from yishiting.ground.people.roster.labels import (
    Unreadable,
    building_key,
    building_of_title,
    entrance_key,
    home_key,
    read_place,
    room_key,
    section_of,
)

PLACES = {
    "莱茵小镇1栋1单元101": ("1", "1", "101"),
    "滨河佳苑南楼2单元301室": ("滨河佳苑南", "2", "301"),
    "莱茵小镇南楼2单元301室": ("南", "2", "301"),
    "莱茵小镇小区3幢2单元1501": ("3", "2", "1501"),
    "3幢2单元1501": ("3", "2", "1501"),
    "5-2-301": ("5", "2", "301"),
    "5—2—301": ("5", "2", "301"),
    "5/2/301": ("5", "2", "301"),
    "5 2 301": ("5", "2", "301"),
    "５－２－３０１": ("5", "2", "301"),
    "5#-2-301": ("5", "2", "301"),
    "5#2-301": ("5", "2", "301"),
    "5栋-2单元-301室": ("5", "2", "301"),
    "5 栋 2 单元 301 室": ("5", "2", "301"),
    "5-2-3-01": ("5", "2", "301"),
    "05-02-0301": ("5", "2", "301"),
    "A座1203": ("A", "", "1203"),
    "a座1203": ("A", "", "1203"),
    "A-1203": ("A", "", "1203"),
    "A1203": ("A", "", "1203"),
    "B2栋1单元301": ("B2", "1", "301"),
    "16栋乙单元302": ("16", "乙", "302"),
    "12栋301": ("12", "", "301"),
    "12-301": ("12", "", "301"),
    "第12栋第3单元501室": ("12", "3", "501"),
    "十二栋三单元501": ("12", "3", "501"),
    "8号楼2单元0601号": ("8", "2", "601"),
    "8号楼东单元601": ("8", "东", "601"),
    "8#楼1单元601房": ("8", "1", "601"),
    "5号601室": ("5", "", "601"),
    "1栋A座1203": ("1", "A", "1203"),
    "5栋3楼301": ("5", "", "301"),
    "5栋1单元3层01": ("5", "1", "301"),
    "5栋1梯301": ("5", "1", "301"),
    "一期3栋2单元301": ("1期3", "2", "301"),
    "西湖三村6栋1单元201": ("西湖3村6", "1", "201"),
    "综合楼201": ("综合", "", "201"),
    "太阳市建设路12号莱茵小镇3栋1单元301": ("3", "1", "301"),
    "太阳市建设路12号3栋1单元301": ("3", "1", "301"),
    "建设路123弄5号601室": ("5", "", "601"),
    "建设路12号院3号楼1单元101": ("3", "1", "101"),
    "32栋1901室（复式）": ("32", "", "1901"),
    "1栋1单元101A": ("1", "1", "101A"),
    "1栋1单元101-1": ("1", "1", "101-1"),
    "5号楼1门301": ("5", "1", "301"),
    "5栋门面03": ("5", "", "门面03"),
    "823栋302": ("823", "", "302"),
    "\u200b莱茵小镇\u00a01栋１单元\u3000101\ufeff": ("1", "1", "101"),
    "1栋商铺03": ("1", "", "商铺03"),
}


@pytest.mark.parametrize(("text", "expected"), PLACES.items())
def test_a_place_in_one_cell_is_read(text: str, expected: tuple[str, str, str]) -> None:
    place = read_place(text, estate="莱茵小镇")
    assert home_key(building=place.building, entrance=place.entrance, room=place.room) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("莱茵小镇", "room_missing"),
        ("莱茵小镇1栋", "room_missing"),
        ("莱茵小镇1栋1单元", "room_missing"),
        ("2单元301", "building_missing"),
        ("301室", "building_missing"),
        ("门卫室", "location_unreadable"),
        ("见附件说明", "location_unreadable"),
        ("2024-03-02", "location_date"),
        ("3月2日", "location_date"),
        ("2-Mar", "location_date"),
        ("1栋1单元" + "1" * 60, "location_unreadable"),
    ],
)
def test_a_place_that_cannot_be_read_says_why(text: str, says: str) -> None:
    with pytest.raises(Unreadable) as no:
        read_place(text, estate="莱茵小镇")
    assert no.value.says == says


@pytest.mark.parametrize(
    ("text", "building", "entrance", "expected"),
    [
        ("101", "3栋", "2单元", ("3", "2", "101")),
        ("2-101", "3栋", "", ("3", "2", "101")),
        ("2单元101", "3栋", "", ("3", "2", "101")),
        ("3-2-101", "3栋", "", ("3", "2", "101")),
        ("3-2-101", "3栋", "2", ("3", "2", "101")),
        ("3栋2单元101", "3", "2", ("3", "2", "101")),
        ("2-101", "3栋", "2", ("3", "2", "101")),
        ("3楼301", "3栋", "2", ("3", "2", "301")),
        ("A座1203", "3栋", "", ("3", "A", "1203")),
        ("101-1", "3栋", "2", ("3", "2", "101-1")),
        ("101/102", "3栋", "2", ("3", "2", "101/102")),
    ],
)
def test_a_room_is_read_within_what_other_columns_say(
    text: str, building: str, entrance: str, expected: tuple[str, str, str]
) -> None:
    place = read_place(text, estate="莱茵小镇", building=building, entrance=entrance)
    assert home_key(building=place.building, entrance=place.entrance, room=place.room) == expected


def test_a_room_that_names_another_building_is_a_conflict() -> None:
    with pytest.raises(Unreadable) as no:
        read_place("5栋2单元101", estate="莱茵小镇", building="3栋")
    assert (no.value.says, no.value.params) == ("location_conflict", {"one": "3栋", "other": "5栋"})


def test_ways_of_writing_one_building_meet_and_other_buildings_do_not() -> None:
    assert {
        building_key(text)
        for text in ("3", "3栋", "３栋", "3 幢", "03栋", "三栋", "第3栋", "3号楼", "3#", "#3", "3#楼", "3座")
    } == {"3"}
    assert building_key("北楼 ") == building_key("北楼") == building_key("北")
    assert (
        len({building_key(text) for text in ("3栋", "13栋", "A栋", "A3栋", "南楼", "一期3栋", "二期3栋", "三村3栋")})
        == 8
    )


def test_ways_of_writing_one_entrance_meet() -> None:
    assert {
        entrance_key(text) for text in ("1单元", "1", "１单元", "一单元", "第1单元", "01", "1梯", "1 单元", "1号门")
    } == {"1"}
    assert entrance_key("甲单元") == entrance_key("甲") != entrance_key("乙")
    assert entrance_key("/") == entrance_key("") == ""


def test_ways_of_writing_one_room_meet() -> None:
    assert {
        room_key(text) for text in ("201室", "201", "２０１", "0201", "201号", "201 房", "201室(复式)", "二〇一")
    } == {"201"}
    assert len({room_key(text) for text in ("201", "201A", "201-1", "2010", "商铺201")}) == 5


@pytest.mark.parametrize(
    ("name", "building"),
    [
        ("南楼", "南楼"),
        ("3栋", "3栋"),
        ("3#", "3#"),
        ("3", "3"),
        ("A座", "A座"),
        ("3号楼业主名册", "3号楼"),
        ("莱茵小镇3栋", "3栋"),
        ("3栋(2)", "3栋"),
        ("Sheet1", ""),
        ("业主名册", ""),
        ("汇总", ""),
        ("工作表1", ""),
        ("2024", ""),
        ("一期3栋", "一期3栋"),
        ("三栋", "三栋"),
        ("2024年4月", ""),
    ],
)
def test_the_name_of_a_sheet_may_be_a_building(name: str, building: str) -> None:
    assert building_of_title(name, estate="莱茵小镇") == building


def test_a_line_of_its_own_may_name_a_building_and_an_entrance() -> None:
    one = section_of("莱茵小镇3栋", estate="莱茵小镇")
    two = section_of("3栋2单元", estate="莱茵小镇")
    assert one is not None
    assert two is not None
    assert (one.building, one.entrance, two.building, two.entrance) == ("3栋", "", "3栋", "2单元")
    assert section_of("301", estate="莱茵小镇") is None
    assert section_of("注：以上为准", estate="莱茵小镇") is None
