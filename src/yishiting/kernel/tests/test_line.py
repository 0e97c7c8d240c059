"""What stands as one line on a page."""

from __future__ import annotations

import pytest

from yishiting.kernel.line import contact_in, one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  楼道 堆物\n挡门 ", "楼道 堆物 挡门"),
        ("\u200b\u200b", ""),
        ("\u3000\ufeff\u2060", ""),
        ("\u202eabc\u202c", "abc"),
        ("\u200d\ufe0f", ""),
        ("👨‍👩‍👧‍👦 挡门", "👨‍👩‍👧‍👦 挡门"),
        ("a\x07b", "ab"),
        ("\u3164\u115f \uffa0\u2800", ""),
        ("\u061c堵门\U000e0041", "堵门"),
        ("", ""),
    ],
)
def test_one_line_keeps_what_can_be_seen(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("打 13900000000", True),
        ("+8613900000000 找我", True),
        ("8613900000000", True),
        ("0086 139 0000 0000", True),
        ("+86-139-0000-0000", True),
        ("１３９００００００００", True),
        ("11010119900101123X", True),
        ("编号 213900000000", False),
        ("2026 年 3 月 2 日 139 户", False),
        ("第 139000000000 号", False),
    ],
)
def test_a_mobile_and_an_identity_number_are_seen_however_they_are_written(typed: str, told: bool) -> None:
    assert contact_in(typed) is told
