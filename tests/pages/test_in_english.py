"""A crawl of the pages in English: what stands there in Chinese are people's own words, and marked as Chinese.

What people wrote is read from the database itself. A word of the product that stands in Chinese was not marked for
translation, or is shown without being looked up.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

import pytest

from scripts import messages
from tests.journeys.plan import NEIGHBOURS, STAFF, who
from tests.journeys.reading import Reader, few_of_each
from tests.journeys.serving import ROOT, Demo, environment

#: Everything that stands in a text column, or as a text in a JSON column.
OWN_WORDS = """
import json, re, django
django.setup()
from django.apps import apps
from django.db import models
han = re.compile(r"[\\u3400-\\u9fff]")
found = set()
def keep(value):
    if isinstance(value, str):
        found.update([value] if han.search(value) else ())
    elif isinstance(value, dict):
        for each in value.values(): keep(each)
    elif isinstance(value, list | tuple):
        for each in value: keep(each)
for model in apps.get_models():
    if not model.__module__.startswith("yishiting"):
        continue
    texts = [f.attname for f in model._meta.concrete_fields if isinstance(f, (models.CharField, models.TextField, models.JSONField))]
    if model._meta.model_name == "playbookversion":
        continue
    for row in model.objects.values_list(*texts) if texts else ():
        keep(list(row))
    if model._meta.label in ("places.Home", "places.Entrance", "places.Building"):
        keep([str(row) for row in model.objects.all()])
print(json.dumps(sorted(found)))
"""
_HAN = r"[\u3400-\u9fff]"
#: From the first Chinese character to the last, with the figures of a door before it; not past a space or a comma.
_RUN = re.compile(rf"[0-9A-Za-z]*{_HAN}(?:[^\s<>,·]*{_HAN})?")
_PIECE = re.compile(rf"{_HAN}+")
#: The kinds of page that are read in English, of each so many.
EACH = 3
ROLES = (
    "nobody",
    *(
        pytest.param(role, marks=pytest.mark.long)
        for role in ("owner_a", "still/owner_3", "still/community_worker", "still/committee_chair")
    ),
)
#: The demonstration's own way in, whose roles are of its story.
WAY_IN = "/demo/"


@dataclass(frozen=True)
class Words:
    """What may stand in Chinese: what people wrote, and what an English sentence quotes."""

    written: frozenset[str]
    everything: str
    quoted: str
    product: frozenset[str]

    def strange(self, text: str) -> list[str]:
        """Return what in ``text`` is neither written by people nor quoted on purpose."""
        if text.strip() in self.written or text.strip() in self.quoted:
            return []
        found = []
        for run in _RUN.findall(text):
            if run in self.quoted or (run in self.everything and run not in self.product):
                continue
            found += [piece for piece in _PIECE.findall(run) if piece in self.product or piece not in self.everything]
        if not found and not _RUN.search(text) and re.search(r"[，。；：、（）]", text):
            found.append(text.strip())
        return found


class _Texts(HTMLParser):
    """What a page says to its reader: ``said`` by block, and each text with whether it is marked as Chinese.

    A drawing is left out: its label says the same.
    """

    INLINE = frozenset({"span", "b", "a", "small", "em", "strong", "wbr"})
    VOID = frozenset({"meta", "link", "input", "img", "br", "use", "path", "rect", "hr", "source"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.texts: list[tuple[str, bool]] = []
        self.said: list[str] = [""]
        self._drawing = 0
        self.feed(html)

    @property
    def _here(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        marked = told["lang"].startswith("zh") if "lang" in told else self._here
        heard = [told[name] for name in ("aria-label", "alt", "placeholder", "title") if told.get(name)]
        if tag not in self.INLINE or heard:
            self.said += [*heard, ""]
        if tag in self.VOID:
            return
        self.open.append((tag, marked))
        if self._drawing or told.get("role") == "img":
            self._drawing += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.INLINE:
            self.said.append("")
        while self.open:
            self._drawing = max(0, self._drawing - 1)
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        inside = {tag for tag, _ in self.open}
        # Of a form's fields the browser reads the language of the page; what is typed there is its writer's.
        if not self._drawing and not inside & {"script", "style", "textarea"}:
            self.said[-1] += data
            self.texts.append((data, self._here or bool(inside & {"title", "select"})))


@lru_cache(maxsize=1)
def words_of(demo: Demo) -> Words:
    """Read them from the demonstration's database, in a process of its own, and from the catalogue."""
    done = subprocess.run(
        [sys.executable, "-c", OWN_WORDS],
        env=environment(demo.data),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    written = frozenset(json.loads(done.stdout))
    said = {str(each.id): str(each.string) for each in messages.catalogue() if each.id}
    return Words(
        # A word of the product that somebody wrote down is his own, unless it stands alone.
        written=written - frozenset(said),
        everything="\n".join(written),
        quoted="\n".join(english for english in said.values() if re.search(r"[\u3000-\u9fff]", english)) + "\n中文",
        product=frozenset(said),
    )


def reader_of_english(demo: Demo, role: str) -> tuple[Reader, str]:
    """Return a reader who pressed the switch, and the estate at which he looks."""
    person, slug = who(demo, role)
    reader = Reader(demo, person)
    # What signing in said in Chinese is read first.
    reader.get("/me/")
    reader.jar.set_cookie(
        http.cookiejar.Cookie(
            0, "language", "en", None, False, "127.0.0.1", True, False, "/", True, False, None, False, None, None, {}
        )
    )
    return reader, slug


@pytest.mark.parametrize("role", ROLES)
def test_what_stands_in_chinese_on_an_english_page_are_peoples_own_words(demo: Demo, role: str) -> None:
    words = words_of(demo)
    reader, slug = reader_of_english(demo, role)
    starts = {**NEIGHBOURS, **STAFF}[role]
    pages = [
        page
        for page in reader.crawl(*starts, f"/e/{slug}/", follow=few_of_each(EACH, estates=(slug,)))
        if page.status == 200 and page.body and not page.path.startswith(WAY_IN)
    ]
    found: dict[str, str] = {}
    for page in pages:
        assert '<html lang="en"' in page.body, page.path
        told = _Texts(page.body)
        for text in told.said:
            # What is said in a mediation is kept encrypted, so only words of the product are known there.
            for strange in words.strange(text) if "/cases/" not in page.path else {text.strip()} & words.product:
                found.setdefault(f"says {strange!r} in {' '.join(text.split())[:90]!r}", page.path)
        for text, marked in told.texts:
            if _RUN.search(text) and not marked:
                found.setdefault(f"does not mark as Chinese {' '.join(text.split())[:60]!r}", page.path)
    assert len(pages) > 10
    assert not found, "\n".join(f"{path} {fault}" for fault, path in found.items())


def test_a_planted_word_is_found() -> None:
    words = Words(
        written=frozenset({"楼道的灯不亮", "1栋2单元301"}),
        everything="楼道的灯不亮\n1栋2单元301",
        quoted="for example 3栋",
        product=frozenset({"议事", "灯"}),
    )
    assert words.strange("Matter 3: 楼道的灯不亮") == []
    assert words.strange("write it like 3栋") == []
    assert words.strange("1栋2单元301") == []
    assert words.strange("议事") == ["议事"]
    assert words.strange("Matter 3 第件") == ["第件"]
    assert words.strange("one（two）") == ["one（two）"]
    page = _Texts('<p lang="zh-Hans">灯<br></p><h1><span>光</span>明</h1><b role="img" aria-label="seal">印</b>')
    assert page.texts == [("灯", True), ("光", False), ("明", False)]
    assert [each for each in page.said if each] == ["灯", "光明", "seal"]
