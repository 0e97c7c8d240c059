"""What can be wrong with a row, and what to do about it, in words for the person who holds the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from yishiting.ground.people.roster.text import without_identity
from yishiting.kernel.words import Sentence, gettext_noop

Level = Literal["error", "warning"]
"""``error``: the row was not taken. ``warning``: it was taken and something is to be settled."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. ``column`` is the header's text as written, ``value`` the raw text without identity numbers."""

    row: int
    column: str
    value: str
    code: str
    level: Level
    message: Sentence
    sheet: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the problem as ``import-roster --json`` prints it, the message in Chinese."""
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "level": self.level,
            "message": str(self.message),
        }


_SAYS: dict[str, tuple[str, Level, str]] = {
    "duplicate_row": (
        "duplicate_row",
        "error",
        gettext_noop(
            "这一户在第 {first} 行已经写过，本行没有收。请核对后删去其中一行；几个人共有的，请把姓名写在同一格里。"
        ),
    ),
    "room_missing": (
        "room_missing",
        "error",
        gettext_noop("没有写房号，这一行没有收。请补上房号，例如 301。"),
    ),
    "building_missing": (
        "building_missing",
        "error",
        gettext_noop("看不出是哪一栋，这一行没有收。请补上楼栋，例如 3栋；也可以把楼栋写成工作表的名称。"),
    ),
    "entrance_missing": (
        "entrance_missing",
        "error",
        gettext_noop("{building}的其他住户都写了单元，这一行没有写，分不清是哪一户，没有收。请补上单元。"),
    ),
    "location_unreadable": (
        "location_unreadable",
        "error",
        gettext_noop("看不懂这个房屋位置，这一行没有收。请写成“3栋2单元301”这样。"),
    ),
    "not_a_home": (
        "not_a_home",
        "error",
        gettext_noop("这一行是车位、车库或储藏室，不算住户，没有收。不用改；如果确实有人住，请改写成房号。"),
    ),
    "location_conflict": (
        "location_conflict",
        "error",
        gettext_noop("这一行写了两个不同的位置（{one} 和 {other}），没有收。请核对后只留正确的一个。"),
    ),
    "location_date": (
        "location_date",
        "error",
        gettext_noop(
            "表格软件把房号改成了日期，这一行没有收。请先把这一列的格式设为“文本”，再重新填写，例如 3-2；也可以写成“3栋2单元”。"
        ),
    ),
    "formula_location": (
        "formula_no_value",
        "error",
        gettext_noop("这一格是公式，文件里没有算好的结果，这一行没有收。请用 Excel 或 WPS 打开文件，保存一次再上传。"),
    ),
    "formula_value": (
        "formula_no_value",
        "warning",
        gettext_noop("这一格是公式，文件里没有算好的结果，先当作空白。请用 Excel 或 WPS 打开文件，保存一次再上传。"),
    ),
    "area_missing": (
        "area_missing",
        "warning",
        gettext_noop("没有写面积。这一户已收下，请照产权证补上面积；补齐之前不能定表决名册。"),
    ),
    "area_bad": (
        "area_bad",
        "warning",
        gettext_noop("面积看不懂。这一户已收下，面积先空着；请改成一个数，例如 89.47。"),
    ),
    "area_approximate": (
        "area_approximate",
        "warning",
        gettext_noop("面积写的是大约数，先照 {area} 平方米收下。请照产权证改成准确的数。"),
    ),
    "phone_bad": (
        "phone_bad",
        "warning",
        gettext_noop("电话不对，先空着。请写 11 位手机号，或带区号的座机号。"),
    ),
    "phone_scientific": (
        "phone_bad",
        "warning",
        gettext_noop("表格软件把电话改成了科学计数，号码已经不全，先空着。请把这一列的格式设为“文本”，再重新填写。"),
    ),
    "phone_shared": (
        "phone_shared",
        "warning",
        gettext_noop("这个电话还写在别人名下（第 {others} 行）。核实是谁的之前，不能用它登录；请逐一核对。"),
    ),
    "owner_unknown": (
        "owner_unknown",
        "warning",
        gettext_noop("没有写业主姓名。这一户已收下，表决时照样算一户；请查明业主后补上。"),
    ),
    "owner_unreadable": (
        "owner_unknown",
        "warning",
        gettext_noop("业主姓名看不懂。这一户已收下，业主待查；请只写姓名或单位名称，例如 张三。"),
    ),
    "owner_is_tenant": (
        "owner_unknown",
        "warning",
        gettext_noop("这里写的是{type}，不是业主。此人已记为住在这里，业主待查；请补上业主姓名和电话。"),
    ),
    "kind_conflict": (
        "kind_conflict",
        "warning",
        gettext_noop("写着未售，又写着个人的姓名。先照未售收下；如果已经卖出，请删去“未售”再导入。"),
    ),
    "residents_bad": (
        "residents_bad",
        "warning",
        gettext_noop("居住人数看不懂，先空着。请写一个整数，例如 3。"),
    ),
    "total_mismatch": (
        "total_mismatch",
        "warning",
        gettext_noop("合计行写的是 {stated}，读到的是 {read}。请核对有没有漏掉或多出的行。"),
    ),
    "sheet_hidden": (
        "sheet_hidden",
        "warning",
        gettext_noop("工作表“{name}”是隐藏的，没有读。如果里面也有住户，请取消隐藏后再导入。"),
    ),
    "sheet_skipped": (
        "sheet_skipped",
        "warning",
        gettext_noop("工作表“{name}”没有读：缺少“{missing}”这一列的标题。如果里面也有住户，请补上标题行后再导入。"),
    ),
    "building_new": (
        "building_new",
        "error",
        gettext_noop("小区里原来没有{building}，这一行没有收。写错了请改正；确实是新增的楼栋，请{allow}，再导入。"),
    ),
    "entrance_new": (
        "entrance_new",
        "error",
        gettext_noop("{building}原来没有{entrance}，这一行没有收。写错了请改正；确实是新增的单元，请{allow}，再导入。"),
    ),
}

CODES = frozenset(code for code, _, _ in _SAYS.values())
"""Every code that a problem can bear."""


def problem(
    says: str, *, row: int, column: str = "", value: str | None = "", sheet: str = "", **params: Any
) -> Problem:
    """Return the problem that ``says`` names. The raw ``value`` loses identity numbers, so nobody can forget it."""
    code, level, template = _SAYS[says]
    return Problem(
        row=row,
        column=column,
        value=without_identity(value),
        code=code,
        level=level,
        message=Sentence(template, **params),
        sheet=sheet,
    )
