"""Saying on record who read the names of members (C3: each read is logged for its owner): a day's reading is one entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.db.models import QuerySet

from yishiting.ground.organisations import policy
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.charting import events
from yishiting.ground.organisations.charting.tables import ChartUnit
from yishiting.kernel.clock import CHINA
from yishiting.timeline.models import Entry
from yishiting.timeline.services import book


def note_reading(*, actor: Actor, units: Sequence[ChartUnit], now: datetime) -> bool:
    """Record that the actor reads who the members of units of one chart are, once a day each; return whether any was written now.

    Raises :class:`NotAllowed` for whoever may not. Asks as often for twenty units as for one.
    """
    policy.can_see_members(actor, units, now=now).enforce()
    start = datetime.combine(now.astimezone(CHINA).date(), time.min, CHINA)
    wanted = {unit.pk: unit for unit in units}

    def missing() -> list[ChartUnit]:
        today = readings(units[0].estate_id, set(wanted)).filter(actor_id=actor.person_id, at__gte=start, at__lte=now)
        told = set(today.values_list("subject_id", flat=True))
        return [unit for pk, unit in sorted(wanted.items()) if pk not in told]

    if not missing():
        return False
    with book(units[0].estate_id, actor_id=actor.person_id, now=now) as record:
        # Two pages opened at once ask again inside the lock.
        left = missing()
        for unit in left:
            facts = {"chart": unit.chart.no, "unit": unit.no}
            record.write(events.READ, subject=("unit", unit.pk), facts=facts)
    return bool(left)


def readings(estate_id: int, unit_ids: set[int]) -> QuerySet[Entry]:
    """Return the entries that say who read the members of these units, the latest first."""
    return Entry.objects.filter(
        estate_id=estate_id, kind=events.READ, subject_kind="unit", subject_id__in=unit_ids
    ).order_by("-seq")
