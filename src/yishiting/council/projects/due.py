"""What of projects waits for whom: the next step of each phase, and insurance that runs out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from yishiting.council.projects.models import Insurance, Phase, Project
from yishiting.ground.desks import due
from yishiting.ground.desks.due import Asked, Claim, CloseOf, Component, Source, word
from yishiting.ground.desks.services import exercised
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import gettext_noop

NAME = "projects"
#: So long before a policy ends its renewal comes up: an office needs about as long to have one signed.
RENEW = timedelta(days=30)


def _phases(projects: Q, claim: Claim) -> Component:
    earlier = Phase.objects.filter(project=OuterRef("project"), no__lt=OuterRef("no"), started_at__isnull=True)
    rows = Phase.objects.filter(
        projects, Q(started_at__isnull=False) | ~Exists(earlier), operating_at__isnull=True,
        project__ended_at__isnull=True,
    )  # fmt: skip
    what = Case(
        When(started_at__isnull=True, then=word("start")),
        When(finished_at__isnull=True, then=word("finish")),
        When(accepted_at__isnull=True, then=word("accept")),
        default=word("operate"),
        output_field=CharField(),
    )
    return due.component(
        rows, source=NAME, claim=claim, about=("project", "project_id"), what=what, no="project__no",
        title="project__title", words=F("title"), due=CloseOf(F("due_on")),
        since=Coalesce("accepted_at", "finished_at", "started_at", "project__created_at"),
    )  # fmt: skip


def _insurance(rows: QuerySet[Project], claim: Claim, asked: Asked) -> Component:
    last = Insurance.objects.filter(project=OuterRef("pk")).order_by("-valid_to").values("valid_to")[:1]
    soon = asked.now.astimezone(CHINA).date() + RENEW
    rows = (
        rows.filter(needs_insurance=True, stopped_at__isnull=True)
        .annotate(insured_to=Subquery(last))
        .filter(Q(insured_to__isnull=True, ended_at__isnull=True) | Q(insured_to__lte=soon))
    )
    what = Case(When(insured_to__isnull=True, then=word("insure")), default=word("renew"), output_field=CharField())
    return due.component(
        rows, source=NAME, claim=claim, about=("project", "pk"), what=what, no="no", title="title",
        due=CloseOf(F("insured_to")), since=F("created_at"),
    )  # fmt: skip


def components(asked: Asked) -> Iterator[Component]:
    """Yield phases and insurance of projects: for the post that has the project, else for whoever runs projects there."""
    for office, here in asked.offices:
        if Duty.PROJECT in office.duties:
            claim = Claim(here, office.building_id, office.kind, office.stands_for or 0)
            mine = Q(project__post_id=office.post_id, estate_id__in=here)
            yield _phases(mine, claim)
            yield _insurance(Project.objects.filter(post_id=office.post_id, estate_id__in=here), claim, asked)
    for claim in asked.claims(Duty.PROJECT):
        yield _phases(Q(project__post__isnull=True, estate_id__in=claim.estate_ids), claim)
        nobodys = Project.objects.filter(post__isnull=True, estate_id__in=claim.estate_ids)
        yield _insurance(nobodys, claim, asked)


SOURCE = Source(
    name=NAME,
    room=gettext_noop("项目"),
    components=components,
    says={
        "start": gettext_noop("开工：{words}"),
        "finish": gettext_noop("完工：{words}"),
        "accept": gettext_noop("组织验收：{words}"),
        "operate": gettext_noop("投入使用：{words}"),
        "insure": gettext_noop("投入使用以前要上保险"),
        "renew": gettext_noop("保险快到期或过期了，请续保"),
    },
)


def register() -> None:
    """Put this room's work on desks."""
    due.register(SOURCE)
    exercised(
        dict.fromkeys(
            (
                *("projects.created", "projects.insured", "projects.replanned", "projects.noted", "projects.started"),
                *("projects.finished", "projects.accepted", "projects.operating"),
            ),
            Duty.PROJECT,
        )
    )
