"""Entries of projects and the rows that they attest, registered at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yishiting.council.projects import affairs, handlers
from yishiting.council.projects.lifecycle import in_words
from yishiting.council.projects.models import (
    Budget,
    FundingLine,
    FundingNews,
    Insurance,
    Phase,
    PhaseStep,
    Prerequisite,
    Project,
    Replan,
)
from yishiting.council.projects.recount import faults
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries, guards, verify


def _insured(facts: Mapping[str, Any]) -> Sentence:
    text = gettext_noop("登记保险，有效到 {valid_to}。")
    try:
        return Sentence(text, valid_to=in_words(date.fromisoformat(str(facts.get("valid_to")))))
    except ValueError:
        return Sentence(text, valid_to=str(facts.get("valid_to")))


_TOLD = {
    "applied": gettext_noop("资金来源第 {line} 项已申请。"),
    "approved": gettext_noop("资金来源第 {line} 项批复 {amount} 元。"),
    "refused": gettext_noop("资金来源第 {line} 项没有批。"),
    "received": gettext_noop("资金来源第 {line} 项到账 {amount} 元。"),
}


def _told(facts: Mapping[str, Any]) -> Sentence:
    text = _TOLD.get(str(facts.get("kind")), gettext_noop("资金来源第 {line} 项有变化。"))
    return Sentence(text, line=str(facts.get("line")), amount=str(facts.get("amount")))


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
    entries.register("projects.funding_planned", describe=gettext_noop("资金计划：{lines} 个来源，共 {total} 元。"))
    entries.register("projects.funding_told", describe=_told)
    entries.register("projects.task_added", describe=gettext_noop("列出开工前要先办的第 {task} 件事。"))
    entries.register("projects.task_done", describe=gettext_noop("开工前要先办的第 {task} 件事办完了。"))
    entries.register("projects.task_dropped", describe=gettext_noop("开工前要先办的第 {task} 件事不用办了。"))
    _register_rows()
    guards.register("projects_project", free=("ended_at", "stopped_at"))
    guards.register(
        "projects_phase", free=("started_at", "finished_at", "accepted_at", "operating_at", "dropped_by_id")
    )
    guards.register("projects_replan")
    guards.register("projects_phasestep")
    guards.register("projects_insurance")
    guards.register("projects_budget")
    guards.register("projects_fundingline", free=("dropped_by_id",))
    guards.register("projects_fundingnews")
    guards.register("projects_prerequisite", free=("done_at", "done_on", "dropped_at", "note", "photo_id"))
    verify.register_check(faults)
    handlers.register()
    affairs.register()


def _register_rows() -> None:
    attest.register(
        "projects.project",
        Project,
        (
            *("no", "title", "unit", "total", "needs_insurance", "matter_id", "run_id", "resolution_id", "vote_id"),
            "post_id",
            *("created_at", "created_by_id", "ended_at", "stopped_at"),
        ),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {no} 个项目"), no=row.no),
    )
    _register_money()
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


def _register_money() -> None:
    def of_project(row: Budget | FundingLine) -> Sentence:
        return Sentence(gettext_noop("第 {no} 个项目的资金计划"), no=row.project.no)

    attest.register(
        "projects.budget",
        Budget,
        ("project_id", "no", "total", "reason", "planned_at", "planned_by_id"),
        names=of_project,
    )
    attest.register(
        "projects.funding",
        FundingLine,
        ("project_id", "no", "source", "planned", "added_at", "dropped_by_id"),
        current=True,
        names=of_project,
    )
    attest.register(
        "projects.funding_news",
        FundingNews,
        ("line_id", "kind", "amount", "said_by", "on", "note", "by_id", "recorded_at"),
        names=lambda row: of_project(row.line),
    )
    attest.register(
        "projects.task",
        Prerequisite,
        (
            *("project_id", "no", "title", "who", "first_id", "added_at"),
            *("done_at", "done_on", "dropped_at", "note", "photo_id"),
        ),
        current=True,
        names=lambda row: Sentence(
            gettext_noop("第 {no} 个项目要先办的第 {task} 件事"), no=row.project.no, task=row.no
        ),
    )


def _phase(row: Phase) -> Sentence:
    return Sentence(gettext_noop("第 {no} 个项目第 {phase} 期"), no=row.project.no, phase=row.no)
