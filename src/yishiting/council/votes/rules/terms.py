"""The words of the count: kinds of decision, ballots, heads, and what a count answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from yishiting.kernel.words import Sentence

DEVELOPER = "developer"
"""The head id of the developer. A sold home whose owner is written so belongs to the developer too: one id, one head."""


class Rule(StrEnum):
    """What a decision needs. Ordinary and special are 民法典 第278条; the other two are stricter agreements."""

    ORDINARY = "ordinary"
    SPECIAL = "special"
    UNANIMOUS = "unanimous"
    NONE_OBJECTS = "none_objects"


class Kind(StrEnum):
    """What became of a home: sold and handed over, not sold, or sold and not yet handed over."""

    SOLD = "sold"
    UNSOLD = "unsold"
    UNDELIVERED = "undelivered"


class Choice(StrEnum):
    """What a ballot says. An invalid one was handed in and says nothing that can be read."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    INVALID = "invalid"


class Channel(StrEnum):
    """How a ballot came in: by the owner online or on paper, or through a proxy."""

    ONLINE = "online"
    PAPER = "paper"
    PROXY = "proxy"


class Precedence(StrEnum):
    """Which of an owner's own two ballots stands, the one online or the one on paper."""

    ONLINE_WINS = "ONLINE_WINS"
    PAPER_WINS = "PAPER_WINS"
    FIRST_WINS = "FIRST_WINS"


class Outcome(StrEnum):
    """The word that a count ends with; ``TO_ADJUDICATE`` (待监票认定) where the invalid ballots decide it.

    An election says ``ELECTED`` where others say ``PASSED``, and ``RUNOFF`` where seats are left to those who are equal.
    """

    PASSED = "passed"
    FAILED = "failed"
    NO_QUORUM = "no_quorum"
    TO_ADJUDICATE = "to_adjudicate"
    ELECTED = "elected"
    RUNOFF = "runoff"


@dataclass(frozen=True, slots=True)
class RollHome:
    """One home on the roll. ``owner`` is an opaque id of an owner group, ``None`` where nobody knows the owner."""

    home: str
    area: Decimal
    owner: str | None
    kind: Kind = Kind.SOLD


@dataclass(frozen=True, slots=True)
class Head:
    """One owner group (业主), however many homes it holds; ``area`` in square metres is their sum.

    ``known`` is false for a home whose owner nobody knows: it counts in the whole, and no ballot can be its own.
    Raises ``ValueError`` for an area that is not a finite ``Decimal`` of zero or more: a float would make the count
    depend on the machine's rounding.
    """

    id: str
    area: Decimal
    homes: int = 1
    known: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.area, Decimal) or not self.area.is_finite() or self.area < 0:
            raise ValueError(f"area of head {self.id!r} must be a finite Decimal of zero or more")
        if self.homes < 1:
            raise ValueError(f"head {self.id!r} must hold at least one home")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one ballot says to one item. ``marks`` are the numbers of the options that one in favour names, in order."""

    choice: Choice
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What an item lets a ballot say: yes or no, or up to ``most`` of its ``options``, which are numbered from 1."""

    options: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Cast:
    """One ballot as it came in. ``at`` has a zone; ``order`` settles two that came at the same instant.

    ``marks`` are the options or candidates that a ballot in favour names, where an item offers any; a yes or a no has none.
    """

    head: str
    channel: Channel
    at: datetime
    choice: Choice
    order: int
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError(f"ballot {self.order} of head {self.head!r} must say its zone")
        if self.marks and self.choice is not Choice.FOR:
            raise ValueError(f"ballot {self.order} of head {self.head!r} names something and is not in favour of it")


@dataclass(frozen=True, slots=True)
class Pair:
    """Heads and their area in square metres: the two figures of every count."""

    heads: int
    area: Decimal


@dataclass(frozen=True, slots=True)
class Turnout:
    """How far a vote has come towards its quorum, in both figures; ``missing`` is never below zero."""

    all: Pair
    participating: Pair
    needed: Pair
    missing: Pair

    @property
    def met(self) -> bool:
        """Whether both figures have reached two thirds."""
        return self.missing.heads == 0 and self.missing.area == 0


@dataclass(frozen=True, slots=True)
class Block:
    """One whole count: with the invalid ballots left out, or with all of them participating."""

    all: Pair
    participating: Pair
    in_favour: Pair
    quorum: bool
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """What :func:`count` answers.

    The figures are those without invalid ballots. ``outcome`` is ``TO_ADJUDICATE`` where that count and
    ``with_invalid`` end with different words; ``without_invalid`` keeps its own word in any case.
    """

    rule: Rule
    all: Pair
    participating: Pair
    in_favour: Pair
    against: Pair
    abstained: Pair
    invalid: Pair
    quorum: bool
    outcome: Outcome
    without_invalid: Block
    with_invalid: Block
    explanation: tuple[Sentence, ...]
