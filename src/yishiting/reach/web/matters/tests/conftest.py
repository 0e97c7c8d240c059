"""A world and browsers for the tests of these pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import World
from yishiting.council.matters.tests.making import prepared
from yishiting.reach.web.matters.tests.making import Browser


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    """Twelve homes, staff, the shipped playbooks; pictures go to a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
    return prepared()


@pytest.fixture
def browse(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Browser]:
    """Return a browser signed in as somebody."""
    return lambda who=None: Browser(world, who, monkeypatch)
