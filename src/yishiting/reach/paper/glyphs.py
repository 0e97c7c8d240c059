"""What the font of printed sheets can draw, and what stands in place of what it can not.

A character without a drawing would come out as an empty box, which nobody can tell from a box to tick. Printers put a
geta mark (〓) there; so does the sheet, and says at its foot that the web page has the character itself. What is never
seen (joiners, variation selectors, marks of direction) goes without a mark.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

#: Stands for a character that can not be drawn.
GETA: Final = "〓"
#: Joins several drawings to one (a family); the whole is one mark.
JOINER: Final = "\u200d"
#: The colour of a skin: part of the drawing before it.
SKIN: Final = range(0x1F3FB, 0x1F400)
#: The table of a font in which each group of characters has its first and its last (OpenType, ``cmap`` format 12).
_GROUPS: Final = 12


@lru_cache(maxsize=4)
def characters(font: Path) -> frozenset[str]:
    """Return every character that a TrueType font has a drawing for. Raises ``OSError`` where there is no such file."""
    data = font.read_bytes()
    found: set[str] = set()
    for at in range(12, 12 + 16 * struct.unpack_from(">H", data, 4)[0], 16):
        tag, _sum, start, _length = struct.unpack_from(">4sIII", data, at)
        if tag != b"cmap":
            continue
        for row in range(struct.unpack_from(">H", data, start + 2)[0]):
            table = start + struct.unpack_from(">HHI", data, start + 4 + 8 * row)[2]
            if struct.unpack_from(">H", data, table)[0] != _GROUPS:
                continue
            for group in range(struct.unpack_from(">I", data, table + 12)[0]):
                first, last, _glyph = struct.unpack_from(">III", data, table + 16 + 12 * group)
                found.update(map(chr, range(first, last + 1)))
    return frozenset(found)


def drawn(data: Any, have: frozenset[str]) -> tuple[Any, bool]:
    """Return ``data`` (what JSON can hold) with marks for what ``have`` lacks, and whether it lacked anything."""
    if isinstance(data, str):
        return _line(data, have)
    if isinstance(data, dict):
        pairs = {key: drawn(value, have) for key, value in data.items()}
        return {key: value for key, (value, _) in pairs.items()}, any(lacks for _, lacks in pairs.values())
    if isinstance(data, list | tuple):
        rows = [drawn(value, have) for value in data]
        return [value for value, _ in rows], any(lacks for _, lacks in rows)
    return data, False


def _line(text: str, have: frozenset[str]) -> tuple[str, bool]:
    if have.issuperset(text.replace("\n", "")):
        return text, False
    made: list[str] = []
    lacks = joined = False
    for char in text:
        if char == JOINER:
            joined = made[-1:] == [GETA]
            continue
        if char in "\n" or char in have:
            made.append(char)
        elif _unseen(char) or (ord(char) in SKIN and made[-1:] == [GETA]):
            continue
        elif char.isspace() or unicodedata.category(char) == "Cc":
            made.append(" ")
        else:
            lacks = True
            if not joined:
                made.append(GETA)
        joined = False
    return "".join(made), lacks


def _unseen(char: str) -> bool:
    at = ord(char)
    return unicodedata.category(char) == "Cf" or 0xFE00 <= at <= 0xFE0F or 0xE0100 <= at <= 0xE01EF
