"""Pages by cursor: where a reader was, not how many he has read, so that what comes in meanwhile moves nothing."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, TypeVar

from django.db.models import Model, Q, QuerySet
from pydantic import Field

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import gettext_noop

M = TypeVar("M", bound=Model)
T = TypeVar("T")
MOST = 100
LARGEST = 2**62

Limit = Annotated[int, Field(ge=1, le=MOST, description="how many at most")]
Cursor = Annotated[str, Field(max_length=200, description="`next` of the page before")]


def _mark(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:8]


def marked(cursor: str | None, path: str) -> str | None:
    """Return ``cursor`` with the mark of the list at ``path``, whose place it tells."""
    return None if cursor is None else _mark(path) + cursor


def unmarked(cursor: str, path: str) -> str:
    """Return the place that a cursor tells; raises :class:`BadInput` for one of another list, which is none in this."""
    if not cursor:
        return ""
    place = cursor.removeprefix(_mark(path))
    if place in ("", cursor):
        raise _not_ours()
    return place


def _not_ours() -> BadInput:
    text = gettext_noop("翻页的位置不对。请用上一页给的 next，或从第一页重新读。")
    return BadInput(text, code="bad_cursor", fields={"cursor": text})


def page(rows: QuerySet[M], *, by: Sequence[str], cursor: str, limit: int) -> tuple[list[M], str | None]:
    """Return at most ``limit`` rows after ``cursor`` and the cursor of what follows, or None at the end.

    ``by`` are whole-number columns that tell rows apart, all with or all without a minus.
    """
    names = [name.removeprefix("-") for name in by]
    less = by[0].startswith("-")
    if cursor:
        rows = rows.filter(_after(names, _read(cursor, len(names)), "lt" if less else "gt"))
    found = list(rows.order_by(*by)[: limit + 1])
    more = found[limit:]
    found = found[:limit]
    return found, _written([_value(found[-1], name) for name in names]) if more else None


def _value(row: Any, name: str) -> Any:
    """Return a column, also one of a row that this one points to."""
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def page_of(
    rows: Iterable[T], *, by: Callable[[T], int | tuple[int, ...]], cursor: str, limit: int
) -> tuple[list[T], str | None]:
    """Return a page of a list that is read whole, sorted downwards by whole numbers that tell its rows apart.

    For what is few by its nature or gathered from several tables; a long table is read by :func:`page`.
    """

    def place(row: T) -> tuple[int, ...]:
        found = by(row)
        return found if isinstance(found, tuple) else (found,)

    ranked = sorted(rows, key=place, reverse=True)
    if cursor:
        size = len(place(ranked[0])) if ranked else None
        last = tuple(_read(cursor, size))
        ranked = [row for row in ranked if place(row) < last]
    found = ranked[:limit]
    return found, _written(place(found[-1])) if len(ranked) > limit else None


def _after(names: Sequence[str], values: Sequence[int], way: str) -> Q:
    condition = Q()
    same: dict[str, int] = {}
    for name, value in zip(names, values, strict=True):
        condition |= Q(**same, **{f"{name}__{way}": value})
        same[name] = value
    return condition


def _written(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read(cursor: str, size: int | None) -> list[int]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        values = None
    good = isinstance(values, list) and (size is None or len(values) == size)
    if not good or not all(type(value) is int and abs(value) < LARGEST for value in values):
        raise _not_ours()
    return list(values)
