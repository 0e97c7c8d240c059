"""Shapes of charts that are shipped, as data: an estate begins with one of them or writes levels of its own. Pure.

What a shape is called and for whom it is are words of the product; its levels become the estate's own words.
"""

from __future__ import annotations

from dataclasses import dataclass

from yishiting.kernel.words import gettext_noop


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape: levels from the top down, whether the last is of people, and for whom it is."""

    code: str
    name: str
    levels: tuple[str, ...]
    people_last: bool
    who: str


SHAPES = (
    Shape(
        "park-to-central-household",
        gettext_noop("五级：从园区到党员中心户"),
        ("园区党工委", "社区党委", "小区党支部", "楼栋党小组", "党员中心户"),
        False,
        gettext_noop("园区统一管几个社区的，到党员中心户为止。"),
    ),
    Shape(
        "community-to-member",
        gettext_noop("五级：从社区到普通党员"),
        ("社区党委", "小区党支部", "党小组", "党员中心户", "普通党员"),
        True,
        gettext_noop("一个小区党员多，要逐级联系到每一名党员的。"),
    ),
    Shape(
        "community-to-central-household",
        gettext_noop("四级：从社区到党员中心户"),
        ("社区党委", "网格党支部", "楼栋党小组", "党员中心户"),
        False,
        gettext_noop("按网格和楼栋建组织的。"),
    ),
    Shape(
        "self-government",
        gettext_noop("四级：社区、小区、楼栋、单元"),
        ("社区", "小区议事会", "楼栋", "单元"),
        False,
        gettext_noop("不只是党组织，由居民一起管的。"),
    ),
    Shape(
        "by-entrance",
        gettext_noop("四级：按单元联系到党员"),
        ("小区党支部", "单元党小组", "党员中心户", "党员"),
        True,
        gettext_noop("每个单元一个小组，党员中心户联系党员、党员联系居民的。"),
    ),
    Shape(
        "three",
        gettext_noop("三级：支部、楼栋、单元"),
        ("小区党支部", "楼栋党小组", "单元联系人"),
        False,
        gettext_noop("小区不大，三级就够的。"),
    ),
)


def shape_of(code: str) -> Shape | None:
    """Return the shape of that code."""
    return next((shape for shape in SHAPES if shape.code == code), None)
