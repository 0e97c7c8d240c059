"""Decides how a matter moves: pure, so that every way through every playbook can be tried without a database.

Each function takes what is known and the present moment, and returns what follows with a sentence that explains it, or
raises a refusal (:class:`WrongState`, :class:`BadInput`) whose sentence says what to do. It stores nothing.

Two decisions that the records depend on:

- **No stage is skipped silently.** Stages before a playbook's first step were passed by triage; an edge that leads over a
  stage passes those between. Both are listed in ``Advance.passed`` and belong on record.
- **A reopening starts at the playbook's first step**, in a new round with a new clock: whoever reopens says that the
  matter was not settled, so nobody may decide beforehand which part of the way need not be taken again. Every reporter is
  then owed a new answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yishiting.council.matters.playbooks.definition import (
    END,
    ESCALATE,
    STAGES,
    Need,
    Playbook,
    Stage,
    Step,
    between,
    stage_label,
)
from yishiting.council.matters.registry import REGISTRY, KindSpec, Registry, gate_label, outcome_label
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.verdict import YES, Verdict, no
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.kernel.workdays import Calendar, Term

ANSWERED = "answered"
VOTE = "vote"


class Status(StrEnum):
    """Whether a matter still goes on, and if not, how it ended."""

    OPEN = "open"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Run:
    """One passage through a step. ``round`` counts from 1 and grows with each reopening."""

    step_id: str
    round: int
    started_at: datetime
    due_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ReportState:
    """One reporter's report; ``answer`` is the text that answers it in the present round, empty while there is none."""

    report_id: int
    answer: str = ""

    @property
    def answered(self) -> bool:
        """Whether the reporter got an answer that says something."""
        return bool(self.answer.strip())


@dataclass(frozen=True, slots=True)
class MatterState:
    """A matter as far as its way is concerned.

    ``playbook`` is ``None`` until triage chooses one. ``emergency`` says that the matter left its playbook to be dealt
    with at once; it stays open until every reporter is answered.
    """

    matter_id: int
    status: Status
    stage: Stage
    playbook: Playbook | None
    runs: tuple[Run, ...] = ()
    reports: tuple[ReportState, ...] = ()
    round: int = 1
    emergency: bool = False

    @property
    def run(self) -> Run | None:
        """The passage that is under way, if any."""
        return next((run for run in reversed(self.runs) if run.ended_at is None), None)

    @property
    def step(self) -> Step | None:
        """The step that the matter is in, if any."""
        run = self.run
        return self.playbook.step(run.step_id) if self.playbook is not None and run is not None else None

    @property
    def unanswered(self) -> tuple[ReportState, ...]:
        """The reports that still wait for an answer."""
        return tuple(report for report in self.reports if not report.answered)


@dataclass(frozen=True, slots=True)
class GateState:
    """How far a gate is met: ``have`` of ``want``, and a sentence that says what is there and what is missing.

    ``takes_evidence``: whether evidence recorded on the step can meet it; False where another room's rows alone do.
    """

    met: bool
    have: int
    want: int
    explanation: Sentence
    takes_evidence: bool = True


@dataclass(frozen=True, slots=True)
class Advance:
    """Where a matter goes. ``step`` is ``None`` at the end (``closed``) and before triage has chosen a playbook.

    ``outcome`` is the outcome as the playbook names it; ``visit`` says the how many-eth passage through ``step`` in this
    round it is; ``passed`` lists the stages that are passed on record without a step of their own.
    """

    step: Step | None
    stage: Stage
    due_at: datetime | None
    passed: tuple[Stage, ...]
    explanation: Sentence
    outcome: str = ""
    closed: bool = False
    visit: int = 1
    round: int = 1


@dataclass(frozen=True, slots=True)
class Departure:
    """How a matter leaves its playbook: its new status and stage, and what the record says about it."""

    status: Status
    stage: Stage
    explanation: Sentence
    passed: tuple[Stage, ...] = ()
    emergency: bool = False


# -- clocks -----------------------------------------------------------------------------------------------------------


def due(within: Term | None, started_at: datetime, calendar: Calendar) -> datetime | None:
    """Return when a step that began at ``started_at`` is due, or ``None`` for a step without a clock."""
    return None if within is None else within.after(started_at, calendar)


def elapsed(state: MatterState, now: datetime, *, registry: Registry = REGISTRY) -> str | None:
    """Return the outcome that the clock of the present step reports at ``now``, or ``None``.

    Only for a step whose playbook says where the end of its term leads (``elapsed`` of a wait); from its minute on.
    """
    run, step = state.run, state.step
    if not _going(state) or run is None or step is None or run.due_at is None or now < run.due_at:
        return None
    clock = _spec(step, registry).clock
    return clock if clock in step.next else None


def overdue(state: MatterState, now: datetime, *, registry: Registry = REGISTRY) -> bool:
    """Return whether the present step's time has run out at ``now``.

    A wait that ends with its term is never overdue: see :func:`elapsed`.
    """
    run = state.run
    if not _going(state) or run is None or run.due_at is None or now <= run.due_at:
        return False
    return elapsed(state, now, registry=registry) is None


def escalates(state: MatterState, now: datetime, *, registry: Registry = REGISTRY) -> bool:
    """Return whether the present step is overdue and its playbook lets that rise one tier."""
    step = state.step
    return step is not None and step.overdue == ESCALATE and overdue(state, now, registry=registry)


# -- along the playbook -----------------------------------------------------------------------------------------------


def passed_by_triage(playbook: Playbook) -> tuple[Stage, ...]:
    """Return the stages before the playbook's first step, which triage passes on record."""
    return STAGES[: playbook.first.stage.order]


def start(playbook: Playbook, *, now: datetime, calendar: Calendar, round_no: int = 1) -> Advance:
    """Return the entry into the first step of ``playbook``, with the stages that triage passes."""
    first = playbook.first
    due_at = due(first.within, now, calendar)
    text = gettext_noop("按“{playbook}”办理，第一步是“{step}”。{clock}")
    explanation = Sentence(text, playbook=playbook.name, step=first.title, clock=_clock(due_at))
    return Advance(first, first.stage, due_at, passed_by_triage(playbook), explanation, round=round_no)


def choices(state: MatterState, *, registry: Registry = REGISTRY) -> tuple[str, ...]:
    """Return the outcomes of the present step that a person may choose; none for a step that ends by itself."""
    step = state.step
    return () if step is None or not _going(state) else _spec(step, registry).choices(step)


def unmet(step: Step, gates: Mapping[Need, GateState]) -> tuple[Need, ...]:
    """Return the needs of ``step`` that are not met; one that ``gates`` does not measure is not met."""
    return tuple(need for need in step.needs if need not in gates or not gates[need].met)


def end_step(
    state: MatterState,
    outcome: str,
    gates: Mapping[Need, GateState],
    *,
    now: datetime,
    calendar: Calendar,
    reported: bool = False,
    registry: Registry = REGISTRY,
) -> Advance:
    """End the present step with ``outcome`` and return where that leads.

    ``reported`` says that a room or the clock reports the outcome (a vote was closed, a project is done, the term is over);
    without it, outcomes that only they can report are refused. Gates hold for each outcome alike.

    Raises :class:`WrongState` where no step is under way, a gate is not met, the term is not over, or the matter would end
    (or its answer step end as ``answered``) while a reporter waits for an answer; :class:`BadInput` where the step has no
    such outcome or a person may not choose it.
    """
    step, run, playbook = state.step, state.run, state.playbook
    _require_open(state)
    if step is None or run is None or playbook is None:
        raise WrongState(
            Sentence(gettext_noop("这件事现在没有正在办的步骤。请刷新页面看看最新的进展。")), code="no_step"
        )
    spec = _spec(step, registry)
    named = spec.resolve(outcome, step.next)
    if named is None:
        raise BadInput(_pick(playbook, step, spec), code="unknown_outcome")
    if not reported and named not in spec.choices(step):
        text = gettext_noop("“{step}”的这个结果由系统根据实际情况记录，不能手工选择。请等结果出来。")
        raise BadInput(Sentence(text, step=step.title), code="not_a_choice")
    if named == spec.clock and (run.due_at is None or now < run.due_at):
        text = gettext_noop("“{step}”的期限还没有到。{clock}")
        raise WrongState(Sentence(text, step=step.title, clock=_clock(run.due_at)), code="not_elapsed")
    if missing := unmet(step, gates):
        raise WrongState(_missing(step, missing, gates), code="gate_unmet")
    target = step.next[named]
    if target == END or (step.kind == "answer" and named == ANSWERED):
        _require_answers(state)
    label = outcome_label(playbook, step, named)
    if target == END:
        text = gettext_noop("“{step}”已完成：{outcome}。这件事办结。")
        explanation = Sentence(text, step=step.title, outcome=label)
        passed = between(step.stage, None)
        return Advance(None, Stage.FEEDBACK, None, passed, explanation, named, closed=True, round=state.round)
    following = playbook.step(target)
    due_at = due(following.within, now, calendar)
    visit = 1 + sum(1 for each in state.runs if each.round == state.round and each.step_id == following.id)
    text = gettext_noop("“{step}”已完成：{outcome}。下一步是“{following}”。{clock}")
    if visit > 1:
        text = gettext_noop("“{step}”已完成：{outcome}。下一步是“{following}”（第 {visit} 次）。{clock}")
    explanation = Sentence(
        text, step=step.title, outcome=label, following=following.title, visit=visit, clock=_clock(due_at)
    )
    passed = between(step.stage, following.stage)
    return Advance(
        following, following.stage, due_at, passed, explanation, named, visit=visit, round=state.round
    )  # fmt: skip


def may_close(state: MatterState) -> Verdict:
    """Return whether the matter may close: no reporter may be left without an answer that says something."""
    if state.status is not Status.OPEN:
        return no(_not_open(state.status))
    if left := len(state.unanswered):
        text = gettext_noop("还有 {left} 位反映人没有得到答复。请先逐一答复，再办结。")
        return no(Sentence(text, left=left))
    return YES


# -- leaving the playbook ---------------------------------------------------------------------------------------------


def decline(state: MatterState, *, reason: str) -> Departure:
    """Decline an open matter; ``reason`` is the answer that every reporter gets, so it may not be empty.

    Refused while a vote is running: the ballots already cast are owed a count.
    """
    _require_open(state)
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
    _require_open(state)
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
    _require_open(state)
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
    names = _joined([stage_label(stage) for stage in passed])
    explanation = Sentence(text, who=who.strip(), why=why.strip().rstrip("。"), passed=names)
    return Departure(Status.OPEN, Stage.CARRY_OUT, explanation, passed, emergency=True)


def close_emergency(state: MatterState) -> Departure:
    """Close a matter that was dealt with as an emergency; refused while a reporter waits for an answer."""
    _require_open(state)
    if not state.emergency:
        text = gettext_noop("这件事按工作法一步步办理，办完最后一步才能办结。")
        raise WrongState(Sentence(text), code="not_emergency")
    _require_answers(state)
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
    explanation = Sentence(text, reason=why, step=state.playbook.first.title, clock=_clock(begun.due_at))
    return Advance(begun.step, begun.stage, begun.due_at, begun.passed, explanation, round=begun.round)


# -- helpers ----------------------------------------------------------------------------------------------------------


def _spec(step: Step, registry: Registry) -> KindSpec:
    # A pinned playbook may outlive the room that knew its kind; its steps then end by hand.
    return registry.kinds.get(step.kind) or KindSpec(step.kind, Sentence(gettext_noop("步骤")))


def _going(state: MatterState) -> bool:
    return state.status is Status.OPEN and not state.emergency


def _not_open(status: Status) -> Sentence:
    if status is Status.MERGED:
        return Sentence(gettext_noop("这件事已并入另一件事。请到那件事的页面办理。"))
    if status is Status.DECLINED:
        return Sentence(gettext_noop("这件事没有被采纳，已答复反映人。要继续办，请先申请重新办理。"))
    return Sentence(gettext_noop("这件事已经办结。要继续办，请先申请重新办理。"))


def _require_open(state: MatterState) -> None:
    if state.status is not Status.OPEN:
        raise WrongState(_not_open(state.status), code="not_open")


def _require_text(value: str, field: str, message: str) -> None:
    if not value.strip():
        raise BadInput(Sentence(message), code="empty", fields={field: Sentence(message)})


def _require_no_vote(state: MatterState) -> None:
    step = state.step
    if step is not None and step.kind == VOTE and _going(state):
        text = gettext_noop("这件事正在由业主表决。请等计票结果出来再说。")
        raise WrongState(Sentence(text), code="vote_running")


def _require_answers(state: MatterState) -> None:
    verdict = may_close(state)
    if not verdict:
        raise WrongState(verdict.reason or Sentence(gettext_noop("还不能办结。")), code="unanswered")


def _clock(due_at: datetime | None) -> Sentence:
    if due_at is None:
        return Sentence(gettext_noop("这一步没有期限。"))
    moment = due_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    return Sentence(gettext_noop("期限到 {moment}。"), moment=moment)


def _joined(parts: Sequence[Sentence], mark: str = "、") -> Sentence:
    """Return the parts in one sentence, each rendered in the reader's language."""
    template = mark.join(f"{{part{number}}}" for number in range(len(parts)))
    return Sentence(template, **{f"part{number}": part for number, part in enumerate(parts)})


def _pick(playbook: Playbook, step: Step, spec: KindSpec) -> Sentence:
    chosen = spec.choices(step)
    if not chosen:
        text = gettext_noop("“{step}”的结果由系统根据实际情况记录。请等结果出来。")
        return Sentence(text, step=step.title)
    text = gettext_noop("请为“{step}”选择一个结果：{choices}。")
    return Sentence(text, step=step.title, choices=_joined([outcome_label(playbook, step, each) for each in chosen]))


def _missing(step: Step, needs: Sequence[Need], gates: Mapping[Need, GateState]) -> Sentence:
    parts: list[Sentence] = []
    for need in needs:
        gate = gates.get(need)
        if gate is None:
            parts.append(Sentence(gettext_noop("{need}（还没有记录）"), need=gate_label(need)))
        else:
            text = gettext_noop("{need}（{explanation}）")
            parts.append(Sentence(text, need=gate_label(need), explanation=gate.explanation))
    text = gettext_noop("“{step}”还不能结束，请先做到：{needs}。")
    return Sentence(text, step=step.title, needs=_joined(parts, "；"))
