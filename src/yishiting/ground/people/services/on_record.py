"""What an estate has on record, read once for an import, and held against a roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from yishiting.ground.people import secrets
from yishiting.ground.people.models import Holding, Residence
from yishiting.ground.people.roster.diff import Change, Difference, KnownHome
from yishiting.ground.people.roster.groups import name_set, owner_group_key
from yishiting.ground.people.roster.labels import HomeKey, home_key
from yishiting.ground.people.roster.model import HomeRow, Kind, Roster
from yishiting.ground.places.models import Estate, Home

#: 同 第8条: the register's figure, else the surveyed one, else the contract's; a roster names no document at all.
RANK = {"register": 3, "survey": 2, "contract": 1, "roster": 0}


class Owner(NamedTuple):
    """One person who owns a home now, as a member of a group."""

    group_id: int
    group_key: str
    person_id: int
    name: str
    sealed: str


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The homes of an estate and who owns each now, by the home's id."""

    homes: Mapping[HomeKey, Home] = field(default_factory=dict)
    owners: Mapping[int, list[Owner]] = field(default_factory=dict)
    tenants: Mapping[int, list[tuple[str, str]]] = field(default_factory=dict)
    """Name and sealed phone of each."""


def key_of(home: Home) -> HomeKey:
    """Return what a home on record is compared by; its building and entrance are loaded."""
    return home_key(building=home.building.label, entrance=home.entrance.label, room=home.room)


def group_key(row: HomeRow) -> str:
    """Return the stored key of a row's owner group, hashed with a key since names and phones are in it.

    Without a phone nothing shows that two homes have one owner, so the home is in the key.
    """
    names = "/".join(sorted(name_set(row.owners)))
    return secrets.lookup_hash(owner_group_key(row.owners, row.phones) or f"{names}@{'|'.join(row.key)}")


def read(estate: Estate) -> OnRecord:
    """Read an estate's homes, their present owners and tenants (three queries)."""
    owners: dict[int, list[Owner]] = {}
    for home_id, group_id, key, person_id, name, sealed in (
        Holding.objects.filter(estate=estate, until__isnull=True)
        .order_by("home_id", "pk")
        .values_list("home_id", "group_id", "group__key", "person_id", "person__name", "person__phone_sealed")
    ):
        owners.setdefault(home_id, []).append(Owner(group_id, key, person_id, name, sealed))
    tenants: dict[int, list[tuple[str, str]]] = {}
    for home_id, name, sealed in (
        Residence.objects.filter(estate=estate, until__isnull=True, kind=Residence.Kind.TENANT)
        .order_by("home_id", "pk")
        .values_list("home_id", "person__name", "person__phone_sealed")
    ):
        tenants.setdefault(home_id, []).append((name, sealed))
    homes = Home.objects.filter(estate=estate).select_related("building", "entrance").order_by("order", "pk")
    return OnRecord({key_of(home): home for home in homes}, owners, tenants)


def same_owner(row: HomeRow, owners: list[Owner]) -> bool:
    """Whether the row names the owner group that holds the home already.

    A row that gives the same names and no phone takes the phone on record away from nobody.
    """
    if not owners:
        return False
    if any(owner.group_key == group_key(row) for owner in owners):
        return True
    return not row.phones and name_set(row.owners) == name_set(owner.name for owner in owners)


def known_homes(record: OnRecord, roster: Roster) -> dict[HomeKey, KnownHome]:
    """Return the homes on record as the comparison wants them.

    Where the roster names the owner group on record, the group has the row's names and phones: a person keeps one phone,
    a group may have been told by two, and after a shared phone is settled by fewer than the roster still gives. Phones are
    opened only where the owner differs, and those of tenants where the roster names some.
    """
    rows = {row.key: row for row in roster.homes if row.owners}
    let = {row.key for row in roster.homes if row.tenants}
    found: dict[HomeKey, KnownHome] = {}
    for key, home in record.homes.items():
        owners = record.owners.get(home.pk, [])
        row = rows.get(key)
        if row is not None and same_owner(row, owners):
            names, phones = row.owners, row.phones
        else:
            names = tuple(owner.name for owner in owners)
            opened = (secrets.unseal(owner.sealed) for owner in owners) if row is not None else ()
            phones = tuple(dict.fromkeys(phone for phone in opened if phone))
        found[key] = KnownHome(
            building=home.building.label,
            entrance=home.entrance.label,
            room=home.room,
            area=home.area,
            owners=names,
            phones=phones,
            kind=Kind(home.kind),
            residents=home.residents,
            tenants=tuple(name for name, _ in record.tenants.get(home.pk, ())),
            tenant_phones=_opened(record.tenants.get(home.pk, ())) if key in let else (),
        )
    return found


def _opened(people: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(phone for phone in (secrets.unseal(sealed) for _, sealed in people) if phone)


def takes_area(home: Home, row: HomeRow) -> bool:
    """Whether the row's area replaces the one on record: a blank never does, nor a figure from a weaker source."""
    return row.area is not None and (home.area is None or RANK[row.area_source] >= RANK[home.area_source])


def without_blanks(found: Difference, record: OnRecord) -> tuple[Difference, tuple[tuple[HomeRow, Home], ...]]:
    """Leave out of ``changed`` what an import does not do, and return the rows whose area gives way to a better
    source, each with the home on record.

    A blank cell takes nothing away: not knowing the owner is no sale.
    """
    changed: list[Change] = []
    outranked: list[tuple[HomeRow, Home]] = []
    for change in found.changed:
        home, row = record.homes[change.home.key], change.home
        left = {
            "area": not takes_area(home, row),
            "owners": not row.owners,
            "phones": not row.owners or not row.phones,
            "residents": row.residents is None,
        }
        if "area" in change.fields and row.area is not None and left["area"]:
            outranked.append((row, home))
        fields = tuple(name for name in change.fields if not left.get(name, False))
        if fields:
            changed.append(replace(change, fields=fields))
    return replace(found, changed=tuple(changed)), tuple(outranked)
