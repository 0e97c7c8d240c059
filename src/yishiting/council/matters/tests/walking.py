"""Walking a matter along a playbook without a database, as a service would store what was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from yishiting.council.matters import lifecycle
from yishiting.council.matters.lifecycle import Advance, GateState, MatterState, ReportState, Run, Status
from yishiting.council.matters.playbooks import library
from yishiting.council.matters.playbooks.definition import Need, Playbook, Stage
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence
from yishiting.kernel.workdays import Calendar

CALENDAR = Calendar()
BOOKS = {book.id: book for book in library.playbooks()}
FIVE, CLEAR = BOOKS["five-step"], BOOKS["clear-stairwells"]
# A Wednesday before the May holiday of 2025: 1 to 5 May are free, Sunday 27 April is worked.
NOW = datetime(2025, 4, 30, 10, 0, tzinfo=CHINA)


def enter(state: MatterState, advance: Advance, now: datetime) -> MatterState:
    """Store what was decided, as a service would."""
    runs = tuple(run if run.ended_at else replace(run, ended_at=now, outcome=advance.outcome) for run in state.runs)
    if advance.step is not None:
        runs = (*runs, Run(advance.step.id, advance.round, now, advance.due_at))
    status = Status.CLOSED if advance.closed else Status.OPEN
    return replace(state, status=status, stage=advance.stage, runs=runs, round=advance.round)


def begun(book: Playbook, *, reports: int = 1, now: datetime = NOW) -> MatterState:
    state = MatterState(
        1, Status.OPEN, Stage.COLLECT, book, reports=tuple(ReportState(number) for number in range(reports))
    )
    return enter(state, lifecycle.start(book, now=now, calendar=CALENDAR), now)


def met(state: MatterState) -> dict[Need, GateState]:
    assert state.step is not None
    return {need: GateState(True, 1, 1, Sentence("齐了")) for need in state.step.needs}


def go(state: MatterState, *outcomes: str, now: datetime = NOW) -> MatterState:
    for outcome in outcomes:
        advance = lifecycle.end_step(state, outcome, met(state), now=now, calendar=CALENDAR, reported=True)
        state = enter(state, advance, now)
    return state


def answered(state: MatterState) -> MatterState:
    return replace(state, reports=tuple(replace(report, answer="已处理") for report in state.reports))


def at(state: MatterState) -> str | None:
    return state.step.id if state.step else None
