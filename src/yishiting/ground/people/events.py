"""Entries that this room writes, registered at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yishiting.ground.people import recount
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import entries

#: Why an area is corrected. Codes, since the record keeps no words about anybody; shown by these sentences.
AREA_REASONS: dict[str, str] = {
    "typo": gettext_noop("名册写错或漏写了"),
    "document": gettext_noop("核对了产权证、合同或登记簿"),
    "survey": gettext_noop("重新测绘了"),
    "objection": gettext_noop("业主提出异议，核对后更正"),
}
AREA_SOURCES: dict[str, str] = {
    "register": gettext_noop("不动产登记簿"),
    "survey": gettext_noop("测绘报告"),
    "contract": gettext_noop("买卖合同"),
    "roster": gettext_noop("名册"),
}


def _area_set(facts: Mapping[str, Any]) -> Sentence:
    source = Sentence(AREA_SOURCES.get(facts["source"], gettext_noop("名册")))
    reason = Sentence(AREA_REASONS.get(facts["reason"], gettext_noop("核对后更正")))
    after = _plain(facts["after"])
    if facts["before"] is None:
        return Sentence(
            gettext_noop("补上了一户的面积：{after} 平方米（依据：{source}；{reason}）。"),
            after=after,
            source=source,
            reason=reason,
        )
    return Sentence(
        gettext_noop("更正了一户的面积：由 {before} 改为 {after} 平方米（依据：{source}；{reason}）。"),
        before=_plain(facts["before"]),
        after=after,
        source=source,
        reason=reason,
    )


def _plain(area: str) -> str:
    """Return an area without the zeros that only the column keeps: two decimals, or as many as say something."""
    whole, _, rest = area.partition(".")
    return f"{whole}.{rest.rstrip('0').ljust(2, '0')}"


def register() -> None:
    """Register this room with the timeline."""
    entries.register(
        "people.roster_imported",
        describe=gettext_noop("导入业主名册：{homes} 户，其中新增 {added} 户，变更 {changed} 户。"),
    )
    entries.register("people.area_set", describe=_area_set, level=entries.Level.ESTATE)
    for name, says in (
        ("people.phone_settled", gettext_noop("核实了一个共用的电话。")),
        ("people.roster_viewed", gettext_noop("查看了名册里的姓名。")),
        ("people.roster_exported", gettext_noop("导出了名册：{homes} 户。")),
        ("people.tenant_viewed", gettext_noop("查看了一位租客的姓名。")),
    ):
        entries.register(name, describe=says, level=entries.Level.PERSONAL)
    recount.register()
