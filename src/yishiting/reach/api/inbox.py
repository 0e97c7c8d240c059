"""What one was told, and marking it as read."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from yishiting.reach.api.door import Request
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import said
from yishiting.reach.messages import selectors, services

router = Router(tags=["me"])


class MessageOut(Schema):
    """A message as its page words it; ``link`` is the address of the page that it is about."""

    id: int
    kind: str
    words: str
    link: str
    sent_at: datetime
    read: bool


class Messages(Schema):
    """A page of messages; ``unread`` counts all."""

    items: list[MessageOut]
    unread: int
    next: str | None


class MarkedRead(Schema):
    """How many messages were not read before."""

    messages: int


@reads(router, "/me/messages", scope="inbox:read", answer=Messages, public=False)
def list_messages(request: Request, cursor: Cursor = "", limit: Limit = 20) -> Messages:
    """List what one was told, the newest first."""
    found, after = page(selectors.inbox(request.actor), by=("-pk",), cursor=cursor, limit=limit)
    return Messages(
        items=[
            MessageOut(
                id=row.pk,
                kind=row.kind,
                words=said(selectors.words(row)),
                link=row.link,
                sent_at=row.sent_at,
                read=row.read_at is not None,
            )
            for row in found
        ],
        unread=selectors.unread(request.actor),
        next=after,
    )


@writes(router, "/me/messages/read", scope="inbox:write", answer=MarkedRead)
def mark_read(request: Request) -> MarkedRead:
    """Mark everything that one was told as read."""
    return MarkedRead(messages=services.mark_read(actor=request.actor, now=request.now))
