"""Small files for tests, made as spreadsheets make them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

import openpyxl

from yishiting.ground.people.roster import Roster, parse, read_workbook

Table = Sequence[Sequence[object]]
HEADINGS = ("楼栋", "单元", "房号", "建筑面积", "业主姓名", "联系电话")


def xlsx(*sheets: tuple[str, Table], merges: Iterable[str] = (), hidden: Iterable[str] = ()) -> bytes:
    """A workbook of these sheets; ``merges`` are of the first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    for merge in merges:
        book.worksheets[0].merge_cells(merge)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def csv(rows: Table, *, encoding: str = "utf-8", mark: str = ",") -> bytes:
    """A table of text; a cell that holds the mark is quoted."""

    def cell(value: object) -> str:
        text = "" if value is None else str(value)
        return f'"{text}"' if mark in text or "\n" in text else text

    return "\r\n".join(mark.join(cell(value) for value in row) for row in rows).encode(encoding)


def roster(*rows: Sequence[object], headings: Sequence[object] = HEADINGS, estate: str = "莱茵小镇") -> Roster:
    """The roster that these rows under these headings make in a workbook of one sheet."""
    return parse(read_workbook(xlsx(("名册", [headings, *rows])), "名册.xlsx"), estate)


def codes(read: Roster) -> list[tuple[int, str, str]]:
    """The problems of a roster, short."""
    return [(each.row, each.code, each.level) for each in read.problems]
