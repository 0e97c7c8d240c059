"""Entries of notices and canvasses, the rows that they attest, what the database lets nobody change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from yishiting.kernel.hashing import digest
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.record.notices import recount, rules
from yishiting.record.notices.models import (
    Attempt,
    Canvass,
    CanvassHome,
    Channel,
    Notice,
    Objection,
    Picture,
    Posting,
    Version,
    VersionPlace,
)
from yishiting.record.notices.services.canvassing import DOORS
from yishiting.record.notices.services.drafting import PLACES
from yishiting.timeline import attest, entries, guards, verify
from yishiting.timeline.entries import Level

_CHANNEL_WORDS = {code: gettext_noop(str(label)) for code, label in Channel.choices}


def _posted(facts: Mapping[str, Any]) -> Sentence:
    channel = str(facts.get("channel"))
    if channel == Channel.ENTRANCE:
        return Sentence(gettext_noop("第 {no} 号公示贴到了 {n} 个单元门口。"), no=facts.get("no"), n=facts.get("n", 1))
    word = Sentence(_CHANNEL_WORDS.get(channel, gettext_noop("其他")))
    return Sentence(gettext_noop("第 {no} 号公示发到了{channel}。"), no=facts.get("no"), channel=word)


def _closed(facts: Mapping[str, Any]) -> Sentence:
    told, homes = int(facts.get("told", 0)), int(facts.get("homes", 0))
    if homes < rules.SMALL:
        return Sentence(gettext_noop("第 {no} 次逐户走访结束。"), no=facts.get("no"))
    text = gettext_noop("第 {no} 次逐户走访结束，通知到 {told} / {homes} 户。")
    return Sentence(text, no=facts.get("no"), told=told, homes=homes)


def places(estate_id: int, ids: Collection[int] | None) -> Mapping[int, str]:
    """Return the digest of each version's scope."""
    rows = VersionPlace.objects.filter(version_id__in=ids) if ids is not None else VersionPlace.objects.filter(
        estate_id=estate_id
    )  # fmt: skip
    found: dict[int, list[list[int]]] = {}
    for version, *row in rows.order_by("pk").values_list("version_id", "pk", "estate_id", "entrance_id"):
        found.setdefault(version, []).append(row)
    return {version: digest([PLACES, version, scope]) for version, scope in found.items()}


def doors(estate_id: int, ids: Collection[int] | None) -> Mapping[int, str]:
    """Return the digest of the homes of each canvass."""
    rows = CanvassHome.objects.filter(canvass_id__in=ids) if ids is not None else CanvassHome.objects.filter(
        estate_id=estate_id
    )  # fmt: skip
    found: dict[int, list[list[int]]] = {}
    values = rows.order_by("pk").values_list("canvass_id", "pk", "estate_id", "home_id", "building_id")
    for canvass, *row in values:
        found.setdefault(canvass, []).append(row)
    return {canvass: digest([DOORS, canvass, scope]) for canvass, scope in found.items()}


def register() -> None:
    """Register this room with the timeline."""
    _register_entries()
    _register_rows()
    verify.register_check(recount.faults)
    guards.register("notices_notice")
    guards.register(
        "notices_version",
        free=(
            *("reviewed_at", "reviewed_by_id", "returned", "review_note", "published_at", "published_by_id", "post_id"),
            *("replaced_at", "archived_at", "archived_by_id", "archive_note", "withdrawn"),
        ),
    )
    guards.register(
        "notices_objection",
        free=(
            *("withdrawn_at", "withdrawn_by_id", "withdraw_note"),
            *("answered_at", "answered_by_id", "outcome", "answer", "remedy"),
        ),
    )
    guards.register("notices_versionplace")
    guards.register("notices_posting")
    guards.register("notices_picture")
    guards.register("notices_canvass", free=("closed_at", "closed_by_id", "left", "close_note"))
    guards.register("notices_canvasshome")
    guards.register("notices_attempt", free=("withdrawn_at", "withdrawn_by_id"))


def _register_entries() -> None:
    entries.register(
        "notices.drafted", describe=gettext_noop("起草第 {no} 号公示第 {version} 版。"), level=Level.PERSONAL
    )
    entries.register(
        "notices.draft_dropped", describe=gettext_noop("第 {no} 号公示第 {version} 版草稿作废。"), level=Level.PERSONAL
    )
    entries.register(
        "notices.reviewed", describe=gettext_noop("复核了第 {no} 号公示第 {version} 版。"), level=Level.PERSONAL
    )
    entries.register(
        "notices.returned", describe=gettext_noop("退回第 {no} 号公示第 {version} 版。"), level=Level.PERSONAL
    )
    entries.register("notices.published", describe=gettext_noop("发布第 {no} 号公示：{title}。"))
    entries.register("notices.replaced", describe=gettext_noop("第 {no} 号公示第 {version} 版换成新的一版。"))
    entries.register("notices.posted", describe=_posted)
    entries.register("notices.archived", describe=gettext_noop("第 {no} 号公示收起来，一共挂了 {days} 整天。"))
    entries.register("notices.withdrawn", describe=gettext_noop("第 {no} 号公示第 {version} 版有异议成立，撤回了。"))
    for kind, says in (
        ("objected", gettext_noop("第 {no} 号公示收到第 {objection} 条异议。")),
        ("objection_written", gettext_noop("录入了第 {no} 号公示的第 {objection} 条纸质异议。")),
        ("objection_withdrawn", gettext_noop("第 {no} 号公示的第 {objection} 条异议撤回了。")),
        ("objection_answered", gettext_noop("第 {no} 号公示的第 {objection} 条异议答复了。")),
        ("objections_read", gettext_noop("查看了第 {no} 号公示收到的异议。")),
    ):
        entries.register(f"notices.{kind}", describe=says, level=Level.PERSONAL)
    entries.register("notices.canvass_begun", describe=gettext_noop("开始第 {no} 次逐户走访：{title}。"))
    entries.register("notices.attempted", describe=gettext_noop("第 {no} 次逐户走访登记了一户。"), level=Level.PERSONAL)
    entries.register(
        "notices.attempt_withdrawn", describe=gettext_noop("第 {no} 次逐户走访撤掉一条登记。"), level=Level.PERSONAL
    )
    entries.register("notices.canvass_closed", describe=_closed)
    entries.register(
        "notices.doors_exported", describe=gettext_noop("导出了第 {no} 次逐户走访的名单。"), level=Level.PERSONAL
    )


def _notice(row: Notice) -> Sentence:
    return Sentence(gettext_noop("第 {no} 号公示"), no=row.no)


def _version(row: Version) -> Sentence:
    return Sentence(gettext_noop("第 {no} 号公示第 {version} 版"), no=row.notice.no, version=row.no)


def _objection(row: Objection) -> Sentence:
    return Sentence(gettext_noop("第 {no} 号公示的第 {objection} 条异议"), no=row.notice.no, objection=row.no)


def _canvass(row: Canvass) -> Sentence:
    return Sentence(gettext_noop("第 {no} 次逐户走访"), no=row.no)


def _register_rows() -> None:
    attest.register("notices.notice", Notice, ("no", "thread", "run", "created_at", "created_by_id"), names=_notice)
    attest.register(
        "notices.version",
        Version,
        (
            *("notice_id", "no", "kind", "title", "text", "names_homes", "least_days", "answer_days", "channels"),
            *("drafted_at", "drafted_by_id", "reviewed_at", "reviewed_by_id", "returned", "review_note"),
            *("published_at", "published_by_id", "post_id", "replaced_at"),
            *("archived_at", "archived_by_id", "archive_note", "withdrawn"),
        ),
        current=True,
        names=_version,
    )
    attest.register(
        "notices.objection",
        Objection,
        (
            *("notice_id", "version_id", "no", "home_id", "person_id", "words", "on", "made_at"),
            *("written_by_id", "due_at", "withdrawn_at", "withdrawn_by_id", "withdraw_note"),
            *("answered_at", "answered_by_id", "outcome", "answer", "remedy"),
        ),
        current=True,
        names=_objection,
    )
    attest.register_whole(PLACES, places, names=lambda pk: Sentence(gettext_noop("公示第 {id} 版的范围"), id=pk))
    attest.register(
        "notices.posting",
        Posting,
        ("version_id", "channel", "label", "entrance_id", "picture_id", "note", "on", "added_by_id", "added_at"),
        names=lambda row: _version(row.version),
    )
    attest.register(
        "notices.picture",
        Picture,
        ("file", "sha256", "width", "height", "added_by_id", "added_at"),
        names=lambda row: Sentence(gettext_noop("公示的第 {id} 张照片"), id=row.pk),
    )
    attest.register(
        "notices.canvass",
        Canvass,
        (
            *("no", "title", "words", "notes_suffice", "thread", "run", "begun_at", "begun_by_id"),
            *("closed_at", "closed_by_id", "left", "close_note"),
        ),
        current=True,
        names=_canvass,
    )
    attest.register_whole(DOORS, doors, names=lambda pk: Sentence(gettext_noop("第 {id} 次逐户走访的名单"), id=pk))
    attest.register(
        "notices.attempt",
        Attempt,
        ("place_id", "how", "outcome", "note", "at", "by_id", "recorded_at", "withdrawn_at", "withdrawn_by_id"),
        current=True,
        names=lambda row: _canvass(row.place.canvass),
    )
