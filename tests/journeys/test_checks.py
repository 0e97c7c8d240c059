"""The checks are shown what they must find, so that a page's silence means something."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESK, PHONE, Visitors
from tests.journeys.checks import axe_faults, bring_axe, page_faults, word_faults
from tests.journeys.looking import look_in_every_light
from tests.journeys.plan import Stop

PLANTS = {
    "add a wide line": ("e.style.width = '700px'; e.textContent = '很宽'; main.append(e)", "is 7"),
    "add small type": ("e.style.fontSize = '12px'; e.textContent = '小字'; main.append(e)", "shows words in 12"),
    "add a small button": (
        "const b = document.createElement('button'); b.style.cssText = 'min-height:0;height:20px;padding:0';"
        " b.textContent = '点'; main.append(b)",
        "has a target of",
    ),
    "add an English word": ("e.textContent = 'Submit'; main.append(e)", "says 'Submit'"),
    "add an English label": ("e.setAttribute('aria-label', 'Close it'); main.append(e)", "says 'Close'"),
    "leave a placeholder": ("e.textContent = '共 %(n)s 件'; main.append(e)", "shows the placeholder '%(n)'"),
    "add a second heading": (
        "const h = document.createElement('h1'); h.textContent = '又一个'; main.append(h)",
        "has 2 visible h1",
    ),
    "take the title away": ("document.title = ''", "has no title"),
    "empty the page": ("main.replaceChildren()", "has an empty main"),
    "break a picture": (
        "const i = new Image(); i.alt = '图'; i.src = '/static/none.png'; main.append(i)",
        "does not load",
    ),
}


@pytest.mark.parametrize("what", PLANTS)
def test_a_planted_fault_is_found(visitors: Visitors, what: str) -> None:
    """Each fault alone, on a page that has none."""
    act, told = PLANTS[what]
    visitor = visitors.open(width=PHONE)
    try:
        visitor.go("/account/login/")
        assert not page_faults(visitor.page)
        visitor.page.evaluate(
            f"() => {{ const main = document.querySelector('main'), e = document.createElement('p'); {act};"
            " return Promise.all([...document.images].map((image) => image.decode().catch(() => null))); }"
        )
        found = page_faults(visitor.page)
        assert any(told in fault for fault in found), found
    finally:
        visitor.page.context.close()


def test_pale_words_and_a_field_without_a_name_are_found(visitors: Visitors) -> None:
    """axe runs under the page's own policy, in light and in the dark."""
    for dark in (False, True):
        visitor = visitors.open(width=DESK, dark=dark)
        try:
            visitor.go("/account/login/")
            assert not axe_faults(visitor.page)
            visitor.page.evaluate(
                "() => { const main = document.querySelector('main'), p = document.createElement('p');"
                " p.style.color = '#888'; p.style.background = '#777'; p.textContent = '看不清';"
                " main.append(p, document.createElement('input')); }"
            )
            found = " ".join(axe_faults(visitor.page))
            assert "color-contrast" in found
            assert "label" in found
        finally:
            visitor.page.context.close()


#: What is wrong in one look alone, and in which it is told.
IN_ONE_LOOK = {
    "@media (prefers-color-scheme: dark) { main p { color: #333 !important } }": ("(dark): axe color-contrast",),
    ".elder main .btn { min-height: 0; height: 52px; padding: 0 }": ("(elder): has a target",),
    ".elder main { width: 700px }": ("(elder): is 7",),
    "@media (min-width: 900px) { main { width: 2000px } }": ("(1280): is 2",),
    "@media (max-width: 899px) { main { width: 500px } }": ("(390): is 5", "(elder): is 5"),
    "main p { color: #bbb !important }": ("(390): axe color-contrast", "(elder): axe color-contrast"),
}


@pytest.mark.parametrize("rule", IN_ONE_LOOK)
def test_what_is_wrong_in_one_look_alone_is_found_in_it(visitors: Visitors, rule: str) -> None:
    """One document is looked at in all of them, so that each must show what it alone shows, and no other look tell it."""
    stop = Stop("nobody", "/account/login/", "account_login", 200, "", new="parts", faults=())
    with visitors.window(width=PHONE) as visitor:
        bring_axe(visitor.page)
        visitor.go(stop.path)
        assert look_in_every_light(visitor.page, stop) == []
        visitor.go(stop.path)
        visitor.page.evaluate(
            "rule => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rule); document.adoptedStyleSheets = [sheet]; }",
            rule,
        )
        faults = look_in_every_light(visitor.page, stop)
        told = [each for each in IN_ONE_LOOK[rule] if any(each in fault for fault in faults)]
        assert tuple(told) == IN_ONE_LOOK[rule], faults
        assert all(any(each in fault for each in told) for fault in faults), faults


def test_where_there_is_only_more_of_the_same_its_measures_are_still_taken(visitors: Visitors) -> None:
    stop = Stop("nobody", "/account/login/", "account_login", 200, "", new="much", faults=())
    with visitors.window(width=PHONE) as visitor:
        visitor.go(stop.path)
        visitor.page.evaluate("() => { document.querySelector('main p').style.width = '700px'; }")
        told = " ".join(look_in_every_light(visitor.page, stop))
        assert "(390): is 7" in told
        assert "(elder): is 7" in told


def test_a_browser_that_complains_fails_the_visit(visitors: Visitors) -> None:
    """A script error, a word from the policy, another host."""
    visitor = visitors.open()
    try:
        visitor.go("/account/login/")
        visitor.page.evaluate(
            "() => { const i = new Image(); i.src = 'http://localhost:1/elsewhere.png'; document.body.append(i); }"
        )
        visitor.page.evaluate("() => { setTimeout(() => { throw new Error('planted'); }, 0); }")
        visitor.page.evaluate("() => new Promise((done) => setTimeout(done, 50))")
        told = " ".join(visitor.faults)
        assert "script error" in told
        assert "asks another host" in told or "Content Security Policy" in told
    finally:
        visitor.page.context.close()


def test_words_that_stand_as_they_are_pass_and_others_do_not() -> None:
    """A receipt, a digest and what is quoted in a box of code are no foreign words."""
    assert not word_faults(["校验值 12:" + "0af3" * 16, "打开 Excel", "\0playbook_id", "playbook_id"])
    assert word_faults(["状态：carry_out"]) == ["says 'carry_out', which is not Chinese"]
    assert word_faults(["共 None 件"])
