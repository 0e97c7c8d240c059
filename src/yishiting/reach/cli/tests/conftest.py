"""Tests of the command line run in surroundings that name no language, whatever shell started them."""

from __future__ import annotations

import pytest

from yishiting.reach.cli.tongue import ASKED


@pytest.fixture(autouse=True)
def _no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ASKED:
        monkeypatch.delenv(name, raising=False)
