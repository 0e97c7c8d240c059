"""The record as anyone may read it, and the mark by which a copy of it is compared."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from yishiting.council.matters.models import Matter
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Slug, said
from yishiting.timeline import entries
from yishiting.timeline.models import Entry, Head

router = Router(tags=["record"])
THREAD = "matter/"


class EntryLine(Schema):
    """An entry as a reader may know it. ``matter`` is the number of the matter on whose way it stands."""

    seq: int
    at: datetime
    kind: str
    words: str
    decision: bool
    matter: int | None
    hash: str


class Entries(Schema):
    """A page of the record, the latest first."""

    items: list[EntryLine]
    next: str | None


class Mark(Schema):
    """Where the chain stands: what ``yishiting verify --expect`` takes."""

    seq: int
    hash: str
    mark: str


def _matter_id(entry: Entry) -> int:
    return int(entry.thread.removeprefix(THREAD)) if entry.thread.startswith(THREAD) else 0


@reads(router, "/estates/{slug}/record", scope="record:read", answer=Entries)
def list_entries(request: Request, slug: Slug, cursor: Cursor = "", limit: Limit = 20) -> Entries:
    """List what happened, as far as the reader may know it."""
    estate = estate_at(slug)
    level = entries.Level.ESTATE if request.actor.belongs_to(estate.pk) else entries.Level.PUBLIC
    rows = Entry.objects.filter(estate_id=estate.pk, kind__in=entries.names_up_to(level))
    found, after = page(rows, by=("-seq",), cursor=cursor, limit=limit)
    numbers = dict(Matter.objects.filter(pk__in={_matter_id(row) for row in found}).values_list("pk", "no"))
    return Entries(
        items=[
            EntryLine(
                seq=row.seq,
                at=row.at,
                kind=row.kind,
                words=said(entries.describe(row.kind, row.facts)),
                decision=bool((kind := entries.kind(row.kind)) and kind.decision),
                matter=numbers.get(_matter_id(row)),
                hash=row.hash,
            )
            for row in found
        ],
        next=after,
    )


@reads(router, "/estates/{slug}/record/mark", scope="record:read", answer=Mark)
def get_mark(request: Request, slug: Slug) -> Mark:
    """Tell where the chain stands, to be kept elsewhere and compared later."""
    estate = estate_at(slug)
    head = Head.objects.filter(pk=estate.pk).first() or Head(estate_id=estate.pk)
    return Mark(seq=head.seq, hash=head.hash, mark=str(head))
