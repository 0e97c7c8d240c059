"""Every page that anybody or a resident can come to, on a phone and at a desk, and no address left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.journeys.addresses import FILES, UNREACHED, routes, same_view
from tests.journeys.browser import Visitors
from tests.journeys.looking import look_in_light, look_in_the_dark_and_in_large_type
from tests.journeys.neighbourhood import STILL
from tests.journeys.plan import NEIGHBOURS, stops
from tests.journeys.reading import Reader
from tests.journeys.serving import Demo


@pytest.mark.parametrize("role", NEIGHBOURS)
def test_each_page_is_whole_chinese_and_fits_a_phone_and_a_desk(demo: Demo, visitors: Visitors, role: str) -> None:
    """Status, title, one heading, words, width, size of type and of targets; axe; a picture of each."""
    faults = look_in_light(demo, visitors, role)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


@pytest.mark.parametrize("role", NEIGHBOURS)
def test_each_page_is_plain_in_the_dark_and_in_large_type(demo: Demo, visitors: Visitors, role: str) -> None:
    """axe in both; in large type larger targets, and still nothing wider than the phone."""
    faults = look_in_the_dark_and_in_large_type(demo, visitors, role)
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
