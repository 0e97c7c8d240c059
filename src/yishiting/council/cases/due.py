"""What of mediation waits for whom. A line names a case by its number and its topic: never a party, never a word of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, When

from yishiting.council.cases import policy
from yishiting.council.cases.models import CaseFile, CaseFollowUp
from yishiting.ground.desks import due
from yishiting.ground.desks.due import Asked, Claim, CloseOf, Component, Source, word
from yishiting.kernel.words import gettext_noop

NAME = "cases"


def components(asked: Asked) -> Iterator[Component]:
    """Yield the cases that are the actor's, by the same rule by which he opens them. Nobody stands in for a mediator."""
    offices = [(office, here) for office, here in asked.offices if office.stands_for is None]
    if not offices:
        return
    here = frozenset().union(*(estates for _, estates in offices))
    pending = CaseFollowUp.objects.filter(agreement__case=OuterRef("pk"), done_at__isnull=True).order_by("due_on")
    rows = (
        policy.assigned_to(asked.actor)
        .filter(estate_id__in=here)
        .annotate(look_on=Subquery(pending.values("due_on")[:1]))
        .filter(Q(ended_at__isnull=True) | Q(look_on__isnull=False))
    )
    what = Case(
        When(look_on__isnull=False, then=word("look_back")),
        When(mediator__isnull=True, then=word("mediator")),
        default=word("go_on"),
        output_field=CharField(),
    )
    yield due.component(
        rows, source=NAME, claim=Claim(here, None, ""), about=("case", "pk"), what=what, no="no", title="topic",
        due=CloseOf(F("look_on")), since=F("opened_at"), post=F("post__kind"),
    )  # fmt: skip


SOURCE = Source(
    name=NAME,
    room=gettext_noop("调解"),
    components=components,
    says={
        "look_back": gettext_noop("回访：说好的做到没有"),
        "mediator": gettext_noop("定一位调解员"),
        "go_on": gettext_noop("接着调解，看这一件在等什么"),
    },
    titles={topic.value: topic.label for topic in CaseFile.Topic},
)


def register() -> None:
    """Put this room's work on desks."""
    due.register(SOURCE)
