"""Reporting and joining: whose words, on which matter, counted how."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.support.world import World, add_tenant, make_person, make_world
from yishiting.council.matters import services
from yishiting.council.matters.models import Matter, Report, StepRun
from yishiting.council.matters.tests.making import (
    STAFF,
    assert_record_holds,
    kinds_written,
    later,
    own_playbook,
    prepared,
    reported,
    run_of,
    stored,
)
from yishiting.ground.organisations.actors import NOBODY
from yishiting.ground.people.models import Holding, Residence
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline import entries, guards
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


def test_a_report_opens_a_numbered_matter_that_waits_for_its_owner_within_a_clock() -> None:
    world = prepared()
    report = reported(world, urgent=True, entrance=world.entrances[1])
    matter = report.matter
    assert (matter.no, matter.home_count, matter.unanswered, matter.urgent) == (1, 1, 1, True)
    assert matter.building == world.buildings[0]
    run = run_of(matter)
    assert run.post is not None
    assert run.post.kind == "community_worker"
    # Two work days from Monday morning, as the common playbook's triage step says.
    assert run.due_at is not None
    assert matter.due_at == run.due_at
    assert kinds_written(matter) == ["matters.reported"]
    assert_record_holds(world)


def test_reports_are_numbered_without_gaps_in_each_estate() -> None:
    world, other = prepared(), prepared_beside()
    numbers = [reported(world).matter.no, reported(other).matter.no, reported(world, 1).matter.no]
    assert numbers == [1, 1, 2]


def add_tenant_as(world: World, home: int) -> None:
    """The first owner lives in another home too."""
    Residence.objects.create(
        estate=world.estate, home=world.homes[home], person=world.owners[0], kind="household", since=world.now
    )


def prepared_beside() -> World:
    """Another estate."""
    return make_world(6, name="隔壁苑")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"category": "瞎写的"}, "category"),
        ({"title": "  "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"words": " \n "}, "words"),
        ({"words": "长" * 2001}, "words"),
        ({"spot": "长" * 81}, "spot"),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(given: dict[str, str], field: str) -> None:
    world = prepared()
    with pytest.raises(BadInput) as refusal:
        reported(world, **given)
    assert field in refusal.value.fields
    assert (Matter.objects.count(), Report.objects.count()) == (0, 0)


def test_nobody_and_strangers_cannot_report_but_tenants_can() -> None:
    world = prepared()
    stranger = make_person("路人", "13900009999")
    for actor in (NOBODY, world.actor(stranger)):
        with pytest.raises(NotAllowed):
            services.report(actor=actor, estate=world.estate, category="养犬", title="狗", words="狗叫", now=world.now)
    tenant = add_tenant(world, world.homes[3])
    made = services.report(
        actor=world.actor(tenant), estate=world.estate, category="养犬", title="狗叫", words="夜里叫", now=world.now
    )
    assert made.home == world.homes[3]


def test_an_owner_of_several_homes_says_which_one_speaks() -> None:
    world = prepared()
    add_tenant_as(world, 5)
    with pytest.raises(BadInput) as refusal:
        reported(world, 0)
    assert "home" in refusal.value.fields
    assert reported(world, 0, home_id=world.homes[5].pk).home == world.homes[5]


def test_a_home_of_somebody_else_cannot_be_named() -> None:
    world = prepared()
    with pytest.raises(BadInput) as refusal:
        reported(world, 0, home_id=world.homes[1].pk)
    assert "home" in refusal.value.fields
    # Nor by staff in their own name: one voice would count as many homes.
    with pytest.raises(BadInput) as refusal:
        reported(world, STAFF, home_id=world.homes[1].pk)
    assert "替谁" in str(refusal.value.fields["home"])
    assert reported(world, STAFF).home is None
    # Of a home where nobody is registered nobody else can be named.
    Holding.objects.filter(home=world.homes[1]).update(until=later(world, days=1))
    assert reported(world, STAFF, home_id=world.homes[1].pk).home == world.homes[1]


def test_staff_write_down_a_neighbours_report_which_stays_the_neighbours() -> None:
    world = prepared()
    made = reported(world, STAFF, written_for=world.owners[2], home_id=world.homes[2].pk)
    assert (made.person, made.home, made.written_by) == (world.owners[2], world.homes[2], world.staff[STAFF])
    with pytest.raises(BadInput):
        reported(world, STAFF, written_for=world.owners[2], home_id=world.homes[3].pk)
    with pytest.raises(NotAllowed):
        reported(world, 0, written_for=world.owners[2], home_id=world.homes[2].pk)
    assert_record_holds(world)


def test_a_second_report_of_the_same_home_stays_its_own_and_counts_one_home() -> None:
    world = prepared()
    matter = reported(world, 0).matter
    services.join(actor=world.actor(1), matter_id=matter.pk, words="我们家也出不去", now=world.now)
    services.join(actor=world.actor(0), matter_id=matter.pk, words="今天又堵了", now=world.now)
    matter.refresh_from_db()
    assert (matter.home_count, matter.unanswered, matter.reports.count()) == (2, 3, 3)
    assert kinds_written(matter) == ["matters.reported", "matters.joined", "matters.joined"]
    joined = Entry.objects.filter(kind="matters.joined").order_by("seq")
    assert [entries.describe(entry.kind, entry.facts).render(str) for entry in joined] == [
        "又有邻居反映这件事，现在一共 2 户。",
        "同一户又补充了一次，还是一共 2 户。",
    ]
    assert_record_holds(world)


def test_joining_a_matter_that_was_merged_reaches_the_one_it_went_into() -> None:
    world = prepared()
    first, second = reported(world, 0).matter, reported(world, 1, title="门口全是电动车").matter
    services.merge(actor=world.actor(STAFF), matter_id=second.pk, into_id=first.pk, reason="同一件事", now=world.now)
    made = services.join(actor=world.actor(2), matter_id=second.pk, words="我也是", now=world.now)
    first.refresh_from_db()
    assert made.matter == first
    assert first.home_count == 3
    assert_record_holds(world)


def test_a_matter_that_has_ended_cannot_be_joined() -> None:
    world = prepared()
    matter = reported(world).matter
    services.decline(actor=world.actor(STAFF), matter_id=matter.pk, reason="已经有充电棚了", now=world.now)
    with pytest.raises(WrongState):
        services.join(actor=world.actor(1), matter_id=matter.pk, words="我也是", now=world.now)
    assert Report.objects.count() == 1


def test_a_matter_of_another_estate_cannot_be_joined_by_its_number() -> None:
    world, other = prepared(), prepared_beside()
    foreign = reported(other).matter
    with pytest.raises(NotFound):
        reported(world, join_matter_id=foreign.pk)


def test_pictures_go_with_the_report_that_came_first_and_only_six() -> None:
    world = prepared()
    photo = stored(world)
    first = reported(world, photos=[photo])
    second = reported(world, photos=[photo])
    assert (first.photos.count(), second.photos.count()) == (1, 0)
    with pytest.raises(BadInput) as refusal:
        reported(world, photos=[stored(world) for _ in range(7)])
    assert "photos" in refusal.value.fields


def test_a_category_that_an_own_playbook_names_can_be_chosen() -> None:
    world = prepared()
    assert "飞线" not in services.categories_of(world.estate.pk)
    own_playbook(world, OWN)
    assert services.categories_of(world.estate.pk)[-2:] == ("飞线", "其他")
    assert reported(world, category="飞线").matter.category == "飞线"


OWN = """
id = "lines"
version = 1
name = "飞线整治"
matters = ["飞线"]

[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复"
who = "community_worker"
next = {{ answered = "end" }}
"""


def test_an_edited_report_is_found() -> None:
    world = prepared()
    report = reported(world)
    guards.remove(connection)
    Report.objects.filter(pk=report.pk).update(words="没事了")
    assert any("matters.report" in str(fault) for fault in verify(world.estate.pk).faults)
    Matter.objects.filter(pk=report.matter_id).update(home_count=9)
    assert any("9 户" in str(fault) for fault in verify(world.estate.pk).faults)


def test_every_open_matter_has_one_step_under_way() -> None:
    world = prepared()
    for who in range(3):
        reported(world, who)
    assert StepRun.objects.filter(ended_at=None).values("matter").distinct().count() == 3
