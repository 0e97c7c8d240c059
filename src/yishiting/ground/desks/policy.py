"""Who hands his post over, who ends that, and who reads of it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yishiting.ground.desks.models import HandOver
from yishiting.ground.organisations.actors import LENT, Actor, Office
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.errors import NotFound
from yishiting.kernel.verdict import Verdict, allow_if
from yishiting.kernel.words import gettext_noop


def own_offices(actor: Actor) -> list[Office]:
    """Return the posts that an actor may hand over: his own, with something that goes along. None that is lent to him."""
    return [office for office in actor.offices if office.stands_for is None and office.duties & LENT]


def own_office(actor: Actor, term_id: int) -> Office:
    """Return the actor's own post by its term; raises :class:`NotFound`, also for one that he only stands in for."""
    for office in own_offices(actor):
        if office.term_id == term_id:
            return office
    raise NotFound(gettext_noop("这不是您自己的岗位，不能请人代办。代别人办的事不能再转给第三个人。"))


def visible_to(actor: Actor) -> QuerySet[HandOver]:
    """Return the hand-overs that an actor may read: those he made, those to him, and those of the estates he supervises."""
    if actor.is_system:
        return HandOver.objects.all()
    if actor.person_id is None:
        return HandOver.objects.none()
    supervised = [estate for office in actor.offices if Duty.SUPERVISE in office.duties for estate in office.estate_ids]
    return HandOver.objects.filter(
        Q(term__person_id=actor.person_id) | Q(stand_in_id=actor.person_id) | Q(estate_id__in=supervised)
    )


def can_end(actor: Actor, given: HandOver) -> Verdict:
    """End it early: the two whom it is between."""
    return allow_if(
        actor.is_system or actor.person_id in {given.term.person_id, given.stand_in_id},
        gettext_noop("代办由请人的和代办的两个人来结束。请找他们。"),
    )
