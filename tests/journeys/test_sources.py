"""What is built of something new is looked at; what is not is read. Both are shown what they must find."""

from __future__ import annotations

import pytest

from tests.journeys.plan import NEIGHBOURS, STAFF, THOROUGH, stops
from tests.journeys.serving import Demo
from tests.journeys.sources import Seen, Source, source_faults

PAGE = """<!doctype html><html lang="zh-Hans" class="desk"><head><title>第 3 件 · 静安里</title></head><body><main id="main">
<h1>楼道的灯不亮</h1><ul class="list"><li><a class="t" href="/e/x/matters/3/">灯</a><span class="badge now">办理中</span></li>
<li><a class="t" href="/e/x/matters/4/">门</a><span class="badge now">办理中</span></li></ul>
<form method="post"><div class="field"><label for="id_q">找什么</label><input id="id_q" name="q" type="text"></div>
<button class="btn">找一找</button></form><p>大家在群里说了几次，请管一管。</p><code>playbook_id</code></main></body></html>"""
#: The same built otherwise.
NEW = {
    "another class": ("badge now", "badge done"),
    "a class on the page": ('class="desk"', 'class="desk screen"'),
    "another kind of field": ('type="text"', 'type="date"'),
    "an attribute more": ('name="q"', 'name="q" required'),
    "an attribute less": (' for="id_q"', ""),
    "a style of its own": ("<p>", '<p style="width:700px">'),
    "another neighbour": ("</form><p>", "</form><h2>说明</h2><p>"),
    "another place": (
        "<p>大家在群里说了几次，请管一管。</p>",
        "<section><p>大家在群里说了几次，请管一管。</p></section>",
    ),
    "more words in a badge": ("办理中</span></li></ul>", "等第三方机构来鉴定</span></li></ul>"),
    "a run without a place to break": ("请管一管", "请看 " + "a" * 30),
    "more in a row": ("</li></ul>", '<span class="badge now">办</span><span class="badge now">理</span></li></ul>'),
    "no words where there were some": ('href="/e/x/matters/3/">灯</a>', 'href="/e/x/matters/3/"></a>'),
    "no label on a button": ('<button class="btn">找一找</button>', '<button class="btn" aria-label="找">找</button>'),
    "another language": ('lang="zh-Hans"', 'lang="en"'),
}
#: Of those, what is more of the same and nothing else.
MUCH = ("more words in a badge", "a run without a place to break")
#: The same built of the same.
ALIKE = {
    "another of the same": ("matters/3/", "matters/9/"),
    "fewer of the same": (
        '<li><a class="t" href="/e/x/matters/4/">门</a><span class="badge now">办理中</span></li>',
        "",
    ),
    "other words, no longer": ("大家在群里说了几次，请管一管。", "已经办好了。"),
    "what was typed": ('name="q"', 'name="q2"'),
}


def shows_new(other: str) -> str:
    """Return what a page that was seen after ``PAGE`` shows that is new."""
    seen = Seen()
    for body in (PAGE, other):
        source = Source(body)
        new = seen.shows_new(source.parts, source.much)
    return new


@pytest.mark.parametrize("what", NEW)
def test_a_page_built_otherwise_is_looked_at(what: str) -> None:
    before, after = NEW[what]
    assert before in PAGE
    assert shows_new(PAGE.replace(before, after, 1)) == ("much" if what in MUCH else "parts")


@pytest.mark.parametrize("what", ALIKE)
def test_a_page_built_of_the_same_is_read(what: str) -> None:
    before, after = ALIKE[what]
    assert before in PAGE
    assert not shows_new(PAGE.replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("找一找", "Submit", "says 'Submit'"),
        ('name="q"', 'name="q" placeholder="Search"', "says 'Search'"),
        ("请管一管", "共 %(n)s 件", "shows the placeholder '%(n)'"),
        ("</h1>", "</h1><h1>又一个</h1>", "has 2 h1"),
        ("第 3 件 · ", "", "has no title"),
        ('lang="zh-Hans"', "", "does not say that it is in zh"),
    ],
)
def test_a_fault_is_read_in_the_source(before: str, after: str, told: str) -> None:
    assert source_faults(Source(PAGE)) == []
    faults = source_faults(Source(PAGE.replace(before, after, 1)))
    assert any(told in fault for fault in faults), faults


def test_those_of_whom_more_is_asked_come_first() -> None:
    """A page that somebody saw in light alone would not be opened in the dark for the next."""
    order = (*NEIGHBOURS, *STAFF)
    assert order[: len(THOROUGH)] == THOROUGH


def test_each_kind_of_page_that_a_thorough_role_comes_to_is_opened(demo: Demo) -> None:
    """The rule that spares a look must not spare a whole room of the product."""
    told = [stop for stop in stops(demo) if stop.status == 200]
    opened = {stop.route for stop in told if stop.new}
    assert 0.2 < sum(bool(stop.new) for stop in told) / len(told) < 0.9
    assert len(opened) > 0.7 * len({stop.route for stop in told})
