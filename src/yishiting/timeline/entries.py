"""How each kind of entry reads, and who may read it. Rooms register their kinds at start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from yishiting.kernel.words import Sentence, gettext_noop, sentence


class Level(IntEnum):
    """Classes of personal data: 0 public, 1 the estate's residents, 2 the person concerned and the post responsible."""

    PUBLIC = 0
    ESTATE = 1
    PERSONAL = 2


@dataclass(frozen=True, slots=True)
class EntryKind:
    """A kind of entry: its level, whether it is a decision (drawn with a stamp), and how its facts read."""

    name: str
    level: Level
    describe: Callable[[Mapping[str, Any]], Sentence]
    decision: bool = False


_kinds: dict[str, EntryKind] = {}


def _filled(template: str) -> Callable[[Mapping[str, Any]], Sentence]:
    return lambda facts: Sentence(template, **facts)


def register(
    name: str,
    *,
    describe: str | Callable[[Mapping[str, Any]], Sentence],
    level: Level = Level.PUBLIC,
    decision: bool = False,
) -> str:
    """Register a kind of entry and return its name; a second registration of one name raises ``ValueError``.

    ``describe`` is a template whose placeholders are keys of ``facts``, or a function of the facts.
    """
    if name in _kinds:
        raise ValueError(f"entry kind {name!r} is registered twice")
    _kinds[name] = EntryKind(name, level, _filled(describe) if isinstance(describe, str) else describe, decision)
    return name


def kind(name: str) -> EntryKind | None:
    """Return the registered kind, or None for an entry that an older or newer release wrote."""
    return _kinds.get(name)


def names_up_to(level: Level) -> list[str]:
    """Return the names of all kinds that a reader cleared for ``level`` may see."""
    return sorted(name for name, spec in _kinds.items() if spec.level <= level)


def describe(name: str, facts: Mapping[str, Any]) -> Sentence:
    """Return the sentence for an entry; an entry that cannot be described says so instead of failing the page."""
    spec = _kinds.get(name)
    if spec is None:
        return sentence(gettext_noop("一条这个版本还读不懂的记录。"))
    return spec.describe(facts)
