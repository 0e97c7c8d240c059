"""Reads of projects for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from yishiting.council.projects import lifecycle, policy
from yishiting.council.projects.models import Phase, PhaseStep, Project
from yishiting.council.projects.services.creating import KIND, fetch
from yishiting.council.projects.services.phases import phase_facts, policy_facts
from yishiting.council.matters.models import Matter, StepRun
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.words import Sentence, gettext_noop


@dataclass(frozen=True, slots=True)
class Figures:
    """Projects of an estate: under way and completed (件)."""

    under_way: int
    completed: int


def listed(actor: Actor, estate_ids: Sequence[int]) -> QuerySet[Project]:
    """Return projects with what is accepted of each total, those under way first."""
    return (
        policy.visible_to(actor)
        .filter(estate_id__in=estate_ids)
        .annotate(accepted=Sum("phases__planned", filter=Q(phases__accepted_at__isnull=False)))
        .select_related("matter", "post")
        .prefetch_related("phases", "policies")
        .order_by("ended_at", "-no")
    )


def project_page(actor: Actor, estate_id: int, no: int) -> Project:
    """Return one project with phases, their steps and pictures, policies and what it came from."""
    found = fetch(actor, estate_id, no)
    (project,) = (
        Project.objects.filter(pk=found.pk)
        .select_related("estate", "matter", "resolution", "post__organisation")
        .prefetch_related(
            Prefetch("phases", Phase.objects.order_by("no")),
            Prefetch("phases__steps", PhaseStep.objects.select_related("photo", "post").order_by("pk")),
            "policies",
        )
    )
    return project


def of_matter(matter_id: int) -> list[Project]:
    """Return the projects that carry a matter out, with their phases."""
    return list(
        Project.objects.filter(matter_id=matter_id).select_related("estate").prefetch_related("phases", "policies")
    )


def progress(project: Project) -> tuple[int, int]:
    """Return (accepted, total) counted from the phases."""
    return lifecycle.progress(phase_facts(project))


def insured_on(project: Project, on: date) -> bool:
    """Return whether a policy covers the day."""
    return lifecycle.insured(policy_facts(project), on)


def waits_for(project: Project, on: date) -> Sentence | None:
    """Say in one line what the project waits for, or None when it is through."""
    if project.ended_at:
        return None
    for phase in project.phases.all():
        if phase.accepted_at is None:
            if phase.started_at is None:
                return Sentence(gettext_noop("等第 {no} 期开工"), no=phase.no)
            if phase.finished_at is None:
                return Sentence(gettext_noop("第 {no} 期正在施工"), no=phase.no)
            return Sentence(gettext_noop("等第 {no} 期验收"), no=phase.no)
    if project.needs_insurance and not insured_on(project, on):
        return Sentence(gettext_noop("等有效的保险，才能投入使用"))
    waiting = next((phase for phase in project.phases.all() if phase.operating_at is None), None)
    return Sentence(gettext_noop("等第 {no} 期投入使用"), no=waiting.no) if waiting else None


def waiting_for_project(estate_id: int) -> QuerySet[StepRun]:
    """Return the current steps that wait for a project to be set up."""
    return (
        StepRun.objects.filter(
            estate_id=estate_id,
            kind=KIND,
            ended_at__isnull=True,
            matter__status=Matter.Status.OPEN,
            projects__isnull=True,
        )
        .select_related("matter")
        .order_by("due_at", "pk")
    )


def figures(estate_id: int) -> Figures:
    """Count an estate's projects (one query)."""
    row = Project.objects.filter(estate_id=estate_id).aggregate(
        under_way=Count("pk", filter=Q(ended_at__isnull=True)),
        completed=Count("pk", filter=Q(ended_at__isnull=False)),
    )
    return Figures(**row)
