"""What has to be done before a project's works start: what stands, and the verbs of whoever runs the project."""

from __future__ import annotations

from datetime import date

from ninja import Router, Schema

from yishiting.council.projects import policy, selectors, services
from yishiting.council.projects.models import Prerequisite
from yishiting.ground.places.models import Estate
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.matters import pictures
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page_of
from yishiting.reach.api.shapes import Day, Id, Line, No, Number, Reason, Slug

router = Router(tags=["projects"])


class TaskOut(Schema):
    """Something to be done first: a task, or the project ``first`` to be complete. ``stands``: the works still wait for it."""

    no: int
    title: str
    who: str
    first: int | None
    stands: bool
    done_on: date | None
    dropped: bool
    note: str
    photo: int | None


class Tasks(Schema):
    """A page of what has to be done first, what was listed last first."""

    items: list[TaskOut]
    next: str | None


class TaskIn(Schema):
    """A task in words and who sees to it, a side or a post; or the number of a project that has to be complete."""

    title: Line = ""
    who: Line = ""
    first: Number | None = None


class TaskDoneIn(Schema):
    """How it was done, on which day (today unless said), with a picture where there is one."""

    note: Line
    on: Day | None = None
    photo_id: Id | None = None


class TaskKept(Schema):
    """How a task of a project stands."""

    no: int
    task: int
    stands: bool


def _kept(no: int, task: Prerequisite) -> TaskKept:
    return TaskKept(no=no, task=task.no, stands=task.stands)


def _run(request: Request, slug: str) -> Estate:
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    return estate


@reads(router, "/estates/{slug}/projects/{no}/tasks", scope="projects:read", answer=Tasks)
def list_tasks(request: Request, slug: Slug, no: No, cursor: Cursor = "", limit: Limit = 20) -> Tasks:
    """List what has to be done before the works start, what was done and what is not needed after all."""
    found = selectors.project_page(request.actor, estate_at(slug).pk, no)
    rows, after = page_of(found.prerequisites.all(), by=lambda row: row.no, cursor=cursor, limit=limit)
    return Tasks(
        items=[
            TaskOut(
                no=row.no,
                title=row.title,
                who=row.who,
                first=row.first.no if row.first else None,
                stands=row.stands,
                done_on=row.done_on,
                dropped=row.dropped_at is not None,
                note=row.note,
                photo=row.photo_id if row.photo and row.photo.public else None,
            )
            for row in rows
        ],
        next=after,
    )


@writes(router, "/estates/{slug}/projects/{no}/tasks", scope="projects:write", answer=TaskKept, status=201)
def add_task(request: Request, slug: Slug, no: No, data: TaskIn) -> TaskKept:
    """List something that has to be done before the works; until it is, no phase starts."""
    estate = _run(request, slug)
    made = services.add_task(
        actor=request.actor,
        estate_id=estate.pk,
        no=no,
        title=data.title,
        who=data.who,
        first_no=data.first,
        now=request.now,
    )
    return _kept(no, made)


@writes(router, "/estates/{slug}/projects/{no}/tasks/{task}/completion", scope="projects:write", answer=TaskKept)
def finish_task(request: Request, slug: Slug, no: No, task: No, data: TaskDoneIn) -> TaskKept:
    """Write down that a task is done; its picture is shown to everybody."""
    estate = _run(request, slug)
    photos = pictures(request, estate, [data.photo_id] if data.photo_id else [])
    made = services.finish_task(
        actor=request.actor,
        estate_id=estate.pk,
        no=no,
        task_no=task,
        note=data.note,
        on=data.on,
        photo=photos[0] if photos else None,
        now=request.now,
    )
    return _kept(no, made)


@writes(router, "/estates/{slug}/projects/{no}/tasks/{task}/dropping", scope="projects:write", answer=TaskKept)
def drop_task(request: Request, slug: Slug, no: No, task: No, data: Reason) -> TaskKept:
    """Say that a task is not needed after all, and why; it stays on record."""
    estate = _run(request, slug)
    made = services.drop_task(
        actor=request.actor, estate_id=estate.pk, no=no, task_no=task, reason=data.reason, now=request.now
    )
    return _kept(no, made)
