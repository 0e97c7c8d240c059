"""When a post may be handed over, and in whose right a deed was done. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop

#: A post that is left for longer needs another holder, not a stand-in.
LONGEST = timedelta(days=92)
#: How far ahead one may arrange it.
AHEAD = timedelta(days=92)
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until a moment."""

    since: datetime
    until: datetime

    def meets(self, other: Span) -> bool:
        """Whether the two have a moment in common."""
        return self.since < other.until and other.since < self.until


def check_times(span: Span, *, now: datetime) -> None:
    """Refuse times that are over, the wrong way round, too long or too far ahead (fields ``since`` and ``until``)."""
    if span.until <= span.since:
        _refuse("until", gettext_noop("结束要在开始以后。请改日期。"))
    if span.until <= now:
        _refuse("until", gettext_noop("这几天已经过去了。请改日期。"))
    if span.until - span.since > LONGEST:
        _refuse("until", gettext_noop("代办最长三个月。更久的，请另外任命。"))
    if span.since > now + AHEAD:
        _refuse("since", gettext_noop("最早提前三个月安排。请改日期。"))


def _refuse(field: str, text: str) -> None:
    raise BadInput(text, fields={field: Sentence(text)})


def check_reason(reason: str) -> str:
    """Return the reason without its margins; refuse none and one that is too long."""
    reason = reason.strip()
    if not reason:
        _refuse("reason", gettext_noop("请写明为什么请人代办。"))
    if len(reason) > LONGEST_REASON:
        _refuse("reason", gettext_noop("太长了，最多 200 个字。"))
    return reason


def check_free(span: Span, *, mine: Iterable[Span], theirs: Iterable[Span], lent: Iterable[Span] = ()) -> None:
    """Refuse a second stand-in for the same days, and one who has a stand-in himself on one of them.

    ``lent`` are the days on which the giver himself stands in for others: who goes away then leaves their work to nobody.
    """
    if any(span.meets(each) for each in lent):
        text = gettext_noop("那几天您正代别人办事，您不在就没有人办了。请先结束那次代办，或者改日期。")
        raise WrongState(text, code="stands_in_himself")
    if any(span.meets(each) for each in mine):
        text = gettext_noop("这个岗位那几天已经请人代办了。请先结束那一次，或者改日期。")
        raise WrongState(text, code="handed_over_already")
    if any(span.meets(each) for each in theirs):
        text = gettext_noop("他那几天自己也请了人代办。请另选一位。")
        raise BadInput(text, code="stand_in_away", fields={"stand_in": Sentence(text)})


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody acts by: its number, what it is trusted with, and the hand-over that it is lent by (0: his own)."""

    post_id: int
    duties: frozenset[str]
    hand_over: int = 0


def in_whose_right(*, duty: str, post_id: int | None, own: Collection[Held], lent: Collection[Held]) -> int:
    """Return the hand-over in whose right a deed was done, or 0 for one's own.

    A step that is with one of somebody's posts is done by that post. Else his own posts come first: what he could have done
    without being asked to stand in, he did himself.
    """
    if post_id is not None:
        if any(held.post_id == post_id for held in own):
            return 0
        for held in lent:
            if held.post_id == post_id:
                return held.hand_over
    if any(duty in held.duties for held in own):
        return 0
    return next((held.hand_over for held in lent if duty in held.duties), 0)
