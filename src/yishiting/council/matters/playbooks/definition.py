"""A playbook as frozen values: what a TOML file says once it has been read and found without fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.kernel.workdays import Term

END = "end"
ESCALATE = "escalate"
STAY = "stay"
OVERDUE = (ESCALATE, STAY)


class Stage(StrEnum):
    """The five public stages of a matter, in the order in which they are passed."""

    COLLECT = "collect"
    TOPIC = "topic"
    DELIBERATE = "deliberate"
    CARRY_OUT = "carry_out"
    FEEDBACK = "feedback"

    @property
    def order(self) -> int:
        """Return the place of the stage, 0 for ``collect`` to 4 for ``feedback``."""
        return STAGES.index(self)


STAGES: tuple[Stage, ...] = tuple(Stage)

STAGE_LABELS: Mapping[Stage, Sentence] = {
    Stage.COLLECT: Sentence(gettext_noop("收集问题")),
    Stage.TOPIC: Sentence(gettext_noop("确定议题")),
    Stage.DELIBERATE: Sentence(gettext_noop("协商议事")),
    Stage.CARRY_OUT: Sentence(gettext_noop("分层落实")),
    Stage.FEEDBACK: Sentence(gettext_noop("跟踪反馈")),
}


def stage_label(stage: Stage | str) -> Sentence:
    """Return the name of ``stage`` for the screen; raises ``ValueError`` for a stage that does not exist."""
    return STAGE_LABELS[Stage(stage)]


def between(earlier: Stage, later: Stage | None) -> tuple[Stage, ...]:
    """Return the stages strictly between two stages; ``None`` for ``later`` is the end, after ``feedback``."""
    stop = len(STAGES) if later is None else later.order
    return STAGES[earlier.order + 1 : stop]


@dataclass(frozen=True, slots=True)
class Need:
    """A gate that a step demands: a registered name and its argument, as in ``posted:each_entrance``."""

    name: str
    argument: str | None = None

    def __str__(self) -> str:
        return self.name if self.argument is None else f"{self.name}:{self.argument}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its public stage and kind, who owns it, its clock, its gates, and where each outcome leads.

    ``next`` maps an outcome to a step's id or to ``END``. ``parties`` is ``None`` where the step names none of its own.
    ``line`` is the line of its ``[[step]]`` in the file it was read from, counted from 1.
    """

    id: str
    stage: Stage
    kind: str
    title: str
    who: str
    within: Term | None
    overdue: str
    needs: tuple[Need, ...]
    next: Mapping[str, str] = field(hash=False)
    line: int = field(default=1, compare=False)
    parties: tuple[str, ...] | None = None
    #: What a meeting has to settle one by one before anything is carried out; for meeting steps alone.
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Playbook:
    """A whole playbook without fault. ``matters`` empty means that it is offered for every category."""

    id: str
    version: int
    name: str
    source: str
    matters: tuple[str, ...]
    parties: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def first(self) -> Step:
        """Return the step in which every matter on this playbook begins."""
        return self.steps[0]

    def step(self, step_id: str) -> Step:
        """Return the step with ``step_id``; raises ``KeyError`` where there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def parties_for(self, step: Step) -> tuple[str, ...]:
        """Return who must take part in ``step``: its own parties, else the playbook's."""
        return self.parties if step.parties is None else step.parties

    def offered_for(self, category: str) -> bool:
        """Return whether the playbook is offered for matters of ``category`` (by its name)."""
        return not self.matters or category in self.matters
