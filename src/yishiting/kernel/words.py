"""Sentences for a reader that pure code can make without knowing the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def gettext_noop(message: str) -> str:
    """Mark ``message`` for translation (``makemessages`` collects it) and return it unchanged."""
    return message


class Sentence:
    """A message template with its figures, rendered late in the reader's language.

    ``template`` is Chinese with ``{name}`` placeholders and is marked with :func:`gettext_noop` where it is written;
    ``str()`` gives the Chinese, :meth:`render` takes a translator such as Django's ``gettext``.
    """

    __slots__ = ("params", "template")

    def __init__(self, template: str, **params: Any) -> None:
        self.template = template
        self.params = params

    def render(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """Return the sentence in the language of ``translate``; nested sentences are rendered too."""
        values = {
            key: value.render(translate) if isinstance(value, Sentence) else value for key, value in self.params.items()
        }
        return translate(self.template).format(**values)

    def __str__(self) -> str:
        return self.render()

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and (self.template, self.params) == (other.template, other.params)

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted(self.params))))


def sentence(text: str | Sentence) -> Sentence:
    """Return ``text`` as a :class:`Sentence`; a plain string has its braces kept literally."""
    if isinstance(text, Sentence):
        return text
    return Sentence("{text}", text=text)
