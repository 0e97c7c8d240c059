"""Charts of an organisation: ordered levels, and nodes that hang one below the other. Pure.

Levels are data: three, four or five, called as the estate calls them. A node stands at one level and hangs under a node of the
level above, so a way up from any node has exactly as many nodes as its level is deep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from yishiting.kernel.words import Sentence, gettext_noop

FEWEST, MOST = 3, 5
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Hung:
    """A node as far as its place in the chart is concerned: its level from 1 at the top, and what it hangs under."""

    key: int
    level: int
    parent: int | None


def level_faults(names: Sequence[str]) -> list[Sentence]:
    """Return what is wrong with the names of levels; nothing for three to five that differ."""
    faults: list[Sentence] = []
    if not FEWEST <= len(names) <= MOST:
        text = gettext_noop("一套架构要有 {fewest} 到 {most} 级，现在是 {n} 级。请每行写一级，从上往下写。")
        faults.append(Sentence(text, fewest=FEWEST, most=MOST, n=len(names)))
    if len(set(names)) != len(names):
        faults.append(Sentence(gettext_noop("有两级叫同一个名字。请把名字改得不一样。")))
    if any(not name.strip() or len(name) > LONGEST for name in names):
        faults.append(Sentence(gettext_noop("每一级都要有名字，最多 {most} 个字。"), most=LONGEST))
    return faults


def hanging_fault(levels: Sequence[str], level: int, parent_level: int | None) -> Sentence | None:
    """Return why a node of ``level`` may not hang there, or None: under a node of the level above, the top under nothing."""
    if not 1 <= level <= len(levels):
        return Sentence(gettext_noop("没有这一级。请从这套架构的 {n} 级里选。"), n=len(levels))
    if level == 1:
        if parent_level is None:
            return None
        return Sentence(gettext_noop("“{level}”是最上面一级，上面不能再挂。"), level=levels[0])
    above = levels[level - 2]
    if parent_level is None:
        return Sentence(
            gettext_noop("“{level}”不能单独放着，要挂在一个“{above}”下面。"), level=levels[level - 1], above=above
        )
    if parent_level != level - 1:
        text = gettext_noop("“{level}”要挂在“{above}”下面，不能直接挂在“{parent}”下面。")
        parent = levels[parent_level - 1] if 1 <= parent_level <= len(levels) else "?"
        return Sentence(text, level=levels[level - 1], above=above, parent=parent)
    return None


def deepest(levels: Sequence[str], *, people_last: bool) -> int:
    """Return the last level that has units: the one above the people, where the last level is of people."""
    return len(levels) - 1 if people_last else len(levels)


def unit_fault(levels: Sequence[str], level: int, parent_level: int | None, *, people_last: bool) -> Sentence | None:
    """Return why no unit of ``level`` may hang there, or None; a level of people has people and no units."""
    fault = hanging_fault(levels, level, parent_level)
    if fault is None and level > deepest(levels, people_last=people_last):
        text = gettext_noop("“{level}”这一级是人，不是单位。请打开一个“{above}”，在里面加人。")
        return Sentence(text, level=levels[level - 1], above=levels[level - 2])
    return fault


def member_fault(levels: Sequence[str], unit_level: int, *, people_last: bool) -> Sentence | None:
    """Return why nobody may be attached as a member to a unit of that level, or None.

    Members are attached where the way up is complete, so each of them has exactly as many levels as the chart.
    """
    last = deepest(levels, people_last=people_last)
    if people_last:
        return hanging_fault(levels, len(levels), unit_level)
    if unit_level != last:
        text = gettext_noop("成员要加在最下面一级“{level}”里，不能直接加在“{here}”里。")
        here = levels[unit_level - 1] if 1 <= unit_level <= len(levels) else "?"
        return Sentence(text, level=levels[last - 1], here=here)
    return None


def chain_length(unit_level: int, *, people_last: bool) -> int:
    """Return how many levels the way up of a member of a unit has: himself, where people are a level, and the units."""
    return unit_level + 1 if people_last else unit_level


def stands_in(led: Sequence[bool]) -> int | None:
    """Return the place on a way up (itself first) of who answers: the nearest unit that is led; None where none is."""
    return next((place for place, has in enumerate(led) if has), None)


def overlap(first: tuple[datetime, datetime | None], second: tuple[datetime, datetime | None]) -> bool:
    """Return whether two terms have a moment in common; one without an end goes on. The end itself does not count, so a
    term that ended as it began has none.
    """
    (begins, ends), (starts, stops) = first, second
    if (ends is not None and ends <= begins) or (stops is not None and stops <= starts):
        return False
    return (ends is None or starts < ends) and (stops is None or begins < stops)


def chart_faults(levels: Sequence[str], nodes: Sequence[Hung]) -> list[Sentence]:
    """Return what is wrong with a whole chart: names of levels, orphans, cycles, nodes that skip a level."""
    faults = level_faults(levels)
    by_key = {node.key: node for node in nodes}
    for node in nodes:
        if node.parent is not None and node.parent not in by_key:
            faults.append(Sentence(gettext_noop("有一个单位的上级不在这套架构里。")))
            continue
        parent = by_key[node.parent] if node.parent is not None else None
        if (fault := hanging_fault(levels, node.level, parent.level if parent else None)) is not None:
            faults.append(fault)
        if len(way_up(node.key, by_key)) > len(nodes):
            faults.append(Sentence(gettext_noop("有的单位互为上下级，绕成了一圈。")))
    return faults


def way_up(key: int, nodes: Mapping[int, Hung]) -> list[int]:
    """Return the keys from a node to the top, itself first; a cycle makes it longer than the chart has nodes."""
    found, current = [key], nodes[key].parent
    while current is not None and current in nodes and len(found) <= len(nodes):
        found.append(current)
        current = nodes[current].parent
    return found
