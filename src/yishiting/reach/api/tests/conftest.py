"""What is left alone where the long tests are not asked for."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out, unread, what is asked at random: finding its questions takes as long as finding all other tests."""
    without_long = "not long" in str(config.getoption("markexpr"))
    return True if without_long and collection_path.name == "test_anything.py" else None
