"""What a figure says to a reader: its value in words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from yishiting.ground.packs.definition import Figure
from yishiting.ground.packs.keys import Kind
from yishiting.ground.packs.span import Span
from yishiting.kernel.exact import grouped
from yishiting.kernel.words import Listed, Sentence, gettext_noop

WORDS = {
    "FIRST_WINS": gettext_noop("先交的算"),
    "ONLINE_WINS": gettext_noop("网上的算"),
    "PAPER_WINS": gettext_noop("纸票算"),
    "quarter": gettext_noop("每季度"),
    "half_year": gettext_noop("每半年"),
    "year": gettext_noop("每年"),
    "none": gettext_noop("不写是谁"),
    "room_and_area": gettext_noop("写房号和面积，不写姓名"),
}


def said(figure: Figure) -> Sentence:
    """Return the value of ``figure`` as a reader says it: 15 天, 三分之二 as 2/3, 是 or 否."""
    value = figure.value
    if isinstance(value, Span):
        return value.said()
    if isinstance(value, bool):
        return Sentence(gettext_noop("是")) if value else Sentence(gettext_noop("否"))
    if isinstance(value, Fraction):
        if value.denominator in (2, 3, 4, 5):
            return Sentence("{share}", share=f"{value.numerator}/{value.denominator}")
        return Sentence(
            "{share} %", share=format((Decimal(value.numerator) * 100 / value.denominator).normalize(), "f")
        )
    if isinstance(value, Decimal):
        unit = gettext_noop("{figure} 元") if figure.key.kind is Kind.AMOUNT else gettext_noop("{figure} ㎡")
        return Sentence(unit, figure=grouped(value))
    if isinstance(value, tuple):
        return Listed(value)
    if isinstance(value, str):
        return Sentence(WORDS[value])
    return Sentence("{n}", n=value)
