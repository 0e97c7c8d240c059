"""A command on a box that is not ready says what to do and ends with 2, never as if the record had faults."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(data: Path, *words: str, now: str = "") -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    told = {**kept, "YISHITING_MODE": "demo", "YISHITING_DATA": str(data), "YISHITING_NOW": now}
    return subprocess.run(
        [sys.executable, "-m", "yishiting.reach.cli.main", *words],
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("words", [("verify",), ("work", "--once")])
def test_a_database_that_was_never_made_is_said_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(tmp_path, *words)

    assert (done.returncode, done.stdout) == (2, "")
    assert "yishiting init" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_clock_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    done = run(tmp_path, "verify", now="garbage")

    assert done.returncode == 2
    assert "YISHITING_NOW" in done.stderr
    assert "Traceback" not in done.stderr
