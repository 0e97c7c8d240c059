"""A secret that is made on first use is one, whoever comes first, and is never nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from yishiting.config import environment


def test_of_several_that_begin_at_once_all_take_the_secret_that_was_kept_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as several:
        found = set(several.map(lambda _: environment.secret("data_key", tmp_path), range(40)))
    assert found == {(tmp_path / "data_key.txt").read_text()}
    assert len(found.pop()) > 40
    assert [each.name for each in tmp_path.iterdir()] == ["data_key.txt"]
    assert (tmp_path / "data_key.txt").stat().st_mode & 0o777 == 0o600


def test_a_secret_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data_key.txt").write_text("\n")
    with pytest.raises(ValueError, match=r"data_key\.txt is empty"):
        environment.secret("data_key", tmp_path)


def test_the_surroundings_come_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YISHITING_DATA_KEY", "given")
    assert environment.secret("data_key", tmp_path) == "given"
    assert not list(tmp_path.iterdir())
