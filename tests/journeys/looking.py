"""Looking at pages: at both widths, in light, in the dark, in large type.

With ``YISHITING_PICTURES=1`` a picture of each is kept in test-results/pages for a person to look at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.journeys.browser import DESK, HEIGHTS, PHONE, Visitor, Visitors
from tests.journeys.checks import axe_faults, bring_axe, page_faults
from tests.journeys.plan import THOROUGH, Stop, stops, who
from tests.journeys.serving import ROOT, Demo

PICTURES = ROOT / "test-results" / "pages"
TAKES_PICTURES = os.environ.get("YISHITING_PICTURES") == "1"
ELDER_TARGET = 60
#: What another colour or a larger type can spoil; the rest axe has seen in light, on the same page.
IN_OTHER_LOOKS = ("color-contrast", "scrollable-region-focusable", "link-in-text-block")
ALL_PICTURES = """() => Promise.all([...document.images].map((image) => {
  image.loading = 'eager';
  return image.decode().catch(() => null);
}))"""


def picture(page: Page, stop: Stop, look: str) -> None:
    """Keep what a page looks like. The window is made as tall as the page, so that the doors stand at its end."""
    if not TAKES_PICTURES:
        return
    words = re.sub(r"\W+", "-", stop.path).strip("-") or "home"
    folder = PICTURES / stop.role
    folder.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size
    assert size is not None
    tall = int(page.evaluate("document.scrollingElement.scrollHeight"))
    page.set_viewport_size({"width": size["width"], "height": max(tall, size["height"])})
    # Those further down are fetched once they come into the window.
    page.evaluate(ALL_PICTURES)
    page.screenshot(path=folder / f"{words[:90]}.{look}.jpg", type="jpeg", quality=70)
    page.set_viewport_size(size)


def look_at_pages(
    demo: Demo, visitors: Visitors, role: str, *, part: int = 0, of: int = 1, left: bool = False
) -> list[str]:
    """Read every stop of a role and look at those that show something new; return what is wrong with them.

    ``part`` ``of`` so many takes each so-manieth page. ``left`` looks at those that are otherwise read alone. Pictures are
    taken of all.
    """
    person, _ = who(demo, role)
    here = [stop for stop in stops(demo) if stop.role == role][part::of]
    faults: list[str] = []
    for stop in here:
        if stop.status != 200:
            faults.append(
                f"{role} {stop.path}: a link leads here from {stop.linked_from}, and it answers {stop.status}"
            )
        faults += _told(stop, "source", list(stop.faults))
    look = [stop for stop in here if stop.status == 200 and (not stop.new if left else stop.new or TAKES_PICTURES)]
    with visitors.window(person, width=PHONE) as visitor:
        if role in THOROUGH:
            bring_axe(visitor.page)
        for stop in look:
            status = visitor.go(stop.path)
            if status != 200:
                faults.append(f"{role} {stop.path}: answered 200 before and answers {status} now")
            elif role in THOROUGH:
                faults += look_in_every_light(visitor.page, stop)
            else:
                faults += _look_in_light(visitor.page, stop)
        faults += _take(visitor)
    return faults


def _look_in_light(page: Page, stop: Stop) -> list[str]:
    faults = _told(stop, f"{PHONE}", page_faults(page))
    with _wide(page):
        return faults + _told(stop, f"{DESK}", page_faults(page))


def look_in_every_light(page: Page, stop: Stop) -> list[str]:
    """Look in light at both widths, on the phone in the dark and in large type, at one and the same document.

    The dark is a media query and large type a class of the page, so that no second document has to come for them
    (``test_large_type`` holds that it is so); an axe run of each. axe in light where the page is at home: a neighbour's
    phone, a desk.
    """
    at_desk = stop.path.startswith("/desk/")
    # Where there is only more of what was looked at, colours, names and roles are those that axe has seen.
    measured_alone = stop.new == "much" and not TAKES_PICTURES
    faults = _told(stop, f"{PHONE}", page_faults(page) + ([] if at_desk or measured_alone else axe_faults(page)))
    picture(page, stop, f"{PHONE}-light")
    if not measured_alone:
        page.emulate_media(color_scheme="dark")
        faults += _told(stop, "dark", axe_faults(page, rules=IN_OTHER_LOOKS))
        picture(page, stop, f"{PHONE}-dark")
        page.emulate_media(color_scheme="light")
    with _wide(page):
        faults += _told(
            stop, f"{DESK}", page_faults(page) + (axe_faults(page) if at_desk and not measured_alone else [])
        )
        picture(page, stop, f"{DESK}-light")
    page.evaluate("() => document.documentElement.classList.add('elder')")
    faults += _told(stop, "elder", page_faults(page, least_target=ELDER_TARGET))
    if not measured_alone:
        faults += _told(stop, "elder", axe_faults(page, rules=IN_OTHER_LOOKS))
    picture(page, stop, f"{PHONE}-elder")
    return faults


@contextmanager
def _wide(page: Page) -> Iterator[None]:
    page.set_viewport_size({"width": DESK, "height": HEIGHTS[DESK]})
    try:
        yield
    finally:
        page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})


def look_at(visitor: Visitor) -> list[str]:
    """Return what is wrong with the page that a visitor stands on."""
    faults = []
    for width in (PHONE, DESK):
        visitor.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        faults += [f"{visitor.path} ({width}): {fault}" for fault in page_faults(visitor.page)]
    visitor.page.set_viewport_size({"width": visitor.width, "height": HEIGHTS[visitor.width]})
    # axe waits on the page's own promises, which never come where scripts are off.
    return faults + [f"{visitor.path}: {fault}" for fault in (axe_faults(visitor.page) if visitor.js else [])]


def _told(stop: Stop, look: str, faults: list[str]) -> list[str]:
    return [f"{stop.role} {stop.path} ({look}): {fault}" for fault in faults]


def _take(visitor: Visitor) -> list[str]:
    found, visitor.faults = visitor.faults, []
    return found
