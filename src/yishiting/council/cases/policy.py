"""Who may do what with a case, and to whom it exists at all: those assigned to it, and its parties (C3)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yishiting.council.cases.models import CaseFile, CaseParty
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Home
from yishiting.kernel.verdict import Verdict, allow_if
from yishiting.kernel.words import gettext_noop


def _is_party(actor: Actor) -> Q:
    return (
        Q(person_id=actor.person_id)
        | Q(home_id__in=[home for _, home in actor.homes])
        | Q(organisation_id__in=[office.organisation_id for office in actor.offices])
    )


def parties_of(actor: Actor) -> QuerySet[CaseParty]:
    """Return the parties that ``actor`` speaks for: himself, his home, the body that he holds a post of."""
    if actor.person_id is None:
        return CaseParty.objects.none()
    return CaseParty.objects.filter(_is_party(actor))


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
    found = CaseFile.objects.filter(mine).exclude(pk__in=parties_of(actor).values("case_id"))
    if actor.homes:
        found = found.exclude(pk__in=CaseParty.objects.filter(_is_household(actor)).values("case_id"))
    return found


def _is_household(actor: Actor) -> Q:
    """Parties of the actor's own household: who shares a home of his, and every home of theirs."""
    homes = [home for _, home in actor.homes]
    family = Person.objects.filter(
        Q(holdings__home__in=homes, holdings__until__isnull=True)
        | Q(residences__home__in=homes, residences__until__isnull=True)
    ).values("pk")
    theirs = Home.objects.filter(
        Q(holdings__person__in=family, holdings__until__isnull=True)
        | Q(residences__person__in=family, residences__until__isnull=True)
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
    """Choose the mediator, set the seal: whoever looks after the case."""
    return allow_if(supervises(actor, case), gettext_noop("这一项由负责这件调解的岗位来办，不由调解员自己办。"))


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
