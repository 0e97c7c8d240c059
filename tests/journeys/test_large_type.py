"""Large type on a phone: nothing hangs over the margin, is cut in its box or pulled apart. First what each looks like.

And that it is a class of the page and nothing else, since the looks at all pages set it there.
"""

from __future__ import annotations

import re

import pytest

from tests.journeys.browser import PHONE, Visitors
from tests.journeys.margins import cut_off
from tests.journeys.plan import STAFF, THOROUGH, stops, who
from tests.journeys.reading import Reader
from tests.journeys.serving import Demo

PLANTS = {
    "let an area hang over": (
        "e.style.cssText = 'white-space:nowrap;margin-right:-60px;text-align:right'; e.textContent = '191.83 ㎡'",
        "“191.83 ㎡” hangs over the margin",
    ),
    "cut what is chosen": (
        "e.innerHTML = '<select><option>先到期的在前</option></select>'; e.firstChild.style.width = '90px'",
        "“先到期的在前” is cut",
    ),
    "let a line begin with a mark": (
        "e.style.width = '7.3em'; e.textContent = '南楼一单元大门 · 周一'",
        "a line begins with “·",
    ),
    "pull a cell apart": (
        "e.innerHTML = '<table class=slips><tr><td data-l=到哪步><b>落实</b><span>项目</span></td></tr></table>';"
        " e.querySelector('td').style.justifyContent = 'space-between';"
        " e.querySelector('b').style.marginRight = 'auto'",
        "is pulled apart",
    ),
}
PAGES = {
    "nobody": ("/e/{slug}/", "/e/{slug}/matters/", "/e/{slug}/projects/", "/e/{slug}/playbooks/clear-stairwells/1/"),
    "owner_a": ("/e/{slug}/votes/{vote}/", "/e/{slug}/votes/{vote}/ballot/", "/me/"),
    "community_worker": ("/desk/", "/desk/matters/", "/desk/votes/", "/desk/meetings/", "/desk/roster/"),
}


@pytest.mark.parametrize("what", PLANTS)
def test_a_planted_fault_is_found(visitors: Visitors, what: str) -> None:
    """Each alone, on a page that has none."""
    act, told = PLANTS[what]
    with visitors.window(None, width=PHONE, elder=True) as visitor:
        visitor.go("/account/login/")
        assert cut_off(visitor.page) == []
        visitor.page.evaluate(
            "() => { const e = document.createElement('p').appendChild(document.createElement('div'));"
            f" document.querySelector('main').append(e); {act} }}"
        )
        found = cut_off(visitor.page)
        assert any(told in fault for fault in found), found


@pytest.mark.parametrize("role", PAGES)
def test_a_page_in_large_type_keeps_within_its_margins(demo: Demo, visitors: Visitors, role: str) -> None:
    """The pages with figures, lists to choose from and tables."""
    person, slug = who(demo, role)
    faults: list[str] = []
    with visitors.window(person, width=PHONE, elder=True) as visitor:
        for page in PAGES[role]:
            path = page.format(slug=slug, vote=demo.ids["open_vote"])
            assert visitor.go(path) == 200, path
            faults += [f"{path}: {fault}" for fault in cut_off(visitor.page)]
    assert faults == []


#: What is another in each answer: the token of a form, and the switch itself.
OTHERWISE = re.compile(
    r'"csrfmiddlewaretoken" value="\w+"|x-csrftoken":"\w+"|<form[^>]* action="/elder/">.*?</form>', re.S
)


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=pytest.mark.long) if role in STAFF else role for role in THOROUGH]
)
def test_large_type_is_a_class_of_the_page_and_nothing_else(demo: Demo, role: str) -> None:
    """The same page with the cookie and without, one of each route, but for the switch."""
    person, _ = who(demo, role)
    plain, large = Reader(demo, person), Reader(demo, person)
    large.keep("elder", "1")
    told = {stop.route: stop.path for stop in stops(demo) if stop.role == role and stop.status == 200}
    # What changes with each sign-in, and with each look.
    kept = {path for route, path in told.items() if not re.search("session|account|:cases?$|demo", route)}
    assert len(kept) > 5, told
    other = []
    for path in sorted(kept):
        small, big = (OTHERWISE.sub("", reader.get(path).body) for reader in (plain, large))
        html = re.compile(r'<html ([^>]*)class="([^"]*)"')
        assert " elder" in html.search(big)[2] + " ", path
        if html.sub(r'<html \1class="\2 elder"', small, count=1) != big:
            other.append(path)
    assert other == []
