"""Every page of the desk, as each post sees it."""

from __future__ import annotations

import pytest

from tests.journeys.browser import Visitors
from tests.journeys.looking import look_at_pages
from tests.journeys.plan import STAFF, THOROUGH
from tests.journeys.serving import Demo

#: In how many parts a role's pages are looked at: in all lights that takes a while.
PARTS = 6
MANY = [(role, part, PARTS) for role in STAFF if role in THOROUGH for part in range(PARTS)]
FEW = [(role, 0, 1) for role in STAFF if role not in THOROUGH]


@pytest.mark.parametrize(("role", "part", "of"), [*MANY, *FEW])
def test_each_page_is_whole_chinese_and_plain_on_a_phone_and_at_a_desk(
    demo: Demo, visitors: Visitors, role: str, part: int, of: int
) -> None:
    """Status, title, one heading, words, width, size of type and of targets; axe, in light, in the dark, in large type."""
    faults = look_at_pages(demo, visitors, role, part=part, of=of)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


@pytest.mark.long
@pytest.mark.parametrize("role", STAFF)
def test_what_is_built_of_nothing_new_is_looked_at_too(demo: Demo, visitors: Visitors, role: str) -> None:
    """The pages that the test above reads and does not open."""
    faults = look_at_pages(demo, visitors, role, left=True)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
