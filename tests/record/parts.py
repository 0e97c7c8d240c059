"""The parts of a walk, run by themselves: an edit of one table is found by the part that concerns it.

What the entries attest is heard once and kept: an edit of any table but that of the entries leaves it as it is. So whoever
makes one edit after the other asks the part that found the last edit of that table, and has the walk itself run only
where no part finds anything. The parts are those that :func:`yishiting.timeline.verify.verify` is made of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from yishiting.ground.places.models import Estate
from yishiting.kernel.words import Sentence
from yishiting.timeline import attest, verify
from yishiting.timeline.models import Entry, Head

#: The tables that a walk goes along: an edit in them is an edit of what was heard.
CHAIN = frozenset({Entry._meta.label, Head._meta.label})

#: What entries attest: by label, what each row or part of a register was sealed with last.
Told = dict[str, dict[int, verify.Seal]]


@dataclass(frozen=True)
class Part:
    """One part of the walk of one estate: what it compares and which table that is first of all ("" for several)."""

    name: str
    table: str
    faults: Callable[[], Iterator[Sentence]] = field(repr=False)

    def finds(self) -> bool:
        return next(self.faults(), None) is not None


def told_by(estate_id: int) -> Told:
    """Return what the entries of an estate attest."""
    told: Told = defaultdict(dict)
    for entry in Entry.objects.filter(estate_id=estate_id).order_by("seq"):
        for label, row_id, digest in verify.well_formed(entry.attests):
            told[label][row_id] = verify.Seal(entry.seq, digest)
    return told


def parts_of(estate_id: int) -> list[Part]:
    """Return every part of an estate's walk but that along the chain, as it stands with what its entries say now."""
    told = told_by(estate_id)
    tables = {found.label: found.model._meta.concrete_model._meta.label for found in attest.all_specs()}
    return [
        *(
            Part(f"differing {label}", tables.get(label, ""), partial(verify.differing, label, estate_id, rows))
            for label, rows in told.items()
        ),
        *(
            Part(
                f"unwritten {found.label}",
                tables[found.label],
                partial(verify.unwritten, found, estate_id, verify.written(told.get(found.label, {}))),
            )
            for found in attest.all_specs()
        ),
        *(
            Part(f"recount {each.__module__}", "", partial(verify.recounted, each, estate_id))
            for each in verify.checks()
        ),
    ]


class Finder:
    """Says whether an edit of a table is found, in the order in which that is known soonest."""

    def __init__(self, parts: Sequence[Part] | None = None) -> None:
        """``parts``: those to be asked before a whole walk is made, or all that there are."""
        self.parts = [part for pk in _estates() for part in parts_of(pk)] if parts is None else parts
        self._lines: dict[str, list[Part]] = {}

    def finds(self, table: str) -> bool:
        """Return whether a walk would find what was edited in ``table`` since this was made."""
        if table not in CHAIN:
            line = self._lines.setdefault(table, sorted(self.parts, key=lambda part: part.table != table))
            for part in line:
                if part.finds():
                    line.remove(part)
                    line.insert(0, part)
                    return True
        return not stand()


def stand() -> bool:
    """Return whether the walk of no estate finds anything."""
    return all(verify.stands(pk) for pk in _estates())


def _estates() -> list[int]:
    return list(Estate.objects.order_by("pk").values_list("pk", flat=True))
