"""What stands as one line on a page."""

from __future__ import annotations

import pytest

from yishiting.kernel.line import one_line


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
        ("", ""),
    ],
)
def test_one_line_keeps_what_can_be_seen(typed: str, kept: str) -> None:
    assert one_line(typed) == kept
