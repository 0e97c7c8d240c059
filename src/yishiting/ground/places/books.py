"""The rule book of an estate: which pack it took, and what holds there."""

from __future__ import annotations

from functools import lru_cache

from yishiting.ground.packs.definition import Pack, RuleBook
from yishiting.ground.packs.reading import NATIONAL, examine
from yishiting.ground.packs.shipped import book_of, rule_book
from yishiting.ground.places.models import AdoptedPack


@lru_cache(maxsize=256)
def _read(text: str) -> Pack | None:
    return examine(text).pack


def in_force(estate_id: int) -> AdoptedPack | None:
    """Return the pack that an estate took last, or None where the nation's alone holds (one query)."""
    return AdoptedPack.objects.filter(estate_id=estate_id).order_by("-no").first()


def rules_in(estate_id: int) -> RuleBook:
    """Return what holds in an estate (one query). What it took is read again from its text; what that rests on is shipped."""
    taken = in_force(estate_id)
    pack = _read(taken.text) if taken is not None else None
    if pack is None:
        return rule_book(NATIONAL)
    try:
        return book_of(pack)
    except KeyError:  # its base is no longer shipped: its own figures hold, and the nation's
        return RuleBook(pack, *rule_book(NATIONAL).packs)
