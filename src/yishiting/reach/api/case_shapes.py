"""What is sent and told of a case of mediation."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from yishiting.reach.api.shapes import Day, Id, Line, Moment, Number, Words


class CaseLine(Schema):
    """A case without a name, a door or a word of what was said."""

    no: int
    topic: str
    outcome: str
    opened_at: datetime
    ended_at: datetime | None
    waits_for: str
    due_on: date | None


class Cases(Schema):
    """A page of cases."""

    items: list[CaseLine]
    next: str | None


class CaseParty(Schema):
    """A party with its latest word on being mediated, and on an open session."""

    no: int
    side: str
    label: str
    word: str
    open_word: str
    heard: bool
    signed: bool


class CaseConsentOut(Schema):
    """What a party said, how, and when."""

    party: int
    act: str
    how: str
    at: datetime


class CaseSessionOut(Schema):
    """A session: who came, and what was said."""

    no: int
    held_at: datetime
    place: str
    open: bool
    came: list[int]
    said: str


class CaseFollowUpOut(Schema):
    """A look back at whether an agreement is kept."""

    due_on: date
    done_at: datetime | None
    fulfilled: bool | None
    words: str


class CaseAgreementOut(Schema):
    """The version of the agreement that counts, and what stands under it."""

    version: int
    kind: str
    terms: str
    in_force_at: datetime | None
    court_until: date | None
    court_on: date | None
    signed: list[int]
    signed_by_mediator: bool
    sealed: bool
    follow_ups: list[CaseFollowUpOut]


class CaseOut(CaseLine):
    """A case with all that is in it (C3)."""

    account: str
    end_words: str
    mediator_chosen: bool
    leads: bool
    parties: list[CaseParty]
    consents: list[CaseConsentOut]
    sessions: list[CaseSessionOut]
    agreement: CaseAgreementOut | None
    is_open: bool


class MediatorOut(Schema):
    """Who may be chosen, and whether he is free of ties to the parties."""

    person: int
    name: str
    free: bool


class Mediators(Schema):
    """Those who may be chosen as mediator of a case."""

    items: list[MediatorOut]


class CasePartyIn(Schema):
    """A party: its side (a or b), and one of a person, a home and a body."""

    side: Line
    person_id: Id | None = None
    home_id: Id | None = None
    organisation_id: Id | None = None


class OpenCaseIn(Schema):
    """A case between two sides; ``matter`` is the number of the one that it came up with."""

    topic: Line
    words: Words
    parties: list[CasePartyIn] = Field(max_length=20)
    matter: Number | None = None


class MediatorIn(Schema):
    """Who leads the case."""

    person_id: Id


class ConsentIn(Schema):
    """agreed, refused, open or closed; said on paper, by word of mouth (oral) or by phone; when."""

    party: Number
    act: Line
    how: Line
    at: Moment


class SessionIn(Schema):
    """A session: who came by the parties' numbers, what was said. ``open`` only where every party agreed."""

    held_at: Moment
    place: Line
    came: list[Number] = Field(max_length=20)
    said: Words
    open: bool = False


class AgreementIn(Schema):
    """written or oral; what was agreed; when it is looked at whether it is kept."""

    kind: Line
    terms: Words
    follow_up_on: Day


class SignatureIn(Schema):
    """Who has signed: a party by its number, or the mediator where none is told."""

    party: Number | None = None


class CourtIn(Schema):
    """On which day both sides asked the court."""

    on: Day


class FollowUpIn(Schema):
    """Whether the agreement is kept; where it is not, when it is looked at again."""

    fulfilled: bool
    words: Words = ""
    again_on: Day | None = None


class EndCaseIn(Schema):
    """failed or escalated, and why."""

    outcome: Line
    words: Words


class CaseDone(Schema):
    """How a case stands after a verb; an empty outcome: it goes on."""

    no: int
    outcome: str


class TakenOver(Schema):
    """How many cases were taken over."""

    cases: int
