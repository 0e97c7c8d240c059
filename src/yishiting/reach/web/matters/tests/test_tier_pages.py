"""Pages of what rises: raising from the desk, where it stands in, what nobody answers for, figures by tier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.support.signing import sign_in
from tests.support.world import World
from yishiting.council.matters import selectors, services
from yishiting.council.matters.models import Escalation
from yishiting.council.matters.tasks import sweep
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
from yishiting.council.matters.tests.test_escalation import LADDER, begun, subdistrict, vacate
from yishiting.ground.organisations.tiers import Tier
from yishiting.ground.people.models import Person
from yishiting.kernel import clock

pytestmark = pytest.mark.django_db
Browse = Callable[[World, Person], Client]


@pytest.fixture
def browse(monkeypatch: pytest.MonkeyPatch) -> Browse:
    """Return a browser signed in as somebody, at the moment of the world's clock."""

    def signed_in(world: World, person: Person) -> Client:
        monkeypatch.setenv(clock.OVERRIDE, (world.now + timedelta(minutes=1)).isoformat())
        return sign_in(Client(), person)

    return signed_in


def test_raising_asks_once_more_and_then_shows_the_way_up(browse: Browse) -> None:
    world = prepared()
    matter = begun(world)
    head = browse(world, world.staff["building_head"])
    page = f"/desk/{world.estate.slug}/matters/{matter.no}/"
    assert f"{page}raise/" in head.get(page).content.decode()
    form = {"reason": "要动维修资金", "run": run_of(matter).pk, "post": run_of(matter).post_id}
    assert head.post(f"{page}raise/", {**form, "reason": ""}).status_code == 422
    asked = head.post(f"{page}raise/", form).content.decode()
    assert "不能自己收回" in asked
    assert not Escalation.objects.exists()
    assert head.post(f"{page}raise/", {**form, "confirm": "1"}).status_code == 302
    assert held_by(matter) == "grid_worker"
    text = head.get(page).content.decode()
    assert "上交的经过" in text
    assert "要动维修资金" in text
    assert "raise/" not in text
    again = head.post(f"{page}raise/", {**form, "confirm": "1"})
    assert again.status_code == 403
    listed = head.get("/desk/matters/?due=raised&status=").content.decode()
    assert matter.title in listed


def test_the_reason_of_a_rise_is_for_residents_and_the_rise_for_everybody(browse: Browse) -> None:
    world = prepared()
    matter = begun(world)
    services.raise_matter(actor=world.actor("building_head"), matter_id=matter.pk, reason="要动维修资金", now=world.now)
    address = f"/e/{world.estate.slug}/matters/{matter.no}/"
    assert "上交到小区" in (seen := Client().get(address).content.decode())
    assert "要动维修资金" not in seen
    assert "要动维修资金" in browse(world, world.owners[3]).get(address).content.decode()


def test_the_desk_says_for_whom_somebody_stands_in(browse: Browse) -> None:
    world = prepared()
    vacate(world, "building_head")
    matter = begun(world)
    grid = browse(world, world.staff["grid_worker"])
    assert "楼栋长空缺，由您代办" in grid.get("/desk/").content.decode()
    page = grid.get(f"/desk/{world.estate.slug}/matters/{matter.no}/").content.decode()
    assert "（楼栋长空缺，由网格员代办）" in page


def test_what_nobody_answers_for_is_on_the_desk_and_on_its_page(browse: Browse) -> None:
    world = prepared()
    for kind in ("building_head", "grid_worker", "community_worker"):
        vacate(world, kind)
    matter = reported(world, building=world.buildings[0]).matter
    desk = browse(world, world.staff["moderator"])
    assert "没有人负责这一步" in desk.get("/desk/").content.decode()
    assert "目前没有人负责" in desk.get(f"/desk/{world.estate.slug}/matters/{matter.no}/").content.decode()
    assert "目前没有人负责这一步" in Client().get(f"/e/{world.estate.slug}/matters/{matter.no}/").content.decode()


def test_an_emergency_is_sent_to_a_tier_that_is_named(browse: Browse) -> None:
    world = prepared()
    subdistrict(world)
    matter = begun(world)
    grid = browse(world, world.staff["grid_worker"])
    address = f"/desk/{world.estate.slug}/matters/{matter.no}/emergency/"
    shown = grid.get(address).content.decode()
    assert "直接报到哪一级" in shown
    assert grid.post(address, {"reason": "漏气", "tier": "1", "confirm": "1"}).status_code == 422
    assert grid.post(address, {"reason": "漏气", "tier": "4", "confirm": "1"}).status_code == 302
    assert held_by(matter) == "subdistrict_worker"


def test_solved_matters_are_counted_by_the_highest_tier_that_worked_on_them() -> None:
    world = prepared()
    subdistrict(world)
    version = own_playbook(world, LADDER)
    for rises in (0, 1, 1, 2):
        matter = accepted(world, reported(world, building=world.buildings[0]).matter, version)
        for _ in range(rises):
            sweep(now=due(run_of(matter)))
        world.now = max(world.now, run_of(matter).started_at) + timedelta(days=30)
        step = run_of(matter)
        assert step.post is not None
        services.end_step(
            actor=world.actor(step.post.kind), matter_id=matter.pk, outcome="done", now=later(world, hours=1)
        )
        services.answer(
            actor=world.actor("community_worker"), matter_id=matter.pk, texts="清了", now=later(world, hours=1)
        )
    reported(world)
    assert selectors.solved_by_tier(world.estate.pk) == {
        Tier.BUILDING: 1, Tier.ESTATE: 2, Tier.COMMUNITY: 1, Tier.SUBDISTRICT: 0,
    }  # fmt: skip
    shown = Client().get(f"/e/{world.estate.slug}/matters/settled/").content.decode()
    assert "一共解决 4 件，其中 3 件没有出小区。" in shown
