"""The actor: who is asking, with the homes and posts that he has at this moment. Every verb is given one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from yishiting.ground.organisations.kinds import KINDS, Duty
from yishiting.ground.people.models import Person

#: What goes along when a holder has another do his work for some days: what falls due at a desk. The roster, the calendar,
#: cases of mediation and reading everything as a supervisor stay with the holder.
LENT = frozenset(
    {
        *(Duty.TRIAGE, Duty.MEET, Duty.VOTE, Duty.PAPER, Duty.PROJECT, Duty.STEP),
        *(Duty.NOTICE, Duty.REVIEW, Duty.CANVASS, Duty.APPRAISE),
    }
)


@dataclass(frozen=True, slots=True)
class Office:
    """A post held now: its kind and the place it answers for (estate ids that a region covers are resolved).

    ``stands_for`` is who holds it, where the actor only stands in for him; None for the actor's own.
    """

    term_id: int
    post_id: int
    organisation_id: int
    kind: str
    estate_ids: frozenset[int]
    building_id: int | None = None
    entrance_id: int | None = None
    stands_for: int | None = None

    @property
    def duties(self) -> frozenset[Duty]:
        """What the kind of post is trusted with; nothing for a kind not known. Of a post that is lent, what goes along."""
        duties = KINDS[self.kind].duties if self.kind in KINDS else frozenset()
        return duties if self.stands_for is None else duties & LENT


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at a door. ``person_id`` is None for anyone from the street and for the system itself."""

    person_id: int | None = None
    is_system: bool = False
    offices: tuple[Office, ...] = ()
    owned: frozenset[tuple[int, int]] = frozenset()  # (estate id, home id)
    lived_in: frozenset[tuple[int, int]] = frozenset()
    groups: frozenset[int] = frozenset()  # owner groups that the person is a member of

    @property
    def is_nobody(self) -> bool:
        """Whether nobody is signed in."""
        return self.person_id is None and not self.is_system

    @property
    def homes(self) -> frozenset[tuple[int, int]]:
        """All (estate id, home id) that the person owns or lives in."""
        return self.owned | self.lived_in

    def belongs_to(self, estate_id: int) -> bool:
        """Whether the person owns, lives in or answers for something in the estate."""
        return any(estate == estate_id for estate, _ in self.homes) or any(
            estate_id in office.estate_ids for office in self.offices
        )

    def has_duty(self, duty: Duty, estate_id: int, *, building_id: int | None = None) -> bool:
        """Whether a post held now carries ``duty`` in the estate (and building, for a post of one building)."""
        return self.is_system or any(
            duty in office.duties
            and estate_id in office.estate_ids
            and (office.building_id is None or building_id is None or office.building_id == building_id)
            for office in self.offices
        )

    def has_post(self, kind: str, estate_id: int) -> bool:
        """Whether the person holds a post of ``kind`` for the estate or a part of it."""
        return any(office.kind == kind and estate_id in office.estate_ids for office in self.offices)

    @property
    def duties(self) -> frozenset[Duty]:
        """Every duty that some post held now carries, wherever: which doors of the desk open at all."""
        return frozenset().union(*(office.duties for office in self.offices)) if self.offices else frozenset()

    @property
    def estates_served(self) -> frozenset[int]:
        """Ids of all estates that a post held now answers for."""
        return frozenset().union(*(office.estate_ids for office in self.offices)) if self.offices else frozenset()


NOBODY = Actor()
SYSTEM = Actor(is_system=True)

#: Gives the posts that somebody stands in for; the room that knows them stands above this one and says how.
Lender = Callable[[int, datetime], tuple[Office, ...]]
_lenders: list[Lender] = []


def lend_by(lender: Lender) -> None:
    """Have ``lender(person_id, now)`` asked for the posts that somebody stands in for."""
    _lenders.append(lender)


# Every page and every verb of somebody who is signed in passes these, and to compose them anew takes Django several times as
# long as to run them. So they stand here as they are sent.
_HOMES = """
    SELECT 1, estate_id, home_id, group_id FROM people_holding
    WHERE person_id = %s AND since <= %s AND (until IS NULL OR until > %s)
    UNION ALL SELECT 0, estate_id, home_id, 0 FROM people_residence
    WHERE person_id = %s AND since <= %s AND (until IS NULL OR until > %s)
"""
_OFFICES = """
    SELECT term.id, post.id, post.organisation_id, post.kind, post.building_id, post.entrance_id, post.estate_id, post.region_id
    FROM organisations_term AS term JOIN organisations_post AS post ON post.id = term.post_id
    WHERE term.person_id = %s AND term.since <= %s AND (term.until IS NULL OR term.until > %s) ORDER BY term.id
"""


def actor_for(person: Person, *, now: datetime) -> Actor:
    """Return the actor for ``person`` with what he owns, lives in and holds at ``now`` (at most 3 queries, and one for each
    region that a post of his answers for).

    Only who holds a post himself stands in for others; his own posts come first.
    """
    moment = connection.ops.adapt_datetimefield_value(now)
    asked = [person.pk, moment, moment]
    homes = _rows(_HOMES, [*asked, *asked])
    terms = _rows(_OFFICES, asked)
    regions = {region_id for *_, region_id in terms if region_id is not None}
    covered = {region_id: _estates_under(region_id) for region_id in regions}
    offices = tuple(
        Office(
            term_id=term_id,
            post_id=post_id,
            organisation_id=organisation_id,
            kind=kind,
            estate_ids=covered[region_id] if region_id is not None else _only(estate_id),
            building_id=building_id,
            entrance_id=entrance_id,
        )
        for term_id, post_id, organisation_id, kind, building_id, entrance_id, estate_id, region_id in terms
    )
    if offices:
        offices += tuple(office for lender in _lenders for office in lender(person.pk, now))
    return Actor(
        person_id=person.pk,
        offices=offices,
        owned=frozenset((estate, home) for owns, estate, home, _ in homes if owns),
        lived_in=frozenset((estate, home) for owns, estate, home, _ in homes if not owns),
        groups=frozenset(group for owns, _, _, group in homes if owns),
    )


def _rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _only(estate_id: int | None) -> frozenset[int]:
    return frozenset() if estate_id is None else frozenset({estate_id})


#: Down the tree from one region: a city has thousands of estates, of which a community has ten.
_UNDER = """
    WITH RECURSIVE inside (id) AS (
        SELECT id FROM places_region WHERE id = %s
        UNION SELECT r.id FROM places_region r JOIN inside ON r.parent_id = inside.id
    )
    SELECT e.id FROM places_estate e JOIN inside ON e.region_id = inside.id
"""


def _estates_under(region_id: int) -> frozenset[int]:
    """Return the ids of the estates in a region and below it (one query)."""
    return frozenset(estate_id for (estate_id,) in _rows(_UNDER, [region_id]))
