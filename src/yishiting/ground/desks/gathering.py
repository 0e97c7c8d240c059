"""What is due to somebody over all rooms, sorted by clock: two queries, whatever the number of rooms and of matters.

Each source's querysets are cut by their own index before they are put together, so a page costs what it shows. Figures are
counted up to :data:`MOST` of each source; beyond that they are told as "at least".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet

from yishiting.ground.desks import due
from yishiting.ground.desks.due import COLUMNS, Asked, Component
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence

#: So many lines of one source are counted, paged through and exported.
MOST = 1_000
#: Figures of lines that are put together: in all, late, today, this week, later.
_PART = "SELECT {place} AS part, w_due FROM ({rows}) AS c{place}"
_COUNTED = """
    SELECT part, COUNT(*), SUM(CASE WHEN w_due < %s THEN 1 ELSE 0 END),
        SUM(CASE WHEN w_due >= %s AND w_due <= %s THEN 1 ELSE 0 END),
        SUM(CASE WHEN w_due > %s AND w_due <= %s THEN 1 ELSE 0 END), SUM(CASE WHEN w_due > %s THEN 1 ELSE 0 END)
    FROM ({parts}) AS gathered GROUP BY part
"""
_ORDER = (F("w_due").asc(nulls_last=True), "w_since", "w_source", "w_ref")


@dataclass(frozen=True, slots=True)
class Due:
    """A line of the desk: what is to be done (``says``), where, by when, since when, by which post.

    ``ref`` is the row's id in its room and ``no`` the number in its address. ``stands_for`` is the person in whose stead it
    is done, 0 for one's own. ``asked`` is the kind of post that it is with by rights, where that is vacant, else empty. ``bucket`` is a key of :data:`due.BUCKETS`.
    """

    source: str
    what: str
    ref: int
    estate_id: int
    no: int
    title: str
    words: str
    place: str
    due_at: datetime | None
    since: datetime
    post: str
    asked: str
    n: int
    stands_for: int
    bucket: str

    @property
    def says(self) -> Sentence:
        """What is to be done."""
        return Sentence(due.source(self.source).says[self.what], n=self.n, words=self.words)

    @property
    def called(self) -> str:
        """The title; one that is a code is told in words, in the reader's language."""
        return str(due.source(self.source).titles.get(self.title, self.title))


@dataclass(frozen=True, slots=True)
class DueFilter:
    """What was asked of the desk. ``room`` a source's name, ``bucket`` a key of :data:`due.BUCKETS`, ``whose`` ``own`` or
    ``stand_in``; each empty for all."""

    search: str = ""
    estate_id: int | None = None
    room: str = ""
    bucket: str = ""
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Edges:
    """Where today and this week end, in China."""

    now: datetime
    tonight: datetime
    week: datetime

    @classmethod
    def at(cls, now: datetime) -> Edges:
        """Return the edges as they are at ``now``; a week ends on Sunday night."""
        here = now.astimezone(CHINA)
        tonight = here.replace(hour=23, minute=59, second=59, microsecond=999999)
        return cls(now, tonight, tonight + timedelta(days=6 - here.weekday()))

    def bucket(self, at: datetime | None) -> str:
        """Return how near ``at`` is."""
        if at is None:
            return "none"
        if at < self.now:
            return "late"
        return "today" if at <= self.tonight else "week" if at <= self.week else "later"

    def within(self, bucket: str) -> Q:
        """Return the condition on ``w_due`` of a bucket."""
        return {
            "late": Q(w_due__lt=self.now),
            "today": Q(w_due__gte=self.now, w_due__lte=self.tonight),
            "week": Q(w_due__gt=self.tonight, w_due__lte=self.week),
            "later": Q(w_due__gt=self.week),
            "none": Q(w_due__isnull=True),
        }[bucket]


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines by how near they are (件); ``more`` where a source has so many that the figures are at least these."""

    late: int
    today: int
    week: int
    later: int
    none: int
    more: bool

    @property
    def all(self) -> int:
        """All lines."""
        return self.late + self.today + self.week + self.later + self.none


class DueList:
    """The desk of an actor, narrowed: to be counted and sliced, as a pager does. Nothing is asked before."""

    def __init__(
        self,
        actor: Actor,
        wanted: DueFilter,
        *,
        now: datetime,
        found: Callable[[str, str], QuerySet[Any]] | None = None,
    ) -> None:
        """``found(kind, words)`` gives the numbers of the things that search finds; without it nothing is searched."""
        self._edges = Edges.at(now)
        self._wanted = wanted
        asked = Asked(actor, now, wanted.estate_id)
        self._all = [self._cut(each, found) for each in _components(asked, wanted)]

    def _cut(self, each: Component, found: Callable[[str, str], QuerySet[Any]] | None) -> QuerySet[Any]:
        rows = each.rows
        if self._wanted.search and found is not None:
            kind, column = each.about
            rows = rows.filter(**{f"{column}__in": found(kind, self._wanted.search)})
        return rows

    def _shown(self) -> list[QuerySet[Any]]:
        bucket = self._wanted.bucket
        return [rows.filter(self._edges.within(bucket)) for rows in self._all] if bucket else self._all

    @cached_property
    def counts(self) -> Counts:
        """Lines by how near they are, whatever bucket is asked for (one query)."""
        edges = self._edges
        marks = [connection.ops.adapt_datetimefield_value(at) for at in (edges.now, edges.tonight, edges.week)]
        parts, values = [], [*marks[:1], *marks[:2], *marks[1:], *marks[2:]]
        for place, rows in enumerate(self._all):
            some = rows.order_by(_ORDER[0]).values("w_due")[:MOST]
            try:
                sql, params = some.query.get_compiler(connection=connection).as_sql()
            except EmptyResultSet:
                continue
            parts.append(_PART.format(place=place, rows=sql))
            values += params
        if not parts:
            return Counts(0, 0, 0, 0, 0, more=False)
        # Nothing that a reader typed is in the text: what he asked stands among the parameters.
        text = _COUNTED.format(parts=" UNION ALL ".join(parts))
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            rows_of = cursor.fetchall()
        total, late, today, week, later = (sum(int(row[at]) for row in rows_of) for at in range(1, 6))
        more = any(int(row[1]) >= MOST for row in rows_of)
        return Counts(late, today, week, later, total - late - today - week - later, more)

    def count(self) -> int:
        """Return how many lines can be paged through."""
        bucket = self._wanted.bucket
        return int(getattr(self.counts, bucket)) if bucket else self.counts.all

    def __getitem__(self, wanted: slice) -> list[Due]:
        """Return lines by their place in the order of clocks (one query)."""
        start, stop = wanted.start or 0, wanted.stop if wanted.stop is not None else MOST
        parts = [_first(rows, stop) for rows in self._shown()]
        if not parts:
            return []
        rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        return [self._line(row) for row in rows.order_by(*_ORDER)[start:stop]]

    def _line(self, row: Sequence[Any]) -> Due:
        source, what, ref, estate, no, title, words, place, at, since, post, asked, n, stands_for = row
        return Due(
            source, what, ref, estate, no or 0, title, words, place or "", at, since, post or "",
            asked if asked != post else "", n, stands_for,
            self._edges.bucket(at),
        )  # fmt: skip


def _first(rows: QuerySet[Any], most: int) -> QuerySet[Any]:
    """Return the first ``most`` of some lines. SQLite takes no limit within a compound, so they are named by their keys."""
    keys = rows.order_by(*_ORDER[:2]).values("pk")[:most]
    return rows.filter(pk__in=keys).values_list(*COLUMNS)


def _components(asked: Asked, wanted: DueFilter) -> list[Component]:
    if wanted.whose:
        stand_in = wanted.whose == "stand_in"
        offices = tuple(office for office in asked.actor.offices if (office.stands_for is not None) == stand_in)
        asked = Asked(_with(asked.actor, offices), asked.now, asked.estate_id)
    chosen = [each for name, each in sorted(due.sources().items()) if wanted.room in {"", name}]
    return [component for each in chosen for component in each.components(asked)]


def _with(actor: Actor, offices: tuple[Any, ...]) -> Actor:
    return Actor(
        person_id=actor.person_id,
        is_system=actor.is_system,
        offices=offices,
        owned=actor.owned,
        lived_in=actor.lived_in,
        groups=actor.groups,
    )
