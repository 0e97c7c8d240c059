"""The demonstration and the browser, once for all journeys of a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.acts import Neighbourhood
from tests.journeys.browser import PHONE, Visitors, launch
from tests.journeys.serving import Demo, shared_demo

HERE = Path(__file__).parent
#: What begins first, since it takes longest; a process that comes to its end finds small files left to take.
FIRST = (
    "test_pages_of_staff.py",
    "test_way_on_a_phone.py",
    "test_way_at_a_desk.py",
    "test_pages_of_neighbours.py",
    "test_own_playbook.py",
    "test_money.py",
    "test_merging.py",
    "test_questions.py",
    "test_refusals.py",
    "test_desk.py",
    "test_appraisal.py",
)
#: What needs a moment, for the end.
LAST = ("test_story_of_a_roof.py", "test_roster.py", "test_checks.py", "test_large_type.py", "test_sources.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a journey; a mark forgotten on one would start a server in `make check`."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
    order = {name: place for place, name in enumerate((*FIRST, "", *LAST))}
    items.sort(key=lambda item: order.get(item.path.name if HERE in item.path.parents else "", order[""]))


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """The running demonstration, shared by all test processes."""
    with shared_demo() as running:
        yield running


@pytest.fixture(scope="session")
def visitors(demo: Demo) -> Iterator[Visitors]:
    """Opens browser windows."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield Visitors(demo, browser)
        finally:
            browser.close()


@pytest.fixture
def width() -> int:
    """How wide the windows of ``here`` are; a parametrized test says otherwise."""
    return PHONE


@pytest.fixture
def js() -> bool:
    """Whether scripts run in the windows of ``here``; a parametrized test says otherwise."""
    return True


@pytest.fixture
def here(visitors: Visitors, width: int, js: bool) -> Neighbourhood:
    """梧桐里 and its people at their windows."""
    return Neighbourhood(visitors, width, js)
