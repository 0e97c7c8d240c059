"""Digests of an estate's place in the tree and of its homes, by which entries vouch for them.

Homes come by the thousand in one import, so they are attested by the building: an entry tells of 29 buildings, not of 1912
homes, and correcting one area attests one building anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from yishiting.ground.places.models import Building, Entrance, Estate, Home, Region
from yishiting.kernel.hashing import digest
from yishiting.kernel.words import Sentence, gettext_noop

ESTATE = "places.estate"
HOMES = "places.homes"
BATCH = 2000


def path(region_id: int | None) -> list[Region]:
    """Return a region and those above it, from below (a query each; the tree has four levels)."""
    found: list[Region] = []
    seen: set[int] = set()
    while region_id is not None and region_id not in seen:
        seen.add(region_id)
        node = Region.objects.filter(pk=region_id).first()
        if node is None:
            break
        found.append(node)
        region_id = node.parent_id
    return found


def estate(estate_id: int, ids: Collection[int] | None = None) -> Mapping[int, str]:
    """Return the digest of what an estate is called, its address, and the regions that it lies in."""
    row = Estate.objects.filter(pk=estate_id).first()
    if row is None:
        return {}
    regions = [[node.pk, node.name, node.kind] for node in path(row.region_id)]
    return {row.pk: digest([ESTATE, row.pk, row.name, row.slug, row.region_id, regions])}


def estate_name(estate_id: int) -> Sentence:
    """Return what a fault calls it."""
    return Sentence(gettext_noop("小区的名称、地址和所属社区"))


def homes(estate_id: int, ids: Collection[int] | None = None) -> Mapping[int, str]:
    """Return the digest of each building with its entrances and homes (three queries): labels, kinds, areas, residents."""
    buildings = Building.objects.filter(estate_id=estate_id)
    entrances = Entrance.objects.filter(estate_id=estate_id)
    rows = Home.objects.filter(estate_id=estate_id)
    if ids is not None:
        buildings = buildings.filter(pk__in=ids)
        entrances = entrances.filter(building__in=ids)
        rows = rows.filter(building__in=ids)
    doors: dict[int, list[Any]] = defaultdict(list)
    for building_id, *entrance in entrances.order_by("pk").values_list("building_id", "pk", "label", "order"):
        doors[building_id].append(entrance)
    inside: dict[int, list[Any]] = defaultdict(list)
    fields = ("building_id", "pk", "entrance_id", "room", "order", "kind", "area", "area_source", "residents")
    for building_id, *home in rows.order_by("pk").values_list(*fields).iterator(chunk_size=BATCH):
        inside[building_id].append(home)
    return {
        pk: digest([HOMES, estate_id, pk, label, order, doors[pk], inside[pk]])
        for pk, label, order in buildings.order_by("pk").values_list("pk", "label", "order")
    }


def homes_name(building_id: int) -> Sentence:
    """Return what a fault calls the homes of a building."""
    label = Building.objects.filter(pk=building_id).values_list("label", flat=True).first()
    return Sentence(gettext_noop("{building}的房屋和面积"), building=label or building_id)
