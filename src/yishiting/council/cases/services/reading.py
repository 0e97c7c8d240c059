"""Each reading of what was said is on record for those whom it is about (RULES §8, C3): once a day for each reader."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import QuerySet

from yishiting.council.cases.models import CaseFile
from yishiting.council.cases.services.fetching import assigned
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA
from yishiting.timeline.models import Entry
from yishiting.timeline.services import book

READ = "cases.read"


def readings(case: CaseFile) -> QuerySet[Entry]:
    """Return the entries of who read the case, the latest first."""
    return Entry.objects.filter(estate_id=case.estate_id, thread=case.thread, kind=READ).order_by("-seq")


def read_case(*, actor: Actor, estate_id: int, no: int, now: datetime) -> CaseFile:
    """Return a case for reading what is in it, and record that the actor read it."""
    case = assigned(actor, estate_id, no)
    start = datetime.combine(now.astimezone(CHINA).date(), time.min, CHINA)
    today = readings(case).filter(actor_id=actor.person_id, at__gte=start, at__lte=now)
    if today.exists():
        return case
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        # Two pages opened at once ask again inside the lock.
        if not today.exists():
            record.write(READ, subject=("case", case.pk), facts={"no": case.no}, thread=case.thread)
    return case
