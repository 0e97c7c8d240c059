"""Whom a matter is about: named, taken off again, and asked to come before it is decided on them. Pure."""

from __future__ import annotations

from yishiting.council.meetings.lifecycle import BEFORE, LONGEST_REASON
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop

LONGEST_WHO = 60


def check_concerned(*, going: bool, home: bool, who: str, known: bool) -> None:
    """Refuse to name whom a matter is about where it has ended, where nobody is named, and the same home twice."""
    if not going:
        raise WrongState(gettext_noop("这件事已经办完或并到别的事里了，不用再登记所涉住户。"))
    if not home and not who.strip():
        text = gettext_noop("请选一户，或写明是谁。")
        raise BadInput(text, fields={"home": text})
    if len(who.strip()) > LONGEST_WHO:
        long = Sentence(gettext_noop("写得太长了，最多 {n} 个字。"), n=LONGEST_WHO)
        raise BadInput(long, code="too_long", fields={"who": long})
    if known:
        raise WrongState(gettext_noop("这一户已经登记过了，不用再登记。"), code="known")


def check_lift(*, lifted: bool, reason: str) -> None:
    """Refuse to take somebody off twice, and without saying why."""
    if lifted:
        raise WrongState(gettext_noop("这一条已经撤掉了。"))
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        text = Sentence(gettext_noop("请用一两句话（不超过 {most} 字）写明为什么与他们无关。"), most=LONGEST_REASON)
        raise BadInput(text, fields={"reason": text})


def check_ask(*, state: str, lifted: bool, asked: bool) -> None:
    """Refuse to put down an invitation of somebody concerned once the meeting has begun, or twice for one time."""
    if state not in BEFORE:
        raise WrongState(
            gettext_noop("会议已经开始或结束，邀请要在开会以前记下。没请到的，请改期再议。"), code="too_late"
        )
    if lifted:
        raise WrongState(gettext_noop("这一条已经撤掉了，不用再请。"))
    if asked:
        raise WrongState(gettext_noop("已经记过请他们来这次会议，不用再记。"), code="asked_already")
