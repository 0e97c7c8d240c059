"""``yishiting rules check``: faults with their lines, exit codes, and JSON alone on stdout."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

from yishiting.reach.cli.main import main

FINE = 'id = "a-place"\nversion = 1\nname = "某地"\nbase = "national"\n\n[[figure]]\nkey = "proxy.most"\n'
REST = 'source = "某地的规定"\nread_on = 2026-01-02\nverified = false\n'


def run(tmp_path: Path, text: str | bytes, *more: str) -> int:
    file = tmp_path / "pack.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return main(["rules", "check", *more, str(file)])


def test_a_pack_without_fault_says_how_much_is_not_yet_verified(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, FINE + "value = 4\n" + REST) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "没有问题，共 1 条，其中 1 条还没有与现行文本核对" in err


def test_a_fault_is_told_with_its_line_and_the_exit_code_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, FINE + 'value = "4"\n' + REST) == 1
    assert "pack.toml:8: “proxy.most”要写成一个整数" in capsys.readouterr().out


def test_json_stands_alone_on_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, FINE + "value = 0\n" + REST, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert [(fault["line"], fault["code"]) for fault in found["files"][0]["faults"]] == [(8, "value")]


def test_what_cannot_be_read_is_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check", str(tmp_path / "none.toml")]) == 2
    assert run(tmp_path, b"\xff\xfe\x00") == 2
    assert main(["rules", "check", str(tmp_path)]) == 2
    assert capsys.readouterr().out == ""


def test_every_shipped_pack_passes_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    library = resources.files("yishiting.ground.packs").joinpath("library")
    assert main(["rules", "check", *(str(file) for file in library.iterdir() if file.name.endswith(".toml"))]) == 0
    assert capsys.readouterr().out == ""
