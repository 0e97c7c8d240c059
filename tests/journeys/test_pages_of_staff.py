"""Every page of the desk, as each post sees it."""

from __future__ import annotations

import pytest

from tests.journeys.browser import Visitors
from tests.journeys.looking import look_in_light, look_in_the_dark_and_in_large_type
from tests.journeys.plan import STAFF, THOROUGH
from tests.journeys.serving import Demo


@pytest.mark.parametrize("role", STAFF)
def test_each_page_is_whole_chinese_and_fits_a_phone_and_a_desk(demo: Demo, visitors: Visitors, role: str) -> None:
    """Status, title, one heading, words, width, size of type and of targets; axe; a picture of each."""
    faults = look_in_light(demo, visitors, role)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


@pytest.mark.parametrize("role", [role for role in STAFF if role in THOROUGH])
def test_each_page_is_plain_in_the_dark_and_in_large_type(demo: Demo, visitors: Visitors, role: str) -> None:
    """axe in both; in large type larger targets, and still nothing wider than the phone."""
    faults = look_in_the_dark_and_in_large_type(demo, visitors, role)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
