"""Who comes to a meeting and is taken off the list again: what is refused. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from yishiting.council.meetings.lifecycle import BEFORE, MOST_PEOPLE, PartyFacts, missing_parties
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop


def check_attend(*, state: str, count: int, named: bool = False, counted: bool = False) -> None:
    """Refuse to take down who came to a meeting that is over, numbers that no room holds, and anybody twice.

    ``named``: it is one person, known by himself or by the post that sent him. ``counted``: he, or the holder of the post,
    counts already, for whatever side (M11: nobody counts for two).
    """
    if state not in (*BEFORE, "open"):
        raise WrongState(gettext_noop("会议已经散会或取消，不能再签到。"))
    if not 1 <= count <= MOST_PEOPLE:
        text = Sentence(gettext_noop("到会人数要在 1 到 {most} 之间。请改一改人数。"), most=MOST_PEOPLE)
        raise BadInput(text, fields={"count": text})
    if named and count != 1:
        one = gettext_noop("写明是谁、替谁来的，一次只签一个人。请把人数改成 1，其他人另签。")
        raise BadInput(one, fields={"count": one})
    if counted:
        raise WrongState(
            gettext_noop("这个人已经签到，或已经派人替他来了。一个人有几个岗位也只算一次，请另请一位。"),
            code="counted_already",
        )


def check_withdraw(*, state: str, parties: Sequence[PartyFacts], party: str, count: int, quorum: int = 0) -> None:
    """Refuse to correct attendance once the meeting is over, or so that an open one would miss a side that it needs."""
    if state not in (*BEFORE, "open"):
        raise WrongState(gettext_noop("会议已经散会或取消，签到不能再改。"))
    left = [replace(each, present=each.present - (count if each.name == party else 0)) for each in parties]
    gone = party in missing_parties(left)
    if state == "open" and (gone or sum(each.there for each in left) < quorum):
        text = gettext_noop("撤掉这一条，{party}就没有到够人了，会开着不能缺一方。请先补上正确的签到，再撤掉这一条。")
        raise WrongState(Sentence(text, party=party), code="party_missing")
