"""Pure: how a matter leaves its playbook, and how it comes back.

**A reopening starts at the playbook's first step**, in a new round with a new clock: whoever reopens says that the matter
was not settled, so nobody may decide beforehand which part of the way need not be taken again. Every reporter is then owed
a new answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yishiting.council.matters.lifecycle.state import (
    Advance,
    MatterState,
    Status,
    clock_words,
    going,
    joined,
    require_answers,
    require_open,
)
from yishiting.council.matters.lifecycle.way import start
from yishiting.council.matters.playbooks.definition import STAGES, Stage, stage_label
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.kernel.workdays import Calendar

VOTE = "vote"


@dataclass(frozen=True, slots=True)
class Departure:
    """How a matter leaves its playbook: its new status and stage, and what the record says about it."""

    status: Status
    stage: Stage
    explanation: Sentence
    passed: tuple[Stage, ...] = ()
    emergency: bool = False


def decline(state: MatterState, *, reason: str) -> Departure:
    """Decline an open matter; ``reason`` is the answer that every reporter gets, so it may not be empty.

    Refused while a vote is running: the ballots already cast are owed a count.
    """
    require_open(state)
    _require_text(reason, "reason", gettext_noop("请写明不予采纳的理由，反映人会收到这个答复。"))
    _require_no_vote(state)
    explanation = Sentence(gettext_noop("不予采纳：{reason}"), reason=reason.strip())
    return Departure(Status.DECLINED, state.stage, explanation)


def merge_into(state: MatterState, target: MatterState) -> Departure:
    """Merge an open matter into ``target``, which takes over its reports; none is lost and each is owed an answer.

    Refused for the same matter, for a target that is no longer open, for a matter dealt with as an emergency, and while a
    vote of the merged one is running.
    """
    if state.matter_id == target.matter_id:
        raise BadInput(Sentence(gettext_noop("不能把一件事并入它自己。请选择另一件事。")), code="merge_self")
    require_open(state)
    if state.emergency:
        text = gettext_noop("这件事正在应急处理，不能并入别的事项。请处理好并答复反映人。")
        raise WrongState(Sentence(text), code="emergency")
    if target.status is not Status.OPEN:
        text = gettext_noop("要并入的那件事已经不在办理中。请选择一件在办的事，或者让这件事单独办理。")
        raise WrongState(Sentence(text), code="merge_target_not_open")
    _require_no_vote(state)
    text = gettext_noop("并入另一件事，{count} 条反映一并转过去，逐一答复。")
    return Departure(Status.MERGED, state.stage, Sentence(text, count=len(state.reports)))


def emergency(state: MatterState, *, who: str, why: str) -> Departure:
    """Take an open matter out of its playbook to be dealt with at once.

    ``who`` decides so and ``why`` are named on record together with each stage that is passed by. The matter stays open at
    ``carry_out`` until its reporters are answered: see :func:`close_emergency`. A vote that is running goes on for its own
    record and no longer moves the matter.
    """
    require_open(state)
    if state.emergency:
        raise WrongState(Sentence(gettext_noop("这件事已经在应急处理。")), code="emergency")
    if state.stage is Stage.FEEDBACK:
        text = gettext_noop("这件事已经到了答复反映人这一步，不用应急处理。请直接答复。")
        raise WrongState(Sentence(text), code="too_late")
    _require_text(who, "who", gettext_noop("请写明由谁决定应急处理。"))
    _require_text(why, "why", gettext_noop("请写明为什么要应急处理。"))
    passed = STAGES[state.stage.order : Stage.CARRY_OUT.order]
    if passed:
        text = gettext_noop("{who}决定应急处理：{why}。越过的阶段：{passed}。")
    else:
        text = gettext_noop("{who}决定应急处理：{why}。")
    names = joined([stage_label(stage) for stage in passed])
    explanation = Sentence(text, who=who.strip(), why=why.strip().rstrip("。"), passed=names)
    return Departure(Status.OPEN, Stage.CARRY_OUT, explanation, passed, emergency=True)


def close_emergency(state: MatterState) -> Departure:
    """Close a matter that was dealt with as an emergency; refused while a reporter waits for an answer."""
    require_open(state)
    if not state.emergency:
        text = gettext_noop("这件事按工作法一步步办理，办完最后一步才能办结。")
        raise WrongState(Sentence(text), code="not_emergency")
    require_answers(state)
    return Departure(Status.CLOSED, Stage.FEEDBACK, Sentence(gettext_noop("应急处理完毕，已答复反映人，这件事办结。")))


def reopen(state: MatterState, *, reason: str, now: datetime, calendar: Calendar) -> Advance:
    """Reopen a closed or declined matter in a new round, at the first step of its playbook with a new clock.

    A matter that never had a playbook goes back to triage (``step`` is ``None``). Raises :class:`WrongState` for an open
    matter and for one that was merged (the one it was merged into is reopened instead).
    """
    if state.status is Status.OPEN:
        raise WrongState(Sentence(gettext_noop("这件事还在办理，不用重新办理。")), code="still_open")
    if state.status is Status.MERGED:
        text = gettext_noop("这件事已并入另一件事。请到那件事的页面申请重新办理。")
        raise WrongState(Sentence(text), code="merged")
    _require_text(reason, "reason", gettext_noop("请写明为什么要重新办理。"))
    why = reason.strip().rstrip("。")
    if state.playbook is None:
        explanation = Sentence(gettext_noop("重新办理：{reason}。等待重新受理。"), reason=why)
        return Advance(None, Stage.COLLECT, None, (), explanation, round=state.round + 1)
    begun = start(state.playbook, now=now, calendar=calendar, round_no=state.round + 1)
    text = gettext_noop("重新办理：{reason}。从“{step}”重新开始。{clock}")
    explanation = Sentence(text, reason=why, step=state.playbook.first.title, clock=clock_words(begun.due_at))
    return Advance(begun.step, begun.stage, begun.due_at, begun.passed, explanation, round=begun.round)


def _require_text(value: str, field: str, message: str) -> None:
    if not value.strip():
        raise BadInput(Sentence(message), code="empty", fields={field: Sentence(message)})


def _require_no_vote(state: MatterState) -> None:
    step = state.step
    if step is not None and step.kind == VOTE and going(state):
        text = gettext_noop("这件事正在由业主表决。请等计票结果出来再说。")
        raise WrongState(Sentence(text), code="vote_running")
