"""Every page of the story, as each who may see it, on a phone and at a desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.addresses import UNREACHED, routes, same_view
from tests.journeys.browser import DESK, PHONE, Visitors
from tests.journeys.checks import axe_faults, page_faults
from tests.journeys.neighbourhood import STILL
from tests.journeys.plan import STARTS, THOROUGH, Stop, stops, who
from tests.journeys.reading import Reader
from tests.journeys.serving import ROOT, Demo

PICTURES = ROOT / "test-results" / "pages"
ELDER_TARGET = 60


def _picture(page: Page, stop: Stop, look: str) -> None:
    words = re.sub(r"\W+", "-", stop.path).strip("-") or "home"
    folder = PICTURES / stop.role
    folder.mkdir(parents=True, exist_ok=True)
    # A window as tall as the page, so that the doors stand at its end and not across its middle.
    size = page.viewport_size
    assert size is not None
    tall = int(page.evaluate("document.scrollingElement.scrollHeight"))
    page.set_viewport_size({"width": size["width"], "height": max(tall, size["height"])})
    page.screenshot(path=folder / f"{words[:90]}.{look}.jpg", type="jpeg", quality=70)
    page.set_viewport_size(size)


def _told(stop: Stop, look: str, faults: list[str]) -> list[str]:
    return [f"{stop.role} {stop.path} ({look}): {fault}" for fault in faults]


@pytest.mark.parametrize("role", STARTS)
def test_each_page_is_whole_chinese_and_fits_a_phone_and_a_desk(demo: Demo, visitors: Visitors, role: str) -> None:
    """Status, title, one heading, words, width, size of type and of targets; axe in light; a picture of each."""
    person, _ = who(demo, role)
    faults: list[str] = []
    with visitors.window(person, width=PHONE) as visitor:
        for stop in (each for each in stops(demo) if each.role == role):
            status = visitor.go(stop.path)
            if status != 200:
                faults.append(f"{role} {stop.path}: a link leads here, and it answers {status}")
                continue
            for width in (PHONE, DESK):
                visitor.page.set_viewport_size({"width": width, "height": 900})
                found = page_faults(visitor.page)
                if width == PHONE or role in THOROUGH:
                    found += axe_faults(visitor.page)
                faults += _told(stop, str(width), found)
                _picture(visitor.page, stop, f"{width}-light")
            visitor.page.set_viewport_size({"width": PHONE, "height": 844})
        faults += visitor.faults
        visitor.faults.clear()
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


@pytest.mark.parametrize("role", THOROUGH)
def test_each_page_is_plain_in_the_dark_and_in_large_type(demo: Demo, visitors: Visitors, role: str) -> None:
    """Dark: axe and a picture. Elder mode: axe, targets of 60 px, nothing wider than the phone."""
    person, _ = who(demo, role)
    faults: list[str] = []
    seen: set[str] = set()
    with (
        visitors.window(person, width=PHONE, dark=True) as dark,
        visitors.window(person, width=PHONE, elder=True) as elder,
    ):
        for stop in (each for each in stops(demo) if each.role == role and each.status == 200):
            # Another of the same page shows nothing new, unless it is at another stage, as a reader sees it.
            if not role.endswith("nobody") and stop.route in seen:
                continue
            seen.add(stop.route)
            dark.go(stop.path)
            faults += _told(stop, "dark", axe_faults(dark.page))
            _picture(dark.page, stop, "390-dark")
            elder.go(stop.path)
            faults += _told(
                stop, "elder", page_faults(elder.page, least_target=ELDER_TARGET) + axe_faults(elder.page)
            )
            _picture(elder.page, stop, "390-elder")
        faults += dark.faults + elder.faults
        dark.faults.clear()
        elder.faults.clear()
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


def test_no_address_that_answers_is_left_unvisited(demo: Demo) -> None:
    """The URL resolver knows every address; whatever answers a GET must be among the pages that were visited."""
    visited = {stop.route for stop in stops(demo)}
    reader = Reader(demo, demo.person("community_worker", demo.slug_of(STILL)))
    left = []
    for name, pattern in routes().items():
        if same_view(name) & visited or name in UNREACHED:
            continue
        # One that takes a POST alone says so.
        example = re.sub(r"<(?:\w+:)?(\w+)>", lambda word: demo.slug_of(STILL) if word[1] == "slug" else "1", pattern)
        if reader.get(f"/{example}").status != 405:
            left.append(f"{name}: /{pattern}")
    assert not left, "nobody visited\n" + "\n".join(left)


def test_what_is_named_as_unreached_is_still_an_address() -> None:
    """A reason that outlives its page would hide the next one of that name."""
    assert not set(UNREACHED) - set(routes())


def test_pictures_of_pages_are_not_kept_in_the_repository(repository_root: Path) -> None:
    """They would be old the day after."""
    assert "/test-results/" in (repository_root / ".gitignore").read_text().splitlines()
