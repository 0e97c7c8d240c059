"""The packs that the product ships, read once a process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from yishiting.ground.packs.definition import Pack, RuleBook
from yishiting.ground.packs.reading import NATIONAL, examine


@cache
def packs() -> Mapping[str, Pack]:
    """Return every shipped pack by its id, the national one first; raises ``ValueError`` for one that has a fault."""
    found: dict[str, Pack] = {}
    for file in resources.files("yishiting.ground.packs").joinpath("library").iterdir():
        if not file.name.endswith(".toml"):
            continue
        reading = examine(file.read_bytes())
        if reading.pack is None:
            raise ValueError(f"{file.name}: {reading.faults[0].message}")
        found[reading.pack.id] = reading.pack
    return MappingProxyType({NATIONAL: found[NATIONAL]} | {name: found[name] for name in sorted(found)})


def source_of(pack_id: str) -> str:
    """Return the file of a shipped pack as it is written; raises ``KeyError`` for an id that no pack has."""
    packs()[pack_id]
    return resources.files("yishiting.ground.packs").joinpath("library", f"{pack_id}.toml").read_text(encoding="utf-8")


def rule_book(pack_id: str) -> RuleBook:
    """Return the book of a shipped pack; raises ``KeyError`` for an id that no pack has."""
    return book_of(packs()[pack_id])


def book_of(pack: Pack) -> RuleBook:
    """Return the book of any pack, laid over those that it rests on; raises ``KeyError`` for a base that is not shipped."""
    chain = [pack]
    while chain[-1].base:
        chain.append(packs()[chain[-1].base])
    return RuleBook(*chain)
