"""Matters as neighbours have them: the list, one with its way, reporting, joining, pictures."""

from __future__ import annotations

from datetime import datetime

from ninja import File, Router, Schema, UploadedFile
from pydantic import Field

from yishiting.council.matters import policy, selectors, services
from yishiting.council.matters.models import Matter, Photo, Report
from yishiting.council.matters.selectors.public import MatterPage, Passage
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Entrance, Estate
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.disclosures import Disclosed, disclosed
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Done, Id, Line, No, Search, Slug, Words, said

router = Router(tags=["matters"])


class MatterLine(Schema):
    """A matter as everybody may know it: where it is, never who reported it."""

    no: int
    title: str
    category: str
    where: str
    stage: str
    status: str
    urgent: bool
    emergency: bool
    homes: int
    created_at: datetime
    ended_at: datetime | None


class Matters(Schema):
    """A page of matters."""

    items: list[MatterLine]
    next: str | None


class PassageOut(Schema):
    """A passage through a step: who answers for it by post, by when, how it ended. ``note`` for the estate alone."""

    step: str
    kind: str
    stage: str
    title: str
    post: str
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    outcome: str
    note: str


class PlaceOut(Schema):
    """How many homes (户) of a building reported, and how often (次)."""

    label: str
    homes: int
    times: int


class ReasonOut(Schema):
    """Why something was decided: for the estate alone."""

    kind: str
    reason: str
    decided_at: datetime


class ResolutionOut(Schema):
    """What was resolved."""

    no: int
    text: str
    adopted_at: datetime


class MatterOut(MatterLine):
    """A matter with the way that it took."""

    playbook: str
    version: int | None
    merged_into: int | None
    merged: list[int]
    overdue: bool
    passages: list[PassageOut]
    places: list[PlaceOut]
    times: int
    answered: int
    reasons: list[ReasonOut]
    resolutions: list[ResolutionOut]
    votes: list[int]
    photos: list[int]
    ratings: dict[int, int]
    disclosed: Disclosed


class WordsIn(Schema):
    """What a neighbour says. ``home_id`` only where he has several; ``photos`` as `POST …/photos` returned them.

    ``written_for_id``: staff who take reports up write it down for this person of the home.
    """

    words: Words
    home_id: Id | None = None
    written_for_id: Id | None = None
    photos: list[Id] = Field(default_factory=list, max_length=20)
    urgent: bool = False


class ReportIn(WordsIn):
    """A matter of its own. The title and the place are public; the words are not."""

    category: Line
    title: Line
    building_id: Id | None = None
    entrance_id: Id | None = None
    spot: Line = ""


class Reported(Schema):
    """A report was kept: its id, and the number of the matter that it stands on."""

    report: int
    matter: int


class PhotoKept(Schema):
    """A picture was kept; name it in a report, in evidence or in a step of a project."""

    id: int
    width: int
    height: int


def line(matter: Matter) -> dict[str, object]:
    """Return what everybody may know of a matter."""
    return {
        "no": matter.no,
        "title": matter.title,
        "category": matter.category,
        "where": matter.where,
        "stage": matter.stage,
        "status": matter.status,
        "urgent": matter.urgent,
        "emergency": matter.emergency_at is not None,
        "homes": matter.home_count,
        "created_at": matter.created_at,
        "ended_at": matter.ended_at,
    }


def done(matter: Matter) -> Done:
    """Return how a matter stands after a verb."""
    return Done(no=matter.no, state=matter.stage if matter.status == Matter.Status.OPEN else matter.status)


def _passage(each: Passage) -> PassageOut:
    run = each.run
    return PassageOut(
        step=run.step,
        kind=run.kind,
        stage=run.stage,
        title=run.title,
        post=said(each.post),
        started_at=run.started_at,
        due_at=run.due_at,
        ended_at=run.ended_at,
        outcome=said(each.outcome),
        note=each.note,
    )


def _shown(told: MatterPage, now: datetime) -> MatterOut:
    matter, post = told.matter, told.current.run.post if told.current else None
    return MatterOut.model_validate(
        {
            **line(matter),
            "playbook": matter.playbook.playbook if matter.playbook else "",
            "version": matter.playbook.version if matter.playbook else None,
            "merged_into": matter.merged_into.no if matter.merged_into else None,
            "merged": [each.no for each in told.merged],
            "overdue": told.overdue,
            "passages": [_passage(each) for each in told.passages],
            "places": [PlaceOut(label=each.label, homes=each.homes, times=each.times) for each in told.places],
            "times": told.times,
            "answered": told.answered,
            "reasons": [
                ReasonOut(kind=each.kind, reason=each.reason, decided_at=each.decided_at) for each in told.reasons
            ],
            "resolutions": [
                ResolutionOut(no=each.no, text=each.text, adopted_at=each.adopted_at) for each in told.resolutions
            ],
            "votes": [vote.no for vote in told.votes],
            "photos": [photo.pk for photo in told.photos],
            "ratings": dict(told.ratings),
            "disclosed": disclosed(matter.estate, "matter", matter.pk, now=now, post=post.kind if post else ""),
        }
    )


def _written_for(data: WordsIn) -> Person | None:
    """Return for whom staff write; whether he is of that home is for the verb."""
    if data.written_for_id is None:
        return None
    person = Person.objects.filter(pk=data.written_for_id).first()
    if person is None:
        text = gettext_noop("这一户登记的人里没有他。请重新选择，或先请社区更正名册。")
        raise BadInput(text, fields={"written_for_id": text})
    return person


def _place(estate: Estate, data: ReportIn) -> tuple[Building | None, Entrance | None]:
    """Return the place that is meant; raises :class:`BadInput` for one of another estate."""
    building = Building.objects.filter(estate=estate, pk=data.building_id).first() if data.building_id else None
    entrance = (
        Entrance.objects.filter(estate=estate, pk=data.entrance_id).select_related("building").first()
        if data.entrance_id
        else None
    )
    wrong = {"building_id": data.building_id and not building, "entrance_id": data.entrance_id and not entrance}
    if any(wrong.values()):
        text = gettext_noop("选的楼栋不在这个小区。请重新选择地点。")
        raise BadInput(text, fields={name: text for name, is_wrong in wrong.items() if is_wrong})
    return building, entrance


def pictures(request: Request, estate: Estate, ids: list[int]) -> list[Photo]:
    """Return the actor's own unused pictures; raises :class:`BadInput` where one of ``ids`` is none."""
    found = services.usable(actor=request.actor, estate_id=estate.pk, ids=ids) if ids else []
    if len(found) != len(set(ids)):
        text = gettext_noop("有照片用过了，或者不是您传的。请重新上传。")
        raise BadInput(text, fields={"photos": text})
    return found


def reported(made: Report) -> Reported:
    """Return which report was kept, and of which matter."""
    return Reported(report=made.pk, matter=made.matter.no)


@reads(router, "/estates/{slug}/matters", scope="matters:read", answer=Matters)
def list_matters(
    request: Request,
    slug: Slug,
    q: Search = "",
    state: Search = "",
    category: Search = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> Matters:
    """List matters, the newest first; `state` is a stage, open, closed, declined or merged."""
    estate = estate_at(slug)
    wanted = selectors.Filter(search=q.strip(), state=state, category=category)
    found, after = page(selectors.listed(request.actor, estate, wanted), by=("-no",), cursor=cursor, limit=limit)
    return Matters(items=[MatterLine.model_validate(line(row)) for row in found], next=after)


@reads(router, "/estates/{slug}/matters/{no}", scope="matters:read", answer=MatterOut)
def get_matter(request: Request, slug: Slug, no: No) -> MatterOut:
    """Tell a matter with the way that it took."""
    matter = selectors.matter_by_no(request.actor, estate_at(slug), no)
    return _shown(selectors.matter_page(request.actor, matter, now=request.now), request.now)


@writes(router, "/estates/{slug}/photos", scope="matters:write", answer=PhotoKept, status=201)
def add_photo(request: Request, slug: Slug, file: File[UploadedFile]) -> PhotoKept:
    """Keep a picture to be named in a report, in evidence or in a step."""
    photo = services.store_photo(actor=request.actor, estate=estate_at(slug), upload=file, now=request.now)
    return PhotoKept(id=photo.pk, width=photo.width, height=photo.height)


@writes(router, "/estates/{slug}/matters", scope="matters:write", answer=Reported, status=201)
def report_matter(request: Request, slug: Slug, data: ReportIn) -> Reported:
    """Report a matter of its own."""
    estate = estate_at(slug)
    policy.can_report(request.actor, estate.pk).enforce()
    building, entrance = _place(estate, data)
    return reported(
        services.report(
            actor=request.actor,
            estate=estate,
            category=data.category,
            title=data.title,
            words=data.words,
            home_id=data.home_id,
            building=building,
            entrance=entrance,
            spot=data.spot,
            photos=pictures(request, estate, data.photos),
            urgent=data.urgent,
            written_for=_written_for(data),
            now=request.now,
        )
    )


@writes(router, "/estates/{slug}/matters/{no}/reports", scope="matters:write", answer=Reported, status=201)
def join_matter(request: Request, slug: Slug, no: No, data: WordsIn) -> Reported:
    """Join a matter with words of one's own."""
    estate = estate_at(slug)
    matter = selectors.matter_by_no(request.actor, estate, no)
    policy.can_report(request.actor, estate.pk).enforce()
    return reported(
        services.join(
            actor=request.actor,
            matter_id=matter.pk,
            words=data.words,
            home_id=data.home_id,
            photos=pictures(request, estate, data.photos),
            urgent=data.urgent,
            written_for=_written_for(data),
            now=request.now,
        )
    )
