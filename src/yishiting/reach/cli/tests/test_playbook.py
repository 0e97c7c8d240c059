from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from yishiting.council.matters.playbooks import library
from yishiting.reach.cli import checked_files, playbook

GOOD = library.texts()["five-step"]
BAD = GOOD.replace('done = "council"', 'done = "counsil"')
BAD_LINE = BAD[: BAD.index("counsil")].count("\n") + 1


def check(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    playbook.configure(parser)
    return playbook.run(parser.parse_args(["check", *arguments]))


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "good.toml"
    path.write_text(GOOD, encoding="utf-8")
    return str(path)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.toml"
    path.write_text(BAD, encoding="utf-8")
    return str(path)


def test_a_playbook_without_fault_prints_no_result_and_exits_0(good: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(good) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "没有问题" in printed.err


def test_a_step_that_leads_nowhere_is_printed_with_file_and_line_and_exits_1(
    bad: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(bad) == 1
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{bad}:{BAD_LINE}: ")
    assert "没有这一步" in first
    assert "是不是想写“council”" in first
    assert rest == []


def test_a_missing_file_and_a_folder_exit_2_and_the_others_are_still_checked(
    bad: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(str(tmp_path / "none.toml"), bad, str(tmp_path)) == 2
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 1
    assert len(printed.err.splitlines()) == 2
    assert check("bad\0name") == 2


def test_an_unknown_post_is_told_on_stderr_and_exits_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gardener.toml"
    path.write_text(GOOD.replace('who = "community_worker"', 'who = "head_gardener"', 1), encoding="utf-8")
    assert check(str(path)) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "head_gardener" in printed.err


def test_json_lists_faults_and_notes_by_file(good: str, bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--json", good, bad) == 1
    files = json.loads(capsys.readouterr().out)["files"]
    assert files[0] == {"file": good, "faults": [], "notes": []}
    assert [(fault["line"], fault["code"]) for fault in files[1]["faults"]] == [(BAD_LINE, "unknown_target")]


def test_a_file_that_is_not_utf8_cannot_be_read_and_its_line_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "gb.toml"
    path.write_bytes('id = "x"\nname = "楼道"\n'.encode("gb18030"))
    assert check(str(path)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"{path}：第 2 行不是 UTF-8 编码")


def test_a_file_too_large_to_be_a_playbook_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text("#" * (checked_files.LARGEST_FILE + 1))
    assert check(str(path)) == 2


def test_a_fault_takes_one_line_whatever_the_file_contains(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines.toml"
    path.write_text(GOOD.replace('done = "council"', 'done = "a\\n\\tb"'), encoding="utf-8")
    assert check(str(path)) == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_the_check_needs_no_django(bad: str) -> None:
    program = (
        "import argparse, sys\n"
        "from yishiting.reach.cli import playbook\n"
        "parser = argparse.ArgumentParser()\n"
        "playbook.configure(parser)\n"
        "code = playbook.run(parser.parse_args(sys.argv[1:]))\n"
        "assert not any(name.split('.')[0] == 'django' for name in sys.modules), 'django was imported'\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, "check", bad], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith(f"{bad}:{BAD_LINE}: ")


def test_two_files_that_say_different_things_under_one_id_are_a_fault_of_the_later(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path(good).read_text(encoding="utf-8")
    same, other, later = tmp_path / "same.toml", tmp_path / "other.toml", tmp_path / "later.toml"
    same.write_text(f"# a remark\n{text}", encoding="utf-8")
    other.write_text(text.replace("3 workdays", "4 workdays", 1), encoding="utf-8")
    later.write_text(text.replace("version = 1", "version = 2", 1), encoding="utf-8")
    assert check(good, str(same), str(later)) == 0
    capsys.readouterr()
    assert check(good, str(later), str(other)) == 1
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 1
    assert told[0].startswith(f"{other}:")
    assert good in told[0]
