"""Who is tied to whom: the households and bodies of people, as they stand now (RULES §7: a mediator is of neither side)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F, Q

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
    return of_people({person_id}, now=now)[person_id]


def of_people(people: Collection[int], *, now: datetime) -> dict[int, Ties]:
    """Return what each of these people is tied by, declared interests included (four queries, however many)."""
    homes: dict[int, set[int]] = {person: set() for person in people}
    bodies: dict[int, set[int]] = {person: set() for person in people}
    for model in (Holding, Residence):
        for person, home in model.objects.filter(_now(now), person__in=people).values_list("person_id", "home_id"):
            homes[person].add(home)
    held = Term.objects.filter(_now(now), person__in=people).values_list("person_id", "post__organisation_id")
    for person, body in held:
        bodies[person].add(body)
    declared = interests.standing(now).filter(person__in=people)
    for person, near_home, near_body in declared.values_list("person_id", "home_id", "organisation_id"):
        homes[person or 0].update({near_home} - {None})
        bodies[person or 0].update({near_body} - {None})
    return {person: Ties(frozenset({person}), frozenset(homes[person]), frozenset(bodies[person])) for person in people}


def of_parties(parties: Iterable[CaseParty], *, now: datetime) -> Ties:
    """Return what parties are tied by.

    Of a home everybody who owns it or lives there; of each person every home that he owns or lives in, so that one flat
    of a family is as near as the other; of a body those above and below it.
    """
    rows = list(parties)
    homes = {row.home_id for row in rows if row.home_id is not None}
    people = {row.person_id for row in rows if row.person_id is not None} | _people_in(homes, now)
    bodies = {row.organisation_id for row in rows if row.organisation_id is not None}
    near = {other for one, other in _near(bodies) if one in bodies}
    return Ties(frozenset(people), frozenset(homes | _homes_of(people, now)), frozenset(bodies | near))


def of_cases(cases: Collection[int], *, now: datetime) -> dict[int, Ties]:
    """Return what the parties of each of these cases are tied by, as :func:`of_parties` does (six queries, however many)."""
    people: dict[int, set[int]] = {case: set() for case in cases}
    homes: dict[int, set[int]] = {case: set() for case in cases}
    bodies: dict[int, set[int]] = {case: set() for case in cases}
    rows = CaseParty.objects.filter(case__in=cases)
    for case, person, home, body in rows.values_list("case_id", "person_id", "home_id", "organisation_id"):
        people[case].update({person} - {None})
        homes[case].update({home} - {None})
        bodies[case].update({body} - {None})
    inside = _pairs("home", set().union(*homes.values()), now)
    for case, named in homes.items():
        people[case].update(person for home, person in inside if home in named)
    around = _pairs("person", set().union(*people.values()), now)
    for case, named in people.items():
        homes[case].update(home for home, person in around if person in named)
    pairs = _near(set().union(*bodies.values()))
    for case, named in bodies.items():
        bodies[case] = named | {other for one, other in pairs if one in named}
    return {case: Ties(frozenset(people[case]), frozenset(homes[case]), frozenset(bodies[case])) for case in cases}


def _near(bodies: Collection[int]) -> set[tuple[int, int]]:
    """Return (body, next body) for those right above and below that are of the same kind: a branch of a company is the company."""
    rows = Organisation.objects.filter(kind=F("parent__kind")).filter(Q(pk__in=bodies) | Q(parent__in=bodies))
    found = {(pk, parent) for pk, parent in rows.values_list("pk", "parent_id") if parent is not None}
    return found | {(parent, pk) for pk, parent in found}


def _pairs(of: str, ids: Collection[int], now: datetime) -> set[tuple[int, int]]:
    """Return (home, person) for who owns or lives in a home now, of these homes or of these people (two queries)."""
    here = {f"{of}__in": ids}
    held = Holding.objects.filter(_now(now), **here).values_list("home_id", "person_id")
    lived = Residence.objects.filter(_now(now), **here).values_list("home_id", "person_id")
    return {*held, *lived}


def people_of(parties: Iterable[CaseParty], *, now: datetime) -> set[int]:
    """Return who speaks for these parties now: the people, everybody of the homes, the holders of the bodies' posts here."""
    rows = list(parties)
    bodies = {row.organisation_id: row.estate_id for row in rows if row.organisation_id is not None}
    terms = Term.objects.filter(_now(now), post__organisation__in=bodies)
    holders = [
        person
        for person, body, estate in terms.values_list("person_id", "post__organisation_id", "post__estate_id")
        if estate is None or estate == bodies[body]
    ]
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
