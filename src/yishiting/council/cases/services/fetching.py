"""Finding a case for a verb, and its parties as the rules want them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from yishiting.council.cases import lifecycle, policy, ties
from yishiting.council.cases.lifecycle import AGREED, CLOSED, OPEN, REFUSED, PartyFacts
from yishiting.council.cases.models import CaseConsent, CaseFile, CaseParty, CasePresence
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop


def _one(rows: QuerySet[CaseFile], estate_id: int, no: int) -> CaseFile:
    case = rows.select_related("estate", "post").filter(estate_id=estate_id, no=no).first()
    if case is None:
        raise NotFound(gettext_noop("没有找到这件调解。只有办这件事的人和当事人能看到它。"))
    return case


def assigned(actor: Actor, estate_id: int, no: int) -> CaseFile:
    """Return a case that the actor is assigned to; raises :class:`NotFound` for every other, as if there were none."""
    return _one(policy.assigned_to(actor), estate_id, no)


def tie_of(actor: Actor, case: CaseFile, *, now: datetime) -> Sentence | None:
    """Return why the actor reads the case and does nothing on it, or None: he is its party's kin, or of its company.

    Most of those whom a case is close to do not find it at all; this is left for what was declared, or came about since.
    """
    if actor.person_id is None:
        return None
    mine = ties.of_person(actor.person_id, now=now)
    if lifecycle.conflict(mine, ties.of_parties(case.parties.all(), now=now)) is None:
        return None
    return Sentence(
        gettext_noop(
            "您和这件调解的一方有利害关系，要回避，只能看。请让另一位负责调解的人从“调解”那一页接过去，或换一位调解员。"
        )
    )


def at_work(actor: Actor, estate_id: int, no: int, *, now: datetime) -> CaseFile:
    """Return a case that the actor is assigned to and tied to no side of; raises :class:`NotFound`, :class:`WrongState`."""
    case = assigned(actor, estate_id, no)
    if (tie := tie_of(actor, case, now=now)) is not None:
        raise WrongState(tie, code="tied")
    return case


def own(actor: Actor, estate_id: int, no: int) -> tuple[CaseFile, list[CaseParty]]:
    """Return a case that the actor is a party of, and the parties that he speaks for; raises :class:`NotFound`."""
    case = _one(policy.party_to(actor), estate_id, no)
    return case, list(policy.parties_of(actor).filter(case=case).order_by("no"))


def party_facts(case: CaseFile, parties: Sequence[CaseParty] | None = None) -> list[PartyFacts]:
    """Return the parties with their latest words and whether they were heard (three queries)."""
    rows = list(case.parties.order_by("no")) if parties is None else parties
    words: dict[int, CaseConsent] = {}
    open_words: dict[int, CaseConsent] = {}
    for consent in CaseConsent.objects.filter(party__case=case).order_by("pk"):
        if consent.act in (AGREED, REFUSED):
            words[consent.party_id] = consent
        elif consent.act in (OPEN, CLOSED):
            open_words[consent.party_id] = consent
    heard = set(CasePresence.objects.filter(party__case=case).values_list("party_id", flat=True))
    return [
        PartyFacts(
            no=row.no,
            side=row.side,
            word=words[row.pk].act if row.pk in words else "",
            word_at=words[row.pk].at if row.pk in words else None,
            open_word=open_words[row.pk].act if row.pk in open_words else "",
            open_at=open_words[row.pk].at if row.pk in open_words else None,
            heard=row.pk in heard,
        )
        for row in rows
    ]


def party_no(case: CaseFile, no: int) -> CaseParty:
    """Return a party by its number; raises :class:`NotFound`."""
    found = case.parties.filter(no=no).first()
    if found is None:
        raise NotFound(gettext_noop("这件调解里没有这一方。请回上一页重新选。"))
    return found
