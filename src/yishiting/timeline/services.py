"""Writing the record: open an estate's book, do the work, write one entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction

from yishiting.kernel.hashing import chain
from yishiting.timeline import attest, entries, subscribers
from yishiting.timeline.models import Entry, Head
from yishiting.timeline.turns import turn

#: The heads that this thread holds locked, by estate: a verb within a verb must see where the chain stands.
_held: ContextVar[Mapping[int, Head]] = ContextVar("held", default=MappingProxyType({}))


class Book:
    """An estate's record, locked for the length of one verb. Made by :func:`book` alone."""

    def __init__(self, head: Head, *, actor_id: int | None, now: datetime) -> None:
        self._head = head
        self.estate_id: int = head.estate_id
        self.actor_id = actor_id
        self.now = now.astimezone(UTC)

    def write(
        self,
        kind: str,
        *,
        subject: tuple[str, int],
        facts: Mapping[str, Any] | None = None,
        attests: Sequence[attest.Attestable] = (),
        thread: str = "",
    ) -> Entry:
        """Append one entry and tell the subscribers that must agree; their refusal undoes the verb.

        ``subject`` is (what, its id); ``facts`` are JSON values without personal text; ``attests`` are saved rows whose
        models are registered, registers (:class:`attest.Whole`) and rows taken back (:class:`attest.Gone`). Raises ``ValueError`` for a kind that no room registered.
        """
        if entries.kind(kind) is None:
            raise ValueError(f"entry kind {kind!r} is not registered")
        entry = Entry(
            estate_id=self.estate_id,
            seq=self._head.seq + 1,
            at=self.now,
            actor_id=self.actor_id,
            kind=kind,
            subject_kind=subject[0],
            subject_id=subject[1],
            thread=thread,
            facts=dict(facts or {}),
            attests=attest.seals(self.estate_id, attests),
            prev_hash=self._head.hash,
        )
        entry.hash = chain(entry.prev_hash, entry.content())
        _append(entry)
        self._head.seq, self._head.hash = entry.seq, entry.hash
        _move(self._head)
        subscribers.agree(entry, self)
        if subscribers.any_may_lag(kind):
            transaction.on_commit(partial(subscribers.wake, self.estate_id))
        return entry


@contextmanager
def book(estate_id: int, *, actor_id: int | None, now: datetime) -> Iterator[Book]:
    """Open a transaction, lock the estate's head row and give its book.

    Everything that a verb reads to decide and writes happens inside, so two verbs on one estate never interleave: under
    READ COMMITTED a chain would fork without this lock. A verb called within another verb's book on the same estate joins
    its transaction and goes on where its chain stands; where it is refused and the outer verb goes on, so does the chain.
    """
    held = _held.get()
    if estate_id in held:
        head = held[estate_id]
        seq, last = head.seq, head.hash
        try:
            with transaction.atomic():
                yield Book(head, actor_id=actor_id, now=now)
        except BaseException:
            head.seq, head.hash = seq, last
            raise
        return
    with turn(), transaction.atomic():
        token = _held.set({**held, estate_id: _locked(estate_id)})
        try:
            yield Book(_held.get()[estate_id], actor_id=actor_id, now=now)
        finally:
            _held.reset(token)


# Every verb passes these while the others of its estate wait, and to compose them anew takes Django several times as
# long as to run them. So they stand here as they are sent.
_READ = "SELECT seq, hash FROM timeline_head WHERE estate_id = %s"
_READ_LOCKED = "SELECT seq, hash FROM timeline_head WHERE estate_id = %s FOR UPDATE"
_MOVE = "UPDATE timeline_head SET seq = %s, hash = %s WHERE estate_id = %s"
_APPEND = (
    "INSERT INTO timeline_entry (estate_id, seq, at, actor_id, kind, subject_kind, subject_id, thread, facts, attests, "
    "prev_hash, hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
)
_FIELDS = tuple(field for field in Entry._meta.concrete_fields if not field.primary_key)


def _locked(estate_id: int) -> Head:
    # On SQLite the transaction is the lock: it began as a writing one.
    with connection.cursor() as cursor:
        cursor.execute(_READ_LOCKED if connection.features.has_select_for_update else _READ, [estate_id])
        row = cursor.fetchone()
    if row is None:
        Head.objects.bulk_create([Head(estate_id=estate_id)], ignore_conflicts=True)
        return Head.objects.select_for_update().get(pk=estate_id)
    return Head(estate_id=estate_id, seq=row[0], hash=row[1])


def _append(entry: Entry) -> None:
    values = [field.get_db_prep_save(getattr(entry, field.attname), connection) for field in _FIELDS]
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)
        entry.pk = cursor.fetchone()[0]
    entry._state.adding = False
    entry._state.db = connection.alias


def _move(head: Head) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [head.seq, head.hash, head.estate_id])
