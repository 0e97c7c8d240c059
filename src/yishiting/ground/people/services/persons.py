"""Persons for the names and phones of a roster: those on record by the same name and phone, new ones for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db.models import Q

from yishiting.ground.people import secrets
from yishiting.ground.people.models import Holding, OwnerGroupMember, Person, Residence
from yishiting.ground.people.roster.groups import normalise_phone
from yishiting.ground.people.roster.text import compact
from yishiting.ground.places.models import Estate

T = TypeVar("T")
CHUNK = 900
"""How many values stand in one ``IN``: SQLite's older limit is 999 a statement."""


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Part ``values`` into lists that fit one statement."""
    rest = iter(values)
    while part := list(islice(rest, CHUNK)):
        yield part


def same_name(name: str) -> str:
    """Return a name as it is compared: a space typed between two characters makes nobody else."""
    return compact(name).casefold()


def paired(names: Sequence[str], phones: Sequence[str]) -> list[tuple[str, str]]:
    """Say whose each phone is: in order where there are as many as names, else the first phone is the first name's."""
    given = list(phones) if len(phones) == len(names) else [*phones[:1], *[""] * len(names)]
    return [(name, normalise_phone(phone) or phone) for name, phone in zip(names, given, strict=False)]


class Persons:
    """Finds and makes persons in bulk. Rows of one name and phone are one person, in whatever estate they stand.

    ``shared`` gathers the hashes of phones that a new person has in common with somebody of another name.
    """

    def __init__(self) -> None:
        self.shared: set[str] = set()
        self._hashes: dict[str, str] = {}
        self._by_phone: dict[str, dict[str, Person]] = {}
        self._fresh: list[Person] = []

    def hash_of(self, phone: str) -> str:
        """Return the look-up hash of a phone, made once."""
        if phone not in self._hashes:
            self._hashes[phone] = secrets.lookup_hash(phone)
        return self._hashes[phone]

    def load(self, phones: Iterable[str]) -> None:
        """Read who has these phones now (one query for each 900)."""
        wanted = {self.hash_of(phone) for phone in phones if phone} - self._by_phone.keys()
        for part in chunks(sorted(wanted)):
            self._by_phone.update((phone, {}) for phone in part)
            # The row with the account speaks for the name; else the oldest.
            rows = Person.objects.filter(phone_hash__in=part).select_related("account")
            for person in sorted(rows, key=lambda row: (not hasattr(row, "account"), row.pk)):
                self._by_phone[person.phone_hash].setdefault(same_name(person.name), person)

    def find(self, name: str, phone: str) -> Person | None:
        """Return who is on record by this name and phone. The phone is loaded."""
        return self._by_phone[self.hash_of(phone)].get(same_name(name)) if phone else None

    def get(self, name: str, phone: str) -> Person:
        """Return the person of this name and phone, a new one where none is known; :meth:`save` writes it."""
        person = self.find(name, phone)
        if person is None:
            person = Person(name=name)
            self._fresh.append(person)
            if phone:
                self.give(person, phone)
        return person

    def give(self, person: Person, phone: str) -> None:
        """Give a person a phone that is loaded; somebody of another name who has it already makes it shared."""
        person.phone_sealed, person.phone_hash = secrets.seal(phone), self.hash_of(phone)
        having = self._by_phone[person.phone_hash]
        having.setdefault(same_name(person.name), person)
        if len(having) > 1:
            self.shared.add(person.phone_hash)

    def save(self) -> None:
        """Write the new persons, so that they have ids."""
        Person.objects.bulk_create(self._fresh, batch_size=500)
        self._fresh = []


def known_elsewhere(estate: Estate, person_ids: Iterable[int], *, group_ids: Iterable[int]) -> set[int]:
    """Return who of ``person_ids`` is more than a member of ``group_ids`` in this estate.

    Such a person is not given another phone by a roster: whoever has the phone signs in, and an estate's roster must not
    open the door to another estate's homes or to a post.
    """
    groups = set(group_ids)
    found: set[int] = set()
    for part in chunks(sorted(set(person_ids))):
        found.update(Holding.objects.filter(person__in=part).exclude(estate=estate).values_list("person_id", flat=True))
        found.update(
            Residence.objects.filter(person__in=part).exclude(estate=estate).values_list("person_id", flat=True)
        )
        found.update(
            person
            for person, group in OwnerGroupMember.objects.filter(person__in=part).values_list("person_id", "group_id")
            if group not in groups
        )
        # Posts stand a room higher; the relation's own name asks for them without knowing that room.
        found.update(Person.objects.filter(Q(pk__in=part), Q(terms__isnull=False)).values_list("pk", flat=True))
    return found
