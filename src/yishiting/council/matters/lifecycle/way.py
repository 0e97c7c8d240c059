"""Pure: how a matter moves along its playbook, its clocks and gates.

**No stage is skipped silently.** Stages before a playbook's first step were passed by triage; an edge that leads over a
stage passes those between. Both are listed in ``Advance.passed`` and belong on record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from yishiting.council.matters.lifecycle.state import (
    ANSWERED,
    Advance,
    GateState,
    MatterState,
    clock_words,
    going,
    joined,
    require_answers,
    require_open,
)
from yishiting.council.matters.playbooks.definition import END, ESCALATE, STAGES, Need, Playbook, Stage, Step, between
from yishiting.council.matters.registry import REGISTRY, KindSpec, Registry, gate_label, outcome_label, outcome_word
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.kernel.workdays import Calendar, Term

# -- clocks -----------------------------------------------------------------------------------------------------------


def due(within: Term | None, started_at: datetime, calendar: Calendar) -> datetime | None:
    """Return when a step that began at ``started_at`` is due, or ``None`` for a step without a clock."""
    return None if within is None else within.after(started_at, calendar)


def elapsed(state: MatterState, now: datetime, *, registry: Registry = REGISTRY) -> str | None:
    """Return the outcome that the clock of the present step reports at ``now``, or ``None``.

    Only for a step whose playbook says where the end of its term leads (``elapsed`` of a wait); from its minute on.
    """
    run, step = state.run, state.step
    if not going(state) or run is None or step is None or run.due_at is None or now < run.due_at:
        return None
    clock = _spec(step, registry).clock
    return clock if clock in step.next else None


def overdue(state: MatterState, now: datetime, *, registry: Registry = REGISTRY) -> bool:
    """Return whether the present step's time has run out at ``now``.

    A wait that ends with its term is never overdue: see :func:`elapsed`.
    """
    run = state.run
    if not going(state) or run is None or run.due_at is None or now <= run.due_at:
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
    explanation = Sentence(text, playbook=playbook.name, step=first.title, clock=clock_words(due_at))
    return Advance(first, first.stage, due_at, passed_by_triage(playbook), explanation, round=round_no)


def choices(state: MatterState, *, registry: Registry = REGISTRY) -> tuple[str, ...]:
    """Return the outcomes of the present step that a person may choose; none for a step that ends by itself."""
    step = state.step
    return () if step is None or not going(state) else _spec(step, registry).choices(step)


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
    require_open(state)
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
        raise WrongState(Sentence(text, step=step.title, clock=clock_words(run.due_at)), code="not_elapsed")
    if missing := unmet(step, gates):
        raise WrongState(_missing(step, missing, gates), code="gate_unmet")
    target = step.next[named]
    if target == END or (step.kind == "answer" and named == ANSWERED):
        require_answers(state)
    said = outcome if outcome in spec.fallback else named
    ended = _ended(step, said)
    if target == END:
        explanation = Sentence(gettext_noop("{ended}这件事办结。"), ended=ended)
        passed = between(step.stage, None)
        return Advance(
            None, Stage.FEEDBACK, None, passed, explanation, named, closed=True, round=state.round, said=said
        )
    following = playbook.step(target)
    due_at = due(following.within, now, calendar)
    visit = 1 + sum(1 for each in state.runs if each.round == state.round and each.step_id == following.id)
    text = gettext_noop("{ended}下一步是“{following}”。{clock}")
    if visit > 1:
        text = gettext_noop("{ended}下一步是“{following}”（第 {visit} 次）。{clock}")
    explanation = Sentence(text, ended=ended, following=following.title, visit=visit, clock=clock_words(due_at))
    passed = between(step.stage, following.stage)
    return Advance(
        following, following.stage, due_at, passed, explanation, named, visit=visit, round=state.round, said=said
    )  # fmt: skip


# -- helpers -----------------------------------------------------------------------------------------------------------


def _spec(step: Step, registry: Registry) -> KindSpec:
    # A pinned playbook may outlive the room that knew its kind; its steps then end by hand.
    return registry.kinds.get(step.kind) or KindSpec(step.kind, Sentence(gettext_noop("步骤")))


def _ended(step: Step, outcome: str) -> Sentence:
    """Return that ``step`` ended, with the outcome's word; where it has none, where it leads is said next anyway."""
    word = outcome_word(outcome)
    if word is None:
        return Sentence(gettext_noop("“{step}”已完成。"), step=step.title)
    return Sentence(gettext_noop("“{step}”已完成：{outcome}。"), step=step.title, outcome=word)


def _pick(playbook: Playbook, step: Step, spec: KindSpec) -> Sentence:
    chosen = spec.choices(step)
    if not chosen:
        text = gettext_noop("“{step}”的结果由系统根据实际情况记录。请等结果出来。")
        return Sentence(text, step=step.title)
    text = gettext_noop("请为“{step}”选择一个结果：{choices}。")
    return Sentence(text, step=step.title, choices=joined([outcome_label(playbook, step, each) for each in chosen]))


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
    return Sentence(text, step=step.title, needs=joined(parts, gettext_noop("；")))
