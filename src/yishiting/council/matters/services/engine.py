"""Moves a matter along its playbook: reads the rows, lets ``lifecycle`` decide, stores what it decided, writes it down.

The verbs of the other modules open the book and check who acts; what stands here runs inside their book.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import Max, Model

from yishiting.council.matters import affairs, kinds, lifecycle, policy
from yishiting.council.matters.lifecycle import Advance, GateState, MatterState, ReportState, Run, Status
from yishiting.council.matters.models import COUNTS, Answer, Matter, Report, StepEnd, StepRun
from yishiting.council.matters.playbooks.definition import Need, Stage, Step
from yishiting.council.matters.registry import outcome_label
from yishiting.council.matters.services.playbooks import intake_step, playbook_of
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.organisations.selectors import responsible
from yishiting.ground.places import selectors as places
from yishiting.kernel.errors import NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book, book

#: Passages that no playbook names: waiting to be taken up, and being dealt with at once.
INTAKE = "intake"
EMERGENCY = "emergency"
OUTSIDE = (INTAKE, EMERGENCY)
INTAKE_TITLE = gettext_noop("受理")
EMERGENCY_TITLE = gettext_noop("应急处理")
COMMUNITY = "community_worker"
VOTE = "vote"


@contextmanager
def open_matter(actor: Actor, matter_id: int, now: datetime) -> Iterator[tuple[Book, Matter]]:
    """Open the book of a matter's estate and give the matter as it stands under the lock; raises :class:`NotFound`."""
    seen = policy.visible_to(actor).filter(pk=matter_id)
    estate_id = seen.values_list("estate_id", flat=True).first()
    if estate_id is None:
        raise NotFound(gettext_noop("没有这件事。请从事项列表里重新打开。"))
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        yield record, seen.select_related("estate__region", "playbook", "building", "entrance").get()


def matter_of(run: StepRun) -> Matter:
    """Return the matter of a step run as it stands now."""
    return Matter.objects.select_related("estate__region", "playbook", "building", "entrance").get(pk=run.matter_id)


def current_run(matter: Matter) -> StepRun | None:
    """Return the step run that is under way, if any."""
    return StepRun.objects.select_related("post").filter(matter=matter, ended_at__isnull=True).first()


def require_run(matter: Matter, run_id: int | None) -> StepRun:
    """Return the step run under way; raises :class:`WrongState` where there is none, or another than was looked at."""
    run = current_run(matter)
    if run is None or (run_id is not None and run.pk != run_id):
        text = gettext_noop("您看着的这一步，刚才已经有人办完了。请刷新页面，看看现在到了哪一步。")
        raise WrongState(Sentence(text), code="step_over")
    return run


def state_of(matter: Matter) -> MatterState:
    """Return what the lifecycle needs to know of a matter (three queries)."""
    answers = dict(
        Answer.objects.filter(matter=matter, round=matter.round).values_list("report_id", "text"),
    )
    reports = Report.objects.filter(COUNTS, matter=matter).order_by("made_at", "pk").values_list("pk", flat=True)
    runs = StepRun.objects.filter(matter=matter).exclude(kind__in=OUTSIDE).order_by("seq")
    return MatterState(
        matter_id=matter.pk,
        status=Status(matter.status),
        stage=Stage(matter.stage),
        playbook=playbook_of(matter.playbook) if matter.playbook else None,
        runs=tuple(Run(run.step, run.round, run.started_at, run.due_at, run.ended_at, run.outcome) for run in runs),
        reports=tuple(ReportState(pk, answers.get(pk, "")) for pk in reports),
        round=matter.round,
        emergency=matter.emergency_at is not None,
    )


def measuring(matter: Matter, run: StepRun, state: MatterState, now: datetime) -> kinds.Measuring | None:
    """Return what gates may look at, or ``None`` outside a playbook."""
    if state.playbook is None or state.step is None:
        return None
    return kinds.Measuring(matter, run, state.playbook, state.step, now)


# -- beginning and ending a passage -----------------------------------------------------------------------------------


def begin_run(
    matter: Matter, *, step: str, kind: str, stage: str, title: str, who: str, due_at: datetime | None, now: datetime
) -> StepRun:
    """Store the passage into a step, with the post that answers for it now."""
    last = StepRun.objects.filter(matter=matter).aggregate(seq=Max("seq"))["seq"] or 0
    found = responsible(
        kind=who or COMMUNITY,
        estate=matter.estate,
        now=now,
        building_id=matter.building_id,
        entrance_id=matter.entrance_id,
        without=affairs.kept_out(matter, now),
    )
    run = StepRun.objects.create(
        estate_id=matter.estate_id,
        matter=matter,
        round=matter.round,
        seq=last + 1,
        step=step,
        kind=kind,
        stage=stage,
        title=title,
        who=who or COMMUNITY,
        post=found.post if found else None,
        started_at=now,
        due_at=due_at,
    )
    matter.stage, matter.due_at = stage, due_at
    matter.save(update_fields=["stage", "due_at"])
    return run


def begin_intake(matter: Matter, now: datetime) -> StepRun:
    """Let a matter wait to be taken up: who does it, and within which time, is what the common playbook says."""
    step = intake_step(matter.estate_id)
    return begin_run(
        matter,
        step=INTAKE,
        kind=INTAKE,
        stage=Stage.COLLECT,
        title=INTAKE_TITLE,
        who=step.who if step else COMMUNITY,
        due_at=lifecycle.due(step.within, now, places.calendar(matter.estate_id)) if step else None,
        now=now,
    )


def end_run(run: StepRun, *, outcome: str, note: str, actor_id: int | None, now: datetime) -> StepEnd:
    """Store how a passage ended and return the row that an entry is to attest."""
    run.ended_at, run.outcome, run.note, run.ended_by_id = now, outcome, note.strip(), actor_id
    run.save(update_fields=["ended_at", "outcome", "note", "ended_by"])
    return StepEnd.objects.get(pk=run.pk)


def leave_run(matter: Matter, *, outcome: str, note: str, actor_id: int | None, now: datetime) -> list[Model]:
    """End the passage that is under way because the matter leaves it; return what an entry is to attest."""
    run = current_run(matter)
    return [] if run is None else [end_run(run, outcome=outcome, note=note, actor_id=actor_id, now=now)]


def enter(record: Book, matter: Matter, advance: Advance, now: datetime) -> StepRun:
    """Store and write down the entry into the step of ``advance``, with the stages that it passes."""
    step = advance.step
    assert step is not None
    before = matter.stage
    run = begin_run(
        matter, step=step.id, kind=step.kind, stage=step.stage, title=step.title, who=step.who, due_at=advance.due_at,
        now=now,
    )  # fmt: skip
    record.write(
        "matters.step_started",
        subject=("matter", matter.pk),
        facts={
            "no": matter.no,
            "run": run.pk,
            "step": step.id,
            "kind": step.kind,
            "title": step.title,
            "stage": str(step.stage),
            "moved": before != step.stage or advance.round > 1,
            "visit": advance.visit,
            "passed": [str(stage) for stage in advance.passed],
            "post": run.post.kind if run.post else "",
            "due": run.due_at.isoformat() if run.due_at else "",
        },
        attests=[matter, run],
        thread=matter.thread,
    )
    return run


def follow(
    record: Book, matter: Matter, state: MatterState, run: StepRun, advance: Advance, *, note: str, actor_id: int | None,
    now: datetime,
) -> None:  # fmt: skip
    """Store what ``advance`` decided: the passage ends, and the matter goes on to the next step or closes."""
    step, playbook = state.step, state.playbook
    assert step is not None
    assert playbook is not None
    ended = end_run(run, outcome=advance.said, note=note, actor_id=actor_id, now=now)
    record.write(
        "matters.step_ended",
        subject=("matter", matter.pk),
        facts={
            "no": matter.no,
            "run": run.pk,
            "step": step.id,
            "kind": step.kind,
            "title": step.title,
            "outcome": advance.said,
            "label": str(outcome_label(playbook, step, advance.said)),
        },
        attests=[ended],
        thread=matter.thread,
    )
    if advance.closed:
        close(record, matter, status=Matter.Status.CLOSED, stage=advance.stage, now=now)
        record.write(
            "matters.closed",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "round": matter.round, "homes": matter.home_count},
            attests=[matter],
            thread=matter.thread,
        )
    else:
        enter(record, matter, advance, now)


def close(record: Book, matter: Matter, *, status: str, stage: str, now: datetime) -> None:
    """Store that a matter has ended; the database refuses while a reporter waits for an answer."""
    matter.status, matter.stage, matter.due_at, matter.ended_at = status, stage, None, now
    matter.save(update_fields=["status", "stage", "due_at", "ended_at"])


def finish_run(
    record: Book, matter: Matter, run: StepRun, outcome: str, *, note: str, actor_id: int | None, now: datetime,
    reported: bool,
) -> None:  # fmt: skip
    """End the passage with ``outcome`` where the lifecycle and the gates agree; raises their refusal.

    What the room behind the step has open besides (an objection to what is posted) keeps it as a gate does; an outcome that
    its rows speak against is refused.
    """
    handler = kinds.handler_of(run.kind)
    if handler.held is not None and (why := handler.held(run)) is not None:
        text = gettext_noop("“{step}”还不能结束：{why}。")
        raise WrongState(Sentence(text, step=run.title, why=why), code="gate_unmet")
    if handler.denied is not None and (why := handler.denied(run, outcome)) is not None:
        raise WrongState(why, code="not_so")
    state = state_of(matter)
    at = measuring(matter, run, state, now)
    gates = kinds.measure_all(at) if at else {}
    advance = lifecycle.end_step(
        state, outcome, gates, now=now, calendar=places.calendar(matter.estate_id), reported=reported
    )
    follow(record, matter, state, run, advance, note=note, actor_id=actor_id, now=now)


def finish_step(*, record: Book, run: StepRun, outcome: str, note: str = "", actor: Actor, now: datetime) -> bool:
    """Let a room that stands behind a step report its outcome, inside the room's own book and transaction.

    Returns False and changes nothing where the matter has gone another way meanwhile (declined, merged, dealt with as an
    emergency): what the room did stands on its own record. Raises :class:`WrongState` where a gate is not met.
    """
    matter = matter_of(run)
    kept = current_run(matter)
    if kept is None or kept.pk != run.pk or matter.status != Matter.Status.OPEN or matter.emergency_at:
        return False
    finish_run(record, matter, kept, outcome, note=note, actor_id=actor.person_id, now=now, reported=True)
    run.refresh_from_db()
    return True


def try_pending(record: Book, matter: Matter, actor: Actor, now: datetime) -> bool:
    """End the passage where the room behind it reported an outcome earlier and only gates were missing."""
    run = current_run(matter)
    handler = kinds.handler_of(run.kind) if run else None
    if run is None or handler is None or handler.pending is None:
        return False
    outcome = handler.pending(run)
    if outcome is None:
        return False
    try:
        finish_run(record, matter, run, outcome, note="", actor_id=actor.person_id, now=now, reported=True)
    except WrongState:
        return False
    return True


# -- what rooms above ask ---------------------------------------------------------------------------------------------


def step_of(run: StepRun) -> Step | None:
    """Return the playbook's step of a run, or ``None`` for a passage outside the playbook."""
    version = run.matter.playbook
    if version is None or run.kind in OUTSIDE:
        return None
    try:
        return playbook_of(version).step(run.step)
    except KeyError:
        return None


def outcomes_of(run: StepRun) -> tuple[str, ...]:
    """Return the outcomes that the playbook names for the step of ``run``, in the order of the file."""
    step = step_of(run)
    return tuple(step.next) if step else ()


def labels_of(run: StepRun) -> dict[str, Sentence]:
    """Return how each outcome of the step of ``run`` is called on the screen."""
    step, version = step_of(run), run.matter.playbook
    if step is None or version is None:
        return {}
    playbook = playbook_of(version)
    return {outcome: outcome_label(playbook, step, outcome) for outcome in step.next}


def questions_of(run: StepRun) -> tuple[str, ...]:
    """Return what the meeting that the step of ``run`` is has to settle one by one."""
    step = step_of(run)
    return step.questions if step else ()


def carries_on(run: StepRun) -> frozenset[str]:
    """Return the outcomes of the step of ``run`` that lead out of talking: to a vote, or to something being carried out."""
    step, version = step_of(run), run.matter.playbook
    if step is None or version is None:
        return frozenset()
    steps = {each.id: each for each in playbook_of(version).steps}
    return frozenset(
        outcome
        for outcome, target in step.next.items()
        if target in steps and (steps[target].stage is Stage.CARRY_OUT or steps[target].kind == VOTE)
    )


def gate_of(matter: Matter, name: str, now: datetime) -> GateState | None:
    """Return how far the gate ``name`` is met for a matter on its playbook, whether its present step asks for it or not."""
    run = current_run(matter)
    at = measuring(matter, run, state_of(matter), now) if run else None
    return kinds.measure(Need(name), at) if at else None


def parties_of(run: StepRun) -> tuple[str, ...]:
    """Return the sides that must take part in the step of ``run``."""
    step, version = step_of(run), run.matter.playbook
    return playbook_of(version).parties_for(step) if step and version else ()


def post_words(kind: str) -> str:
    """Return the Chinese title of a kind of post."""
    return str(post_label(kind))


def facts_of(matter: Matter, **more: Any) -> dict[str, Any]:
    """Return the facts that every entry of a matter carries."""
    return {"no": matter.no, **more}
