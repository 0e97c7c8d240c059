"""Reads of desks: what is lent to somebody, who may stand in, what was done in whose stead."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F, Q, QuerySet

from yishiting.ground.desks import policy
from yishiting.ground.desks.models import HandOver
from yishiting.ground.organisations.actors import Actor, Office
from yishiting.ground.organisations.kinds import KINDS
from yishiting.ground.organisations.models import Term
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Estate
from yishiting.ground.places.recount import path
from yishiting.timeline.models import Entry

ACTED = "desks.acted_for"
MOST_ACTS = 50


def standing(now: datetime) -> QuerySet[HandOver]:
    """Return the hand-overs that hold at ``now``; none whose giver no longer holds his post."""
    return HandOver.objects.filter(
        Q(term__until__isnull=True) | Q(term__until__gt=now), since__lte=now, until__gt=now, ended_at__isnull=True,
        term__since__lte=now,
    )  # fmt: skip


#: As :func:`standing` has it, for one stand-in; asked on every page of staff and in every verb of theirs, so it stands here as
#: it is sent.
_LENT = """
    SELECT term.id, post.id, post.organisation_id, post.kind, post.building_id, post.entrance_id, term.person_id, given.estate_id
    FROM desks_handover AS given JOIN organisations_term AS term ON term.id = given.term_id
    JOIN organisations_post AS post ON post.id = term.post_id
    WHERE given.stand_in_id = %s AND given.since <= %s AND given.until > %s AND given.ended_at IS NULL
    AND term.since <= %s AND (term.until IS NULL OR term.until > %s) ORDER BY term.id, given.id
"""


def lent_to(person_id: int, now: datetime) -> tuple[Office, ...]:
    """Return the posts that somebody stands in for at ``now``, each with the estates that it was handed over in (one query)."""
    moment = connection.ops.adapt_datetimefield_value(now)
    found: dict[int, Office] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LENT, [person_id, moment, moment, moment, moment])
        rows = cursor.fetchall()
    for term_id, post_id, organisation_id, kind, building_id, entrance_id, giver_id, estate_id in rows:
        before = found.get(term_id)
        found[term_id] = Office(
            term_id=term_id,
            post_id=post_id,
            organisation_id=organisation_id,
            kind=kind,
            estate_ids=(before.estate_ids if before else frozenset()) | {estate_id},
            building_id=building_id,
            entrance_id=entrance_id,
            stands_for=giver_id,
        )
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Given:
    """A hand-over as it was made: one post, one stand-in, all estates of the post. ``state`` ``now``, ``ahead``, ``over``."""

    rows: tuple[HandOver, ...]
    state: str
    mine: bool
    to_me: bool

    @property
    def first(self) -> HandOver:
        """One of its rows: they differ by their estate alone."""
        return self.rows[0]

    @property
    def estates(self) -> tuple[Estate, ...]:
        """The estates in which the post was handed over."""
        return tuple(row.estate for row in self.rows)


def in_office(person_ids: Collection[int], now: datetime) -> set[int]:
    """Return who of these holds a post of his own at ``now``: nobody else stands in for anybody (one query)."""
    terms = Term.objects.filter(Q(until__isnull=True) | Q(until__gt=now), person_id__in=person_ids, since__lte=now)
    return set(terms.values_list("person_id", flat=True))


def _state(row: HandOver, now: datetime, posted: Collection[int]) -> str:
    if row.ended_at is not None or row.until <= now or (row.term.until is not None and row.term.until <= now):
        return "over"
    if row.since > now:
        return "ahead"
    return "now" if row.stand_in_id in posted else "over"


def _given(actor: Actor, rows: list[HandOver], now: datetime, posted: Collection[int]) -> Given:
    row = rows[0]
    return Given(
        rows=tuple(rows),
        state=_state(row, now, posted),
        mine=row.term.person_id == actor.person_id,
        to_me=row.stand_in_id == actor.person_id,
    )


def hand_overs(actor: Actor, *, now: datetime, limit: int = 100) -> list[Given]:
    """Return the hand-overs that the actor may read, those that hold before those to come and those that are over (two queries)."""
    rows = policy.visible_to(actor).select_related("estate", "term__post", "term__person", "stand_in")
    grouped: dict[str, list[HandOver]] = {}
    for row in rows.order_by("-since", "-pk")[: limit * 4]:
        grouped.setdefault(row.salt, []).append(row)
    posted = in_office({some[0].stand_in_id for some in grouped.values()}, now)
    given = [_given(actor, some, now, posted) for some in grouped.values()]
    return sorted(given, key=lambda each: ("now", "ahead", "over").index(each.state))[:limit]


def hand_over_of(actor: Actor, pk: int) -> HandOver | None:
    """Return one of them by its number."""
    return (
        policy.visible_to(actor)
        .select_related("estate", "term__post", "term__person", "stand_in")
        .filter(pk=pk)
        .first()
    )


def given_of(actor: Actor, row: HandOver, *, now: datetime) -> Given:
    """Return a hand-over with its rows in all estates that the actor may read of (two queries)."""
    rows = policy.visible_to(actor).select_related("estate", "term__post", "term__person", "stand_in")
    return _given(actor, list(rows.filter(salt=row.salt).order_by("estate_id")), now, in_office([row.stand_in_id], now))


def posts_of(person_ids: Iterable[int], *, now: datetime) -> dict[int, list[str]]:
    """Return the kinds of the posts that people hold (one query)."""
    held: dict[int, list[str]] = {}
    terms = Term.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now), person_id__in=list(person_ids), since__lte=now
    )
    for person_id, kind in terms.order_by("since", "pk").values_list("person_id", "post__kind"):
        if kind not in held.setdefault(person_id, []):
            held[person_id].append(kind)
    return held


def candidates(office: Office, person_id: int | None, *, now: datetime) -> list[Person]:
    """Return who may stand in for a post: who holds another in the same body, or one with duties in one of its estates.

    Two queries. Nobody who lost his own post, and not the holder himself.
    """
    regions = {
        region.pk
        for region_id in Estate.objects.filter(pk__in=office.estate_ids).values_list("region_id", flat=True).distinct()
        for region in path(region_id)
    }
    trusted = [code for code, kind in KINDS.items() if kind.duties]
    terms = Term.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now),
        Q(post__organisation_id=office.organisation_id)
        | Q(post__estate_id__in=office.estate_ids)
        | Q(post__region_id__in=regions),
        since__lte=now,
        post__kind__in=trusted,
    )
    return list(Person.objects.filter(pk__in=terms.values("person_id")).exclude(pk=person_id or 0).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done in another's stead: the entry of the record, and the one that says so."""

    entry: Entry
    said: Entry


def acts_of(rows: Collection[HandOver]) -> list[Act]:
    """Return what was done by hand-overs, the latest first (two queries)."""
    said = list(
        Entry.objects.filter(
            kind=ACTED, subject_kind="hand_over", subject_id__in=[row.pk for row in rows],
            estate_id__in={row.estate_id for row in rows},
        ).order_by("-at", "-seq")[:MOST_ACTS]
    )  # fmt: skip
    wanted = Q(pk__in=[])
    for each in said:
        wanted |= Q(estate_id=each.estate_id, seq=each.facts["seq"])
    done = {(entry.estate_id, entry.seq): entry for entry in Entry.objects.filter(wanted)} if said else {}
    return [Act(done[key], each) for each in said if (key := (each.estate_id, each.facts["seq"])) in done]


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those stood in for, for the colleague who does (one query, none for nobody)."""
    if not person_ids:
        return {}
    return dict(Person.objects.filter(pk__in=person_ids).order_by().values_list("pk", F("name")))
