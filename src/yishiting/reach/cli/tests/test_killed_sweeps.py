"""A worker killed in the middle of a sweep, again and again: nothing is lost and nothing happens twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections

from tests.support.world import World
from yishiting.council.matters import tasks
from yishiting.council.matters.models import Escalation, Matter, StepRun
from yishiting.council.matters.tests.making import accepted, assert_record_holds, due, own_playbook, prepared, reported
from yishiting.council.matters.tests.test_escalation import LADDER, subdistrict
from yishiting.kernel import clock
from yishiting.reach.cli import work
from yishiting.reach.messages.models import Message
from yishiting.timeline.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def overdue_matters(count: int) -> tuple[World, list[Matter]]:
    """Matters that a building head let lie, and the world's clock just after the last of them was due."""
    world = prepared(homes=2)
    subdistrict(world)
    version = own_playbook(world, LADDER)
    matters = []
    for _ in range(count):
        world.now += timedelta(minutes=7)
        report = reported(world, building=world.buildings[0], title="楼道堆物")
        matters.append(accepted(world, report.matter, version))
    latest = max(due(run) for run in StepRun.objects.filter(ended_at__isnull=True))
    world.now = latest + timedelta(minutes=1)
    return world, matters


def sweep_in_a_process(*, kill_after: float | None) -> None:
    """Sweep as the worker does, in a process of its own; ``kill_after`` so many seconds it is killed without a warning."""
    connections.close_all()
    if connection.vendor == "postgresql":
        # What lies in the pool would be shared with the child, as any open file is.
        connection.close_pool()
    begun, says = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _say_when_it_begins(says)
            os._exit(0 if work.sweep_once() else 1)
        except BaseException:
            os._exit(2)
    os.close(says)
    os.read(begun, 1)  # or nothing, from one that ended without having anything to do
    os.close(begun)
    if kill_after is None:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        return
    time.sleep(kill_after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _say_when_it_begins(says: int) -> None:
    """Have the sweep say so as it comes to its first matter, so that kills fall into its work and not before it."""
    one = tasks._one

    def first(matter_id: int, now: datetime, verb: Callable[[int, datetime], bool]) -> int:
        tasks._one = one
        os.write(says, b".")
        return one(matter_id, now, verb)

    tasks._one = first


def nothing_twice(matters: list[Matter]) -> int:
    """Hold rows, entries and messages against one another; return how many matters have risen."""
    raised = Counter(Escalation.objects.values_list("matter_id", flat=True))
    written = Counter(Entry.objects.filter(kind="matters.raised").values_list("subject_id", flat=True))
    assert raised == written
    assert set(raised.values()) <= {1}
    with_whom = dict(StepRun.objects.filter(ended_at__isnull=True).values_list("matter_id", "post__kind"))
    assert with_whom == {
        matter.pk: "grid_worker" if matter.pk in raised else "building_head" for matter in matters
    }  # fmt: skip
    return len(raised)


def killed(kills: int, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world, matters = overdue_matters(count)
    monkeypatch.setenv(clock.OVERRIDE, world.now.isoformat())
    draw = random.Random(20261121)
    risen, window = [0], 0.03
    for _ in range(kills):
        sweep_in_a_process(kill_after=draw.random() * window)
        risen.append(nothing_twice(matters))
        # However fast the machine and the database are, the kills fall into the work and leave some for the next.
        done = risen[-1] - risen[-2]
        window = min(window * 1.5, 0.5) if done == 0 else max(window / done, 0.005)
    assert risen == sorted(risen)
    assert len(set(risen)) > kills // 5, "the kills fell before or after the work, and not into it"
    sweep_in_a_process(kill_after=None)
    assert nothing_twice(matters) == count
    stamped = list(Entry.objects.filter(kind="matters.raised").order_by("seq").values_list("facts__due", flat=True))
    assert stamped == sorted(stamped)
    told = Counter(Message.objects.filter(kind="raised_to_you").values_list("person_id", flat=True))
    assert told == {world.staff["grid_worker"].pk: count}
    assert Message.objects.filter(kind="raised", person=world.owners[0]).count() == count
    sweep_in_a_process(kill_after=None)
    assert nothing_twice(matters) == count
    assert_record_holds(world)


def test_a_worker_killed_in_the_middle_of_a_sweep_loses_nothing_and_repeats_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    killed(8, 40, monkeypatch)


@pytest.mark.long
def test_a_worker_killed_fifty_times_loses_nothing_and_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    killed(50, 260, monkeypatch)
