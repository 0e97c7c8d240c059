"""Matters that wait for what another room is about to begin."""

from __future__ import annotations

from yishiting.council.matters import policy
from yishiting.council.matters.kinds import vote
from yishiting.council.matters.models import Matter, StepRun
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop

#: No matter's number is as long, and a row of a thousand figures is not read at all.
LONGEST_NO = 10


def waiting_for_vote(actor: Actor, estate: Estate, no: str) -> Matter:
    """Return the estate's matter ``no`` where its present step is a vote that nobody has drafted yet.

    Raises :class:`NotFound` for no such matter, :class:`WrongState` where it is at another step or a vote stands already.
    """
    number = int(no) if no.isdecimal() and len(no) < LONGEST_NO else None
    matter = policy.visible_to(actor).filter(estate=estate, no=number).first() if number is not None else None
    if matter is None:
        raise NotFound(gettext_noop("没有这件事。请从工作台上重新打开。"))
    run = StepRun.objects.filter(matter=matter, kind=vote.KIND, ended_at__isnull=True).first()
    if run is None or matter.status != Matter.Status.OPEN:
        raise WrongState(Sentence(gettext_noop("第 {no} 件现在不在业主表决这一步，不能为它起草表决。"), no=matter.no))
    standing = vote.standing(run)
    if standing:
        raise WrongState(
            Sentence(
                gettext_noop("第 {no} 件已经有第 {vote} 次表决。请直接去办那一次；要重来，先把它取消。"),
                no=matter.no,
                vote=standing[0].no,
            )
        )
    return matter
