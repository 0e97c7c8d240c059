"""Bytes of a file to sheets of text: ``.xlsx``, and ``.csv`` in the encodings that spreadsheets in China write.

What the bytes are decides, not the file's name; the name appears in sentences only.
"""

from __future__ import annotations

import csv
import io
import re

from yishiting.ground.people.roster.sheets import Row, Sheet
from yishiting.ground.people.roster.text import is_blank
from yishiting.ground.people.roster.workbook import (
    LAST_ROW,
    MOST_CELLS,
    encrypted,
    not_a_table,
    read_xlsx,
)
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import gettext_noop

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes of a file that is read at all; a roster of 30,000 homes is about 2 MB."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MARKUP = re.compile(r"^\s*<(?:!doctype|html|head|table|\?xml|\w+:Workbook)", re.IGNORECASE)
_DELIMITERS = ",;\t"


def _empty() -> BadInput:
    return BadInput(
        gettext_noop("这个文件是空的，一个字也没有。请确认选对了文件：名册要有标题行，下面每户一行。"), code="empty"
    )


def _old_format() -> BadInput:
    return BadInput(
        gettext_noop("这是旧式的 .xls 表格，读不了。请用 Excel 或 WPS 打开，另存为 .xlsx，再上传。"), code="old_format"
    )


def read_workbook(data: bytes, filename: str) -> tuple[Sheet, ...]:
    """Return the sheets of a file; a ``.csv`` is one sheet without a name.

    Raises ``BadInput`` with the code ``empty``, ``encrypted``, ``formula_only``, ``old_format``, ``not_a_table``,
    ``too_large`` or ``broken_quotes``, each with a sentence that says what to do. ``filename`` is not believed.
    """
    if not data.strip(b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"):
        raise _empty()
    if len(data) > LARGEST_FILE:
        raise BadInput(
            gettext_noop("这个文件超过 32 MB，太大了。请删去图片和无关的工作表，只留名册，再上传。"), code="too_large"
        )
    if data.startswith(_OLE):
        raise encrypted() if "EncryptedPackage".encode("utf-16-le") in data else _old_format()
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        sheets = read_xlsx(data)
    else:
        sheets = (_read_csv(_decode(data)),)
    if not any(sheet.rows for sheet in sheets):
        raise _empty()
    return sheets


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif data.startswith(b"\xef\xbb\xbf"):
        encodings = ("utf-8-sig",)
    else:
        # Text in GB18030 is hardly ever valid UTF-8, while nearly any bytes are valid GB18030: so in this order.
        encodings = ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _BINARY.search(text) or text.startswith("%PDF"):
            raise not_a_table()
        if _MARKUP.match(text):
            # Systems export pages of HTML or XML under the name .xls; spreadsheets open them without a word.
            raise _old_format()
        return text
    raise not_a_table()


def _delimiter(text: str) -> str:
    """Return what parts the columns: the one that gives most lines the same number of them."""
    lines = [line for line in text[:65536].splitlines() if line.strip()][:60]
    best = (0, 0, ",")
    for mark in _DELIMITERS:
        try:
            widths = [len(record) for record in csv.reader(lines, delimiter=mark)]
        except csv.Error:
            continue
        parted = [width for width in widths if width > 1]
        if parted:
            usual = max(set(parted), key=lambda width: (parted.count(width), width))
            best = max(best, (parted.count(usual), usual, mark), key=lambda each: each[:2])
    return best[2]


def _read_csv(text: str) -> Sheet:
    declared = re.match(r"^sep=(.)\r?\n", text)
    mark = declared[1] if declared else _delimiter(text)
    if declared:
        text = text[declared.end() :]
    rows: list[Row] = []
    cells = 0
    last: list[str] = []
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 1):
            if not all(is_blank(cell) for cell in record):
                rows.append(Row(number, tuple(None if is_blank(cell) else cell for cell in record)))
                cells += len(record)
                last = record
            if number > LAST_ROW or cells > MOST_CELLS:
                raise BadInput(
                    gettext_noop("这个表格行数太多，读不了。请按小区分成几个文件，再分别上传。"), code="too_large"
                )
    except csv.Error as error:
        raise _broken_quotes() from error
    if text.count('"') % 2 and any("\n" in cell for cell in last):
        # An open quotation mark swallows every later line into one cell.
        raise _broken_quotes()
    return Sheet("", tuple(rows))


def _broken_quotes() -> BadInput:
    return BadInput(
        gettext_noop(
            "这个 .csv 文件里有引号不成对，后面的行连成了一片。请用 Excel 或 WPS 打开，另存为 .xlsx，再上传。"
        ),
        code="broken_quotes",
    )
