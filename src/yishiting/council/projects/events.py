"""Entries of projects and the rows that they attest, registered at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yishiting.council.projects import affairs, handlers
from yishiting.council.projects.lifecycle import in_words
from yishiting.council.projects.models import Insurance, Phase, PhaseStep, Project, Replan
from yishiting.council.projects.recount import faults
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries, guards, verify


def _insured(facts: Mapping[str, Any]) -> Sentence:
    text = gettext_noop("登记保险，有效到 {valid_to}。")
    try:
        return Sentence(text, valid_to=in_words(date.fromisoformat(str(facts.get("valid_to")))))
    except ValueError:
        return Sentence(text, valid_to=str(facts.get("valid_to")))


def register() -> None:
    """Register this room with the timeline and with the rooms below."""
    entries.register("projects.created", describe=gettext_noop("立项：共 {total} {unit}，分 {phases} 期。"))
    entries.register("projects.replanned", describe=gettext_noop("改计划：还是 {total} {unit}，改为分 {phases} 期。"))
    entries.register("projects.insured", describe=_insured)
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
    _register_rows()
    guards.register("projects_project", free=("ended_at", "stopped_at"))
    guards.register(
        "projects_phase", free=("started_at", "finished_at", "accepted_at", "operating_at", "dropped_by_id")
    )
    guards.register("projects_replan")
    guards.register("projects_phasestep")
    guards.register("projects_insurance")
    verify.register_check(faults)
    handlers.register()
    affairs.register()


def _register_rows() -> None:
    attest.register(
        "projects.project",
        Project,
        (
            *("no", "title", "unit", "total", "needs_insurance", "matter_id", "run_id", "resolution_id", "post_id"),
            *("created_at", "created_by_id", "ended_at", "stopped_at"),
        ),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {no} 个项目"), no=row.no),
    )
    attest.register(
        "projects.phase",
        Phase,
        (
            *("project_id", "no", "title", "planned", "due_on"),
            *("started_at", "finished_at", "accepted_at", "operating_at", "dropped_by_id"),
        ),
        current=True,
        names=_phase,
    )
    attest.register(
        "projects.replan",
        Replan,
        ("project_id", "no", "reason", "changed_at", "changed_by_id"),
        names=lambda row: Sentence(gettext_noop("第 {no} 个项目改计划"), no=row.project.no),
    )
    attest.register(
        "projects.step",
        PhaseStep,
        ("phase_id", "kind", "note", "photo_id", "by_id", "post_id", "on", "recorded_at"),
        names=lambda row: _phase(row.phase),
    )
    attest.register(
        "projects.insurance",
        Insurance,
        ("project_id", "insurer", "policy_no", "valid_from", "valid_to", "added_by_id", "added_at"),
        names=lambda row: Sentence(gettext_noop("第 {no} 个项目的保险"), no=row.project.no),
    )


def _phase(row: Phase) -> Sentence:
    return Sentence(gettext_noop("第 {no} 个项目第 {phase} 期"), no=row.project.no, phase=row.no)
