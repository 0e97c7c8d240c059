"""Every page that anybody or a resident can come to, on a phone and at a desk, and no address left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.journeys.addresses import FILES, UNREACHED, routes, same_view
from tests.journeys.browser import Visitors
from tests.journeys.looking import look_at_pages
from tests.journeys.neighbourhood import STILL
from tests.journeys.plan import NEIGHBOURS, stops
from tests.journeys.reading import Reader
from tests.journeys.serving import Demo

#: In how many parts a role's pages are looked at: in all lights that takes a while.
PARTS = 2


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("role", NEIGHBOURS)
def test_each_page_is_whole_chinese_and_plain_on_a_phone_and_at_a_desk(
    demo: Demo, visitors: Visitors, role: str, part: int
) -> None:
    """Status, title, one heading, words, width, size of type and of targets; axe, in light, in the dark, in large type."""
    faults = look_at_pages(demo, visitors, role, part=part, of=PARTS)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


@pytest.mark.long
@pytest.mark.parametrize("role", NEIGHBOURS)
def test_what_is_built_of_nothing_new_is_looked_at_too(demo: Demo, visitors: Visitors, role: str) -> None:
    """The pages that the test above reads and does not open."""
    faults = look_at_pages(demo, visitors, role, left=True)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


def test_no_address_that_answers_is_left_unvisited(demo: Demo) -> None:
    """The URL resolver knows every address; whatever answers a GET must be among the pages that are visited."""
    visited = {stop.route for stop in stops(demo) if stop.status == 200}
    reader = Reader(demo, demo.person("community_worker", demo.slug_of(STILL)))
    left = []
    for name, pattern in routes().items():
        if same_view(name) & visited or name in UNREACHED or name in FILES:
            continue
        # One that takes a POST alone says so.
        example = re.sub(r"<(?:\w+:)?(\w+)>", lambda word: demo.slug_of(STILL) if word[1] == "slug" else "1", pattern)
        if (status := reader.get(f"/{example}").status) != 405:
            left.append(f"{name}: /{pattern} (answers {status})")
    assert not left, "nobody visited\n" + "\n".join(left)


def test_what_is_named_as_unreached_is_still_an_address() -> None:
    """A reason that outlives its page would hide the next one of that name."""
    assert not {*UNREACHED, *FILES} - set(routes())


def test_what_is_named_as_unreached_is_not_reached(demo: Demo) -> None:
    """A page that a link leads to by now is looked at like every other, and needs no reason."""
    assert not {stop.route for stop in stops(demo) if stop.status == 200} & {*UNREACHED, *FILES}


def test_pictures_of_pages_are_not_kept_in_the_repository(repository_root: Path) -> None:
    """They would be old the day after."""
    assert "/test-results/" in (repository_root / ".gitignore").read_text().splitlines()
