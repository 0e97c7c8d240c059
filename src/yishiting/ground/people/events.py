"""Entries that this room writes, registered at start-up."""

from __future__ import annotations

from yishiting.kernel.words import gettext_noop
from yishiting.timeline import entries


def register() -> None:
    """Register this room with the timeline."""
    entries.register(
        "people.roster_imported",
        describe=gettext_noop("导入业主名册：{homes} 户，其中新增 {added} 户，变更 {changed} 户。"),
    )
    entries.register(
        "people.phone_settled", describe=gettext_noop("核实了一个共用的电话。"), level=entries.Level.PERSONAL
    )
