"""Exact figures: areas as ``Decimal`` square metres, never a float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def two_places(value: Decimal) -> str:
    """Return ``value`` with exactly two decimals, halves away from zero, no grouping: ``28922.42``."""
    return str(value.quantize(CENT, rounding=ROUND_HALF_UP))


def grouped(value: Decimal) -> str:
    """Return ``value`` for a reader: two decimals with groups of three, ``28,922.42``."""
    return f"{value.quantize(CENT, rounding=ROUND_HALF_UP):,}"
