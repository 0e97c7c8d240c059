"""Recounts projects from their rows, for ``yishiting verify``: phases sum to the total, each state has its step."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from yishiting.council.projects.models import Project
from yishiting.council.projects.services.funding import facts_of
from yishiting.council.projects.services.phases import COLUMNS
from yishiting.kernel.exact import grouped
from yishiting.kernel.words import Sentence, gettext_noop


def faults(estate_id: int) -> Iterator[Sentence]:
    """Yield a sentence for each project whose figures do not follow from its rows."""
    for project in (
        Project.objects.filter(estate_id=estate_id).prefetch_related("phases__steps", "funding__news").order_by("no")
    ):
        budget, lines = project.budgets.last(), list(project.funding.all())
        if (money := sum((line.planned for line in lines), Decimal(0))) != (budget.total if budget else Decimal(0)):
            yield Sentence(
                gettext_noop("第 {no} 个项目的资金来源相加是 {sum} 元，计划却是 {total} 元。"),
                no=project.no,
                sum=grouped(money),
                total=grouped(budget.total) if budget else "0",
            )
        for line in lines:
            fact = facts_of(line)
            if fact.received > fact.planned or (fact.received and not fact.approved):
                yield Sentence(
                    gettext_noop("第 {no} 个项目的资金来源第 {line} 项，到账和批复对不上。"),
                    no=project.no,
                    line=line.no,
                )
        phases = list(project.phases.all())
        if (planned := sum(phase.planned for phase in phases)) != project.total:
            yield Sentence(
                gettext_noop("第 {no} 个项目各期相加是 {sum}，总数却是 {total}。"),
                no=project.no,
                sum=planned,
                total=project.total,
            )
        for phase in phases:
            kinds = {step.kind for step in phase.steps.all()}
            if any((getattr(phase, column) is not None) != (kind in kinds) for kind, column in COLUMNS.items()):
                yield Sentence(
                    gettext_noop("第 {no} 个项目第 {phase} 期的状态与登记的步骤对不上。"), no=project.no, phase=phase.no
                )
