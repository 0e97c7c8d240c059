"""Jobs of the record, run by the worker."""

from __future__ import annotations

from django_tasks import task

from yishiting.timeline import subscribers


@task()
def relay(estate_id: int) -> int:
    """Deliver an estate's new entries to the subscribers that may lag."""
    return subscribers.deliver(estate_id)
