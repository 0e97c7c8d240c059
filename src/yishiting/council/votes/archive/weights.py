"""Classes of weight for a secret vote: areas told as sums, so that nobody's area tells his ballot. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yishiting.council.votes.rules.shares import exact_sum

FEWEST = 3
"""The fewest heads of whom a sum is told, where classes can be merged so far."""

Cell = tuple[int, str]
"""The number of an item, and a pile of it: a choice, an option's number, ``valid``, or ``silent`` for who did not vote."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One head: its id, its area in m², and the cells that it stands in."""

    head: str
    area: Decimal
    cells: frozenset[Cell]


@dataclass(frozen=True, slots=True)
class WeightClass:
    """Heads of similar area under one letter or number, from the lightest on."""

    name: str
    heads: tuple[Weighed, ...]

    @property
    def area(self) -> Decimal:
        """The areas of all its heads together."""
        return exact_sum(head.area for head in self.heads)

    def sums(self) -> Mapping[Cell, tuple[int, Decimal]]:
        """Return how many heads stand in each cell and their areas together."""
        areas: dict[Cell, list[Decimal]] = defaultdict(list)
        for head in self.heads:
            for cell in head.cells:
                areas[cell].append(head.area)
        return {cell: (len(found), exact_sum(found)) for cell, found in sorted(areas.items())}


def _exposes(heads: Iterable[Weighed]) -> bool:
    """Whether a cell of these heads holds fewer than :data:`FEWEST` and yet somebody."""
    count: dict[Cell, int] = defaultdict(int)
    for head in heads:
        for cell in head.cells:
            count[cell] += 1
    return any(number < FEWEST for number in count.values())


def classes_of(heads: Sequence[Weighed]) -> tuple[WeightClass, ...]:
    """Return ``heads`` in classes by area, merged until no cell of a class tells of fewer than three.

    Heads of one area are never parted. Where even all together leave such a cell (two ballots against in the whole estate),
    there is one class: what is told of it is what the posted result tells.
    """
    by_area: dict[Decimal, list[Weighed]] = defaultdict(list)
    for head in heads:
        by_area[head.area].append(head)
    merged: list[list[Weighed]] = []
    for area in sorted(by_area):
        if merged and _exposes(merged[-1]):
            merged[-1] += by_area[area]
        else:
            merged.append(list(by_area[area]))
    while len(merged) > 1 and _exposes(merged[-1]):
        last = merged.pop()
        merged[-1] += last
    return tuple(
        WeightClass(f"W{number}", tuple(sorted(found, key=lambda head: head.head)))
        for number, found in enumerate(merged, start=1)
    )
