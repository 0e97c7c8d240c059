"""Matters that may be about one thing, likeliest first: suggestions for whoever reports and for whoever takes up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yishiting.council.matters import policy
from yishiting.council.matters.models import Matter
from yishiting.council.matters.similarity import LIKELY, Said, resemblance
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Building, Entrance, Estate, Zone

SUGGESTED = 3
LOOKED_AT = 300


def similar(
    actor: Actor,
    estate: Estate,
    *,
    category: str,
    title: str,
    spot: str = "",
    building: Building | None = None,
    entrance: Entrance | None = None,
    now: datetime,
) -> list[Matter]:
    """Return open matters that a report may be about (two queries). The reporter decides.

    Compared by what was reported (title, spot, category, place, day); of one that nobody has looked at yet the reader is
    shown the category and the place alone.
    """
    text = f"{title} {spot}"
    place = entrance.building_id if entrance else building.pk if building else None
    zones = _zones(estate.pk)
    said = Said(title, category, now, place, entrance.pk if entrance else None, _zone(text, zones), spot)
    return _likeliest(actor, estate.pk, said, zones)


def likely_same(actor: Actor, matter: Matter) -> list[Matter]:
    """Return the other open matters that a matter may be one with (two queries): for who takes it up."""
    zones = _zones(matter.estate_id)
    return _likeliest(actor, matter.estate_id, _said(matter, zones), zones, without=matter.pk)


def _likeliest(
    actor: Actor, estate_id: int, said: Said, zones: list[str], *, without: int | None = None
) -> list[Matter]:  # fmt: skip
    others = policy.visible_to(actor).filter(estate_id=estate_id, status=Matter.Status.OPEN)
    if without is not None:
        others = others.exclude(pk=without)
    looked_at = others.select_related("building", "entrance__building").order_by("-no")[:LOOKED_AT]
    scored = [(resemblance(said, _said(each, zones)), each) for each in looked_at]
    found = [(score, each.home_count, each.no, each) for score, each in scored if score >= LIKELY]
    found.sort(key=lambda one: one[:3], reverse=True)
    return [one[3] for one in found[:SUGGESTED]]


def _said(matter: Matter, zones: list[str]) -> Said:
    zone = _zone(f"{matter.said_title} {matter.said_spot}", zones)
    at = (matter.created_at, matter.building_id, matter.entrance_id)
    return Said(matter.said_title, matter.category, *at, zone, matter.said_spot)


def _zones(estate_id: int) -> list[str]:
    return list(Zone.objects.filter(estate_id=estate_id).values_list("label", flat=True))


def _zone(text: str, zones: Iterable[str]) -> str:
    """Return the estate's place set aside that a text names, the longest where one's name holds another's."""
    return max((zone for zone in zones if zone in text), key=len, default="")
