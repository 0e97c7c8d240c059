"""When a meeting may open and close. Pure: facts and ``now`` in, a refusal or nothing out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yishiting.council.meetings.kinds import COUNCIL, KINDS, Kind
from yishiting.council.votes.lifecycle import moment
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Listed, Sentence, gettext_noop

#: A meeting of more people than this is a slip of the finger.
MOST_PEOPLE = 500
ADOPTED = "adopted"
LONGEST_REASON = 200
LONGEST_NAME = 80
LONGEST_PARTY = 40
LONGEST_WHY = 500
FARTHEST = timedelta(days=365)
"""How far ahead a meeting may be set. A neighbour waits for what is on its agenda: playbooks count their clocks in work days,
and a year leaves room for a yearly meeting. Whatever lies beyond is a slip of the finger in the year."""
#: States of a meeting that has not begun.
BEFORE = ("planned", "invited")


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A side: whether the meeting needs it, how many people came for it, and how many it takes for it to be there."""

    name: str
    required: bool
    present: int
    core: bool = False
    least: int = 1

    @property
    def there(self) -> bool:
        """Whether enough people came for the side to count as present."""
        return self.present >= self.least


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
    """Return the names of required sides for which too few came, the core first."""
    missing = [party for party in parties if party.required and not party.there]
    return tuple(party.name for party in sorted(missing, key=lambda party: not party.core))


def _lack(party: PartyFacts) -> Sentence:
    if party.least > 1:
        text = gettext_noop("{party}（要 {least} 人，已到 {present} 人）")
        return Sentence(text, party=party.name, least=party.least, present=party.present)
    return Sentence("{party}", party=party.name)


def _joined(parts: Sequence[Sentence]) -> Sentence:
    return Listed(parts)


def _check_there(*, kind: Kind, parties: Sequence[PartyFacts], quorum: int) -> None:
    """Refuse while a core or a required side is missing, or fewer sides are there than the quorum asks for."""
    by_name = {party.name: party for party in parties}
    missing = [by_name[name] for name in missing_parties(parties)]
    if core := [party for party in missing if party.core]:
        text = gettext_noop("{kind}少了 {parties} 不能开。请等他们到场签到，或改期再开。")
        raise WrongState(
            Sentence(text, kind=kind.label, parties=_joined([_lack(party) for party in core])), code="core_missing"
        )
    if missing:
        text = gettext_noop("还缺：{parties}。请等他们到场签到，或改期再开。")
        raise WrongState(Sentence(text, parties=_joined([_lack(party) for party in missing])), code="party_missing")
    there = sum(party.there for party in parties)
    if there < quorum:
        text = gettext_noop("到了 {there} 方，要到 {quorum} 方才能开会。请等其他各方到场签到，或改期再开。")
        raise WrongState(Sentence(text, there=there, quorum=quorum), code="too_few_sides")


def check_words(**words: str) -> None:
    """Refuse a name or a place that is longer than there is room for, by its field; what somebody wrote is never cut."""
    text = Sentence(gettext_noop("写得太长了，最多 {n} 个字。"), n=LONGEST_NAME)
    if fields := {name: text for name, said in words.items() if len(said.strip()) > LONGEST_NAME}:
        raise BadInput(text, code="too_long", fields=fields)


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


def check_plan(
    *,
    parties: Sequence[str],
    matters: int,
    required: Sequence[str],
    needed: Sequence[str],
    kind: Kind = KINDS[COUNCIL],
    least: Mapping[str, int] | None = None,
    in_building: bool = False,
) -> None:
    """Refuse a meeting without sides, without anything on its agenda, or without a side that a playbook asks for.

    ``required`` are the sides without which it cannot open; ``needed`` those that the playbooks of its matters name;
    ``least`` how many people it takes, where more than one. A core side of its kind may not be left out nor made smaller.
    """
    if not parties:
        raise BadInput(gettext_noop("请至少写上一方参会人。"), fields={"parties": gettext_noop("请至少写上一方。")})
    if len(set(parties)) != len(parties):
        raise BadInput(
            gettext_noop("同一方写了两次，请去掉一个。"), fields={"parties": gettext_noop("同一方写了两次。")}
        )
    if long := [name for name in parties if len(name) > LONGEST_PARTY]:
        text = Sentence(
            gettext_noop("“{party}”太长了，一方的名字最多 {n} 个字。请缩短。"), party=long[0], n=LONGEST_PARTY
        )
        raise BadInput(text, code="too_long", fields={"parties": text})
    if matters < 1:
        raise BadInput(
            gettext_noop("请选上至少一件要议的事项。"), fields={"matters": gettext_noop("请选上至少一件事项。")}
        )
    if wrong := [name for name, count in (least or {}).items() if not 1 <= count <= MOST_PEOPLE]:
        text = Sentence(gettext_noop("{party}要来的人数不对，请写 1 到 {most}。"), party=wrong[0], most=MOST_PEOPLE)
        raise BadInput(text, fields={"parties": text})
    if kind.one_building and not in_building:
        text = Sentence(gettext_noop("{kind}是一栋楼里的会，请选是哪一栋。"), kind=kind.label)
        raise BadInput(text, code="building_not_given", fields={"building": text})
    for side in kind.core:
        if side.name not in required:
            text = Sentence(
                gettext_noop("{kind}少不了{party}。请写上，并且不要写成可来可不来。"), kind=kind.label, party=side.name
            )
            raise BadInput(text, code="core_not_asked", fields={"parties": text})
        if (least or {}).get(side.name, 1) < side.least:
            said = Sentence(
                gettext_noop("{kind}的{party}至少要 {least} 人。请在后面写上人数，如：{party} {least}人。"),
                kind=kind.label,
                party=side.name,
                least=side.least,
            )
            raise BadInput(said, code="core_too_small", fields={"parties": said})
    if left := [name for name in needed if name not in required]:
        text = Sentence(gettext_noop("按工作法，必须到场的还有：{parties}。请加上。"), parties=Listed(left))
        raise BadInput(text, code="party_not_asked", fields={"parties": text})


def check_open(*, state: str, parties: Sequence[PartyFacts], kind: Kind = KINDS[COUNCIL], quorum: int = 0) -> None:
    """Refuse to open unless it was planned or invited, each required side is there, and ``quorum`` sides in all.

    No side is missing (M17); 1+N is none without its core, whoever else came (M11).
    """
    if state not in BEFORE:
        raise WrongState(gettext_noop("这次会议已经开过或取消，不能再宣布开会。"))
    _check_there(kind=kind, parties=parties, quorum=quorum)


def check_close(
    *,
    state: str,
    proposals: Sequence[ProposalFacts],
    minutes: str,
    decisions: Mapping[int, Decision],
    allowed: Mapping[int, Sequence[str]],
    ended_at: datetime | None = None,
    unasked: Mapping[int, int] | None = None,
    again: Mapping[int, Collection[str]] | None = None,
    settled: Collection[int] = (),
) -> None:
    """Refuse to close while a proposal is open, minutes are missing, or an agenda item has no permitted outcome.

    ``unasked`` says for an item how many whom it is about were not invited: it may only end with one of the outcomes in
    ``again``, which lead to another meeting, without a resolution, and with nothing adopted or settled before it was said
    whom it is about; ``settled`` are the items with a question settled at this meeting, which cannot be taken back.
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
                numbers=Listed(undecided),
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
        meets_again = decision.outcome in (again or {}).get(item, ()) and not decision.resolution.strip()
        if (count := (unasked or {}).get(item, 0)) and not meets_again:
            raise not_asked(item, count)
        adopted = any(proposal.item == item and proposal.outcome == ADOPTED for proposal in proposals)
        if count:
            _check_nothing_decided(item, adopted=adopted, settled=item in settled)
        if adopted and not decision.resolution.strip():
            raise BadInput(
                Sentence(gettext_noop("第 {item} 项议题有采纳的方案，请写下决议的原文。"), item=item),
                fields={f"resolution_{item}": gettext_noop("请写下决议的原文。")},
            )


def _check_nothing_decided(item: int, *, adopted: bool, settled: bool) -> None:
    """Refuse to let stand what was decided before it was said whom the item is about, where they were not asked (M19)."""
    if adopted:
        text = gettext_noop(
            "第 {item} 项议题牵涉的住户没有都请到，采纳的方案不能算数。请把它的结论改成以后再议，再散会。"
        )
    elif settled:
        text = gettext_noop(
            "第 {item} 项议题牵涉的住户没有都请到，这次会上议定的问题不能算数。请从“开不下去了”中断会议，另开一次，先请到他们。"
        )
    else:
        return
    raise WrongState(Sentence(text, item=item), code="concerned_not_invited")


def not_asked(item: int, count: int) -> WrongState:
    """The refusal to decide on somebody who was not asked to come (M19: nobody is judged in his absence unasked)."""
    text = gettext_noop(
        "第 {item} 项议题牵涉的住户，还有 {count} 位没有邀请到会的记录，不能对他们作决定。"
        "请改期再议，开会前通知到他们并记下来。"
    )
    return WrongState(Sentence(text, item=item, count=count), code="concerned_not_invited")


def check_decision(
    *,
    state: str,
    outcome: str,
    reason: str,
    outcomes: Sequence[str],
    ended_at: datetime | None = None,
    item: int = 0,
    unasked: int = 0,
) -> None:
    """Refuse an outcome that there is not, one after the meeting, and one that leaves the proposer wondering why.

    ``unasked``: how many whom the matter is about were not invited; then nothing about them can be adopted.
    """
    check_sitting(state=state, ended_at=ended_at)
    if outcome not in outcomes:
        raise BadInput(gettext_noop("请选一个结论。"), fields={"outcome": gettext_noop("请选一个结论。")})
    if unasked and outcome == ADOPTED:
        raise not_asked(item, unasked)
    if outcome != ADOPTED and not reason.strip():
        text = gettext_noop("没有采纳的方案，请写一句为什么。")
        raise BadInput(text, fields={"reason": text})
    _check_reason(reason, LONGEST_WHY)


def _check_reason(reason: str, most: int) -> None:
    if len(reason.strip()) > most:
        text = Sentence(gettext_noop("写得太长了，最多 {n} 个字。"), n=most)
        raise BadInput(text, code="too_long", fields={"reason": text})


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
    _check_reason(reason, LONGEST_REASON)


def check_topics(topics: int) -> None:
    """Refuse to go on with an empty agenda."""
    if topics < 1:
        raise WrongState(
            gettext_noop("议程还是空的。请先放上要议的事，再发邀请；没有要议的，取消这一次。"), code="no_topic"
        )


def check_add(*, state: str, announced: bool, matters: int) -> None:
    """Refuse to add a topic to what was announced: whoever was asked came for what the invitation said."""
    if state not in BEFORE:
        raise WrongState(gettext_noop("会议已经开过或取消，不能再加议题。"))
    if announced:
        raise WrongState(gettext_noop("邀请已经发出，没有写进邀请的事这次不能议。请放到下一次会。"), code="announced")
    if matters < 1:
        raise BadInput(
            gettext_noop("请选上至少一件要议的事项。"), fields={"matters": gettext_noop("请选上至少一件事项。")}
        )


def check_invite(*, state: str, starts_at: datetime, now: datetime, topics: int = 1) -> None:
    """Refuse a second invitation, one for a time that has passed, and one without a topic."""
    if state != "planned":
        raise WrongState(gettext_noop("邀请已经发出，或会议已开过。"))
    if starts_at <= now:
        raise WrongState(gettext_noop("开会时间已经过了。请先改到以后的时间，再发邀请。"))
    check_topics(topics)


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


LONGEST_STATEMENT = 1000


def check_statement(*, state: str, ended_at: datetime | None, text: str) -> None:
    """Refuse to take down what was said before the meeting opened or after it ended, and nothing or a whole book."""
    check_sitting(state=state, ended_at=ended_at)
    if not text.strip() or len(text.strip()) > LONGEST_STATEMENT:
        said = Sentence(gettext_noop("请写下这一方说了什么，不超过 {most} 字。"), most=LONGEST_STATEMENT)
        raise BadInput(said, fields={"text": said})
