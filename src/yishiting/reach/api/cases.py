"""Mediation as those assigned to a case work on it: closed to everybody else, each reading on record for the parties."""

from __future__ import annotations

from typing import Any

from ninja import Router

from yishiting.council.cases import policy, selectors, services
from yishiting.council.cases.models import CaseFile
from yishiting.council.cases.selectors import AgreementShown, CasePage
from yishiting.council.cases.services import Asked
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.case_shapes import (
    AgreementIn,
    CaseAgreementOut,
    CaseConsentOut,
    CaseDone,
    CaseFollowUpOut,
    CaseLine,
    CaseOut,
    CaseParty,
    CasePartyIn,
    Cases,
    CaseSessionOut,
    ConsentIn,
    CourtIn,
    EndCaseIn,
    FollowUpIn,
    MediatorIn,
    MediatorOut,
    Mediators,
    OpenCaseIn,
    SessionIn,
    SignatureIn,
    TakenOver,
)
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import No, Search, Slug, said

router = Router(tags=["desk: mediation"])
SCOPE_READ, SCOPE_WRITE = "cases:read", "cases:write"


def case_line(row: selectors.Row) -> dict[str, Any]:
    """Return a line of a list of cases."""
    case = row.case
    return {
        "no": case.no,
        "topic": case.topic,
        "outcome": case.outcome,
        "opened_at": case.opened_at,
        "ended_at": case.ended_at,
        "waits_for": said(row.waits_for),
        "due_on": row.due_on,
    }


def agreement_of(shown: AgreementShown | None, *, assigned: bool) -> CaseAgreementOut | None:
    """Return an agreement as those in the case read it; what was seen when it was looked at is for those assigned."""
    if shown is None:
        return None
    row = shown.row
    return CaseAgreementOut(
        version=row.version,
        kind=row.kind,
        terms=row.terms,
        in_force_at=row.in_force_at,
        court_until=shown.court_until,
        court_on=row.court_on,
        signed=sorted(shown.under.parties),
        signed_by_mediator=shown.under.by_mediator,
        sealed=shown.under.sealed,
        follow_ups=[
            CaseFollowUpOut(
                due_on=each.due_on,
                done_at=each.done_at,
                fulfilled=each.fulfilled,
                words=each.words if assigned else "",
            )
            for each in shown.follow_ups
        ],
    )


def sessions_of(page: Any) -> list[CaseSessionOut]:
    """Return the sessions of a case that a reader may read."""
    return [
        CaseSessionOut(
            no=row.no,
            held_at=row.held_at,
            place=row.place,
            open=row.open,
            came=sorted(each.party.no for each in row.presences.all()),
            said=row.said,
        )
        for row in page.sessions
    ]


def _shown(request: Request, told: CasePage) -> CaseOut:
    case = told.case
    pending = told.agreement.pending if told.agreement else None
    row = selectors.Row(case, told.waits_for, pending.due_on if pending else None)
    return CaseOut.model_validate(
        {
            **case_line(row),
            "account": case.account,
            "end_words": case.end_words,
            "mediator_chosen": case.mediator_id is not None,
            "leads": bool(policy.can_lead(request.actor, case)),
            "parties": [
                CaseParty(
                    no=each.row.no,
                    side=each.row.side,
                    label=each.label,
                    word=each.facts.word,
                    open_word=each.facts.open_word,
                    heard=each.facts.heard,
                    signed=each.signed,
                )
                for each in told.parties
            ],
            "consents": [
                CaseConsentOut(party=each.party.no, act=each.act, how=each.how, at=each.at) for each in told.consents
            ],
            "sessions": sessions_of(told),
            "agreement": agreement_of(told.agreement, assigned=True),
            "is_open": told.is_open,
        }
    )


def _at(request: Request, slug: str, no: int) -> dict[str, Any]:
    """Return what every verb of a case takes; as on its page, whoever comes so far has read the case."""
    estate = estate_at(slug)
    services.read_case(actor=request.actor, estate_id=estate.pk, no=no, now=request.now)
    return {"actor": request.actor, "estate_id": estate.pk, "no": no, "now": request.now}


def _done(case: CaseFile) -> CaseDone:
    return CaseDone(no=case.no, outcome=case.outcome)


def _after(at: dict[str, Any]) -> CaseDone:
    return _done(CaseFile.objects.get(estate_id=at["estate_id"], no=at["no"]))


@reads(router, "/estates/{slug}/desk/cases", scope=SCOPE_READ, answer=Cases, public=False)
def list_cases(
    request: Request,
    slug: Slug,
    q: Search = "",
    state: Search = "going",
    topic: Search = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> Cases:
    """List the cases that one is assigned to, the newest first; `state` is going, follow_up, ended or all."""
    estate = estate_at(slug)
    if not request.actor.has_duty(Duty.MEDIATE, estate.pk):
        raise NotAllowed(gettext_noop("这一页给办事的人用。您要办事，请从“我的”或小区首页进。"))
    rows = selectors.desk_list(request.actor, state=state, topic=topic, search=q.strip()).filter(estate=estate)
    found, after = page(rows, by=("-no",), cursor=cursor, limit=limit)
    return Cases(items=[CaseLine.model_validate(case_line(row)) for row in selectors.desk_rows(found)], next=after)


@reads(router, "/estates/{slug}/desk/cases/{no}", scope=SCOPE_READ, answer=CaseOut, public=False)
def get_case(request: Request, slug: Slug, no: No) -> CaseOut:
    """Tell the whole case. That it was read is put on record for the parties."""
    estate = estate_at(slug)
    case = services.read_case(actor=request.actor, estate_id=estate.pk, no=no, now=request.now)
    return _shown(request, selectors.case_page(case))


@reads(router, "/estates/{slug}/desk/cases/{no}/mediators", scope=SCOPE_READ, answer=Mediators, public=False)
def list_mediators(request: Request, slug: Slug, no: No) -> Mediators:
    """List who may be chosen as mediator, for whoever looks after the case."""
    estate = estate_at(slug)
    case = services.read_case(actor=request.actor, estate_id=estate.pk, no=no, now=request.now)
    policy.can_supervise(request.actor, case).enforce()
    rows = selectors.mediators(case, now=request.now)
    return Mediators(items=[MediatorOut(person=person.pk, name=person.name, free=free) for person, free in rows])


def asked(data: CasePartyIn) -> Asked:
    """Return a party as the verbs take it."""
    return Asked(data.side, person_id=data.person_id, home_id=data.home_id, organisation_id=data.organisation_id)


@writes(router, "/estates/{slug}/desk/cases", scope=SCOPE_WRITE, answer=CaseDone, status=201)
def open_case(request: Request, slug: Slug, data: OpenCaseIn) -> CaseDone:
    """Open a case between two sides."""
    estate = estate_at(slug)
    policy.can_open(request.actor, estate.pk).enforce()
    made = services.open_case(
        actor=request.actor,
        estate=estate,
        topic=data.topic,
        words=data.words,
        parties=[asked(each) for each in data.parties],
        matter_no=data.matter,
        now=request.now,
    )
    return _done(made)


@writes(router, "/estates/{slug}/desk/cases-left-alone/taking-over", scope=SCOPE_WRITE, answer=TakenOver)
def take_over_cases(request: Request, slug: Slug) -> TakenOver:
    """Take over the open cases of posts that nobody holds."""
    return TakenOver(cases=services.take_over(actor=request.actor, estate=estate_at(slug), now=request.now))


@writes(router, "/estates/{slug}/desk/cases/{no}/mediator", scope=SCOPE_WRITE, answer=CaseDone, method="PUT")
def choose_mediator(request: Request, slug: Slug, no: No, data: MediatorIn) -> CaseDone:
    """Choose who leads the case."""
    return _done(services.choose_mediator(**_at(request, slug, no), person_id=data.person_id))


@writes(router, "/estates/{slug}/desk/cases/{no}/parties", scope=SCOPE_WRITE, answer=CaseDone, status=201)
def add_case_party(request: Request, slug: Slug, no: No, data: CasePartyIn) -> CaseDone:
    """Name a further party before the first session."""
    at = _at(request, slug, no)
    services.add_party(**at, party=asked(data))
    return _after(at)


@writes(router, "/estates/{slug}/desk/cases/{no}/consents", scope=SCOPE_WRITE, answer=CaseDone, status=201)
def record_consent(request: Request, slug: Slug, no: No, data: ConsentIn) -> CaseDone:
    """Take down what a party said to the mediator; a refusal ends the case."""
    at = _at(request, slug, no)
    services.record_consent(**at, party=data.party, act=data.act, how=data.how, at=data.at)
    return _after(at)


@writes(router, "/estates/{slug}/desk/cases/{no}/sessions", scope=SCOPE_WRITE, answer=CaseDone, status=201)
def hold_session(request: Request, slug: Slug, no: No, data: SessionIn) -> CaseDone:
    """Record a session."""
    at = _at(request, slug, no)
    services.hold_session(
        **at, held_at=data.held_at, place=data.place, came=data.came, said=data.said, open_asked=data.open
    )
    return _after(at)


@writes(router, "/estates/{slug}/desk/cases/{no}/agreement", scope=SCOPE_WRITE, answer=CaseDone, status=201)
def write_agreement(request: Request, slug: Slug, no: No, data: AgreementIn) -> CaseDone:
    """Write down what was agreed; an oral agreement is in force at once."""
    at = _at(request, slug, no)
    services.write_agreement(**at, kind=data.kind, terms=data.terms, follow_up_on=data.follow_up_on)
    return _after(at)


@writes(router, "/estates/{slug}/desk/cases/{no}/signatures", scope=SCOPE_WRITE, answer=CaseDone, status=201)
def sign_agreement(request: Request, slug: Slug, no: No, data: SignatureIn) -> CaseDone:
    """Record that a party, or the mediator, has signed the agreement on paper."""
    at = _at(request, slug, no)
    services.sign(**at, party=data.party)
    return _after(at)


@writes(router, "/estates/{slug}/desk/cases/{no}/seal", scope=SCOPE_WRITE, answer=CaseDone)
def set_seal(request: Request, slug: Slug, no: No) -> CaseDone:
    """Record the committee's seal, with which the agreement is in force."""
    at = _at(request, slug, no)
    services.set_seal(**at)
    return _after(at)


@writes(router, "/estates/{slug}/desk/cases/{no}/court", scope=SCOPE_WRITE, answer=CaseDone)
def ask_court(request: Request, slug: Slug, no: No, data: CourtIn) -> CaseDone:
    """Record the day on which both sides asked the court to confirm the agreement."""
    at = _at(request, slug, no)
    services.ask_court(**at, on=data.on)
    return _after(at)


@writes(router, "/estates/{slug}/desk/cases/{no}/follow-ups", scope=SCOPE_WRITE, answer=CaseDone, status=201)
def follow_up(request: Request, slug: Slug, no: No, data: FollowUpIn) -> CaseDone:
    """Look back: is the agreement kept?"""
    at = _at(request, slug, no)
    services.follow_up(**at, fulfilled=data.fulfilled, words=data.words, again_on=data.again_on)
    return _after(at)


@writes(router, "/estates/{slug}/desk/cases/{no}/end", scope=SCOPE_WRITE, answer=CaseDone)
def end_case(request: Request, slug: Slug, no: No, data: EndCaseIn) -> CaseDone:
    """End a case that came to nothing, or pass it one tier up."""
    return _done(services.end_case(**_at(request, slug, no), outcome=data.outcome, words=data.words))
