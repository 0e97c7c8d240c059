"""Sheets are set from data, in Chinese, with a code; nothing in the data is read as markup."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from yishiting.kernel.errors import WrongState
from yishiting.reach.paper import typesetting

#: Needs the fonts, which the quick part of the checks does not build.
pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EVIL = '#panic("x") $a_$ *粗* _斜_ @here <label> \\ `code` #read("/etc/passwd")'
DATA: dict[str, Any] = {
    "lang": "zh", "place": "滨河佳苑", "title": "会议记录", "sub": "飞线充电", "foot": "排印", "pages": "第 {n} 页，共 {all} 页",
    "scan": "扫一扫", "qr": "", "facts": [],
}  # fmt: skip


@pytest.fixture
def template(tmp_path: Path) -> Path:
    made = tmp_path / "t.typ"
    made.write_text('#import "sheet.typ": sheet, data, words\n#show: sheet\n#words(data.sub)\n', encoding="utf-8")
    return made


@pytest.fixture(autouse=True)
def _built() -> None:
    if not all((typesetting.FONTS / name).is_file() for name in typesetting.WEIGHTS):
        pytest.fail("the fonts of printed sheets are not there: run `make assets`")


def test_a_sheet_is_a_pdf_and_the_same_data_gives_the_same_bytes(template: Path) -> None:
    made = typesetting.pdf(template, DATA, now=NOW)

    assert made.startswith(b"%PDF-")
    assert b"NotoSansSC" in made
    assert made == typesetting.pdf(template, DATA, now=NOW)
    assert made != typesetting.pdf(template, DATA | {"sub": "别的"}, now=NOW)


def test_what_people_wrote_is_set_as_text_whatever_it_looks_like(template: Path) -> None:
    plain = typesetting.pictures(template, DATA | {"sub": EVIL}, now=NOW)

    assert len(plain) == 1
    assert plain[0].startswith(b"\x89PNG")
    assert plain != typesetting.pictures(template, DATA, now=NOW)


def test_a_long_text_takes_several_pages(template: Path) -> None:
    assert len(typesetting.pictures(template, DATA | {"sub": "一行\n" * 200}, now=NOW)) > 3


def test_a_code_is_drawn_beside_the_title(template: Path) -> None:
    code = typesetting.qr_svg("https://example.cn/e/binhe/")

    assert code.startswith("<svg")
    with_code = typesetting.pictures(template, DATA | {"qr": code}, now=NOW)
    assert with_code != typesetting.pictures(template, DATA, now=NOW)


def test_without_the_fonts_it_says_what_to_do(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "FONTS", tmp_path)

    with pytest.raises(WrongState, match="make assets"):
        typesetting.pdf(template, DATA, now=NOW)


def test_a_template_opens_no_file_of_the_machine(template: Path) -> None:
    template.write_text('#read("/etc/hostname")', encoding="utf-8")

    with pytest.raises(RuntimeError):
        typesetting.pdf(template, DATA, now=NOW)
