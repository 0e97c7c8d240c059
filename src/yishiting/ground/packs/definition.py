"""A rule pack as frozen values, and a rule book: packs laid one over the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from yishiting.ground.packs.keys import KEYS, Key
from yishiting.ground.packs.span import Span

Value = Span | int | Fraction | Decimal | bool | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value, how it was written, where it comes from, the day on which that was read, and whether somebody
    has held it against the text in force."""

    key: Key
    value: Value
    written: str
    source: str
    read_on: date
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """The figures of one place, or of the whole country (``base`` is empty)."""

    id: str
    version: int
    name: str
    base: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of a rule book with the pack that it comes from."""

    figure: Figure
    pack: Pack


class RuleBook:
    """What holds in a place: its own figures, and those of the packs that it rests on for all else, the nation's last.

    Each reading names the kind of value that it wants and raises ``KeyError`` for a figure that no pack has, which a
    caller asks for only where the key is optional.
    """

    def __init__(self, *packs: Pack) -> None:
        """``packs`` from the nearest on, the national one last."""
        self.packs = packs

    @property
    def pack(self) -> Pack:
        """The pack by which the book is called."""
        return self.packs[0]

    def told(self, name: str) -> Told | None:
        """Return a figure with its pack, or None where none has it; raises ``KeyError`` for a key that does not exist."""
        key = KEYS[name]
        for pack in self.packs:
            if (figure := pack.figures.get(key.name)) is not None:
                return Told(figure, pack)
        return None

    def __iter__(self) -> Iterator[Told]:
        """Yield every figure that holds, in the order of the keys."""
        for name in KEYS:
            if (told := self.told(name)) is not None:
                yield told

    def _value(self, name: str) -> Value:
        told = self.told(name)
        if told is None:
            raise KeyError(name)
        return told.figure.value

    def has(self, name: str) -> bool:
        """Return whether an optional figure is known here."""
        return self.told(name) is not None

    def span(self, name: str) -> Span:
        """Return a length of time."""
        value = self._value(name)
        assert isinstance(value, Span)
        return value

    def count(self, name: str) -> int:
        """Return a whole number."""
        value = self._value(name)
        assert isinstance(value, int)
        return value

    def share(self, name: str) -> Fraction:
        """Return an exact share."""
        value = self._value(name)
        assert isinstance(value, Fraction)
        return value

    def figure(self, name: str) -> Decimal:
        """Return square metres or yuan."""
        value = self._value(name)
        assert isinstance(value, Decimal)
        return value

    def holds(self, name: str) -> bool:
        """Return a yes or no; an optional one that nobody states is a no."""
        return self._value(name) is True if self.has(name) else False

    def word(self, name: str) -> str:
        """Return one of the key's words."""
        value = self._value(name)
        assert isinstance(value, str)
        return value

    def fewest_members(self, *, homes: int, area: Decimal) -> int:
        """Return with how few members a committee stands in an estate of so many ``homes`` and so much ``area`` (m²)."""
        if self.has("committee.small_fewest") and (
            (self.has("committee.small_homes_under") and homes < self.count("committee.small_homes_under"))
            or (self.has("committee.small_area_to") and area <= self.figure("committee.small_area_to"))
        ):
            return self.count("committee.small_fewest")
        return self.count("committee.fewest")
