"""Templates hold nothing that the content security policy would refuse; each planted breach is named."""

from pathlib import Path

import pytest

from tests.architecture.pages import page_faults


def test_no_template_has_inline_code_or_style(repository_root: Path) -> None:
    templates = [
        (str(path.relative_to(repository_root)), path.read_text(encoding="utf-8"))
        for path in sorted((repository_root / "src").rglob("*.html"))
    ]

    assert templates
    assert page_faults(templates) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<style>p { color: red }</style>", "has an inline <style>"),
        ("<script>\nalert(1)</script>", "has an inline <script>"),
        ('<p class="a" style="color: red">', "has a style attribute on <p>"),
        ("<p {% if a > b %}hidden{% endif %}\n style='width: {{ width }}%'>", "has a style attribute on <p>"),
        ('<button onclick="go()">', "has a handler onclick on <button>"),
        ('<form hx-on::after-request="go()">', "has a handler hx-on::after-request on <form>"),
        ('<a href="javascript:go()">', "has a javascript: address on <a>"),
        ('<img src="//cdn.example/x.png">', "loads from another host in <img>"),
        ('<script src="https://cdn.example/x.js"></script>', "loads from another host in <script>"),
    ],
)
def test_a_planted_breach_is_named_with_its_line(text: str, fault: str) -> None:
    assert page_faults([("planted.html", f"<p>\n{text}")]) == [f"planted.html:2 {fault}"]


@pytest.mark.parametrize(
    "text",
    [
        "<script src=\"{% static 'built/app.js' %}\" defer></script>",
        '<script type="application/json" id="data">{"a": 1}</script>',
        "{# <style> is banned #}",
        "{% comment %}<p style='x'>{% endcomment %}",
        '<a href="https://www.gov.cn/" class="style">',
        '<p title="a style=b">',
        '<option value="on">',
        '<svg viewBox="0 0 10 10"><rect width="{{ width }}" fill="none"/></svg>',
    ],
)
def test_what_the_policy_allows_is_not_named(text: str) -> None:
    assert page_faults([("page.html", text)]) == []
