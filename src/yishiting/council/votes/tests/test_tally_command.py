"""The command ``tally`` as a shell sees it: the result alone on stdout, messages on stderr, the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import yishiting

# The module is driven alone, so that this holds whatever else the command line has; it ends by telling whether the
# count has pulled in the framework.
DRIVER = """
import argparse, sys
from yishiting.reach.cli import tally
parser = argparse.ArgumentParser(prog=tally.NAME)
tally.configure(parser)
code = tally.run(parser.parse_args())
if any(name.split(".")[0] == "django" for name in sys.modules):
    code = 99
sys.exit(code)
"""
SOURCE = str(Path(yishiting.__file__).resolve().parent.parent)


def vote(in_favour: int, *, of: int = 9, invalid: int = 0) -> dict[str, Any]:
    choices = ["for"] * in_favour + ["invalid"] * invalid
    return {
        "rule": "ordinary",
        "roll": [{"home": f"h{n}", "area": "100", "owner": f"o{n}"} for n in range(of)],
        "ballots": [
            {"owner": f"o{n}", "channel": "paper", "at": "2025-03-01T09:00:00+08:00", "choice": choice}
            for n, choice in enumerate(choices)
        ],
    }


def tally(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("DJANGO", "YISHITING", "LC_", "LANG"))
    }
    return subprocess.run(
        [sys.executable, "-c", DRIVER, *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env={**clean, "PYTHONPATH": SOURCE, **environment},
    )


@pytest.mark.parametrize(("in_favour", "outcome"), [(6, "passed"), (5, "no_quorum"), (0, "no_quorum")])
def test_stdout_is_one_object_and_the_exit_is_0_for_a_failed_vote_too(
    tmp_path: Path, in_favour: int, outcome: str
) -> None:
    file = tmp_path / "vote.json"
    file.write_text(json.dumps(vote(in_favour)), encoding="utf-8")
    done = tally(str(file))
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert list(found) == ["heads", "area", "quorum", "outcome", "with_invalid", "explanation"]
    assert found["outcome"] == outcome
    assert found["heads"] == {"all": 9, "participating": in_favour, "for": in_favour}
    area = f"{in_favour * 100}.00"
    assert found["area"] == {"all": "900.00", "participating": area, "for": area}


def test_the_file_may_come_on_standard_input() -> None:
    done = tally("-", stdin=json.dumps(vote(5, invalid=1)).encode())
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["outcome"] == "to_adjudicate"
    assert found["with_invalid"]["outcome"] == "passed"


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8"])
def test_the_result_is_utf_8_with_readable_chinese_whatever_the_terminal_speaks(encoding: str) -> None:
    done = tally("-", stdin=json.dumps(vote(6)).encode(), PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert "结果：通过。" in done.stdout.decode("utf-8")


def test_fields_that_were_not_used_are_named_on_stderr_alone(tmp_path: Path) -> None:
    file = tmp_path / "vote.json"
    file.write_text(json.dumps({**vote(6), "title": "lift"}), encoding="utf-8")
    done = tally(str(file))
    assert done.returncode == 0
    assert done.stderr.decode() == f"{file}：不认识“title”，没有用它。\n"
    assert json.loads(done.stdout)["outcome"] == "passed"


def bad(**changes: Any) -> bytes:
    return json.dumps({**vote(6), **changes}).encode()


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"\xff\xfe", "UTF-8"),
        (bad(rule="most"), "rule"),
        (bad(roll=[]), "roll"),
        (bad(roll=[{"home": "1", "area": None, "owner": "o0"}]), "roll[0].area"),
        (bad(roll=[{"home": "1", "area": "1", "owner": "o0"}] * 2), "roll[1].home"),
        (bad(roll=[{"home": "1", "area": "1", "owner": "somebody"}]), "ballots[0].owner"),
        (
            bad(ballots=[{"owner": "o0", "channel": "paper", "at": "2025-03-01T09:00", "choice": "for"}]),
            "ballots[0].at",
        ),
        (bad(ballots=[{"owner": "a\nb\ud800", "channel": "paper", "at": "", "choice": "for"}]), "ballots[0].owner"),
        (bad(options={"precedence": "NEWEST"}), "options.precedence"),
    ],
)
def test_unreadable_input_is_one_sentence_on_stderr_and_exit_2(data: bytes, place: str) -> None:
    done = tally("-", stdin=data)
    assert (done.returncode, done.stdout) == (2, b"")
    message = done.stderr.decode()
    assert place in message
    assert message.count("\n") == 1
    assert message.endswith("。\n")


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_is_not_there_or_is_a_folder_is_exit_2(tmp_path: Path, name: str) -> None:
    done = tally(str(tmp_path / name))
    assert (done.returncode, done.stdout) == (2, b"")
    assert "这是一个文件夹" in done.stderr.decode() or "没有这个文件" in done.stderr.decode()


def test_no_file_at_all_is_wrong_usage() -> None:
    done = tally()
    assert (done.returncode, done.stdout) == (2, b"")
