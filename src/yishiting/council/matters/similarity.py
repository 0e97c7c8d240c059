"""How alike two short Chinese texts are, by the pairs of letters that they share. Pure.

True and false pairs overlap whatever the method, so this only ranks what is suggested; nothing is merged by it.
"""

from __future__ import annotations

from fractions import Fraction

_IGNORED = frozenset(" \t\r\n　，。！？、；：,.!?;:()（）“”\"'")


def bigrams(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters of ``text``, without spaces and punctuation."""
    letters = "".join(letter for letter in text.casefold() if letter not in _IGNORED)
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))


def likeness(first: str, second: str) -> Fraction:
    """Return the shared pairs as a share of the shorter text's pairs, between 0 and 1."""
    a, b = bigrams(first), bigrams(second)
    shorter = min(len(a), len(b))
    return Fraction(len(a & b), shorter) if shorter else Fraction(0)
