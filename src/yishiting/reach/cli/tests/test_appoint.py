"""Appointing from the command line: a newly imported estate gets somebody who works for it."""

from __future__ import annotations

import pytest

from tests.support.world import World, make_world
from yishiting.ground.organisations.actors import actor_for
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.models import Post, Term
from yishiting.ground.people.models import Person
from yishiting.ground.people.sign_in import may_sign_in
from yishiting.kernel import clock
from yishiting.reach.cli.main import main
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
PHONE = "13700001234"


@pytest.fixture
def world() -> World:
    return make_world(2)


def appoint(world: World, post: str, *, name: str = "钱一", phone: str = PHONE, more: tuple[str, ...] = ()) -> int:
    return main(["appoint", "--estate", world.estate.name, "--post", post, "--name", name, "--phone", phone, *more])


def test_who_is_appointed_signs_in_and_has_the_duties_of_the_post(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert appoint(world, "subdistrict_worker") == 0
    assert "街道工作人员" in capsys.readouterr().out
    person = may_sign_in(PHONE)
    assert person is not None
    assert actor_for(person, now=clock.now()).has_duty(Duty.ROSTER, world.estate.pk)
    assert verify(world.estate.pk).faults == ()


def test_an_owner_who_is_appointed_stays_the_person_that_he_is(world: World) -> None:
    owner = world.owners[0]
    before = Person.objects.count()
    assert appoint(world, "building_head", name=owner.name, phone=owner.phone, more=("--building", "1栋")) == 0
    assert Person.objects.count() == before
    actor = actor_for(owner, now=clock.now())
    assert actor.homes
    assert [office.building_id for office in actor.offices] == [world.buildings[0].pk]


def test_a_second_holder_shares_the_post_that_stands(world: World) -> None:
    posts = Post.objects.count()
    assert appoint(world, "grid_worker") == 0
    assert Post.objects.count() == posts
    assert Term.objects.filter(post__kind="grid_worker", until=None).count() == 2


@pytest.mark.parametrize(
    ("post", "name", "phone", "more", "said"),
    [
        ("no_such_post", "钱一", PHONE, (), "没有“no_such_post”这种岗位"),
        ("grid_worker", "钱一", "123", (), ""),
        ("grid_worker", " ", PHONE, (), "请写上姓名"),
        ("grid_worker", "别人", "13900010000", (), "登记在别人名下"),
        ("building_head", "钱一", PHONE, ("--building", "9栋"), "没有“9栋”"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    world: World,
    capsys: pytest.CaptureFixture[str],
    post: str,
    name: str,
    phone: str,
    more: tuple[str, ...],
    said: str,
) -> None:
    phone = world.owners[0].phone if said == "登记在别人名下" else phone
    people, terms = Person.objects.count(), Term.objects.count()
    assert appoint(world, post, name=name, phone=phone, more=more) == 2
    assert said in capsys.readouterr().err
    assert (Person.objects.count(), Term.objects.count()) == (people, terms)


def test_nobody_is_appointed_to_a_post_that_he_holds(world: World) -> None:
    assert appoint(world, "recorder") == 0
    assert appoint(world, "recorder") == 2


def test_a_name_is_one_line_and_no_longer_than_is_kept(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert appoint(world, "grid_worker", name="长" * 81) == 2
    assert "最多 80 个字" in capsys.readouterr().err
    assert appoint(world, "grid_worker", name="钱\u200b一\n") == 0
    assert Person.objects.filter(name="钱一").exists()
