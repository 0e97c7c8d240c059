"""The catalogue of English words: found in the sources, kept in a .po file, compiled to the .mo that Django reads.

    python -m scripts.messages          find the sentences anew and write both files; what is new has an empty translation
    python -m scripts.messages compile  write the .mo alone, after the .po was edited

Sentences are Chinese in the sources. Python is read by Babel, templates by Django's own reader of them, and of the
playbooks and rule packs that the product ships with, the words that reach a screen. The .po names files and no lines, and no date, so
that it changes only where words do.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "yishiting"
FOLDER = SOURCE / "locale" / "en" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"

STANDING = datetime(2026, 1, 1, tzinfo=UTC)

#: Names under which a text is marked in Python.
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "mark", "gettext", "gettext_noop", "gettext_lazy"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
}
_IN_TEMPLATE = re.compile(r"\b(?:_|gettext)\(\s*u?('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")\s*\)")
HEADER = """\
# The words of the pages in English. `make messages` finds what is new; docs/words.md says how things are called.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def _sources(pattern: str) -> Iterator[Path]:
    for path in sorted(SOURCE.rglob(pattern)):
        if not {"tests", "stories", "migrations"}.intersection(path.relative_to(SOURCE).parts):
            yield path


def _of_python(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for _line, found, _comments, _context in extract("python", file, keywords=KEYWORDS):
            yield from [found] if isinstance(found, str) else found


def _of_template(path: Path) -> Iterator[str]:
    for found in _IN_TEMPLATE.finditer(templatize(path.read_text())):
        yield ast.literal_eval(found[1])


def _of_playbook(path: Path) -> Iterator[str]:
    told = tomllib.loads(path.read_text())
    yield from (told["name"], told["source"], *told.get("matters", ()), *told.get("parties", ()))
    for step in told["step"]:
        yield from (step["title"], *step.get("parties", ()), *step.get("questions", ()))


def _of_pack(path: Path) -> Iterator[str]:
    told = tomllib.loads(path.read_text())
    yield told["name"]
    for figure in told["figure"]:
        yield from (figure["source"], figure.get("note", ""))


@cache
def in_sources() -> dict[str, set[str]]:
    """Return every sentence that the sources mark, each with the files that hold it."""
    ways = (
        ("*.py", _of_python),
        ("*.html", _of_template),
        ("*.txt", _of_template),
        ("playbooks/**/*.toml", _of_playbook),
        ("packs/**/*.toml", _of_pack),
    )
    found: dict[str, set[str]] = {}
    for pattern, way in ways:
        for path in _sources(pattern):
            for text in way(path):
                if text:
                    found.setdefault(text, set()).add(str(path.relative_to(SOURCE)))
    return found


def catalogue() -> Catalog:
    """Return the catalogue as it is kept."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def renewed(kept: Catalog) -> Catalog:
    """Return a catalogue of what the sources hold now, with the translations that are kept; nothing is guessed."""
    fresh = Catalog(locale="en", charset="utf-8")
    rows = sorted(in_sources().items(), key=lambda row: (min(row[1]), row[0]))
    for text, files in rows:
        old = kept.get(text)
        fresh.add(text, old.string if old else "", locations=[(name, 0) for name in sorted(files)])
    return fresh


def as_text(words: Catalog) -> bytes:
    """Return ``words`` as the .po file holds them."""
    into = io.BytesIO()
    write_po(into, words, omit_header=True, include_lineno=False, width=0)
    return HEADER.encode() + into.getvalue()


def compiled(words: Catalog) -> bytes:
    """Return ``words`` as the .mo file holds them."""
    # The header would name the moment at which it was written.
    words.creation_date = words.revision_date = STANDING
    into = io.BytesIO()
    write_mo(into, words)
    return into.getvalue()


def main(task: str = "renew") -> None:
    """Write the files, and say what is left to translate."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if task == "renew":
        PO.write_bytes(as_text(renewed(catalogue())))
    words = catalogue()
    MO.write_bytes(compiled(words))
    empty = [str(message.id) for message in words if message.id and not message.string]
    print(f"{PO.relative_to(ROOT)}: {len(words)} sentences, {len(empty)} without a translation")
    for text in empty[:20]:
        print(f"  {text}")


if __name__ == "__main__":
    main(*sys.argv[1:])
