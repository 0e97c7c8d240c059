"""Playbooks side by side: an id belongs to one of them, and a number of it to one text."""

from __future__ import annotations

import pytest

from yishiting.council.matters.playbooks.several import clash
from yishiting.council.matters.playbooks.tests.making import SMALL, playbook


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("", "", None),
        ("version = 1", "version = 2", None),
        ('id = "small"', 'id = "other"', None),
        ('title = "办理"', 'title = "马上办"', 2),
        ('name = "小事"', 'name = "大事"', 1),
        ('name = "小事"', 'name = "大事" # \nsource = "x"', 1),
    ],
)
def test_two_files_may_not_say_different_things_under_one_id_and_number(old: str, new: str, line: int | None) -> None:
    text = SMALL.replace(old, new, 1)
    fault = clash(playbook(text), f"\ufeff{text}".encode(), {"a.toml": playbook(SMALL)})
    if line is None:
        assert fault is None
    else:
        assert fault is not None
        assert (fault.code, SMALL.splitlines()[fault.line - 1].split()[0]) == (
            "duplicate_id",
            {1: "id", 2: "version"}[line],
        )
        assert "a.toml" in str(fault.message)
