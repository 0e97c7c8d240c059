"""Saying on record who looked at names in bulk (RULES §8): a day's looking is one entry, each export is one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from django.db.models import QuerySet

from yishiting.ground.people.policy import Asking, can_keep_roster, can_name_people
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.timeline.models import Entry
from yishiting.timeline.services import book


def _today(kind: str, actor: Asking, estate: Estate, now: datetime) -> QuerySet[Entry]:
    start = datetime.combine(now.astimezone(CHINA).date(), time.min, CHINA)
    return Entry.objects.filter(estate_id=estate.pk, kind=kind, actor_id=actor.person_id, at__gte=start, at__lte=now)


def note_viewing(*, actor: Asking, estate: Estate, now: datetime) -> bool:
    """Record that the actor reads the names of the roster, once a day; return whether it was written now."""
    can_keep_roster(actor, estate.pk).enforce()
    if _today("people.roster_viewed", actor, estate, now).exists():
        return False
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        # Two pages opened at once ask again inside the lock.
        if _today("people.roster_viewed", actor, estate, now).exists():
            return False
        record.write("people.roster_viewed", subject=("estate", estate.pk))
    return True


def note_export(*, actor: Asking, estate: Estate, homes: int, now: datetime) -> None:
    """Record that the actor takes the names of ``homes`` homes away in a file."""
    can_keep_roster(actor, estate.pk).enforce()
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        record.write("people.roster_exported", subject=("estate", estate.pk), facts={"homes": homes})


def note_tenants(*, actor: Asking, estate: Estate, person_ids: Iterable[int], now: datetime) -> None:
    """Record for each tenant that the actor reads who he is (C3: each read is logged for its owner), once a day each."""
    can_name_people(actor, estate.pk).enforce()
    wanted = sorted(set(person_ids))
    if not wanted:
        return
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        seen = set(
            _today("people.tenant_viewed", actor, estate, now)
            .filter(subject_kind="person", subject_id__in=wanted)
            .values_list("subject_id", flat=True)
        )
        for person_id in wanted:
            if person_id not in seen:
                record.write("people.tenant_viewed", subject=("person", person_id))
