"""What has to be done before a project's works start: tasks, another project, money that was approved."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Photo
from yishiting.council.projects import affairs, funding, policy
from yishiting.council.projects.models import Prerequisite, Project
from yishiting.council.projects.services.creating import fetch, thread
from yishiting.council.projects.services.funding import line_facts
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book, book


def require_ready(project: Project) -> None:
    """Refuse to start works while something has to be done first, or a source of the money was not approved (M20)."""
    rows = project.prerequisites.filter(dropped_at__isnull=True).select_related("first")
    funding.check_begin(
        tasks=[row.title for row in rows if row.stands],
        unapproved=[line.source for line in line_facts(project) if not line.approved],
    )


def _waits_on(project: Project, other: Project) -> bool:
    """Return whether ``other`` itself waits, by however many steps, for ``project``."""
    seen: set[int] = set()
    left = [other.pk]
    while left:
        at = left.pop()
        if at == project.pk:
            return True
        if at not in seen:
            seen.add(at)
            left += Prerequisite.objects.filter(
                project_id=at, dropped_at__isnull=True, first__isnull=False
            ).values_list("first_id", flat=True)
    return False


def add_task(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    now: datetime,
    title: str = "",
    who: str = "",
    first_no: int | None = None,
) -> Prerequisite:
    """List something that has to be done before the works: a task in words, or the project ``first_no`` to be complete.

    Raises :class:`WrongState` once works began, :class:`BadInput` (fields ``title``, ``who``, ``first``), also for a project
    that would then wait for itself.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        project = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        affairs.may_change(actor, project, now).enforce()
        first = Project.objects.filter(estate_id=estate_id, no=first_no).first() if first_no is not None else None
        if first_no is not None and (first is None or first.stopped_at is not None):
            gone = gettext_noop("没有这个项目，或者它已经停止。请重新选。")
            raise BadInput(gone, fields={"first": gone})
        if first is not None and _waits_on(project, first):
            text = Sentence(gettext_noop("第 {no} 个项目正等着这个项目，两个不能互相等。请重新选。"), no=first.no)
            raise BadInput(text, code="waits_for_itself", fields={"first": text})
        standing = list(project.prerequisites.filter(dropped_at__isnull=True))
        words = " ".join(title.split()) or (first.title if first else "")
        funding.check_task(
            title=words,
            who=" ".join(who.split()),
            known={row.title for row in standing},
            started=project.ended_at is not None or project.phases.filter(started_at__isnull=False).exists(),
            count=len(standing),
        )
        last = project.prerequisites.aggregate(no=Max("no"))["no"] or 0
        task = Prerequisite.objects.create(
            estate_id=estate_id,
            project=project,
            no=last + 1,
            title=words,
            who=" ".join(who.split()),
            first=first,
            added_at=now,
        )
        _write(record, "projects.task_added", project, task)
    return task


def _write(record: Book, kind: str, project: Project, task: Prerequisite, photo: Photo | None = None) -> None:
    record.write(
        kind,
        subject=("project", project.pk),
        facts={"no": project.no, "task": task.no},
        attests=[task, *([photo] if photo else [])],
        thread=thread(project),
    )


def _fetch(project: Project, task_no: int) -> Prerequisite:
    task = project.prerequisites.filter(no=task_no).first()
    if task is None:
        raise NotFound(gettext_noop("没有这件要先办的事。请回到项目页重新选。"))
    return task


def finish_task(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    task_no: int,
    note: str,
    now: datetime,
    on: date | None = None,
    photo: Photo | None = None,
) -> Prerequisite:
    """Write down that a task is done, how, on which day (today unless said), with a picture where there is one."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        project = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        affairs.may_accept(actor, project, now).enforce()
        task = _fetch(project, task_no)
        today = now.astimezone(CHINA).date()
        funding.check_task_end(
            over=task.done_at is not None or task.dropped_at is not None,
            of_project=task.first_id is not None,
            words=note,
            on=on or today,
            today=today,
        )
        if photo is not None and (photo.estate_id != estate_id or photo.report_id is not None):
            text = gettext_noop("这张照片不能用在这里。请另拍一张现场的照片。")
            raise BadInput(text, code="photo_in_use", fields={"photo": text})
        task.done_at, task.done_on, task.note, task.photo = now, on or today, note.strip(), photo
        task.save(update_fields=["done_at", "done_on", "note", "photo"])
        if photo is not None and not photo.public:
            photo.public = True
            photo.save(update_fields=["public"])
        _write(record, "projects.task_done", project, task, photo)
        _try(record, project, actor, now)
    return task


def drop_task(*, actor: Actor, estate_id: int, no: int, task_no: int, reason: str, now: datetime) -> Prerequisite:
    """Say that a task is not needed after all, and why; it stays on record."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        project = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        affairs.may_change(actor, project, now).enforce()
        task = _fetch(project, task_no)
        funding.check_task_end(
            over=task.done_at is not None or task.dropped_at is not None,
            of_project=False,
            words=reason,
            on=None,
            today=now.astimezone(CHINA).date(),
        )
        task.dropped_at, task.note = now, reason.strip()
        task.save(update_fields=["dropped_at", "note"])
        _write(record, "projects.task_dropped", project, task)
        _try(record, project, actor, now)
    return task


def _try(record: Book, project: Project, actor: Actor, now: datetime) -> None:
    if project.run is not None and project.run.ended_at is None:
        matters.try_pending(record, project.run.matter, actor, now)
