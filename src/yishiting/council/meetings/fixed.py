"""Questions that a matter's meetings have to settle one by one. Pure: facts in, a refusal or nothing out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from yishiting.council.meetings.lifecycle import BEFORE, LONGEST_REASON, Decision, check_sitting
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Listed, Sentence, gettext_noop

LONGEST_QUESTION = 100
LONGEST_OPTION = 100
LONGEST_OUTCOME = 500
MOST_QUESTIONS = 20
MOST_OPTIONS = 10


def cleaned(options: Sequence[str]) -> tuple[str, ...]:
    """Return the options without blanks, each once."""
    return tuple(dict.fromkeys(line for option in options if (line := " ".join(option.split()))))


def check_ask(
    *, state: str, announced: bool, text: str, options: Sequence[str], standing: Collection[str], going: bool
) -> None:
    """Refuse a question after the invitation, on a matter that has gone on, without words, twice, or with one option.

    Whoever was invited knows what is to be settled; nothing is slipped in afterwards. ``standing`` are the questions that the
    matter has already.
    """
    if state not in BEFORE or not going:
        raise WrongState(gettext_noop("会议已经开过、取消，或者事项已经往下走，不能再加要议定的问题。"))
    if announced:
        raise WrongState(gettext_noop("邀请已经发出，没有写进邀请的问题这次不能加。请放到下一次会。"), code="announced")
    fields: dict[str, Sentence] = {}
    if not text or len(text) > LONGEST_QUESTION:
        fields["text"] = Sentence(gettext_noop("请写下要议定的问题，不超过 {most} 字。"), most=LONGEST_QUESTION)
    elif text in standing:
        fields["text"] = Sentence(gettext_noop("这个问题已经列上了，不用再列。"))
    elif len(standing) >= MOST_QUESTIONS:
        fields["text"] = Sentence(gettext_noop("一件事最多列 {most} 个问题。请合并几个。"), most=MOST_QUESTIONS)
    if len(options) == 1 or len(options) > MOST_OPTIONS or any(len(option) > LONGEST_OPTION for option in options):
        fields["options"] = Sentence(
            gettext_noop("选项要么不写，要么写 2 到 {most} 个，一行一个，每个不超过 {long} 字。"),
            most=MOST_OPTIONS,
            long=LONGEST_OPTION,
        )
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)


def check_lift(*, lifted: bool, from_playbook: bool, announced: bool, reason: str) -> None:
    """Refuse to take back a question that the playbook asks, one that was announced, twice, and without saying why."""
    if lifted:
        raise WrongState(gettext_noop("这个问题已经撤掉了。"))
    if from_playbook:
        raise WrongState(gettext_noop("这个问题是工作法规定的，不能撤掉。请在会上给出结果。"))
    if announced:
        raise WrongState(gettext_noop("写着这个问题的邀请已经发出，不能再撤掉。请在会上给出结果。"), code="announced")
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        text = Sentence(gettext_noop("请用一两句话（不超过 {most} 字）写明为什么撤掉。"), most=LONGEST_REASON)
        raise BadInput(text, fields={"reason": text})


def check_settle(
    *, state: str, ended_at: datetime | None, lifted: bool, settled_in: int | None, text: str, options: Sequence[str]
) -> None:
    """Refuse an outcome outside a meeting, on a question that an earlier meeting settled, or other than its options.

    ``settled_in`` is the number of the meeting that settled it, where one has closed since.
    """
    check_sitting(state=state, ended_at=ended_at)
    if lifted:
        raise WrongState(gettext_noop("这个问题已经撤掉了。"))
    if settled_in is not None:
        raise WrongState(
            Sentence(gettext_noop("这个问题在第 {no} 次会议上已经议定了，不用再议。"), no=settled_in), code="settled"
        )
    if options and text not in options:
        words = Sentence(gettext_noop("请从列出的选项里选一个。"))
    elif not text or len(text) > LONGEST_OUTCOME:
        words = Sentence(gettext_noop("请写下议定的结果，不超过 {most} 字。"), most=LONGEST_OUTCOME)
    else:
        return
    raise BadInput(words, fields={"text": words})


def check_carried(
    *,
    decisions: Mapping[int, Decision],
    left: Mapping[int, Sequence[str]],
    onward: Mapping[int, Collection[str]],
) -> None:
    """Refuse to close with an outcome that carries a matter on while one of its questions is open, naming them (M24).

    ``left`` are the open questions and ``onward`` the outcomes that lead to a vote or to something being done, by the agenda
    item's number. To meet again, and to go no further with it, is always free.
    """
    for item, questions in left.items():
        decision = decisions.get(item)
        if questions and decision is not None and decision.outcome in onward.get(item, ()):
            text = gettext_noop(
                "第 {item} 项议题还有问题没有议定：{questions}。请在会上给出结果，或者这次选改期再议，不能先往下办。"
            )
            said = Sentence(text, item=item, questions=Listed(questions))
            raise BadInput(said, code="question_open", fields={f"outcome_{item}": said})
