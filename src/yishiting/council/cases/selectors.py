"""Reads of cases: for those assigned, for the parties, and counts for everyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yishiting.council.cases import lifecycle, policy, ties
from yishiting.council.cases.lifecycle import Counted, PartyFacts, Signed
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
from yishiting.council.cases.services.agreeing import signed
from yishiting.council.cases.services.fetching import own, party_facts, tie_of
from yishiting.council.cases.services.opening import to_take_over
from yishiting.council.cases.services.reading import readings
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import KINDS, Duty
from yishiting.ground.organisations.models import Organisation
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Estate
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.models import Entry

__all__ = [
    "AgreementShown",
    "CasePage",
    "MyCase",
    "PartyShown",
    "Row",
    "case_page",
    "companies",
    "counts",
    "desk_list",
    "desk_rows",
    "figures",
    "left_alone",
    "mediators",
    "my_case",
    "my_cases",
    "shown_figures",
    "tie_of",
    "waits_for",
]

STATES = ("going", "follow_up", "ended", "all")


@dataclass(frozen=True, slots=True)
class PartyShown:
    """A party with its latest words; ``label`` names it for those assigned, never for the other side."""

    row: CaseParty
    facts: PartyFacts
    label: str
    signed: bool


@dataclass(frozen=True, slots=True)
class AgreementShown:
    """The version that counts, with what stands under it and how long the court may be asked."""

    row: CaseAgreement
    under: Signed
    court_until: date | None
    follow_ups: tuple[CaseFollowUp, ...]

    @property
    def pending(self) -> CaseFollowUp | None:
        """The look back that is still to come."""
        return next((row for row in self.follow_ups if row.done_at is None), None)


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with all that is in it."""

    case: CaseFile
    parties: tuple[PartyShown, ...]
    consents: tuple[CaseConsent, ...]
    sessions: tuple[CaseSession, ...]
    agreement: AgreementShown | None
    waits_for: Sentence | None
    is_open: bool


def _agreement_of(case: CaseFile) -> AgreementShown | None:
    row = case.agreements.order_by("-version").first()
    if row is None:
        return None
    until = lifecycle.court_until(row.in_force_at) if row.in_force_at else None
    return AgreementShown(row, signed(row), until, tuple(row.follow_ups.order_by("no")))


def _label(row: CaseParty) -> str:
    if row.person is not None:
        return row.person.name
    return str(row.home or row.organisation)


def waits_for(case: CaseFile, parties: Sequence[PartyFacts], agreement: AgreementShown | None) -> Sentence | None:
    """Return what a case waits for, or None where nothing is left to do."""
    if case.outcome:
        if agreement is not None and agreement.pending is not None:
            return Sentence(gettext_noop("等回访"))
        return None
    if case.mediator_id is None:
        return Sentence(gettext_noop("等定调解员"))
    if not lifecycle.has_both_sides(parties):
        return Sentence(gettext_noop("等写明另一方是谁"))
    if left := lifecycle.missing_consent(parties):
        return Sentence(gettext_noop("等 {n} 方同意调解"), n=len(left))
    if any(not party.heard for party in parties):
        return Sentence(gettext_noop("等开调解会"))
    if agreement is None:
        return Sentence(gettext_noop("等写协议，或结束"))
    if {party.no for party in parties} - agreement.under.parties or not agreement.under.by_mediator:
        return Sentence(gettext_noop("等签字"))
    return Sentence(gettext_noop("等盖章"))


def case_page(case: CaseFile) -> CasePage:
    """Return all that is in a case, for those assigned to it (nine queries)."""
    rows = list(case.parties.select_related("person", "home__entrance__building", "organisation").order_by("no"))
    facts = party_facts(case, rows)
    agreement = _agreement_of(case)
    under = agreement.under.parties if agreement else frozenset()
    present = Prefetch("presences", CasePresence.objects.select_related("party"))
    return CasePage(
        case=case,
        parties=tuple(
            PartyShown(row, fact, _label(row), row.no in under) for row, fact in zip(rows, facts, strict=True)
        ),
        consents=tuple(CaseConsent.objects.filter(party__case=case).select_related("party").order_by("pk")),
        sessions=tuple(case.sessions.prefetch_related(present).order_by("no")),
        agreement=agreement,
        waits_for=waits_for(case, facts, agreement),
        is_open=lifecycle.is_open(facts),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the desk's list: no names, no doors, no words."""

    case: CaseFile
    waits_for: Sentence | None
    due_on: date | None


def desk_list(actor: Actor, *, state: str = "going", topic: str = "", search: str = "") -> QuerySet[CaseFile]:
    """Return the cases that the actor is assigned to; ``search`` is a number."""
    rows = policy.assigned_to(actor).select_related("estate")
    pending = CaseFollowUp.objects.filter(agreement__case=OuterRef("pk"), done_at__isnull=True)
    if state == "going":
        rows = rows.filter(ended_at__isnull=True)
    elif state == "follow_up":
        rows = rows.filter(Exists(pending))
    elif state == "ended":
        rows = rows.filter(ended_at__isnull=False)
    if topic:
        rows = rows.filter(topic=topic)
    if search:
        rows = rows.filter(no=int(search)) if search.isdecimal() and len(search) < 9 else rows.none()
    return rows.order_by("-opened_at", "-pk")


def desk_rows(cases: Sequence[CaseFile]) -> list[Row]:
    """Return lines for the cases of one page (five queries, however many cases)."""
    ids = [case.pk for case in cases]
    parties: dict[int, list[CaseParty]] = {}
    sat = Exists(CasePresence.objects.filter(party=OuterRef("pk")))
    heard: set[int] = set()
    for row in CaseParty.objects.filter(case__in=ids).annotate(sat=sat).order_by("no"):
        parties.setdefault(row.case_id, []).append(row)
        if row.sat:
            heard.add(row.pk)
    words = dict(
        CaseConsent.objects.filter(party__case__in=ids, act__in=("agreed", "refused"))
        .order_by("pk")
        .values_list("party_id", "act")
    )
    agreements: dict[int, AgreementShown] = {}
    marks = Prefetch("signatures", CaseSignature.objects.select_related("party"))
    for one in CaseAgreement.objects.filter(case__in=ids).prefetch_related(marks, "follow_ups").order_by("version"):
        numbers = [mark.party.no if mark.party else None for mark in one.signatures.all()]
        under = Signed(
            one.kind, frozenset(no for no in numbers if no is not None), None in numbers, one.sealed_at is not None
        )
        agreements[one.case_id] = AgreementShown(one, under, None, tuple(one.follow_ups.all()))
    lines = []
    for case in cases:
        facts = [
            PartyFacts(row.no, row.side, word=words.get(row.pk, ""), heard=row.pk in heard)
            for row in parties.get(case.pk, ())
        ]
        agreement = agreements.get(case.pk)
        due = agreement.pending.due_on if agreement and agreement.pending else None
        lines.append(Row(case, waits_for(case, facts, agreement), due))
    return lines


def left_alone(actor: Actor, *, now: datetime) -> list[tuple[Estate, int]]:
    """Return the estates in which cases stand on a post that nobody free holds, with how many: for who may take them over."""
    estates = [pk for pk in actor.estates_served if actor.has_duty(Duty.CASES, pk)]
    counts = Counter(case.estate_id for case in to_take_over(actor, estates, now=now))
    return [(estate, counts[estate.pk]) for estate in Estate.objects.filter(pk__in=list(counts)).order_by("name")]


def mediators(case: CaseFile, *, now: datetime) -> list[tuple[Person, bool]]:
    """Return who may be chosen as mediator in the estate, each with whether he is free of ties to the parties."""
    kinds = [code for code, kind in KINDS.items() if Duty.MEDIATE in kind.duties]
    regions = []
    region = case.estate.region
    while region is not None:
        regions.append(region.pk)
        region = region.parent
    held = Q(terms__since__lte=now) & (Q(terms__until__isnull=True) | Q(terms__until__gt=now))
    place = Q(terms__post__estate=case.estate_id) | Q(terms__post__region__in=regions)
    people = Person.objects.filter(held, place, terms__post__kind__in=kinds).distinct().order_by("pk")
    tied = ties.of_parties(case.parties.all(), now=now)
    return [(person, lifecycle.conflict(ties.of_person(person.pk, now=now), tied) is None) for person in people[:50]]


def companies(estate: Estate) -> list[Organisation]:
    """Return the property companies that may be a party here."""
    return list(
        Organisation.objects.filter(Q(estate=estate) | Q(posts__estate=estate), kind=Organisation.Kind.PROPERTY)
        .distinct()
        .order_by("name")
    )


# ---------------------------------------------------------------------------------------------------- for the parties
@dataclass(frozen=True, slots=True)
class MyCase:
    """A case as one of its parties sees it: his own words and what was said where he sat, not the other side's."""

    case: CaseFile
    mine: tuple[PartyShown, ...]
    others: tuple[PartyShown, ...]
    sessions: tuple[CaseSession, ...]
    agreement: AgreementShown | None
    account: str
    readings: tuple[Entry, ...]
    may_speak: bool
    waits_for: Sentence | None


def my_cases(actor: Actor) -> QuerySet[CaseFile]:
    """Return the cases that the actor is a party of, the latest first."""
    return policy.party_to(actor).select_related("estate").order_by("-opened_at", "-pk")


def _sat(session: CaseSession, mine: Sequence[CaseParty], since: Mapping[int, datetime]) -> bool:
    """Whether one of the reader's parties was there, and he of it already: who moves in later did not hear what was said."""
    came = {row.party_id for row in session.presences.all()}
    return any(
        row.pk in came and (row.home_id is None or since.get(row.home_id, session.held_at) <= session.held_at)
        for row in mine
    )


def my_case(actor: Actor, estate_id: int, no: int) -> MyCase:
    """Return a case for one of its parties; raises ``NotFound`` for everybody else."""
    case, mine = own(actor, estate_id, no)
    page = case_page(case)
    numbers = {row.no for row in mine}
    since = policy.homes_since(actor, [row.home_id for row in mine if row.home_id is not None])
    agreement = page.agreement
    return MyCase(
        case=case,
        mine=tuple(each for each in page.parties if each.row.no in numbers),
        others=tuple(each for each in page.parties if each.row.no not in numbers),
        sessions=tuple(session for session in page.sessions if _sat(session, mine, since)),
        agreement=agreement,
        account=case.account if case.asked_by_id is not None and case.asked_by_id == actor.person_id else "",
        readings=tuple(readings(case)[:50]),
        may_speak=not case.outcome,
        waits_for=page.waits_for,
    )


# --------------------------------------------------------------------------------------------------------- for anyone
def counts() -> dict[str, Coalesce]:
    """Return the counts of cases that ended, were agreed and kept, as columns of a query on estates.

    So that a page that asks for other figures of the estate asks the database once for all of them.
    """
    ended = CaseFile.objects.filter(estate=OuterRef("pk"), ended_at__isnull=False)
    kept = CaseFollowUp.objects.filter(agreement__case=OuterRef("pk"), fulfilled=True)
    return {
        "ended": _count(ended),
        "agreed": _count(ended.filter(outcome=CaseFile.Outcome.AGREED)),
        "kept": _count(ended.filter(Exists(kept))),
    }


def _count(rows: QuerySet[CaseFile]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("estate").annotate(n=Count("pk")).values("n")), 0)


def figures(estate_id: int) -> Counted:
    """Count the cases that ended, were agreed and kept (one query); what is under three is not shown."""
    row: Any = Estate.objects.filter(pk=estate_id).values(**counts()).get()
    return shown_figures(row)


def shown_figures(row: Mapping[str, int]) -> Counted:
    """Return what may be shown of the figures that :func:`counts` gave."""
    return lifecycle.counted(ended=row["ended"], agreed=row["agreed"], kept=row["kept"])
