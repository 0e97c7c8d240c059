"""A project's money: from which sources how much is planned, and what became of each, as said by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max

from yishiting.council.matters import services as matters
from yishiting.council.projects import affairs, funding, policy
from yishiting.council.projects.funding import LineDraft, LineFacts
from yishiting.council.projects.models import Budget, FundingLine, FundingNews, Project
from yishiting.council.projects.services.creating import fetch, thread
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.exact import grouped
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.services import book

NOTHING = Decimal(0)


def facts_of(line: FundingLine) -> LineFacts:
    """Return how a source stands, from its news (loaded by the caller's prefetch where there is one)."""
    news = list(line.news.all())
    received = sum((row.amount or NOTHING for row in news if row.kind == funding.RECEIVED), NOTHING)
    return LineFacts(
        source=line.source, planned=line.planned, state=news[-1].kind if news else funding.PLANNED, received=received
    )


def line_facts(project: Project) -> list[LineFacts]:
    """Return how each source of the budget as it stands is doing (two queries)."""
    return [facts_of(line) for line in project.funding.prefetch_related("news")]


def plan_funding(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    total: Decimal,
    lines: Sequence[LineDraft],
    now: datetime,
    reason: str = "",
) -> Budget:
    """Say what a project costs and from where it is paid, in yuan to the cent; the sources sum to ``total``.

    Said again it replaces what was planned, with a ``reason`` that is shown: a source that stays the same stays the row that
    it is, one that falls out stays on record. What was approved is not left out. Raises :class:`BadInput` (fields ``lines``,
    ``reason``), :class:`WrongState` once the project has ended.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        project = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        affairs.may_change(actor, project, now).enforce()
        if project.ended_at is not None:
            raise WrongState(gettext_noop("项目已经结束，资金计划不能再改。"))
        standing = list(project.funding.prefetch_related("news"))
        wanted = [LineDraft(" ".join(line.source.split()), line.planned) for line in lines]
        before = project.budgets.order_by("-no").first()
        funding.check_plan(
            budget=total,
            lines=wanted,
            standing=[facts_of(line) for line in standing],
            reason=reason,
            first=before is None,
        )
        kept = {LineDraft(line.source, line.planned): line for line in standing}
        if before is not None and before.total == total and set(kept) == set(wanted):
            text = gettext_noop("和原来的资金计划一样，没有要改的。")
            raise BadInput(text, fields={"lines": text})
        budget = Budget.objects.create(
            estate_id=estate_id,
            project=project,
            no=(before.no if before else 0) + 1,
            total=total,
            reason=reason.strip() if before else "",
            planned_at=now,
            planned_by_id=actor.person_id,
        )
        dropped = [line for draft, line in kept.items() if draft not in wanted]
        for line in dropped:
            line.dropped_by = budget
            line.save(update_fields=["dropped_by"])
        last = FundingLine.every.filter(project=project).aggregate(no=Max("no"))["no"] or 0
        fresh = FundingLine.objects.bulk_create(
            [
                FundingLine(
                    estate_id=estate_id,
                    project=project,
                    no=at,
                    source=draft.source,
                    planned=draft.planned,
                    added_at=now,
                )
                for at, draft in enumerate([draft for draft in wanted if draft not in kept], last + 1)
            ]
        )
        record.write(
            "projects.funding_planned",
            subject=("project", project.pk),
            facts={"no": project.no, "lines": len(wanted), "total": grouped(total)},
            attests=[budget, *dropped, *fresh],
            thread=thread(project),
        )
    return budget


def tell_funding(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    line_no: int,
    kind: str,
    said_by: str,
    on: date,
    now: datetime,
    amount: Decimal | None = None,
    note: str = "",
) -> FundingNews:
    """Write down what became of a source: ``applied``, ``approved``, ``refused`` or ``received``, and who said so.

    Approval and receipt name an amount in yuan. Where all is received and the matter's step waited for that, the step ends.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        project = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        affairs.may_change(actor, project, now).enforce()
        line = project.funding.filter(no=line_no).prefetch_related("news").first()
        if line is None:
            raise NotFound(gettext_noop("没有这个资金来源。请回到项目页重新选。"))
        counts = kind in (funding.APPROVED, funding.RECEIVED)
        funding.check_news(
            kind=kind,
            line=facts_of(line),
            amount=amount,
            said_by=said_by,
            on=on,
            today=now.astimezone(CHINA).date(),
            note=note,
        )
        news = FundingNews.objects.create(
            estate_id=estate_id,
            line=line,
            kind=kind,
            amount=amount if counts else None,
            said_by=said_by.strip(),
            on=on,
            note=note.strip(),
            by_id=actor.person_id,
            recorded_at=now,
        )
        record.write(
            "projects.funding_told",
            subject=("project", project.pk),
            facts={
                "no": project.no,
                "line": line.no,
                "kind": kind,
                **({"amount": grouped(amount)} if counts and amount is not None else {}),
            },
            attests=[news],
            thread=thread(project),
        )
        if project.run is not None and project.run.ended_at is None:
            matters.try_pending(record, project.run.matter, actor, now)
    return news
