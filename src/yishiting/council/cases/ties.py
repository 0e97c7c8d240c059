"""Who is tied to whom: the households and bodies of people, as they stand now (RULES §7: a mediator is of neither side)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q

from yishiting.council.cases import lifecycle
from yishiting.council.cases.lifecycle import Ties
from yishiting.council.cases.models import CaseParty
from yishiting.ground.organisations import interests, kinds
from yishiting.ground.organisations.models import Organisation, Post, Term
from yishiting.ground.organisations.selectors import responsible
from yishiting.ground.people.models import Holding, Residence
from yishiting.ground.places.models import Estate

SUPERVISOR = "case_supervisor"


def _now(now: datetime) -> Q:
    return Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))


def _homes_of(people: Collection[int], now: datetime) -> set[int]:
    held = Holding.objects.filter(_now(now), person__in=people).values_list("home_id", flat=True)
    lived = Residence.objects.filter(_now(now), person__in=people).values_list("home_id", flat=True)
    return {*held, *lived}


def _people_in(homes: Collection[int], now: datetime) -> set[int]:
    held = Holding.objects.filter(_now(now), home__in=homes).values_list("person_id", flat=True)
    lived = Residence.objects.filter(_now(now), home__in=homes).values_list("person_id", flat=True)
    return {*held, *lived}


def of_person(person_id: int, *, now: datetime) -> Ties:
    """Return what somebody is tied by, declared interests included (four queries)."""
    bodies = Term.objects.filter(_now(now), person=person_id).values_list("post__organisation_id", flat=True)
    declared = interests.standing(now).filter(person=person_id).values_list("home_id", "organisation_id")
    homes = _homes_of({person_id}, now).union(home for home, _ in declared if home is not None)
    return Ties(
        frozenset({person_id}),
        frozenset(homes),
        frozenset(bodies).union(body for _, body in declared if body is not None),
    )


def of_parties(parties: Iterable[CaseParty], *, now: datetime) -> Ties:
    """Return what parties are tied by.

    Of a home everybody who owns it or lives there; of each person every home that he owns or lives in, so that one flat
    of a family is as near as the other; of a body those above and below it.
    """
    rows = list(parties)
    homes = {row.home_id for row in rows if row.home_id is not None}
    people = {row.person_id for row in rows if row.person_id is not None} | _people_in(homes, now)
    bodies = {row.organisation_id for row in rows if row.organisation_id is not None}
    near = Organisation.objects.filter(Q(parent__in=bodies) | Q(children__in=bodies)).values_list("pk", flat=True)
    return Ties(frozenset(people), frozenset(homes | _homes_of(people, now)), frozenset(bodies | set(near)))


def people_of(parties: Iterable[CaseParty], *, now: datetime) -> set[int]:
    """Return who speaks for these parties now: the people, everybody of the homes, the holders of the bodies' posts."""
    rows = list(parties)
    bodies = [row.organisation_id for row in rows if row.organisation_id is not None]
    holders = Term.objects.filter(_now(now), post__organisation__in=bodies).values_list("person_id", flat=True)
    people = {row.person_id for row in rows if row.person_id is not None}
    return people | _people_in([row.home_id for row in rows if row.home_id is not None], now) | set(holders)


def post_for(estate: Estate, parties: Iterable[CaseParty], *, now: datetime) -> Post | None:
    """Return the post that looks after a case: the nearest one that is held by somebody without a tie to a party.

    Where the only holder is tied, the next post up gets it; None where nobody up to the top is free.
    """
    tied = of_parties(parties, now=now)
    for kind in kinds.chain(SUPERVISOR):
        found = responsible(kind=kind, estate=estate, now=now)
        if found is not None and any(
            lifecycle.conflict(of_person(person, now=now), tied) is None for person in found.person_ids
        ):
            return found.post
    return None
