"""Words as search cuts them: Chinese into single signs and pairs, all else into runs. Pure.

Two signs are a word in Chinese (停车, 漏水), and no index of a database finds two signs by itself: SQLite's trigrams begin at
three, and a word parser takes a whole sentence for one word. So the text is cut before the database sees it.
"""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+")
#: What is asked for is cut to this length: nobody types more, and each sign is a term of the query.
LONGEST_ASKED = 60


def plain(text: str) -> str:
    """Return ``text`` in small letters and half-width signs, with one space where there were several."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().replace("\0", " ").split())


def of_text(text: str) -> list[str]:
    """Return the grams of a text that is to be found: each once, in order."""
    found: dict[str, None] = {}
    for run in _RUN.findall(plain(text)):
        if run.isascii():
            found[run] = None
            continue
        for place, sign in enumerate(run):
            found[sign] = None
            if place:
                found[run[place - 1 : place + 1]] = None
    return list(found)


def of_question(text: str) -> tuple[list[str], list[str]]:
    """Return (the words that are to stand in a text, the grams that such a text has). Both empty for nothing to look for.

    Letters and figures are looked for as words alone, since one may have typed but the beginning of a run: they have no gram.
    """
    words = [word for word in plain(text)[:LONGEST_ASKED].split() if _RUN.search(word)]
    grams: dict[str, None] = {}
    for run in (run for word in words for run in _RUN.findall(word)):
        if run.isascii():
            continue
        pairs = [run[place : place + 2] for place in range(len(run) - 1)] or [run]
        grams.update(dict.fromkeys(pairs))
    return words, list(grams)
