"""Regular meetings: planned ahead by a rule, ended, and given their topics before they are announced."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.meetings import policy, selectors, services
from yishiting.council.meetings.kinds import COUNCIL
from yishiting.council.meetings.recurrence import Rule
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.meetings import PartyIn, at_meeting, done, least_of, matter_ids
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.shapes import Done, Id, Line, No, Number, Pk, Slug, said

router = Router(tags=["meetings"])
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="the minute of the day in China: 15:00")]


class SeriesOut(Schema):
    """A regular meeting that goes on: its rule in words, its next meeting, those that were not held."""

    id: int
    title: str
    place: str
    rule: str
    at: str
    coming: int | None
    coming_at: datetime | None
    overdue: list[int]


class SeriesList(Schema):
    """The regular meetings of an estate that go on."""

    items: list[SeriesOut]


class SeriesIn(Schema):
    """Every month on a day, or on the nth weekday (5 is the last; 1 is Monday), and how many to plan now."""

    title: Line
    place: Line
    kind: Line = COUNCIL
    month_day: int = Field(default=0, ge=0, le=1000)
    nth: int = Field(default=0, ge=0, le=1000)
    weekday: int = Field(default=0, ge=0, le=1000)
    workdays_only: bool = False
    at: Clock
    count: int = Field(ge=0, le=1000)
    parties: list[PartyIn] = Field(max_length=50)
    building_id: Id | None = None


class SeriesDone(Schema):
    """Which regular meeting, and whether it goes on."""

    id: int
    ended: bool


class TopicsIn(Schema):
    """The numbers of matters that wait for a meeting."""

    matters: list[Number] = Field(max_length=50)


@reads(router, "/estates/{slug}/meeting-series", scope="meetings:read", answer=SeriesList, public=False, device=True)
def list_series(request: Request, slug: Slug) -> SeriesList:
    """List the regular meetings, for those who run meetings."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    return SeriesList(
        items=[
            SeriesOut(
                id=shown.row.pk,
                title=shown.row.title,
                place=shown.row.place,
                rule=said(shown.rule),
                at=shown.row.at,
                coming=shown.coming.no if shown.coming else None,
                coming_at=shown.coming.starts_at if shown.coming else None,
                overdue=[meeting.no for meeting in shown.overdue],
            )
            for shown in selectors.series_of(estate.pk, request.now)
        ]
    )


@writes(router, "/estates/{slug}/meeting-series", scope="meetings:write", answer=SeriesDone, status=201)
def plan_series(request: Request, slug: Slug, data: SeriesIn) -> SeriesDone:
    """Plan the next meetings by a rule; what each talks about is put on its agenda later."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    hour, minute = data.at.split(":")
    made = services.plan_series(
        actor=request.actor,
        estate=estate,
        title=data.title,
        place=data.place,
        kind=data.kind,
        parties=[(party.name, party.required) for party in data.parties],
        least=least_of(data.parties),
        rule=Rule(data.month_day, data.nth, data.weekday, data.workdays_only),
        at=time(int(hour), int(minute)),
        count=data.count,
        building_id=data.building_id,
        now=request.now,
    )
    return SeriesDone(id=made.pk, ended=False)


@writes(router, "/estates/{slug}/meeting-series/{pk}/end", scope="meetings:write", answer=SeriesDone)
def end_series(request: Request, slug: Slug, pk: Pk) -> SeriesDone:
    """End a series: its meetings that were neither announced nor given a topic are called off."""
    estate = estate_at(slug)
    made = services.end_series(actor=request.actor, estate_id=estate.pk, series_id=pk, now=request.now)
    return SeriesDone(id=made.pk, ended=True)


@writes(router, "/estates/{slug}/meetings/{no}/topics", scope="meetings:write", answer=Done, status=201)
def put_on_agenda(request: Request, slug: Slug, no: No, data: TopicsIn) -> Done:
    """Put matters on the agenda of a meeting that is not announced yet."""
    at = at_meeting(request, slug, no)
    return done(services.put_on_agenda(**at, matters=matter_ids(estate_at(slug), data.matters)))
