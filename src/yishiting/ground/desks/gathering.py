"""What is due to somebody over all rooms, sorted by clock: two queries, whatever the number of rooms and of matters.

Each source's lines are cut by their own index before they are put together, so a page costs what it shows. Figures are
counted up to :data:`MOST` of each source; beyond that they are told as "at least". To compose the questions takes Django ten
times as long as the database needs to answer, so each reader's are kept as they are sent: see :mod:`composing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from yishiting.ground.desks import composing, due
from yishiting.ground.desks.due import COLUMNS
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence

#: So many lines of one source are counted, paged through and exported.
MOST = 1_000
#: Figures of lines that are put together: in all, late, today, this week, later.
_COUNTED = """
    SELECT part, COUNT(*), SUM(CASE WHEN w_due < %s THEN 1 ELSE 0 END),
        SUM(CASE WHEN w_due >= %s AND w_due <= %s THEN 1 ELSE 0 END),
        SUM(CASE WHEN w_due > %s AND w_due <= %s THEN 1 ELSE 0 END), SUM(CASE WHEN w_due > %s THEN 1 ELSE 0 END)
    FROM ({parts}) AS gathered GROUP BY part
"""
_COUNTED_PART = (
    "SELECT {place} AS part, w_due FROM (SELECT w_due FROM ({rows}) AS r{place}{kept} "
    "ORDER BY w_due ASC NULLS LAST LIMIT {most}) AS c{place}"
)
_LISTED = "SELECT {columns} FROM ({parts}) AS gathered ORDER BY {order} LIMIT {number} OFFSET {start}"
_LISTED_PART = (
    "SELECT {columns} FROM (SELECT {columns} FROM ({rows}) AS r{place}{kept} "
    "ORDER BY w_due ASC NULLS LAST, w_since LIMIT {most}) AS c{place}"
)
_ORDER = "w_due ASC NULLS LAST, w_since, w_source, w_ref, w_what"


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

    def within(self, bucket: str) -> tuple[str, list[datetime]]:
        """Return the condition on ``w_due`` of a bucket, with its moments."""
        return {
            "late": ("w_due < %s", [self.now]),
            "today": ("w_due >= %s AND w_due <= %s", [self.now, self.tonight]),
            "week": ("w_due > %s AND w_due <= %s", [self.tonight, self.week]),
            "later": ("w_due > %s", [self.week]),
            "none": ("w_due IS NULL", []),
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
        self._found = found
        self._parts = composing.parts(_own(actor, wanted.whose), wanted.estate_id, wanted.room, now)

    def _kept(self, kind: str, *, bucket: str) -> tuple[str, list[Any]] | None:
        """Return what keeps lines of a part to what is asked, or None where nothing can be left of it."""
        conditions, values = [], []
        if bucket:
            condition, moments = self._edges.within(bucket)
            conditions.append(condition)
            values += [connection.ops.adapt_datetimefield_value(at) for at in moments]
        if self._wanted.search and self._found is not None:
            try:
                sql, params = self._found(kind, self._wanted.search).query.sql_with_params()
            except EmptyResultSet:
                return None
            conditions.append(f"w_about IN ({sql})")
            values += params
        return (f" WHERE {' AND '.join(conditions)}" if conditions else "", values)

    def _asked(self, template: str, *, bucket: str, **given: object) -> tuple[list[str], list[Any]]:
        texts, values = [], []
        for place, part in enumerate(self._parts):
            kept = self._kept(part.about, bucket=bucket)
            if kept is None:
                continue
            texts.append(template.format(place=place, rows=part.sql, kept=kept[0], **given))
            values += [*part.values, *kept[1]]
        return texts, values

    @cached_property
    def counts(self) -> Counts:
        """Lines by how near they are, whatever bucket is asked for (one query)."""
        texts, values = self._asked(_COUNTED_PART, bucket="", most=MOST)
        if not texts:
            return Counts(0, 0, 0, 0, 0, more=False)
        edges = self._edges
        now, tonight, week = (
            connection.ops.adapt_datetimefield_value(at) for at in (edges.now, edges.tonight, edges.week)
        )
        with connection.cursor() as cursor:
            # Nothing that a reader typed is in the text: what he asked stands among the values.
            cursor.execute(
                _COUNTED.format(parts=" UNION ALL ".join(texts)), [now, now, tonight, tonight, week, week, *values]
            )
            rows = cursor.fetchall()
        total, late, today, soon, later = (sum(int(row[at]) for row in rows) for at in range(1, 6))
        more = any(int(row[1]) >= MOST for row in rows)
        return Counts(late, today, soon, later, total - late - today - soon - later, more)

    def count(self) -> int:
        """Return how many lines can be paged through."""
        bucket = self._wanted.bucket
        return int(getattr(self.counts, bucket)) if bucket else self.counts.all

    def __getitem__(self, wanted: slice) -> list[Due]:
        """Return lines by their place in the order of clocks (one query)."""
        start, stop = wanted.start or 0, wanted.stop if wanted.stop is not None else MOST
        columns = ", ".join(COLUMNS)
        texts, values = self._asked(_LISTED_PART, bucket=self._wanted.bucket, columns=columns, most=int(stop))
        if not texts:
            return []
        text = _LISTED.format(
            columns=columns, parts=" UNION ALL ".join(texts), order=_ORDER, number=int(stop - start), start=int(start)
        )
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return [self._line(row) for row in cursor.fetchall()]

    def _line(self, row: Sequence[Any]) -> Due:
        source, what, ref, estate, no, title, words, place, by, since, post, asked, n, stands_for, _about = row
        due_at, post = _moment(by), post or ""
        return Due(
            source, what, ref, estate, no or 0, title, words, place or "", due_at, _moment(since) or self._edges.now,
            post, asked if asked != post else "", n, stands_for, self._edges.bucket(due_at),
        )  # fmt: skip


def _moment(value: Any) -> datetime | None:
    """Return a time as the database gave it; SQLite keeps the world's time, as texts or without saying so."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _own(actor: Actor, whose: str) -> Actor:
    """Return the actor with the posts that are asked for: all, his own, or those that he stands in for."""
    return Actor(
        person_id=actor.person_id,
        is_system=actor.is_system,
        offices=tuple(
            office for office in actor.offices if not whose or (office.stands_for is not None) == (whose == "stand_in")
        ),
        owned=actor.owned,
        lived_in=actor.lived_in,
        groups=actor.groups,
    )
