"""A command on a box that is not ready says what to do and ends with 2, never as if the record had faults."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from yishiting.ground.places.models import Estate
from yishiting.reach.cli.main import main


def run(data: Path, *words: str, now: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "PORT")}
    told = {**kept, "YISHITING_MODE": "demo", "YISHITING_DATA": str(data), "YISHITING_NOW": now, **more}
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


@pytest.mark.parametrize(
    ("words", "surroundings", "says"),
    [
        (("serve",), {"PORT": "abc"}, "--port 要写数字，“abc”不是"),
        (("serve", "--port", "70000"), {}, "1 到 65535"),
        (("serve", "--workers", "0"), {}, "至少是 1"),
        (("work", "--every", "-1"), {}, "--every"),
        (("verify",), {"YISHITING_MODE": "holiday"}, "YISHITING_MODE"),
        (("verify",), {"DATABASE_URL": "carrier-pigeon://x"}, "环境变量"),
        (("verify",), {"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, "DATABASE_URL"),
        (("init",), {"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, "DATABASE_URL"),
        (("stories",), {}, "yishiting init"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_surroundings_that_cannot_be_used_are_said_so(
    tmp_path: Path, words: tuple[str, ...], surroundings: dict[str, str], says: str
) -> None:
    done = run(tmp_path, *words, **surroundings)

    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_secret_with_nothing_in_it_is_never_used(tmp_path: Path) -> None:
    (tmp_path / "data_key.txt").touch()
    done = run(tmp_path, "verify")
    assert done.returncode == 2
    assert "data_key.txt" in done.stderr


@pytest.mark.django_db
def test_a_story_that_was_broken_off_is_not_shown_as_if_it_were_whole(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA_DIR = tmp_path
    Estate.objects.create(name="太阳岛", slug="tyd")
    assert main(["stories", "太阳岛", "--if-empty"]) == 2
    assert "没有演完" in capsys.readouterr().err
    (tmp_path / "demo.json").write_text('{"estates": [], "sign_ins": [], "ids": {"太阳岛": {}}}')
    assert main(["stories", "太阳岛", "--if-empty"]) == 0


def test_what_cannot_be_written_is_said_so_and_whoever_has_read_enough_is_no_fault(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "yishiting.reach.cli.main", "playbook", "check", str(tmp_path / "a.toml")]
    (tmp_path / "a.toml").write_text("x\n" * 2000)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "读写出错" in done.stderr
    assert "Traceback" not in done.stderr
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 0
