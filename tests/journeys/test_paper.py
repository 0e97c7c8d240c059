"""Pages on paper, as the browser prints them: nothing to press, what is folded is unfolded, a notice is one sheet."""

from __future__ import annotations

import re

import pytest

from tests.journeys.browser import DESK, Visitors
from tests.journeys.plan import who
from tests.journeys.serving import Demo

#: 静安里, where there is one of everything.
AT_REST = "/e/jinganli/"
PAGES = {
    "nobody": (
        "/e/{slug}/",
        "/e/{slug}/matters/",
        "/e/{slug}/meetings/book/",
        "/e/{slug}/votes/1/",
        "/e/{slug}/record/",
        f"{AT_REST}meetings/8/",
        f"{AT_REST}notices/1/",
        f"{AT_REST}chart/",
    ),
    "community_worker": ("/desk/", "/desk/matters/", "/desk/roster/", "/desk/posts/", "/desk/{slug}/meetings/1/"),
}
#: What stands on the sheet and can only be pressed, sifted or chosen on a screen; and what stays folded.
TO_PRESS = """() => {
  window.dispatchEvent(new Event('beforeprint'));
  const seen = [...document.querySelectorAll('button,input:not([type=hidden]),select,textarea,.filters,.tabs,.doors,'
    + '.tools,a.back,a.more:not(.stays)')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > 2);
  const folded = [...document.querySelectorAll('main details:not([open])')];
  window.dispatchEvent(new Event('afterprint'));
  return [...seen, ...folded].map((e) => `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 30)}`);
}"""


@pytest.mark.parametrize("role", PAGES)
def test_nothing_to_press_stands_on_paper(demo: Demo, visitors: Visitors, role: str) -> None:
    """What is unfolded for the paper is folded again afterwards."""
    person, slug = who(demo, role)
    faults: list[str] = []
    with visitors.window(person, width=DESK) as visitor:
        visitor.page.emulate_media(media="print")
        for page in PAGES[role]:
            path = page.format(slug=slug)
            assert visitor.go(path) == 200, path
            faults += [f"{path}: {fault}" for fault in visitor.page.evaluate(TO_PRESS)]
            assert visitor.page.locator("[data-unfolded]").count() == 0
    assert faults == []


def test_a_notice_for_the_wall_is_one_sheet_with_its_title_whole(visitors: Visitors) -> None:
    with visitors.window(None, width=DESK) as visitor:
        assert visitor.go(f"{AT_REST}notices/2/poster/") == 200
        assert _sheets(visitor.page.pdf(prefer_css_page_size=True)) == 1
        title = visitor.page.locator(".poster h1")
        title.evaluate(
            "(e) => { e.textContent = '关于地下车库入口处充电棚搬迁与消防通道清理的再次协商'; e.className = 'long' }"
        )
        assert _sheets(visitor.page.pdf(prefer_css_page_size=True)) == 1


def test_the_last_line_of_a_long_notice_never_stands_alone_on_a_sheet(visitors: Visitors) -> None:
    with visitors.window(None, width=DESK) as visitor:
        assert visitor.go(f"{AT_REST}notices/2/poster/") == 200
        text, end = visitor.page.locator(".poster .keep"), visitor.page.locator(".poster .how")
        text.evaluate("(e) => { e.textContent = '' }")
        for _line in range(60):
            text.evaluate("(e) => { e.textContent += '楼道里不停车，不充电。\\n' }")
            if _sheets(visitor.page.pdf(prefer_css_page_size=True)) == 2:
                break
        whole = visitor.page.pdf(prefer_css_page_size=True, page_ranges="2")
        end.evaluate("(e) => { e.style.visibility = 'hidden' }")
        # The code to be scanned, which stands above the line, is on the second sheet with it.
        assert len(whole) - len(visitor.page.pdf(prefer_css_page_size=True, page_ranges="2")) > 1000


def _sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
