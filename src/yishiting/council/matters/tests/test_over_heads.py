"""What was raised is with the tier that has it: those below bring it on, and neither end it, take it away nor pull it down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.world import World
from yishiting.council.matters import selectors, services
from yishiting.council.matters.models import Decision, Escalation, Matter
from yishiting.council.matters.tasks import sweep
from yishiting.council.matters.tests.making import (
    accepted,
    assert_record_holds,
    due,
    held_by,
    later,
    own_playbook,
    prepared,
    reported,
    run_of,
    shipped,
)
from yishiting.council.matters.tests.test_escalation import begun, subdistrict, told
from yishiting.ground.organisations import services as organisations
from yishiting.ground.organisations.models import Organisation
from yishiting.ground.organisations.tiers import Tier
from yishiting.kernel.errors import BadInput, NotAllowed

pytestmark = pytest.mark.django_db

WAITING = """
id = "their-own-days"
version = 1
name = "自己清理"

[[step]]
id = "self_clear"
stage = "carry_out"
kind = "wait"
title = "住户自己清理"
who = "building_head"
within = "{within}"
{needs}
next = {{ cleared = "answer", elapsed = "answer" }}

[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复反映人"
who = "community_worker"
next = {{ answered = "end" }}
"""


def waiting(world: World, *, within: str = "5 workdays", needs: str = "") -> Matter:
    """A matter whose neighbours have some days of their own."""
    version = own_playbook(world, WAITING.replace("{within}", within), needs)
    return accepted(world, reported(world, building=world.buildings[0]).matter, version)


def raised(world: World, *kinds: str) -> Matter:
    """A matter that each of these posts raised in turn."""
    matter = begun(world)
    for kind in kinds:
        services.raise_matter(actor=world.actor(kind), matter_id=matter.pk, reason="办不了", now=later(world, hours=1))
    return matter


def test_the_tier_below_neither_declines_nor_merges_what_was_raised_above_it() -> None:
    world = prepared()
    matter = raised(world, "building_head", "grid_worker")
    other = reported(world, 1).matter
    for who in ("grid_worker", "moderator"):
        below = world.actor(who)
        for deed in (
            lambda below=below: services.decline(actor=below, matter_id=matter.pk, reason="算了", now=world.now),
            lambda below=below: services.merge(
                actor=below, matter_id=matter.pk, into_id=other.pk, reason="同一件", now=world.now
            ),
        ):
            with pytest.raises(NotAllowed) as refusal:
                deed()
            assert "已经上交" in str(refusal.value)
        desk = selectors.desk_matter(below, world.estate, matter.no, now=world.now)
        assert (desk.can_triage, desk.can_settle) == (True, False)
    # What comes to it from below is welcome, and who has it may send it on.
    services.merge(actor=world.actor("grid_worker"), matter_id=other.pk, into_id=matter.pk, reason="同", now=world.now)
    services.decline(actor=world.actor("community_worker"), matter_id=matter.pk, reason="归供电", now=world.now)
    assert told("matters.came_back") == ["“清理”由社区办完：没有立项。结果转回楼栋长、网格员。"]
    assert_record_holds(world)


def test_what_was_not_taken_up_in_time_can_still_be_taken_up_by_who_was_late() -> None:
    world = prepared()
    subdistrict(world)
    matter = reported(world).matter
    sweep(now=due(run_of(matter)))
    assert held_by(matter) == "subdistrict_worker"
    assert accepted(world, matter, shipped("five-step")).stage == "topic"
    assert_record_holds(world)


def test_an_emergency_from_below_pulls_nothing_down() -> None:
    world = prepared()
    subdistrict(world)
    matter = raised(world, "building_head", "grid_worker", "community_worker")
    grid = world.actor("grid_worker")
    with pytest.raises(BadInput) as refusal:
        services.emergency(actor=grid, matter_id=matter.pk, reason="漏气", now=world.now, tier=Tier.COMMUNITY)
    assert "已经上交到街道" in str(refusal.value)
    services.emergency(actor=grid, matter_id=matter.pk, reason="漏气", now=world.now)
    assert (run_of(matter).kind, held_by(matter)) == ("emergency", "subdistrict_worker")
    assert Escalation.objects.filter(cause="emergency").count() == 0
    assert_record_holds(world)


def test_the_post_that_is_named_is_the_one_that_decides_and_not_the_first_that_somebody_holds() -> None:
    world = prepared()
    body = Organisation.objects.create(kind="community", name="测试社区", region=world.estate.region)
    manager = world.staff["property_manager"]
    for kind in ("branch_secretary", "community_secretary"):
        post = organisations.create_post(organisation=body, kind=kind, estate=world.estate)
        organisations.appoint(post=post, person=manager, since=world.now, actor_id=None)
    both = world.actor("property_manager")
    assert both.offices[0].kind == "property_manager", "what he was first is no post that takes matters up"
    matter, elsewhere = reported(world, building=world.buildings[0]).matter, reported(world, 1).matter
    services.decline(actor=both, matter_id=elsewhere.pk, reason="归供电", now=world.now)
    assert Decision.objects.get(kind="declined").post == "community_secretary"
    # His own tier is that of the post by which he decides.
    with pytest.raises(BadInput):
        services.emergency(actor=both, matter_id=matter.pk, reason="漏气", now=world.now, tier=Tier.COMMUNITY)
    here = replace(
        both,
        offices=tuple(
            replace(each, building_id=world.buildings[0].pk + 99) if each.kind == "community_secretary" else each
            for each in both.offices
        ),
    )
    assert services.post_kind(here, matter) == "branch_secretary", "a post of another building decides nothing here"


def test_raising_a_wait_by_hand_leaves_the_neighbours_their_term_and_no_more() -> None:
    world = prepared()
    matter = waiting(world)
    term = due(run_of(matter))
    later(world, days=2)
    services.raise_matter(actor=world.actor("building_head"), matter_id=matter.pk, reason="劝不动", now=world.now)
    assert (held_by(matter), due(run_of(matter))) == ("grid_worker", term)
    assert sweep(now=term - timedelta(minutes=1)) == 0
    assert sweep(now=term) == 1
    assert run_of(matter).step == "answer"
    assert_record_holds(world)


def test_a_wait_that_a_gate_holds_past_its_term_is_told_to_be_overdue() -> None:
    world = prepared()
    matter = waiting(world, within="36 hours", needs='"photo:any"')
    staff, after = world.actor("building_head"), due(run_of(matter)) + timedelta(minutes=1)
    assert not selectors.desk_matter(staff, world.estate, matter.no, now=world.now).overdue
    assert sweep(now=after) == 0
    assert selectors.desk_matter(staff, world.estate, matter.no, now=after).overdue
