"""Who may do what with a project."""

from __future__ import annotations

from django.db.models import QuerySet

from yishiting.council.projects.models import Project
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.verdict import Verdict, allow_if
from yishiting.kernel.words import gettext_noop

_ASK = gettext_noop("项目由业委会、物业或社区的负责人登记。您可以在事项里反映项目的情况。")


def visible_to(actor: Actor) -> QuerySet[Project]:
    """Return the projects that ``actor`` may read: all, since they are paid for or used by everyone (C0)."""
    return Project.objects.select_related("estate")


def can_run(actor: Actor, estate_id: int) -> Verdict:
    """Create a project, insure it, record its steps."""
    return allow_if(actor.has_duty(Duty.PROJECT, estate_id), _ASK)
