"""Who may do what with a meeting."""

from __future__ import annotations

from django.db.models import QuerySet

from yishiting.council.meetings.models import Concerned, Meeting
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.verdict import Verdict, allow_if
from yishiting.kernel.words import gettext_noop

_ASK = gettext_noop("会议由召集人、网格员或社区工作人员来办。您可以到“反映”里提出要议的事。")


def visible_to(actor: Actor) -> QuerySet[Meeting]:
    """Return the meetings that ``actor`` may read: all of them, since what a meeting decided concerns everyone.

    Who attended by name is not on a meeting; that is read by :func:`can_run` alone.
    """
    return Meeting.objects.select_related("estate")


def can_run(actor: Actor, estate_id: int) -> Verdict:
    """Plan, invite, take attendance, minute and close."""
    return allow_if(actor.has_duty(Duty.MEET, estate_id), _ASK)


def concerned_visible_to(actor: Actor, estate_id: int) -> QuerySet[Concerned]:
    """Return whom the estate's matters are about: for those who run its meetings; nobody for anyone else (C2)."""
    rows = Concerned.objects.filter(estate_id=estate_id)
    return rows if can_run(actor, estate_id) else rows.none()
