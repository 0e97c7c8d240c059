"""Reading ``.xlsx``: first what a hostile or careless file could do is looked at, then python-calamine reads it.

calamine lays a sheet out as a full grid from its first cell to its last, so a single stray cell at XFD1048576 would take
all memory; and it does not tell a formula without a value from a blank. Both are found here, in the file's own text.
"""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from yishiting.ground.people.roster.sheets import Cell, Merge, Position, Row, Sheet
from yishiting.ground.people.roster.text import is_blank
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop

MOST_INFLATED = 256 * 1024 * 1024
"""Bytes that all parts may have together when unpacked; a million blank formatted rows fit."""
LAST_ROW = 200_000
MOST_CELLS = 4_000_000
MOST_SHEETS = 500
_BLOCK = 1 << 20

_ROW_END = re.compile(rb"</(?:[A-Za-z0-9]+:)?row\s*>")
_ROW_START = re.compile(rb"<(?:[A-Za-z0-9]+:)?row\b[^>]*")
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d{1,9})[\"']")
_CELL = re.compile(rb"<(?:[A-Za-z0-9]+:)?c(?=[\s>])([^>]*)(?<!/)>(.*?)</(?:[A-Za-z0-9]+:)?c\s*>", re.DOTALL)
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,9})[\"']")
_TYPE = re.compile(rb"\bt\s*=\s*[\"'](\w+)[\"']")
_FORMULA = re.compile(rb"<(?:[A-Za-z0-9]+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:[A-Za-z0-9]+:)?v(?:\s[^>]*)?>[^<]")
_SHEET_PART = re.compile(r"^xl/worksheets/[^/]+\.xml$", re.IGNORECASE)


def not_a_table() -> BadInput:
    """The refusal of a file that is no spreadsheet, or a broken one."""
    return BadInput(
        gettext_noop("这个文件打不开，不是完好的表格。请用 Excel 或 WPS 打开名册，另存为 .xlsx 或 .csv，再上传。"),
        code="not_a_table",
    )


def _too_large() -> BadInput:
    return BadInput(
        gettext_noop("这个表格太大了。请只把有内容的行和列复制到一个新表格里，另存为 .xlsx，再上传。"), code="too_large"
    )


@dataclass(slots=True)
class _Part:
    """What was found in the text of one sheet."""

    formulas: set[Position]
    values: int = 0


def _inflate(data: bytes, info: zipfile.ZipInfo, room: list[int]) -> Iterator[bytes]:
    """Unpack one part block by block. The sizes that the file states are not believed; ``room`` counts down."""
    header = data[info.header_offset : info.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise not_a_table()
    if info.flag_bits & 0x1:
        raise encrypted()
    start = info.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = data[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        room[0] -= len(packed)
        if room[0] < 0:
            raise _too_large()
        yield packed
        return
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise not_a_table()
    unpacker = zlib.decompressobj(-15)
    while packed and not unpacker.eof:
        block = unpacker.decompress(packed, _BLOCK)
        packed = unpacker.unconsumed_tail
        room[0] -= len(block)
        if room[0] < 0:
            raise _too_large()
        yield block
    if not unpacker.eof:
        raise not_a_table()


def encrypted() -> BadInput:
    """The refusal of a workbook that needs a password."""
    return BadInput(
        gettext_noop("这个表格设了打开密码，读不了。请用 Excel 或 WPS 打开，取消密码后另存，再上传。"), code="encrypted"
    )


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1


def _look_at_sheet(blocks: Iterator[bytes]) -> _Part:
    """Find formulas without values, and refuse a sheet whose cells spread too far."""
    part = _Part(set())
    last_row = last_column = row = 0
    pending = b""
    for block in blocks:
        *rows, pending = _ROW_END.split(pending + block)
        for text in rows:
            starts = _ROW_START.findall(text)
            number = _ROW_NUMBER.search(starts[-1]) if starts else None
            row = int(number[1]) if number else row + max(1, len(starts))
            if b"<" not in text or text.find(b"/", text.find(b">")) < 0:
                continue
            column = -1
            for attributes, body in _CELL.findall(text):
                reference = _REFERENCE.search(attributes)
                column = _column_index(reference[1]) if reference else column + 1
                at = int(reference[2]) if reference else row
                if _FORMULA.search(body) and not _VALUE.search(body):
                    kind = _TYPE.search(attributes)
                    if kind is None or kind[1] != b"str":
                        part.formulas.add((at, column))
                elif body:
                    part.values += 1
                else:
                    continue
                last_row, last_column = max(last_row, at), max(last_column, column)
        if last_row > LAST_ROW or last_row * (last_column + 1) > MOST_CELLS:
            raise _spread_too_far(last_row, last_column)
    return part


def _spread_too_far(row: int, column: int) -> BadInput:
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return BadInput(
        Sentence(
            gettext_noop(
                "表格里的内容一直到第 {row} 行、{column} 列，太散了，读不了。请只把名册的行和列复制到一个新表格里，另存为 .xlsx，再上传。"
            ),
            row=row,
            column=letters,
        ),
        code="too_large",
    )


def _parts(data: bytes) -> tuple[dict[str, _Part], dict[str, bytes]]:
    """Unpack everything once: sheets are looked at as they pass, the two small indexes are kept."""
    room = [MOST_INFLATED]
    sheets: dict[str, _Part] = {}
    indexes: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise not_a_table() from error
    if len(members) > 5000 or not any(_SHEET_PART.match(info.filename) for info in members):
        raise not_a_table()
    try:
        for info in members:
            blocks = _inflate(data, info, room)
            name = info.filename
            if _SHEET_PART.match(name):
                sheets[name.lower()] = _look_at_sheet(blocks)
            elif name.lower() in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
                indexes[name.lower()] = b"".join(blocks)
            else:
                for _ in blocks:
                    pass
    except zlib.error as error:
        raise not_a_table() from error
    return sheets, indexes


def _part_names(indexes: dict[str, bytes]) -> dict[str, str]:
    """Return which part holds the sheet of each name."""
    if any(b"<!DOCTYPE" in text or b"<!ENTITY" in text for text in indexes.values()):
        raise not_a_table()
    try:
        relations = ElementTree.fromstring(indexes.get("xl/_rels/workbook.xml.rels", b"<none/>"))  # noqa: S314 - no DTD
        book = ElementTree.fromstring(indexes.get("xl/workbook.xml", b"<none/>"))  # noqa: S314 - no DTD
    except ElementTree.ParseError as error:
        raise not_a_table() from error
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    names: dict[str, str] = {}
    for each in book.iter():
        if each.tag.rpartition("}")[2] == "sheet":
            identity = next((value for key, value in each.attrib.items() if key.rpartition("}")[2] == "id"), "")
            target = targets.get(identity, "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            names[each.get("name", "")] = path.lower()
    return names


def _text(value: object) -> Cell:
    """Return a cell as a spreadsheet shows it by default: ``1.0`` is ``1``; fifteen figures, as spreadsheets keep."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return None if is_blank(value) else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        plain = format(Decimal(format(value, ".15g")), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, datetime):
        # A spreadsheet's date has no zone; midnight is how it keeps a day.
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
        cells = tuple(_text(value) for value in values)
        if any(cell is not None for cell in cells):
            yield Row(number, cells)


def read_xlsx(data: bytes) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook. Raises ``BadInput``: ``not_a_table``, ``encrypted``, ``too_large``, ``formula_only``."""
    parts, indexes = _parts(data)
    names = _part_names(indexes)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = []
        for about in book.sheets_metadata[:MOST_SHEETS]:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            part = parts.get(names.get(about.name, ""))
            formulas = frozenset(part.formulas) if part else frozenset()
            sheets.append(
                Sheet(
                    name=about.name,
                    rows=tuple(_rows(sheet)),
                    hidden=about.visible != SheetVisibleEnum.Visible,
                    merges=_merges(sheet),
                    formulas=formulas,
                )
            )
    except (CalamineError, ValueError, OSError) as error:
        raise not_a_table() from error
    if any(sheet.formulas for sheet in sheets) and not any(sheet.rows for sheet in sheets):
        raise formula_only()
    return tuple(sheets)


def _merges(sheet: CalamineSheet) -> tuple[Merge, ...]:
    ranges = sheet.merged_cell_ranges or []
    return tuple(Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)


def formula_only(column: str = "") -> BadInput:
    """The refusal of a workbook whose cells are formulas that no program has worked out yet."""
    if column:
        return BadInput(
            Sentence(
                gettext_noop(
                    "“{column}”这一列都是公式，文件里没有算好的结果。请用 Excel 或 WPS 打开文件，保存一次，再上传。"
                ),
                column=column,
            ),
            code="formula_only",
        )
    return BadInput(
        gettext_noop("这个表格里都是公式，没有算好的结果。请用 Excel 或 WPS 打开文件，保存一次，再上传。"),
        code="formula_only",
    )
