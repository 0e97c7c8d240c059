"""One matter that cannot be dealt with keeps no other from its clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from yishiting.council.matters import tasks
from yishiting.council.matters.models import Matter, PlaybookVersion
from yishiting.council.matters.services import escalation
from yishiting.council.matters.tests.making import (
    accepted,
    due,
    held_by,
    later,
    own_playbook,
    prepared,
    reported,
    run_of,
)
from yishiting.council.matters.tests.test_escalation import LADDER

pytestmark = pytest.mark.django_db


def test_a_playbook_that_cannot_be_read_stops_the_clock_of_its_own_matters_alone() -> None:
    world = prepared()
    broken = PlaybookVersion.objects.create(
        estate=world.estate, playbook="broken", version=1, name="坏了", text="id = ", added_at=world.now
    )
    stuck, other = (
        accepted(world, reported(world, who, building=world.buildings[0]).matter, own_playbook(world, LADDER))
        for who in (0, 1)
    )
    Matter.objects.filter(pk=stuck.pk).update(playbook=broken)
    assert tasks.sweep(now=due(run_of(other)) + timedelta(minutes=1)) == 1
    assert (held_by(stuck), held_by(other)) == ("building_head", "grid_worker")


def test_a_failure_in_one_matter_is_told_after_the_others_were_done(monkeypatch: pytest.MonkeyPatch) -> None:
    world = prepared()
    version = own_playbook(world, LADDER)
    first, second, third = (
        accepted(world, reported(world, who, building=world.buildings[0]).matter, version) for who in range(3)
    )
    work = escalation.raise_overdue

    def failing(error: Exception) -> Callable[[int, datetime], bool]:
        def instead(matter_id: int, now: datetime) -> bool:
            if matter_id == second.pk:
                raise error
            return work(matter_id, now)

        return instead

    now = later(world, days=9)
    monkeypatch.setattr(escalation, "raise_overdue", failing(OperationalError("no connection")))
    with pytest.raises(OperationalError):
        tasks.sweep(now=now)
    # The database itself is gone: nothing more is tried.
    assert [held_by(each) for each in (first, second, third)] == ["grid_worker", "building_head", "building_head"]
    monkeypatch.setattr(escalation, "raise_overdue", failing(KeyError("a broken row")))
    with pytest.raises(KeyError):
        tasks.sweep(now=now)
    assert [held_by(each) for each in (first, second, third)] == ["grid_worker", "building_head", "grid_worker"]
