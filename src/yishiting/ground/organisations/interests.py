"""Asks of any verb's actor whether he has an interest in what it decides, and of an estate who has one.

Rooms above tell what they decide (:class:`Room`), and whose homes it is about (:func:`register_homes`); ties are read here,
:mod:`recusal` decides. Nothing of this reads the content of what is decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from yishiting.ground.organisations import recusal
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import KINDS, Duty
from yishiting.ground.organisations.models import Interest, Organisation, Term
from yishiting.ground.organisations.recusal import Act, Affair, Because, Bond, Thing
from yishiting.ground.people.models import Holding, Residence
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import Estate
from yishiting.kernel.verdict import YES, Verdict, no


@dataclass(frozen=True, slots=True)
class Named:
    """A thing as a list shows it: what a reader calls it, and the address that its room gives it by."""

    kind: str
    pk: int
    no: int
    title: str


@dataclass(frozen=True, slots=True)
class Room:
    """What a room above decides.

    ``going(estate_id)`` gives what is not decided yet (of what comes by the thousand, only what an interest may touch);
    ``find(estate_id, no)`` and ``named(ids)`` are for rooms in whose things an interest is declared.
    """

    kind: str
    going: Callable[[int], Iterable[Affair]]
    find: Callable[[int, int], Named | None] | None = None
    named: Callable[[Collection[int]], Mapping[int, Named]] | None = None
    #: Estates where something goes on that ties people without any of them declaring it.
    estates: Callable[[], Collection[int]] = tuple


ROOMS: dict[str, Room] = {}


@dataclass(frozen=True, slots=True)
class Homes:
    """Whose homes things of a kind are about: ``of(ids)`` by the thing, ``touched(estate_id)`` the things that have any."""

    kind: str
    of: Callable[[Collection[int]], Mapping[int, Collection[int]]]
    touched: Callable[[int], Collection[int]]


_HOMES: dict[str, Homes] = {}


def register_room(room: Room) -> None:
    """Have what ``room`` decides looked at; raises ``ValueError`` for a kind that is taken."""
    if room.kind in ROOMS:
        raise ValueError(f"the room of {room.kind!r} is registered twice")
    ROOMS[room.kind] = room


def register_homes(homes: Homes) -> None:
    """Have a room say whose homes things of a kind are about; raises ``ValueError`` for a kind that is taken."""
    if homes.kind in _HOMES:
        raise ValueError(f"the homes of {homes.kind!r} are registered twice")
    _HOMES[homes.kind] = homes


def touched(kind: str, estate_id: int) -> set[int]:
    """Return the things of ``kind`` in an estate in which somebody has declared an interest, ever, or whose homes are known."""
    declared = Interest.objects.filter(estate=estate_id, thing_kind=kind).values_list("thing_id", flat=True)
    found = {pk for pk in declared if pk is not None}
    return found.union(_HOMES[kind].touched(estate_id)) if kind in _HOMES else found


def thing_of(thread: str) -> frozenset[Thing]:
    """Return the matter that a thread of the record names, as a thing; nothing for an empty one."""
    kind, _, number = thread.partition("/")
    return frozenset({(kind, int(number))}) if number.isdecimal() else frozenset()


def standing(now: datetime) -> QuerySet[Interest]:
    """Return the interests that count at ``now``."""
    return Interest.objects.filter(withdrawn_at__isnull=True, since__lte=now).filter(
        Q(until__isnull=True) | Q(until__gt=now)
    )


# -- what an affair touches --------------------------------------------------------------------------------------------


def widened(affairs: Sequence[Affair], *, estate_id: int, now: datetime) -> list[Affair]:
    """Return affairs with the bodies and homes that are known to be touched by them (three queries, however many)."""
    if not affairs:
        return []
    stakes: dict[Thing, set[int]] = defaultdict(set)
    declared = standing(now).filter(estate=estate_id, body__isnull=False)
    for kind, pk, body in declared.values_list("thing_kind", "thing_id", "body_id"):
        stakes[(kind, pk or 0)].add(body)
    things = {thing for affair in affairs for thing in affair.things}
    homes: dict[Thing, Collection[int]] = {}
    for kind, port in _HOMES.items():
        if ids := {pk for each, pk in things if each == kind}:
            homes |= {(kind, pk): found for pk, found in port.of(ids).items()}
    paid = {body for thing in things for body in stakes.get(thing, ())}
    near = _near(paid.union(*(affair.bodies for affair in affairs)))
    wide = []
    for affair in affairs:
        bodies = affair.bodies.union(*(stakes.get(thing, ()) for thing in affair.things))
        wide.append(
            affair.widened(
                bodies=bodies.union(*(near.get(body, ()) for body in bodies)),
                homes=frozenset().union(*(homes.get(thing, ()) for thing in affair.things)),
            )
        )
    return wide


def _near(bodies: Collection[int]) -> dict[int, set[int]]:
    """Return the bodies of the same kind right above and below: a branch of a company is the company."""
    if not bodies:
        return {}
    found: dict[int, set[int]] = defaultdict(set)
    pairs = Organisation.objects.filter(parent__isnull=False).filter(Q(pk__in=bodies) | Q(parent__in=bodies))
    for pk, parent, kind, above in pairs.values_list("pk", "parent_id", "kind", "parent__kind"):
        if kind == above and parent is not None:
            found[pk].add(parent)
            found[parent].add(pk)
    return found


# -- who is tied -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody holds now in an estate or above it."""

    term_id: int
    person_id: int
    post_id: int
    body_id: int
    kind: str

    @property
    def duties(self) -> frozenset[Duty]:
        """What the post is trusted with."""
        return KINDS[self.kind].duties if self.kind in KINDS else frozenset()


def regions_above(estate: Estate) -> list[int]:
    """Return the region that an estate lies in and those above it, from below (one query)."""
    return places.regions_above(estate.region_id)


def holders(estate: Estate, now: datetime) -> list[Held]:
    """Return who holds a post that answers for the estate, a part of it or a region above it."""
    regions = regions_above(estate)
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    here = Q(post__estate=estate) | Q(post__region__in=regions)
    terms = Term.objects.filter(current, here).order_by("post__kind", "pk")
    return [
        Held(*row) for row in terms.values_list("pk", "person_id", "post_id", "post__organisation_id", "post__kind")
    ]


def bonds(held: Collection[Held], *, now: datetime) -> dict[int, Bond]:
    """Return what each of these holders is tied by (three queries)."""
    people = {each.person_id for each in held}
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    homes: dict[int, set[int]] = defaultdict(set)
    for model in (Holding, Residence):
        for person, home in model.objects.filter(current, person__in=people).values_list("person_id", "home_id"):
            homes[person].add(home)
    declared: dict[int, list[Interest]] = defaultdict(list)
    for row in standing(now).filter(person__in=people):
        declared[row.person_id or 0].append(row)
    return {
        person: _bond(
            person,
            posts=[each.post_id for each in held if each.person_id == person],
            bodies=[each.body_id for each in held if each.person_id == person],
            homes=homes.get(person, ()),
            declared=declared.get(person, ()),
        )
        for person in people
    }


def _bond(
    person: int, *, posts: Iterable[int], bodies: Iterable[int], homes: Iterable[int], declared: Iterable[Interest]
) -> Bond:
    rows = list(declared)
    return Bond(
        person,
        posts=frozenset(posts),
        bodies=frozenset(bodies),
        homes=frozenset(homes),
        declared_things=frozenset((row.thing_kind, row.thing_id) for row in rows if row.thing_id is not None),
        declared_bodies=frozenset(row.organisation_id for row in rows if row.organisation_id is not None),
        declared_homes=frozenset(row.home_id for row in rows if row.home_id is not None),
    )


def tied_people(affair: Affair, *, estate: Estate, now: datetime) -> dict[int, Because]:
    """Return which holders of posts keep out of an affair, each with why; quick where nothing ties anybody to it."""
    (wide,) = widened([affair], estate_id=estate.pk, now=now)
    touches = wide.bodies or wide.homes or wide.people or wide.posts
    if not touches and not _declared_in(wide, now):
        return {}
    found = bonds(holders(estate, now), now=now)
    return {person: why for person, bond in found.items() if (why := recusal.because(bond, wide)) is not None}


def _declared_in(affair: Affair, now: datetime) -> bool:
    here = Q(pk__in=[])
    for kind, pk in affair.things:
        here |= Q(thing_kind=kind, thing_id=pk)
    return standing(now).filter(here, person__isnull=False).exists()


# -- the one question that verbs ask -----------------------------------------------------------------------------------


def free(actor: Actor, affair: Affair, act: Act, *, estate: Estate, now: datetime) -> Verdict:
    """Return whether the actor may do ``act`` on an affair, or why he keeps out of it and who does it instead.

    The clock is free of ties; so is whoever holds no interest. Two to three queries, more only for a refusal.
    """
    if actor.is_system or actor.person_id is None:
        return YES
    (wide,) = widened([affair], estate_id=estate.pk, now=now)
    why = recusal.because(bond_of(actor, now), wide) or _for_whom(actor, wide, act, estate=estate, now=now)
    if why is None:
        return YES
    mine = {office.kind for office in actor.offices if estate.pk in office.estate_ids and office.duties & affair.duties}
    return no(recusal.refusal(why, act, stand_in(mine, wide, act, estate=estate, now=now), mine))


def _for_whom(actor: Actor, wide: Affair, act: Act, *, estate: Estate, now: datetime) -> Because | None:
    """Return why those keep out for whom the actor stands in, where he could not do ``act`` in his own right.

    A post that is lent is lent with its ties: nobody has another do what he himself may not.
    """
    able = [
        office for office in actor.offices if estate.pk in office.estate_ids and recusal.TAKES[act] in office.duties
    ]
    lenders = {office.stands_for for office in able if office.stands_for is not None}
    if not lenders or any(office.stands_for is None for office in able):
        return None
    ties = bonds([each for each in holders(estate, now) if each.person_id in lenders], now=now)
    return next((why for bond in ties.values() if (why := recusal.because(bond, wide)) is not None), None)


def bond_of(actor: Actor, now: datetime) -> Bond:
    """Return what an actor is tied by (one query)."""
    return _bond(
        actor.person_id or 0,
        posts=(office.post_id for office in actor.offices),
        bodies=(office.organisation_id for office in actor.offices),
        homes=(home for _, home in actor.homes),
        declared=standing(now).filter(person=actor.person_id),
    )


def stand_in(kinds: Collection[str], wide: Affair, act: Act, *, estate: Estate, now: datetime) -> str:
    """Return the kind of post that does what posts of ``kinds`` may not; empty where nobody without an interest is left."""
    held = holders(estate, now)
    ties = bonds(held, now=now)
    return recusal.instead(kinds, free_kinds(held, ties, wide, act), act)


def free_kinds(held: Iterable[Held], ties: Mapping[int, Bond], wide: Affair, act: Act) -> frozenset[str]:
    """Return the kinds of post, trusted with ``act``, that somebody without an interest in it holds."""
    return frozenset(
        each.kind
        for each in held
        if recusal.TAKES[act] in each.duties and recusal.because(ties[each.person_id], wide) is None
    )
