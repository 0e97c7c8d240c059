"""Two versions of minutes side by side: what went, what came, line by line and within a line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction

SAME, WENT, CAME, CHANGED = "same", "went", "came", "changed"
#: Lines that have less than this in common are another line, and not the same one changed.
ALIKE = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a line, and what became of them: ``same``, ``went`` or ``came``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line: ``same``, ``went``, ``came``, or ``changed`` with what went and came within it."""

    kind: str
    pieces: tuple[Piece, ...]


def compare(before: str, after: str) -> tuple[Row, ...]:
    """Return the lines of both versions in one order; every character of either stands in it once, as same, went or came."""
    old, new = before.splitlines(), after.splitlines()
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Row(SAME, (Piece(SAME, line),)) for line in old[i1:i2]]
        else:
            rows += _replaced(old[i1:i2], new[j1:j2])
    return tuple(rows)


def _replaced(went: Sequence[str], came: Sequence[str]) -> Iterator[Row]:
    """Pair lines that are alike, in their order; what is left over went or came whole."""
    at = 0
    for line in went:
        found = next((n for n in range(at, len(came)) if _alike(line, came[n])), None)
        if found is None:
            yield Row(WENT, (Piece(WENT, line),))
            continue
        yield from (Row(CAME, (Piece(CAME, other),)) for other in came[at:found])
        yield Row(CHANGED, tuple(_within(line, came[found])))
        at = found + 1
    yield from (Row(CAME, (Piece(CAME, other),)) for other in came[at:])


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return 2 * same >= ALIKE * (len(one) + len(other)) and same > 0


def _within(before: str, after: str) -> Iterator[Piece]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(SAME, before[i1:i2])
            continue
        if i2 > i1:
            yield Piece(WENT, before[i1:i2])
        if j2 > j1:
            yield Piece(CAME, after[j1:j2])
