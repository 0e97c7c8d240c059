"""The playbooks that the product ships: one TOML file each, beside this page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from yishiting.council.matters.playbooks.definition import Playbook
from yishiting.council.matters.playbooks.reading import read


@cache
def texts() -> Mapping[str, str]:
    """Return the text of each shipped file by its name without ``.toml``, in the order of the names."""
    found = {item.name: item for item in resources.files(__name__).iterdir() if item.name.endswith(".toml")}
    read_in_order = {name.removesuffix(".toml"): found[name].read_text(encoding="utf-8") for name in sorted(found)}
    return MappingProxyType(read_in_order)


def playbooks() -> tuple[Playbook, ...]:
    """Return every shipped playbook; raises ``ValueError`` for one with a fault or for an id that occurs twice."""
    return _read(tuple(texts().items()))


@cache
def _read(files: tuple[tuple[str, str], ...]) -> tuple[Playbook, ...]:
    found: dict[str, Playbook] = {}
    for name, text in files:
        playbook, faults = read(text)
        if playbook is None:
            raise ValueError(f"{name}.toml:{faults[0].line}: {faults[0].message}")
        if playbook.id in found:
            raise ValueError(f"{name}.toml: the playbook id {playbook.id!r} occurs twice")
        found[playbook.id] = playbook
    return tuple(found.values())
