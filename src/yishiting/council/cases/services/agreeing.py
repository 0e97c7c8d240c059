"""The agreement: its terms, signatures and seal, the court's confirmation, and looking back on whether it is kept."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max

from yishiting.council.cases import lifecycle, policy
from yishiting.council.cases.lifecycle import Signed
from yishiting.council.cases.models import CaseAgreement, CaseFile, CaseFollowUp, CaseParty, CaseSignature
from yishiting.council.cases.services.fetching import at_work, party_facts, party_no
from yishiting.council.cases.services.opening import enforce_free, note
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.people import secrets
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.services import book


def latest(case: CaseFile) -> CaseAgreement | None:
    """Return the version of the agreement that counts: the last one."""
    return case.agreements.order_by("-version").first()


def signed(agreement: CaseAgreement) -> Signed:
    """Return what stands under an agreement (one query)."""
    numbers = list(agreement.signatures.values_list("party__no", flat=True))
    return Signed(
        kind=agreement.kind,
        parties=frozenset(no for no in numbers if no is not None),
        by_mediator=None in numbers,
        sealed=agreement.sealed_at is not None,
    )


def _current(case: CaseFile) -> CaseAgreement:
    found = latest(case)
    if found is None:
        raise WrongState(gettext_noop("还没有写协议。请先写下谈定的内容。"), code="no_agreement")
    return found


def write_agreement(
    *, actor: Actor, estate_id: int, no: int, kind: str, terms: str, follow_up_on: date, now: datetime
) -> CaseAgreement:
    """Write down what was agreed. An oral agreement is in force once recorded; a written one waits for its formalities.

    A new version takes the place of one that is not in force: what was signed under the old text stays under it.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case = at_work(actor, estate_id, no, now=now)
        policy.can_lead(actor, case).enforce()
        enforce_free(case, now=now)
        lifecycle.check_agreement(
            party_facts(case),
            outcome=case.outcome,
            has_mediator=case.mediator_id is not None,
            follow_up_on=follow_up_on,
            now=now,
        )
        if kind not in CaseAgreement.Kind.values:
            text = gettext_noop("请选书面协议还是口头协议。")
            raise BadInput(text, fields={"kind": text})
        kept = lifecycle.check_words(terms, field="terms", text=gettext_noop("请写下双方谈定的内容。"))
        assert actor.person_id is not None
        last = case.agreements.aggregate(n=Max("version"))["n"] or 0
        agreement = CaseAgreement.objects.create(
            estate_id=estate_id,
            case=case,
            version=last + 1,
            kind=kind,
            terms_sealed=secrets.seal(kept),
            follow_up_on=follow_up_on,
            written_at=now,
            written_by_id=actor.person_id,
        )
        more = _come_into_force(case, agreement, now)
        note(record, case, "cases.agreement", attests=[agreement, *more], version=agreement.version)
    return agreement


def _come_into_force(case: CaseFile, agreement: CaseAgreement, now: datetime) -> list[CaseFollowUp]:
    """Put an agreement into force where its formalities are met: the case ends, and the first look back is set."""
    if not lifecycle.is_in_force(signed(agreement), party_facts(case)):
        return []
    agreement.in_force_at = now
    agreement.save(update_fields=["in_force_at"])
    case.outcome, case.ended_at = CaseFile.Outcome.AGREED, now
    case.save(update_fields=["outcome", "ended_at"])
    first = CaseFollowUp(estate_id=case.estate_id, agreement=agreement, no=1, due_on=agreement.follow_up_on)
    first.save()
    return [first]


def sign(*, actor: Actor, estate_id: int, no: int, party: int | None, now: datetime) -> CaseSignature:
    """Record that a party, or the mediator where ``party`` is None, has signed the agreement as it stands."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case = at_work(actor, estate_id, no, now=now)
        policy.can_lead(actor, case).enforce()
        lifecycle.check_going_on(case.outcome)
        agreement = _current(case)
        row: CaseParty | None = None if party is None else party_no(case, party)
        if agreement.signatures.filter(party=row).exists():
            raise WrongState(gettext_noop("这一位已经签过了。"), code="signed_already")
        assert actor.person_id is not None
        signature = CaseSignature.objects.create(
            estate_id=estate_id, agreement=agreement, party=row, signed_at=now, recorded_by_id=actor.person_id
        )
        note(record, case, "cases.signed", attests=[signature], version=agreement.version)
    return signature


def set_seal(*, actor: Actor, estate_id: int, no: int, now: datetime) -> CaseAgreement:
    """Record the committee's seal, by whoever looks after the case; with it the agreement is in force."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case = at_work(actor, estate_id, no, now=now)
        policy.can_seal(actor, case).enforce()
        lifecycle.check_going_on(case.outcome)
        agreement = _current(case)
        facts = party_facts(case)
        lifecycle.check_consented(facts)
        lifecycle.check_seal(signed(agreement), facts)
        agreement.sealed_at, agreement.sealed_by_id = now, actor.person_id
        agreement.save(update_fields=["sealed_at", "sealed_by"])
        more = _come_into_force(case, agreement, now)
        note(record, case, "cases.sealed", attests=[agreement, *more], version=agreement.version)
    return agreement


def ask_court(*, actor: Actor, estate_id: int, no: int, on: date, now: datetime) -> CaseAgreement:
    """Record the day on which both sides asked the court together to confirm the agreement, within thirty days."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case = at_work(actor, estate_id, no, now=now)
        policy.can_work(actor, case).enforce()
        agreement = _current(case)
        lifecycle.check_court(in_force_at=agreement.in_force_at, asked_on=on, court_on=agreement.court_on, now=now)
        agreement.court_on = on
        agreement.save(update_fields=["court_on"])
        note(record, case, "cases.court", attests=[agreement])
    return agreement


def follow_up(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    fulfilled: bool,
    words: str,
    now: datetime,
    again_on: date | None = None,
) -> CaseFollowUp:
    """Look back: is the agreement kept? Where it is not, it is looked at again on another day."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case = at_work(actor, estate_id, no, now=now)
        policy.can_work(actor, case).enforce()
        agreement = _current(case)
        row = agreement.follow_ups.filter(done_at__isnull=True).first()
        lifecycle.check_follow_up(
            in_force=agreement.in_force_at is not None,
            pending=row is not None,
            fulfilled=fulfilled,
            again_on=again_on,
            now=now,
        )
        assert row is not None
        row.done_at, row.fulfilled, row.done_by_id = now, fulfilled, actor.person_id
        row.words_sealed = secrets.seal(lifecycle.check_room(words, field="words"))
        row.save(update_fields=["done_at", "fulfilled", "done_by", "words_sealed"])
        rows = [row]
        if not fulfilled and again_on is not None:
            rows.append(
                CaseFollowUp.objects.create(
                    estate_id=estate_id, agreement=agreement, no=agreement.follow_ups.count() + 1, due_on=again_on
                )
            )
        note(record, case, "cases.follow_up", attests=rows)
    return row
