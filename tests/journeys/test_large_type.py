"""Large type on a phone: nothing hangs over the margin, is cut in its box or pulled apart. First what each looks like."""

from __future__ import annotations

import pytest

from tests.journeys.browser import PHONE, Visitors
from tests.journeys.margins import cut_off
from tests.journeys.plan import who
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
