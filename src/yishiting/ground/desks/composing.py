"""The questions of a desk as they are sent, kept for each reader: Django composes them once, not on every visit.

What a source gives depends on who asks, and on the moment. The moment is put in afterwards: sources are asked as of a day that
no row knows, and wherever that day (or one some days from it) stands among the values, the present takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from yishiting.ground.desks import due
from yishiting.ground.desks.due import COLUMNS, COUNTED, Asked
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA

#: As of when sources are asked: noon, so that a few hours more or less do not change its day.
SOME_DAY = datetime(1000, 1, 1, 12, tzinfo=CHINA)
#: No value of a question lies in these years but one that stands for the present.
_LAST = 1100
#: So many readers' questions are kept in a process; each is some tens of kilobytes.
KEPT = 128


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one component: its text, its values at this moment, and the kind of thing that search finds them by.

    ``clocks`` is what they are counted by, with its values.
    """

    sql: str
    values: tuple[Any, ...]
    clocks: str
    clock_values: tuple[Any, ...]
    about: str


def parts(actor: Actor, estate_id: int | None, room: str, now: datetime) -> list[Part]:
    """Return the components of a desk as they are sent now."""
    composed = _composed(connection.vendor, actor, estate_id, room)
    return [
        replace(
            part,
            values=tuple(_at(value, now) for value in part.values),
            clock_values=tuple(_at(value, now) for value in part.clock_values),
        )
        for part in composed
    ]


@lru_cache(maxsize=KEPT)
def _composed(vendor: str, actor: Actor, estate_id: int | None, room: str) -> tuple[Part, ...]:
    asked = Asked(actor, SOME_DAY, estate_id)
    found = []
    for name, source in sorted(due.sources().items()):
        if room not in {"", name}:
            continue
        for component in source.components(asked):
            try:
                sql, values = component.rows.values_list(*COLUMNS).query.sql_with_params()
                clocks, clock_values = component.clocks.values_list(*COUNTED).query.sql_with_params()
            except EmptyResultSet:
                continue
            found.append(Part(sql, tuple(values), clocks, tuple(clock_values), component.about))
    return tuple(found)


def _at(value: Any, now: datetime) -> Any:
    """Return a value of a question as of ``now``; one that does not stand for the present as it is."""
    if isinstance(value, str):
        read = _read(value)
        if read is None:
            return value
        moved = _at(read, now)
        adapt = connection.ops.adapt_datetimefield_value if isinstance(read, datetime) else str
        return adapt(moved)
    if isinstance(value, datetime):
        return now + (value - SOME_DAY) if value.year < _LAST else value
    if isinstance(value, date):
        return now.astimezone(CHINA).date() + (value - SOME_DAY.date()) if value.year < _LAST else value
    return value


def _read(value: str) -> datetime | date | None:
    """Return the time or the day that a text stands for where SQLite keeps one so, if it stands for the present."""
    if value[:2] != "10" or value[4:5] != "-":
        return None
    try:
        return datetime.fromisoformat(f"{value}+00:00") if len(value) > 10 else date.fromisoformat(value)
    except ValueError:
        return None
