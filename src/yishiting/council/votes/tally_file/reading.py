"""Reading a tally file: what is asked, of whom, and every ballot that came in. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from yishiting.council.votes.rules import (
    DEVELOPER,
    FEWEST_MEMBERS,
    Cast,
    Channel,
    Choice,
    Head,
    Kind,
    Precedence,
    RollHome,
    Rule,
    heads_of,
)
from yishiting.council.votes.tally_file.fields import (
    area_of,
    document_of,
    fields_of,
    list_of,
    moment_of,
    name_of,
    quoted,
    refuse,
    required,
    whole_of,
    word_of,
)
from yishiting.kernel.words import Listed, gettext_noop

_FILE_KEYS = ("rule", "roll", "ballots", "options")
_HOME_KEYS = ("home", "area", "owner", "kind")
_MOST_SEATS = 999


class Asked(StrEnum):
    """What a file may ask: a yes or no under one of four rules, which of several options, or whom to elect."""

    ORDINARY = Rule.ORDINARY
    SPECIAL = Rule.SPECIAL
    UNANIMOUS = Rule.UNANIMOUS
    NONE_OBJECTS = Rule.NONE_OBJECTS
    OPTIONS = "options"
    ELECTION = "election"


class Majority(StrEnum):
    """What an option must reach."""

    ORDINARY = Rule.ORDINARY
    SPECIAL = Rule.SPECIAL


@dataclass(frozen=True, slots=True)
class Options:
    """Which of ``choices`` is adopted, under the majority ``of``."""

    of: Rule
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Election:
    """Who of ``candidates`` takes one of ``seats``; the committee stands with at least ``fewest``."""

    seats: int
    candidates: tuple[str, ...]
    fewest: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What a tally file says. ``set_aside`` names the fields that were not read."""

    rule: Rule | Options | Election
    heads: tuple[Head, ...]
    casts: tuple[Cast, ...]
    precedence: Precedence
    set_aside: tuple[str, ...]


def read(data: bytes) -> Tally:
    """Read a tally file (UTF-8 JSON, a byte order mark allowed).

    ``rule`` is ``ordinary``, ``special``, ``unanimous`` or ``none_objects`` for a yes or no; ``options`` with ``of`` and
    ``choices``; or ``election`` with ``seats`` and ``candidates``, whose ballots hold ``choices``. ``options`` may set the
    ``precedence``, and the ``minimum`` of members for an election. Raises :class:`BadInput` with one sentence that names the
    place and says what to write there.
    """
    document = document_of(data)
    asked = word_of(Asked, document["rule"], "rule") if isinstance(document, dict) and "rule" in document else None
    more, settings = {
        Asked.OPTIONS: (("of", "choices"), ("precedence",)),
        Asked.ELECTION: (("seats", "candidates"), ("precedence", "minimum")),
    }.get(asked or Asked.ORDINARY, ((), ("precedence",)))
    unread: dict[str, None] = {}
    top = fields_of(document, "", (*_FILE_KEYS, *more), unread)
    required(top, "rule", "")
    homes = _roll(list_of(required(top, "roll", ""), "roll"), unread)
    if not homes:
        refuse("roll", gettext_noop("名册是空的，没有人可以表决。请写上每一户。"))
    heads = heads_of(homes)
    options = fields_of(top.get("options", {}), "options", settings, None)
    if asked is Asked.OPTIONS:
        rule: Rule | Options | Election = _options(top)
    elif asked is Asked.ELECTION:
        rule = _election(top, options)
    else:
        rule = Rule(asked or Asked.ORDINARY)
    casts = _ballots(list_of(required(top, "ballots", ""), "ballots"), heads, rule, unread)
    precedence = Precedence.FIRST_WINS
    if "precedence" in options:
        precedence = word_of(Precedence, options["precedence"], "options.precedence")
    return Tally(rule=rule, heads=heads, casts=casts, precedence=precedence, set_aside=tuple(unread))


def _options(top: Mapping[str, Any]) -> Options:
    of = Rule(word_of(Majority, required(top, "of", ""), "of"))
    choices = _names(required(top, "choices", ""), "choices")
    for index, name in enumerate(choices):
        if name in (Choice.ABSTAIN, Choice.INVALID):
            refuse(
                f"choices[{index}]",
                gettext_noop("“{name}”另有用处，不能作选项的名字。请给这个选项另取一个名字。"),
                name=name,
            )
    if len(choices) < 2:
        refuse("choices", gettext_noop("只有一个选项，没有什么可选的。请至少写两个。"))
    return Options(of=of, choices=choices)


def _election(top: Mapping[str, Any], options: Mapping[str, Any]) -> Election:
    seats = whole_of(required(top, "seats", ""), "seats", least=1, most=_MOST_SEATS)
    candidates = _names(required(top, "candidates", ""), "candidates")
    if not candidates:
        refuse("candidates", gettext_noop("一位候选人也没有。请写上候选人。"))
    fewest = FEWEST_MEMBERS
    if "minimum" in options:
        fewest = whole_of(options["minimum"], "options.minimum", least=1, most=_MOST_SEATS)
    return Election(seats=seats, candidates=candidates, fewest=fewest)


def _names(value: Any, place: str) -> tuple[str, ...]:
    """Names that differ, in their order."""
    names: list[str] = []
    for index, entry in enumerate(list_of(value, place)):
        at = f"{place}[{index}]"
        name = name_of(entry, at, gettext_noop("这里是空的。请写上名字。"))
        if name in names:
            refuse(at, gettext_noop("“{name}”写了两次。请删去一个，或写得能分清。"), name=name[:40])
        names.append(name)
    return tuple(names)


def _roll(entries: list[Any], unread: dict[str, None]) -> tuple[RollHome, ...]:
    homes: list[RollHome] = []
    places: dict[str, str] = {}
    for index, entry in enumerate(entries):
        place = f"roll[{index}]"
        fields = fields_of(entry, place, _HOME_KEYS, unread)
        home = name_of(
            required(fields, "home", place),
            f"{place}.home",
            gettext_noop('没有写是哪一户。请写上门牌，例如 "1-1-101"。'),
        )
        if home in places:
            refuse(
                f"{place}.home",
                gettext_noop("{home} 在名册上写了两次，另一次在 {other}。请删去一处，或写清是哪一栋。"),
                home=home,
                other=places[home],
            )
        places[home] = place
        kind = word_of(Kind, fields["kind"], f"{place}.kind") if "kind" in fields else Kind.SOLD
        owner = fields.get("owner") if kind is not Kind.SOLD else required(fields, "owner", place)
        homes.append(
            RollHome(
                home=home,
                area=area_of(required(fields, "area", place), f"{place}.area"),
                owner=None
                if owner is None
                else name_of(owner, f"{place}.owner", gettext_noop("业主编号要写成文字；不知道业主是谁，请写 null。")),
                kind=kind,
            )
        )
    return tuple(homes)


def _ballots(
    entries: list[Any], heads: tuple[Head, ...], rule: Rule | Options | Election, unread: dict[str, None]
) -> tuple[Cast, ...]:
    on_roll = {head.id for head in heads if head.known}
    says = "choices" if isinstance(rule, Election) else "choice"
    casts: list[Cast] = []
    for index, entry in enumerate(entries):
        place = f"ballots[{index}]"
        fields = fields_of(entry, place, ("owner", "channel", "at", says), unread)
        owner = name_of(
            required(fields, "owner", place),
            f"{place}.owner",
            gettext_noop("没有写是谁的票。请写上名册里的业主编号。"),
        )
        if owner not in on_roll:
            refuse(
                f"{place}.owner",
                gettext_noop("名册上没有没卖或没交的房，开发商没有票。请核对名册。")
                if owner == DEVELOPER
                else gettext_noop("业主“{owner}”不在名册上，这张票不能计。请核对业主编号。"),
                owner=owner[:40],
            )
        choice, marks = _said(required(fields, says, place), rule, f"{place}.{says}")
        casts.append(
            Cast(
                head=owner,
                channel=word_of(Channel, required(fields, "channel", place), f"{place}.channel"),
                at=moment_of(required(fields, "at", place), f"{place}.at"),
                choice=choice,
                order=index,
                marks=marks,
            )
        )
    return tuple(casts)


def _said(value: Any, rule: Rule | Options | Election, place: str) -> tuple[Choice, tuple[str, ...]]:
    """What one ballot says: a choice, with the options or candidates that it names."""
    if isinstance(rule, Rule):
        return word_of(Choice, value, place), ()
    if isinstance(rule, Election):
        names = _names(value, place)
        for index, name in enumerate(names):
            _offered(name, rule.candidates, f"{place}[{index}]")
        return (Choice.FOR, names) if names else (Choice.ABSTAIN, ())
    if value in (Choice.ABSTAIN.value, Choice.INVALID.value):
        return Choice(value), ()
    name = name_of(value, place, gettext_noop("没有写选的是哪一个。请写选项的名字，或 abstain、invalid。"))
    return Choice.FOR, (_offered(name, rule.choices, place),)


def _offered(name: str, names: Collection[str], place: str) -> str:
    if name not in names:
        refuse(
            place,
            gettext_noop("不认识 {value}。请从这几个里选：{words}。"),
            value=quoted(name),
            words=Listed(names),
        )
    return name
