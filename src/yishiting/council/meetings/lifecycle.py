"""When a meeting may open and close. Pure: facts and ``now`` in, a refusal or nothing out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yishiting.council.votes.lifecycle import moment
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop

#: A meeting of more people than this is a slip of the finger.
MOST_PEOPLE = 500
ADOPTED = "adopted"
LONGEST_REASON = 200
FARTHEST = timedelta(days=365)
"""How far ahead a meeting may be set. A neighbour waits for what is on its agenda: playbooks count their clocks in work days,
and a year leaves room for a yearly meeting. Whatever lies beyond is a slip of the finger in the year."""
#: States of a meeting that has not begun.
BEFORE = ("planned", "invited")


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A side: whether the meeting needs it, and how many people came for it."""

    name: str
    required: bool
    present: int


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """A proposal: its number at the meeting, the agenda item it belongs to, and its outcome ('' while open)."""

    no: int
    item: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a meeting decided on one agenda item: an outcome of the step, and the resolution in words ('' for none)."""

    outcome: str
    resolution: str = ""


def missing_parties(parties: Sequence[PartyFacts]) -> tuple[str, ...]:
    """Return the names of required sides for which nobody came."""
    return tuple(party.name for party in parties if party.required and party.present < 1)


def check_start(*, starts_at: datetime, now: datetime) -> None:
    """Refuse a start that has passed, or that lies more than :data:`FARTHEST` ahead (field ``day``)."""
    if starts_at <= now:
        text: str | Sentence = gettext_noop("这个时间已经过了。请改到以后的时间。")
    elif starts_at > now + FARTHEST:
        text = Sentence(gettext_noop("会议最多提前一年安排。请核对年份，改到 {at} 以前。"), at=_dated(now + FARTHEST))
    else:
        return
    raise BadInput(text, code="start_out_of_range", fields={"day": text})


def _dated(at: datetime) -> Sentence:
    day = at.astimezone(CHINA)
    return Sentence(gettext_noop("{year}年{month}月{day}日"), year=day.year, month=day.month, day=day.day)


def check_sitting(*, state: str, ended_at: datetime | None) -> None:
    """Refuse what is done at a meeting alone, before it opened and after it ended; each says what to do instead."""
    if state == "open":
        return
    if state in BEFORE:
        raise WrongState(gettext_noop("会议还没有开始。请等必须到场的各方签到，宣布开会以后再办。"), code="not_open")
    ended = {
        "closed": gettext_noop("这次会议 {at} 已经散会。记录要改的，请到会议页“更正会议记录”。"),
        "interrupted": gettext_noop("这次会议 {at} 中断了，没有开完。要接着议，请再安排一次会议。"),
        "cancelled": gettext_noop("这次会议 {at} 取消了。要接着议，请再安排一次会议。"),
    }
    at = moment(ended_at) if ended_at else gettext_noop("之前")
    raise WrongState(Sentence(ended[state], at=at), code="over")


def check_plan(*, parties: Sequence[str], matters: int, required: Sequence[str], needed: Sequence[str]) -> None:
    """Refuse a meeting without sides, without anything on its agenda, or without a side that a playbook asks for.

    ``required`` are the sides without which it cannot open; ``needed`` those that the playbooks of its matters name.
    """
    if not parties:
        raise BadInput(gettext_noop("请至少写上一方参会人。"), fields={"parties": gettext_noop("请至少写上一方。")})
    if len(set(parties)) != len(parties):
        raise BadInput(
            gettext_noop("同一方写了两次，请去掉一个。"), fields={"parties": gettext_noop("同一方写了两次。")}
        )
    if matters < 1:
        raise BadInput(
            gettext_noop("请选上至少一件要议的事项。"), fields={"matters": gettext_noop("请选上至少一件事项。")}
        )
    if left := [name for name in needed if name not in required]:
        text = Sentence(gettext_noop("按工作法，必须到场的还有：{parties}。请加上。"), parties="、".join(left))
        raise BadInput(text, code="party_not_asked", fields={"parties": text})


def check_open(*, state: str, parties: Sequence[PartyFacts]) -> None:
    """Refuse to open unless it was planned or invited and each required side is there (M17: no side is missing)."""
    if state not in BEFORE:
        raise WrongState(gettext_noop("这次会议已经开过或取消，不能再宣布开会。"))
    if missing := missing_parties(parties):
        raise WrongState(
            Sentence(gettext_noop("还缺：{parties}。请等他们到场签到，或改期再开。"), parties="、".join(missing)),
            code="party_missing",
        )


def check_close(
    *,
    state: str,
    proposals: Sequence[ProposalFacts],
    minutes: str,
    decisions: Mapping[int, Decision],
    allowed: Mapping[int, Sequence[str]],
    ended_at: datetime | None = None,
) -> None:
    """Refuse to close while a proposal is open, minutes are missing, or an agenda item has no permitted outcome.

    ``decisions`` and ``allowed`` are keyed by the agenda item's number; ``allowed`` lists the outcomes that lead somewhere
    and leaves out a matter that has gone another way meanwhile, on which nothing is left to decide here.
    """
    check_sitting(state=state, ended_at=ended_at)
    undecided = [proposal.no for proposal in proposals if not proposal.outcome]
    if undecided:
        raise WrongState(
            Sentence(
                gettext_noop(
                    "还有方案没有结论：第 {numbers} 条。请给每条方案写明采纳、并入、未采纳或以后再议，再散会。"
                ),
                numbers="、".join(str(number) for number in undecided),
            ),
            code="proposal_open",
        )
    if not minutes.strip():
        raise BadInput(gettext_noop("请写下会议记录再散会。"), fields={"minutes": gettext_noop("请写下会议记录。")})
    for item, outcomes in allowed.items():
        decision = decisions.get(item)
        if decision is None or decision.outcome not in outcomes:
            raise BadInput(
                Sentence(gettext_noop("请为第 {item} 项议题选一个结果。"), item=item),
                fields={f"outcome_{item}": gettext_noop("请选一个结果。")},
            )
        adopted = any(proposal.item == item and proposal.outcome == ADOPTED for proposal in proposals)
        if adopted and not decision.resolution.strip():
            raise BadInput(
                Sentence(gettext_noop("第 {item} 项议题有采纳的方案，请写下决议的原文。"), item=item),
                fields={f"resolution_{item}": gettext_noop("请写下决议的原文。")},
            )


def check_attend(*, state: str, count: int) -> None:
    """Refuse to take down who came to a meeting that is over, and numbers that no room holds."""
    if state not in (*BEFORE, "open"):
        raise WrongState(gettext_noop("会议已经散会或取消，不能再签到。"))
    if not 1 <= count <= MOST_PEOPLE:
        text = Sentence(gettext_noop("到会人数要在 1 到 {most} 之间。请改一改人数。"), most=MOST_PEOPLE)
        raise BadInput(text, fields={"count": text})


def check_withdraw(*, state: str, parties: Sequence[PartyFacts], party: str, count: int) -> None:
    """Refuse to correct attendance once the meeting is over, or so that an open one would miss a required side."""
    if state not in (*BEFORE, "open"):
        raise WrongState(gettext_noop("会议已经散会或取消，签到不能再改。"))
    left = [
        PartyFacts(each.name, each.required, each.present - (count if each.name == party else 0)) for each in parties
    ]
    if state == "open" and party in missing_parties(left):
        text = gettext_noop("撤掉这一条，{party}就没有人了，会开着不能缺一方。请先补上正确的签到，再撤掉这一条。")
        raise WrongState(Sentence(text, party=party), code="party_missing")


def check_decision(
    *, state: str, outcome: str, reason: str, outcomes: Sequence[str], ended_at: datetime | None = None
) -> None:
    """Refuse an outcome that there is not, one after the meeting, and one that leaves the proposer wondering why."""
    check_sitting(state=state, ended_at=ended_at)
    if outcome not in outcomes:
        raise BadInput(gettext_noop("请选一个结论。"), fields={"outcome": gettext_noop("请选一个结论。")})
    if outcome != ADOPTED and not reason.strip():
        text = gettext_noop("没有采纳的方案，请写一句为什么。")
        raise BadInput(text, fields={"reason": text})


def check_minutes(*, state: str, text: str, previous: str, reason: str) -> None:
    """Refuse an empty or unchanged version, and a correction after closing that gives no reason."""
    if state == "cancelled":
        raise WrongState(gettext_noop("会议已取消，没有记录可写。"))
    if state == "interrupted":
        raise WrongState(gettext_noop("会议已经中断，记录停在那时。要接着议，请再安排一次会议。"))
    if not text.strip():
        raise BadInput(gettext_noop("会议记录不能是空的。"), fields={"text": gettext_noop("请写下会议记录。")})
    if text.strip() == previous.strip():
        raise BadInput(gettext_noop("和上一版一样，没有要存的。"), fields={"text": gettext_noop("和上一版一样。")})
    if state == "closed" and not reason.strip():
        raise BadInput(
            gettext_noop("散会后更正记录，请写明原因；原来那一版会一直留着。"),
            fields={"reason": gettext_noop("请写明更正的原因。")},
        )


def check_invite(*, state: str, starts_at: datetime, now: datetime) -> None:
    """Refuse a second invitation, and one for a time that has passed."""
    if state != "planned":
        raise WrongState(gettext_noop("邀请已经发出，或会议已开过。"))
    if starts_at <= now:
        raise WrongState(gettext_noop("开会时间已经过了。请先改到以后的时间，再发邀请。"))


def check_move(*, state: str, starts_at: datetime, now: datetime) -> None:
    """Refuse to move what has begun or was called off, and to move it into the past."""
    if state not in BEFORE:
        raise WrongState(gettext_noop("会议已经开过或取消，不能再改期。"))
    check_start(starts_at=starts_at, now=now)


def check_cancel(*, state: str) -> None:
    """Refuse to call off what has begun, or twice."""
    if state == "open":
        raise WrongState(gettext_noop("会议正在开，不能取消。开不下去的，请写明原因，宣布中断。"))
    if state not in BEFORE:
        raise WrongState(gettext_noop("会议已经开过或取消了，不能再取消。"))


def check_interrupt(*, state: str, ended_at: datetime | None, reason: str) -> None:
    """Refuse to break off what is not sitting, and to do it without saying why."""
    check_sitting(state=state, ended_at=ended_at)
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        text = Sentence(gettext_noop("请用一两句话（不超过 {most} 字）写明为什么开不下去。"), most=LONGEST_REASON)
        raise BadInput(text, fields={"reason": text})
