"""Entries that this room writes, registered at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yishiting.ground.places import recount
from yishiting.ground.places.models import AdoptedPack, DeclaredFigure, WorkdayOverride, Zone
from yishiting.kernel.words import Listed, Sentence, gettext_noop
from yishiting.timeline import attest, entries, guards


def _figure(figure: DeclaredFigure) -> Sentence:
    return Sentence(gettext_noop("自报的{name}"), name=figure.get_name_display())


def _zone(zone: Zone) -> Sentence:
    return Sentence(gettext_noop("停放区“{label}”"), label=zone.label)


def _workday(row: WorkdayOverride) -> Sentence:
    return Sentence(gettext_noop("工作日历里的 {day}"), day=row.day.isoformat())


def _pack(row: AdoptedPack) -> Sentence:
    return Sentence(gettext_noop("规则包“{name}”第 {version} 版"), name=row.name, version=row.version)


def _day_set(facts: Mapping[str, Any]) -> Sentence:
    text = (
        gettext_noop("工作日历：{day} 登记为上班。")
        if facts.get("worked")
        else gettext_noop("工作日历：{day} 登记为休息。")
    )
    return Sentence(text, day=facts.get("day"))


def _days_imported(facts: Mapping[str, Any]) -> Sentence:
    text = gettext_noop("工作日历：登记了 {years} 年的 {free} 天休息、{worked} 天上班。")
    return Sentence(text, **{**facts, "years": Listed(str(facts.get("years", "")).split("、"))})


def register() -> None:
    """Register this room with the timeline."""
    entries.register("places.estate_created", describe=gettext_noop("小区登记建档。"))
    entries.register("places.figure_declared", describe=gettext_noop("登记了小区自报的总数：{value}。"))
    entries.register("places.zone_set", describe=gettext_noop("划定停放区：{label}，{capacity} 个车位。"))
    entries.register("places.day_set", describe=_day_set)
    entries.register("places.day_lifted", describe=gettext_noop("工作日历：撤掉了 {day} 的登记，照国家公布的算。"))
    entries.register("places.days_imported", describe=_days_imported)
    entries.register("places.pack_adopted", describe=gettext_noop("小区采用了规则包“{name}”第 {version} 版。"))
    attest.register_whole(recount.ESTATE, recount.estate, names=recount.estate_name)
    attest.register_whole(recount.HOMES, recount.homes, names=recount.homes_name)
    attest.register(
        "places.declared", DeclaredFigure, ("name", "value", "approximate", "source"), current=True, names=_figure
    )
    attest.register("places.zone", Zone, ("kind", "label", "capacity"), current=True, names=_zone)
    attest.register(
        "places.workday",
        WorkdayOverride,
        ("day", "worked", "reason", "added_at", "lifted_at", "lifted_for"),
        current=True,
        names=_workday,
    )
    attest.register(
        "places.pack",
        AdoptedPack,
        ("no", "pack_id", "version", "name", "text", "digest", "reason", "adopted_at"),
        names=_pack,
    )
    guards.register("places_adoptedpack")
    guards.register("places_workdayoverride", free=("lifted_at", "lifted_for"))
