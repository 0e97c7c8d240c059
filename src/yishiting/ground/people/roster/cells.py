"""A sheet's cells under its headings, by role, with what merged cells show in the rows under their first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal

from yishiting.ground.people.roster.headers import Columns, Role
from yishiting.ground.people.roster.sheets import Position, Row, Sheet

_MOST_FILLED = 2_000_000


class Cells:
    """Answers what a row says in a column or role. Text is raw; what is not there is an empty text."""

    def __init__(self, *, sheet: Sheet, rows: Sequence[Row], columns: Columns) -> None:
        self.sheet = sheet.name
        self.columns = columns
        self.formulas = sheet.formulas
        self.places: tuple[int, ...] = tuple(
            column for role in ("room", "location") if (column := columns.first(role)) is not None
        )
        self._filled = self._merged(sheet, rows)

    def _merged(self, sheet: Sheet, rows: Sequence[Row]) -> dict[Position, tuple[int, str]]:
        """Return, for cells under the first of a merge, the number of its first row and its text."""
        numbers = [row.number for row in rows]
        by_number = {row.number: row for row in rows}
        wanted = {index for indexes in self.columns.of.values() for index in indexes}
        filled: dict[Position, tuple[int, str]] = {}
        steps = 0
        for merge in sheet.merges:
            top = by_number.get(merge.top)
            if top is None or merge.bottom == merge.top or merge.left >= len(top.cells) or merge.left not in wanted:
                continue
            text = top.cells[merge.left]
            at = bisect_left(numbers, merge.top + 1)
            while text and at < len(numbers) and numbers[at] <= merge.bottom and steps < _MOST_FILLED:
                filled[numbers[at], merge.left] = (merge.top, text)
                at += 1
                steps += 1
        return filled

    def at(self, row: Row, column: int | None) -> str:
        """Return the text of a column, that of a merge above where the cell lies in one."""
        if column is None:
            return ""
        cell = row.cells[column] if column < len(row.cells) else None
        if not cell and (found := self._filled.get((row.number, column))):
            return found[1]
        return cell or ""

    def get(self, row: Row, role: Role) -> str:
        """Return the text of the best column of a role."""
        return self.at(row, self.columns.first(role))

    def all(self, row: Row, role: Role) -> list[str]:
        """Return the texts of all columns of a role, best first."""
        return [self.at(row, column) for column in self.columns.of.get(role, ())]

    def own(self, row: Row, role: Role) -> list[str]:
        """Return what the row itself holds under a role, without what merges show there."""
        columns = self.columns.of.get(role, ())
        return [cell for column in columns if column < len(row.cells) and (cell := row.cells[column])]

    def merged_from(self, row: Row, column: int) -> int | None:
        """Return the number of the first row of the merge that covers a cell; None where none does."""
        found = self._filled.get((row.number, column))
        return found[0] if found else None

    def is_formula(self, row: Row, column: int | None) -> bool:
        """Return whether a cell holds a formula for which the file keeps no value."""
        return column is not None and (row.number, column) in self.formulas

    def where(self, row: Row) -> tuple[str, str]:
        """Return the heading and raw text of the cell that says which home the row is."""
        for column in self.places:
            if text := self.at(row, column):
                return self.columns.headings.get(column, ""), text
        return self.columns.heading("room", "location"), ""

    def where_part(self, row: Row, part: Literal["building", "entrance"]) -> tuple[str, str]:
        """Return the heading and raw text of the cell that says in which building or entrance the row is.

        That is the part's own column; where the list has none that says so, the column that holds the whole place.
        """
        columns = [*self.columns.of.get(part, ())]
        if part == "entrance":
            columns += [at for at in self.columns.of.get("building", ()) if "单元" in self.columns.headings.get(at, "")]
        for column in (*columns, *self.columns.of.get("location", ())):
            if text := self.at(row, column):
                return self.columns.headings.get(column, ""), text
        return self.where(row)
