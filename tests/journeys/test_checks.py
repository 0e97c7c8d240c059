"""The checks are shown what they must find, so that a page's silence means something."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESK, PHONE, Visitors
from tests.journeys.checks import axe_faults, page_faults, word_faults

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
