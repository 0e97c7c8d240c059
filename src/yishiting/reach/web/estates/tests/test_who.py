"""The page that says who is responsible for a door: posts for everybody, names for the estate's own with consent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.support.signing import sign_in
from tests.support.world import START, World, make_world
from yishiting.ground.organisations.models import Term
from yishiting.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv(clock.OVERRIDE, (START + timedelta(days=1)).isoformat())
    return make_world(12)


def page(world: World, client: Client, entrance: object = "") -> str:
    answer = client.get(f"/e/{world.estate.slug}/who/", {"entrance": entrance})
    assert answer.status_code == 200
    return answer.content.decode()


def test_anybody_reads_the_posts_of_a_door_and_no_name(world: World) -> None:
    Term.objects.update(name_public=True)
    shown = page(world, Client(), world.entrances[1].pk)
    assert [
        shown.index(post) for post in ("楼栋长</b>", "网格员</b>", "社区工作人员</b>", "街道工作人员</b>")
    ] == sorted(shown.index(post) for post in ("楼栋长</b>", "网格员</b>", "社区工作人员</b>", "街道工作人员</b>"))
    assert "现在空缺" in shown
    assert not any(person.name in shown for person in world.staff.values())


def test_a_resident_comes_to_his_own_door_and_reads_who_agreed_to_be_named(world: World) -> None:
    Term.objects.filter(person=world.staff["grid_worker"]).update(name_public=True)
    shown = page(world, sign_in(Client(), world.owners[7]))
    assert "<h2>1栋2单元</h2>" in shown
    assert world.staff["grid_worker"].name in shown
    assert world.staff["building_head"].name not in shown


def test_staff_read_who_holds_each_post(world: World) -> None:
    shown = page(world, sign_in(Client(), world.staff["grid_worker"]), world.entrances[0].pk)
    assert world.staff["building_head"].name in shown


def test_a_door_that_is_not_here_is_no_door(world: World) -> None:
    other = make_world(2, name="别处苑")
    shown = page(world, Client(), other.entrances[0].pk)
    assert "楼栋长</b>" not in shown
    assert "楼栋长</b>" not in page(world, Client(), "x")
