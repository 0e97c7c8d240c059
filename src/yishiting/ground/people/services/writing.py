"""Writing a roster with few queries: each kind of row is read once, created in bulk, and touched only where it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model

from yishiting.ground.people import secrets
from yishiting.ground.people.models import (
    Holding,
    OwnerGroup,
    OwnerGroupMember,
    Person,
    Residence,
    UnsettledPhone,
)
from yishiting.ground.people.roster.groups import DEVELOPER, name_set, normalise_phone
from yishiting.ground.people.roster.labels import HomeKey, building_key, entrance_key
from yishiting.ground.people.roster.model import HomeRow, Kind, natural
from yishiting.ground.people.services.on_record import (
    OnRecord,
    Owner,
    group_key,
    same_owner,
    takes_area,
)
from yishiting.ground.people.services.persons import Persons, chunks, known_elsewhere, paired, same_name
from yishiting.ground.places.models import Building, Entrance, Estate, Home

BATCH = 500
_CHANGING = ("order", "kind", "area", "area_source", "residents")


@dataclass
class Writer:
    """Writes one roster of an estate; what is ``on_record`` was read under the estate's lock.

    ``touched`` says afterwards whether any row was made or changed.
    """

    estate: Estate
    now: datetime
    on_record: OnRecord
    homes: dict[HomeKey, Home] = field(default_factory=dict)
    persons: Persons = field(default_factory=Persons)
    touched: bool = False
    _keys: dict[HomeKey, str] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------------ places
    def places(self, rows: Sequence[HomeRow]) -> None:
        """Create what is new of buildings, entrances and homes, and bring areas, kinds and residents up to date."""
        buildings = self._buildings(rows)
        entrances = self._entrances(rows, buildings)
        self.homes = dict(self.on_record.homes)
        before = {home.pk: _facts(home) for home in self.homes.values()}
        fresh: list[Home] = []
        for row in rows:
            home = self.homes.get(row.key)
            if home is None:
                home = Home(
                    estate=self.estate,
                    building=buildings[row.key.building],
                    entrance=entrances[row.key[:2]],
                    room=row.room,
                    area=row.area,
                    area_source=row.area_source,
                    residents=row.residents,
                )
                fresh.append(home)
                self.homes[row.key] = home
            home.kind = row.kind
            if takes_area(home, row):
                home.area, home.area_source = row.area, row.area_source
            if row.residents is not None:
                home.residents = row.residents
        _set_orders(self.homes, rows, known=self.on_record.homes)
        Home.objects.bulk_create(fresh, batch_size=BATCH)
        changed = [home for home in self.on_record.homes.values() if before[home.pk] != _facts(home)]
        _update(changed, _CHANGING)
        # A new building or entrance comes with a home of its own.
        self.touched |= bool(fresh or changed)

    def _buildings(self, rows: Sequence[HomeRow]) -> dict[str, Building]:
        """Return the buildings by key, new ones made, all in the order of their numbers."""
        found = {building_key(row.label): row for row in Building.objects.filter(estate=self.estate).order_by("order")}
        fresh = {row.key.building: row.building for row in rows if row.key.building not in found}
        if fresh:
            made = [Building(estate=self.estate, label=label) for label in fresh.values()]
            _number([*found.values(), *made])
            Building.objects.bulk_update(found.values(), ["order"])
            found |= dict(zip(fresh, Building.objects.bulk_create(made), strict=True))
        return found

    def _entrances(self, rows: Sequence[HomeRow], buildings: Mapping[str, Building]) -> dict[tuple[str, str], Entrance]:
        """Return the entrances by key, new ones made, those of each building in the order of their numbers."""
        found = {
            (building_key(row.building.label), entrance_key(row.label)): row
            for row in Entrance.objects.filter(estate=self.estate).select_related("building").order_by("order")
        }
        fresh = {row.key[:2]: row.entrance for row in rows if row.key[:2] not in found}
        if fresh:
            made = {
                key: Entrance(estate=self.estate, building=buildings[key[0]], label=label)
                for key, label in fresh.items()
            }
            for building in {key[0] for key in fresh}:
                _number([row for key, row in (*found.items(), *made.items()) if key[0] == building])
            Entrance.objects.bulk_update(found.values(), ["order"], batch_size=BATCH)
            found |= dict(zip(made, Entrance.objects.bulk_create(made.values(), batch_size=BATCH), strict=True))
        return found

    # ------------------------------------------------------------------------------------------------------ owners
    def owners(self, rows: Sequence[HomeRow]) -> None:
        """Create people, owner groups and holdings; end the holdings of homes that changed hands."""
        moved = [row for row in rows if row.owners and not same_owner(row, self._owners_of(row))]
        self.touched |= bool(moved)
        keys = {row.key: self._key(row) for row in moved}
        first = {keys[row.key]: row for row in reversed(moved)}
        groups = {
            group.key: group
            for part in chunks(sorted(first))
            for group in OwnerGroup.objects.filter(estate=self.estate, key__in=part)
        }
        self.persons.load(phone for row in moved for _, phone in paired(row.owners, row.phones))
        renumbered = self._new_phones([row for row in moved if keys[row.key] not in groups], keys, rows)
        moved = [row for row in moved if keys[row.key] not in renumbered or not self._held_by(row, renumbered)]
        groups |= {key: group for key, (group, _) in renumbered.items()}
        members = {
            key: [self.persons.get(name, phone) for name, phone in paired(row.owners, row.phones)]
            for key, row in first.items()
            if key not in groups
        }
        self.persons.save()
        made = OwnerGroup.objects.bulk_create(
            [OwnerGroup(estate_id=self.estate.pk, key=key) for key in members], batch_size=BATCH
        )
        groups |= {group.key: group for group in made}
        OwnerGroupMember.objects.bulk_create(
            [
                OwnerGroupMember(group_id=groups[key].pk, person_id=person.pk, order=order)
                for key, people in members.items()
                for order, person in enumerate(people)
            ],
            batch_size=BATCH,
        )
        self._hold(moved, keys, groups)

    def _hold(self, moved: Sequence[HomeRow], keys: Mapping[HomeKey, str], groups: Mapping[str, OwnerGroup]) -> None:
        in_group: dict[int, list[int]] = {}
        for part in chunks(sorted({groups[keys[row.key]].pk for row in moved})):
            for group_id, person_id in (
                OwnerGroupMember.objects.filter(group__in=part)
                .order_by("group_id", "order")
                .values_list("group_id", "person_id")
            ):
                in_group.setdefault(group_id, []).append(person_id)
        for homes in chunks(self.homes[row.key].pk for row in moved if self._owners_of(row)):
            Holding.objects.filter(estate=self.estate, home__in=homes, until__isnull=True).update(until=self.now)
        Holding.objects.bulk_create(
            [
                Holding(
                    estate_id=self.estate.pk,
                    home_id=self.homes[row.key].pk,
                    person_id=person_id,
                    group_id=groups[keys[row.key]].pk,
                    since=self.now,
                )
                for row in moved
                for person_id in in_group[groups[keys[row.key]].pk]
            ],
            batch_size=BATCH,
        )

    def _key(self, row: HomeRow) -> str:
        if row.key not in self._keys:
            self._keys[row.key] = group_key(row)
        return self._keys[row.key]

    def _owners_of(self, row: HomeRow) -> list[Owner]:
        home = self.on_record.homes.get(row.key)
        return self.on_record.owners.get(home.pk, []) if home is not None else []

    def _held_by(self, row: HomeRow, renumbered: Mapping[str, tuple[OwnerGroup, list[Person]]]) -> bool:
        group, _ = renumbered[self._key(row)]
        return any(owner.group_id == group.pk for owner in self._owners_of(row))

    def _new_phones(
        self, moved: Sequence[HomeRow], keys: Mapping[HomeKey, str], rows: Sequence[HomeRow]
    ) -> dict[str, tuple[OwnerGroup, list[Person]]]:
        """Let owners whose names stay and whose phone changes keep their holdings, and sign in by the new phone.

        Only where the roster says so of every home of the group, and where its members are nothing else anywhere; the
        others become a head of their own, since the same names with another phone are another owner group.
        """
        moved = [row for row in moved if self._owners_of(row)]
        if not moved:
            return {}
        said = {row.key: self._key(row) for row in rows if row.owners}
        homes_of: dict[int, set[HomeKey]] = {}
        for key, home in self.on_record.homes.items():
            for owner in self.on_record.owners.get(home.pk, ()):
                homes_of.setdefault(owner.group_id, set()).add(key)
        wanted: dict[str, tuple[int, HomeRow]] = {}
        for row in moved:
            owners = self._owners_of(row)
            new = keys[row.key]
            if (
                owners
                and new not in wanted
                and name_set(row.owners) == name_set(owner.name for owner in owners)
                and all(said.get(key) == new for key in homes_of[owners[0].group_id])
                and not any(self.persons.find(name, phone) for name, phone in paired(row.owners, row.phones))
            ):
                wanted[new] = (owners[0].group_id, row)
        if not wanted:
            return {}
        group_ids = [group_id for group_id, _ in wanted.values()]
        people: dict[int, list[Person]] = {}
        for part in chunks(group_ids):
            for member in OwnerGroupMember.objects.filter(group__in=part).select_related("person"):
                people.setdefault(member.group_id, []).append(member.person)
        known = known_elsewhere(
            self.estate, (person.pk for rows in people.values() for person in rows), group_ids=group_ids
        )
        groups = {group.pk: group for part in chunks(group_ids) for group in OwnerGroup.objects.filter(pk__in=part)}
        done: dict[str, tuple[OwnerGroup, list[Person]]] = {}
        for new, (group_id, row) in wanted.items():
            if any(person.pk in known for person in people[group_id]):
                continue
            by_name = {same_name(person.name): person for person in people[group_id]}
            for name, phone in paired(row.owners, row.phones):
                if phone:
                    self.persons.give(by_name[same_name(name)], phone)
            groups[group_id].key = new
            done[new] = (groups[group_id], people[group_id])
        _update([group for group, _ in done.values()], ("key",))
        _update([person for _, members in done.values() for person in members], ("phone_sealed", "phone_hash"))
        return done

    # ----------------------------------------------------------------------------------------------- tenants, phones
    def tenants(self, rows: Iterable[HomeRow]) -> None:
        """Record who lives in a home without owning it. A row that names tenants names all of them."""
        named = [row for row in rows if row.tenants]
        living: dict[int, dict[str, tuple[int, str]]] = {}
        for home_id, pk, name, phone in Residence.objects.filter(
            estate=self.estate, until__isnull=True, kind=Residence.Kind.TENANT
        ).values_list("home_id", "pk", "person__name", "person__phone_hash"):
            living.setdefault(home_id, {})[same_name(name)] = (pk, phone)
        settled = set(UnsettledPhone.objects.filter(estate=self.estate).values_list("phone_hash", flat=True))
        gone: list[int] = []
        coming: list[tuple[Home, str, str]] = []
        for row in named:
            home = self.homes[row.key]
            there = living.get(home.pk, {})
            stay: set[str] = set()
            for name, phone in paired(row.tenants, row.tenant_phones):
                who = there.get(same_name(name))
                hashed = self.persons.hash_of(phone) if phone else ""
                # A phone that staff settled is somebody else's, whatever the roster still gives.
                if who is not None and (not hashed or hashed == who[1] or (not who[1] and hashed in settled)):
                    stay.add(same_name(name))
                else:
                    coming.append((home, name, phone))
            gone += [pk for name, (pk, _) in there.items() if name not in stay]
        for part in chunks(gone):
            Residence.objects.filter(pk__in=part).update(until=self.now)
        self.persons.load(phone for _, _, phone in coming)
        self.touched |= bool(gone or coming)
        people = [(home, self.persons.get(name, phone)) for home, name, phone in coming]
        self.persons.save()
        once = {(home.pk, person.pk): (home, person) for home, person in people}
        Residence.objects.bulk_create(
            [
                Residence(estate=self.estate, home=home, person=person, kind=Residence.Kind.TENANT, since=self.now)
                for home, person in once.values()
            ],
            batch_size=BATCH,
        )

    def shared_phones(self, rows: Iterable[HomeRow]) -> None:
        """Block sign-in by a phone that different names share, until staff settle whose it is.

        Names that share it within the roster, and names elsewhere on record. A phone once settled is opened again only
        where somebody new has it.
        """
        names: dict[str, set[frozenset[str]]] = {}
        for row in rows:
            owners = frozenset({DEVELOPER}) if row.kind is Kind.UNSOLD else name_set(row.owners)
            for people, phones in ((owners, row.phones), (name_set(row.tenants), row.tenant_phones)):
                if people:
                    for phone in phones:
                        names.setdefault(normalise_phone(phone) or phone, set()).add(people)
        shared = {secrets.lookup_hash(phone) for phone, sets in names.items() if len(sets) > 1}
        known = set(UnsettledPhone.objects.filter(estate=self.estate).values_list("phone_hash", flat=True))
        # What persons newly share comes with those persons.
        self.touched |= not shared <= known
        for part in chunks(sorted(self.persons.shared)):
            UnsettledPhone.objects.filter(estate=self.estate, phone_hash__in=part).update(settled_at=None)
        UnsettledPhone.objects.bulk_create(
            (UnsettledPhone(estate=self.estate, phone_hash=phone) for phone in sorted(shared | self.persons.shared)),
            ignore_conflicts=True,
            batch_size=BATCH,
        )


def _update(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write ``fields`` of rows that exist. An insert that meets its own id is four times as fast as ``bulk_update``."""
    if rows:
        type(rows[0])._base_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=["pk"], update_fields=fields, batch_size=BATCH
        )


def _facts(home: Home) -> tuple[object, ...]:
    return tuple(getattr(home, name) for name in _CHANGING)


def _number(rows: Iterable[Building | Entrance]) -> None:
    """Order labels as people do: 2栋 before 10栋; labels without a number keep the order in which they came."""
    for order, row in enumerate(sorted(rows, key=lambda each: natural(each.label))):
        row.order = order


def _set_orders(homes: Mapping[HomeKey, Home], rows: Sequence[HomeRow], *, known: Mapping[HomeKey, Home]) -> None:
    """Number the homes: as the file has them where it has them all, else new ones among their neighbours.

    A file that lists only some homes moves none of those on record. A new one stands after the last room of its entrance
    that has no higher number, a new entrance after its building, a new building at the end.
    """
    if known.keys() <= {row.key for row in rows}:
        for at, row in enumerate(rows):
            homes[row.key].order = at
        return
    fresh = [row for row in rows if row.key not in known]
    if not fresh:
        return
    end = max(home.order for home in known.values())
    by_entrance: dict[tuple[str, str], list[tuple[int, str]]] = {}
    of_building: dict[str, int] = {}
    for key, home in known.items():
        by_entrance.setdefault(key[:2], []).append((home.order, home.room))
        of_building[key.building] = max(of_building.get(key.building, 0), home.order)

    def place(row: HomeRow) -> tuple[int, int]:
        there = by_entrance.get(row.key[:2])
        if there is None:
            building = of_building.get(row.key.building)
            return (end, 3) if building is None else (building, 2)
        lower = [order for order, room in there if natural(room) <= natural(row.room)]
        return (max(lower) if lower else min(order for order, _ in there) - 1, 1)

    none = natural("")
    wanted = {key: (home.order, 0, none, none, none) for key, home in known.items()}
    for row in fresh:
        labels = natural(row.key.building), natural(row.key.entrance), natural(row.room)
        wanted[row.key] = (*place(row), *labels)
    for order, key in enumerate(sorted(wanted, key=wanted.__getitem__)):
        homes[key].order = order
