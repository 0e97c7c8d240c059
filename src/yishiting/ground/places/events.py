"""Entries that this room writes, registered at start-up."""

from __future__ import annotations

from yishiting.ground.places import recount
from yishiting.ground.places.models import DeclaredFigure, Zone
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries


def _figure(figure: DeclaredFigure) -> Sentence:
    return Sentence(gettext_noop("自报的{name}"), name=figure.get_name_display())


def _zone(zone: Zone) -> Sentence:
    return Sentence(gettext_noop("停放区“{label}”"), label=zone.label)


def register() -> None:
    """Register this room with the timeline."""
    entries.register("places.estate_created", describe=gettext_noop("小区登记建档。"))
    entries.register("places.figure_declared", describe=gettext_noop("登记了小区自报的总数：{value}。"))
    entries.register("places.zone_set", describe=gettext_noop("划定停放区：{label}，{capacity} 个车位。"))
    attest.register_whole(recount.ESTATE, recount.estate, names=recount.estate_name)
    attest.register_whole(recount.HOMES, recount.homes, names=recount.homes_name)
    attest.register(
        "places.declared", DeclaredFigure, ("name", "value", "approximate", "source"), current=True, names=_figure
    )
    attest.register("places.zone", Zone, ("kind", "label", "capacity"), current=True, names=_zone)
