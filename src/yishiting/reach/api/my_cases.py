"""Mediation as a party of it has it: what he said and was told, what he may say, who looked at it."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from yishiting.council.cases import policy, selectors, services
from yishiting.reach.api.case_shapes import CaseAgreementOut, CaseDone, CaseLine, CaseSessionOut
from yishiting.reach.api.cases import agreement_of, case_line, sessions_of
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Id, Line, No, Slug, Words, said

router = Router(tags=["mediation"])


class MyCaseLine(CaseLine):
    """A case of one's own."""

    estate: str


class MyCases(Schema):
    """A page of one's own cases."""

    items: list[MyCaseLine]
    next: str | None


class MyParty(Schema):
    """A party that one speaks for, with its latest words."""

    no: int
    word: str
    open_word: str


class CaseReading(Schema):
    """When the case was read, and whether by its mediator."""

    at: datetime
    by_mediator: bool


class MyCaseOut(Schema):
    """A case as one of its parties sees it: never the other side's words."""

    no: int
    topic: str
    outcome: str
    waits_for: str
    account: str
    mine: list[MyParty]
    sessions: list[CaseSessionOut]
    agreement: CaseAgreementOut | None
    readings: list[CaseReading]
    may_speak: bool


class AskForMediationIn(Schema):
    """What it is about; for oneself, or for a home of one's own; against a home or a body, where that is known."""

    topic: Line
    words: Words
    as_home_id: Id | None = None
    other_home_id: Id | None = None
    other_organisation_id: Id | None = None


class SayIn(Schema):
    """agreed, refused, open or closed."""

    act: Line


@reads(router, "/me/cases", scope="cases:read", answer=MyCases, public=False)
def list_my_cases(request: Request, cursor: Cursor = "", limit: Limit = 20) -> MyCases:
    """List the cases that one is a party of, the newest first."""
    found, after = page(selectors.my_cases(request.actor), by=("-pk",), cursor=cursor, limit=limit)
    rows = selectors.desk_rows(found)
    return MyCases(
        items=[MyCaseLine.model_validate({**case_line(row), "estate": row.case.estate.slug}) for row in rows],
        next=after,
    )


@reads(router, "/me/cases/{slug}/{no}", scope="cases:read", answer=MyCaseOut, public=False)
def get_my_case(request: Request, slug: Slug, no: No) -> MyCaseOut:
    """Tell a case of one's own."""
    told = selectors.my_case(request.actor, estate_at(slug).pk, no)
    return MyCaseOut(
        no=told.case.no,
        topic=told.case.topic,
        outcome=told.case.outcome,
        waits_for=said(told.waits_for),
        account=told.account,
        mine=[MyParty(no=each.row.no, word=each.facts.word, open_word=each.facts.open_word) for each in told.mine],
        sessions=sessions_of(told),
        agreement=agreement_of(told.agreement, assigned=False),
        readings=[
            CaseReading(at=entry.at, by_mediator=entry.actor_id == told.case.mediator_id) for entry in told.readings
        ],
        may_speak=told.may_speak,
    )


@writes(router, "/estates/{slug}/cases", scope="cases:write", answer=CaseDone, status=201)
def ask_for_mediation(request: Request, slug: Slug, data: AskForMediationIn) -> CaseDone:
    """Ask for mediation, for oneself or for one's home; to ask is to agree."""
    estate = estate_at(slug)
    policy.can_ask(request.actor, estate.pk).enforce()
    made = services.ask_for_mediation(
        actor=request.actor,
        estate=estate,
        topic=data.topic,
        words=data.words,
        as_home_id=data.as_home_id,
        other_home_id=data.other_home_id,
        other_organisation_id=data.other_organisation_id,
        now=request.now,
    )
    return CaseDone(no=made.no, outcome=made.outcome)


@writes(router, "/me/cases/{slug}/{no}/parties/{party}/words", scope="cases:write", answer=CaseDone, status=201)
def say(request: Request, slug: Slug, no: No, party: No, data: SayIn) -> CaseDone:
    """Say one's own word: to agree, to refuse or withdraw (which ends the case), to allow an open session or not."""
    estate = estate_at(slug)
    services.say(actor=request.actor, estate_id=estate.pk, no=no, party=party, act=data.act, now=request.now)
    told = selectors.my_case(request.actor, estate.pk, no)
    return CaseDone(no=no, outcome=told.case.outcome)
