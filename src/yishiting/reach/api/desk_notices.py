"""Notices at the desk: drafts and where each hangs, and the verbs of drafting, reviewing, publishing, posting and archiving."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import File, Form, Router, Schema, UploadedFile
from pydantic import Field

from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.notices import NoticeLine, Notices, line, today_of
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Day, Id, Line, No, Number, Search, Slug, Words
from yishiting.reach.api.threads import numbered, waiting_step
from yishiting.record.notices import policy, selectors, services
from yishiting.record.notices.models import Channel, Version
from yishiting.record.notices.services.drafting import ANSWER_DAYS, fetch

router = Router(tags=["notices"])
KIND = "notice"


class PostingOut(Schema):
    """Evidence that a version hangs somewhere; ``picture`` is for staff."""

    channel: str
    label: str
    entrance: int | None
    on: date
    note: str
    picture: int | None


class DeskVersion(NoticeLine):
    """A version at the desk; ``mine``: the reader drafted it himself."""

    text: str
    names_homes: bool
    channels: list[str]
    entrances: list[int]
    returned: bool
    review_note: str
    mine: bool
    postings: list[PostingOut]


class DeskNotice(Schema):
    """A notice with every version, the newest first."""

    no: int
    matter: int | None
    versions: list[DeskVersion]


class NoticeIn(Schema):
    """What a version is to say. Without entrances it is for the whole estate."""

    kind: Line
    title: Line
    text: Words
    names_homes: bool = False
    least_days: int = Field(default=0, ge=0, le=10_000)
    answer_days: int = Field(default=ANSWER_DAYS, ge=0, le=10_000)
    channels: list[Line] = Field(default_factory=lambda: [Channel.BOARD.value, Channel.ENTRANCE.value], max_length=20)
    entrance_ids: list[Id] = Field(default_factory=list, max_length=500)


class NewNoticeIn(NoticeIn):
    """A notice; ``matter`` is the number of the one whose step asks for it."""

    matter: Number | None = None


class RevisionIn(NoticeIn):
    """The next version; ``version`` is the one that was looked at."""

    version: Number | None = None


class ReviewIn(Schema):
    """Whether a draft may go out; a note says what to change where it may not."""

    agrees: bool
    note: Line = ""
    version: Number | None = None


class PublishIn(Schema):
    """The version that was looked at."""

    version: Number


class PostIn(Schema):
    """Where a notice was made known, on which day, told in words; for the entrance channel, at which entrances."""

    channel: Line
    entrance_ids: list[Id] = Field(default_factory=list, max_length=500)
    label: Line = ""
    note: Line = ""
    on: Day | None = None
    version: Number | None = None


class PictureIn(Schema):
    """Where the picture was taken: the channel, and the one entrance where it is an entrance."""

    channel: Line
    entrance_id: Id | None = None
    label: Line = ""
    note: Line = ""
    on: Day | None = None
    version: Number | None = None


class ArchiveIn(Schema):
    """Why it is taken down early, where it is."""

    note: Line = ""


class NoticeDone(Schema):
    """How a notice's version stands after a verb."""

    no: int
    version: int
    state: str


class Posted(Schema):
    """How many places were recorded now."""

    rows: int


def _done(version: Version) -> NoticeDone:
    return NoticeDone(no=version.notice.no, version=version.no, state=version.state)


def _draft(data: NoticeIn) -> services.Draft:
    return services.Draft(
        kind=data.kind,
        title=data.title,
        text=data.text,
        names_homes=data.names_homes,
        least_days=data.least_days,
        answer_days=data.answer_days,
        channels=data.channels,
        entrance_ids=data.entrance_ids,
    )


@reads(router, "/estates/{slug}/desk/notices", scope="notices:read", answer=Notices, public=False)
def list_desk_notices(
    request: Request, slug: Slug, q: Search = "", state: Search = "", cursor: Cursor = "", limit: Limit = 20
) -> Notices:
    """List the newest version of each notice, drafts too; `state` is draft, reviewed, returned, published, archived or
    withdrawn."""
    estate = estate_at(slug)
    policy.can_read_drafts(request.actor, estate.pk).enforce()
    rows = selectors.desk_rows(request.actor, [estate.pk], words=q.strip(), state=state)
    found, after = page(rows, by=("-notice__no",), cursor=cursor, limit=limit)
    return Notices(items=[NoticeLine.model_validate(line(row, today_of(request))) for row in found], next=after)


@reads(router, "/estates/{slug}/desk/notices/{no}", scope="notices:read", answer=DeskNotice, public=False)
def get_desk_notice(request: Request, slug: Slug, no: No) -> DeskNotice:
    """Tell a notice with its versions and where each hangs."""
    estate = estate_at(slug)
    policy.can_read_drafts(request.actor, estate.pk).enforce()
    notice = fetch(request.actor, estate.pk, no)
    return DeskNotice(
        no=notice.no,
        matter=numbered(notice.thread),
        versions=[
            DeskVersion.model_validate(
                {
                    **line(row, today_of(request)),
                    "text": row.text,
                    "names_homes": row.names_homes,
                    "channels": row.channels,
                    "entrances": [place.entrance_id for place in row.places.all()],
                    "returned": row.returned,
                    "review_note": row.review_note,
                    "mine": row.drafted_by_id is not None and row.drafted_by_id == request.actor.person_id,
                    "postings": [
                        PostingOut(
                            channel=each.channel,
                            label=each.label,
                            entrance=each.entrance_id,
                            on=each.on,
                            note=each.note,
                            picture=each.picture_id,
                        )
                        for each in row.postings.all()
                    ],
                }
            )
            for row in selectors.versions(request.actor, notice)
        ],
    )


@writes(router, "/estates/{slug}/desk/notices", scope="notices:write", answer=NoticeDone, status=201)
def draft_notice(request: Request, slug: Slug, data: NewNoticeIn) -> NoticeDone:
    """Begin a notice with its first version; nobody outside sees it before it is published."""
    estate = estate_at(slug)
    policy.can_draft(request.actor, estate.pk).enforce()
    run = waiting_step(estate, data.matter, KIND) if data.matter else None
    if data.matter and run is None:
        raise WrongState(gettext_noop("这件事项现在不在张贴公示这一步。请回到事项页看它到了哪一步。"))
    made = services.draft_notice(
        actor=request.actor,
        estate=estate,
        draft=_draft(data),
        thread=run.matter.thread if run else "",
        run=run.pk if run else None,
        now=request.now,
    )
    return NoticeDone(no=made.no, version=1, state="draft")


def _at(request: Request, slug: str, no: int) -> dict[str, Any]:
    """Return what every verb of a notice takes, for who may read its drafts."""
    estate: Estate = estate_at(slug)
    policy.can_read_drafts(request.actor, estate.pk).enforce()
    return {"actor": request.actor, "estate_id": estate.pk, "no": no, "now": request.now}


@writes(router, "/estates/{slug}/desk/notices/{no}/versions", scope="notices:write", answer=NoticeDone, status=201)
def revise_notice(request: Request, slug: Slug, no: No, data: RevisionIn) -> NoticeDone:
    """Write the next version; what hangs gives way only once it is published."""
    at = _at(request, slug, no)
    return _done(services.revise_notice(**at, draft=_draft(data), version_no=data.version))


@writes(router, "/estates/{slug}/desk/notices/{no}/review", scope="notices:write", answer=NoticeDone)
def review_notice(request: Request, slug: Slug, no: No, data: ReviewIn) -> NoticeDone:
    """Say of another's draft that it may be published, or return it with a reason."""
    at = _at(request, slug, no)
    return _done(services.review_notice(**at, agrees=data.agrees, note=data.note, version_no=data.version))


@writes(router, "/estates/{slug}/desk/notices/{no}/publication", scope="notices:write", answer=NoticeDone)
def publish_notice(request: Request, slug: Slug, no: No, data: PublishIn) -> NoticeDone:
    """Publish the newest version."""
    return _done(services.publish_notice(**_at(request, slug, no), version_no=data.version))


@writes(router, "/estates/{slug}/desk/notices/{no}/postings", scope="notices:write", answer=Posted, status=201)
def post_notice(request: Request, slug: Slug, no: No, data: PostIn) -> Posted:
    """Record in words where the version that hangs was made known."""
    made = services.post_notice(
        **_at(request, slug, no),
        channel=data.channel,
        entrance_ids=data.entrance_ids,
        on=data.on,
        label=data.label,
        note=data.note,
        version_no=data.version,
    )
    return Posted(rows=len(made))


@writes(router, "/estates/{slug}/desk/notices/{no}/pictures", scope="notices:write", answer=Posted, status=201)
def post_notice_picture(
    request: Request, slug: Slug, no: No, data: Form[PictureIn], file: File[UploadedFile]
) -> Posted:
    """Record with a picture where the version that hangs was made known."""
    made = services.post_notice(
        **_at(request, slug, no),
        channel=data.channel,
        entrance_ids=[data.entrance_id] if data.entrance_id else (),
        on=data.on,
        label=data.label,
        note=data.note,
        upload=file,
        version_no=data.version,
    )
    return Posted(rows=len(made))


@writes(router, "/estates/{slug}/desk/notices/{no}/archive", scope="notices:write", answer=NoticeDone)
def archive_notice(request: Request, slug: Slug, no: No, data: ArchiveIn) -> NoticeDone:
    """Take the notice down; it stays readable."""
    return _done(services.archive_notice(**_at(request, slug, no), note=data.note))
