"""What of notices and canvasses waits for whom: reviews, publishing, boards still empty, objections to be answered, days that
are over, doors left.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from yishiting.ground.desks import due
from yishiting.ground.desks.due import Asked, Claim, CloseOf, Component, DaysAfter, Source, word
from yishiting.ground.desks.services import exercised
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.words import gettext_noop
from yishiting.record.notices import hearing, rules
from yishiting.record.notices.models import (
    Attempt,
    Canvass,
    CanvassHome,
    Channel,
    Objection,
    Posting,
    Version,
    VersionPlace,
)

NOTICES = "notices"
CANVASSES = "canvasses"
_NOTICE = ("notice", "notice_id")


def _drafts(claim: Claim) -> QuerySet[Version]:
    return Version.objects.filter(estate_id__in=claim.estate_ids, published_at__isnull=True, replaced_at__isnull=True)


def _hanging(claim: Claim) -> QuerySet[Version]:
    return Version.objects.filter(
        estate_id__in=claim.estate_ids, published_at__isnull=False, replaced_at__isnull=True, archived_at__isnull=True
    ).annotate(planned=Cast("channels", TextField()))


def _unshown() -> Q:
    """Versions of which some planned channel has no evidence yet, each entrance its own (as :func:`rules.complete_on`)."""
    shown = Posting.objects.filter(version=OuterRef("pk"))
    bare = VersionPlace.objects.filter(
        ~Exists(Posting.objects.filter(version=OuterRef("version"), entrance=OuterRef("entrance"))),
        version=OuterRef("pk"),
    )
    lacks = [
        Q(planned__contains=f'"{channel}"')
        & (Q(Exists(bare)) if channel == Channel.ENTRANCE else ~Q(Exists(shown.filter(channel=channel))))
        for channel in Channel.values
    ]
    return reduce(or_, lacks)


def _line(
    rows: QuerySet[Version], claim: Claim, what: str, *, since: Combinable, by: Combinable | None = None
) -> Component:
    return due.component(
        rows, source=NOTICES, claim=claim, about=_NOTICE, what=what, ref="notice_id", no="notice__no", title="title",
        due=by, since=since,
    )  # fmt: skip


def notices(asked: Asked) -> Iterator[Component]:
    """Yield drafts for who reviews and who publishes, then what hangs, for who sees to it."""
    me = asked.actor.person_id
    for claim in asked.claims(Duty.REVIEW):
        waiting = _drafts(claim).filter(names_homes=True, reviewed_at__isnull=True)
        yield _line(waiting.exclude(drafted_by_id=me), claim, "review", since=F("drafted_at"))
    for claim in asked.claims(Duty.NOTICE):
        if claim.building_id is not None:
            continue
        ready = Q(names_homes=False) | (Q(reviewed_at__isnull=False) & ~Q(drafted_by_id=me))
        yield _line(
            _drafts(claim).filter(ready, returned=False), claim, "publish", since=Coalesce("reviewed_at", "drafted_at")
        )
        yield _line(_drafts(claim).filter(returned=True), claim, "revise", since=Coalesce("reviewed_at", "drafted_at"))
        yield due.component(
            Objection.objects.filter(hearing.WAITING, _not_mine(asked.actor), estate_id__in=claim.estate_ids),
            source=NOTICES, claim=claim, about=_NOTICE, what="objection", ref="notice_id", no="notice__no",
            title="version__title", due=F("due_at"), since=F("made_at"), n=F("no"),
        )  # fmt: skip
        promised = Objection.objects.filter(version=OuterRef("pk"), remedy=Objection.Remedy.REVISE)
        drafted = Version.objects.filter(notice=OuterRef("notice"), published_at__isnull=True, replaced_at__isnull=True)
        owed = _hanging(claim).filter(Exists(promised), ~Exists(drafted))
        yield _line(owed, claim, "rewrite", since=F("published_at"))
        yield _line(_hanging(claim).filter(_unshown()), claim, "post", since=F("published_at"))
        yield _line(
            _hanging(claim).filter(~_unshown(), least_days__gt=0),
            claim,
            "archive",
            since=F("published_at"),
            by=CloseOf(_over_on()),
        )


def _not_mine(actor: Actor) -> Q:
    """Objections that the actor may answer: not his own, nor those of his homes (as :func:`policy.can_answer`)."""
    return ~Q(home_id__in=[home for _estate, home in actor.homes]) & ~Q(person_id=actor.person_id)


def _over_on() -> DaysAfter:
    """The day after the last of the whole days that a notice has to hang, from that on which it was everywhere.

    As :func:`rules.complete_on`: what was shown in a channel beyond the planned ones sets no day back.
    """
    planned = reduce(or_, (Q(channel=channel, plan__contains=f'"{channel}"') for channel in Channel.values))
    before = Posting.objects.filter(
        Q(entrance=OuterRef("entrance")) | Q(entrance__isnull=True, channel=OuterRef("channel")),
        Q(on__lt=OuterRef("on")) | Q(on=OuterRef("on"), pk__lt=OuterRef("pk")),
        version=OuterRef("version"),
    )
    shown = Posting.objects.filter(~Exists(before), version=OuterRef("pk"))
    complete = shown.annotate(plan=Cast("version__channels", TextField())).filter(planned).order_by("-on")
    return DaysAfter(Subquery(complete.values("on")[:1]), F("least_days") + 1)


def _left(claim: Claim) -> QuerySet[Any, Any]:
    """The homes of a canvass that are still to be reached (as :func:`rules.reached`), in the claim's place."""
    went = Attempt.objects.filter(place=OuterRef("pk"), withdrawn_at__isnull=True)
    notes = went.filter(outcome=rules.NOTE_LEFT).order_by().values("place").annotate(n=Count("pk")).values("n")
    homes = (
        CanvassHome.objects.annotate(notes=Coalesce(Subquery(notes), 0, output_field=IntegerField()))
        .filter(~Exists(went.filter(outcome__in=rules.REACHED)), canvass=OuterRef("pk"))
        .exclude(canvass__notes_suffice__gt=0, notes__gte=F("canvass__notes_suffice"))
    )
    if claim.building_id is not None:
        homes = homes.filter(building_id=claim.building_id)
    return homes.order_by().values("canvass")


def canvasses(asked: Asked) -> Iterator[Component]:
    """Yield the rounds that go on: doors left, or none any more, for who may close them."""
    for claim in asked.claims(Duty.CANVASS):
        rows = Canvass.objects.filter(estate_id__in=claim.estate_ids, closed_at__isnull=True)
        left = _left(claim)
        if claim.building_id is not None:
            rows = rows.filter(Exists(left))
        count = Coalesce(Subquery(left.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())
        what = Case(When(left_now__gt=0, then=word("doors")), default=word("close"), output_field=CharField())
        yield due.component(
            rows.annotate(left_now=count), source=CANVASSES, claim=claim, about=("canvass", "pk"), what=what, no="no",
            title="title", due=None, since=F("begun_at"), n=F("left_now"),
        )  # fmt: skip


def register() -> None:
    """Put this room's work on desks."""
    due.register(
        Source(
            name=NOTICES,
            room=gettext_noop("公示"),
            components=notices,
            says={
                "review": gettext_noop("写到了住户，等您复核"),
                "publish": gettext_noop("可以发布了"),
                "revise": gettext_noop("复核退回来了，改一版"),
                "post": gettext_noop("张贴和凭据还没有齐，去补上"),
                "objection": gettext_noop("有人提了异议，去答复第 {n} 条"),
                "rewrite": gettext_noop("有异议成立，写新的一版"),
                "archive": gettext_noop("公示期满就收存"),
            },
        )
    )
    due.register(
        Source(
            name=CANVASSES,
            room=gettext_noop("逐户走访"),
            components=canvasses,
            says={
                "doors": gettext_noop("还有 {n} 户没走到"),
                "close": gettext_noop("都走到了，可以结束"),
            },
        )
    )
    drafting = ("notices.drafted", "notices.published", "notices.archived", "notices.posted", "notices.draft_dropped")
    hearings = ("notices.objection_written", "notices.objection_answered", "notices.withdrawn")
    doors = ("notices.canvass_begun", "notices.canvass_closed", "notices.attempted", "notices.attempt_withdrawn")
    exercised(
        {
            **dict.fromkeys((*drafting, *hearings), Duty.NOTICE),
            **dict.fromkeys(("notices.reviewed", "notices.returned"), Duty.REVIEW),
            **dict.fromkeys(doors, Duty.CANVASS),
        }
    )
