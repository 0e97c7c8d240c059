"""Reads of projects for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, IntegerField, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.projects import lifecycle, policy
from yishiting.council.projects.funding import APPROVED, LineFacts
from yishiting.council.projects.models import (
    Budget,
    FundingLine,
    FundingNews,
    Phase,
    PhaseStep,
    Prerequisite,
    Project,
    Replan,
)
from yishiting.council.projects.services.creating import KIND, fetch
from yishiting.council.projects.services.funding import facts_of
from yishiting.council.projects.services.phases import phase_facts, policy_facts
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.exact import grouped
from yishiting.kernel.words import Sentence, gettext_noop

#: From so many days before it ends, a policy's end is shown as pressing.
EXPIRY_WARNING_DAYS = 30


@dataclass(frozen=True, slots=True)
class Figures:
    """Projects of an estate: under way, completed, and stopped before they were (件)."""

    under_way: int
    completed: int
    stopped: int


@dataclass(frozen=True, slots=True)
class Cover:
    """What to say about a project's insurance on a day; ``look`` is ``done``, ``due`` or '' where none is asked for."""

    look: str
    words: Sentence
    until: date | None = None


_PREREQUISITES = Prefetch("prerequisites", Prerequisite.objects.select_related("first", "photo").order_by("no"))


def _with_waits(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Add what keeps a project from starting, so that lists need no query of their own for it.

    The first task that stands, how many do and since when; the first source that was not approved and when something was told
    of it last; and when the last of what came first was there.
    """
    tasks = Prerequisite.objects.filter(project=OuterRef("pk"), dropped_at__isnull=True).order_by("no")
    first_done = Q(first__ended_at__isnull=False, first__stopped_at__isnull=True)
    stand = tasks.filter(Q(first__isnull=True, done_at__isnull=True) | (Q(first__isnull=False) & ~first_done))
    counted = stand.order_by().values("project")
    ready = Coalesce("done_at", "dropped_at", "first__ended_at")
    over = Prerequisite.objects.filter(project=OuterRef("pk")).annotate(over=ready).filter(over__isnull=False)
    news = FundingNews.objects.filter(line=OuterRef("pk")).order_by("-pk")
    lines = FundingLine.objects.filter(project=OuterRef("pk"))
    lacking = lines.exclude(news__kind=APPROVED).order_by("no")
    approved = FundingNews.objects.filter(
        line__project=OuterRef("pk"), line__dropped_by__isnull=True, kind=APPROVED
    ).order_by("-recorded_at")
    told = lacking.annotate(told=Coalesce(Subquery(news.values("recorded_at")[:1]), "added_at"))
    return rows.annotate(
        task=Subquery(stand.values("title")[:1]),
        tasks_left=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField()),
        task_since=Subquery(counted.annotate(at=Min("added_at")).values("at")),
        tasks_over_at=Subquery(over.order_by("-over").values("over")[:1]),
        lacking=Subquery(lacking.values("source")[:1]),
        lacking_amount=Subquery(lacking.values("planned")[:1]),
        lacking_since=Subquery(told.values("told")[:1]),
        approved_at=Subquery(approved.values("recorded_at")[:1]),
    )


def listed(actor: Actor, estate_ids: Sequence[int]) -> QuerySet[Project]:
    """Return projects with ``accepted`` of each total, those under way first (and two prefetches)."""
    accepted = (
        Phase.objects.filter(project=OuterRef("pk"), accepted_at__isnull=False)
        .order_by()
        .values("project")
        .annotate(n=Sum("planned"))
        .values("n")
    )
    return (
        _with_waits(policy.visible_to(actor))
        .filter(estate_id__in=estate_ids)
        # In a subquery, so that no other join can multiply it.
        .annotate(accepted=Coalesce(Subquery(accepted), 0, output_field=IntegerField()))
        .select_related("matter", "post")
        .prefetch_related("phases", "policies")
        .order_by(F("ended_at").desc(nulls_first=True), "-no")
    )


def under_way(actor: Actor, estate_id: int, limit: int = 3) -> list[Project]:
    """Return the latest projects that are under way, as :func:`listed` does."""
    return list(listed(actor, [estate_id]).filter(ended_at__isnull=True)[:limit])


def project_page(actor: Actor, estate_id: int, no: int) -> Project:
    """Return one project with phases, their steps and pictures, policies and what it came from, changes of its plan (few queries)."""
    found = fetch(actor, estate_id, no)
    (project,) = (
        _with_waits(Project.objects.filter(pk=found.pk))
        .select_related("estate", "matter", "resolution", "vote", "post__organisation")
        .prefetch_related(
            _PREREQUISITES,
            Prefetch("budgets", Budget.objects.order_by("no")),
            Prefetch("funding", FundingLine.objects.order_by("no")),
            "funding__news",
            Prefetch("phases", Phase.objects.order_by("no")),
            Prefetch("phases__steps", PhaseStep.objects.select_related("photo", "post").order_by("pk")),
            Prefetch("replans", Replan.objects.order_by("no")),
            Prefetch("replans__dropped", Phase.every.order_by("no")),
            "policies",
        )
    )
    return project


def of_matter(matter_id: int) -> list[Project]:
    """Return the projects that carry a matter out, with their phases."""
    return list(
        Project.objects.filter(matter_id=matter_id)
        .select_related("estate")
        .prefetch_related("phases", "policies")
        .order_by("no")
    )


def of_resolutions(resolution_ids: Sequence[int]) -> dict[int, list[Project]]:
    """Return the projects that carry out each resolution (one query)."""
    found: dict[int, list[Project]] = {}
    for project in Project.objects.filter(resolution_id__in=resolution_ids).order_by("no"):
        found.setdefault(project.resolution_id or 0, []).append(project)
    return found


def progress(project: Project) -> tuple[int, int]:
    """Return (accepted, total) counted from the phases."""
    return lifecycle.progress(phase_facts(project.phases.all()))


def insured_on(project: Project, on: date) -> bool:
    """Return whether a policy covers the day."""
    return lifecycle.insured(policy_facts(project.policies.all()), on)


def cover(project: Project, on: date) -> Cover | None:
    """Say in words whether the project is insured on a day and until when; None where it needs none and has none."""
    policies = policy_facts(project.policies.all())
    until = lifecycle.insured_until(policies, on)
    if until is not None:
        left = (until - on).days
        if left > EXPIRY_WARNING_DAYS:
            return Cover("done", Sentence(gettext_noop("在保")), until)
        text = gettext_noop("还有 {n} 天到期，请续保") if left else gettext_noop("今天到期，请续保")
        return Cover("due", Sentence(text, n=left), until)
    coming = min((policy.valid_from for policy in policies if policy.valid_from > on), default=None)
    ended = max((policy.valid_to for policy in policies if policy.valid_to < on), default=None)
    if coming is not None:
        return Cover("due", Sentence(gettext_noop("{day}起才在保"), day=lifecycle.in_words(coming)))
    if ended is not None:
        return Cover("due", Sentence(gettext_noop("{day}已过期"), day=lifecycle.in_words(ended)))
    return Cover("due", Sentence(gettext_noop("还没有保险"))) if project.needs_insurance else None


def must_pause(project: Project, on: date) -> bool:
    """Return whether something is in operation that no insurance covers on this day."""
    return (
        project.needs_insurance
        and not insured_on(project, on)
        and any(phase.operating_at is not None for phase in project.phases.all())
    )


@dataclass(frozen=True, slots=True)
class Waits:
    """What a project waits for, in one line, and since when."""

    words: Sentence
    since: datetime


def waits(project: Project, on: date) -> Waits | None:
    """Say what the project waits for and since when, or None when it is through."""
    if project.ended_at:
        return None
    phases = list(project.phases.all())
    before: Phase | None = None
    for phase in phases:
        if phase.accepted_at is None:
            if phase.started_at is None:
                return _before_start(project, phase, before)
            if phase.finished_at is None:
                return Waits(Sentence(gettext_noop("第 {no} 期正在施工"), no=phase.no), phase.started_at)
            return Waits(Sentence(gettext_noop("等第 {no} 期验收"), no=phase.no), phase.finished_at)
        before = phase
    waiting = next((phase for phase in phases if phase.operating_at is None), None)
    since = max((phase.accepted_at for phase in phases if phase.accepted_at), default=project.created_at)
    if project.needs_insurance and not insured_on(project, on):
        return Waits(Sentence(gettext_noop("等有效的保险，才能投入使用")), since)
    if waiting is not None:
        text = Sentence(gettext_noop("等第 {no} 期投入使用"), no=waiting.no)
        return Waits(text, waiting.accepted_at or since)
    return None


def _before_start(project: Project, phase: Phase, before: Phase | None) -> Waits:
    """Say what keeps a phase from starting: something to be done first, money that was not approved, or nothing."""
    kept = _Kept(project)
    if kept.task:
        text = gettext_noop("等先办完“{title}”") if kept.tasks == 1 else gettext_noop("等先办完“{title}”等 {n} 件事")
        return Waits(Sentence(text, title=kept.task, n=kept.tasks), kept.task_since or project.created_at)
    if kept.lacking:
        text = gettext_noop("等“{source}”的 {amount} 元批下来")
        amount = grouped(kept.lacking_amount or Decimal(0))
        return Waits(Sentence(text, source=kept.lacking, amount=amount), kept.lacking_since or project.created_at)
    moments = [project.created_at, kept.tasks_over_at, kept.approved_at, before.accepted_at if before else None]
    text = gettext_noop("等第 {no} 期开工")
    return Waits(Sentence(text, no=phase.no), max(moment for moment in moments if moment is not None))


class _Kept:
    """What :func:`_with_waits` added to a project; nothing of it where a query did not ask."""

    def __init__(self, project: Project) -> None:
        self.task: str = getattr(project, "task", None) or ""
        self.tasks: int = getattr(project, "tasks_left", 0)
        self.task_since: datetime | None = getattr(project, "task_since", None)
        self.tasks_over_at: datetime | None = getattr(project, "tasks_over_at", None)
        self.lacking: str = getattr(project, "lacking", None) or ""
        self.lacking_amount: Decimal | None = getattr(project, "lacking_amount", None)
        self.lacking_since: datetime | None = getattr(project, "lacking_since", None)
        self.approved_at: datetime | None = getattr(project, "approved_at", None)


def waits_for(project: Project, on: date) -> Sentence | None:
    """Say in one line what the project waits for, or None when it is through."""
    found = waits(project, on)
    return found.words if found else None


@dataclass(frozen=True, slots=True)
class Money:
    """A project's money in yuan to the cent: what is planned, what was approved and what came, and each source."""

    budget: Budget
    lines: tuple[tuple[FundingLine, LineFacts], ...]

    @property
    def approved(self) -> Decimal:
        """What was approved."""
        return sum((line.planned for line, fact in self.lines if fact.approved), Decimal(0))

    @property
    def received(self) -> Decimal:
        """What came."""
        return sum((fact.received for _line, fact in self.lines), Decimal(0))


def money_of(project: Project) -> Money | None:
    """Return a project's money as ``project_page`` read it, or None where none is planned."""
    budget = max(project.budgets.all(), key=lambda row: row.no, default=None)
    lines = tuple((line, facts_of(line)) for line in project.funding.all())
    return Money(budget, lines) if budget else None


def waiting_for_project(estate_ids: Sequence[int]) -> QuerySet[StepRun]:
    """Return the current steps that wait for a project to be set up, by clock."""
    return (
        StepRun.objects.filter(
            estate_id__in=estate_ids,
            kind=KIND,
            ended_at__isnull=True,
            matter__status=Matter.Status.OPEN,
            projects__isnull=True,
        )
        .select_related("matter", "estate")
        .order_by("due_at", "pk")
    )


def figures(estate_id: int) -> Figures:
    """Count an estate's projects (one query)."""
    row = Project.objects.filter(estate_id=estate_id).aggregate(
        under_way=Count("pk", filter=Q(ended_at__isnull=True)),
        completed=Count("pk", filter=Q(ended_at__isnull=False, stopped_at__isnull=True)),
        stopped=Count("pk", filter=Q(stopped_at__isnull=False)),
    )
    return Figures(**row)
