"""Shapes of charts that are shipped, as data: an estate begins with one of them or writes levels of its own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape: levels from the top down, whether the last is of people, and for whom it is."""

    code: str
    name: str
    levels: tuple[str, ...]
    people_last: bool
    who: str


@lru_cache(maxsize=1)
def shapes() -> tuple[Shape, ...]:
    """Return the shapes that are shipped, in the order in which they are offered."""
    text = (files(__package__) / "shapes.toml").read_text(encoding="utf-8")
    return tuple(Shape(**{**row, "levels": tuple(row["levels"])}) for row in tomllib.loads(text)["shape"])


def shape_of(code: str) -> Shape | None:
    """Return the shape of that code."""
    return next((shape for shape in shapes() if shape.code == code), None)
