"""Reads of projects for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.projects import lifecycle, policy
from yishiting.council.projects.models import Phase, PhaseStep, Project, Replan
from yishiting.council.projects.services.creating import KIND, fetch
from yishiting.council.projects.services.phases import phase_facts, policy_facts
from yishiting.ground.organisations.actors import Actor
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
        policy.visible_to(actor)
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
        Project.objects.filter(pk=found.pk)
        .select_related("estate", "matter", "resolution", "post__organisation")
        .prefetch_related(
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


def waits_for(project: Project, on: date) -> Sentence | None:
    """Say in one line what the project waits for, or None when it is through."""
    if project.ended_at:
        return None
    phases = list(project.phases.all())
    for phase in phases:
        if phase.accepted_at is None:
            if phase.started_at is None:
                return Sentence(gettext_noop("等第 {no} 期开工"), no=phase.no)
            if phase.finished_at is None:
                return Sentence(gettext_noop("第 {no} 期正在施工"), no=phase.no)
            return Sentence(gettext_noop("等第 {no} 期验收"), no=phase.no)
    if project.needs_insurance and not insured_on(project, on):
        return Sentence(gettext_noop("等有效的保险，才能投入使用"))
    waiting = next((phase for phase in phases if phase.operating_at is None), None)
    return Sentence(gettext_noop("等第 {no} 期投入使用"), no=waiting.no) if waiting else None


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
