"""In which language the command line speaks: Chinese, unless the surroundings of the terminal say English.

``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` are read in this order, as gettext has it; what names neither language
(``C``, ``POSIX``, French) is Chinese. The words are those of the pages' catalogue, read without Django, since half of the
commands need none. What ``--json`` prints is for programmes and stays as it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from yishiting.kernel.words import Counted, Sentence, gettext_noop

CHINESE, ENGLISH = "zh-hans", "en"
ASKED = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
CATALOGUE = Path(__file__).resolve().parents[2] / "locale" / "en" / "LC_MESSAGES" / "django.mo"


def language() -> str:
    """Return the language of the terminal's surroundings, :data:`CHINESE` or :data:`ENGLISH`.

    The first variable that is set decides; ``LANGUAGE`` is a list, of which the first known one counts.
    """
    for name in ASKED:
        if value := os.environ.get(name, "").strip():
            for wanted in value.split(":") if name == "LANGUAGE" else [value]:
                code = wanted.replace("-", "_").partition(".")[0].partition("_")[0].lower()
                if code in ("en", "zh"):
                    return ENGLISH if code == "en" else CHINESE
            if name != "LANGUAGE":
                return CHINESE
    return CHINESE


@cache
def _english() -> GNUTranslations:
    with CATALOGUE.open("rb") as file:
        return GNUTranslations(file)


def _in_english(text: str) -> str:
    return Counted.of(_english().gettext(text)) if text else text


def translator() -> Callable[[str], str]:
    """Return what :meth:`Sentence.render` takes, for the language of the surroundings."""
    return _in_english if language() == ENGLISH else gettext_noop


@contextmanager
def _labels() -> Iterator[None]:
    """Let labels that Django translates late speak the same language, where a command has loaded it."""
    settings = sys.modules.get("django.conf")
    if settings is None or not settings.settings.configured:
        yield
        return
    from django.utils import translation

    with translation.override(language()):
        yield


def _(text: str | Sentence, **values: object) -> str:
    """Return ``text`` in the language of the surroundings, with ``values`` filled in.

    A value that is a sentence is rendered; a plain one is somebody's own, a file's name above all, and stays as it is.
    """
    translate = translator()
    with _labels():
        if isinstance(text, Sentence):
            return text.render(translate)
        filled = {name: _(each) if isinstance(each, Sentence) else each for name, each in values.items()}
        return translate(text).format(**filled) if filled else str(translate(text))
