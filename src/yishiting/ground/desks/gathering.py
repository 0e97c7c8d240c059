"""What is due to somebody over all rooms, sorted by clock: two queries, whatever the number of rooms and of matters.

Each source's lines are cut by their own index before they are put together, so a page costs what it shows. Figures are
counted up to :data:`MOST` of each source; beyond that they are told as "at least". To compose the questions takes Django ten
times as long as the database needs to answer, so each reader's are kept as they are sent: see :mod:`composing`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection

from yishiting.ground.desks import composing, due
from yishiting.ground.desks.due import COLUMNS
from yishiting.ground.desks.search import Found
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence

#: So many lines of one source are counted, paged through and exported.
MOST = 1_000
#: Figures of the lines of a part: in all, with a clock, late, until tonight, until the end of the week.
_COUNTED_PART = (
    "SELECT COUNT(*), COUNT(w_due), COUNT(CASE WHEN w_due < %s THEN 1 END), COUNT(CASE WHEN w_due <= %s THEN 1 END), "
    "COUNT(CASE WHEN w_due <= %s THEN 1 END) FROM (SELECT w_due FROM {before}({rows}) AS r{place}{kept} "
    "ORDER BY w_due ASC NULLS LAST LIMIT {most}) AS c{place}"
)
_LISTED = "SELECT {columns} FROM ({parts}) AS gathered ORDER BY {order} LIMIT {number} OFFSET {start}"
_LISTED_PART = (
    "SELECT {columns} FROM (SELECT {columns} FROM {before}({rows}) AS r{place}{kept} "
    "ORDER BY w_due ASC NULLS LAST, w_since, w_ref, w_what LIMIT {most}) AS c{place}"
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
        found: Callable[[str, Collection[int]], Found] | None = None,
    ) -> None:
        """``found(words, estates)`` looks for what is searched for; without it nothing is."""
        self._edges = Edges.at(now)
        self._wanted = wanted
        self._actor = actor
        self._search = found
        self._parts = composing.parts(_own(actor, wanted.whose), wanted.estate_id, wanted.room, now)

    @cached_property
    def _found(self) -> Found | None:
        """What search finds, where something is looked for (one query)."""
        if not self._wanted.search or self._search is None:
            return None
        here = self._actor.estates_served
        only = self._wanted.estate_id
        return self._search(self._wanted.search, here if only is None else here & {only})

    def _asked(
        self, template: str, part: str, values: Sequence[Any], about: str, *, bucket: str, **given: object
    ) -> tuple[str, list[Any]] | None:
        """Return what is asked of a part, kept to what is wanted, with its values; None where nothing can be left of it."""
        conditions, kept = [], []
        before: tuple[str, list[Any]] = ("", [])
        if bucket:
            condition, moments = self._edges.within(bucket)
            conditions.append(condition)
            kept += [connection.ops.adapt_datetimefield_value(at) for at in moments]
        if self._found is not None:
            holds = self._found.keeps(about, "w_about")
            if holds is None:
                return None
            before = (holds.before, holds.before_values)
            conditions.append(holds.condition)
            kept += holds.values
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return template.format(before=before[0], rows=part, kept=where, **given), [*before[1], *values, *kept]

    @cached_property
    def counts(self) -> Counts:
        """Lines by how near they are, whatever bucket is asked for (one query)."""
        edges = [
            connection.ops.adapt_datetimefield_value(at)
            for at in (self._edges.now, self._edges.tonight, self._edges.week)
        ]
        texts: list[str] = []
        values: list[Any] = []
        for place, part in enumerate(self._parts):
            asked = self._asked(
                _COUNTED_PART, part.clocks, part.clock_values, part.about, bucket="", place=place, most=MOST
            )
            if asked is not None:
                texts.append(asked[0])
                values += [*edges, *asked[1]]
        if not texts:
            return Counts(0, 0, 0, 0, 0, more=False)
        with connection.cursor() as cursor:
            # Nothing that a reader typed is in the text: what he asked stands among the values.
            cursor.execute(" UNION ALL ".join(texts), values)
            rows = cursor.fetchall()
        total, dated, late, today, soon = (sum(column) for column in zip(*rows, strict=True))
        more = any(row[0] >= MOST for row in rows)
        return Counts(late, today - late, soon - today, dated - soon, total - dated, more)

    def count(self) -> int:
        """Return how many lines can be paged through."""
        bucket = self._wanted.bucket
        return int(getattr(self.counts, bucket)) if bucket else self.counts.all

    def __getitem__(self, wanted: slice) -> list[Due]:
        """Return lines by their place in the order of clocks (one query)."""
        start, stop = wanted.start or 0, wanted.stop if wanted.stop is not None else MOST
        columns = ", ".join(COLUMNS)
        texts: list[str] = []
        values: list[Any] = []
        for place, part in enumerate(self._parts):
            asked = self._asked(
                _LISTED_PART, part.sql, part.values, part.about,
                bucket=self._wanted.bucket, place=place, columns=columns, most=int(stop),
            )  # fmt: skip
            if asked is not None:
                texts.append(asked[0])
                values += asked[1]
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
