"""Who is one person and who is the same owner."""

from __future__ import annotations

import pytest

from yishiting.ground.people.roster.groups import normalise_phone, owner_group_key, split_names, split_phones

NAMES = {
    "张三": ("张三",),
    " 张　三 ": ("张三",),
    "欧阳 修": ("欧阳修",),
    "张三/李四": ("张三", "李四"),
    "张三、李四": ("张三", "李四"),
    "张三，李四": ("张三", "李四"),
    "张三,李四": ("张三", "李四"),
    "张三；李四": ("张三", "李四"),
    "张三\n李四": ("张三", "李四"),
    "张三 李四": ("张三", "李四"),
    "张三 李 四": ("张三", "李四"),
    "张三&李四": ("张三", "李四"),
    "张三＆李四": ("张三", "李四"),
    "张三+李四": ("张三", "李四"),
    "张三和李四": ("张三", "李四"),
    "张三与李四": ("张三", "李四"),
    "张三及李四": ("张三", "李四"),
    "张三、李四和王五": ("张三", "李四", "王五"),
    "张三/张三": ("张三",),
    "张和平": ("张和平",),
    "欧阳和平": ("欧阳和平",),
    "李和平和王芳": ("李和平", "王芳"),
    "张三和李和平": ("张三", "李和平"),
    "阿依古丽·买买提": ("阿依古丽·买买提",),
    "阿依古丽•买买提": ("阿依古丽·买买提",),
    "阿依古丽.买买提/张三": ("阿依古丽·买买提", "张三"),
    "阿依古丽·买买提和张三": ("阿依古丽·买买提", "张三"),
    "John Smith": ("John Smith",),
    "John Smith/Mary Smith": ("John Smith", "Mary Smith"),
    "John Smith 张三": ("John Smith", "张三"),
    "张三（已故）": ("张三",),
    "张三(50%)、李四(50%)": ("张三", "李四"),
    "张三先生": ("张三",),
    "张三等2人": ("张三",),
    "张三 13900000001": ("张三",),
    "滨河置业有限公司": ("滨河置业有限公司",),
    "和谐与共物业服务（太阳市）有限公司": ("和谐与共物业服务有限公司",),
    "太阳市 滨河 置业有限公司": ("太阳市滨河置业有限公司",),
    "": (),
    "/": (),
    "无": (),
    "不详": (),
    "#N/A": (),
}


@pytest.mark.parametrize(("text", "names"), NAMES.items())
def test_the_names_in_a_cell_are_parted(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13900001450", "13900001450"),
        ("139 0000 1450", "13900001450"),
        ("139-0000-1450", "13900001450"),
        ("１３９００００１４５０", "13900001450"),
        ("+86 13900001450", "13900001450"),
        ("0086-13900001450", "13900001450"),
        ("8613900001450", "13900001450"),
        ("0358-0000001", "03580000001"),
        ("(0358)0000001", "03580000001"),
        ("010-00000001", "01000000001"),
        ("0358-0000001转8", "03580000001"),
        ("400-000-0001", "4000000001"),
        ("+852 5000 0001", "+85250000001"),
        ("1390000145", None),
        ("139000014500", None),
        ("0000001", None),
        ("1.39E+10", None),
        ("张三", None),
        ("", None),
    ],
)
def test_a_phone_has_one_form(text: str, phone: str | None) -> None:
    assert normalise_phone(text) == phone


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("13900000001/13900000002", ("13900000001", "13900000002"), ()),
        ("13900000001 13900000002", ("13900000001", "13900000002"), ()),
        ("139 0000 0001、139 0000 0002", ("13900000001", "13900000002"), ()),
        ("13900000001\n0358-0000001", ("13900000001", "03580000001"), ()),
        ("13900000001（张三）", ("13900000001",), ()),
        ("张三13900000001", ("13900000001",), ()),
        ("13900000001/123", ("13900000001",), ("123",)),
        ("无", (), ()),
        ("-", (), ()),
        ("见附表", (), ("见附表",)),
    ],
)
def test_the_phones_in_a_cell_are_parted(text: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert split_phones(text) == (good, bad)


def test_the_same_names_with_the_same_phone_are_one_owner_in_any_order() -> None:
    one = owner_group_key(("张三", "李四"), ("13900000001",))
    assert one is not None
    assert one == owner_group_key(("李四", "张 三"), ("139 0000 0001",))


def test_a_phone_alone_or_a_name_alone_identifies_nobody() -> None:
    one = owner_group_key(("张三",), ("13900000001",))
    assert one != owner_group_key(("李四",), ("13900000001",))
    assert one != owner_group_key(("张三", "李四"), ("13900000001",))
    assert one != owner_group_key(("张三",), ("13900000002",))
    assert owner_group_key(("张三",), ()) is None
    assert owner_group_key((), ("13900000001",)) is None
