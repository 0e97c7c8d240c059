"""Notices as anybody reads them: what hangs, since when and where, and what hung before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema

from yishiting.ground.organisations.kinds import label as post_label
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import No, Search, Slug, said
from yishiting.reach.api.threads import numbered
from yishiting.record.notices import selectors
from yishiting.record.notices.models import Channel, Version
from yishiting.record.notices.services.publishing import hung

router = Router(tags=["notices"])


class NoticeLine(Schema):
    """The version of a notice that is told: which kind, how it stands, since when it hangs."""

    no: int
    version: int
    kind: str
    title: str
    state: str
    published_at: datetime | None
    archived_at: datetime | None
    days: int
    least_days: int


class Notices(Schema):
    """A page of notices."""

    items: list[NoticeLine]
    next: str | None


class NoticeChannel(Schema):
    """A channel, with how many places of those wanted have evidence."""

    channel: str
    have: int
    want: int


class NoticeOut(NoticeLine):
    """A notice as it hangs. ``complete_on`` is the day on which it hung wherever it had to; ``signed`` is a post."""

    text: str
    entrances: list[int]
    channels: list[NoticeChannel]
    complete_on: date | None
    signed: str
    archive_note: str
    matter: int | None
    versions: list[int]


def line(version: Version, today: date) -> dict[str, Any]:
    """Return what a list tells of a version."""
    time = hung(version, today)
    return {
        "no": version.notice.no,
        "version": version.no,
        "kind": version.kind,
        "title": version.title,
        "state": version.state,
        "published_at": version.published_at,
        "archived_at": version.archived_at,
        "days": time.days,
        "least_days": time.least,
    }


def today_of(request: Request) -> date:
    """Return the day on which somebody asks."""
    return request.now.astimezone(CHINA).date()


def channels_of(version: Version) -> list[NoticeChannel]:
    """Return each channel with how many of the places that it wants have evidence."""
    have: dict[str, int] = dict.fromkeys(version.channels, 0)
    for row in version.postings.all():
        have[row.channel] = have.get(row.channel, 0) + 1
    entrances = len(version.places.all())
    told = []
    for channel, count in have.items():
        want = entrances if channel == Channel.ENTRANCE else 1
        told.append(NoticeChannel(channel=channel, have=min(count, want), want=want))
    return told


@reads(router, "/estates/{slug}/notices", scope="notices:read", answer=Notices)
def list_notices(
    request: Request,
    slug: Slug,
    q: Search = "",
    kind: Search = "",
    state: Search = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> Notices:
    """List what hangs here and what hung before, the newest number first; `state` is hanging or past."""
    rows = selectors.listed(estate_at(slug).pk, words=q.strip(), kind=kind, state=state)
    found, after = page(rows.prefetch_related("places", "postings"), by=("-notice__no",), cursor=cursor, limit=limit)
    return Notices(items=[NoticeLine.model_validate(line(row, today_of(request))) for row in found], next=after)


def _told(version: Version, today: date) -> NoticeOut:
    time = hung(version, today)
    return NoticeOut.model_validate(
        {
            **line(version, today),
            "text": version.text,
            "entrances": [row.entrance_id for row in version.places.all()],
            "channels": channels_of(version),
            "complete_on": time.since,
            "signed": said(Sentence(post_label(version.post.kind))) if version.post else "",
            "archive_note": version.archive_note,
            "matter": numbered(version.notice.thread),
            "versions": [row.no for row in selectors.versions_published(version.notice)],
        }
    )


@reads(router, "/estates/{slug}/notices/{no}", scope="notices:read", answer=NoticeOut)
def get_notice(request: Request, slug: Slug, no: No) -> NoticeOut:
    """Tell a notice as it hangs."""
    return _told(selectors.published_version(estate_at(slug).pk, no), today_of(request))


@reads(router, "/estates/{slug}/notices/{no}/versions/{version}", scope="notices:read", answer=NoticeOut)
def get_notice_version(request: Request, slug: Slug, no: No, version: No) -> NoticeOut:
    """Tell an earlier version that was published."""
    return _told(selectors.published_version(estate_at(slug).pk, no, version), today_of(request))
