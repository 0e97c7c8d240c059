"""A vote's way from draft to result, and what the readings of a paper slip settle. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from yishiting.council.votes.rules import Answer, Choice, Offer, Outcome
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop

ONLINE_CHOICES = (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)
"""What an owner may choose on a screen; only paper can be handed in unreadable."""
PAPER_CHOICES = tuple(Choice)
KEYING_TIME = timedelta(days=1)
"""How long the count that nobody asks for waits, so that paper in hand can be keyed: after the end of a vote on paper, and after
a slip was withdrawn."""
REASON_LENGTH = 200


class State(StrEnum):
    """Where a vote stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Times:
    """The times from which a vote's state is read."""

    closes_at: datetime
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    counted_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def state(self) -> State:
        """The one state that these times mean."""
        if self.cancelled_at:
            return State.CANCELLED
        if self.counted_at:
            return State.COUNTED
        if self.closed_at:
            return State.CLOSED
        return State.OPEN if self.opened_at else State.DRAFT


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a vote does now: end the voting, count, or both."""

    ends: bool
    counts: bool


def moment(at: datetime) -> Sentence:
    """Return ``at`` in China as a neighbour says it: 11月25日 18:00."""
    local = at.astimezone(CHINA)
    return Sentence(
        gettext_noop("{month}月{day}日 {clock}"), month=local.month, day=local.day, clock=local.strftime("%H:%M")
    )


def may_edit(times: Times) -> None:
    """Raise :class:`WrongState` unless the vote is still a draft: what owners vote on never changes under them."""
    if times.state is State.CANCELLED:
        raise WrongState(gettext_noop("这次表决已经取消，不能再改。需要的话请另起草一次。"))
    if times.state is not State.DRAFT:
        raise WrongState(
            gettext_noop("这次表决已经开始，事项、期限和名册都不能再改。要改的话，请先取消，再另起草一次。")
        )


@dataclass(frozen=True, slots=True)
class Window:
    """How long a vote may be open by the rules of its place: the first and the last day on which it may end."""

    first: date
    last: date


def may_open(times: Times, *, items: int, now: datetime, window: Window | None = None) -> None:
    """Raise :class:`WrongState` unless a draft can open now: it has an item, and its end lies ahead, within the ``window``."""
    if times.state is State.CANCELLED:
        raise WrongState(gettext_noop("这次表决已经取消，不能再开始。需要的话请另起草一次。"))
    if times.state is not State.DRAFT:
        raise WrongState(gettext_noop("这次表决已经开始了，不用再开始一次。"))
    if items < 1:
        raise WrongState(gettext_noop("这次表决还没有写要表决的事项。请先在草稿里写上至少一项。"))
    if times.closes_at <= now:
        raise WrongState(
            Sentence(
                gettext_noop("草稿里写的截止时间 {at} 已经过了。请先把截止时间改到以后，再开始。"),
                at=moment(times.closes_at),
            )
        )
    ends = times.closes_at.astimezone(CHINA).date()
    if window is not None and not window.first <= ends <= window.last:
        raise WrongState(
            Sentence(
                gettext_noop(
                    "照规则，今天开始的表决要在 {first} 到 {last} 之间截止，草稿里写的是 {ends}。请先改截止时间。"
                ),
                first=window.first.isoformat(),
                last=window.last.isoformat(),
                ends=ends.isoformat(),
            ),
            code="window",
        )


def may_cast(times: Times, *, now: datetime) -> None:
    """Raise :class:`WrongState` unless a ballot handed in now counts; the last instant is ``closes_at`` itself."""
    if times.state is State.DRAFT:
        raise WrongState(gettext_noop("这次表决还没有开始，现在不能投票。开始以后会通知您。"))
    if times.state is State.CANCELLED:
        raise WrongState(gettext_noop("这次表决已经取消，不用投票了。"))
    if times.state is not State.OPEN or now > times.closes_at:
        raise WrongState(
            Sentence(
                gettext_noop("这次表决 {at} 已经截止，这张票没有收。结果出来后会在表决页上公布。"),
                at=moment(times.closed_at or times.closes_at),
            )
        )


def may_receive(times: Times, *, received_at: datetime, now: datetime) -> None:
    """Raise unless a slip handed in at ``received_at`` can be taken: in time, and the count not yet made.

    Keying may come after the end of voting; what decides is when the slip was handed in.
    """
    _may_read(times)
    last = min(times.closes_at, times.closed_at or times.closes_at)
    if received_at > now:
        raise BadInput(
            gettext_noop("收票时间比现在还晚。"),
            code="received_later_than_now",
            fields={"received_at": gettext_noop("收票时间不能晚于现在，请照收到纸票时的时间填。")},
        )
    if times.opened_at is not None and received_at < times.opened_at:
        raise BadInput(
            gettext_noop("收票时间早于表决开始。"),
            code="received_before_opening",
            fields={
                "received_at": Sentence(
                    gettext_noop("表决 {at} 才开始，之前的票不能收。请核对收票时间。"), at=moment(times.opened_at)
                )
            },
        )
    if received_at > last:
        raise WrongState(
            Sentence(
                gettext_noop("这张纸票是截止以后才交的（{at} 截止），不能收。请向交票的人说明。"), at=moment(last)
            ),
            code="received_too_late",
        )


def may_read(times: Times) -> None:
    """Raise :class:`WrongState` unless slips may still be read: the vote is open, or closed and not yet counted."""
    _may_read(times)


def may_read_again(times: Times, *, settled: bool, withdrawn: bool) -> None:
    """Raise :class:`WrongState` unless a slip that was taken in still waits for a reading."""
    _may_read(times)
    if settled:
        raise WrongState(gettext_noop("这张纸票已经核对完了，不用再录。"), code="slip_settled")
    if withdrawn:
        raise WrongState(
            gettext_noop("这张纸票已经撤回，不能再录。票还要计的话，请到“纸票”页找到这户，从第一遍录起。"),
            code="slip_withdrawn",
        )


def may_withdraw(times: Times, *, settled: bool, withdrawn: bool, reason: str) -> str:
    """Return the reason as it is kept, or raise where a slip cannot be withdrawn.

    A settled slip is a ballot, and a ballot is never taken back; a counted vote stands.
    """
    if times.state is State.DRAFT:
        raise WrongState(gettext_noop("这次表决还没有开始，没有纸票可以撤回。"))
    if times.state is State.CANCELLED:
        raise WrongState(gettext_noop("这次表决已经取消，纸票都不计了，不用撤回。"))
    if times.state is State.COUNTED:
        raise WrongState(gettext_noop("这次表决已经计票，纸票不能再撤回。有异议请找监票人。"))
    if settled:
        raise WrongState(
            gettext_noop("这张纸票已经核对完，记成了一张票，不能撤回。有异议请在计票前告诉监票人。"),
            code="slip_settled",
        )
    if withdrawn:
        raise WrongState(
            gettext_noop("这张纸票已经有人撤回了，不用再撤。票还要计的话，请到“纸票”页找到这户，从第一遍录起。"),
            code="slip_withdrawn",
        )
    words = reason.strip()
    if not words or len(words) > REASON_LENGTH:
        raise BadInput(
            gettext_noop("请写上撤回的原因。"),
            fields={
                "reason": Sentence(
                    gettext_noop("请用一两句话（不超过 {n} 字）写明为什么撤回，例如“户录错了”。"), n=REASON_LENGTH
                )
            },
        )
    return words


def _may_read(times: Times) -> None:
    if times.state is State.DRAFT:
        raise WrongState(gettext_noop("这次表决还没有开始，不能录纸票。"))
    if times.state is State.CANCELLED:
        raise WrongState(gettext_noop("这次表决已经取消，不用再录纸票。"))
    if times.state is State.COUNTED:
        raise WrongState(gettext_noop("这次表决已经计票，不能再录纸票。有异议请找监票人。"))


def keying_ends(times: Times, *, on_paper: bool) -> datetime | None:
    """Return until when the count of a vote that has ended waits for paper to be keyed; None where it does not wait.

    A slip that was taken in tells that there is paper: whoever holds more of it has :data:`KEYING_TIME` after the end.
    """
    return times.closed_at + KEYING_TIME if on_paper and times.closed_at else None


def may_close(
    times: Times,
    *,
    now: datetime,
    early: bool,
    waiting: int,
    on_paper: bool = False,
    all_keyed: bool = False,
    to_key_again: int = 0,
    asked: bool = True,
) -> Closing:
    """Return what closing does now, or raise :class:`WrongState`.

    Voting ends at ``closes_at``; sooner only where ``early`` is said in so many words. The count is made when voting has
    ended and no slip ``waiting`` for a reading is left: in the same step where the vote is not ``on_paper``. Where a slip was
    taken in, it waits for :data:`KEYING_TIME` after the end, so that paper received in time is not shut out by nobody
    having keyed it yet, or until somebody says that it is ``all_keyed``. Slips that were withdrawn within that time and are
    yet ``to_key_again`` hold up the count that makes itself; a person who has ``asked`` for it gets it.
    """
    state = times.state
    if state is State.DRAFT:
        raise WrongState(gettext_noop("这次表决还没有开始，谈不上截止。"))
    if state is State.CANCELLED:
        raise WrongState(gettext_noop("这次表决已经取消。"))
    if state is State.COUNTED:
        raise WrongState(gettext_noop("这次表决已经计过票了，结果在表决页上。"))
    if state is State.OPEN:
        if now < times.closes_at and not early:
            raise WrongState(
                Sentence(
                    gettext_noop(
                        "说好 {at} 才截止，现在还有人要投。到时间会自动截止；一定要提前，请明确选“提前截止”。"
                    ),
                    at=moment(times.closes_at),
                )
            )
        return Closing(ends=True, counts=not waiting and (all_keyed or not (on_paper or to_key_again)))
    if waiting:
        raise WrongState(
            Sentence(
                gettext_noop(
                    "还有 {n} 张纸票没有核对完，先不能计票。请到“纸票”里办：等第二个人的，换个人再录一遍；"
                    "两遍不一样的，第三个人再录，或撤回后重新录；户录错了的，撤回后重新录。"
                ),
                n=waiting,
            )
        )
    until = keying_ends(times, on_paper=on_paper)
    if until is not None and now < until and not all_keyed:
        raise WrongState(
            Sentence(
                gettext_noop(
                    "截止前收到的纸票可能还没录完，要等到 {at} 才计票。"
                    "纸票都录完了的话，请到表决的办理页点“纸票都录完了，现在计票”。"
                ),
                at=moment(until),
            ),
            code="paper_may_be_in_hand",
        )
    if to_key_again and not asked:
        raise WrongState(
            Sentence(
                gettext_noop("有 {n} 张纸票刚撤回，可能要重新录，先不自动计票。不用录了的话，请到表决页点“计票”。"),
                n=to_key_again,
            )
        )
    return Closing(ends=False, counts=True)


def may_cancel(times: Times) -> None:
    """Raise :class:`WrongState` where there is nothing left to call off: a result stands and is never taken back."""
    if times.state is State.CANCELLED:
        raise WrongState(gettext_noop("这次表决已经取消了。"))
    if times.state in (State.CLOSED, State.COUNTED):
        raise WrongState(gettext_noop("这次表决已经截止，不能取消。结果有误的话，请找监票人认定。"))


def check_choices(
    items: Mapping[int, Offer], choices: Mapping[int, str], *, allowed: Sequence[Choice] = ONLINE_CHOICES
) -> dict[int, Answer]:
    """Return one answer for each of ``items`` (what each offers), or raise :class:`BadInput` naming every item that lacks one.

    An answer is written as one of the words ``allowed``; where an item offers options, as their numbers (``2`` or ``1,3``),
    or as one of those words that is neither yes nor no. A ballot answers all items at once; abstaining is an answer, leaving
    out is not. On paper more may be marked than an item allows: it is recorded as it stands, and the count calls it invalid.
    """
    found: dict[int, Answer] = {}
    faults: dict[str, str | Sentence] = {}
    for item, offer in items.items():
        answer = _answer(choices.get(item, ""), offer, allowed)
        if answer is None:
            faults[f"item_{item}"] = gettext_noop("请选一个。拿不定主意可以选“弃权”。")
        elif len(answer.marks) > offer.most and Choice.INVALID not in allowed:
            faults[f"item_{item}"] = Sentence(
                gettext_noop("这一项最多选 {most} 个，您选了 {n} 个。请去掉几个。"),
                most=offer.most,
                n=len(answer.marks),
            )
        else:
            found[item] = answer
    if faults:
        raise BadInput(
            Sentence(gettext_noop("还有 {n} 项没有选。请每一项都选一个。"), n=len(faults)),
            code="choice_missing",
            fields=faults,
        )
    if unknown := set(choices) - set(items):
        raise BadInput(
            Sentence(gettext_noop("有 {n} 项不在这次表决里。请回到选票重新选。"), n=len(unknown)), code="unknown_item"
        )
    return found


def _answer(written: str, offer: Offer, allowed: Sequence[Choice]) -> Answer | None:
    """Return what is written, or None where the item offers no such answer."""
    if not offer.options:
        return Answer(Choice(written)) if written in allowed else None
    if written in allowed:
        return Answer(Choice(written)) if written not in (Choice.FOR, Choice.AGAINST) else None
    numbers = written.split(",")
    if not all(number.isascii() and number.isdigit() and len(number) <= 3 for number in numbers):
        return None
    marks = tuple(sorted({int(number) for number in numbers}))
    return (
        Answer(Choice.FOR, marks)
        if len(marks) == len(numbers) and marks[0] >= 1 and marks[-1] <= offer.options
        else None
    )


def settle_readings(readings: Sequence[Mapping[int, Answer]]) -> dict[int, Answer] | None:
    """Return what a slip says once its readings decide it, else None: it waits for another person.

    ``readings`` are in the order in which different people made them. Two that agree settle the slip. Where they differ a
    third decides: item by item what two of three read, else what the third read.
    """
    if len(readings) < 2:
        return None
    first, second = readings[0], readings[1]
    if first == second:
        return dict(first)
    if len(readings) < 3:
        return None
    third = readings[2]
    return {item: first[item] if first[item] == second[item] else third[item] for item in first}


def overall(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the one word for a vote of several items: passed (elected) only where every item passed, or elected.

    Otherwise what is still open comes first, then a lack of quorum, then failure, then a run-off.
    """
    for word in (Outcome.TO_ADJUDICATE, Outcome.NO_QUORUM, Outcome.FAILED, Outcome.RUNOFF):
        if word in outcomes:
            return word
    return Outcome.ELECTED if set(outcomes) == {Outcome.ELECTED} else Outcome.PASSED
