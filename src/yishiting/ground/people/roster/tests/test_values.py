"""Areas, residents, types and kinds as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from yishiting.ground.people.roster import Kind
from yishiting.ground.people.roster.text import IDENTITY_LEFT_OUT, compact, numeral, tidy, without_identity
from yishiting.ground.people.roster.values import is_occupant, names_developer, read_area, read_kind, read_residents


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("102.36㎡", "102.36"),
        (" 89.47 平方米", "89.47"),
        ("89.47m²", "89.47"),
        ("89.47 M2", "89.47"),
        ("89.47平", "89.47"),
        ("1,024.50", "1024.50"),
        ("１０２．３６", "102.36"),
        ("102.36\u00a0", "102.36"),
        ("89.47（含阳台）", "89.47"),
        ("118", "118"),
        ("88.88885", "88.8889"),
        ("0", None),
        ("-89", None),
        ("89,47", None),
        ("89.47+12", None),
        ("八十九", None),
        ("89..47", None),
        ("1e3", None),
        ("#REF!", None),
        ("9" * 30, None),
    ],
)
def test_an_area_is_read_exactly_or_not_at_all(text: str, area: str | None) -> None:
    assert read_area(text).value == (None if area is None else Decimal(area))


@pytest.mark.parametrize("text", ["约90", "90左右", "大约 90㎡"])
def test_a_rough_area_is_known_to_be_rough(text: str) -> None:
    area = read_area(text)
    assert (area.value, area.about) == (Decimal(90), True)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3", 3),
        ("3人", 3),
        ("三口人", 3),
        ("十二", 12),
        ("0", 0),
        ("３", 3),
        ("两人", 2),
        ("3.5", None),
        ("很多", None),
        ("999", None),
    ],
)
def test_residents_are_whole_numbers(text: str, count: int | None) -> None:
    assert read_residents(text) == count


@pytest.mark.parametrize("text", ["租户", "租客", "承租人", "租赁户", "家属", "业主家属", "非业主", "借住"])
def test_who_lives_there_without_owning_is_told_apart(text: str) -> None:
    assert is_occupant(text)


@pytest.mark.parametrize("text", ["业主", "产权人", "业主本人", "户主", "本人", "自住", "", "/"])
def test_an_owner_is_no_occupant(text: str) -> None:
    assert not is_occupant(text)


@pytest.mark.parametrize(
    ("states", "notes", "sold", "delivered", "kind"),
    [
        (["未售"], [], None, None, Kind.UNSOLD),
        (["已售"], [], None, None, Kind.SOLD),
        (["空置"], [], None, None, Kind.SOLD),
        (["空置"], ["未售"], None, None, Kind.UNSOLD),
        (["空置"], ["隔壁是未售的样板间，钥匙在物业"], None, None, Kind.SOLD),
        (["出租"], [], None, None, Kind.SOLD),
        (["未交付"], [], None, None, Kind.UNDELIVERED),
        (["已售未交房"], [], None, None, Kind.UNDELIVERED),
        (["开发商自持"], [], None, None, Kind.UNSOLD),
        (["非未售"], [], None, None, Kind.SOLD),
        ([], [], "否", None, Kind.UNSOLD),
        ([], [], "是", "否", Kind.UNDELIVERED),
        ([], [], "是", "是", Kind.SOLD),
    ],
)
def test_what_kind_of_home_it_is(
    states: list[str], notes: list[str], sold: str | None, delivered: str | None, kind: Kind
) -> None:
    assert read_kind(states, notes, sold, delivered) is kind


def test_an_owners_cell_may_say_that_nothing_is_sold() -> None:
    assert names_developer("开发商")
    assert names_developer("未售")
    assert not names_developer("滨河置业有限公司")
    assert not names_developer("张三")


@pytest.mark.parametrize(
    "text",
    [
        "张三110101199001011234",
        "11010119900101123X",
        "110101 19900101 1234",
        "１１０１０１１９９００１０１１２３Ｘ",
        "110101900101123",
    ],
)
def test_identity_numbers_are_left_out(text: str) -> None:
    shown = without_identity(text)
    assert IDENTITY_LEFT_OUT in shown
    assert not any(run in shown for run in ("1101", "１１０１", "1234"))


@pytest.mark.parametrize("text", ["13900000001", "1390000000113900000002", "莱茵小镇1栋1单元101", "008613900000001"])
def test_phones_and_places_are_no_identity_numbers(text: str) -> None:
    assert without_identity(text) == text


def test_text_is_brought_to_one_form() -> None:
    assert tidy("\ufeff１栋\u00a0\u3000 2\u200b单元 ") == "1栋 2单元"
    assert compact("业 主\n姓名") == "业主姓名"
    assert [numeral(text) for text in ("十", "十二", "二十一", "一百零三", "三〇一", "甲")] == [
        10,
        12,
        21,
        103,
        301,
        None,
    ]
