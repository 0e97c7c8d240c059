"""A tally file: one vote as JSON, read exactly and answered as JSON. Pure: bytes in, text out.

Every figure is read from its own digits into ``Decimal``, every refusal names its place as a path (``ballots[3].at``,
counted from 0). A field that this version does not know is set aside and reported, so that a file may carry notes; one
that looks like a misspelt field of ours, and any unknown option, is refused, since a default in its stead could turn
the outcome.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from yishiting.council.votes.rules import (
    DEVELOPER,
    Block,
    Cast,
    Channel,
    Choice,
    Head,
    Kind,
    Precedence,
    Result,
    RollHome,
    Rule,
    count,
    heads_of,
    settle,
)
from yishiting.kernel.errors import BadInput
from yishiting.kernel.exact import two_places
from yishiting.kernel.words import Listed, Sentence, gettext_noop

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_MOMENT = re.compile(r"[0-9W]+(?:-[0-9W]+)*[T ][0-9:.,]+(?:Z|[+-][0-9:]+)", re.ASCII)
_LARGEST = Decimal("1e18")  # m², far beyond any roll: keeps sums printable
_FINEST = -60

_FILE_KEYS = ("rule", "roll", "ballots", "options")
_HOME_KEYS = ("home", "area", "owner", "kind")
_BALLOT_KEYS = ("owner", "channel", "at", "choice")
_OPTION_KEYS = ("precedence",)

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a tally file says. ``set_aside`` names the fields that were not read."""

    rule: Rule
    heads: tuple[Head, ...]
    casts: tuple[Cast, ...]
    precedence: Precedence
    set_aside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Number:
    """A JSON number as it was written; neither ``float`` nor ``int`` ever sees it."""

    text: str


def read(data: bytes) -> Tally:
    """Read a tally file (UTF-8 JSON, a byte order mark allowed).

    Raises :class:`BadInput` with one sentence that names the place and says what to write there.
    """
    document = _parse(data)
    unread: dict[str, None] = {}
    top = _object(document, "", _FILE_KEYS, unread)
    rule = _word(Rule, _required(top, "rule", ""), "rule")
    homes = _roll(_list(_required(top, "roll", ""), "roll"), unread)
    if not homes:
        _refuse("roll", gettext_noop("名册是空的，没有人可以表决。请写上每一户。"))
    heads = heads_of(homes)
    casts = _ballots(_list(_required(top, "ballots", ""), "ballots"), heads, unread)
    precedence = Precedence.FIRST_WINS
    if "options" in top:
        options = _object(top["options"], "options", _OPTION_KEYS, None)
        if "precedence" in options:
            precedence = _word(Precedence, options["precedence"], "options.precedence")
    return Tally(rule=rule, heads=heads, casts=casts, precedence=precedence, set_aside=tuple(unread))


def result_of(tally: Tally) -> Result:
    """Settle the ballots and count them."""
    return count(rule=tally.rule, heads=tally.heads, effective=settle(tally.casts, tally.precedence))


def answer(result: Result, *, translate: Callable[[str], str] = gettext_noop) -> dict[str, Any]:
    """Return what ``tally`` prints: heads as integers, areas in m² as strings with two decimals.

    The explanation is for people, in the language of ``translate``; all else is the same in every language.
    """
    return {
        **_block(result.without_invalid, outcome=result.outcome),
        "with_invalid": _block(result.with_invalid, outcome=result.with_invalid.outcome),
        "explanation": [sentence.render(translate) for sentence in result.explanation],
    }


def _block(block: Block, *, outcome: str) -> dict[str, Any]:
    return {
        "heads": {
            "all": block.all.heads,
            "participating": block.participating.heads,
            "for": block.in_favour.heads,
        },
        "area": {
            "all": two_places(block.all.area),
            "participating": two_places(block.participating.area),
            "for": two_places(block.in_favour.area),
        },
        "quorum": block.quorum,
        "outcome": str(outcome),
    }


def _refuse(place: str, template: str, **params: Any) -> NoReturn:
    message = Sentence(template, **params)
    raise BadInput(Sentence(gettext_noop("{place}：{message}"), place=place, message=message) if place else message)


def _parse(data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse("", gettext_noop("第 {byte} 个字节不是 UTF-8 文字。请把文件另存为 UTF-8 再试。"), byte=error.start + 1)
    try:
        return json.loads(
            text, parse_float=_Number, parse_int=_Number, parse_constant=_constant, object_pairs_hook=_pairs
        )
    except json.JSONDecodeError as error:
        _refuse(
            "",
            gettext_noop("不是完整的 JSON：读到第 {line} 行第 {column} 个字读不下去了。请检查那里的括号、引号和逗号。"),
            line=error.lineno,
            column=error.colno,
        )
    except RecursionError:
        _refuse("", gettext_noop("括号套得太深，不是计票文件。请检查文件。"))


def _constant(name: str) -> NoReturn:
    _refuse("", gettext_noop("文件里写了 {name}，它不是一个数。请写实际的数字。"), name=name)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            _refuse("", gettext_noop("“{key}”在同一处写了两次，不知道以哪个为准。请删去一个。"), key=key)
        found[key] = value
    return found


def _object(value: Any, place: str, keys: tuple[str, ...], unread: dict[str, None] | None) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        _refuse(
            place,
            gettext_noop("这里应当是一个写在花括号里的对象，含 {keys}。请照格式改写。"),
            keys=Listed(keys),
        )
    for key in value:
        if key in keys:
            continue
        likely = get_close_matches(key.strip().lower(), [name for name in keys if name not in value], cutoff=0.8)
        if likely:
            _refuse(place, gettext_noop("不认识“{key}”。是不是想写“{likely}”？请改过来。"), key=key, likely=likely[0])
        if unread is None:
            _refuse(place, gettext_noop("不认识“{key}”。这里只能写 {keys}。"), key=key, keys=Listed(keys))
        unread.setdefault(f"{re.sub(r'[0-9]+', '', place)}.{key}".lstrip("."))
    return value


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        _refuse(place, gettext_noop("这里应当是一张写在方括号里的单子。请照格式改写。"))
    return value


def _required(value: Mapping[str, Any], key: str, place: str) -> Any:
    if key not in value:
        _refuse(place, gettext_noop("缺少“{key}”。请补上。"), key=key)
    return value[key]


def _word(kind: type[Word], value: Any, place: str) -> Word:
    for word in kind:
        if isinstance(value, str) and value == word.value:
            return word
    return _refuse(
        place,
        gettext_noop("不认识 {value}。请从这几个里选：{words}。"),
        value=_quoted(value),
        words=Listed(word.value for word in kind),
    )


def _quoted(value: Any) -> str:
    if isinstance(value, _Number):
        return value.text[:40]
    if isinstance(value, str):
        return f"“{value[:40]}”"
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    return json.dumps(value)


def _id(value: Any, place: str, advice: str) -> str:
    """An opaque id: text, or a whole number taken as its digits."""
    if isinstance(value, _Number) and re.fullmatch(r"-?\d+", value.text):
        return value.text
    if isinstance(value, str) and value.strip():
        return value
    return _refuse(place, advice)


def _area(value: Any, place: str) -> Decimal:
    if value is None:
        _refuse(place, gettext_noop("面积是空的。请写上这一户的平方米数；没有面积的名册不能计票。"))
    text = value.text if isinstance(value, _Number) else value
    if not isinstance(text, str) or not _NUMBER.fullmatch(text.strip()):
        _refuse(place, gettext_noop('面积 {value} 不是一个数。请只写平方米数，例如 "88.50"。'), value=_quoted(value))
    area = Decimal(text.strip())
    if area < 0:
        _refuse(place, gettext_noop("面积 {value} 是负数。请写实际的平方米数。"), value=_quoted(value))
    exponent = area.as_tuple().exponent
    if area >= _LARGEST or (isinstance(exponent, int) and exponent < _FINEST):
        _refuse(place, gettext_noop("面积 {value} 不像一户的面积。请核对位数。"), value=_quoted(value))
    # A minus before zero is dropped with copy_abs: abs() would round to 28 digits.
    return area.copy_abs()


def _moment(value: Any, place: str) -> datetime:
    moment = None
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if moment is None or moment.tzinfo is None:
        _refuse(
            place,
            gettext_noop(
                "时间 {value} 读不出来，或没有写时区。请照 2025-03-01T09:00:00+08:00 的样子写，末尾的 +08:00 不能少。"
            ),
            value=_quoted(value),
        )
    return moment


def _roll(entries: list[Any], unread: dict[str, None]) -> tuple[RollHome, ...]:
    homes: list[RollHome] = []
    places: dict[str, str] = {}
    for index, entry in enumerate(entries):
        place = f"roll[{index}]"
        fields = _object(entry, place, _HOME_KEYS, unread)
        home = _id(
            _required(fields, "home", place),
            f"{place}.home",
            gettext_noop('没有写是哪一户。请写上门牌，例如 "1-1-101"。'),
        )
        if home in places:
            _refuse(
                f"{place}.home",
                gettext_noop("{home} 在名册上写了两次，另一次在 {other}。请删去一处，或写清是哪一栋。"),
                home=home,
                other=places[home],
            )
        places[home] = place
        kind = _word(Kind, fields["kind"], f"{place}.kind") if "kind" in fields else Kind.SOLD
        owner = fields.get("owner") if kind is not Kind.SOLD else _required(fields, "owner", place)
        homes.append(
            RollHome(
                home=home,
                area=_area(_required(fields, "area", place), f"{place}.area"),
                owner=None
                if owner is None
                else _id(owner, f"{place}.owner", gettext_noop("业主编号要写成文字；不知道业主是谁，请写 null。")),
                kind=kind,
            )
        )
    return tuple(homes)


def _ballots(entries: list[Any], heads: tuple[Head, ...], unread: dict[str, None]) -> tuple[Cast, ...]:
    on_roll = {head.id for head in heads if head.known}
    casts: list[Cast] = []
    for index, entry in enumerate(entries):
        place = f"ballots[{index}]"
        fields = _object(entry, place, _BALLOT_KEYS, unread)
        owner = _id(
            _required(fields, "owner", place),
            f"{place}.owner",
            gettext_noop("没有写是谁的票。请写上名册里的业主编号。"),
        )
        if owner not in on_roll:
            _refuse(
                f"{place}.owner",
                gettext_noop("名册上没有没卖或没交的房，开发商没有票。请核对名册。")
                if owner == DEVELOPER
                else gettext_noop("业主“{owner}”不在名册上，这张票不能计。请核对业主编号。"),
                owner=owner[:40],
            )
        casts.append(
            Cast(
                head=owner,
                channel=_word(Channel, _required(fields, "channel", place), f"{place}.channel"),
                at=_moment(_required(fields, "at", place), f"{place}.at"),
                choice=_word(Choice, _required(fields, "choice", place), f"{place}.choice"),
                order=index,
            )
        )
    return tuple(casts)
