"""Whom a line of a list means: people who own or live in a home of the estate, or hold a post that answers for it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from yishiting.ground.organisations.interests import regions_above
from yishiting.ground.organisations.models import Term
from yishiting.ground.people import secrets
from yishiting.ground.people.models import Holding, Person, Residence
from yishiting.ground.places.models import Estate
from yishiting.kernel.words import Sentence, gettext_noop

#: As many lines as one list may have.
MOST_LINES = 500
_PHONE = re.compile(r"1\d{10}")


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a line means, or why nobody: ``line`` from 1, the person with a door of his that tells him from a namesake."""

    line: int
    text: str
    person_id: int | None = None
    name: str = ""
    door: str = ""
    fault: Sentence | None = None


def _current(now: datetime) -> Q:
    return Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))


def of_estate(estate: Estate, *, now: datetime) -> QuerySet[Person]:
    """Return everybody who owns or lives in a home of the estate, or holds a post that answers for it."""
    here = _current(now)
    posts = Q(post__estate=estate) | Q(post__region__in=regions_above(estate))
    return Person.objects.filter(
        Q(pk__in=Holding.objects.filter(here, estate=estate).values("person"))
        | Q(pk__in=Residence.objects.filter(here, estate=estate).values("person"))
        | Q(pk__in=Term.objects.filter(here, posts).values("person"))
    )


def doors_of(estate: Estate, people: Collection[int], *, now: datetime) -> dict[int, list[str]]:
    """Return the doors of people in an estate, in the order of its homes (two queries)."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for rows in (Holding.objects, Residence.objects):
        for row in rows.filter(_current(now), estate=estate, person__in=people).select_related(
            "home__entrance__building"
        ):
            found[row.person_id].append((row.home.order, str(row.home)))
    return {person: [door for _, door in sorted(set(doors))] for person, doors in found.items()}


def in_building(estate: Estate, building_id: int, *, now: datetime) -> list[tuple[int, str, str]]:
    """Return who owns or lives in a home of a building, as (person, name, door), in the order of its homes."""
    found: dict[int, tuple[int, str, str]] = {}
    for rows in (Holding.objects, Residence.objects):
        here = rows.filter(_current(now), estate=estate, home__building=building_id)
        for row in here.select_related("person", "home__entrance__building").order_by("home__order", "pk"):
            found.setdefault(row.person_id, (row.home.order, row.person.name, str(row.home)))
    ordered = sorted(found.items(), key=lambda each: (each[1][0], each[0]))
    return [(person, name, door) for person, (_, name, door) in ordered]


def meant(estate: Estate, lines: Sequence[str], *, now: datetime) -> list[Meant]:
    """Return whom each line means: a name, and for namesakes a door or a phone behind it. Empty lines are left out.

    Asks the database four times, however many lines there are. A line that means nobody, or more than one, says so.
    """
    split = [(no, text, *_split(text)) for no, text in enumerate(lines, 1) if _plain(text)]
    named: dict[str, list[Person]] = defaultdict(list)
    for person in of_estate(estate, now=now).filter(name__in={name for _, _, name, _ in split}).order_by("pk"):
        named[person.name].append(person)
    doors = doors_of(estate, [each.pk for people in named.values() for each in people], now=now)
    return [_meant(no, text, hint, named.get(name, []), doors) for no, text, name, hint in split]


def _meant(no: int, text: str, hint: str, people: list[Person], doors: dict[int, list[str]]) -> Meant:
    if not people:
        words = gettext_noop("名册和岗位里没有这个人。请核对姓名，或者先登记到名册里。")
        return Meant(no, text.strip(), fault=Sentence(words))
    fitting = [each for each in people if _fits(each, hint, doors.get(each.pk, []))] if hint else people
    if not fitting:
        return Meant(no, text.strip(), fault=Sentence(gettext_noop("名字有，后面写的房号或电话对不上。请核对。")))
    if len(fitting) > 1:
        words = gettext_noop("有 {n} 位叫这个名字。请在名字后面写上房号或电话。")
        return Meant(no, text.strip(), fault=Sentence(words, n=len(fitting)))
    (person,) = fitting
    return Meant(no, text.strip(), person.pk, person.name, next(iter(doors.get(person.pk, [])), ""))


def _split(text: str) -> tuple[str, str]:
    """Return the name that a line begins with, and what follows it."""
    name, *rest = re.split(r"[\s,，、;；]+", unicodedata.normalize("NFKC", text).strip())
    return name, _plain("".join(rest))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def _fits(person: Person, hint: str, doors: Sequence[str]) -> bool:
    if _PHONE.fullmatch(hint):
        return bool(person.phone_hash) and person.phone_hash == secrets.lookup_hash(hint)
    return any(_plain(door).endswith(hint) for door in doors)
