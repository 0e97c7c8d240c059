"""Who may do what with a case, and to whom it exists at all: those assigned to it, and its parties (C3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from yishiting.council.cases.models import CaseFile, CaseParty
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.people.models import Holding, Person, Residence
from yishiting.ground.places.models import Home
from yishiting.kernel import clock
from yishiting.kernel.verdict import Verdict, allow_if
from yishiting.kernel.words import gettext_noop


def _speaks_for(actor: Actor) -> Q:
    """Parties that the actor speaks for: a body through whoever holds a post of it himself, here or for all that it does.

    Who stands in for such a holder does not, nor who works for the same company in another estate.
    """
    found = Q(person_id=actor.person_id) | Q(home_id__in=[home for _, home in actor.homes])
    for office in actor.offices:
        if office.stands_for is None:
            body = Q(organisation_id=office.organisation_id)
            found |= body & Q(estate_id__in=office.estate_ids) if office.estate_ids else body
    return found


def _is_party(actor: Actor) -> Q:
    """Parties that the actor is as near to as if he were they."""
    return (
        Q(person_id=actor.person_id)
        | Q(home_id__in=[home for _, home in actor.homes])
        | Q(organisation_id__in=[office.organisation_id for office in actor.offices])
    )


def homes_since(actor: Actor, homes: Collection[int]) -> dict[int, datetime]:
    """Return since when the actor first owned or lived in each of these homes (two queries)."""
    found: dict[int, datetime] = {}
    for model in (Holding, Residence):
        rows = model.objects.filter(person=actor.person_id, home__in=homes).order_by("-since")
        for home, since in rows.values_list("home_id", "since"):
            found[home] = min(since, found.get(home, since))
    return found


def parties_of(actor: Actor) -> QuerySet[CaseParty]:
    """Return the parties that ``actor`` speaks for: himself, his home, the body that he holds a post of.

    A home speaks through whoever owns it or lives there while the case goes on. Who buys or rents it afterwards was no side of
    the quarrel, and reads nothing of it.
    """
    if actor.person_id is None:
        return CaseParty.objects.none()
    before_the_end = Q(home=OuterRef("home"), person=actor.person_id, since__lte=OuterRef("case__ended_at"))
    there = Exists(Holding.objects.filter(before_the_end)) | Exists(Residence.objects.filter(before_the_end))
    return CaseParty.objects.filter(_speaks_for(actor)).filter(
        Q(home__isnull=True) | Q(case__ended_at__isnull=True) | Q(there)
    )


def party_to(actor: Actor) -> QuerySet[CaseFile]:
    """Return the cases that ``actor`` is a party of."""
    return CaseFile.objects.filter(pk__in=parties_of(actor).values("case_id"))


def assigned_to(actor: Actor) -> QuerySet[CaseFile]:
    """Return the cases that ``actor`` leads, or that are put on a post of his; none of those that he is a party of.

    No duty opens the others: a case that one is not assigned to is not found.
    """
    if actor.is_system:
        return CaseFile.objects.all()
    if actor.person_id is None:
        return CaseFile.objects.none()
    posts = [office.post_id for office in actor.offices if Duty.CASES in office.duties]
    served = [estate for estate in actor.estates_served if actor.has_duty(Duty.MEDIATE, estate)]
    mine = Q(post_id__in=posts) | Q(mediator_id=actor.person_id, estate_id__in=served)
    found = CaseFile.objects.filter(mine).exclude(pk__in=CaseParty.objects.filter(_is_party(actor)).values("case_id"))
    if actor.homes:
        found = found.exclude(pk__in=CaseParty.objects.filter(_is_household(actor)).values("case_id"))
    return found


def _is_household(actor: Actor) -> Q:
    """Parties of the actor's own household: who shares a home of his, and every home of theirs."""
    homes = [home for _, home in actor.homes]
    # Until somebody has left he is of the household, also where the day on which he will leave is known.
    now = clock.now()
    holds = Q(holdings__until__isnull=True) | Q(holdings__until__gt=now)
    lives = Q(residences__until__isnull=True) | Q(residences__until__gt=now)
    family = Person.objects.filter(
        (Q(holdings__home__in=homes) & holds) | (Q(residences__home__in=homes) & lives)
    ).values("pk")
    theirs = Home.objects.filter(
        (Q(holdings__person__in=family) & holds) | (Q(residences__person__in=family) & lives)
    ).values("pk")
    return Q(person__in=family) | Q(home__in=theirs)


def can_open(actor: Actor, estate_id: int) -> Verdict:
    """Mediators open cases."""
    return allow_if(
        actor.has_duty(Duty.MEDIATE, estate_id),
        gettext_noop("开调解案要由调解员来做。您想请人调解，请从“我的”里申请。"),
    )


def can_ask(actor: Actor, estate_id: int) -> Verdict:
    """Whoever owns a home here or lives here asks for mediation."""
    return allow_if(
        any(estate == estate_id for estate, _ in actor.homes),
        gettext_noop("只有这个小区的业主和住户能申请调解。您要是刚搬来，请社区先登记您的住处。"),
    )


def supervises(actor: Actor, case: CaseFile) -> bool:
    """Whether the case is put on a post of the actor's."""
    return actor.is_system or any(
        Duty.CASES in office.duties and office.post_id == case.post_id for office in actor.offices
    )


def can_supervise(actor: Actor, case: CaseFile) -> Verdict:
    """Choose the mediator: whoever looks after the case."""
    return allow_if(supervises(actor, case), gettext_noop("这一项由负责这件调解的岗位来办，不由调解员自己办。"))


def can_seal(actor: Actor, case: CaseFile) -> Verdict:
    """Set the committee's seal: whoever looks after the case, and neither leads it nor wrote what is to be sealed."""
    if not (verdict := can_supervise(actor, case)):
        return verdict
    wrote = case.agreements.order_by("-version").values_list("written_by_id", flat=True).first()
    return allow_if(
        actor.person_id is None or actor.person_id not in (case.mediator_id, wrote),
        gettext_noop(
            "这份协议是您主持写的，章不能自己盖。请同一岗位的另一位来盖，或改定另一位调解员，由他重写、重签。"
        ),
    )


def can_lead(actor: Actor, case: CaseFile) -> Verdict:
    """Record sessions and agreements: the mediator of the case alone."""
    return allow_if(
        actor.is_system or (actor.person_id is not None and case.mediator_id == actor.person_id),
        gettext_noop("这一项由这件调解的调解员来办。"),
    )


def can_work(actor: Actor, case: CaseFile) -> Verdict:
    """Name parties, take consents down, end the case: the mediator, or whoever looks after it."""
    return allow_if(
        supervises(actor, case) or bool(can_lead(actor, case)), gettext_noop("这一项由负责这件调解的人来办。")
    )


def can_take_over(actor: Actor, estate_id: int) -> Verdict:
    """Cases on a post that nobody holds any more are taken over by whoever looks after cases here."""
    return allow_if(actor.has_duty(Duty.CASES, estate_id), gettext_noop("接手调解案要由负责调解的岗位来做。"))
