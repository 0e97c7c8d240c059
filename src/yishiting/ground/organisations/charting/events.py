"""Entries of charts. None of them names a person or a unit: the name of a small unit may tell who is a member of it."""

from __future__ import annotations

from yishiting.ground.organisations.charting import recount
from yishiting.ground.organisations.charting.tables import Chart
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries, guards

DRAFTED = "organisations.chart_drafted"
PUBLISHED = "organisations.chart_published"
ENDED = "organisations.chart_ended"
UNIT_ADDED = "organisations.unit_added"
UNIT_CHANGED = "organisations.unit_changed"
UNIT_COVERS = "organisations.unit_covers"
UNIT_ENDED = "organisations.unit_ended"
LED = "organisations.leader_appointed"
ATTACHED = "organisations.members_attached"
SEAT_ENDED = "organisations.seat_ended"
NAMING = "organisations.naming_set"
READ = "organisations.members_read"


def register() -> None:
    """Register charts with the timeline."""
    estate, personal = entries.Level.ESTATE, entries.Level.PERSONAL
    for kind, says, level in (
        (DRAFTED, gettext_noop("起草了第 {chart} 版组织架构，{levels} 级。"), estate),
        (PUBLISHED, gettext_noop("公布了第 {chart} 版组织架构，{levels} 级，{units} 个单位。"), estate),
        (ENDED, gettext_noop("第 {chart} 版组织架构不再使用。"), estate),
        (UNIT_ADDED, gettext_noop("第 {chart} 版组织架构第 {level} 级增加了一个单位。"), estate),
        (UNIT_CHANGED, gettext_noop("第 {chart} 版组织架构里有一个单位改了名字或上级。"), estate),
        (UNIT_COVERS, gettext_noop("第 {chart} 版组织架构里有一个单位改了负责的范围。"), estate),
        (UNIT_ENDED, gettext_noop("第 {chart} 版组织架构第 {level} 级撤销了一个单位。"), estate),
        (LED, gettext_noop("第 {chart} 版组织架构第 {level} 级有一个单位有了负责人。"), estate),
        (ATTACHED, gettext_noop("第 {chart} 版组织架构里登记了 {n} 个人。"), personal),
        (SEAT_ENDED, gettext_noop("第 {chart} 版组织架构里有一个人不再任职。"), personal),
        (NAMING, gettext_noop("第 {chart} 版组织架构里有一个人改了是否公开姓名。"), personal),
        (READ, gettext_noop("查看了第 {chart} 版组织架构里第 {unit} 个单位的成员。"), personal),
    ):
        entries.register(kind, describe=says, level=level, decision=kind == PUBLISHED)
    ends = ("ended_at", "ended_by_id", "end_reason")
    attest.register(
        "organisations.chart",
        Chart,
        (
            *("no", "name", "levels", "people_last", "drafted_at", "drafted_by_id", "published_at", "published_by_id"),
            *ends,
        ),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {no} 版组织架构"), no=row.no),
    )
    attest.register_whole(recount.UNITS, recount.units, names=recount.unit_name)
    guards.register("organisations_chart", free=("published_at", "published_by_id", *ends))
    guards.register("organisations_chartunit", free=("name", "parent_id", "until"))
    guards.register("organisations_chartarea", free=("until",))
    guards.register("organisations_chartseat", free=("until", "name_public", "end_reason"))
