"""Every page in both languages: at two widths, in light, in the dark and in large type, at 200 % and without scripts.

What one window shows of a page in one language is asked of all of them. axe and the pictures belong to the looks at each
role's own pages; here it is asked that nothing is wider than its window, cut, too small to read or too small to meet, in
the longer words of English above all.
"""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESK, HEIGHTS, PHONE, Visitor, Visitors
from tests.journeys.checks import page_faults
from tests.journeys.looking import ELDER_TARGET
from tests.journeys.plan import NEIGHBOURS, STAFF, THOROUGH, Stop, stops, who
from tests.journeys.serving import Demo

pytestmark = pytest.mark.long

#: A desk's window at 200 % is as wide as this in the page's own pixels.
ZOOMED = DESK // 2
LANGUAGES = ("zh", "en")
WIDTHS = (PHONE, DESK)


def to_see(demo: Demo, role: str) -> list[Stop]:
    """Return the pages of a role, without those that a role before it sees alike."""
    before = (*NEIGHBOURS, *STAFF)[: (*NEIGHBOURS, *STAFF).index(role)]
    seen = {stop.route for stop in stops(demo) if stop.role in before}
    here = [stop for stop in stops(demo) if stop.role == role and stop.status == 200]
    return here if role in THOROUGH else [stop for stop in here if stop.route not in seen]


def look(visitor: Visitor, stop: Stop, language: str, widths: tuple[int, ...], how: str, target: int = 44) -> list[str]:
    """Open the page once and return what is wrong with it at these widths."""
    status = visitor.go(stop.path)
    if status != 200:
        return [f"{stop.role} {stop.path} ({language}, {how}): answers {status}"]
    faults = []
    for width in widths:
        visitor.page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, HEIGHTS[DESK])})
        found = page_faults(visitor.page, least_target=target, language=language)
        faults += [f"{stop.role} {stop.path} ({language}, {how}, {width}): {fault}" for fault in found]
    return faults


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", [*NEIGHBOURS, *STAFF])
def test_each_page_is_whole_in_every_look(demo: Demo, visitors: Visitors, role: str, language: str) -> None:
    """One window for each light and for no scripts, so that each page is opened four times in each language."""
    person, _ = who(demo, role)
    faults: list[str] = []
    with (
        visitors.window(person) as light,
        visitors.window(person, dark=True) as dark,
        visitors.window(person, elder=True) as elder,
        visitors.window(person, width=DESK, js=False) as plain,
    ):
        for visitor in (light, dark, elder, plain):
            if language == "en":
                visitor.page.context.add_cookies([{"name": "language", "value": "en", "url": demo.base}])
        for stop in to_see(demo, role):
            faults += look(light, stop, language, (*WIDTHS, ZOOMED), "light")
            faults += look(dark, stop, language, WIDTHS, "dark")
            faults += look(elder, stop, language, WIDTHS, "elder", ELDER_TARGET)
            faults += look(plain, stop, language, WIDTHS, "no scripts")
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
