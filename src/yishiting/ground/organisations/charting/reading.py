"""Saying on record who read the names of members (C3: each read is logged for its owner): a day's reading is one entry."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import QuerySet

from yishiting.ground.organisations import policy
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.charting import events
from yishiting.ground.organisations.charting.tables import ChartUnit
from yishiting.kernel.clock import CHINA
from yishiting.timeline.models import Entry
from yishiting.timeline.services import book


def note_reading(*, actor: Actor, unit: ChartUnit, now: datetime) -> bool:
    """Record that the actor reads who the members of a unit are, once a day; return whether it was written now.

    Raises :class:`NotAllowed` for whoever may not.
    """
    policy.can_see_members(actor, unit, now=now).enforce()
    start = datetime.combine(now.astimezone(CHINA).date(), time.min, CHINA)
    today = readings(unit.estate_id, {unit.pk}).filter(actor_id=actor.person_id, at__gte=start, at__lte=now)
    if today.exists():
        return False
    with book(unit.estate_id, actor_id=actor.person_id, now=now) as record:
        # Two pages opened at once ask again inside the lock.
        if today.exists():
            return False
        facts = {"chart": unit.chart.no, "unit": unit.no}
        record.write(events.READ, subject=("unit", unit.pk), facts=facts)
    return True


def readings(estate_id: int, unit_ids: set[int]) -> QuerySet[Entry]:
    """Return the entries that say who read the members of these units, the latest first."""
    return Entry.objects.filter(
        estate_id=estate_id, kind=events.READ, subject_kind="unit", subject_id__in=unit_ids
    ).order_by("-seq")
