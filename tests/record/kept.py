"""An estate that takes seconds to make, made once in a process: whoever asks again gets its rows put back as they stood."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from django.db import connection, models

from tests.record.editing import tables
from tests.support.world import World

#: Below the number of values that either database takes in one statement.
MOST = 900


@dataclass(frozen=True)
class _Kept:
    """The rows of every table as the database gave them, by the table's label, and the world that speaks of them."""

    rows: dict[str, list[tuple[object, ...]]]
    world: World


_kept: dict[Callable[[], World], _Kept] = {}


def once(make: Callable[[], World]) -> World:
    """Return what ``make`` returns, with all rows that it wrote; only the first call in a process makes them.

    Nothing is kept or put back where some table holds rows already: they would be taken for rows of the estate, or have
    the numbers of its rows. Call it inside a transaction that is undone at the end.
    """
    if any(model._base_manager.exists() for model in tables().values()):
        return make()
    if make not in _kept:
        world = make()
        _kept[make] = _Kept(rows(), deepcopy(world))
        return world
    for label, found in _kept[make].rows.items():
        _write(tables()[label], found)
    return deepcopy(_kept[make].world)


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every table of the product by its label, as the database gives them."""
    return {label: _read(model) for label, model in tables().items()}


def _columns(model: type[models.Model]) -> list[str]:
    return [
        connection.ops.quote_name(str(field.column))
        for field in model._meta.concrete_fields
        if not getattr(field, "generated", False)
    ]


def _read(model: type[models.Model]) -> list[tuple[object, ...]]:
    table, key = (connection.ops.quote_name(name) for name in (model._meta.db_table, str(model._meta.pk.column)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_columns(model))} FROM {table} ORDER BY {key}")
        return [tuple(row) for row in cursor.fetchall()]


def _write(model: type[models.Model], rows: list[tuple[object, ...]]) -> None:
    table, columns = connection.ops.quote_name(model._meta.db_table), _columns(model)
    one = f"({', '.join(['%s'] * len(columns))})"
    step = MOST // len(columns)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * len(some))}",
                [value for row in some for value in row],
            )
