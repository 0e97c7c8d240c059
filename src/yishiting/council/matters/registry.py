"""What kinds of step and what gates there are: their names, labels and outcomes, for the checker and the screen.

Pure: how a kind starts and how a gate is measured is known to the services, in a table of their own. The built-in ones
are registered here, so that ``yishiting playbook check`` knows them without a database; a room that brings a kind of its
own adds its description here or calls :func:`register_kind` when the application starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from yishiting.council.matters.playbooks.definition import Need, Playbook, Step
from yishiting.kernel.words import Sentence, gettext_noop


@dataclass(frozen=True, slots=True)
class KindSpec:
    """A kind of step.

    ``outcomes``: the only outcomes it can have, or ``None`` where the playbook names them freely.
    ``automatic``: nobody chooses its outcome; it ends by what another room reports.
    ``required``: outcomes that ``next`` must name. ``reports``: outcomes that a room reports by itself, each of which must
    lead somewhere. ``fallback``: which outcome stands in for a reported one that ``next`` does not name.
    ``clock``: the outcome that the end of the step's term reports, where ``next`` names it.
    """

    name: str
    label: Sentence
    outcomes: frozenset[str] | None = None
    automatic: bool = False
    required: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    fallback: Mapping[str, str] = field(default_factory=dict, hash=False)
    clock: str | None = None

    def resolve(self, outcome: str, named: Mapping[str, str]) -> str | None:
        """Return the outcome in ``named`` that ``outcome`` means, or ``None``.

        Exactly the same; else its fallback; else, for an outcome that a room reports, the only one that is named.
        """
        if outcome in named:
            return outcome
        if (other := self.fallback.get(outcome)) is not None and other in named:
            return other
        if self.outcomes is None and outcome in self.reports and len(named) == 1:
            return next(iter(named))
        return None

    def choices(self, step: Step) -> tuple[str, ...]:
        """Return the outcomes of ``step`` that a person may choose, in the order of the file."""
        if self.automatic:
            return ()
        reported = {self.resolve(outcome, step.next) for outcome in self.reports} | {self.clock}
        return tuple(outcome for outcome in step.next if outcome not in reported)


class Argument(StrEnum):
    """What may stand after the colon of a gate."""

    NONE = "none"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class GateSpec:
    """A gate: what must be so before a step can end.

    ``label`` says it in a sentence part, with ``{argument}`` where a number is taken; ``choices`` maps each allowed
    argument to its own label.
    """

    name: str
    label: Sentence
    argument: Argument = Argument.NONE
    choices: Mapping[str, Sentence] = field(default_factory=dict, hash=False)

    def describe(self, argument: str | None) -> Sentence:
        """Return what the gate with ``argument`` demands, for the screen."""
        if argument is not None and argument in self.choices:
            return self.choices[argument]
        return Sentence(self.label.template, argument=argument or "", **self.label.params)

    def examples(self) -> tuple[str, ...]:
        """Return how the gate is written, one spelling for each choice."""
        if self.argument is Argument.CHOICE:
            return tuple(f"{self.name}:{choice}" for choice in self.choices)
        return (f"{self.name}:3",) if self.argument is Argument.NUMBER else (self.name,)


class Registry:
    """Kinds and gates by name; registering a name twice fails, so two rooms cannot fight over one."""

    def __init__(self) -> None:
        self._kinds: dict[str, KindSpec] = {}
        self._gates: dict[str, GateSpec] = {}

    @property
    def kinds(self) -> Mapping[str, KindSpec]:
        """Every registered kind by its name."""
        return MappingProxyType(self._kinds)

    @property
    def gates(self) -> Mapping[str, GateSpec]:
        """Every registered gate by its name."""
        return MappingProxyType(self._gates)

    def add_kind(self, spec: KindSpec) -> None:
        """Register ``spec``; raises ``ValueError`` where its name is taken."""
        if spec.name in self._kinds:
            raise ValueError(f"the kind of step {spec.name!r} is registered twice")
        self._kinds[spec.name] = spec

    def add_gate(self, spec: GateSpec) -> None:
        """Register ``spec``; raises ``ValueError`` where its name is taken."""
        if spec.name in self._gates:
            raise ValueError(f"the gate {spec.name!r} is registered twice")
        self._gates[spec.name] = spec


_KINDS = (
    KindSpec("triage", Sentence(gettext_noop("受理分办"))),
    KindSpec("notice", Sentence(gettext_noop("张贴公示"))),
    KindSpec("canvass", Sentence(gettext_noop("逐户上门"))),
    KindSpec("wait", Sentence(gettext_noop("等候期限")), clock="elapsed"),
    KindSpec("meeting", Sentence(gettext_noop("开会商议"))),
    KindSpec(
        "vote",
        Sentence(gettext_noop("业主表决")),
        outcomes=frozenset({"passed", "failed", "no_quorum", "to_adjudicate"}),
        automatic=True,
        required=("passed", "failed"),
        reports=("passed", "failed", "no_quorum", "to_adjudicate"),
        fallback={"no_quorum": "failed", "to_adjudicate": "failed"},
    ),
    KindSpec("project", Sentence(gettext_noop("落实项目")), reports=("done",)),
    KindSpec("work", Sentence(gettext_noop("办理"))),
    KindSpec("talk", Sentence(gettext_noop("当面商量"))),
    KindSpec("inspection", Sentence(gettext_noop("查看核验"))),
    KindSpec("answer", Sentence(gettext_noop("答复反映人"))),
)

_GATES = (
    GateSpec(
        "posted",
        Sentence(gettext_noop("公示已张贴")),
        Argument.CHOICE,
        {"each_entrance": Sentence(gettext_noop("每个单元都已张贴公示，并留有照片"))},
    ),
    GateSpec("channels", Sentence(gettext_noop("至少通过 {argument} 种渠道公示，并各有凭据")), Argument.NUMBER),
    GateSpec(
        "contacted",
        Sentence(gettext_noop("住户已通知")),
        Argument.CHOICE,
        {"each_home": Sentence(gettext_noop("每一户都已通知到"))},
    ),
    GateSpec(
        "party",
        Sentence(gettext_noop("应到各方已到场")),
        Argument.CHOICE,
        {"all": Sentence(gettext_noop("应到的各方都有人到场"))},
    ),
    GateSpec(
        "photo",
        Sentence(gettext_noop("已有照片")),
        Argument.CHOICE,
        {
            "before_and_after": Sentence(gettext_noop("办理前、办理后的照片都已上传")),
            "any": Sentence(gettext_noop("至少上传一张照片")),
        },
    ),
    GateSpec("inventory", Sentence(gettext_noop("清走的物品已逐件登记"))),
    GateSpec("funds", Sentence(gettext_noop("所需资金已到位"))),
    GateSpec("insurance", Sentence(gettext_noop("保险在有效期内"))),
    GateSpec("auxiliary", Sentence(gettext_noop("开工前要先办的事都办完了"))),
    GateSpec("questions", Sentence(gettext_noop("要议定的问题都有了结果"))),
)

REGISTRY = Registry()
for _kind in _KINDS:
    REGISTRY.add_kind(_kind)
for _gate in _GATES:
    REGISTRY.add_gate(_gate)


def register_kind(spec: KindSpec) -> None:
    """Add a kind of step for the whole program; raises ``ValueError`` for a name that is taken."""
    REGISTRY.add_kind(spec)


def register_gate(spec: GateSpec) -> None:
    """Add a gate for the whole program; raises ``ValueError`` for a name that is taken."""
    REGISTRY.add_gate(spec)


_OUTCOMES: Mapping[str, Sentence] = {
    "accepted": Sentence(gettext_noop("受理")),
    "adjourned": Sentence(gettext_noop("改期再议")),
    "agreed": Sentence(gettext_noop("达成一致")),
    "answer": Sentence(gettext_noop("直接答复")),
    "answered": Sentence(gettext_noop("已答复")),
    "cancelled": Sentence(gettext_noop("取消")),
    "canceled": Sentence(gettext_noop("取消")),
    "cleared": Sentence(gettext_noop("已清理")),
    "completed": Sentence(gettext_noop("已完成")),
    "declined": Sentence(gettext_noop("不予采纳")),
    "disagreed": Sentence(gettext_noop("没有达成一致")),
    "done": Sentence(gettext_noop("已完成")),
    "elapsed": Sentence(gettext_noop("期限已到")),
    "escalated": Sentence(gettext_noop("报上一级")),
    "failed": Sentence(gettext_noop("未通过")),
    "fixed": Sentence(gettext_noop("已修好")),
    "no_agreement": Sentence(gettext_noop("没有达成一致")),
    "no_quorum": Sentence(gettext_noop("参与的人数或面积不够")),
    "not_done": Sentence(gettext_noop("没有完成")),
    "passed": Sentence(gettext_noop("通过")),
    "posted": Sentence(gettext_noop("已张贴")),
    "project": Sentence(gettext_noop("转落实项目")),
    "published": Sentence(gettext_noop("已公示")),
    "refused": Sentence(gettext_noop("不同意")),
    "rejected": Sentence(gettext_noop("不予采纳")),
    "resolved": Sentence(gettext_noop("达成一致")),
    "solved": Sentence(gettext_noop("已解决")),
    "stopped": Sentence(gettext_noop("停止办理")),
    "to_adjudicate": Sentence(gettext_noop("待监票认定")),
    "unresolved": Sentence(gettext_noop("没有解决")),
    "vote": Sentence(gettext_noop("交业主表决")),
    "withdrawn": Sentence(gettext_noop("反映人撤回")),
    "work": Sentence(gettext_noop("转办理落实")),
}


def kind_label(kind: str, registry: Registry = REGISTRY) -> Sentence:
    """Return the name of a kind of step for the screen; an unregistered one is called just a step."""
    spec = registry.kinds.get(kind)
    return spec.label if spec else Sentence(gettext_noop("步骤"))


def gate_label(need: Need, registry: Registry = REGISTRY) -> Sentence:
    """Return what ``need`` demands, for the screen; an unregistered one is called a condition."""
    spec = registry.gates.get(need.name)
    return spec.describe(need.argument) if spec else Sentence(gettext_noop("规定的条件"))


def outcome_word(outcome: str) -> Sentence | None:
    """Return the word for a well-known outcome, None for one that a playbook calls by a key of its own."""
    return _OUTCOMES.get(outcome)


def outcome_label(playbook: Playbook, step: Step, outcome: str) -> Sentence:
    """Return how ``outcome`` of ``step`` is called on the screen: never its key.

    Well-known outcomes have a word; where two outcomes of the step share that word, or there is none, the label says
    where the outcome leads.
    """
    word = _OUTCOMES.get(outcome)
    target = step.next.get(outcome)
    if word and not any(_OUTCOMES.get(other) == word for other in step.next if other != outcome):
        return word
    if target is None:
        return word or Sentence(gettext_noop("已有结果"))
    titles = {each.id: each.title for each in playbook.steps}
    if target not in titles:
        leads = Sentence(gettext_noop("办结"))
    else:
        leads = Sentence(gettext_noop("转到“{title}”"), title=titles[target])
    return Sentence(gettext_noop("{word}，{leads}"), word=word, leads=leads) if word else leads
