"""From home to home: each door with who went there, what is left, and who may look."""

from __future__ import annotations

import pytest

from tests.support.world import World, make_world
from yishiting.ground.places.models import Building, Entrance, Home
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.record.notices import policy, selectors, services
from yishiting.record.notices.models import Attempt, Canvass
from yishiting.record.notices.services.canvassing import told_homes
from yishiting.record.notices.tests import making
from yishiting.timeline.entries import Level, kind
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(12)


def other_building(world: World) -> list[Home]:
    building = Building.objects.create(estate=world.estate, label="2栋", order=2)
    entrance = Entrance.objects.create(estate=world.estate, building=building, label="1单元")
    return [
        Home.objects.create(estate=world.estate, building=building, entrance=entrance, room=f"{n}01", area=90)
        for n in range(1, 6)
    ]


def test_a_round_reaches_every_home_of_its_scope(world: World) -> None:
    round_ = making.canvass(world, entrance_ids=[world.entrances[0].pk])
    assert selectors.total(selectors.parts_of([round_])[round_.pk]).homes == 6
    for home in range(6):
        making.knocked(world, round_, home)
    closed = services.close_canvass(**making.at(world, round_))
    assert (closed.left, closed.close_note) == (0, "")
    assert verify(world.estate.pk).faults == ()


def test_a_scope_with_an_entrance_that_is_not_here_is_refused_whole(world: World) -> None:
    elsewhere = make_world(3, name="别处苑")
    with pytest.raises(BadInput) as refused:
        making.canvass(world, entrance_ids=[world.entrances[0].pk, elsewhere.entrances[0].pk])
    assert "entrances" in refused.value.fields
    assert not Canvass.objects.exists()


def test_ending_with_homes_left_keeps_how_many_and_why(world: World) -> None:
    round_ = making.canvass(world)
    making.knocked(world, round_, 0)
    with pytest.raises(WrongState, match="11 户"):
        services.close_canvass(**making.at(world, round_))
    closed = services.close_canvass(**making.at(world, round_), reason="都在外地，电话没人接")
    assert closed.left == 11
    with pytest.raises(WrongState):
        making.knocked(world, round_, 1)
    assert str(Entry.objects.last().facts["told"]) == "1"


def test_a_home_that_was_away_is_left_until_somebody_is_met_or_two_notes_were_left(world: World) -> None:
    round_ = making.canvass(world, notes_suffice=2)
    making.knocked(world, round_, 0, "away")
    making.knocked(world, round_, 1, "note_left")
    assert told_homes(round_) == frozenset()
    making.later(world, hours=5)
    making.knocked(world, round_, 0, "met", how="phone")
    making.knocked(world, round_, 1, "note_left")
    assert told_homes(round_) == {world.homes[0].pk, world.homes[1].pk}


def test_a_second_press_of_the_button_is_one_knock(world: World) -> None:
    round_ = making.canvass(world)
    making.knocked(world, round_, 0, "away")
    with pytest.raises(WrongState) as refused:
        making.knocked(world, round_, 0, "away")
    assert refused.value.code == "already_recorded"
    making.later(world, minutes=10)
    making.knocked(world, round_, 0, "away")
    assert Attempt.objects.count() == 2


def test_a_slip_of_the_finger_is_taken_back_and_stays_on_record(world: World) -> None:
    round_ = making.canvass(world)
    wrong = making.knocked(world, round_, 0)
    at = making.at(world, round_) | {"home_id": world.homes[0].pk, "attempt_id": wrong.pk}
    services.withdraw_attempt(**at)
    assert told_homes(round_) == frozenset()
    with pytest.raises(WrongState):
        services.withdraw_attempt(**at)
    (door,) = selectors.doors(round_, None, home_id=world.homes[0].pk)
    assert (door.told, door.last, len(door.attempts)) == (False, None, 1)
    assert verify(world.estate.pk).faults == ()


def test_doors_stand_in_the_order_in_which_one_walks(world: World) -> None:
    far = other_building(world)
    round_ = making.canvass(world)
    walked = [door.home.pk for door in selectors.doors(round_, None)]
    assert walked == [*(home.pk for home in world.homes), *(home.pk for home in far)]
    assert [part.label for part in selectors.parts_of([round_])[round_.pk]] == ["1栋", "2栋"]


def test_a_building_head_goes_round_his_own_building_alone(world: World) -> None:
    far = other_building(world)
    round_ = making.canvass(world)
    head = world.actor("building_head")
    assert policy.buildings_of(head, world.estate.pk) == {world.buildings[0].pk}
    making.knocked(world, round_, 0, by="building_head")
    with pytest.raises(NotAllowed):
        services.record_attempt(
            actor=head, estate_id=world.estate.pk, no=round_.no, home_id=far[0].pk, outcome="met", now=world.now
        )
    with pytest.raises(NotAllowed):
        services.close_canvass(**making.at(world, round_, "building_head"), reason="走完了")
    assert policy.canvasses_of(head).get() == round_
    here = making.canvass(world, entrance_ids=[far[0].entrance_id])
    assert here not in policy.canvasses_of(head)


@pytest.mark.parametrize("who", ["moderator", "property_manager", "police_officer", "supervisor"])
def test_nobody_else_sees_a_door(world: World, who: str) -> None:
    round_ = making.canvass(world)
    assert not policy.can_visit(world.actor(who), world.estate.pk, world.buildings[0].pk)
    assert not policy.canvasses_of(world.actor(who)).exists()
    with pytest.raises(NotAllowed):
        making.knocked(world, round_, 0, by=who)


def test_what_came_of_a_door_is_not_on_the_public_record(world: World) -> None:
    making.knocked(world, making.canvass(world), 0)
    entry = Entry.objects.get(kind="notices.attempted")
    found = kind(entry.kind)
    assert found is not None
    assert found.level is Level.PERSONAL
    assert entry.facts == {"no": 1}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"outcome": "飞了"}, "outcome"),
        ({"outcome": "met", "how": "鸽子"}, "how"),
        ({"outcome": "met", "note": "字" * 201}, "note"),
    ],
)
def test_an_attempt_that_says_nothing_is_refused(world: World, told: dict[str, str], field: str) -> None:
    round_ = making.canvass(world)
    with pytest.raises(BadInput) as refused:
        services.record_attempt(**making.at(world, round_), home_id=world.homes[0].pk, **told)
    assert field in refused.value.fields


def test_nobody_went_tomorrow_or_before_it_began(world: World) -> None:
    round_ = making.canvass(world)
    before = world.now
    making.later(world, hours=2)
    making.knocked(world, round_, 0, at=before)
    for hours in (-3, 3):
        moment = world.now
        making.later(world, hours=hours)
        wrong, world.now = world.now, moment
        with pytest.raises(BadInput):
            making.knocked(world, round_, 1, at=wrong)


def test_an_estate_without_homes_has_nobody_to_reach(world: World) -> None:
    empty = Entrance.objects.create(estate=world.estate, building=world.buildings[0], label="9单元")
    with pytest.raises(BadInput):
        making.canvass(world, entrance_ids=[empty.pk])
    round_ = making.canvass(world, entrance_ids=[world.entrances[0].pk])
    with pytest.raises(NotFound):
        making.knocked(world, round_, 7)
    assert Canvass.objects.count() == 1


def test_verify_finds_a_door_slipped_in_and_a_count_that_does_not_follow(world: World) -> None:
    from django.db import connection

    from yishiting.record.notices.models import CanvassHome
    from yishiting.timeline import guards

    round_ = making.canvass(world, entrance_ids=[world.entrances[0].pk])
    services.close_canvass(**making.at(world, round_), reason="没人")
    guards.remove(connection)
    CanvassHome.objects.create(
        estate=world.estate, canvass=round_, home=world.homes[8], building=world.homes[8].building
    )
    guards.install(connection)
    faults = [str(fault) for fault in verify(world.estate.pk).faults]
    assert any("名单" in fault for fault in faults)
    assert any("重新数是 7 户" in fault for fault in faults)
