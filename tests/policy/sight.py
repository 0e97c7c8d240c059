"""What each may see: the rows that each room gives to a reader, held to a table of the same words as that of the verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from tests.policy import table
from tests.policy.roles import Role
from tests.support.world import World
from yishiting.council.appraisals import policy as appraisals
from yishiting.council.appraisals.models import Appraisal
from yishiting.council.cases import policy as cases
from yishiting.council.cases.models import CaseFile
from yishiting.council.matters import policy as matters
from yishiting.council.matters.models import Matter, Photo, StepRun
from yishiting.council.meetings import policy as meetings
from yishiting.council.meetings.models import Concerned, Meeting
from yishiting.council.projects import policy as projects
from yishiting.council.projects.models import Project
from yishiting.council.votes import policy as votes
from yishiting.council.votes.models import Vote
from yishiting.ground.desks import policy as desks
from yishiting.ground.desks.models import HandOver
from yishiting.ground.organisations import policy as posts
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.models import Interest, Term
from yishiting.record.notices import policy as notices
from yishiting.record.notices.models import Canvass, Notice, Version

NOBODY, EVERYBODY = Q(pk__in=[]), Q(pk__isnull=False)


@dataclass(frozen=True)
class Sight:
    """What a room gives to a reader, of all that it has.

    ``open`` are the rows that anybody reads, ``rule`` says (in the table's words) who reads all of them, and ``own`` which
    of the others somebody reads because they are his.
    """

    rows: Callable[[World], QuerySet[Any]]
    seen: Callable[[Actor, World], QuerySet[Any]]
    rule: str
    #: In words what anybody reads, and what is somebody's own, for the document.
    anyone: str
    his: str
    open: Q = NOBODY
    own: Callable[[Actor, World], Q] = lambda actor, world: NOBODY

    def expected(self, role: Role, actor: Actor, world: World) -> set[int]:
        """Return the rows of the estate that the table gives to somebody."""
        whole = bool(self.rule) and any(table.has(role, word.strip()) for word in self.rule.split("|"))
        given = EVERYBODY if whole else self.open | self.own(actor, world)
        return ids(self.rows(world).filter(given))

    def found(self, actor: Actor, world: World) -> set[int]:
        """Return the rows of the estate that the room gives him."""
        return ids(self.seen(actor, world)) & ids(self.rows(world))


def ids(rows: QuerySet[Any]) -> set[int]:
    """Return the keys of rows."""
    return set(rows.order_by().values_list("pk", flat=True))


def here(model: Any) -> Callable[[World], QuerySet[Any]]:
    """Return all rows of a model in the estate."""
    return lambda world: model.objects.filter(estate=world.estate)


def _person(actor: Actor) -> int:
    return actor.person_id or 0


def _of_building(actor: Actor, world: World) -> list[int]:
    """The building of whoever holds a post of one building here."""
    return [
        office.building_id
        for office in actor.offices
        if office.building_id is not None and world.estate.pk in office.estate_ids
    ]


def _steps(actor: Actor) -> Q:
    mine = [office.post_id for office in actor.offices]
    return Q(pk__in=StepRun.objects.filter(post__in=mine, ended_at__isnull=True).values("matter"))


def _own_photos(actor: Actor, world: World) -> Q:
    own = Q(added_by=_person(actor)) | Q(report__person=_person(actor))
    reported = Q(report__matter__in=Matter.objects.filter(_steps(actor)))
    duties = {duty for office in actor.offices if world.estate.pk in office.estate_ids for duty in office.duties}
    # Evidence of a step is the staff's own; a picture that came with a report is for who takes reports up.
    return own | reported | (Q(report__isnull=True) if duties & matters.DESK_DUTIES else NOBODY)


def _led_cases(actor: Actor, world: World) -> Q:
    """Cases of mediation are put on the community worker's post or the supervisor's, and led by the grid worker."""
    supervised = [o.post_id for o in actor.offices if o.kind in _OF_CASES]
    return Q(post__in=supervised) | Q(mediator=_person(actor))


_OF_CASES = frozenset({"community_worker", "community_secretary", "subdistrict_worker", "case_supervisor"})
_DESK = "triage | step! | supervise | meet | vote | project"

SIGHTS: dict[str, Sight] = {
    "matters": Sight(here(Matter), lambda a, w: matters.visible_to(a), "", "all", "", EVERYBODY),
    "meetings": Sight(here(Meeting), lambda a, w: meetings.visible_to(a), "", "all", "", EVERYBODY),
    "projects": Sight(here(Project), lambda a, w: projects.visible_to(a), "", "all", "", EVERYBODY),
    "appraisals": Sight(here(Appraisal), lambda a, w: appraisals.visible_to(a), "", "all", "", EVERYBODY),
    "votes": Sight(
        here(Vote), lambda a, w: Vote.objects.filter(votes.visible_to(a)), "vote | supervise",
        "those that were opened", "", Q(opened_at__isnull=False),
    ),
    "notices": Sight(
        here(Notice), lambda a, w: notices.visible_to(a), "notice | review | supervise", "those that were published", "",
        Q(pk__in=Version.objects.filter(published_at__isnull=False).values("notice")),
    ),
    "versions of notices": Sight(
        here(Version), lambda a, w: Version.objects.filter(notices.versions_visible_to(a)),
        "notice | review | supervise", "those that were published", "", Q(published_at__isnull=False),
    ),
    "rounds": Sight(
        here(Canvass), lambda a, w: notices.canvasses_of(a), "canvass!", "", "those through his own building",
        own=lambda a, w: Q(pk__in=Canvass.objects.filter(homes__building__in=_of_building(a, w)).values("pk")),
    ),
    "matters at the desk": Sight(
        here(Matter), lambda a, w: matters.desk_scope(a), _DESK,
        "", "those of his own building, and those whose step is with him",
        own=lambda a, w: (Q(building__in=_of_building(a, w)) | _steps(a)) if _of_building(a, w) else NOBODY,
    ),
    "pictures": Sight(
        here(Photo), lambda a, w: matters.photos_visible_to(a), "triage | supervise", "those that were made public",
        "his own; those of a step that is with him; evidence, for whoever works on matters", Q(public=True), _own_photos,
    ),
    "whom it is about": Sight(
        here(Concerned), lambda a, w: meetings.concerned_visible_to(a, w.estate.pk), "meet", "", ""
    ),
    "cases": Sight(
        here(CaseFile), lambda a, w: cases.assigned_to(a), "",
        "", "those that he leads, or that are put on his post", own=_led_cases,
    ),
    "interests": Sight(
        here(Interest), lambda a, w: posts.interests_visible_to(a), "interest | supervise", "", "his own",
        own=lambda a, w: Q(person=_person(a)),
    ),
    "posts": Sight(
        lambda w: Term.objects.filter(post__estate=w.estate),
        lambda a, w: posts.terms_visible_to(a, w.estate), "interest | supervise", "", "",
    ),
    "hand-overs": Sight(
        here(HandOver), lambda a, w: desks.visible_to(a), "supervise", "", "those that he made, and those to him",
        own=lambda a, w: Q(term__person=_person(a)) | Q(stand_in=_person(a)),
    ),
}  # fmt: skip
