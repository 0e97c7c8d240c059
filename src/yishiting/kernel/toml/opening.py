"""Opening a TOML file that people wrote: its values with the line of each, or the one fault that keeps it shut."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from yishiting.kernel.toml import lines
from yishiting.kernel.toml.faults import Fault, dotted_fault, syntax_fault
from yishiting.kernel.words import Sentence, gettext_noop


def opened(
    source: str | bytes, *, largest: int, too_large: str, table: str
) -> tuple[Mapping[str, Any], lines.Lines] | Fault:
    """Return what stands in ``source`` and where, or why it cannot be read; never raises for what stands in it.

    A text of more than ``largest`` characters is refused in the words ``too_large``; its tables are written ``[[table]]``.
    """
    try:
        text = source.decode("utf-8") if isinstance(source, bytes) else source
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        words = gettext_noop("文件不是 UTF-8 编码，读不了。请在编辑器里另存为 UTF-8 再试。")
        return Fault(line, Sentence(words), "not_utf8")
    if len(text) > largest:
        return Fault(1, Sentence(too_large), "too_large")
    text = text.removeprefix("\ufeff")  # some editors put this mark before the first line
    if (dotted := dotted_fault(text)) is not None:
        return dotted
    try:
        return tomllib.loads(text), lines.index(text)
    except (ValueError, RecursionError) as error:
        return syntax_fault(text, error, table=table)
