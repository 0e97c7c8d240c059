"""Whether a meeting opened before its hour, or without having been announced. Neither is refused; both are told. Pure.

A meeting of sides who are all there may begin, but whoever meant to listen must be able to see why he came too late.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from yishiting.kernel.words import Sentence, gettext_noop

EARLY = timedelta(minutes=15)
"""How long before its hour a meeting may open without being told as early: people sit down before the hour."""

_OPENED: Mapping[frozenset[str], str] = {
    frozenset(): gettext_noop("第 {no} 次议事会开会，到会 {people} 人。"),
    frozenset({"early"}): gettext_noop("第 {no} 次议事会提前开会，到会 {people} 人。"),
    frozenset({"unannounced"}): gettext_noop("第 {no} 次议事会没有事先公告就开会，到会 {people} 人。"),
    frozenset({"early", "unannounced"}): gettext_noop("第 {no} 次议事会没有事先公告，提前开会，到会 {people} 人。"),
}


def how_opened(*, starts_at: datetime, invited_at: datetime | None, opened_at: datetime | None) -> Collection[str]:
    """Return what was out of order as it opened: ``early``, ``unannounced``, both or neither; nothing before it opened.

    ``invited_at`` is when its present time and place were announced, so one that was moved and not announced anew counts.
    """
    if opened_at is None:
        return ()
    found = []
    if starts_at - opened_at > EARLY:
        found.append("early")
    if invited_at is None:
        found.append("unannounced")
    return tuple(found)


def describe(facts: Mapping[str, Any]) -> Sentence:
    """Return the sentence of the entry: ``early`` and ``unannounced`` stand in the facts where it was so."""
    said = frozenset(key for key in ("early", "unannounced") if facts.get(key))
    return Sentence(_OPENED[said], no=facts["no"], people=facts["people"])
