"""A share of a whole, exactly: what the bars of a count are drawn from. Pure; no float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from yishiting.kernel.exact import CENT

Figure = int | Decimal
_CENT = Fraction(CENT)


def share(part: Figure | Fraction, whole: Figure | Fraction) -> Fraction:
    """Return ``part`` of ``whole``; of nothing, nothing."""
    return Fraction(part) / Fraction(whole) if whole else Fraction(0)


def percent(value: Fraction, places: int = 3) -> str:
    """Return ``value`` as a percentage with ``places`` decimals, halves away from zero: ``61.290``."""
    scaled = Fraction(value) * 100 * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return f"{units // 10**places}.{units % 10**places:0{places}d}"


def percent_words(value: Fraction) -> str:
    """Return ``61.3%``. What is not the whole never reads as 100.0, and what is not nothing never as 0.0."""
    text = percent(value, 1)
    if text == "100.0" and value < 1:
        text = "99.9"
    if text == "0.0" and value > 0:
        text = "0.1"
    return f"{text}%"


@dataclass(frozen=True, slots=True)
class Goal:
    """A line to be reached: ``2/3`` and ``3/4`` include the number, ``1/2`` must be passed (民法典 第278条)."""

    line: Fraction

    @classmethod
    def parse(cls, text: str | Fraction) -> Goal:
        """Read ``"2/3"``; raises ``ValueError`` on what is not a share between nothing and the whole."""
        line = Fraction(text)
        if not 0 < line <= 1:
            raise ValueError(text)
        return cls(line)

    @property
    def strict(self) -> bool:
        """Whether the number itself is not enough (过半数)."""
        return self.line == Fraction(1, 2)

    def needed(self, whole: Figure) -> Figure:
        """Return the least figure that is enough: a whole number of heads, or square metres to the cent."""
        unit = _CENT if isinstance(whole, Decimal) else Fraction(1)
        exact = Fraction(whole) * self.line / unit
        units = -(-exact.numerator // exact.denominator)
        if self.strict and units == exact:
            units += 1
        return Decimal(units) * CENT if isinstance(whole, Decimal) else units

    def reached(self, part: Figure, whole: Figure) -> bool:
        """Return whether ``part`` of ``whole`` is enough."""
        line = Fraction(whole) * self.line
        return Fraction(part) > line if self.strict else Fraction(part) >= line


def runs(parts: Sequence[Figure], whole: Figure) -> list[tuple[str, str]]:
    """Return where each part begins and how wide it is, in percent; a part ends exactly where the next begins."""
    edges = [Fraction(0)]
    for part in parts:
        edges.append(edges[-1] + share(part, whole))
    places = [Decimal(percent(edge)) for edge in edges]
    return [(f"{left}", f"{right - left}") for left, right in pairwise(places)]
