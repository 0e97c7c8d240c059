"""Text as people type it into tables, brought to one form. Never used on what is shown back as the raw value."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe0f]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SPACE = re.compile(r"\s+")
_DASH = re.compile("[\u2010-\u2015\u2212\u2500\u2501\ufe58\ufe63\uff0d~\u301c\uff5e]+")
_DOT = re.compile("[\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65]")
# Resident identity numbers: 18 places with a birth date inside, with or without gaps, or the 15 of the first generation.
_IDENTITY = re.compile(
    r"(?<!\d)(?:[1-9１-９]\d{5}[ -]?(?:\d{4})[ -]?\d{2}[ -]?\d{2}[ -]?\d{3}[\dXxＸｘ]|[1-9１-９]\d{14})(?!\d)"
)
IDENTITY_LEFT_OUT = "（证件号码已略去）"

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL = re.compile("[零〇一二两三四五六七八九十百]+")
NOTHING = frozenset(
    (
        "",
        "/",
        "//",
        "\\",
        "-",
        "--",
        "---",
        "_",
        ".",
        "?",
        "??",
        "*",
        "无",
        "没有",
        "不详",
        "未知",
        "暂无",
        "空",
        "待定",
        "待补",
        "缺",
        "未登记",
        "未留",
        "n/a",
        "na",
        "null",
        "none",
        "nan",
        "#n/a",
        "#ref!",
        "#value!",
        "#name?",
        "#div/0!",
        "#null!",
        "#num!",
        "未提供",
        "不明",
        "待核实",
        "拒绝提供",
    )
)
"""What people and spreadsheets write where there is nothing to write (compact, lower case)."""


# A cell is looked at from several sides in turn: a small cache holds about the last hundred rows.
@lru_cache(maxsize=1024)
def tidy(text: str | None) -> str:
    """Return ``text`` with full-width forms narrowed, invisible characters gone and runs of white space as one space."""
    if not text:
        return ""
    if not text.isascii():
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
        text = _DOT.sub("·", _DASH.sub("-", _INVISIBLE.sub("", text)))
    elif text.isalnum():
        return text
    elif "~" in text:
        text = _DASH.sub("-", text)
    return _SPACE.sub(" ", _CONTROL.sub("", text)).strip()


def compact(text: str | None) -> str:
    """Return :func:`tidy` ``text`` without any white space."""
    return tidy(text).replace(" ", "")


def is_blank(text: str) -> bool:
    """Return whether ``text`` shows nothing: white space, no-break spaces, zero-width characters."""
    return not text.strip() or not (text.isascii() or _INVISIBLE.sub("", text).strip())


def is_nothing(text: str | None) -> bool:
    """Return whether ``text`` is blank or one of the marks that stand for blank."""
    return compact(text).lower() in NOTHING


def without_identity(text: str | None) -> str:
    """Return ``text`` with identity numbers left out: they are neither stored nor shown back (个人信息保护法)."""
    if not text:
        return ""
    return _IDENTITY.sub(IDENTITY_LEFT_OUT, text) if len(text) >= 15 else text


def numeral(text: str) -> int | None:
    """Return the number that Chinese numerals write (``十二`` is 12, ``三〇一`` is 301), None for anything else."""
    if not _NUMERAL.fullmatch(text):
        return None
    if "十" not in text and "百" not in text:
        return int("".join(str(_DIGITS[c]) for c in text))
    total = 0
    pending = 0
    for character in text:
        if character in "十百":
            total += (pending or 1) * (10 if character == "十" else 100)
            pending = 0
        else:
            pending = _DIGITS[character]
    return total + pending
