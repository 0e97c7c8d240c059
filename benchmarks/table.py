"""One line of the table for each figure, and whether it is good enough."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

HEADINGS = ("what", "measured", "bare", "ratio", "wanted", "")


@dataclass(frozen=True)
class Line:
    """A figure. ``ok`` is None where nothing is demanded of it."""

    name: str
    measured: str
    bare: str = ""
    ratio: float | None = None
    wanted: str = ""
    ok: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the line as it is printed."""
        verdict = {True: "ok", False: "SHORT", None: ""}[self.ok]
        return (
            self.name, self.measured, self.bare, "" if self.ratio is None else f"{self.ratio:.2f}", self.wanted, verdict,
        )  # fmt: skip


def share(name: str, pairs: Sequence[tuple[float, float]], unit: str, *, least: float | None = None) -> Line:
    """Return the line of a speed against a bare one, from rounds of (speed, bare speed) that took turns.

    The ratio is the median of the rounds' ratios: whatever else the machine did, it did to both halves of a round.
    """
    ratio = median(full / bare for full, bare in pairs)
    full, bare = (median(column) for column in zip(*pairs, strict=True))
    return Line(
        name, f"{full:,.0f} {unit}", f"{bare:,.0f} {unit}", ratio,
        "" if least is None else f"≥ {least}", None if least is None else ratio >= least,
    )  # fmt: skip


def limit(name: str, value: float, unit: str, below: float | None = None, *, places: int = 2) -> Line:
    """Return the line of a duration that should stay below a limit."""
    wanted = "" if below is None else f"< {below:g} {unit}"
    return Line(name, f"{value:,.{places}f} {unit}", wanted=wanted, ok=None if below is None else value < below)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def render(lines: Sequence[Line]) -> str:
    """Return the table, in Markdown so that it can be kept in a document."""
    rows = [HEADINGS, *(line.cells() for line in lines)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEADINGS))]
    drawn = [
        "| " + " | ".join(_pad(cell, width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([drawn[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *drawn[1:]])
