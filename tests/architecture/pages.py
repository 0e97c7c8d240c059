"""Templates of pages under a strict content security policy: no inline code, no inline style, no other host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# Between the angle brackets of one tag; template tags inside may hold a `>` of their own.
TAG = re.compile(r"<([a-zA-Z][\w:-]*)((?:\{%.*?%\}|\{\{.*?\}\}|\"[^\"]*\"|'[^']*'|[^'\">])*)>", re.DOTALL)
VALUE = re.compile(r"\"[^\"]*\"|'[^']*'", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment .*?%\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
DATA_SCRIPT = re.compile(r"type\s*=\s*[\"']application/(?:ld\+)?json[\"']")
LOADED = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "use": "href",
    "object": "data",
}


def page_faults(templates: Iterable[tuple[str, str]]) -> list[str]:
    """Return a sentence for each thing in ``templates`` (name, text) that the policy would refuse."""
    return [f"{name}:{line} {fault}" for name, text in templates for line, fault in _faults(text)]


def _faults(text: str) -> Iterator[tuple[int, str]]:
    # A comment is taken out, its lines kept, so that the numbers still hold.
    text = COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)
    for found in TAG.finditer(text):
        tag, attributes = found.group(1).lower(), found.group(2)
        line = text.count("\n", 0, found.start()) + 1
        # The names alone, since a value may hold any words.
        names = VALUE.sub('""', attributes)
        if tag == "style":
            yield line, "has an inline <style>"
        if tag == "script" and not re.search(r"\bsrc\s*=", attributes) and not DATA_SCRIPT.search(attributes):
            yield line, "has an inline <script>"
        if re.search(r"(?:^|\s)style\s*=", names):
            yield line, f"has a style attribute on <{tag}>"
        if handler := re.search(r"(?:^|\s)(on[a-z]+|hx-on[:\w-]*)\s*=", names):
            yield line, f"has a handler {handler.group(1)} on <{tag}>"
        if re.search(r"=\s*[\"']?\s*javascript:", attributes, re.IGNORECASE):
            yield line, f"has a javascript: address on <{tag}>"
        if tag in LOADED and re.search(rf"\b{LOADED[tag]}\s*=\s*[\"']?\s*(?:https?:)?//", attributes):
            yield line, f"loads from another host in <{tag}>"
