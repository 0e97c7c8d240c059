"""Bytes to rows: encodings, numbers, row numbers; and files that are careless or hostile."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from yishiting.ground.people.roster import parse, read_workbook, workbook
from yishiting.ground.people.roster import read as reading
from yishiting.ground.people.roster.tests.sheets import HEADINGS, codes, csv, xlsx
from yishiting.kernel.errors import BadInput

ROWS = [HEADINGS, ("3栋", "1单元", "101", "1,024.50", "张三", "13900000001")]


def refusal(data: bytes) -> BadInput:
    with pytest.raises(BadInput) as no:
        read_workbook(data, "名册.xlsx")
    # Every refusal says what to do next.
    assert any(word in str(no.value) for word in ("请", "再上传"))
    return no.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_of_text_is_read_in_every_usual_encoding(encoding: str, mark: str) -> None:
    (sheet,) = read_workbook(csv(ROWS, encoding=encoding, mark=mark), "名册.csv")
    assert [row.cells for row in sheet.rows] == ROWS


def test_utf_16_with_the_big_end_first_is_read_too() -> None:
    (sheet,) = read_workbook(b"\xfe\xff" + csv(ROWS, encoding="utf-16-be"), "名册.csv")
    assert sheet.rows[0].cells == HEADINGS


def test_the_semicolon_parts_columns_where_commas_part_names() -> None:
    (sheet,) = read_workbook("房屋坐落;面积;业主\n1栋101;80;张三,李四\n1栋102;80;王五,赵六\n".encode(), "a.csv")
    assert sheet.rows[1].cells == ("1栋101", "80", "张三,李四")


def test_rows_are_numbered_with_blank_lines_and_without_the_lines_inside_a_cell() -> None:
    (sheet,) = read_workbook('房号,业主\r\n\r\n,,\r\n101,"张三\n李四"\r\n102,王五\r\n'.encode(), "a.csv")
    assert [row.number for row in sheet.rows] == [1, 4, 5]


def test_the_line_that_declares_the_delimiter_is_no_row() -> None:
    (sheet,) = read_workbook("sep=;\r\n房号;业主\r\n101;张三\r\n".encode(), "a.csv")
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ("房号", "业主")), (2, ("101", "张三"))]


def test_a_workbook_gives_numbers_as_a_spreadsheet_shows_them() -> None:
    row = (1, 1.0, 118.5, 0.1 + 0.2, 13900004027, 13900004027.0, True, date(2024, 3, 2), "  ", None, 1e-7)
    (sheet,) = read_workbook(xlsx(("名册", [(), row])), "a.xlsx")
    assert [each.number for each in sheet.rows] == [2]
    assert sheet.rows[0].cells == (
        *("1", "1", "118.5", "0.3", "13900004027", "13900004027", "TRUE", "2024-03-02", None, None),
        "0.0000001",
    )


def test_a_workbook_is_known_by_its_bytes_whatever_its_name() -> None:
    assert read_workbook(xlsx(("名册", ROWS)), "名册.csv")[0].name == "名册"
    assert read_workbook(csv(ROWS), "名册.xlsx")[0].name == ""


@pytest.mark.parametrize(
    "data", [b"", b"   \r\n\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b",,,\r\n,,,\r\n", b"\x00" * 50], ids=range(6)
)
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refusal(data).code == "empty"


def test_an_empty_workbook_is_refused() -> None:
    assert refusal(xlsx(("Sheet1", []), ("Sheet2", [(None, "  ")]))).code == "empty"


def test_an_encrypted_workbook_is_refused() -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    assert refusal(container).code == "encrypted"


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"),
        "<html><table><tr><td>房号</td></tr></table></html>".encode(),
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    ],
    ids=["xls", "html", "xml"],
)
def test_an_old_format_says_how_to_save_a_new_one(data: bytes) -> None:
    no = refusal(data)
    assert no.code == "old_format"
    assert ".xlsx" in str(no)


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.7\n",
        b"PK\x03\x04" + b"broken" * 20,
        zipped(word__document_xml=b"<w/>"),
        zipped(xl__worksheets__sheet1_xml=b"<worksheet/>"),
        xlsx(("名册", ROWS))[:-200],
        xlsx(("名册", ROWS))[:300],
    ],
    ids=["png", "pdf", "broken zip", "word", "no workbook", "cut tail", "cut early"],
)
def test_what_is_no_spreadsheet_is_refused(data: bytes) -> None:
    assert refusal(data).code == "not_a_table"


def test_an_open_quotation_mark_does_not_swallow_the_rest() -> None:
    assert refusal('房号,业主\r\n101,"张三\r\n102,李四\r\n103,王五\r\n'.encode()).code == "broken_quotes"


def test_a_workbook_of_formulas_without_values_is_refused() -> None:
    assert refusal(xlsx(("名册", [("=B1", "=C1"), ("=1+1", "=2+2")]))).code == "formula_only"


def test_a_column_of_formulas_without_values_is_named() -> None:
    rows = [HEADINGS, *(("3栋", "1", f"{n}01", f"=80+{n}", f"张{n}甲", None) for n in range(1, 5))]
    with pytest.raises(BadInput) as no:
        parse(read_workbook(xlsx(("名册", rows)), "a.xlsx"), "莱茵小镇")
    assert no.value.code == "formula_only"
    assert "建筑面积" in str(no.value)


def test_single_formulas_without_values_are_problems_of_their_rows() -> None:
    rows = [
        HEADINGS,
        *(["3栋", "1", f"{n}01", 80, f"张{n}甲", None] for n in range(1, 7)),
        ("合计", None, None, "=SUM(D2:D7)"),
    ]
    rows[2][3] = "=40+40"
    rows[3][2] = '="301"'
    read = parse(read_workbook(xlsx(("名册", rows)), "a.xlsx"), "莱茵小镇")
    assert codes(read) == [(3, "formula_no_value", "warning"), (4, "formula_no_value", "error")]
    assert [each.column for each in read.problems] == ["建筑面积", "房号"]


def test_a_room_that_became_a_date_says_what_to_do() -> None:
    rows = [HEADINGS, ("3栋", "1", date(2024, 3, 2), 80, "张三", None), ("3栋", "1", "302", 80, "李四", None)]
    read = parse(read_workbook(xlsx(("名册", rows)), "a.xlsx"), "莱茵小镇")
    assert [(each.row, each.column, each.value, each.code) for each in read.problems] == [
        (2, "房号", "2024-03-02", "location_date")
    ]
    assert "文本" in str(read.problems[0].message)


def sheet_of(xml: bytes, *, after: bytes = b"") -> bytes:
    """A workbook whose one sheet has this text between its ``sheetData`` tags, and that after them."""
    plain = xlsx(("名册", [("a",)]))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head = data[: data.index(b"<sheetData>")]
                data = head + b"<sheetData>" + xml + b"</sheetData>" + after + b"</worksheet>"
            target.writestr(name, data)
    return out.getvalue()


def inline(reference: str, text: str) -> bytes:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


HEAD_ROW = b'<row r="1">' + b"".join(inline(f"{c}1", t) for c, t in zip("ABCDEF", HEADINGS, strict=True)) + b"</row>"
HOME_ROW = (
    b'<row r="2">'
    + b"".join(inline(f"{c}2", t) for c, t in zip("ABCDE", ("3栋", "1", "101", "80", "张三"), strict=True))
    + b"</row>"
)


def test_blank_formatted_rows_to_the_end_of_the_sheet_are_nothing() -> None:
    blank = b"".join(b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (n, n, n) for n in range(3, 300_000))
    read = parse(
        read_workbook(sheet_of(HEAD_ROW + HOME_ROW + blank + b'<row r="1048576" ht="15"/>'), "a.xlsx"), "莱茵小镇"
    )
    assert len(read.homes) == 1


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576"])
def test_a_stray_cell_at_the_end_of_the_sheet_is_refused_and_named(cell: str) -> None:
    number = cell.lstrip("XFDA")
    no = refusal(sheet_of(HEAD_ROW + HOME_ROW + b'<row r="%s">' % number.encode() + inline(cell, "x") + b"</row>"))
    assert no.code == "too_large"
    assert number in str(no)


def test_cells_that_do_not_say_where_they_are_stand_in_their_row() -> None:
    far = b'<row r="1048576"><c t="inlineStr"><is><t>x</t></is></c></row>'
    assert refusal(sheet_of(HEAD_ROW + far)).code == "too_large"


def test_sixteen_thousand_columns_of_headings_are_read() -> None:
    wide = [[*HEADINGS, *(f"附{n}" for n in range(16_378))], ["3栋", "1", "101", 80, "张三"]]
    read = parse(read_workbook(xlsx(("名册", wide)), "a.xlsx"), "莱茵小镇")
    assert len(read.homes) == 1


def test_a_file_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_INFLATED", 5_000_000)
    assert refusal(sheet_of(b"<row/>" * 2_000_000)).code == "too_large"


def test_the_size_that_a_part_states_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_INFLATED", 5_000_000)
    data = bytearray(sheet_of(b"<row/>" * 2_000_000))
    for found in (b"PK\x01\x02", b"PK\x03\x04"):
        at = data.find(found)
        while at >= 0:
            size = at + (24 if found == b"PK\x01\x02" else 22)
            data[size : size + 4] = (10).to_bytes(4, "little")
            at = data.find(found, at + 1)
    assert refusal(bytes(data)).code == "too_large"


def test_a_file_of_more_than_32_megabytes_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 10)
    assert refusal(b"x" * 11).code == "too_large"


def test_entities_in_a_workbooks_index_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(("名册", ROWS)))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/workbook.xml":
                data = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + data
            target.writestr(name, data)
    assert refusal(out.getvalue()).code == "not_a_table"


def test_merged_cells_that_cover_the_whole_sheet_do_no_harm() -> None:
    merges = b'<mergeCells count="2"><mergeCell ref="G1:XFD1048576"/><mergeCell ref="A2:A1048576"/></mergeCells>'
    rows = HEAD_ROW + HOME_ROW + HOME_ROW.replace(b"2", b"3").replace(b"101", b"102")
    read = parse(read_workbook(sheet_of(rows, after=merges), "a.xlsx"), "莱茵小镇")
    assert len(read.homes) == 2
