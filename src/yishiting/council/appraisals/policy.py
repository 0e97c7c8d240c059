"""Who may do what with an appraisal. Whoever did the work may read what everyone reads, and do nothing else (M05)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from yishiting.council.appraisals.models import Appraisal
from yishiting.council.matters.models import Decision, Matter, StepRun
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.models import Organisation, Post
from yishiting.kernel.verdict import Verdict, allow_if, no
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.models import Entry


@dataclass(frozen=True, slots=True)
class Judged:
    """Whose work is appraised: people, the posts that it was theirs to do, the company that those posts are of."""

    people: frozenset[int]
    posts: frozenset[int]
    companies: frozenset[int]

    def has_interest(self, actor: Actor) -> bool:
        """Whether the actor did the work, holds a post that it belonged to, or any post of the company that did it."""
        return actor.person_id in self.people or any(
            office.post_id in self.posts or office.organisation_id in self.companies for office in actor.offices
        )


def judged(matter: Matter) -> Judged:
    """Return whose work on a matter is appraised (four queries): its carrying out, its project, its emergency."""
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
    return Judged(
        frozenset(person for person in people if person is not None),
        posts,
        frozenset(companies.values_list("organisation_id", flat=True)),
    )


def visible_to(actor: Actor) -> QuerySet[Appraisal]:
    """Return the appraisals that ``actor`` may read: that one is held, and its counts, are for everyone."""
    return Appraisal.objects.select_related("estate", "matter")


def can_run(actor: Actor, matter: Matter) -> Verdict:
    """Open, close, read single answers, write one down for a home: whoever is trusted with it and did not do the work."""
    if not actor.has_duty(Duty.APPRAISE, matter.estate_id):
        return no(gettext_noop("评议由议事会召集人、监事或社区工作人员来办。"))
    return allow_if(
        actor.is_system or not judged(matter).has_interest(actor),
        gettext_noop("这件事是您或您的单位办的，评议要由别人来办。您可以看公布的结果。"),
    )


def can_answer(actor: Actor, matter: Matter) -> Verdict:
    """Nobody appraises himself; his household may."""
    return allow_if(
        not judged(matter).has_interest(actor), gettext_noop("这件事是您或您的单位办的，您不能评。家里别的人可以评。")
    )
