"""What a page's source tells before a browser lays it out: of what kinds of thing it is built, and what it says.

`make test` does not open each of some hundred pages in each light, for most are built of what another page was built of. A
page is looked at in the browser where it shows something that no page before it has shown:

- an element in a place of its own: its tag, classes, kind and which attributes it has, inside elements of these tags and
  classes (what a rule of the stylesheet can tell apart, and what axe asks for);
- two elements side by side that were not neighbours before;
- more words in such an element than any had, as far as a line can hold, or a longer run without a place to break;
- more things beside each other in such an element than before, as far as a row can hold.

What is built of nothing new is read: its title, its heading, its words and its pictures are asked for as of all others.
`make test-all` opens those in the browser too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from html.parser import HTMLParser

from tests.journeys.checks import word_faults

VOID = re.compile(r"area|base|br|col|embed|hr|img|input|link|meta|source|track|use|wbr|path|circle|rect|line")
#: Attributes whose value a rule of the stylesheet or the size of a box may hang on; of all others it counts that they are there.
TELLING = re.compile(
    r"aria-(?:current|disabled|invalid)|checked|class|cols|colspan|dir|disabled|height|hidden|lang|multiple|open|readonly"
    r"|role|rows|rowspan|size|style|type|width"
)
#: More words than this fill a line of the desk, more things a row: another page with more of them looks no different.
LINE, RUN, ROW = 40, 80, 8
#: What is read out of a page beside its text.
SAID = ("aria-label", "placeholder", "alt", "title")
_UNBROKEN = re.compile(r"[\x21-\x7e]+")


class Source(HTMLParser):
    """A page by its source: ``parts`` it is built of, how ``much`` stands in each, and what it says."""

    def __init__(self, body: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: set[str] = set()
        self.much: dict[str, int] = {}
        self.title, self.lang, self.main = "", "", ""
        self.headings = 0
        self.words: list[str] = []
        #: Of each open element: its tag, its place, of what kind those inside are, whether it says something itself.
        self._open: list[tuple[str, str, list[str], list[bool]]] = [("", "", [], [])]
        self.feed(body)
        while len(self._open) > 1:
            self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        kind = tag + "".join(
            f"[{name}={' '.join(sorted(value.split()))}]"
            for name, value in sorted(told.items())
            if TELLING.fullmatch(name)
        )
        _, place, inside, _ = self._open[-1]
        if not self._in("svg") or tag in {"text", "tspan"}:
            self.parts.add(f"{place}>{kind} {' '.join(sorted(name for name in told if not TELLING.fullmatch(name)))}")
            if inside:
                self.parts.add(f"{place}>{inside[-1]}+{kind}")
            inside.append(kind)
        if tag == "html":
            self.lang = told.get("lang", "")
        self.headings += tag == "h1"
        self.words += [told[name] for name in SAID if told.get(name)]
        if not VOID.fullmatch(tag):
            self._open.append((tag, f"{place}>{kind}", [], []))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == each for each, *_ in self._open):
            while self._open[-1][0] != tag:
                self._end()
            self._end()

    def _end(self) -> None:
        _, place, inside, said = self._open.pop()
        if not inside and not said:
            self.parts.add(f"{place} empty")
        self._more(f"{place} row", min(len(inside), ROW))

    def _more(self, what: str, count: int) -> None:
        self.much[what] = max(self.much.get(what, 0), count)

    def _in(self, *tags: str) -> bool:
        return any(tag in tags for tag, *_ in self._open)

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text or self._in("script", "style"):
            return
        tag, place, _, said = self._open[-1]
        said.append(True)
        if tag == "title":
            self.title += text
        # What people typed, or must type, and the name of a key, stand as they are.
        verbatim = self._in("code", "pre", "textarea", "kbd") or re.search(r"\[class=[^\]]*\b(code|hash)\b", place)
        self.words.append(f"\0{text}" if verbatim else text)
        self.main += text if self._in("main") else ""
        self._more(f"{place} line", min(len(text), LINE))
        self._more(f"{place} run", min(max(map(len, _UNBROKEN.findall(text)), default=0), RUN))


def source_faults(source: Source) -> list[str]:
    """Return what is wrong with a page that can be told without a browser, in the words of ``page_faults``."""
    faults = []
    if "·" not in source.title or not source.title.split("·")[0].strip():
        faults.append(f"has no title of its own: {source.title!r}")
    if not source.lang.lower().startswith("zh"):
        faults.append(f"does not say that it is in zh: lang={source.lang!r}")
    if source.headings != 1:
        faults.append(f"has {source.headings} h1")
    if len(source.main) < 10:
        faults.append("has an empty main")
    return faults + word_faults(source.words)


@dataclass
class Seen:
    """What was looked at until now."""

    parts: set[str] = field(default_factory=set)
    much: dict[str, int] = field(default_factory=dict)

    def shows_new(self, parts: Iterable[str], much: dict[str, int]) -> str:
        """Return what a page has that no page before it had, ``parts``, only ``much``, or nothing, and keep what it has."""
        unseen = set(parts) - self.parts
        more = {what: count for what, count in much.items() if count > self.much.get(what, -1)}
        self.parts |= unseen
        self.much |= more
        return "parts" if unseen else "much" if more else ""


def short(what: str) -> str:
    """Return a name of a part that is short enough to be kept for some hundred pages."""
    return blake2b(what.encode(), digest_size=8).hexdigest()
