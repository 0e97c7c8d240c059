"""The two estates that the tests of every room begin with."""

from __future__ import annotations

import pytest

from tests.parity.twins import Twins
from yishiting.reach.api import door


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> Twins:
    monkeypatch.setattr(door, "RATES", {})
    return Twins(monkeypatch)
