"""What pages of projects show of one project, gathered from the rooms that it touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from yishiting.council.meetings import selectors as meetings
from yishiting.council.meetings.models import Meeting
from yishiting.council.projects import lifecycle, selectors
from yishiting.council.projects.models import Phase, PhaseStep, Prerequisite, Project
from yishiting.council.projects.services.phases import phase_facts
from yishiting.ground.organisations.kinds import label
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence

#: Above so many, drawings of each are no longer seen one by one.
DRAWN_EACH = 60


def named(phase: Phase) -> str:
    """Return a phase's own name, or '' where it has no other than its number."""
    return "" if phase.title.startswith("第") and phase.title.endswith("期") else phase.title


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """A phase with how many of it are accepted, what comes next on it, its steps, and the phase that it waits for."""

    phase: Phase
    accepted: int
    next_step: str | None
    steps: tuple[PhaseStep, ...]
    waits_for: int | None = None

    @property
    def called(self) -> str:
        """The phase's own name, or '' where it has no other than its number."""
        return named(self.phase)

    @property
    def state(self) -> str:
        """The last step that counts: ``todo``, ``started``, ``finished``, ``accepted`` or ``operating``."""
        return {"started": "todo", "finished": "started", "accepted": "finished", "operating": "accepted"}.get(
            self.next_step or "", "operating"
        )

    @property
    def last_on(self) -> date | None:
        """The day of that step."""
        return next((step.on for step in reversed(self.steps) if step.kind == self.state), None)


@dataclass(frozen=True, slots=True)
class ProjectShown:
    """A project as its pages show it."""

    project: Project
    accepted: int
    phases: tuple[PhaseShown, ...]
    cover: selectors.Cover | None
    must_pause: bool
    waits_for: Sentence | None
    waits_since: datetime | None = None
    money: selectors.Money | None = None
    tasks: tuple[Prerequisite, ...] = ()

    @property
    def may_add_task(self) -> bool:
        """Whether the works have not begun, so that something may still be put before them."""
        return self.project.ended_at is None and all(part.phase.started_at is None for part in self.phases)

    @property
    def drawn(self) -> bool:
        """Whether each unit gets a drawing of its own."""
        return self.project.total <= DRAWN_EACH

    @property
    def current(self) -> int:
        """The number of the phase on which something is to be done next, or 0."""
        waiting = [part for part in self.phases if part.next_step]
        first = next((part for part in waiting if part.next_step != "operating"), None)
        return first.phase.no if first else waiting[0].phase.no if waiting else 0

    @property
    def may_replan(self) -> bool:
        """Whether something of the plan has not begun and can be planned anew."""
        going = self.project.ended_at is None and self.project.stopped_at is None
        return going and any(part.phase.started_at is None for part in self.phases)

    @property
    def owner(self) -> str:
        """The title of the post that answers for the project, or '' where nobody does."""
        return label(self.project.post.kind) if self.project.post else ""


def shown(project: Project, now: datetime, *, with_steps: bool = True) -> ProjectShown:
    """Return what pages show; without steps for lists, whose query does not read them."""
    today = now.astimezone(CHINA).date()
    facts = phase_facts(project.phases.all())
    phases = tuple(
        PhaseShown(
            phase=phase,
            accepted=phase.planned if fact.accepted else 0,
            next_step=lifecycle.next_step(fact),
            steps=tuple(phase.steps.all()) if with_steps else (),
            waits_for=next((each.no for each in facts if each.no < fact.no and not each.accepted), None),
        )
        for phase, fact in zip(project.phases.all(), facts, strict=True)
    )
    waits = selectors.waits(project, today)
    return ProjectShown(
        project=project,
        accepted=lifecycle.progress(facts)[0],
        phases=phases,
        cover=selectors.cover(project, today),
        must_pause=selectors.must_pause(project, today),
        waits_for=waits.words if waits else None,
        waits_since=waits.since if waits else None,
        money=selectors.money_of(project) if with_steps else None,
        tasks=tuple(project.prerequisites.all()) if with_steps else (),
    )


def meeting_of(project: Project) -> Meeting | None:
    """Return the meeting whose resolution the project carries out; its minutes are on its page."""
    if project.resolution_id is None:
        return None
    item = meetings.of_resolutions([project.resolution_id]).get(project.resolution_id)
    return item.meeting if item else None
