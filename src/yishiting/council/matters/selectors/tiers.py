"""Reads by tier: what went up and came back, what nobody answers for, at which tier matters were settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, Value, When

from yishiting.council.matters import policy
from yishiting.council.matters.models import Escalation, Matter, StepRun
from yishiting.council.matters.services import engine
from yishiting.council.matters.tasks import ownerless
from yishiting.ground.organisations import tiers
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.organisations.tiers import Tier
from yishiting.kernel.words import Sentence

MOST = 20
#: Passages in which nothing is settled: a matter is taken up, or told how it ended.
_AROUND = (engine.INTAKE, "triage", "answer")


@dataclass(frozen=True, slots=True)
class Raised:
    """One rise of a matter, as a reader sees it; ``reason`` is empty for who may not read notes."""

    escalation: Escalation
    begun: Sentence
    tier: Sentence
    asked: Sentence
    post: Sentence
    stands_in: bool
    reason: str


def raised_of(matter: Matter, *, notes: bool) -> tuple[Raised, ...]:
    """Return how a matter rose, the first time first (one query)."""
    rows = Escalation.objects.filter(matter=matter).select_related("from_post", "to_post", "run").order_by("pk")
    return tuple(
        Raised(
            escalation=row,
            begun=Sentence(post_label(row.from_post.kind if row.from_post else row.run.who)),
            tier=tiers.label(row.to_tier),
            asked=Sentence(post_label(row.asked)),
            post=Sentence(post_label(row.to_post.kind)),
            stands_in=row.asked != row.to_post.kind,
            reason=row.reason if notes else "",
        )
        for row in rows
    )


def raised_by(actor: Actor) -> Q:
    """Matters of which a step was raised from a post that the actor holds."""
    posts = [office.post_id for office in actor.offices]
    return Q(pk__in=Escalation.objects.filter(from_post__in=posts).values("matter_id"))


def unowned(actor: Actor, *, now: datetime) -> list[Matter]:
    """Return the matters on the actor's desk that nobody up to the top answers for, first those that are due (one query)."""
    here = policy.desk_scope(actor).filter(pk__in=ownerless(now).values("matter_id"))
    return list(here.select_related("estate", "building").order_by("due_at", "pk")[:MOST])


def solved_by_tier(estate_id: int) -> Mapping[Tier, int]:
    """Count an estate's solved matters (件) by the tier that settled them (one query); every tier is named.

    That is the highest tier at which the matter stood in the round in which it closed, while it was worked on: not where it
    was taken up or answered, unless nothing else was done. A matter with an unanswered reporter does not count as solved.
    """
    passages = StepRun.objects.filter(matter=OuterRef("pk"), round=OuterRef("round")).annotate(
        tier=Case(
            *(When(post__kind__in=tiers.kinds_at(tier), then=Value(int(tier))) for tier in Tier),
            default=Value(int(Tier.COMMUNITY)),
            output_field=IntegerField(),
        ),
        worked=Case(When(kind__in=_AROUND, then=Value(0)), default=Value(1), output_field=IntegerField()),
    )
    rows = (
        Matter.objects.filter(estate_id=estate_id, status=Matter.Status.CLOSED, unanswered=0)
        .order_by()
        .annotate(settled=Subquery(passages.order_by("-worked", "-tier").values("tier")[:1]))
        .values("settled")
        .annotate(n=Count("pk"))
        .values_list("settled", "n")
    )
    counted = dict.fromkeys(Tier, 0)
    for tier, n in rows:
        counted[Tier(tier or Tier.COMMUNITY)] += n
    return counted
