"""Entries of appraisals and the rows that they attest, registered at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yishiting.council.appraisals import affairs
from yishiting.council.appraisals.models import Appraisal, AppraisalAnswer, AppraisalHome, AppraisalNote
from yishiting.council.appraisals.recount import faults
from yishiting.council.appraisals.services import READ
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries, guards, verify


def _closed(facts: Mapping[str, Any]) -> Sentence:
    if facts.get("answered") is None:
        return Sentence(gettext_noop("第 {no} 次评议结束，评的不足 3 户，不公布。"), no=facts.get("no"))
    if facts.get("low"):
        return Sentence(
            gettext_noop("第 {no} 次评议结束，{answered} 户评了，低于事先定的线，要整改。"),
            no=facts.get("no"),
            answered=facts.get("answered"),
        )
    text = gettext_noop("第 {no} 次评议结束，{answered} 户评了。")
    return Sentence(text, no=facts.get("no"), answered=facts.get("answered"))


def _named(row: Appraisal) -> Sentence:
    return Sentence(gettext_noop("第 {no} 次评议"), no=row.no)


def register() -> None:
    """Register this room with the timeline."""
    entries.register("appraisals.opened", describe=gettext_noop("第 {no} 次评议开始，请 {homes} 户来评。"))
    entries.register(
        "appraisals.answered", describe=gettext_noop("第 {no} 次评议有一户评了。"), level=entries.Level.PERSONAL
    )
    entries.register("appraisals.closed", describe=_closed)
    entries.register("appraisals.noted", describe=gettext_noop("第 {no} 次评议写了整改说明。"))
    entries.register(READ, describe=gettext_noop("第 {no} 次评议的单条评价有人看过。"), level=entries.Level.PERSONAL)
    attest.register(
        "appraisals.appraisal",
        Appraisal,
        (
            *("no", "matter_id", "scope", "building_id", "entrance_id", "threshold", "opened_at", "opened_by_id"),
            *("closes_at", "closed_at"),
        ),
        current=True,
        names=_named,
    )
    attest.register(
        "appraisals.home", AppraisalHome, ("appraisal_id", "home_id"), names=lambda row: _named(row.appraisal)
    )
    attest.register(
        "appraisals.answer",
        AppraisalAnswer,
        ("asked_id", "score", "words", "answered_by_id", "written_by_id", "answered_at", "salt"),
        names=lambda row: _named(row.asked.appraisal),
    )
    attest.register(
        "appraisals.note",
        AppraisalNote,
        ("appraisal_id", "text", "written_by_id", "written_at"),
        names=lambda row: _named(row.appraisal),
    )
    guards.register("appraisals_appraisal", free=("closed_at",))
    for table in ("home", "answer", "note"):
        guards.register(f"appraisals_appraisal{table}")
    verify.register_check(faults)
    affairs.register()
