"""The desk of whoever asks: what is due to him over all rooms, what he finds, his filters, and who stands in for him."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from ninja import Router, Schema

from yishiting.ground.desks import due, filters, policy, search, selectors, services
from yishiting.ground.desks.gathering import MOST, Due, DueFilter, DueList
from yishiting.ground.desks.models import HandOver, SavedFilter
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page_of
from yishiting.reach.api.shapes import Id, Line, Moment, Pk, Search, said

router = Router(tags=["desk"])
#: What has no clock comes last, and no moment lies beyond.
NEVER = 2**60


class DueLine(Schema):
    """Something to be done: what, where, by when, by which post. ``in_stead_of`` somebody: the reader stands in for him."""

    estate: str
    room: str
    what: str
    no: int
    title: str
    place: str
    due_at: datetime | None
    since: datetime
    post: str
    bucket: str
    in_stead_of_another: bool


class DueCounts(Schema):
    """How many lines (件) are how near; ``more``: these figures are at least so many."""

    late: int
    today: int
    week: int
    later: int
    none: int
    more: bool


class DueLines(Schema):
    """A page of the desk, what is due first before the others."""

    items: list[DueLine]
    counts: DueCounts
    next: str | None


class FoundThing(Schema):
    """A thing that was found."""

    estate: str
    kind: str
    kind_words: str
    no: int
    title: str


class FoundThings(Schema):
    """What was found, at most fifty, the newest first; ``more``: narrow it by another word."""

    items: list[FoundThing]
    more: bool


class FilterIn(Schema):
    """A filter's name, what it keeps to (`due=late&room=matters`), and whether the desk opens with it."""

    name: Line
    query: Line = ""
    default: bool = False


class FilterOut(Schema):
    """A filter of one's own."""

    id: int
    name: str
    query: str
    default: bool


class Filters(Schema):
    """One's own filters by name."""

    items: list[FilterOut]


class FilterGone(Schema):
    """A filter was dropped."""

    id: int


class StandIn(Schema):
    """Who may stand in for a post of one's own."""

    term: int
    person: int
    name: str


class StandIns(Schema):
    """Who may stand in for one's own posts."""

    items: list[StandIn]


class HandOverOut(Schema):
    """A post that another looks after from a moment until a moment; ``state`` is now, ahead or over."""

    id: int
    estates: list[str]
    post: str
    holder: str
    stand_in: str
    since: datetime
    until: datetime
    reason: str
    state: str
    mine: bool
    to_me: bool


class HandOvers(Schema):
    """Hand-overs that concern the reader, at most a hundred."""

    items: list[HandOverOut]


class HandOverIn(Schema):
    """Which post of one's own by its term, who, from when until when, why."""

    term_id: Id
    stand_in_id: Id
    since: Moment
    until: Moment
    reason: Line


class HandOverDone(Schema):
    """A hand-over was made or ended; a row for each estate of the post."""

    ids: list[int]


def _served(actor: Actor) -> dict[int, str]:
    if not actor.offices:
        raise NotAllowed(gettext_noop("工作台给办事的人用。您要办事，请从“我的”或小区首页进。"))
    return dict(Estate.objects.filter(pk__in=actor.estates_served).values_list("pk", "slug"))


def _place(line: Due) -> tuple[int, ...]:
    """Return where a line stands, downwards, so that it is found again whatever comes in meanwhile."""
    at = int(line.due_at.timestamp() * 1_000_000) if line.due_at else NEVER
    room = sorted(due.sources()).index(line.source)
    return -at, -int(line.since.timestamp() * 1_000_000), -room, -line.ref


@reads(router, "/me/desk", scope="desk:read", answer=DueLines, public=False)
def list_due(
    request: Request,
    q: Search = "",
    room: Search = "",
    bucket: Search = "",
    whose: Search = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> DueLines:
    """List what is due to one over all rooms; `bucket` is late, today, week, later or none, `whose` own or stand_in."""
    slugs = _served(request.actor)
    wanted = DueFilter(
        search=q.strip(),
        room=room if room in due.sources() else "",
        bucket=bucket if bucket in due.BUCKETS else "",
        whose=whose if whose in {"own", "stand_in"} else "",
    )
    rows = DueList(request.actor, wanted, now=request.now, found=search.found)
    found, after = page_of(rows[:MOST], by=_place, cursor=cursor, limit=limit)
    counts = rows.counts
    return DueLines(
        items=[
            DueLine(
                estate=slugs.get(line.estate_id, ""),
                room=line.source,
                what=said(line.says),
                no=line.no,
                title=_(line.called) if line.called else "",
                place=line.place,
                due_at=line.due_at,
                since=line.since,
                post=line.post,
                bucket=line.bucket,
                in_stead_of_another=bool(line.stands_for),
            )
            for line in found
        ],
        counts=DueCounts(
            late=counts.late,
            today=counts.today,
            week=counts.week,
            later=counts.later,
            none=counts.none,
            more=counts.more,
        ),
        next=after,
    )


@reads(router, "/me/desk/search", scope="desk:read", answer=FoundThings, public=False)
def search_desk(request: Request, q: Search = "") -> FoundThings:
    """Find things of all rooms by words, as far as one's posts open them."""
    slugs = _served(request.actor)
    hits, more = search.search(request.actor, q.strip()) if q.strip() else ([], False)
    return FoundThings(
        items=[
            FoundThing(estate=slugs[hit.estate_id], kind=hit.kind, kind_words=_(hit.label), no=hit.no, title=hit.title)
            for hit in hits
            if hit.estate_id in slugs
        ],
        more=more,
    )


def _filter(row: SavedFilter) -> FilterOut:
    return FilterOut(id=row.pk, name=row.name, query=row.query, default=row.default)


@reads(router, "/me/desk/filters", scope="desk:read", answer=Filters, public=False)
def list_filters(request: Request) -> Filters:
    """List one's own filters, at most twenty."""
    _served(request.actor)
    return Filters(items=[_filter(row) for row in filters.filters_of(request.actor)])


@writes(router, "/me/desk/filters", scope="desk:write", answer=FilterOut, status=201)
def save_filter(request: Request, data: FilterIn) -> FilterOut:
    """Keep a way of narrowing the desk under a name."""
    _served(request.actor)
    row = filters.save_filter(
        actor=request.actor, name=data.name, query=data.query, default=data.default, now=request.now
    )
    return _filter(row)


@writes(router, "/me/desk/filters/{pk}", scope="desk:write", answer=FilterOut, method="PUT")
def change_filter(request: Request, pk: Pk, data: FilterIn) -> FilterOut:
    """Give a filter another name, and say whether the desk opens with it; what it keeps to stays."""
    _served(request.actor)
    return _filter(filters.change_filter(actor=request.actor, filter_id=pk, name=data.name, default=data.default))


@writes(router, "/me/desk/filters/{pk}", scope="desk:write", answer=FilterGone, method="DELETE")
def delete_filter(request: Request, pk: Pk) -> FilterGone:
    """Drop a filter of one's own."""
    _served(request.actor)
    filters.delete_filter(actor=request.actor, filter_id=pk)
    return FilterGone(id=pk)


def _hand_over(given: selectors.Given) -> HandOverOut:
    row: HandOver = given.first
    return HandOverOut(
        id=row.pk,
        estates=[estate.slug for estate in given.estates],
        post=row.term.post.kind,
        holder=row.term.person.name,
        stand_in=row.stand_in.name,
        since=row.since,
        until=row.until,
        reason=row.reason,
        state=given.state,
        mine=given.mine,
        to_me=given.to_me,
    )


@reads(router, "/me/desk/hand-overs", scope="desk:read", answer=HandOvers, public=False)
def list_hand_overs(request: Request) -> HandOvers:
    """List the hand-overs that one made, those to one, and those of estates that one supervises."""
    _served(request.actor)
    return HandOvers(items=[_hand_over(each) for each in selectors.hand_overs(request.actor, now=request.now)])


@reads(router, "/me/desk/stand-ins", scope="desk:read", answer=StandIns, public=False)
def list_stand_ins(request: Request) -> StandIns:
    """List who may stand in for one's own posts."""
    _served(request.actor)
    return StandIns(
        items=[
            StandIn(term=office.term_id, person=person.pk, name=person.name)
            for office in policy.own_offices(request.actor)
            for person in selectors.candidates(office, request.actor.person_id, now=request.now)
        ]
    )


@writes(router, "/me/desk/hand-overs", scope="desk:write", answer=HandOverDone, status=201)
def hand_over(request: Request, data: HandOverIn) -> HandOverDone:
    """Have another look after a post of one's own for some days."""
    _served(request.actor)
    made = services.hand_over(
        actor=request.actor,
        term_id=data.term_id,
        stand_in_id=data.stand_in_id,
        since=data.since,
        until=data.until,
        reason=data.reason,
        now=request.now,
    )
    return HandOverDone(ids=[row.pk for row in made])


@writes(router, "/me/desk/hand-overs/{pk}/end", scope="desk:write", answer=HandOverDone)
def end_hand_over(request: Request, pk: Pk) -> HandOverDone:
    """End a hand-over: by the holder who is back, or by who stands in."""
    _served(request.actor)
    made = services.end_hand_over(actor=request.actor, hand_over_id=pk, now=request.now)
    return HandOverDone(ids=[row.pk for row in made])
