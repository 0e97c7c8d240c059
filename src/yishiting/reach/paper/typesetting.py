"""From a template and data to the bytes of a PDF, through typst, with the Chinese font that ``make assets`` puts beside.

What people wrote goes in as JSON (``sys.inputs.data``) and is set as text: nothing in it is read as markup, and a template
can open no file but those given here. Nothing is fetched and no font of the machine is used, so the same data gives the
same sheet everywhere.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import segno
import typst

from yishiting.kernel.errors import WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.reach.paper import glyphs

HERE: Final = Path(__file__).parent
FONTS: Final = HERE / "fonts"
#: The weights that the sheet is set in; ``scripts/build-assets.mjs`` copies them.
WEIGHTS: Final = ("NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf")
SHEET: Final = HERE / "templates" / "sheet.typ"
#: How sharp a picture of a sheet is, in dots an inch.
PPI: Final = 110.0


def qr_svg(address: str) -> str:
    """Return a picture (SVG) of the code that opens ``address``."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True, scale=4)
    return out.getvalue().decode()


def _fonts() -> Path:
    if missing := [name for name in WEIGHTS if not (FONTS / name).is_file()]:
        raise WrongState(
            gettext_noop("打印用的字体还没有装好，所以排不出 PDF。请管理员在服务器上运行 make assets，再打开一次。"),
            code=f"fonts_missing:{missing[0]}",
        )
    return FONTS


def _compile(template: Path, data: Mapping[str, Any], *, now: datetime, kind: str) -> Any:
    fonts = _fonts()
    spelled, lacks = glyphs.drawn(data, glyphs.characters(fonts / WEIGHTS[0]))
    if not lacks:
        spelled["lacks"] = ""
    files = {"main.typ": template.read_bytes(), "sheet.typ": SHEET.read_bytes()}
    # Several files at once: the package takes them, its type hints do not say so yet.
    compile_files: Any = typst.compile
    return compile_files(
        files,
        format=kind,
        ppi=PPI,
        ignore_system_fonts=True,
        font_paths=[str(fonts)],
        sys_inputs={"data": json.dumps(spelled, ensure_ascii=False)},
        timestamp=int(now.timestamp()),
    )


def pdf(template: Path, data: Mapping[str, Any], *, now: datetime) -> bytes:
    """Set ``data`` by ``template`` (a ``.typ`` file that may import ``sheet.typ``) and return the PDF.

    ``data`` holds what JSON can hold, and the keys that the sheet reads (see ``templates/sheet.typ``). Raises
    :class:`WrongState` where the fonts were not built, and ``typst.TypstError`` for a template that is wrong.
    """
    made = _compile(template, data, now=now, kind="pdf")
    assert isinstance(made, bytes)
    return made


def pictures(template: Path, data: Mapping[str, Any], *, now: datetime) -> list[bytes]:
    """Return each page of the same sheet as a PNG, for tests and for a preview."""
    made = _compile(template, data, now=now, kind="png")
    return [made] if isinstance(made, bytes) else list(made)
