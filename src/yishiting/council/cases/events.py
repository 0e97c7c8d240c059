"""Entries of cases and the rows that they attest, registered at start-up. No entry says more than numbers, and none of
them stands on a page that others read: a case exists for those assigned to it and its parties alone.
"""

from __future__ import annotations

from yishiting.council.cases.models import (
    CaseAgreement,
    CaseConsent,
    CaseFile,
    CaseFollowUp,
    CaseParty,
    CasePresence,
    CaseSession,
    CaseSignature,
)
from yishiting.council.cases.recount import faults
from yishiting.council.cases.services.reading import READ
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries, guards, verify

_KINDS = {
    "cases.opened": gettext_noop("第 {no} 件调解立案。"),
    "cases.party_added": gettext_noop("第 {no} 件调解加了第 {party} 方。"),
    "cases.mediator_chosen": gettext_noop("第 {no} 件调解定了调解员。"),
    "cases.taken_over": gettext_noop("第 {no} 件调解换了负责的岗位。"),
    "cases.consent": gettext_noop("第 {no} 件调解第 {party} 方表了态。"),
    "cases.session": gettext_noop("第 {no} 件调解开了第 {session} 次调解会。"),
    "cases.agreement": gettext_noop("第 {no} 件调解写了第 {version} 版协议。"),
    "cases.signed": gettext_noop("第 {no} 件调解第 {version} 版协议有人签字。"),
    "cases.sealed": gettext_noop("第 {no} 件调解第 {version} 版协议盖了章。"),
    "cases.court": gettext_noop("第 {no} 件调解申请了司法确认。"),
    "cases.follow_up": gettext_noop("第 {no} 件调解回访过了。"),
    "cases.ended": gettext_noop("第 {no} 件调解结束。"),
    READ: gettext_noop("第 {no} 件调解的内容有人看过。"),
}


def register() -> None:
    """Register this room with the timeline."""
    for kind, text in _KINDS.items():
        entries.register(kind, describe=text, level=entries.Level.PERSONAL)
    _register_rows()
    for table in ("consent", "session", "presence", "signature"):
        guards.register(f"cases_case{table}")
    guards.register("cases_caseparty")
    guards.register("cases_casefile", free=("post_id", "mediator_id", "outcome", "ended_at", "end_words_sealed"))
    guards.register("cases_caseagreement", free=("sealed_at", "sealed_by_id", "in_force_at", "court_on"))
    guards.register("cases_casefollowup", free=("done_at", "fulfilled", "words_sealed", "done_by_id"))
    verify.register_check(faults)


def _case(row: CaseFile) -> Sentence:
    return Sentence(gettext_noop("第 {no} 件调解"), no=row.no)


def _register_rows() -> None:
    # Whom a case is about is in the digest of a row with a salt, or of one with sealed words, which nobody can guess.
    attest.register(
        "cases.case",
        CaseFile,
        (
            *("no", "topic", "account_sealed", "asked_by_id", "opened_by_id", "opened_at", "post_id", "mediator_id"),
            *("matter_id", "outcome", "ended_at", "end_words_sealed", "salt"),
        ),
        current=True,
        names=_case,
    )
    attest.register(
        "cases.party",
        CaseParty,
        ("case_id", "no", "side", "person_id", "home_id", "organisation_id", "added_at", "salt"),
        names=lambda row: _case(row.case),
    )
    attest.register(
        "cases.consent",
        CaseConsent,
        ("party_id", "act", "how", "at", "recorded_by_id", "recorded_at"),
        names=lambda row: _case(row.party.case),
    )
    attest.register(
        "cases.session",
        CaseSession,
        ("case_id", "no", "held_at", "place", "mediator_id", "open", "said_sealed", "recorded_at"),
        names=lambda row: _case(row.case),
    )
    attest.register(
        "cases.presence", CasePresence, ("session_id", "party_id"), names=lambda row: _case(row.session.case)
    )
    attest.register(
        "cases.agreement",
        CaseAgreement,
        (
            *("case_id", "version", "kind", "terms_sealed", "follow_up_on", "written_at", "written_by_id"),
            *("sealed_at", "sealed_by_id", "in_force_at", "court_on"),
        ),
        current=True,
        names=lambda row: _case(row.case),
    )
    attest.register(
        "cases.signature",
        CaseSignature,
        ("agreement_id", "party_id", "signed_at", "recorded_by_id"),
        names=lambda row: _case(row.agreement.case),
    )
    attest.register(
        "cases.follow_up",
        CaseFollowUp,
        ("agreement_id", "no", "due_on", "done_at", "fulfilled", "words_sealed", "done_by_id"),
        current=True,
        names=lambda row: _case(row.agreement.case),
    )
