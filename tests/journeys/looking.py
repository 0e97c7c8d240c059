"""Looking at pages: at both widths, in light, in the dark, in large type.

With ``YISHITING_PICTURES=1`` a picture of each is kept in test-results/pages for a person to look at.
"""

from __future__ import annotations

import os
import re

from playwright.sync_api import Page

from tests.journeys.browser import DESK, HEIGHTS, PHONE, Visitor, Visitors
from tests.journeys.checks import axe_faults, page_faults
from tests.journeys.plan import THOROUGH, Stop, stops, who
from tests.journeys.serving import ROOT, Demo

PICTURES = ROOT / "test-results" / "pages"
TAKES_PICTURES = os.environ.get("YISHITING_PICTURES") == "1"
ELDER_TARGET = 60
#: What another colour or a larger type can spoil; the rest axe has seen in light, on the same page.
IN_OTHER_LOOKS = ("color-contrast", "scrollable-region-focusable", "link-in-text-block")
#: Pages of anybody that look otherwise at each stage, and so are looked at in each light, one by one.
CHANGING = frozenset({"web:matter", "web:vote", "web:meeting", "web:project"})
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


def look_in_light(demo: Demo, visitors: Visitors, role: str) -> list[str]:
    """Visit every stop of a role at both widths; return what is wrong with them."""
    person, _ = who(demo, role)
    thorough = role in THOROUGH
    faults: list[str] = []
    with visitors.window(person, width=PHONE) as visitor:
        for stop in (each for each in stops(demo) if each.role == role):
            status = visitor.go(stop.path)
            if status != 200:
                faults.append(
                    f"{role} {stop.path}: a link leads here, and it answers {status} (from {stop.linked_from})"
                )
                continue
            # axe where the page is at home: a neighbour's phone, a desk.
            home = DESK if stop.path.startswith("/desk/") else PHONE
            for width in (PHONE, DESK):
                visitor.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
                found = page_faults(visitor.page)
                if thorough:
                    found += axe_faults(visitor.page) if width == home else []
                    picture(visitor.page, stop, f"{width}-light")
                faults += _told(stop, str(width), found)
            visitor.page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
        faults += _take(visitor)
    return faults


def look_in_the_dark_and_in_large_type(demo: Demo, visitors: Visitors, role: str) -> list[str]:
    """Dark: axe and a picture. Elder mode: axe, targets of 60 px, nothing wider than the phone."""
    person, _ = who(demo, role)
    faults: list[str] = []
    before = THOROUGH[: THOROUGH.index(role)]
    seen = {stop.route for stop in stops(demo) if stop.role in before}
    with (
        visitors.window(person, width=PHONE, dark=True) as dark,
        visitors.window(person, width=PHONE, elder=True) as elder,
    ):
        for stop in (each for each in stops(demo) if each.role == role and each.status == 200):
            # Another of the same page shows nothing new in other colours, unless it is at another stage.
            if stop.route in seen and not (role.endswith("nobody") and stop.route in CHANGING):
                continue
            seen.add(stop.route)
            dark.go(stop.path)
            faults += _told(stop, "dark", axe_faults(dark.page, rules=IN_OTHER_LOOKS))
            picture(dark.page, stop, "390-dark")
            elder.go(stop.path)
            found = page_faults(elder.page, least_target=ELDER_TARGET)
            faults += _told(stop, "elder", found + axe_faults(elder.page, rules=IN_OTHER_LOOKS))
            picture(elder.page, stop, "390-elder")
        faults += _take(dark) + _take(elder)
    return faults


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
