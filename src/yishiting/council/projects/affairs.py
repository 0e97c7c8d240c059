"""What an interest may touch in a project, and the question that its verbs ask of whoever acts.

Who is paid does not accept: a contractor's own people record that work began and was finished, and no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from yishiting.council.matters.models import Matter
from yishiting.council.projects.models import Project
from yishiting.ground.organisations import interests
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.recusal import Act, Affair
from yishiting.ground.places.models import Estate
from yishiting.kernel.verdict import Verdict

KIND = "project"
MATTER = "matter"
ACTS = (Act.PROJECT, Act.ACCEPT)
DUTIES = frozenset({Duty.PROJECT})


def affair(project: Project) -> Affair:
    """Return a project as far as interests go; an interest in the matter that it carries out is one in the project."""
    things = {(KIND, project.pk)}
    if project.matter_id is not None:
        things.add((MATTER, project.matter_id))
    thread = Matter(pk=project.matter_id).thread if project.matter_id is not None else ""
    return Affair((KIND, project.pk), project.no, frozenset(things), ACTS, DUTIES, thread)


def planned(matter: Matter | None) -> Affair:
    """Return a project that is about to be set up for a matter."""
    things = frozenset({(MATTER, matter.pk)} if matter else ())
    return Affair((KIND, 0), 0, things, ACTS, DUTIES, matter.thread if matter else "")


def may_plan(actor: Actor, estate: Estate, matter: Matter | None, now: datetime) -> Verdict:
    """Set a project up."""
    return interests.free(actor, planned(matter), Act.PROJECT, estate=estate, now=now)


def may_change(actor: Actor, project: Project, now: datetime) -> Verdict:
    """Change its plan."""
    return interests.free(actor, affair(project), Act.PROJECT, estate=project.estate, now=now)


def may_accept(actor: Actor, project: Project, now: datetime) -> Verdict:
    """Accept a phase, and put it into operation."""
    return interests.free(actor, affair(project), Act.ACCEPT, estate=project.estate, now=now)


def going(estate_id: int) -> Iterable[Affair]:
    """Return the projects of an estate that are under way."""
    return [affair(row) for row in Project.objects.filter(estate_id=estate_id, ended_at__isnull=True).order_by("pk")]


def find(estate_id: int, no: int) -> interests.Named | None:
    """Return the project of that number."""
    row = Project.objects.filter(estate_id=estate_id, no=no).first()
    return None if row is None else interests.Named(KIND, row.pk, row.no, row.title)


def named(ids: Collection[int]) -> Mapping[int, interests.Named]:
    """Return what projects are called (one query)."""
    return {row.pk: interests.Named(KIND, row.pk, row.no, row.title) for row in Project.objects.filter(pk__in=ids)}


def register() -> None:
    """Register with the room below."""
    interests.register_room(interests.Room(KIND, going, find, named))
