"""Digests of who owns and who lives in an estate, by which entries vouch for the roster.

They are keyed: a plain digest of a few numbers would tell whoever guesses who owns a home. By the building, as homes are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from yishiting.ground.people import secrets
from yishiting.ground.people.models import Holding, OwnerGroup, OwnerGroupMember, Residence, UnsettledPhone
from yishiting.ground.places.models import Building
from yishiting.kernel.hashing import digest
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest

OWNERS = "people.owners"
GROUPS = "people.groups"
PHONES = "people.phones"
BATCH = 2000


def owners(estate_id: int, ids: Collection[int] | None = None) -> Mapping[int, str]:
    """Return the digest of each building's holdings and residences, past ones included (three queries)."""
    buildings = Building.objects.filter(estate_id=estate_id)
    holdings = Holding.objects.filter(estate_id=estate_id)
    residences = Residence.objects.filter(estate_id=estate_id)
    if ids is not None:
        buildings = buildings.filter(pk__in=ids)
        holdings = holdings.filter(home__building__in=ids)
        residences = residences.filter(home__building__in=ids)
    held: dict[int, list[Any]] = defaultdict(list)
    fields = ("home__building_id", "pk", "home_id", "person_id", "group_id", "since", "until")
    for building_id, *row in holdings.order_by("pk").values_list(*fields).iterator(chunk_size=BATCH):
        held[building_id].append(row)
    lived: dict[int, list[Any]] = defaultdict(list)
    fields = ("home__building_id", "pk", "home_id", "person_id", "kind", "since", "until")
    for building_id, *row in residences.order_by("pk").values_list(*fields).iterator(chunk_size=BATCH):
        lived[building_id].append(row)
    return {
        pk: keyed([OWNERS, estate_id, pk, held[pk], lived[pk]])
        for pk in buildings.order_by("pk").values_list("pk", flat=True)
    }


def groups(estate_id: int, ids: Collection[int] | None = None) -> Mapping[int, str]:
    """Return the digest of an estate's owner groups with their members (two queries): its heads, in the count's words."""
    members: dict[int, list[Any]] = defaultdict(list)
    rows = OwnerGroupMember.objects.filter(group__estate_id=estate_id).order_by("group_id", "pk")
    for group_id, *row in rows.values_list("group_id", "pk", "person_id", "order").iterator(chunk_size=BATCH):
        members[group_id].append(row)
    found = OwnerGroup.objects.filter(estate_id=estate_id).order_by("pk").values_list("pk", "key")
    return {estate_id: keyed([GROUPS, estate_id, [[pk, key, members[pk]] for pk, key in found]])}


def phones(estate_id: int, ids: Collection[int] | None = None) -> Mapping[int, str]:
    """Return the digest of the phones by which nobody signs in until it is settled whose they are (one query)."""
    rows = (
        UnsettledPhone.objects.filter(estate_id=estate_id).order_by("pk").values_list("pk", "phone_hash", "settled_at")
    )
    return {estate_id: keyed([PHONES, estate_id, [list(row) for row in rows]])}


def keyed(value: Any) -> str:
    """Return a digest that nobody makes without this installation's key."""
    return secrets.lookup_hash(digest(value))


def _owners_name(building_id: int) -> Sentence:
    label = Building.objects.filter(pk=building_id).values_list("label", flat=True).first()
    return Sentence(gettext_noop("{building}的业主和住户"), building=label or building_id)


def _groups_name(estate_id: int) -> Sentence:
    return Sentence(gettext_noop("小区的业主（每一位业主有哪些人）"))


def _phones_name(estate_id: int) -> Sentence:
    return Sentence(gettext_noop("小区里待核实的电话"))


def register() -> None:
    """Register the roster with the record."""
    attest.register_whole(OWNERS, owners, names=_owners_name)
    attest.register_whole(GROUPS, groups, names=_groups_name)
    attest.register_whole(PHONES, phones, names=_phones_name)


#: What a roster that is taken in changes, with the homes of :mod:`yishiting.ground.places.recount`.
ROSTER = (attest.Whole(OWNERS), attest.Whole(GROUPS), attest.Whole(PHONES))
