"""Sentences for a reader that pure code can make without knowing the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any


def gettext_noop(message: str) -> str:
    """Mark ``message`` for translation (``makemessages`` collects it) and return it unchanged."""
    return message


_CHOICE = re.compile(r"\[(\w+):([^\[\]]*\|[^\[\]]*)\]")


class Counted(str):
    """A translated template whose words depend on a figure: ``{n} [n:home|homes]``, ``{day} [month:Jan|Feb|…|Dec]``.

    Chinese knows one form, so no sentence in the sources names the figure that decides; the translation does. Of the words
    in brackets the first stands where the placeholder of that name is 1, the second where it is 2, and so on; the last
    stands for every other figure. Filled in by ``format``, and by ``%`` with names.

    The word of a unit that holds no placeholder, ``[n:home|homes]``, reads as its last form; :meth:`beside` gives the one
    for a figure.
    """

    template: str

    def __new__(cls, template: str) -> Counted:
        plain = "{" not in template and "%(" not in template
        made = super().__new__(cls, _CHOICE.sub(lambda found: found[2].split("|")[-1], template) if plain else template)
        made.template = template
        return made

    @classmethod
    def of(cls, text: str) -> str:
        """Return ``text`` as it must be to choose between its words; a text without a choice as it is."""
        return cls(text) if _CHOICE.search(text) else text

    def _chosen(self, values: Mapping[str, Any]) -> str:
        def word(found: re.Match[str]) -> str:
            words = found[2].split("|")
            figure = str(values.get(found[1], ""))
            return words[int(figure) - 1] if figure.isdecimal() and 0 < int(figure) < len(words) else words[-1]

        return _CHOICE.sub(word, self.template)

    def beside(self, figure: object) -> str:
        """Return the word of a unit as it stands beside ``figure``."""
        return self._chosen({"n": figure})

    def format(self, *args: Any, **values: Any) -> str:
        """Fill in the placeholders and choose."""
        return self._chosen(values).format(*args, **values)

    def __mod__(self, values: Any) -> str:
        filled: str = self._chosen(values if isinstance(values, Mapping) else {}) % values
        return filled


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
        """Return the sentence in the language of ``translate``; nested sentences are rendered too.

        A parameter that is a word of the product itself, such as the title of a post, is translated; all else, the words
        of people above all, is not among the words that ``translate`` knows, and stays as it is.
        """
        values = {key: _rendered(value, translate) for key, value in self.params.items()}
        return translate(self.template).format(**values)

    def __str__(self) -> str:
        return self.render()

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and (self.template, self.params) == (other.template, other.params)

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted(self.params))))


class Listed(Sentence):
    """Several words or sentences, with the ``mark`` between them as the reader's language writes it."""

    __slots__ = ("mark", "parts")

    def __init__(self, parts: Iterable[object], mark: str = gettext_noop("、")) -> None:
        self.parts, self.mark = tuple(parts), mark
        super().__init__("{parts}", parts=self.parts, mark=mark)

    def render(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """Return the parts one after the other."""
        return translate(self.mark).join(str(_rendered(part, translate)) for part in self.parts)


def _rendered(value: object, translate: Callable[[str], str]) -> object:
    if isinstance(value, Sentence):
        return value.render(translate)
    return translate(value) if isinstance(value, str) and value else value


def sentence(text: str | Sentence) -> Sentence:
    """Return ``text`` as a :class:`Sentence`; a plain string has its braces kept literally."""
    if isinstance(text, Sentence):
        return text
    return Sentence("{text}", text=text)
