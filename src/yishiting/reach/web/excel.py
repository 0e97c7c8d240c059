"""Lists of the desk as Excel files, whole: what stands on the page, and nothing that a spreadsheet would run."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from urllib.parse import quote

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from yishiting.kernel.clock import CHINA

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A list longer than this is narrowed first; a spreadsheet of more rows is read by nobody.
MOST_ROWS = 20_000
#: What one cell holds at most, by the format.
LONGEST = 32_767
Value = str | int | date | datetime | None


def answer(
    *, name: str, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Value]], now: datetime
) -> HttpResponse:
    """Return ``rows`` under ``columns`` (heading, width in characters) as a workbook to be saved.

    ``title`` names the sheet and the file, ``name`` the file for readers that know no Chinese. Words are text whatever they
    begin with: a title that somebody typed as ``=HYPERLINK(…)`` stays the words that he typed. A time is shown in China's.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    heads = []
    for at, (head, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
        cell = _text(sheet, head)
        cell.font = Font(bold=True)
        heads.append(cell)
    sheet.append(heads)
    for row in rows:
        sheet.append([_shown(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    response = HttpResponse(out.getvalue(), content_type=CONTENT_TYPE)
    day = now.astimezone(CHINA).strftime("%Y%m%d")
    response["Content-Disposition"] = (
        f"attachment; filename=\"{name}-{day}.xlsx\"; filename*=UTF-8''{quote(title)}-{day}.xlsx"
    )
    response["Cache-Control"] = "no-store"
    return response


def _shown(sheet: WriteOnlyWorksheet, value: Value) -> Cell | int | None:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return _text(sheet, value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"))
    return _text(sheet, value.isoformat() if isinstance(value, date) else value)


def _text(sheet: WriteOnlyWorksheet, words: str) -> Cell:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", words)[:LONGEST])
    # Text by its type, so that it is not read as a formula, and by its format, so that it is none after an edit either.
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
