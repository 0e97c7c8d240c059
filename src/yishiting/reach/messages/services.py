"""Writes of the inbox: telling people of an entry, marking what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from yishiting.ground.organisations.actors import Actor
from yishiting.reach.messages.models import Message
from yishiting.timeline.models import Entry


def tell(entry: Entry, *, kind: str, people: Iterable[int], facts: Mapping[str, Any], link: str) -> None:
    """Put a message into the inbox of each of ``people``; who was told of this entry already is not told again."""
    Message.objects.bulk_create(
        [
            Message(
                person_id=person_id,
                estate_id=entry.estate_id,
                entry_id=entry.pk,
                kind=kind,
                facts=dict(facts),
                link=link,
                sent_at=entry.at,
            )
            for person_id in people
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def mark_read(*, actor: Actor, now: datetime) -> int:
    """Mark everything in the actor's inbox as read; return how many were not."""
    if actor.person_id is None:
        return 0
    return Message.objects.filter(person_id=actor.person_id, read_at__isnull=True).update(read_at=now)
