"""What a reporter sees of his own reports."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.db.models import Prefetch

from yishiting.council.matters.models import Answer, Matter, Report
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Estate, Home
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop


@dataclass(frozen=True, slots=True)
class MyReport:
    """One of the actor's reports with its matter, the answers that it got, and what he may do now."""

    report: Report
    matter: Matter
    answers: tuple[Answer, ...]
    was_merged: bool

    @property
    def latest(self) -> Answer | None:
        """The answer of the latest round."""
        return self.answers[-1] if self.answers else None

    @property
    def can_rate(self) -> bool:
        """Whether the latest answer waits for its rating."""
        return self.latest is not None and self.latest.rated_at is None

    @property
    def withdrawn(self) -> bool:
        """Whether he took it back."""
        return self.report.withdrawn_at is not None

    @property
    def can_reopen(self) -> bool:
        """Whether the matter has ended, so that another round can be asked for."""
        ended = self.matter.status in {Matter.Status.CLOSED, Matter.Status.DECLINED}
        return ended and not self.withdrawn

    @property
    def can_change(self) -> bool:
        """Whether nobody seems to have taken it up, so that it can be said anew or withdrawn; the verb looks again."""
        waits = self.matter.status == Matter.Status.OPEN and self.matter.stage == Matter.Stage.COLLECT
        return waits and self.matter.playbook_id is None and not (self.answers or self.withdrawn)


def my_reports(actor: Actor, *, matter: Matter | None = None, limit: int = 100) -> list[MyReport]:
    """Return the actor's reports as he said them last, newest first, with answers and pictures (three queries)."""
    if actor.person_id is None:
        return []
    said = Report.objects.filter(person_id=actor.person_id, replaced_by__isnull=True)
    reports = said.select_related("matter__estate", "first_matter")
    if matter is not None:
        reports = reports.filter(matter=matter)
    answers = Answer.objects.order_by("given_at", "pk")
    found = reports.prefetch_related(Prefetch("answers", answers), "photos").order_by("-made_at", "-pk")[:limit]
    return [
        MyReport(report, report.matter, tuple(report.answers.all()), report.matter_id != report.first_matter_id)
        for report in found
    ]


def report_of(actor: Actor, matter: Matter, report_id: int | None = None) -> MyReport:
    """Return the actor's own report on ``matter``, the latest unless one is named; raises :class:`NotFound`."""
    mine = [each for each in my_reports(actor, matter=matter) if report_id is None or each.report.pk == report_id]
    if not mine:
        raise NotFound(gettext_noop("您没有反映过这件事。请从“我的”里打开您反映过的事。"))
    return mine[0]


def homes_called(estate: Estate, text: str) -> list[Home]:
    """Return the homes that staff mean by ``text`` (1栋2单元301, 2单元 301, 301): an exact match before endings."""
    wanted = _plain(text)
    if not wanted:
        return []
    homes = Home.objects.filter(estate=estate).select_related("entrance__building").order_by("order", "pk")
    named = [(_plain(str(home)), home) for home in homes]
    exact = [home for name, home in named if name == wanted]
    return exact or [home for name, home in named if name.endswith(wanted)]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
