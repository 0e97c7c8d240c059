"""What an interest may touch in an appraisal. Whoever did the work may read what everyone reads, and do nothing else (M05)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yishiting.council.appraisals.models import Appraisal
from yishiting.council.matters.models import Decision, Matter, StepRun
from yishiting.ground.organisations import interests
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.models import Organisation, Post
from yishiting.ground.organisations.recusal import Act, Affair
from yishiting.kernel.verdict import Verdict
from yishiting.timeline.models import Entry

KIND = "appraisal"
ACTS = (Act.APPRAISE,)
DUTIES = frozenset({Duty.APPRAISE})


def judged(matter: Matter, appraisal: Appraisal | None = None) -> Affair:
    """Return whose work on a matter is appraised (four queries): its carrying out, its project, its emergency.

    The people who did it, the posts that it was theirs to do, and the company that those posts are of.
    """
    runs = list(
        StepRun.objects.filter(matter=matter, stage=Matter.Stage.CARRY_OUT).values_list("post_id", "ended_by_id")
    )
    # A room beside this one keeps projects; who worked on one is in the record of the matter's way.
    worked = Entry.objects.filter(estate_id=matter.estate_id, thread=matter.thread, kind__startswith="projects.")
    at_once = Decision.objects.filter(matter=matter, kind=Decision.Kind.EMERGENCY)
    people = {
        *(person for _, person in runs),
        *worked.order_by().values_list("actor_id", flat=True).distinct(),
        *at_once.values_list("decided_by_id", flat=True),
    }
    posts = frozenset(post for post, _ in runs if post is not None)
    companies = Post.objects.filter(pk__in=posts, organisation__kind=Organisation.Kind.PROPERTY)
    things = {("matter", matter.pk)} | ({(KIND, appraisal.pk)} if appraisal else set())
    return Affair(
        subject=(KIND, appraisal.pk if appraisal else 0),
        no=appraisal.no if appraisal else 0,
        things=frozenset(things),
        acts=ACTS,
        duties=DUTIES,
        thread=matter.thread,
        bodies=frozenset(companies.values_list("organisation_id", flat=True)),
        people=frozenset(person for person in people if person is not None),
        posts=posts,
    )


def may_run(actor: Actor, matter: Matter, now: datetime) -> Verdict:
    """Open, close, read single answers, write one down for a home."""
    return interests.free(actor, judged(matter), Act.APPRAISE, estate=matter.estate, now=now)


def did_it(actor: Actor, matter: Matter) -> bool:
    """Whether the actor did the work, holds a post that it belonged to, or any post of the company that did it."""
    by = judged(matter)
    return actor.person_id in by.people or any(
        office.post_id in by.posts or office.organisation_id in by.bodies for office in actor.offices
    )


def going(estate_id: int) -> Iterable[Affair]:
    """Return the appraisals of an estate that are open."""
    rows = Appraisal.objects.filter(estate_id=estate_id, closed_at__isnull=True).select_related("matter")
    return [judged(row.matter, row) for row in rows.order_by("pk")]


def _estates() -> set[int]:
    rows = Appraisal.objects.filter(closed_at__isnull=True)
    return set(rows.order_by().values_list("estate_id", flat=True))


def register() -> None:
    """Register with the room below."""
    interests.register_room(interests.Room(KIND, going, estates=_estates))
