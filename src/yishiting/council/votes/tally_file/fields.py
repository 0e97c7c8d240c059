"""The fields of a tally file: each read exactly from its own digits and letters, or refused with its place. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Listed, Sentence, gettext_noop

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_MOMENT = re.compile(r"[0-9W]+(?:-[0-9W]+)*[T ][0-9:.,]+(?:Z|[+-][0-9:]+)", re.ASCII)
_LARGEST = Decimal("1e18")  # m², far beyond any roll: keeps sums printable
_FINEST = -60

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number as it was written; neither ``float`` nor ``int`` ever sees it."""

    text: str


def refuse(place: str, template: str, **params: Any) -> NoReturn:
    """Raise :class:`BadInput` with one sentence about ``place`` (a path such as ``ballots[3].at``; empty for the file)."""
    message = Sentence(template, **params)
    raise BadInput(Sentence(gettext_noop("{place}：{message}"), place=place, message=message) if place else message)


def document_of(data: bytes) -> Any:
    """Return the JSON document in ``data``, its numbers as they were written; a key written twice is refused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse("", gettext_noop("第 {byte} 个字节不是 UTF-8 文字。请把文件另存为 UTF-8 再试。"), byte=error.start + 1)
    try:
        return json.loads(
            text, parse_float=Number, parse_int=Number, parse_constant=_constant, object_pairs_hook=_pairs
        )
    except json.JSONDecodeError as error:
        refuse(
            "",
            gettext_noop("不是完整的 JSON：读到第 {line} 行第 {column} 个字读不下去了。请检查那里的括号、引号和逗号。"),
            line=error.lineno,
            column=error.colno,
        )
    except RecursionError:
        refuse("", gettext_noop("括号套得太深，不是计票文件。请检查文件。"))


def _constant(name: str) -> NoReturn:
    refuse("", gettext_noop("文件里写了 {name}，它不是一个数。请写实际的数字。"), name=name)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            refuse("", gettext_noop("“{key}”在同一处写了两次，不知道以哪个为准。请删去一个。"), key=key)
        found[key] = value
    return found


def fields_of(value: Any, place: str, keys: tuple[str, ...], unread: dict[str, None] | None) -> Mapping[str, Any]:
    """Return an object whose ``keys`` are ours. A key that looks like a misspelt one is refused; any other is noted in ``unread``,
    or refused where that is None."""
    if not isinstance(value, dict):
        refuse(
            place,
            gettext_noop("这里应当是一个写在花括号里的对象，含 {keys}。请照格式改写。"),
            keys=Listed(keys),
        )
    for key in value:
        if key in keys:
            continue
        likely = get_close_matches(key.strip().lower(), [name for name in keys if name not in value], cutoff=0.8)
        if likely:
            refuse(place, gettext_noop("不认识“{key}”。是不是想写“{likely}”？请改过来。"), key=key, likely=likely[0])
        if unread is None:
            refuse(place, gettext_noop("不认识“{key}”。这里只能写 {keys}。"), key=key, keys=Listed(keys))
        unread.setdefault(f"{re.sub(r'[0-9]+', '', place)}.{key}".lstrip("."))
    return value


def list_of(value: Any, place: str) -> list[Any]:
    """Return a list."""
    if not isinstance(value, list):
        refuse(place, gettext_noop("这里应当是一张写在方括号里的单子。请照格式改写。"))
    return value


def required(value: Mapping[str, Any], key: str, place: str) -> Any:
    """Return the field ``key``, which must be there."""
    if key not in value:
        refuse(place, gettext_noop("缺少“{key}”。请补上。"), key=key)
    return value[key]


def word_of(kind: type[Word], value: Any, place: str) -> Word:
    """Return the word of ``kind`` that is written here."""
    for word in kind:
        if isinstance(value, str) and value == word.value:
            return word
    return refuse(
        place,
        gettext_noop("不认识 {value}。请从这几个里选：{words}。"),
        value=quoted(value),
        words=Listed(word.value for word in kind),
    )


def quoted(value: Any) -> str:
    """Return what was written, short enough for a sentence."""
    if isinstance(value, Number):
        return value.text[:40]
    if isinstance(value, str):
        return f"“{value[:40]}”"
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    return json.dumps(value)


def name_of(value: Any, place: str, advice: str) -> str:
    """Return an opaque id or a name: text, or a whole number taken as its digits."""
    if isinstance(value, Number) and re.fullmatch(r"-?\d+", value.text):
        return value.text
    if isinstance(value, str) and value.strip():
        return value
    return refuse(place, advice)


def area_of(value: Any, place: str) -> Decimal:
    """Return square metres, zero or more, with every digit that was written."""
    if value is None:
        refuse(place, gettext_noop("面积是空的。请写上这一户的平方米数；没有面积的名册不能计票。"))
    text = value.text if isinstance(value, Number) else value
    if not isinstance(text, str) or not _NUMBER.fullmatch(text.strip()):
        refuse(place, gettext_noop('面积 {value} 不是一个数。请只写平方米数，例如 "88.50"。'), value=quoted(value))
    area = Decimal(text.strip())
    if area < 0:
        refuse(place, gettext_noop("面积 {value} 是负数。请写实际的平方米数。"), value=quoted(value))
    exponent = area.as_tuple().exponent
    if area >= _LARGEST or (isinstance(exponent, int) and exponent < _FINEST):
        refuse(place, gettext_noop("面积 {value} 不像一户的面积。请核对位数。"), value=quoted(value))
    # A minus before zero is dropped with copy_abs: abs() would round to 28 digits.
    return area.copy_abs()


def moment_of(value: Any, place: str) -> datetime:
    """Return an instant that says its zone."""
    moment = None
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if moment is None or moment.tzinfo is None:
        refuse(
            place,
            gettext_noop(
                "时间 {value} 读不出来，或没有写时区。请照 2025-03-01T09:00:00+08:00 的样子写，末尾的 +08:00 不能少。"
            ),
            value=quoted(value),
        )
    return moment


def whole_of(value: Any, place: str, *, least: int, most: int) -> int:
    """Return a whole number from ``least`` to ``most``."""
    if isinstance(value, Number) and re.fullmatch(r"\d{1,6}", value.text) and least <= int(value.text) <= most:
        return int(value.text)
    return refuse(
        place,
        gettext_noop("{value} 不对。请写一个从 {least} 到 {most} 的整数。"),
        value=quoted(value),
        least=least,
        most=most,
    )
