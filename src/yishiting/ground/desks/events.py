"""Entries that this room writes, registered at start-up. No name is in them: who stands in is read by those concerned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yishiting.ground.desks.models import HandOver
from yishiting.ground.organisations.kinds import label
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries, guards


def _post(facts: Mapping[str, Any]) -> Sentence:
    return Sentence(label(str(facts.get("post"))))


def _day(facts: Mapping[str, Any], name: str) -> Sentence:
    at = datetime.fromisoformat(str(facts[name])).astimezone(CHINA)
    return Sentence(gettext_noop("{month}月{day}日"), month=at.month, day=at.day)


def _handed_over(facts: Mapping[str, Any]) -> Sentence:
    text = gettext_noop("{post}的事请人代办，{since}到{until}。")
    return Sentence(text, post=_post(facts), since=_day(facts, "since"), until=_day(facts, "until"))


def _ended(facts: Mapping[str, Any]) -> Sentence:
    return Sentence(gettext_noop("{post}请人代办的事提前结束，由本人接着办。"), post=_post(facts))


def _acted(facts: Mapping[str, Any]) -> Sentence:
    return Sentence(gettext_noop("第 {seq} 条是代{post}办的。"), post=_post(facts), seq=facts.get("seq", 0))


def register() -> None:
    """Register this room with the timeline."""
    entries.register("desks.handed_over", describe=_handed_over)
    entries.register("desks.hand_over_ended", describe=_ended)
    entries.register("desks.acted_for", describe=_acted)
    attest.register(
        "desks.hand_over",
        HandOver,
        ("term_id", "stand_in_id", "since", "until", "reason", "made_at", "ended_at", "ended_by_id", "salt"),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {no} 次代办"), no=row.pk),
    )
    guards.register("desks_handover", free=("ended_at", "ended_by_id"))
