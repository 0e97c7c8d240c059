"""Search over the things of all rooms, by words of two signs and of one, through an index that each database keeps.

SQLite: a full-text table over the grams, kept in step by triggers. PostgreSQL: an inverted index over the grams as an array.
Whatever the index finds is compared with the words themselves once more, so both give the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from yishiting.ground.desks import grams
from yishiting.ground.desks.models import SearchText
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.timeline import subscribers
from yishiting.timeline.models import Entry
from yishiting.timeline.services import Book

BATCH = 500
#: So many are shown; more are narrowed by another word.
MOST_FOUND = 50
#: So many of the newest that the index finds are compared with the words themselves; a word of every title is no question.
NEAREST = 2_000
#: Of so many things the numbers are handed on to the question that they narrow; of more, each line is looked at by itself.
FEW = 500
#: Stands between the number of an estate and each gram, so that the index keeps to estates by itself and what is rare in one is
#: found without reading what is common in it. No text holds it: it is of no script, and what is searched is cut at it.
ESTATE = "\ue000"
#: Before the rows: CROSS JOIN has SQLite begin with what was found, and not with all lines in their order.
_LISTED = "json_each(%s) AS few CROSS JOIN "
_LISTED_POSTGRESQL = "unnest(%s::bigint[]) AS few (value) CROSS JOIN "
#: A value and no set, so that no database gathers the whole set first; and "not null", since PostgreSQL takes that for likely
#: and so goes through the lines by their clocks until a page is full.
_HELD = "(SELECT 1 FROM ({rows}) AS held WHERE held.ref = {column}) IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be found of a thing: ``words`` are all words by which, ``title`` the line that stands for it."""

    estate_id: int
    ref: int
    no: int
    title: str
    words: str
    building_id: int | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """A kind of thing that search finds: how a room tells its words, who may find it, and which entries change them.

    ``texts(refs)`` gives the words of some things, or of all for None.
    """

    kind: str
    label: str
    texts: Callable[[Collection[int] | None], Iterable[Text]]
    duties: frozenset[Duty]


_kinds: dict[str, Searched] = {}


def register(
    searched: Searched,
    *,
    entries: Iterable[str],
    others: Mapping[str, Callable[[Entry], Collection[int]]] = MappingProxyType({}),
) -> None:
    """Register a kind. On each of ``entries`` whose subject is of that kind, its words are told anew.

    ``others`` gives for kinds of entry that have another subject the things of this kind whose words they change.
    """
    if searched.kind in _kinds:
        raise ValueError(f"search kind {searched.kind!r} is registered twice")
    _kinds[searched.kind] = searched

    def changed(entry: Entry, record: Book) -> None:
        if entry.subject_kind == searched.kind:
            tell(searched.kind, [entry.subject_id])

    def changed_by_another(entry: Entry, record: Book) -> None:
        tell(searched.kind, others[entry.kind](entry))

    subscribers.must_agree(entries, changed)
    subscribers.must_agree(others, changed_by_another)


def kinds() -> Mapping[str, Searched]:
    """Return the registered kinds by name."""
    return dict(_kinds)


def tell(kind: str, refs: Collection[int] | None) -> int:
    """Have the words of some things (None: of all of a kind) told anew; return how many."""
    told = 0
    for some in _batches(_kinds[kind].texts(refs)):
        rows = [
            SearchText(
                estate_id=text.estate_id, kind=kind, ref=text.ref, no=text.no, building_id=text.building_id,
                title=text.title, words=grams.plain(text.words),
                grams=" ".join(_of_estate(text.estate_id, grams.of_text(text.words))),
            )
            for text in some
        ]  # fmt: skip
        SearchText.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["kind", "ref"],
            update_fields=["estate", "no", "building", "title", "words", "grams"],
        )
        told += len(rows)
    return told


def _batches(texts: Iterable[Text]) -> Iterator[list[Text]]:
    some: list[Text] = []
    for text in texts:
        some.append(text)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some


def rebuild() -> int:
    """Tell all words of all kinds anew; return how many things there are. For rows that were brought in past the verbs."""
    SearchText.objects.all().delete()
    return sum(tell(kind, None) for kind in _kinds)


def _of_estate(estate_id: int, some: Iterable[str]) -> list[str]:
    return [f"{estate_id}{ESTATE}{gram}" for gram in some]


def _indexed(wanted: list[str], estate_ids: Collection[int], *, most: int) -> QuerySet[SearchText]:
    """Return what the index finds by grams in some estates; on SQLite the newest of it, ``most`` at most."""
    here = [_of_estate(pk, wanted) for pk in sorted(estate_ids)]
    if connection.vendor == "postgresql":
        has = [
            RawSQL("string_to_array(grams, ' ') @> %s::text[]", [some], output_field=BooleanField()) for some in here
        ]
        return SearchText.objects.filter(reduce(or_, map(Q, has)))
    # Quoted, so that no sign of it is an operator; a gram holds letters alone.
    match = " OR ".join("(" + " AND ".join(f'"{gram}"' for gram in some) + ")" for some in here)
    newest = RawSQL(
        "SELECT rowid FROM desks_search WHERE desks_search MATCH %s ORDER BY rowid DESC LIMIT %s", [match, most]
    )
    return SearchText.objects.filter(pk__in=newest)


def _candidates(words: list[str], wanted: list[str], estate_ids: Collection[int], *, most: int) -> QuerySet[SearchText]:
    """Return what may hold ``words``: what the index finds by ``wanted``, or without any of these what does hold them."""
    if not words or not estate_ids:
        return SearchText.objects.none()
    if wanted:
        return _indexed(wanted, estate_ids, most=most)
    rows = SearchText.objects.filter(estate_id__in=estate_ids)
    for word in words:
        rows = rows.filter(words__contains=word)
    return rows


def matching(asked: str, *, estate_ids: Collection[int]) -> QuerySet[SearchText]:
    """Return what holds each word of ``asked`` in some estates, the newest :data:`NEAREST` at most; nothing for nothing to look for."""
    words, wanted = grams.of_question(asked)
    rows = _candidates(words, wanted, estate_ids, most=NEAREST)
    for word in words if wanted else []:
        rows = rows.filter(words__contains=word)
    return rows


@dataclass(frozen=True, slots=True)
class Kept:
    """How rows are kept to what was found: what stands before them in FROM, and a condition; each with its values."""

    before: str
    before_values: list[Any]
    condition: str
    values: list[Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What holds each word asked for, as another question is narrowed by it.

    ``refs`` are the numbers of the things by kind; None where they are more than :data:`FEW`, and each line is compared by itself.
    """

    words: tuple[str, ...]
    refs: Mapping[str, list[int]] | None

    def keeps(self, kind: str, column: str) -> Kept | None:
        """Return what keeps rows to things of ``kind`` whose numbers are in ``column``; None if nothing can be left."""
        on_postgres = connection.vendor == "postgresql"
        if self.refs is not None:
            refs = self.refs.get(kind)
            if not refs:
                return None
            # One value, so that the text stays the same and is prepared but once.
            before, value = (_LISTED_POSTGRESQL, refs) if on_postgres else (_LISTED, json.dumps(refs))
            return Kept(before, [value], f"{column} = few.value", [])
        rows = SearchText.objects.filter(kind=kind)
        for word in self.words:
            rows = rows.filter(words__contains=word)
        sql, params = rows.values("ref").query.sql_with_params()
        return Kept("", [], _HELD.format(rows=sql, column=column), list(params))


def found(asked: str, estate_ids: Collection[int]) -> Found:
    """Look for the things of some estates that hold each word of ``asked`` (one query, none for nothing to look for)."""
    words, wanted = grams.of_question(asked)
    rows = _candidates(words, wanted, estate_ids, most=FEW + 1).values_list("kind", "ref", "words")[: FEW + 1]
    listed = list(rows) if words else []
    if len(listed) > FEW:
        return Found(tuple(words), None)
    refs: dict[str, list[int]] = {}
    for kind, ref, text in listed:
        if all(word in text for word in words):
            refs.setdefault(kind, []).append(ref)
    return Found(tuple(words), refs)


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found. ``label`` is its kind in words (to be translated)."""

    kind: str
    label: str
    estate_id: int
    ref: int
    no: int
    title: str


def search(actor: Actor, asked: str, *, estate_id: int | None = None) -> tuple[list[Hit], bool]:
    """Return what an actor may find, the newest first, and whether there is more (one query).

    By the posts that he holds or stands in for: things of the estates in which one of them has a duty that opens the kind; a
    post of one building finds those of the building.
    """
    scope = Q(pk__in=[])
    for searched in _kinds.values():
        for office in actor.offices:
            if not office.duties & searched.duties:
                continue
            here = Q(kind=searched.kind, estate_id__in=office.estate_ids)
            scope |= here & Q(building_id=office.building_id) if office.building_id is not None else here
    served = actor.estates_served if estate_id is None else actor.estates_served & {estate_id}
    if not served:
        return [], False
    rows = matching(asked, estate_ids=served).filter(scope, estate_id__in=served)
    number = asked.strip().strip("第件号#次").strip()
    if number.isascii() and number.isdigit() and len(number) < 10:
        rows = rows | SearchText.objects.filter(scope, estate_id__in=served, no=int(number))
    hits = [
        Hit(row["kind"], _kinds[row["kind"]].label, row["estate_id"], row["ref"], row["no"], row["title"])
        for row in rows.order_by(F("pk").desc()).values("kind", "estate_id", "ref", "no", "title")[: MOST_FOUND + 1]
    ]
    return hits[:MOST_FOUND], len(hits) > MOST_FOUND
