"""How staff find a project."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from yishiting.council.projects.models import Project
from yishiting.ground.desks import search
from yishiting.ground.desks.search import Searched, Text
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.words import gettext_noop


def texts(refs: Collection[int] | None) -> Iterator[Text]:
    """Yield the words of projects."""
    rows = Project.objects.order_by("pk")
    for row in rows if refs is None else rows.filter(pk__in=refs):
        yield Text(row.estate_id, row.pk, row.no, row.title, row.title)


def register() -> None:
    """Have search find projects."""
    search.register(
        Searched("project", gettext_noop("项目"), texts, frozenset({Duty.PROJECT})), entries=("projects.created",)
    )
