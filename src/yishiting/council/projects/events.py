"""Entries of projects and the rows that they attest, registered at start-up."""

from __future__ import annotations

from yishiting.council.projects import handlers
from yishiting.council.projects.models import Insurance, Phase, PhaseStep, Project
from yishiting.council.projects.recount import faults
from yishiting.kernel.words import gettext_noop
from yishiting.timeline import attest, entries, guards, verify


def register() -> None:
    """Register this room with the timeline and with the rooms below."""
    entries.register("projects.created", describe=gettext_noop("立项：共 {total} {unit}，分 {phases} 期。"))
    entries.register("projects.insured", describe=gettext_noop("登记保险，有效到 {valid_to}。"))
    entries.register("projects.started", describe=gettext_noop("第 {phase} 期开工（{planned} {unit}）。"))
    entries.register("projects.finished", describe=gettext_noop("第 {phase} 期完工（{planned} {unit}）。"))
    entries.register(
        "projects.accepted",
        describe=gettext_noop("第 {phase} 期验收 {planned} {unit}，累计 {accepted} / {total} {unit}。"),
    )
    entries.register("projects.operating", describe=gettext_noop("第 {phase} 期投入使用。"))
    entries.register("projects.noted", describe=gettext_noop("第 {phase} 期有新进展。"))
    entries.register("projects.completed", describe=gettext_noop("项目完成，共 {total} {unit}。"), decision=True)
    entries.register("projects.stopped", describe=gettext_noop("项目停止。"), decision=True)
    attest.register(
        "projects.project",
        Project,
        ("no", "title", "unit", "total", "needs_insurance", "matter_id", "run_id", "resolution_id", "created_at"),
    )
    attest.register("projects.phase", Phase, ("project_id", "no", "title", "planned", "due_on"))
    attest.register(
        "projects.step", PhaseStep, ("phase_id", "kind", "note", "photo_id", "by_id", "post_id", "on", "recorded_at")
    )
    attest.register(
        "projects.insurance", Insurance, ("project_id", "insurer", "policy_no", "valid_from", "valid_to", "added_at")
    )
    guards.register("projects_project", free=("ended_at", "stopped_at"))
    guards.register("projects_phase", free=("started_at", "finished_at", "accepted_at", "operating_at"))
    guards.register("projects_phasestep")
    guards.register("projects_insurance")
    verify.register_check(faults)
    handlers.register()
