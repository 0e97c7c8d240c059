"""What of matters waits for whom: steps by their clocks, and those that nobody answers for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import BooleanField, Case, CharField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from yishiting.council.matters.models import Escalation, StepRun
from yishiting.council.matters.services import engine
from yishiting.ground.desks import due
from yishiting.ground.desks.due import Asked, Claim, Component, Source, word
from yishiting.ground.desks.services import exercised
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.models import Post, Term
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.models import Entry

NAME = "matters"
_ABOUT = ("matter", "matter_id")
#: As :attr:`Matter.said_title` has it: the reporter's own words until staff have looked at them.
_TITLE = Case(
    When(Q(matter__playbook__isnull=True) & ~Q(matter__proposed_title=""), then=F("matter__proposed_title")),
    default=F("matter__title"),
    output_field=CharField(),
)
_WHAT = Case(
    When(kind__in=(engine.INTAKE, "triage"), then=word("take_up")),
    When(kind="answer", then=word("answer")),
    When(kind="wait", then=word("wait")),
    When(kind=engine.EMERGENCY, then=word("emergency")),
    default=word("step"),
    output_field=CharField(),
)


class AmongFew(Func):
    """Whether a column is among the few values that a question of its own gives: ``AmongFew(column, Subquery(...))``.

    PostgreSQL takes them for as many as half of all posts and would hold each step under way against them; as an array they
    are asked for first, and their steps then found by the index.
    """

    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """A plain set: SQLite begins with it by itself."""
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" IN ", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """An array, which is made once."""
        return self.as_sql(compiler, connection, template="(%(expressions)s))", arg_joiner=" = ANY(ARRAY", **more)


def _lines(rows: QuerySet[StepRun], claim: Claim, *, vacant: bool = False) -> Component:
    went = Escalation.objects.filter(run=OuterRef("pk")).order_by("-pk").values("asked")[:1]
    asked = Coalesce(Subquery(went), F("who"), output_field=CharField())
    return due.component(
        rows.filter(ended_at__isnull=True),
        source=NAME,
        claim=claim,
        about=_ABOUT,
        what="vacant" if vacant else _WHAT,
        ref="matter_id",
        no="matter__no",
        title=_TITLE,
        words=F("title"),
        place=F("matter__building__label"),
        due=F("due_at"),
        since=F("started_at"),
        post=asked if vacant else None,
        asked=asked,
        n=F("matter__home_count"),
    )


def components(asked: Asked) -> Iterator[Component]:
    """Yield the steps of each post that the actor holds or stands in for, then those that are nobody's, for who may appoint."""
    for office, here in asked.offices:
        rows = StepRun.objects.filter(post_id=office.post_id)
        if here != office.estate_ids or office.stands_for is not None:
            rows = rows.filter(estate_id__in=here)
        yield _lines(rows, Claim(here, office.building_id, office.kind, office.stands_for or 0))
    held = Term.objects.filter(post_id=OuterRef("pk"), since__lte=asked.now).filter(
        Q(until__isnull=True) | Q(until__gt=asked.now)
    )
    # By its clock, so that PostgreSQL takes the index of posts, whose clocks these are, and looks at one step of each.
    first = StepRun.objects.filter(post=OuterRef("pk"), ended_at__isnull=True).order_by("due_at").values("pk")[:1]
    for claim in asked.claims(Duty.TRIAGE, Duty.SUPERVISE):
        # By the few posts that are vacant and not through all that is under way in the estate, which an index of its own
        # would lead a database to: a sum has none.
        rows = StepRun.objects.annotate(in_estate=F("estate_id") + 0).filter(in_estate__in=claim.estate_ids)
        if claim.building_id is not None:
            rows = rows.filter(matter__building_id=claim.building_id)
        near = Post.objects.filter(Q(estate_id__in=claim.estate_ids) | Q(region__isnull=False))
        yield _lines(rows.filter(post__isnull=True), claim, vacant=True)
        vacant = near.filter(~Exists(held)).annotate(step=Subquery(first)).filter(step__isnull=False).values("pk")
        # Whether there is any is asked once, before the steps are looked at; there seldom is.
        yield _lines(rows.filter(Exists(vacant), AmongFew(F("post_id"), Subquery(vacant))), claim, vacant=True)


SOURCE = Source(
    name=NAME,
    room=gettext_noop("事项"),
    components=components,
    says={
        "take_up": gettext_noop("受理：选一种工作法，或者说明不办的理由"),
        "answer": gettext_noop("答复反映人"),
        "wait": gettext_noop("等期限到：{words}"),
        "emergency": gettext_noop("应急处理，办完答复反映人"),
        "step": gettext_noop("办这一步：{words}"),
        "vacant": gettext_noop("没有人负责这一步（{words}），请任命"),
    },
)


def register() -> None:
    """Put this room's work on desks."""
    due.register(SOURCE)
    exercised(
        dict.fromkeys(
            (
                *("matters.accepted", "matters.declined", "matters.merged", "matters.unmerged", "matters.separated"),
                *("matters.judged", "matters.emergency", "matters.raised", "matters.step_ended"),
                *("matters.evidence_added", "matters.answered"),
            ),
            Duty.TRIAGE,
        ),
        with_post=_post_of,
    )


def _post_of(entry: Entry) -> int | None:
    """Return the post that the step was with which the deed ended, or else is with now."""
    if entry.subject_kind != "matter":
        return None
    runs = StepRun.objects.filter(matter_id=entry.subject_id)
    if entry.kind == "matters.raised":
        # It is with the post above already; by right it was whose it had been.
        went = Escalation.objects.filter(matter_id=entry.subject_id).order_by("-pk")
        return went.values_list("from_post_id", flat=True).first()
    left = runs.filter(ended_at=entry.at).order_by("seq").values_list("post_id", flat=True).first()
    return left or runs.filter(ended_at__isnull=True).values_list("post_id", flat=True).first()
