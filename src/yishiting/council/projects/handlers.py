"""What this room lends to the engine of matters: the step kind ``project`` and the gate ``insurance``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from yishiting.council.matters import kinds
from yishiting.council.matters.kinds import KindHandler, Measuring, Offer
from yishiting.council.matters.kinds.evidence import on_record, state
from yishiting.council.matters.lifecycle import GateState
from yishiting.council.matters.models import Evidence, StepRun
from yishiting.council.projects import lifecycle
from yishiting.council.projects.models import Project
from yishiting.council.projects.services.creating import GATE, KIND, OWNER, create_project, stop_project
from yishiting.council.projects.services.funding import line_facts
from yishiting.council.projects.services.phases import DONE, policy_facts
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import subscribers
from yishiting.timeline.models import Entry
from yishiting.timeline.services import Book

FUNDS = "funds"


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """What a resolution hands on to become a project; ``phases`` are (title, planned, due day)."""

    title: str
    unit: str
    total: int
    phases: tuple[tuple[str, int, date | None], ...]
    needs_insurance: bool = False
    post_kind: str = OWNER


def offers(run: StepRun) -> tuple[Offer, ...]:
    """Return the project that carries the step out, else a project to be set up."""
    project = Project.objects.filter(run=run).first()
    if project is None:
        return (Offer("create_project", Sentence(gettext_noop("立项"))),)
    words = {
        "under_way": gettext_noop("正在办"),
        "completed": gettext_noop("已完成"),
        "stopped": gettext_noop("已停止"),
    }
    label = Sentence(gettext_noop("去第 {no} 个项目"), no=project.no)
    return (Offer("open_project_page", label, key=project.no, state=Sentence(words[project.state])),)


def pending(run: StepRun) -> str | None:
    """Return ``done`` where the project is complete and the step waits for its gates alone."""
    return DONE if Project.objects.filter(run=run, ended_at__isnull=False, stopped_at__isnull=True).exists() else None


def start(run: StepRun, payload: ProjectPlan, actor: Actor, now: datetime) -> None:
    """Set up the project that a resolution asks for."""
    matter = run.matter
    create_project(
        actor=actor,
        estate=matter.estate,
        title=payload.title,
        unit=payload.unit,
        total=payload.total,
        phases=payload.phases,
        matter_no=matter.no,
        needs_insurance=payload.needs_insurance,
        post_kind=payload.post_kind,
        now=now,
    )


def insurance(at: Measuring, argument: str | None) -> GateState:
    """``insurance``: the matter's project is insured today; without a project, what staff wrote down as evidence."""
    project = (
        Project.objects.filter(matter=at.matter, stopped_at__isnull=True).prefetch_related("policies").order_by("-no")
    ).first()
    if project is None:
        have = Evidence.objects.filter(run=at.run, kind=Evidence.Kind.INSURANCE).count()
        text = gettext_noop("已登记 {n} 项凭据") if have else gettext_noop("还没有登记保险单")
        return state(min(have, 1), 1, Sentence(text, n=have))
    until = lifecycle.insured_until(policy_facts(project.policies.all()), at.now.astimezone(CHINA).date())
    if until is None:
        text = gettext_noop("第 {no} 个项目现在没有在保的保险，请在项目页登记保险")
        return replace(state(0, 1, Sentence(text, no=project.no)), takes_evidence=False)
    text = gettext_noop("第 {no} 个项目的保险有效到 {day}")
    return state(1, 1, Sentence(text, no=project.no, day=lifecycle.in_words(until)))


def funds(at: Measuring, argument: str | None) -> GateState:
    """``funds``: all that the matter's project plans has come in; without such a plan, what staff wrote down as evidence."""
    project = Project.objects.filter(matter=at.matter, stopped_at__isnull=True).order_by("-no").first()
    lines = line_facts(project) if project else []
    if not lines:
        return on_record(FUNDS)(at, argument)
    left = [line.source for line in lines if not line.complete]
    text = Sentence(gettext_noop("已到账 {have} / {want} 笔"), have=len(lines) - len(left), want=len(lines))
    return replace(state(len(lines) - len(left), len(lines), text, left), takes_evidence=False)


def auxiliary(at: Measuring, argument: str | None) -> GateState:
    """``auxiliary``: what has to be done before the works of the matter's project is done (M20)."""
    project = Project.objects.filter(matter=at.matter, stopped_at__isnull=True).order_by("-no").first()
    if project is None:
        return GateState(
            met=False, have=0, want=1, explanation=Sentence(gettext_noop("还没有立项")), takes_evidence=False
        )
    rows = list(project.prerequisites.filter(dropped_at__isnull=True).select_related("first"))
    left = [row.title for row in rows if row.stands]
    text = Sentence(gettext_noop("已办完 {have} / {want} 件"), have=len(rows) - len(left), want=len(rows))
    return replace(state(len(rows) - len(left), len(rows), text, left), takes_evidence=False)


def step_ended(entry: Entry, record: Book) -> None:
    """Stop the project of a step that ended otherwise than by its completion, in the same transaction."""
    left = Project.objects.filter(estate_id=entry.estate_id, ended_at__isnull=True).select_related("matter")
    if entry.kind == "matters.declined":
        left = left.filter(matter_id=entry.subject_id)
    else:
        left = left.filter(run_id=entry.facts["run"])
    for project in left:
        stop_project(record, project, record.now)


def register() -> None:
    """Register with the rooms below."""
    kinds.register_kind_handler(KIND, KindHandler(offers=offers, pending=pending, start=start))
    kinds.register_gate_handler(GATE, insurance)
    kinds.register_gate_handler(FUNDS, funds)
    kinds.register_gate_handler("auxiliary", auxiliary)
    subscribers.must_agree(["matters.step_ended", "matters.declined"], step_ended)
