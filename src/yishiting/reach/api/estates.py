"""Estates: their figures as the public page has them."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from yishiting.council.matters import selectors as matters
from yishiting.council.meetings import selectors as meetings
from yishiting.council.projects import selectors as projects
from yishiting.council.votes import selectors as votes
from yishiting.council.votes.models import Vote
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import Estate
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Search, Slug, share

router = Router(tags=["estates"])


class EstateLine(Schema):
    """An estate in a list."""

    slug: str
    name: str
    region: str


class Estates(Schema):
    """A page of estates."""

    items: list[EstateLine]
    next: str | None


class EstateRegister(Schema):
    """What stands on the register. ``area`` in square metres, exact."""

    buildings: int
    entrances: int
    homes: int
    residents: int | None
    area: str


class BicyclePlaces(Schema):
    """Places for bicycles against the need that the estate declares."""

    places: int
    need: int


class MatterFigures(Schema):
    """Matters (件) and homes that were answered (户); the two never make a rate."""

    solved: int
    under_way: int
    declined: int
    answered_homes: int


class MeetingFigures(Schema):
    """Meetings held (场) and attendances (人次)."""

    held: int
    people: int


class ProjectFigures(Schema):
    """Projects."""

    under_way: int
    completed: int
    stopped: int


class OpenVote(Schema):
    """A vote that runs."""

    no: int
    title: str
    closes_at: datetime


class EstatePage(EstateLine):
    """An estate with its figures, each in its own unit."""

    figures: EstateRegister
    parking: BicyclePlaces | None
    matters: MatterFigures
    meetings: MeetingFigures
    projects: ProjectFigures
    open_votes: list[OpenVote]


def _line(estate: Estate) -> dict[str, str]:
    return {"slug": estate.slug, "name": estate.name, "region": estate.region.name if estate.region else ""}


@reads(router, "/estates", scope="estates:read", answer=Estates)
def list_estates(request: Request, q: Search = "", cursor: Cursor = "", limit: Limit = 20) -> Estates:
    """List the estates that are served here."""
    rows = Estate.objects.select_related("region")
    if q.strip():
        rows = rows.filter(name__icontains=q.strip())
    found, after = page(rows, by=("pk",), cursor=cursor, limit=limit)
    return Estates(items=[EstateLine(**_line(row)) for row in found], next=after)


@reads(router, "/estates/{slug}", scope="estates:read", answer=EstatePage)
def get_estate(request: Request, slug: Slug) -> EstatePage:
    """Tell an estate's public figures."""
    estate = estate_at(slug)
    totals, parking = places.totals(estate.pk), places.parking(estate.pk)
    told = matters.figures(estate.pk, now=request.now)
    held, built = meetings.figures(estate.pk), projects.figures(estate.pk)
    running = Vote.objects.filter(votes.IN_STATE["open"], estate=estate, closes_at__gt=request.now)
    return EstatePage(
        **_line(estate),
        figures=EstateRegister(
            buildings=totals.buildings,
            entrances=totals.entrances,
            homes=totals.homes,
            residents=totals.residents,
            area=share(totals.area),
        ),
        parking=BicyclePlaces(places=parking.places, need=parking.need) if parking else None,
        matters=MatterFigures(
            solved=told.solved,
            under_way=told.under_way,
            declined=told.declined,
            answered_homes=told.answered_homes,
        ),
        meetings=MeetingFigures(held=held.held, people=held.people),
        projects=ProjectFigures(under_way=built.under_way, completed=built.completed, stopped=built.stopped),
        open_votes=[
            OpenVote(no=vote.no, title=vote.title, closes_at=vote.closes_at)
            for vote in running.order_by("closes_at", "no")
        ],
    )
