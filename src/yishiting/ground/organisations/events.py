"""Entries that this room writes, registered at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yishiting.ground.organisations import kinds, recount
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries


def _appointed(facts: Mapping[str, Any]) -> Sentence:
    return Sentence(gettext_noop("有人开始担任{post}。"), post=Sentence(kinds.label(str(facts.get("kind")))))


def _ended(facts: Mapping[str, Any]) -> Sentence:
    return Sentence(gettext_noop("一位{post}任期结束。"), post=Sentence(kinds.label(str(facts.get("kind")))))


def register() -> None:
    """Register this room with the timeline."""
    entries.register("organisations.appointed", describe=_appointed)
    entries.register("organisations.term_ended", describe=_ended)
    attest.register_whole(recount.OFFICES, recount.offices, names=recount.offices_name)
