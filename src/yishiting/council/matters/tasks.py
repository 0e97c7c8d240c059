"""Jobs of matters, run by the worker: clocks that ran out, posts that fell vacant, pictures that nobody used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.db import InterfaceError, OperationalError
from django.db.models import Exists, OuterRef, Q, QuerySet

from yishiting.council.matters import affairs, lifecycle
from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.matters.services import engine, escalation
from yishiting.council.matters.services.photos import drop_unused
from yishiting.ground.organisations.models import Term
from yishiting.ground.organisations.selectors import responsible
from yishiting.kernel.errors import Refusal
from yishiting.timeline.services import book

log = logging.getLogger(__name__)
#: What is done with one matter, in a transaction of its own: (its id, now) to whether something changed.
Work = Callable[[int, datetime], bool]


def sweep(*, now: datetime) -> int:
    """Do what clocks ask for, what was due first before the rest; return how many matters changed.

    Waits whose term is over end; steps that are overdue rise one tier; a step whose post is vacant goes to whoever answers
    for it now. Each matter is a transaction of its own that looks again under the lock, so the sweep may be killed at any
    moment, run twice or run in two places: nothing happens twice. What nothing is to be done about is not locked.

    A matter about which nothing can be done (its playbook cannot be read, a row of it is broken) keeps no other from its
    clock: the rest is done, and the first failure raised after it.
    """
    changed = 0
    failed: list[Exception] = []
    for matter_id, work in _asked_for(now):
        try:
            changed += _one(matter_id, now, work)
        except (OperationalError, InterfaceError):
            # The database itself: the next would wait for it as long as this one did.
            raise
        except Exception as error:
            log.exception("matter %s failed, the others go on", matter_id)
            failed.append(error)
    drop_unused(now=now)
    if failed:
        raise failed[0]
    return changed


def _asked_for(now: datetime) -> Iterator[tuple[int, Work]]:
    """Yield the matters of which something is due, with what is to be done: vacancies first, then clocks by their minute."""
    for matter_id in list(ownerless(now).order_by("pk").values_list("matter_id", flat=True)):
        yield matter_id, reassign
    due = StepRun.objects.filter(ended_at__isnull=True, due_at__lte=now, matter__status=Matter.Status.OPEN)
    for run in list(due.select_related("matter__playbook", "post").order_by("due_at", "pk")):
        yield run.matter_id, partial(_by_clock, run)


def _by_clock(run: StepRun, matter_id: int, now: datetime) -> bool:
    """Do what the end of a step's time asks for, if anything; return whether something changed."""
    if escalation.ends_by_clock(run, engine.step_of(run)):
        return end_elapsed(matter_id, now)
    if not escalation.is_top(run) and escalation.rises(run, run.matter, now):
        return escalation.raise_overdue(matter_id, now)
    return False


def _one(matter_id: int, now: datetime, work: Work) -> int:
    try:
        return 1 if work(matter_id, now) else 0
    except Refusal as refusal:
        # A gate that is not met: the step stays open and shows as overdue. Anything else is for whoever runs the box.
        level = logging.INFO if refusal.code == "gate_unmet" else logging.WARNING
        log.log(level, "matter %s stays where it is: %s", matter_id, refusal)
        return 0


def end_elapsed(matter_id: int, now: datetime) -> bool:
    """End a matter's present step where its playbook says what the end of its term leads to."""
    matter = Matter.objects.only("estate_id").get(pk=matter_id)
    with book(matter.estate_id, actor_id=None, now=now) as record:
        run = engine.current_run(matter)
        if run is None or run.due_at is None or run.due_at > now:
            return False
        matter = engine.matter_of(run)
        outcome = lifecycle.elapsed(engine.state_of(matter), now)
        if outcome is None:
            return False
        engine.finish_run(record, matter, run, outcome, note="", actor_id=None, now=now, reported=True)
    return True


def ownerless(now: datetime) -> QuerySet[StepRun]:
    """Return the steps under way whose post nobody holds at ``now``."""
    held = Term.objects.filter(post_id=OuterRef("post_id"), since__lte=now).filter(
        Q(until__isnull=True) | Q(until__gt=now)
    )
    return StepRun.objects.filter(ended_at__isnull=True, matter__status=Matter.Status.OPEN).filter(
        Q(post__isnull=True) | ~Exists(held)
    )


def reassign(matter_id: int, now: datetime) -> bool:
    """Give a step whose post is vacant to whoever answers for it now; nothing where nobody does."""
    matter = Matter.objects.only("estate_id").get(pk=matter_id)
    with book(matter.estate_id, actor_id=None, now=now) as record:
        run = ownerless(now).filter(matter_id=matter_id).select_related("matter__estate__region").first()
        if run is None:
            return False
        matter = run.matter
        found = responsible(
            kind=escalation.asked_of(run),
            estate=matter.estate,
            now=now,
            building_id=matter.building_id,
            entrance_id=matter.entrance_id,
            without=affairs.kept_out(matter, now),
        )
        if found is None or found.post.pk == run.post_id:
            return False
        run.post = found.post
        run.save(update_fields=["post"])
        record.write(
            "matters.step_reassigned",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "run": run.pk, "title": run.title, "post": found.post.kind},
            attests=[run],
            thread=matter.thread,
        )
    return True
