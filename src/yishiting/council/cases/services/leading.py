"""The course of a case: consents and their withdrawal, sessions, an end without agreement."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from yishiting.council.cases import lifecycle, policy, ties
from yishiting.council.cases.models import CaseConsent, CaseFile, CaseParty, CasePresence, CaseSession
from yishiting.council.cases.services.fetching import at_work, own, party_facts, party_no
from yishiting.council.cases.services.opening import enforce_free, note
from yishiting.ground.organisations import kinds
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.models import Post
from yishiting.ground.organisations.selectors import responsible
from yishiting.ground.people import secrets
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.services import Book, book


def say(*, actor: Actor, estate_id: int, no: int, party: int, act: str, now: datetime) -> CaseConsent:
    """A party's own word: to agree, to refuse or withdraw (which ends the case), to allow an open session or not."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case, mine = own(actor, estate_id, no)
        row = next((each for each in mine if each.no == party), None)
        if row is None:
            raise NotFound(gettext_noop("您不能替这一方表态。"))
        return _take(record, case, row, act=act, how=CaseConsent.How.ONLINE, at=now, actor=actor, now=now)


def record_consent(
    *, actor: Actor, estate_id: int, no: int, party: int, act: str, how: str, at: datetime, now: datetime
) -> CaseConsent:
    """Take down what a party said to the mediator, on paper, by word of mouth or by phone."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case = at_work(actor, estate_id, no, now=now)
        policy.can_work(actor, case).enforce()
        if how not in (CaseConsent.How.PAPER, CaseConsent.How.ORAL, CaseConsent.How.PHONE):
            text = gettext_noop("请选当事人是怎么说的。")
            raise BadInput(text, fields={"how": text})
        return _take(record, case, party_no(case, party), act=act, how=how, at=at, actor=actor, now=now)


def _take(
    record: Book, case: CaseFile, party: CaseParty, *, act: str, how: str, at: datetime, actor: Actor, now: datetime
) -> CaseConsent:
    (facts,) = party_facts(case, [party])
    lifecycle.check_consent(facts, outcome=case.outcome, act=act, at=at, opened_at=case.opened_at, now=now)
    consent = CaseConsent.objects.create(
        estate_id=case.estate_id,
        party=party,
        act=act,
        how=how,
        at=at,
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )
    if act == lifecycle.REFUSED:
        _end(case, CaseFile.Outcome.REFUSED, now)
    note(record, case, "cases.consent", attests=[consent], party=party.no)
    return consent


def _end(case: CaseFile, outcome: str, now: datetime, words: str = "") -> None:
    case.outcome, case.ended_at = outcome, now
    if words:
        case.end_words_sealed = secrets.seal(words)
    case.save(update_fields=["outcome", "ended_at", "end_words_sealed"])


def hold_session(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    held_at: datetime,
    place: str,
    came: Collection[int],
    said: str,
    now: datetime,
    open_asked: bool = False,
) -> CaseSession:
    """Record a session: by its mediator, after both sides agreed, with who came and what was said (sealed)."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case = at_work(actor, estate_id, no, now=now)
        policy.can_lead(actor, case).enforce()
        enforce_free(case, now=now)
        rows = list(case.parties.order_by("no"))
        lifecycle.check_session(
            party_facts(case, rows),
            outcome=case.outcome,
            has_mediator=case.mediator_id is not None,
            came=frozenset(came),
            held_at=held_at,
            now=now,
            open_asked=open_asked,
        )
        if not place.strip():
            text = gettext_noop("请写上在哪里调解的。")
            raise BadInput(text, fields={"place": text})
        lifecycle.check_room(place, field="place", most=lifecycle.LONGEST_PLACE)
        kept = lifecycle.check_words(said, field="said", text=gettext_noop("请记下谈了什么。"))
        assert case.mediator_id is not None
        session = CaseSession.objects.create(
            estate_id=estate_id,
            case=case,
            no=case.sessions.count() + 1,
            held_at=held_at,
            place=place.strip(),
            mediator_id=case.mediator_id,
            open=open_asked,
            said_sealed=secrets.seal(kept),
            recorded_at=now,
        )
        present = [
            CasePresence.objects.create(estate_id=estate_id, session=session, party=row)
            for row in rows
            if row.no in came
        ]
        note(record, case, "cases.session", attests=[session, *present], session=session.no)
    return session


def end_case(*, actor: Actor, estate_id: int, no: int, outcome: str, words: str, now: datetime) -> CaseFile:
    """End a case that came to nothing (``failed``), or pass it one tier up (``escalated``): that post then sees it."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case = at_work(actor, estate_id, no, now=now)
        policy.can_work(actor, case).enforce()
        lifecycle.check_end(outcome=case.outcome, ending=outcome)
        kept = lifecycle.check_words(words, field="words", text=gettext_noop("请写明为什么这样结束。"))
        if outcome == CaseFile.Outcome.ESCALATED:
            case.post = _next_up(case, now)
            case.save(update_fields=["post"])
        _end(case, outcome, now, kept)
        note(record, case, "cases.ended")
    return case


def _next_up(case: CaseFile, now: datetime) -> Post:
    tied = ties.of_parties(case.parties.all(), now=now)
    for kind in kinds.chain(case.post.kind)[1:]:
        found = responsible(kind=kind, estate=case.estate, now=now)
        if found is None or found.post.pk == case.post_id:
            continue
        if any(lifecycle.conflict(ties.of_person(person, now=now), tied) is None for person in found.person_ids):
            return found.post
    raise BadInput(
        gettext_noop("上面没有能接手的岗位。请选“没有谈成”，并告诉双方可以找街道调解委员会或法院。"),
        fields={"outcome": gettext_noop("上面没有能接手的岗位。请选“没有谈成”。")},
    )
