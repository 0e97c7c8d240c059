"""The port by which a room tells what waits for whom: a source of due lines, each a row of the same columns.

A source gives querysets, never rows: :mod:`gathering` cuts each to what a page shows, puts them together and sorts them by
clock in one query, so that a desk of many rooms asks as often as a desk of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, F, Func, IntegerField, QuerySet, Value
from django.db.models.expressions import Combinable

from yishiting.ground.organisations.actors import Actor, Office
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import gettext_noop
from yishiting.kernel.workdays import CLOSE_OF_DAY

#: The columns of a line, in the order in which every source gives them.
COLUMNS = (
    *("w_source", "w_what", "w_ref", "w_estate", "w_no", "w_title", "w_words", "w_place"),
    *("w_due", "w_since", "w_post", "w_asked", "w_n", "w_for", "w_about"),
)
#: The columns by which lines are counted and searched.
COUNTED = ("w_due", "w_about")
#: When a clock that is a bare day runs out, as the database keeps times.
CLOSES_UTC = datetime.combine(date(2026, 1, 1), CLOSE_OF_DAY, CHINA).astimezone(UTC).time()


class CloseOf(Func):
    """The moment at which offices close on a day of a date column: when a clock by days runs out. Null for none."""

    output_field = DateTimeField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Texts, as SQLite keeps times."""
        return self.as_sql(compiler, connection, template=f"(%(expressions)s || ' {CLOSES_UTC:%H:%M:%S}')", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """A day and a time of it, in the world's time."""
        template = f"((%(expressions)s + TIME '{CLOSES_UTC:%H:%M:%S}') AT TIME ZONE 'UTC')"
        return self.as_sql(compiler, connection, template=template, **more)


def word(text: str) -> Value:
    """Return a column that holds the same short text in each row."""
    return Value(text, output_field=CharField())


def number(value: int) -> Value:
    """Return a column that holds the same number in each row."""
    return Value(value, output_field=IntegerField())


class DaysAfter(Func):
    """The day so many days after another: ``DaysAfter(day, number)``. Null for none."""

    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """By SQLite's own reckoning of texts."""
        return self.as_sql(compiler, connection, template="date(%(expressions)s || ' days')", arg_joiner=", ", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """A day and a whole number are a day."""
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" + ", **more)


class NoClock(Func):
    """A column without a clock: what is nowhere near a day, and stands after all that is."""

    output_field = DateTimeField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Null, of no type."""
        return self.as_sql(compiler, connection, template="NULL", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Null, of the type of the clocks that it stands among."""
        return self.as_sql(compiler, connection, template="NULL::timestamptz", **more)


@dataclass(frozen=True, slots=True)
class Claim:
    """Where an actor answers for something: estates, or one building of them, by which post, in whose stead (0: his own)."""

    estate_ids: frozenset[int]
    building_id: int | None
    post: str
    stands_for: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose desk it is, now, and the one estate that is asked for, if one is."""

    actor: Actor
    now: datetime
    estate_id: int | None = None

    def _here(self, office: Office) -> frozenset[int]:
        return office.estate_ids & {self.estate_id} if self.estate_id is not None else office.estate_ids

    @property
    def offices(self) -> list[tuple[Office, frozenset[int]]]:
        """The posts held now, or stood in for, each with those of its estates that are asked for."""
        return [(office, here) for office in self.actor.offices if (here := self._here(office))]

    def claims(self, *duties: Duty) -> list[Claim]:
        """Return where the actor answers with one of ``duties``.

        What a post of his own covers is not told again of a building in it, or of a post that he stands in for.
        """
        found: list[Claim] = []
        seen: frozenset[int] = frozenset()
        trusted = [(office, here) for office, here in self.offices if office.duties.intersection(duties)]
        trusted.sort(key=lambda pair: (pair[0].stands_for is not None, pair[0].building_id is not None))
        for office, here in trusted:
            left = here - seen
            if left:
                found.append(Claim(left, office.building_id, office.kind, office.stands_for or 0))
            if office.building_id is None:
                seen |= here
        return found


@dataclass(frozen=True, slots=True)
class Component:
    """Lines of one source: a queryset with the columns of :data:`COLUMNS`, and the kind of thing that search finds them by.

    ``clocks`` are the same lines with nothing but :data:`COUNTED`: to count them, what a page shows of them is not read.
    """

    rows: QuerySet[Any]
    clocks: QuerySet[Any]
    about: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a room has on desks.

    ``components`` reads nothing and decides by who asks alone: what it gives is composed once and asked again and again, with
    another ``now``, which therefore stands in it as it is given, or some days later. ``says`` gives for each ``what`` the sentence of what is to be done, with ``{n}`` and
    ``{words}``; ``titles`` replaces titles that are codes."""

    name: str
    room: str
    components: Callable[[Asked], Iterable[Component]]
    says: Mapping[str, str]
    titles: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Register a source; a name that is taken raises ``ValueError``."""
    if source.name in _sources:
        raise ValueError(f"due source {source.name!r} is registered twice")
    _sources[source.name] = source


def sources() -> Mapping[str, Source]:
    """Return the registered sources by name."""
    return MappingProxyType(_sources)


def source(name: str) -> Source:
    """Return a registered source."""
    return _sources[name]


def component(
    rows: QuerySet[Any],
    *,
    source: str,
    claim: Claim,
    about: tuple[str, str],
    what: str | Combinable,
    no: str,
    title: str | Combinable,
    due: Combinable | None,
    since: Combinable,
    ref: str = "pk",
    words: Combinable | None = None,
    place: Combinable | None = None,
    post: Combinable | None = None,
    asked: Combinable | None = None,
    n: Combinable | None = None,
) -> Component:
    """Return lines of ``rows`` (of a model with ``estate_id``) in the common columns.

    ``about`` is the kind of thing that search knows, with the column that holds its number. ``asked`` is the kind of post that
    a line is with by rights, where another may be doing its work.
    """
    clocks = rows.order_by().annotate(w_due=due if due is not None else NoClock(), w_about=F(about[1]))
    annotated = rows.order_by().annotate(
        w_source=word(source),
        w_what=word(what) if isinstance(what, str) else what,
        w_ref=F(ref),
        w_estate=F("estate_id"),
        w_no=F(no),
        w_title=F(title) if isinstance(title, str) else title,
        w_words=words if words is not None else word(""),
        w_place=place if place is not None else word(""),
        w_due=due if due is not None else NoClock(),
        w_since=since,
        w_post=post if post is not None else word(claim.post),
        w_asked=asked if asked is not None else word(""),
        w_n=n if n is not None else number(0),
        w_for=number(claim.stands_for),
        w_about=F(about[1]),
    )
    return Component(annotated, clocks, about[0])


#: How near a clock is, and how a heading calls it.
BUCKETS: Mapping[str, str] = {
    "late": gettext_noop("已经超期"),
    "today": gettext_noop("今天到期"),
    "week": gettext_noop("这周到期"),
    "later": gettext_noop("以后到期"),
    "none": gettext_noop("没有期限"),
}
