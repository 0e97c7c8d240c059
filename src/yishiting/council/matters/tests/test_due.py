"""What desks are told of steps: those of a post that nobody holds any more are told as nobody's, and no others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import World
from yishiting.council.matters.models import Matter
from yishiting.council.matters.tasks import sweep
from yishiting.council.matters.tests.making import prepared, reported
from yishiting.council.matters.tests.test_escalation import begun, vacate
from yishiting.ground.desks.gathering import DueFilter, DueList

pytestmark = pytest.mark.django_db


def nobodys(world: World, who: str = "grid_worker") -> list[tuple[int, str, str]]:
    """The lines of a desk that ask for an appointment: number, step, whom it is with by rights; the figure beside agrees."""
    listed = DueList(world.actor(who), DueFilter(), now=world.now)
    assert listed.counts.all == len(listed[0:1000])
    return [(line.no, line.words, line.asked or line.post) for line in listed[0:1000] if line.what == "vacant"]


def test_the_steps_of_a_post_that_nobody_holds_any_more_are_told_until_the_sweep_hands_them_on() -> None:
    world = prepared()
    steps: list[Matter] = [begun(world), reported(world, 1).matter]
    assert nobodys(world) == []
    vacate(world, "building_head")
    vacate(world, "police_officer")
    assert nobodys(world) == [(steps[0].no, "清理", "building_head")]
    assert nobodys(world, "property_manager") == [], "who does not appoint is not told"
    vacate(world, "community_worker")
    assert sorted(no for no, _, _ in nobodys(world)) == [steps[0].no, steps[1].no]
    sweep(now=world.now + timedelta(minutes=1))
    # The first went to the next post up; above the second there is nobody.
    assert [no for no, _, _ in nobodys(world)] == [steps[1].no]
