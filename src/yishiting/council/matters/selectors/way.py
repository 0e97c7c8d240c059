"""Where a matter stands on its way: what the present step waits for, how long it has, and what may still come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from yishiting.council.matters import kinds
from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.matters.playbooks.definition import END, Step
from yishiting.council.matters.playbooks.drawing import ahead
from yishiting.council.matters.registry import gate_label, outcome_label
from yishiting.council.matters.services import engine
from yishiting.council.matters.services.escalation import within
from yishiting.council.matters.services.playbooks import known, playbook_of
from yishiting.ground.places import selectors as places
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence, gettext_noop

WORKDAYS = "workdays"
#: What a step of each kind waits for, as anybody may read it.
WAITS: Mapping[str, str] = {
    engine.INTAKE: gettext_noop("等工作人员受理"),
    engine.EMERGENCY: gettext_noop("等应急处理完"),
    "triage": gettext_noop("等工作人员受理"),
    "notice": gettext_noop("等公示张贴、发布到位"),
    "canvass": gettext_noop("等逐户走完"),
    "wait": gettext_noop("等期限到，或者提前办好"),
    "meeting": gettext_noop("等开会商量出结果"),
    "vote": gettext_noop("等业主投票、计票"),
    "project": gettext_noop("等项目完工"),
    "work": gettext_noop("等办完"),
    "talk": gettext_noop("等当面商量出结果"),
    "inspection": gettext_noop("等查看后给出结论"),
    "answer": gettext_noop("等答复每一位反映人"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A gate of the present step: what it asks for and how much of it is there, without saying where or who is left."""

    label: Sentence
    met: bool
    have: int
    want: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a matter stands in its present step.

    ``time_left`` says how many work days are left, for a clock by work days; ``unknown_year`` is a year, up to the due day,
    whose days off nobody knows; ``ways`` are the outcomes with the title of the step that each leads to (None: the end);
    ``ahead`` are the steps that may still come; ``newer`` is the number of a newer version, which does not move the matter.
    """

    run: StepRun
    waits_for: Sentence
    gates: tuple[Waiting, ...]
    time_left: Sentence | None
    unknown_year: int | None
    ways: tuple[tuple[Sentence, str | None], ...]
    ahead: tuple[Step, ...]
    newer: int | None


def standing(matter: Matter, *, now: datetime) -> Standing | None:
    """Return where an open matter stands, or None for one that has ended (at most eight queries and those of its gates)."""
    run = engine.current_run(matter)
    if run is None or matter.status != Matter.Status.OPEN:
        return None
    state = engine.state_of(matter)
    at = engine.measuring(matter, run, state, now)
    step = engine.step_of(run)
    playbook = playbook_of(matter.playbook) if matter.playbook and step is not None else None
    left, unknown = _clock(matter, run, now)
    return Standing(
        run=run,
        waits_for=Sentence(WAITS.get(run.kind, gettext_noop("等这一步办完"))),
        gates=tuple(
            Waiting(gate_label(need), gate.met, gate.have, gate.want)
            for need, gate in (kinds.measure_all(at) if at else {}).items()
        ),
        time_left=left,
        unknown_year=unknown,
        ways=tuple(
            (outcome_label(playbook, step, outcome), None if target == END else playbook.step(target).title)
            for outcome, target in step.next.items()
        )
        if playbook and step
        else (),
        ahead=ahead(playbook, step.id) if playbook and step else (),
        newer=_newer(matter),
    )


def _clock(matter: Matter, run: StepRun, now: datetime) -> tuple[Sentence | None, int | None]:
    term = within(run, matter)
    if run.due_at is None or term is None or term.unit != WORKDAYS:
        return None, None
    calendar = places.calendar(matter.estate_id)
    today, last = now.astimezone(CHINA).date(), run.due_at.astimezone(CHINA).date()
    unknown = calendar.unknown(run.started_at.astimezone(CHINA).date(), last)
    if now > run.due_at:
        over = calendar.count(last, today)
        text = gettext_noop("超了 {n} 个工作日") if over else gettext_noop("今天已经到期")
        return Sentence(text, n=over), unknown
    n = calendar.count(today, last)
    return Sentence(gettext_noop("还有 {n} 个工作日") if n else gettext_noop("今天到期"), n=n), unknown


def _newer(matter: Matter) -> int | None:
    pinned = matter.playbook
    if pinned is None:
        return None
    versions = known(matter.estate_id).filter(playbook=pinned.playbook, version__gt=pinned.version)
    return versions.order_by("-version").values_list("version", flat=True).first()
