"""The served demonstration, read without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.serving import Demo, shared_demo

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These need the served demonstration, as the journeys do, and run with them."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """The running demonstration, shared by all test processes."""
    with shared_demo() as running:
        yield running
