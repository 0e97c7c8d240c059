"""Search over the things of all rooms, by words of two signs and of one, through an index that each database keeps.

SQLite: a full-text table over the grams, kept in step by triggers. PostgreSQL: an inverted index over the grams as an array.
Whatever the index finds is compared with the words themselves once more, so both give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
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
#: Stands before the number of an estate among the grams, so that the index keeps to estates too. No text holds it: it is of no
#: script, and what is searched is cut at it.
ESTATE = "\ue000"


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
                grams=" ".join((f"{ESTATE}{text.estate_id}", *grams.of_text(text.words))),
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


def matching(asked: str, *, estate_ids: Collection[int] | None = None) -> QuerySet[SearchText]:
    """Return what holds each word of ``asked``; nothing for nothing to look for.

    With ``estate_ids`` the newest of those estates alone, :data:`NEAREST` at most.
    """
    words, wanted = grams.of_question(asked)
    rows = SearchText.objects.all()
    if not words:
        return rows.none()
    for word in words:
        rows = rows.filter(words__contains=word)
    if estate_ids is not None:
        rows = rows.filter(estate_id__in=estate_ids)
    if not wanted:
        return rows
    if connection.vendor == "postgresql":
        has = RawSQL("string_to_array(grams, ' ') @> %s::text[]", [wanted], output_field=BooleanField())
        return rows.filter(has)
    # Quoted, so that no sign of it is an operator; a gram holds letters alone.
    match = " AND ".join(f'"{gram}"' for gram in wanted)
    if estate_ids is None:
        return rows.filter(pk__in=RawSQL("SELECT rowid FROM desks_search WHERE desks_search MATCH %s", [match]))
    here = " OR ".join(f'"{ESTATE}{pk}"' for pk in sorted(estate_ids))
    newest = RawSQL(
        "SELECT rowid FROM desks_search WHERE desks_search MATCH %s ORDER BY rowid DESC LIMIT %s",
        [f"{match} AND ({here})", NEAREST],
    )
    return rows.filter(pk__in=newest)


def found(kind: str, asked: str) -> QuerySet[Any]:
    """Return the numbers of the things of a kind that hold each word of ``asked``, to be asked within another query."""
    return matching(asked).filter(kind=kind).values("ref")


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
    rows = matching(asked, estate_ids=served).filter(scope)
    number = asked.strip().strip("第件号#次")
    if number.isascii() and number.isdigit() and len(number) < 10:
        rows = rows | SearchText.objects.filter(scope, estate_id__in=served, no=int(number))
    hits = [
        Hit(row["kind"], _kinds[row["kind"]].label, row["estate_id"], row["ref"], row["no"], row["title"])
        for row in rows.order_by(F("pk").desc()).values("kind", "estate_id", "ref", "no", "title")[: MOST_FOUND + 1]
    ]
    return hits[:MOST_FOUND], len(hits) > MOST_FOUND
