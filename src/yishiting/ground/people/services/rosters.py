"""Taking in a roster: the difference first, then all of it or nothing, in one transaction.

A home that the new file does not name stays: rosters have gaps, and a home with a history is never removed by a file. A home
whose owner the file does not know keeps the owner on record, since not knowing is no sale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from yishiting.ground.people import secrets
from yishiting.ground.people.models import (
    Holding,
    OwnerGroup,
    OwnerGroupMember,
    Person,
    Residence,
    UnsettledPhone,
)
from yishiting.ground.people.roster.diff import Difference, KnownHome, difference
from yishiting.ground.people.roster.groups import name_set, normalise_phone, owner_group_key
from yishiting.ground.people.roster.labels import HomeKey, building_key, entrance_key, home_key
from yishiting.ground.people.roster.model import HomeRow, Kind, Roster, natural
from yishiting.ground.places.models import Building, Entrance, Estate, Home
from yishiting.timeline.services import book

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did."""

    estate: Estate
    difference: Difference
    homes: int


def key_of(home: Home) -> HomeKey:
    """Return what a home on record is compared by; its building and entrance are loaded."""
    return home_key(building=home.building.label, entrance=home.entrance.label, room=home.room)


def known_homes(estate: Estate) -> dict[HomeKey, KnownHome]:
    """Return the homes on record with their owners, as the comparison wants them (4 queries)."""
    people: dict[int, dict[int, tuple[str, str]]] = {}
    for home_id, group_id, name, sealed in (
        Holding.objects.filter(estate=estate, until__isnull=True)
        .order_by("home_id", "pk")
        .values_list("home_id", "person_id", "person__name", "person__phone_sealed")
    ):
        people.setdefault(home_id, {})[group_id] = (name, secrets.unseal(sealed))
    found: dict[HomeKey, KnownHome] = {}
    for home in Home.objects.filter(estate=estate).select_related("building", "entrance"):
        owners = list(people.get(home.pk, {}).values())
        found[key_of(home)] = KnownHome(
            building=home.building.label,
            entrance=home.entrance.label,
            room=home.room,
            area=home.area,
            owners=tuple(name for name, _ in owners),
            phones=tuple(dict.fromkeys(phone for _, phone in owners if phone)),
            kind=Kind(home.kind),
            residents=home.residents,
        )
    return found


def preview_roster(*, estate: Estate | None, roster: Roster, allow_new: bool = False) -> Difference:
    """Return what an import would change, and which rows it would refuse; nothing is written."""
    return difference(known_homes(estate) if estate else {}, roster, allow_new=allow_new)


@dataclass
class _Writer:
    """Writes one roster with few queries: each kind of row is read once and created in bulk."""

    estate: Estate
    now: datetime
    homes: dict[HomeKey, Home] = field(default_factory=dict)

    def places(self, rows: Iterable[HomeRow]) -> None:
        """Create what is new of buildings, entrances and homes, and bring areas, kinds and residents up to date."""
        rows = list(rows)
        buildings = {building_key(row.label): row for row in Building.objects.filter(estate=self.estate)}
        labels = {row.key.building: row.building for row in rows if row.key.building not in buildings}
        for building in Building.objects.bulk_create(
            Building(estate=self.estate, label=label, order=len(buildings) + order)
            for order, label in enumerate(sorted(labels.values(), key=natural))
        ):
            buildings[building_key(building.label)] = building
        entrances = {
            (building_key(row.building.label), entrance_key(row.label)): row
            for row in Entrance.objects.filter(estate=self.estate).select_related("building")
        }
        wanted = {row.key[:2]: row.entrance for row in rows if row.key[:2] not in entrances}
        made = Entrance.objects.bulk_create(
            Entrance(estate=self.estate, building=buildings[key[0]], label=label, order=order)
            for order, (key, label) in enumerate(sorted(wanted.items(), key=lambda item: natural(item[1])))
        )
        entrances |= {(building_key(row.building.label), entrance_key(row.label)): row for row in made}
        self.homes = {
            key_of(home): home
            for home in Home.objects.filter(estate=self.estate).select_related("building", "entrance")
        }
        fresh, changed = [], []
        for order, row in enumerate(rows):
            home = self.homes.get(row.key)
            if home is None:
                home = Home(
                    estate=self.estate,
                    building=buildings[row.key.building],
                    entrance=entrances[row.key[:2]],
                    room=row.room,
                )
                fresh.append(home)
                self.homes[row.key] = home
            else:
                changed.append(home)
            home.order = order
            home.kind = row.kind
            home.area_source = row.area_source
            # A blank cell takes nothing away: the figure on record stays until another one is given.
            home.area = home.area if row.area is None else row.area
            home.residents = home.residents if row.residents is None else row.residents
        Home.objects.bulk_create(fresh, batch_size=500)
        Home.objects.bulk_update(changed, ["order", "kind", "area", "area_source", "residents"], batch_size=500)

    def owners(self, rows: Iterable[HomeRow]) -> None:
        """Create people, owner groups and holdings; end the holdings of homes that changed hands."""
        rows = [row for row in rows if row.owners]
        keys = {self._key(row): row for row in rows}
        groups = {group.key: group for group in OwnerGroup.objects.filter(estate=self.estate, key__in=list(keys))}
        missing = {key: row for key, row in keys.items() if key not in groups}
        members = self._people({key: (row.owners, row.phones) for key, row in missing.items()})
        for group in OwnerGroup.objects.bulk_create(
            (OwnerGroup(estate=self.estate, key=key) for key in missing), batch_size=500
        ):
            groups[group.key] = group
        OwnerGroupMember.objects.bulk_create(
            (
                OwnerGroupMember(group=groups[key], person=person, order=order)
                for key, people in members.items()
                for order, person in enumerate(people)
            ),
            batch_size=500,
        )
        in_group: dict[int, list[int]] = {}
        for group_id, person_id in OwnerGroupMember.objects.filter(group__in=list(groups.values())).values_list(
            "group_id", "person_id"
        ):
            in_group.setdefault(group_id, []).append(person_id)
        held: dict[int, set[int]] = {}
        for home_id, group_id in Holding.objects.filter(estate=self.estate, until__isnull=True).values_list(
            "home_id", "group_id"
        ):
            held.setdefault(home_id, set()).add(group_id)
        sold, holdings = [], []
        for row in rows:
            home, group = self.homes[row.key], groups[self._key(row)]
            before = held.get(home.pk, set())
            if group.pk in before:
                continue
            if before:
                sold.append(home.pk)
            holdings += [
                Holding(estate=self.estate, home=home, person_id=person, group=group, since=self.now)
                for person in in_group[group.pk]
            ]
        Holding.objects.filter(estate=self.estate, home_id__in=sold, until__isnull=True).update(until=self.now)
        Holding.objects.bulk_create(holdings, batch_size=500)

    def tenants(self, rows: Iterable[HomeRow]) -> None:
        """Record who lives in a home without owning it."""
        wanted = {row.key: (row.tenants, row.tenant_phones) for row in rows if row.tenants}
        living = set(
            Residence.objects.filter(estate=self.estate, until__isnull=True).values_list("home_id", "person__name")
        )
        fresh = {
            key: people
            for key, people in wanted.items()
            if any((self.homes[key].pk, name) not in living for name in people[0])
        }
        residences = [
            Residence(
                estate=self.estate, home=self.homes[key], person=person, kind=Residence.Kind.TENANT, since=self.now
            )
            for key, people in self._people(fresh).items()
            for person in people
            if (self.homes[key].pk, person.name) not in living
        ]
        Residence.objects.bulk_create(residences, batch_size=500)

    def shared_phones(self, rows: Iterable[HomeRow]) -> None:
        """Block sign-in by a phone that different names share, until staff settle whose it is."""
        names: dict[str, set[frozenset[str]]] = {}
        for row in rows:
            for people, phones in ((row.owners, row.phones), (row.tenants, row.tenant_phones)):
                for phone in phones:
                    names.setdefault(normalise_phone(phone) or phone, set()).add(name_set(people))
        shared = [secrets.lookup_hash(phone) for phone, sets in names.items() if len(sets) > 1]
        UnsettledPhone.objects.bulk_create(
            (UnsettledPhone(estate=self.estate, phone_hash=phone) for phone in shared),
            ignore_conflicts=True,
            batch_size=500,
        )

    def _key(self, row: HomeRow) -> str:
        """Return the stored key of a row's owner group, hashed with a key since names and phones are in it."""
        names = "/".join(sorted(name_set(row.owners)))
        return secrets.lookup_hash(owner_group_key(row.owners, row.phones) or f"{names}@{'|'.join(row.key)}")

    def _people(self, wanted: Mapping[K, tuple[tuple[str, ...], tuple[str, ...]]]) -> dict[K, list[Person]]:
        """Return the persons for each key: those known by the same name and phone, new ones for the rest.

        As many phones as names belong to them in order; otherwise the first name keeps the first phone.
        """
        slots: list[tuple[K, str, str]] = []
        for key, (names, phones) in wanted.items():
            paired = phones if len(phones) == len(names) else (*phones[:1], *[""] * len(names))
            slots += [(key, name, normalise_phone(phone) or phone) for name, phone in zip(names, paired, strict=False)]
        hashes = {phone: secrets.lookup_hash(phone) for _, _, phone in slots if phone}
        known = {
            (person.name, person.phone_hash): person
            for person in Person.objects.filter(phone_hash__in=list(hashes.values())).order_by("-pk")
        }
        found: dict[K, list[Person]] = {key: [] for key in wanted}
        fresh: list[Person] = []
        for key, name, phone in slots:
            person = known.get((name, hashes[phone])) if phone else None
            if person is None:
                person = Person(name=name)
                if phone:
                    person.phone = phone
                    known[name, person.phone_hash] = person
                fresh.append(person)
            found[key].append(person)
        Person.objects.bulk_create(fresh, batch_size=500)
        return found


def apply_roster(
    *, estate: Estate, roster: Roster, actor_id: int | None, now: datetime, allow_new: bool = False
) -> Taken:
    """Take in what the comparison lets through; refused rows stay out, the rest is written whole or not at all."""
    with book(estate.pk, actor_id=actor_id, now=now) as record:
        found = difference(known_homes(estate), roster, allow_new=allow_new)
        rows = found.roster.homes
        writer = _Writer(estate, now)
        writer.places(rows)
        writer.owners(rows)
        writer.tenants(rows)
        writer.shared_phones(rows)
        record.write(
            "people.roster_imported",
            subject=("estate", estate.pk),
            facts={
                "homes": len(rows),
                "added": len(found.added),
                "changed": len(found.changed),
                "refused": len(found.roster.errors),
            },
        )
    return Taken(estate, found, len(rows))
