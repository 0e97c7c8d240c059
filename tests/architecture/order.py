"""The order of floors and rooms, read from the import-linter contracts in pyproject.toml, where alone it is stated."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Order:
    """Who may know whom. ``layers`` maps a container to its layers from top to bottom, each a set of siblings."""

    layers: dict[str, tuple[frozenset[str], ...]]

    @classmethod
    def stated_in(cls, pyproject: Path) -> Order:
        """Read every contract of type ``layers`` with containers. Raises ``KeyError`` where there are none."""
        contracts = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
        return cls(
            layers={
                container: tuple(frozenset(re.findall(r"\w+", layer)) for layer in contract["layers"])
                for contract in contracts
                if contract["type"] == "layers"
                for container in contract["containers"]
            }
        )

    def permits(self, importer: str, imported: str) -> bool:
        """Whether module ``importer`` may know module ``imported``: its own room, or one further down."""
        ours, theirs = importer.split("."), imported.split(".")
        shared = 0
        while shared < min(len(ours), len(theirs)) and ours[shared] == theirs[shared]:
            shared += 1
        if shared in (len(ours), len(theirs)):
            return True
        layers = self.layers.get(".".join(ours[:shared]))
        if layers is None:
            return True
        above = self._depth(layers, ours[shared])
        below = self._depth(layers, theirs[shared])
        return above is not None and below is not None and above < below

    @staticmethod
    def _depth(layers: tuple[frozenset[str], ...], name: str) -> int | None:
        return next((depth for depth, siblings in enumerate(layers) if name in siblings), None)
