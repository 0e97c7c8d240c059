"""Reads of objections: counts for everyone, one's own for oneself, all of them for who answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When

from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.record.notices.models import Notice, Objection, Version

WAITING = Q(answered_at__isnull=True, withdrawn_at__isnull=True)
STATES = {
    "open": WAITING,
    "answered": Q(answered_at__isnull=False),
    "withdrawn": Q(withdrawn_at__isnull=False),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """How many objections (条) to something stand, and how many of them have their answer; what was taken back is not told."""

    made: int
    answered: int

    @property
    def open(self) -> int:
        """How many wait for their answer."""
        return self.made - self.answered


def heard(version: Version) -> Heard:
    """Return the counts of a version (one query)."""
    counts = Objection.objects.filter(version=version, withdrawn_at__isnull=True).aggregate(
        made=Count("pk"), answered=Count("answered_at")
    )
    return Heard(counts["made"], counts["answered"])


def in_the_way(notice_ids: Collection[int]) -> tuple[int, int]:
    """Return what keeps notices from being over: objections that wait for an answer, and versions that hang although
    another was promised in an answer (two queries).
    """
    waiting = Objection.objects.filter(WAITING, notice__in=notice_ids).count()
    return waiting, owed(notice_ids).count()


def owed(notice_ids: Collection[int]) -> QuerySet[Version]:
    """Return the versions that still hang although an answer promised another one."""
    promised = Objection.objects.filter(notice__in=notice_ids, remedy=Objection.Remedy.REVISE).values("version")
    return Version.objects.filter(pk__in=promised, replaced_at__isnull=True, archived_at__isnull=True)


def of_run(run_id: int) -> tuple[int, int]:
    """Return what of :func:`in_the_way` keeps a passage through a step from ending."""
    return in_the_way(list(Notice.objects.filter(run=run_id).values_list("pk", flat=True)))


def mine(actor: Actor, notice: Notice) -> list[Objection]:
    """Return what the actor himself objected to in a notice, the newest first (one query, none for nobody)."""
    if actor.person_id is None:
        return []
    rows = Objection.objects.filter(notice=notice, person_id=actor.person_id)
    return list(rows.select_related("version", "home__entrance__building").order_by("-no"))


def own(actor: Actor, estate_id: int, no: int, objection_no: int) -> Objection:
    """Return an objection of the actor's own; raises :class:`NotFound` for everybody else's."""
    rows = Objection.objects.filter(estate_id=estate_id, notice__no=no, no=objection_no, person_id=actor.person_id or 0)
    found = rows.select_related("version", "notice", "home__entrance__building").first()
    if found is None:
        raise NotFound(gettext_noop("没有这条异议，或者不是您提的。请从公示页里打开您提的。"))
    return found


def listed(notice: Notice, *, state: str = "") -> QuerySet[Objection]:
    """Return the objections to a notice for who answers them, what is due first before the others."""
    rows = Objection.objects.filter(notice=notice)
    if state in STATES:
        rows = rows.filter(STATES[state])
    rows = rows.annotate(over=Case(When(WAITING, then=0), default=1, output_field=IntegerField()))
    return rows.select_related("version", "home__entrance__building").order_by("over", "due_at", "no")


def numbered(notice: Notice, objection_no: int) -> Objection:
    """Return the objection of that number; raises :class:`NotFound`."""
    rows = Objection.objects.filter(notice=notice, no=objection_no)
    found = rows.select_related("version__estate", "notice", "home__entrance__building").first()
    if found is None:
        raise NotFound(Sentence(gettext_noop("这份公示没有第 {no} 条异议。"), no=objection_no))
    return found
