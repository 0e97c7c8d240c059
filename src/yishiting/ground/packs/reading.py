"""Reads a rule pack's TOML text into a pack, or into faults with the exact line of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from yishiting.ground.packs.definition import Figure, Pack, Value
from yishiting.ground.packs.keys import KEYS, Key, Kind
from yishiting.ground.packs.span import Span
from yishiting.kernel.toml import lines
from yishiting.kernel.toml.faults import Fault
from yishiting.kernel.toml.opening import opened
from yishiting.kernel.words import Listed, Sentence, gettext_noop

NATIONAL = "national"
PACK_KEYS = ("id", "version", "name", "base", "figure")
FIGURE_KEYS = ("key", "value", "source", "read_on", "verified", "note")
LARGEST_TEXT = 200_000
LARGEST_VERSION = 1_000_000
LONGEST = 500
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHARE = re.compile(r"(\d{1,6})/([1-9]\d{0,5})|(\d{1,3}(?:\.\d{1,4})?) ?%")
_FIGURE = re.compile(r"\d{1,12}(?:\.\d{1,2})?")

_FORMS: Mapping[Kind, str] = {
    Kind.SPAN: gettext_noop('"15 days"、"3 workdays"、"6 months" 或 "5 years"'),
    Kind.COUNT: gettext_noop("一个整数，例如 3"),
    Kind.SHARE: gettext_noop('"2/3" 或 "30 %"'),
    Kind.AREA: gettext_noop('平方米数，例如 "10000"'),
    Kind.AMOUNT: gettext_noop('元，例如 "30000.00"'),
    Kind.YES: gettext_noop("true 或 false"),
    Kind.WORD: gettext_noop("下面说的词里的一个"),
    Kind.WORDS: gettext_noop('一张单子，例如 ["电梯", "消防"]'),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text gave: a pack (only where there is no fault), its faults, and notes worth a look; by line."""

    pack: Pack | None
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


def examine(source: str | bytes) -> Reading:
    """Read a pack from TOML ``source``; never raises for what stands in it."""
    words = gettext_noop("文件太大，不像是规则包。请核对是不是选错了文件。")
    found = opened(source, largest=LARGEST_TEXT, too_large=words, table="figure")
    if isinstance(found, Fault):
        return Reading(None, (found,), ())
    data, where = found
    reader = _Reader(data, where)
    pack = reader.pack()
    faults = tuple(sorted(dict.fromkeys(reader.faults), key=lambda fault: fault.line))
    return Reading(None if faults else pack, faults, tuple(sorted(reader.notes, key=lambda note: note.line)))


class _Reader:
    def __init__(self, data: Mapping[str, Any], where: lines.Lines) -> None:
        self.data, self.where = data, where
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []

    def fault(self, at: int, code: str, template: str, /, **params: Any) -> None:
        self.faults.append(Fault(at, Sentence(template, **params), code))

    def pack(self) -> Pack | None:
        self._unknown(self.data, PACK_KEYS, ())
        pack_id = self._text(self.data, "id", (), pattern=_ID)
        version = self.data.get("version")
        if not (isinstance(version, int) and not isinstance(version, bool) and 1 <= version <= LARGEST_VERSION):
            self.fault(
                self.where.of("version"), "version", gettext_noop("“version”要写一个从 1 起的整数。请补上或改正。")
            )
        name = self._text(self.data, "name", ())
        base = self._text(self.data, "base", ()) if "base" in self.data else ""
        if pack_id != NATIONAL and not _ID.fullmatch(base) and not self.faults:
            self.fault(
                self.where.of("base"),
                "base",
                gettext_noop('地方的规则包要写 base，例如 base = "national"：这里没有的，照那一个。请补上。'),
            )
        if base and base == pack_id:
            self.fault(self.where.of("base"), "base", gettext_noop("规则包不能以自己为 base。请改正。"))
        if pack_id == NATIONAL and base:
            self.fault(self.where.of("base"), "base", gettext_noop("全国的规则包没有 base。请删去这一行。"))
        figures = self._figures(of_place=bool(base))
        if pack_id == NATIONAL:
            missing = [key.name for key in KEYS.values() if not key.optional and key.name not in figures]
            if missing:
                self.fault(1, "missing", gettext_noop("全国的规则包还缺这些：{keys}。请补上。"), keys=Listed(missing))
        if self.faults:
            return None
        assert isinstance(version, int)
        return Pack(id=pack_id, version=version, name=name, base=base, figures=MappingProxyType(figures))

    def _figures(self, *, of_place: bool) -> dict[str, Figure]:
        tables = self.data.get("figure")
        if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
            self.fault(self.where.of("figure"), "figures", gettext_noop("一条规则也没有。请用 [[figure]] 一条一条写。"))
            return {}
        found: dict[str, Figure] = {}
        lines_of: dict[str, int] = {}
        for number, table in enumerate(tables):
            path = ("figure", number)
            self._unknown(table, FIGURE_KEYS, path)
            name = self._text(table, "key", path)
            key = KEYS.get(name)
            if name and key is None:
                self._unknown_key(name, self.where.of(*path, "key"))
            if name in lines_of:
                self.fault(
                    self.where.of(*path, "key"),
                    "twice",
                    gettext_noop("“{key}”写了两次，另一次在第 {line} 行。请删去一处。"),
                    key=name,
                    line=lines_of[name],
                )
            lines_of.setdefault(name, self.where.of(*path, "key"))
            figure = self._figure(table, path, key, of_place=of_place)
            if figure is not None:
                found.setdefault(name, figure)
        return {name: found[name] for name in KEYS if name in found}

    def _figure(self, table: Mapping[str, Any], path: lines.Path, key: Key | None, *, of_place: bool) -> Figure | None:
        source = self._text(table, "source", path)
        note = self._text(table, "note", path) if "note" in table else ""
        read_on = table.get("read_on")
        if not isinstance(read_on, date) or isinstance(read_on, datetime):
            self.fault(
                self.where.of(*path, "read_on"),
                "read_on",
                gettext_noop("“read_on”要写读到这条规定的日期，例如 2026-03-01，不加引号。请补上或改正。"),
            )
        verified = table.get("verified")
        if not isinstance(verified, bool):
            self.fault(
                self.where.of(*path, "verified"),
                "verified",
                gettext_noop("“verified”要写 true（与现行文本核对过）或 false（还没有）。请补上或改正。"),
            )
        if key is None:
            return None
        line = self.where.of(*path, "value")
        if "value" not in table:
            self.fault(line, "value", gettext_noop("缺少“value”。请补上。"))
            return None
        value = _read(key, table["value"])
        if value is None:
            form = Sentence(_FORMS[key.kind])
            if key.words:
                self.fault(
                    line,
                    "value",
                    gettext_noop("“{key}”只能是：{words}。请改正。"),
                    key=key.name,
                    words=Listed(key.words),
                )
            else:
                self.fault(line, "value", gettext_noop("“{key}”要写成{form}。请改正。"), key=key.name, form=form)
            return None
        if key.law and (of_place or value != Fraction(key.fixed)):
            self.fault(
                line,
                "law",
                gettext_noop("“{key}”是法律定的（{fixed}），规则包不能另写。请删去这一条。")
                if of_place
                else gettext_noop("“{key}”是法律定的，只能写 {fixed}。请改正。"),
                key=key.name,
                fixed=key.fixed,
            )
            return None
        if not isinstance(read_on, date) or not isinstance(verified, bool):
            return None
        if verified is False:
            self.notes.append(
                Fault(line, Sentence(gettext_noop("“{key}”还没有与现行文本核对。"), key=key.name), "not_verified")
            )
        return Figure(key, value, _written(table["value"]), source, read_on, verified, note)

    def _unknown(self, table: Mapping[str, Any], known: tuple[str, ...], path: lines.Path) -> None:
        for name in table:
            if name not in known:
                self.fault(
                    self.where.of(*path, name),
                    "unknown_key",
                    gettext_noop("不认识“{key}”这一项。请删去，或改成：{known}。"),
                    key=name,
                    known=Listed(known),
                )

    def _unknown_key(self, name: str, line: int) -> None:
        meant = get_close_matches(name, KEYS, n=1, cutoff=0.6)
        if meant:
            self.fault(
                line,
                "unknown_figure",
                gettext_noop("没有“{key}”这条规则。是不是想写“{meant}”？请改正。"),
                key=name,
                meant=meant[0],
            )
        else:
            self.fault(
                line,
                "unknown_figure",
                gettext_noop("没有“{key}”这条规则。请从这些里选：{known}。"),
                key=name,
                known=Listed(KEYS),
            )

    def _text(
        self, table: Mapping[str, Any], name: str, path: lines.Path, *, pattern: re.Pattern[str] | None = None
    ) -> str:
        value = table.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            self.fault(
                self.where.of(*path, name),
                name,
                gettext_noop("“{key}”要写一段文字，放在英文引号里，不超过 {n} 字。请补上或改正。"),
                key=name,
                n=LONGEST,
            )
            return ""
        if pattern is not None and not pattern.fullmatch(value):
            self.fault(
                self.where.of(*path, name),
                name,
                gettext_noop("“{key}”只能用小写字母、数字和短横线。请改正。"),
                key=name,
            )
            return ""
        return value.strip()


def _read(key: Key, value: Any) -> Value | None:
    """Return ``value`` as the key's kind reads it, or None where it cannot be read."""
    text = value if isinstance(value, str) else ""
    match key.kind:
        case Kind.SPAN:
            try:
                return Span.parse(text)
            except ValueError:
                return None
        case Kind.COUNT:
            return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000 else None
        case Kind.SHARE:
            return _share(text)
        case Kind.AREA | Kind.AMOUNT:
            return Decimal(text) if _FIGURE.fullmatch(text) else None
        case Kind.YES:
            return value if isinstance(value, bool) else None
        case Kind.WORD:
            return text if text in key.words else None
        case Kind.WORDS:
            return _words(value)


def _share(text: str) -> Fraction | None:
    found = _SHARE.fullmatch(text)
    if found is None:
        return None
    share = Fraction(int(found[1]), int(found[2])) if found[1] else Fraction(found[3]) / 100
    return share if 0 < share <= 1 else None


def _words(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not value:
        return None
    if not all(isinstance(word, str) and word.strip() for word in value):
        return None
    return tuple(dict.fromkeys(word.strip() for word in value))


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
