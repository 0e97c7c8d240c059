"""Who is responsible for this door: the way up from it, vacancies marked, names with consent alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import START, World, make_person, make_world
from yishiting.ground.organisations.kinds import KINDS, chain
from yishiting.ground.organisations.models import Post, Term
from yishiting.ground.organisations.selectors import LADDER, Link, door_chain
from yishiting.ground.organisations.tiers import Tier

pytestmark = pytest.mark.django_db
NOW = START + timedelta(days=1)


def way_up(world: World, *, colleague: bool = False) -> tuple[Link, ...]:
    return door_chain(
        estate=world.estate, now=NOW, building_id=world.buildings[0].pk, entrance_id=world.entrances[0].pk,
        colleague=colleague,
    )  # fmt: skip


def test_the_way_up_names_each_tier_and_marks_what_is_vacant() -> None:
    links = way_up(make_world(6))
    assert [(link.tier, link.kind, link.vacant) for link in links] == [
        (Tier.BUILDING, "building_head", False),
        (Tier.ESTATE, "grid_worker", False),
        (Tier.COMMUNITY, "community_worker", False),
        (Tier.SUBDISTRICT, "subdistrict_worker", True),
    ]
    assert links[-1].stands_in == ""


def test_a_vacancy_says_who_does_the_work_meanwhile() -> None:
    world = make_world(6)
    Term.objects.filter(post__kind__in=("building_head", "grid_worker")).update(until=START)
    assert [link.stands_in for link in way_up(world)] == ["community_worker", "community_worker", "", ""]


def test_a_name_is_told_with_consent_alone_and_to_colleagues() -> None:
    world = make_world(6)
    Term.objects.filter(person=world.staff["grid_worker"]).update(name_public=True)
    head, grid, *_ = way_up(world)
    assert (head.names, head.unnamed) == ((), 1)
    assert (grid.names, grid.unnamed) == ((world.staff["grid_worker"].name,), 0)
    assert way_up(world, colleague=True)[0].names == (world.staff["building_head"].name,)


def test_the_head_of_the_entrance_comes_before_that_of_the_building_and_not_that_of_another() -> None:
    world = make_world(12)
    for entrance, name in zip(world.entrances, ("一单元长", "二单元长"), strict=True):
        post = Post.objects.create(
            organisation=Post.objects.all()[0].organisation, kind="building_head", estate=world.estate,
            building=world.buildings[0], entrance=entrance,
        )  # fmt: skip
        Term.objects.create(post=post, person=make_person(name), since=START, name_public=True)
    assert way_up(world)[0].names == ("一单元长",)


def test_a_way_up_is_the_one_by_which_a_vacancy_is_filled() -> None:
    assert list(LADDER) == list(chain("building_head"))
    assert set(LADDER) <= KINDS.keys()


def test_asking_for_a_door_takes_few_queries(django_assert_max_num_queries) -> None:
    world = make_world(6)
    with django_assert_max_num_queries(5):
        way_up(world)
