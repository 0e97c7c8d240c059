"""Pure: what is known of a matter on its way, and what may be asked of that alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yishiting.council.matters.playbooks.definition import Playbook, Stage, Step
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import WrongState
from yishiting.kernel.verdict import YES, Verdict, no
from yishiting.kernel.words import Listed, Sentence, gettext_noop

ANSWERED = "answered"


class Status(StrEnum):
    """Whether a matter still goes on, and if not, how it ended."""

    OPEN = "open"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


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

    ``outcome`` is the outcome as the playbook names it, ``said`` as it came: a count that waits for a ruling goes where a failed
    one leads, and did not fail. ``visit`` says the how many-eth passage through ``step`` in this
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
    said: str = ""


def may_close(state: MatterState) -> Verdict:
    """Return whether the matter may close: no reporter may be left without an answer that says something."""
    if state.status is not Status.OPEN:
        return no(not_open(state.status))
    if left := len(state.unanswered):
        text = gettext_noop("还有 {left} 位反映人没有得到答复。请先逐一答复，再办结。")
        return no(Sentence(text, left=left))
    return YES


def going(state: MatterState) -> bool:
    """Return whether the matter goes on along its playbook."""
    return state.status is Status.OPEN and not state.emergency


def not_open(status: Status) -> Sentence:
    """Return why a matter of ``status`` takes no further verb, and what to do."""
    if status is Status.MERGED:
        return Sentence(gettext_noop("这件事已并入另一件事。请到那件事的页面办理。"))
    if status is Status.DECLINED:
        return Sentence(gettext_noop("这件事没有被采纳，已答复反映人。要继续办，请先申请重新办理。"))
    if status is Status.WITHDRAWN:
        return Sentence(gettext_noop("反映人已经撤回了这件事。还有要反映的，请另外反映一件。"))
    return Sentence(gettext_noop("这件事已经办结。要继续办，请先申请重新办理。"))


def require_open(state: MatterState) -> None:
    """Raise :class:`WrongState` for a matter that is no longer open."""
    if state.status is not Status.OPEN:
        raise WrongState(not_open(state.status), code="not_open")


def require_answers(state: MatterState) -> None:
    """Raise :class:`WrongState` while a reporter waits for an answer."""
    verdict = may_close(state)
    if not verdict:
        raise WrongState(verdict.reason or Sentence(gettext_noop("还不能办结。")), code="unanswered")


def clock_words(due_at: datetime | None) -> Sentence:
    """Return when a step is due, in words."""
    if due_at is None:
        return Sentence(gettext_noop("这一步没有期限。"))
    moment = due_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    return Sentence(gettext_noop("期限到 {moment}。"), moment=moment)


def joined(parts: Sequence[Sentence], mark: str = "、") -> Sentence:
    """Return the parts in one sentence, each rendered in the reader's language."""
    return Listed(parts, mark)
