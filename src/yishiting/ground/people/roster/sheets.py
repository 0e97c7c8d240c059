"""What a file holds before anyone asks what it means: sheets of rows of text."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | None
Position = tuple[int, int]
"""A row's number as the spreadsheet shows it (from 1) and a column's index (from 0)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something; ``number`` counts from 1 with blank rows and lines, as a spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells that the spreadsheet shows as one; its text stands in the top left cell. All four bounds are included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows without the blank ones.

    ``formulas`` are the cells that hold a formula for which the file keeps no value, so that what a reader of the
    spreadsheet sees there is not in the file.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    merges: tuple[Merge, ...] = ()
    formulas: frozenset[Position] = frozenset()
