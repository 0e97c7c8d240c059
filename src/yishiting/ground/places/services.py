"""Writes of places. Homes come by the roster (people/roster); here stand regions, estates, zones and declared figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from pypinyin import lazy_pinyin

from yishiting.ground.places import recount
from yishiting.ground.places.models import DeclaredFigure, Estate, Region, Zone
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.attest import Whole
from yishiting.timeline.services import book

REGION_KINDS = (Region.Kind.CITY, Region.Kind.DISTRICT, Region.Kind.SUBDISTRICT, Region.Kind.COMMUNITY)


def region_at(path: Sequence[str]) -> Region | None:
    """Return the region at ``path`` (names from the top, at most four), made where missing; None for an empty path.

    The kinds count back from the last name, which is a community.
    """
    if len(path) > len(REGION_KINDS):
        raise BadInput(Sentence(gettext_noop("区划最多四级：市/区/街道/社区。您给了 {n} 级。"), n=len(path)))
    node: Region | None = None
    for name, kind in zip(path, REGION_KINDS[len(REGION_KINDS) - len(path) :], strict=True):
        node, _ = Region.objects.get_or_create(parent=node, name=name.strip(), defaults={"kind": kind})
    return node


def slug_for(name: str) -> str:
    """Return an address for an estate's name: its pinyin, with a number where another estate has it already."""
    base = "".join(letter for letter in "".join(lazy_pinyin(name)).lower() if letter.isascii() and letter.isalnum())
    base = base[:60] or "estate"
    slug, n = base, 1
    while Estate.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{base}-{n}"
    return slug


@transaction.atomic
def create_estate(*, name: str, region: Region | None, actor_id: int | None, now: datetime) -> Estate:
    """Put an estate on the register; a name that is taken or empty is refused."""
    name = name.strip()
    if not name:
        raise BadInput(gettext_noop("请写上小区的名称。"))
    if Estate.objects.filter(name=name).exists():
        raise BadInput(Sentence(gettext_noop("已经有一个叫“{name}”的小区。"), name=name), code="estate_exists")
    estate = Estate.objects.create(name=name, slug=slug_for(name), region=region)
    with book(estate.pk, actor_id=actor_id, now=now) as record:
        record.write("places.estate_created", subject=("estate", estate.pk), attests=[Whole(recount.ESTATE)])
    return estate


def declare(
    *,
    estate: Estate,
    name: str,
    value: int,
    approximate: str = "",
    source: str = "",
    actor_id: int | None,
    now: datetime,
) -> DeclaredFigure:
    """Record a total that the estate declares (替换同名的旧数), with whether it is exact, at least or about."""
    with book(estate.pk, actor_id=actor_id, now=now) as record:
        figure, _ = DeclaredFigure.objects.update_or_create(
            estate=estate, name=name, defaults={"value": value, "approximate": approximate, "source": source}
        )
        record.write(
            "places.figure_declared",
            subject=("declared", figure.pk),
            facts={"name": name, "value": value, "approximate": approximate},
            attests=[figure],
        )
    return figure


def set_zone(*, estate: Estate, label: str, capacity: int, actor_id: int | None, now: datetime) -> Zone:
    """Mark a parking zone for bicycles and e-bikes, or change what it holds."""
    if capacity < 0:
        raise BadInput(gettext_noop("车位数不能是负数。"))
    with book(estate.pk, actor_id=actor_id, now=now) as record:
        zone, _ = Zone.objects.update_or_create(estate=estate, label=label, defaults={"capacity": capacity})
        record.write(
            "places.zone_set",
            subject=("zone", zone.pk),
            facts={"label": label, "capacity": capacity},
            attests=[zone],
        )
    return zone
