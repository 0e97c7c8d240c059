"""Rounds from home to home: counts for everyone, doors for those who go round, and what came of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from yishiting.kernel.errors import NotFound, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page, page_of
from yishiting.reach.api.shapes import Id, Line, Moment, No, Number, Pk, Search, Slug, Words
from yishiting.reach.api.threads import numbered, waiting_step
from yishiting.record.notices import policy, rules, selectors, services
from yishiting.record.notices.models import Attempt, Canvass
from yishiting.record.notices.services.canvassing import canvass_at

router = Router(tags=["canvasses"])
KIND = "canvass"


class CanvassLine(Schema):
    """A round: why, when, and how many homes (户) were not reached when it was closed, where that points at nobody."""

    no: int
    title: str
    begun_at: datetime
    closed_at: datetime | None
    left: int | None


class Canvasses(Schema):
    """A page of rounds."""

    items: list[CanvassLine]
    next: str | None


class CanvassPart(Schema):
    """A building of a round: homes told of its homes (户)."""

    building: int
    label: str
    told: int
    homes: int


class CanvassOut(CanvassLine):
    """A round in counts; a count that would point at somebody is not told."""

    told: int | None
    homes: int | None
    parts: list[CanvassPart]
    matter: int | None


class DeskCanvass(CanvassOut):
    """A round as those who go on it see it: their buildings, and what to say at the door."""

    words: str
    notes_suffice: int


class AttemptOut(Schema):
    """Who went when is on record; told here: how, and what came of it. ``mine``: the reader went himself."""

    id: int
    at: datetime
    how: str
    outcome: str
    note: str
    withdrawn: bool
    mine: bool


class DoorOut(Schema):
    """A home in the order of walking, with what came of it (C2)."""

    home: int
    building: int
    entrance: str
    room: str
    told: bool
    attempts: list[AttemptOut]


class Doors(Schema):
    """A page of doors."""

    items: list[DoorOut]
    next: str | None


class CanvassIn(Schema):
    """A round to some entrances, or to the whole estate. ``matter`` is the number of the one whose step asks for it."""

    title: Line
    words: Words = ""
    notes_suffice: int = Field(default=0, ge=0, le=100)
    entrance_ids: list[Id] = Field(default_factory=list, max_length=500)
    matter: Number | None = None


class AttemptIn(Schema):
    """met, agreed, refused, note_left or away; visit, phone, message or here. ``at`` is now unless it is told."""

    outcome: Line
    how: Line = Attempt.How.VISIT.value
    note: Line = ""
    at: Moment | None = None


class CloseCanvassIn(Schema):
    """Why homes are left over, where some are."""

    reason: Line = ""


class CanvassDone(Schema):
    """How a round stands after a verb."""

    no: int
    state: str


class AttemptDone(Schema):
    """What was recorded, or taken back."""

    id: int


def _line(row: Canvass) -> dict[str, Any]:
    return {"no": row.no, "title": row.title, "begun_at": row.begun_at, "closed_at": row.closed_at, "left": row.left}


def _public_lines(rows: list[Canvass]) -> list[CanvassLine]:
    """Return what everyone may know; of a round to few homes not how many were left, which would point at somebody."""
    parts = selectors.parts_of(rows)
    counts = {row.pk: {part.building_id: part.count for part in parts[row.pk]} for row in rows}
    told = {row.pk: rules.for_everyone(counts[row.pk])[0] is not None for row in rows}
    return [CanvassLine.model_validate({**_line(row), "left": row.left if told[row.pk] else None}) for row in rows]


def _parts(parts: list[selectors.Part]) -> list[CanvassPart]:
    return [
        CanvassPart(building=part.building_id, label=part.label, told=part.count.told, homes=part.count.homes)
        for part in parts
    ]


def _done(row: Canvass) -> CanvassDone:
    return CanvassDone(no=row.no, state="closed" if row.closed_at else "open")


@reads(router, "/estates/{slug}/canvasses", scope="notices:read", answer=Canvasses)
def list_canvasses(request: Request, slug: Slug, cursor: Cursor = "", limit: Limit = 20) -> Canvasses:
    """List the estate's rounds, the newest first."""
    rows = Canvass.objects.filter(estate=estate_at(slug))
    found, after = page(rows, by=("-no",), cursor=cursor, limit=limit)
    return Canvasses(items=_public_lines(found), next=after)


@reads(router, "/estates/{slug}/canvasses/{no}", scope="notices:read", answer=CanvassOut)
def get_canvass(request: Request, slug: Slug, no: No) -> CanvassOut:
    """Tell how far a round is, in counts alone."""
    row = canvass_at(estate_at(slug).pk, no)
    total, parts = selectors.public_counts(row)
    return CanvassOut.model_validate(
        {
            **_line(row),
            "left": row.left if total else None,
            "told": total.told if total else None,
            "homes": total.homes if total else None,
            "parts": _parts(parts),
            "matter": numbered(row.thread),
        }
    )


@reads(router, "/estates/{slug}/desk/canvasses", scope="canvasses:read", answer=Canvasses, public=False)
def list_desk_canvasses(
    request: Request, slug: Slug, q: Search = "", state: Search = "", cursor: Cursor = "", limit: Limit = 20
) -> Canvasses:
    """List the rounds that one goes on, the newest first; `state` is open or closed."""
    estate = estate_at(slug)
    buildings = policy.buildings_of(request.actor, estate.pk)
    if buildings is not None and not buildings:
        policy.can_begin(request.actor, estate.pk).enforce()
    rows = policy.canvasses_of(request.actor).filter(estate=estate)
    if q.strip():
        rows = rows.filter(title__icontains=q.strip())
    if state in {"open", "closed"}:
        rows = rows.filter(closed_at__isnull=state == "open")
    found, after = page(rows, by=("-no",), cursor=cursor, limit=limit)
    return Canvasses(items=[CanvassLine.model_validate(_line(row)) for row in found], next=after)


def _mine(request: Request, slug: str, no: int) -> Canvass:
    """Return a round that the reader goes on; raises :class:`NotFound` for others."""
    estate = estate_at(slug)
    found = policy.canvasses_of(request.actor).filter(estate=estate, no=no).first()
    if found is None:
        canvass_at(estate.pk, no)
        raise NotFound(gettext_noop("这次走访里没有您负责的楼。请找社区工作人员。"))
    return found


@reads(router, "/estates/{slug}/desk/canvasses/{no}", scope="canvasses:read", answer=DeskCanvass, public=False)
def get_desk_canvass(request: Request, slug: Slug, no: No) -> DeskCanvass:
    """Tell how far one's own buildings are."""
    row = _mine(request, slug, no)
    buildings = policy.buildings_of(request.actor, row.estate_id)
    every = selectors.parts_of([row])[row.pk]
    parts = every if buildings is None else [part for part in every if part.building_id in buildings]
    count = selectors.total(parts)
    return DeskCanvass.model_validate(
        {
            **_line(row),
            "told": count.told,
            "homes": count.homes,
            "parts": _parts(parts),
            "matter": numbered(row.thread),
            "words": row.words,
            "notes_suffice": row.notes_suffice,
        }
    )


@reads(router, "/estates/{slug}/desk/canvasses/{no}/doors", scope="canvasses:read", answer=Doors, public=False)
def list_doors(request: Request, slug: Slug, no: No, cursor: Cursor = "", limit: Limit = 20) -> Doors:
    """List the doors of one's buildings in the order of walking, with what came of each."""
    row = _mine(request, slug, no)
    # Whom a round is to reach is fixed when it begins, and so is a door's place in the walk.
    walk = list(enumerate(selectors.doors(row, policy.buildings_of(request.actor, row.estate_id)), 1))
    found, after = page_of(walk, by=lambda step: -step[0], cursor=cursor, limit=limit)
    return Doors(
        items=[
            DoorOut(
                home=door.home.pk,
                building=door.home.building_id,
                entrance=str(door.home.entrance),
                room=door.home.room,
                told=door.told,
                attempts=[
                    AttemptOut(
                        id=each.pk,
                        at=each.at,
                        how=each.how,
                        outcome=each.outcome,
                        note=each.note,
                        withdrawn=each.withdrawn_at is not None,
                        mine=each.by_id is not None and each.by_id == request.actor.person_id,
                    )
                    for each in door.attempts
                ],
            )
            for _place, door in found
        ],
        next=after,
    )


@writes(router, "/estates/{slug}/desk/canvasses", scope="canvasses:write", answer=CanvassDone, status=201)
def begin_canvass(request: Request, slug: Slug, data: CanvassIn) -> CanvassDone:
    """Begin a round; whom it is to reach is kept as of now."""
    estate = estate_at(slug)
    policy.can_begin(request.actor, estate.pk).enforce()
    run = waiting_step(estate, data.matter, KIND) if data.matter else None
    if data.matter and run is None:
        raise WrongState(gettext_noop("这件事项现在不在逐户上门这一步。请回到事项页看它到了哪一步。"))
    made = services.begin_canvass(
        actor=request.actor,
        estate=estate,
        title=data.title,
        words=data.words,
        notes_suffice=data.notes_suffice,
        entrance_ids=data.entrance_ids,
        thread=run.matter.thread if run else "",
        run=run.pk if run else None,
        now=request.now,
    )
    return _done(made)


@writes(
    router,
    "/estates/{slug}/desk/canvasses/{no}/doors/{home}/attempts",
    scope="canvasses:write",
    answer=AttemptDone,
    status=201,
)
def record_attempt(request: Request, slug: Slug, no: No, home: Pk, data: AttemptIn) -> AttemptDone:
    """Record that one went to a home, or called it, and what came of it."""
    row = _mine(request, slug, no)
    made = services.record_attempt(
        actor=request.actor,
        estate_id=row.estate_id,
        no=no,
        home_id=home,
        outcome=data.outcome,
        how=data.how,
        note=data.note,
        at=data.at,
        now=request.now,
    )
    return AttemptDone(id=made.pk)


@writes(
    router,
    "/estates/{slug}/desk/canvasses/{no}/doors/{home}/attempts/{pk}",
    scope="canvasses:write",
    answer=AttemptDone,
    method="DELETE",
)
def withdraw_attempt(request: Request, slug: Slug, no: No, home: Pk, pk: Pk) -> AttemptDone:
    """Take back what was recorded at the wrong door; the row stays and counts no more."""
    row = _mine(request, slug, no)
    made = services.withdraw_attempt(
        actor=request.actor, estate_id=row.estate_id, no=no, home_id=home, attempt_id=pk, now=request.now
    )
    return AttemptDone(id=made.pk)


@writes(router, "/estates/{slug}/desk/canvasses/{no}/closing", scope="canvasses:write", answer=CanvassDone)
def close_canvass(request: Request, slug: Slug, no: No, data: CloseCanvassIn) -> CanvassDone:
    """End a round; with homes left over, only with a reason."""
    row = _mine(request, slug, no)
    made = services.close_canvass(
        actor=request.actor, estate_id=row.estate_id, no=no, reason=data.reason, now=request.now
    )
    return _done(made)
