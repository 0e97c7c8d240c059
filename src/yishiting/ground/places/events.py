"""Entries that this room writes, registered at start-up."""

from __future__ import annotations

from yishiting.kernel.words import gettext_noop
from yishiting.timeline import entries


def register() -> None:
    """Register this room with the timeline."""
    entries.register("places.estate_created", describe=gettext_noop("小区登记建档。"))
    entries.register("places.figure_declared", describe=gettext_noop("登记了小区自报的总数：{value}。"))
    entries.register("places.zone_set", describe=gettext_noop("划定停放区：{label}，{capacity} 个车位。"))
