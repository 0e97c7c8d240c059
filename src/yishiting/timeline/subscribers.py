"""Who is told of entries: those that must agree (same transaction) and those that may lag (the entry is the outbox)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from yishiting.timeline.models import Cursor, Entry, Head

if TYPE_CHECKING:
    from yishiting.timeline.services import Book

BATCH = 200


@dataclass(frozen=True, slots=True)
class Lagging:
    """A subscriber that reads entries after they are committed; ``handle`` may run twice for one entry."""

    name: str
    kinds: frozenset[str]
    handle: Callable[[Entry], None]


_agreeing: dict[str, list[Callable[[Entry, Book], None]]] = {}
_lagging: dict[str, Lagging] = {}


def must_agree(kinds: Iterable[str], handle: Callable[[Entry, Book], None]) -> None:
    """Call ``handle(entry, book)`` inside the transaction that writes an entry of ``kinds``."""
    for kind in kinds:
        _agreeing.setdefault(kind, []).append(handle)


def may_lag(name: str, kinds: Iterable[str], handle: Callable[[Entry], None]) -> None:
    """Have the worker call ``handle(entry)`` for each entry of ``kinds`` after its commit, in order, at least once."""
    if name in _lagging:
        raise ValueError(f"subscriber {name!r} is registered twice")
    _lagging[name] = Lagging(name, frozenset(kinds), handle)


def agree(entry: Entry, book: Book) -> None:
    """Run the subscribers that must agree with ``entry``."""
    for handle in _agreeing.get(entry.kind, ()):
        handle(entry, book)


def any_may_lag(kind: str) -> bool:
    """Return whether a subscriber that may lag wants entries of ``kind``."""
    return any(kind in subscriber.kinds for subscriber in _lagging.values())


def wake(estate_id: int) -> None:
    """Ask the worker to relay an estate's new entries."""
    from yishiting.timeline.tasks import relay

    relay.enqueue(estate_id)


def deliver(estate_id: int) -> int:
    """Hand the estate's undelivered entries to each subscriber; return how many were handled.

    Cursor and effect commit together, so a worker killed in between repeats nothing that reached the database.
    """
    handled = 0
    for subscriber in _lagging.values():
        while batch := _deliver_batch(subscriber, estate_id):
            handled += batch
    return handled


def _deliver_batch(subscriber: Lagging, estate_id: int) -> int:
    with transaction.atomic():
        Cursor.objects.bulk_create(
            [Cursor(subscriber=subscriber.name, estate_id=estate_id)],
            ignore_conflicts=True,
        )
        cursor = Cursor.objects.select_for_update().get(subscriber=subscriber.name, estate_id=estate_id)
        fresh = list(Entry.objects.filter(estate_id=estate_id, seq__gt=cursor.seq).order_by("seq")[:BATCH])
        if not fresh:
            return 0
        for entry in fresh:
            if entry.kind in subscriber.kinds:
                subscriber.handle(entry)
        cursor.seq = fresh[-1].seq
        cursor.save(update_fields=["seq"])
        return len(fresh)


def sweep() -> int:
    """Deliver what any wake-up missed, over all estates; return how many entries were handled."""
    behind = 0
    for head in Head.objects.all():
        reached = Cursor.objects.filter(estate_id=head.pk).values_list("subscriber", "seq")
        seen = dict(reached)
        if any(seen.get(name, 0) < head.seq for name in _lagging):
            behind += deliver(head.pk)
    return behind
