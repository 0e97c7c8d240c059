"""What a token may reach and how long it holds: pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop

ROOMS: dict[str, str] = {
    "estates": gettext_noop("小区"),
    "record": gettext_noop("记录"),
    "roster": gettext_noop("名册"),
    "posts": gettext_noop("岗位和利害关系"),
    "calendar": gettext_noop("工作日历"),
    "rules": gettext_noop("规则"),
    "matters": gettext_noop("事项"),
    "playbooks": gettext_noop("工作法"),
    "meetings": gettext_noop("会议"),
    "votes": gettext_noop("表决"),
    "projects": gettext_noop("项目"),
    "appraisals": gettext_noop("评议"),
    "notices": gettext_noop("公示"),
    "canvasses": gettext_noop("逐户走访"),
    "cases": gettext_noop("调解"),
    "inbox": gettext_noop("消息"),
    "desk": gettext_noop("工作台"),
}
"""The rooms that are reached from outside, in the order of the screen."""

ONLY_READ = frozenset({"estates", "record"})
"""Rooms in which nothing is written from outside."""

LONGEST_LABEL = 40


class Kind(StrEnum):
    """Who shows the token: a programme of the person's own, or a device that stands somewhere."""

    PERSONAL = "personal"
    DEVICE = "device"


LONGEST: dict[str, int] = {Kind.PERSONAL: 366, Kind.DEVICE: 731}
"""For how many days a token of the kind may hold at most."""

CONFIDENTIAL = frozenset({"roster", "posts", "canvasses", "cases", "inbox", "desk"})
"""Rooms all of whose answers name somebody or tell what came of a home: no device has their scopes.

In the other rooms the interface keeps from a device what nobody may ask (``reach/api/operations.py``).
"""

NOT_FOR_DEVICES = frozenset({"votes:write", *(f"{room}:{way}" for room in CONFIDENTIAL for way in ("read", "write"))})
"""What no device may do: read names, and hand a ballot in."""


def scopes_for(kind: str) -> tuple[str, ...]:
    """Return every scope that a token of ``kind`` may have, in the order of the screen."""
    every = [f"{room}:{way}" for room in ROOMS for way in ("read", "write") if way == "read" or room not in ONLY_READ]
    return tuple(scope for scope in every if kind == Kind.PERSONAL or scope not in NOT_FOR_DEVICES)


def check(*, kind: str, label: str, scopes: Collection[str], days: int) -> None:
    """Raise :class:`BadInput` by field unless a token may be made so."""
    fields: dict[str, Sentence] = {}
    if kind not in tuple(Kind):
        fields["kind"] = Sentence(gettext_noop("请选是自己的程序用，还是设备用。"))
    if not label:
        fields["label"] = Sentence(gettext_noop("请写明给什么用，好认得出来。"))
    elif len(label) > LONGEST_LABEL:
        fields["label"] = Sentence(gettext_noop("太长了，最多 {most} 个字。"), most=LONGEST_LABEL)
    allowed = scopes_for(kind)
    if not scopes:
        fields["scopes"] = Sentence(gettext_noop("请至少选一项。"))
    elif not set(scopes) <= set(scopes_for(Kind.PERSONAL)):
        fields["scopes"] = Sentence(gettext_noop("没有这一项。请从列出的里面选。"))
    elif not set(scopes) <= set(allowed):
        fields["scopes"] = Sentence(
            gettext_noop("设备不能看名册、岗位和利害关系、走访、调解、消息和工作台，也不能投票。请去掉这几项。")
        )
    longest = LONGEST.get(kind, LONGEST[Kind.PERSONAL])
    if not 1 <= days <= longest:
        fields["days"] = Sentence(gettext_noop("请填 1 到 {most} 天。"), most=longest)
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)


def ends(*, now: datetime, days: int) -> datetime:
    """Return when a token made now for ``days`` ends."""
    return now + timedelta(days=days)


def holds(*, expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether a token is good at ``now``."""
    return revoked_at is None and now < expires_at
