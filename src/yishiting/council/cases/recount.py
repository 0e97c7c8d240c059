"""Recounts cases from their rows, for ``yishiting verify``: an end has its cause, an agreement its formalities."""

from __future__ import annotations

from collections.abc import Iterator

from yishiting.council.cases.lifecycle import REFUSED, is_in_force
from yishiting.council.cases.models import CaseFile
from yishiting.council.cases.services.agreeing import signed
from yishiting.council.cases.services.fetching import party_facts
from yishiting.kernel.words import Sentence, gettext_noop


def faults(estate_id: int) -> Iterator[Sentence]:
    """Yield a sentence for each case whose state does not follow from its rows."""
    for case in CaseFile.objects.filter(estate_id=estate_id).order_by("no"):
        parties = party_facts(case)
        if (case.outcome == CaseFile.Outcome.REFUSED) != any(party.word == REFUSED for party in parties):
            yield Sentence(gettext_noop("第 {no} 件调解：是否有一方不愿意，和结果对不上。"), no=case.no)
        agreements = list(case.agreements.all())
        in_force = [row for row in agreements if row.in_force_at is not None]
        if (case.outcome == CaseFile.Outcome.AGREED) != bool(in_force):
            yield Sentence(gettext_noop("第 {no} 件调解：协议是否生效，和结果对不上。"), no=case.no)
        if any(not is_in_force(signed(row), parties) for row in in_force):
            yield Sentence(gettext_noop("第 {no} 件调解：协议写着生效，签字盖章却不全。"), no=case.no)
        if case.sessions.exists() and any(party.word == "" for party in parties):
            yield Sentence(gettext_noop("第 {no} 件调解：开过调解会，却有一方没有表过态。"), no=case.no)
