"""Exact shares of heads and area: how many are needed, and how many are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Clamped, Context, Decimal, Inexact, InvalidOperation, Overflow, Rounded
from fractions import Fraction
from math import ceil, floor

from yishiting.council.votes.rules.terms import Head, Pair, Turnout
from yishiting.kernel.exact import CENT

TWO_THIRDS = Fraction(2, 3)
THREE_QUARTERS = Fraction(3, 4)
HALF = Fraction(1, 2)

# The usual context keeps 28 digits and rounds without a word. This one has room to spare and raises instead.
EXACT = Context(prec=400, traps=[Inexact, Rounded, InvalidOperation, Overflow, Clamped])


def exact_sum(areas: Iterable[Decimal]) -> Decimal:
    """Return the sum of ``areas`` with every digit kept."""
    total = Decimal(0)
    for area in areas:
        total = EXACT.add(total, area)
    return total


def pair_of(heads: Collection[Head]) -> Pair:
    """Return how many ``heads`` there are and their area."""
    return Pair(len(heads), exact_sum(head.area for head in heads))


def reaches(part: Pair, share: Fraction, whole: Pair) -> bool:
    """Return whether ``part`` is at least ``share`` of ``whole`` in heads and in area (以上 includes the number)."""
    return part.heads >= share * whole.heads and Fraction(part.area) >= share * Fraction(whole.area)


def exceeds(part: Pair, share: Fraction, whole: Pair) -> bool:
    """Return whether ``part`` is more than ``share`` of ``whole`` in heads and in area (过半数 is strict)."""
    return part.heads > share * whole.heads and Fraction(part.area) > share * Fraction(whole.area)


def least_heads(total: int, share: Fraction) -> int:
    """Return the smallest number of heads that is at least ``share`` of ``total``: two thirds of 1900 are 1267."""
    return ceil(total * share)


def least_heads_over(total: int, share: Fraction) -> int:
    """Return the smallest number of heads that is more than ``share`` of ``total``: over half of 6 are 4."""
    return floor(total * share) + 1


def least_area(total: Decimal, share: Fraction, unit: Decimal = CENT) -> Decimal:
    """Return the smallest multiple of ``unit`` (0.01 m²) that is at least ``share`` of ``total``."""
    return EXACT.multiply(Decimal(ceil(Fraction(total) * share / Fraction(unit))), unit)


def least_area_over(total: Decimal, share: Fraction, unit: Decimal = CENT) -> Decimal:
    """Return the smallest multiple of ``unit`` (0.01 m²) that is more than ``share`` of ``total``."""
    return EXACT.multiply(Decimal(floor(Fraction(total) * share / Fraction(unit)) + 1), unit)


def unit_of(areas: Iterable[Decimal]) -> Decimal:
    """Return 0.01, or a finer unit where an area is written finer.

    Areas that are all multiples of this unit reach a share exactly when they reach :func:`least_area` in this unit, so
    a sentence can never say that enough is not enough.
    """
    finest = -2
    for area in areas:
        exponent = area.as_tuple().exponent
        if isinstance(exponent, int) and exponent < finest:
            finest = exponent
    return Decimal(1).scaleb(finest)


def turnout(*, heads: Sequence[Head], voted: Collection[str]) -> Turnout:
    """Return how far ``heads`` are towards two thirds, ``voted`` being the ids of those who took part.

    Looks at no choice, so a page may show it while a vote is open. Ids that are not among ``heads`` are not counted.
    """
    ids = frozenset(voted)
    return quorum_of(
        whole=pair_of(heads),
        participating=pair_of([head for head in heads if head.id in ids]),
        unit=unit_of(head.area for head in heads),
    )


def quorum_of(*, whole: Pair, participating: Pair, unit: Decimal = CENT) -> Turnout:
    """Return what two thirds of ``whole`` are and what ``participating`` still lacks of it (第278条第二款)."""
    needed = Pair(least_heads(whole.heads, TWO_THIRDS), least_area(whole.area, TWO_THIRDS, unit))
    missing = Pair(
        max(0, needed.heads - participating.heads),
        max(Decimal(0), EXACT.subtract(needed.area, participating.area)),
    )
    return Turnout(all=whole, participating=participating, needed=needed, missing=missing)
