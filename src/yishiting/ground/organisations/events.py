"""Entries that this room writes, registered at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yishiting.ground.organisations import kinds, recount, restating
from yishiting.ground.organisations.charting import events as charting
from yishiting.ground.organisations.companies import REGISTERED
from yishiting.ground.organisations.models import Company, Interest
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries, guards


def _appointed(facts: Mapping[str, Any]) -> Sentence:
    return Sentence(gettext_noop("有人开始担任{post}。"), post=Sentence(kinds.label(str(facts.get("kind")))))


def _ended(facts: Mapping[str, Any]) -> Sentence:
    return Sentence(gettext_noop("一位{post}任期结束。"), post=Sentence(kinds.label(str(facts.get("kind")))))


def register() -> None:
    """Register this room with the timeline."""
    entries.register("organisations.appointed", describe=_appointed)
    entries.register("organisations.term_ended", describe=_ended)
    attest.register_whole(recount.OFFICES, recount.offices, names=recount.offices_name)
    _register_interests()
    charting.register()


def _register_interests() -> None:
    # Whose interest it is stands in no entry; that somebody keeps out, and of what, is for everyone.
    personal = entries.Level.PERSONAL
    entries.register("organisations.interest_declared", describe=gettext_noop("登记了一条利害关系。"), level=personal)
    entries.register("organisations.interest_withdrawn", describe=gettext_noop("撤销了一条利害关系。"), level=personal)
    entries.register(restating.RECUSED, describe=restating.describe_recused)
    entries.register(restating.ENDED, describe=restating.describe_ended)
    frozen = ("person_id", "body_id", "relation", "organisation_id", "home_id", "thing_kind", "thing_id", "reason")
    times = ("since", "until", "declared_at", "declared_by_id", "salt")
    withdrawn = ("withdrawn_at", "withdrawn_by_id", "withdraw_reason")
    attest.register(
        "organisations.interest",
        Interest,
        (*frozen, *times, *withdrawn),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {id} 条利害关系"), id=row.pk),
    )
    guards.register("organisations_interest", free=withdrawn)
    entries.register(REGISTERED, describe=gettext_noop("登记了一家公司。"), level=entries.Level.ESTATE)
    attest.register(
        "organisations.company",
        Company,
        ("region_id", "parent_id", "kind", "name"),
        current=True,
        names=lambda row: Sentence(gettext_noop("公司“{name}”"), name=row.name),
    )
