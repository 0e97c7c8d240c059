"""Jobs of this room, run by the worker."""

from __future__ import annotations

from django_tasks import task

from yishiting.council.votes.services import close_due
from yishiting.kernel import clock


@task()
def close_votes() -> int:
    """Close the votes whose time is over; return how many were touched."""
    return close_due(clock.now())
