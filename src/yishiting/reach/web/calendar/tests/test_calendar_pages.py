"""The desk's calendar: a year looked at, a day entered and lifted, a list pasted; refusals keep what was typed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.world import World, make_world
from yishiting.ground.organisations.models import Post, Term
from yishiting.ground.places.models import WorkdayOverride
from yishiting.reach.web.matters.tests.making import Browser, text

pytestmark = pytest.mark.django_db
KEEPER = "community_worker"
UNKNOWN = "2027 年的放假安排还没有公布，先按周末算"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def keeper(world: World, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(world, KEEPER, monkeypatch)


def at(world: World, tail: str = "") -> str:
    return f"/desk/{world.estate.slug}/calendar/{tail}"


def test_a_year_shows_its_holidays_and_one_that_nobody_knows_says_so(keeper: Browser, world: World) -> None:
    page = text(keeper.get(at(world)))
    assert "国庆" in page
    assert "补班" in page
    assert "还没有公布，先按周末算" not in page
    assert UNKNOWN in text(keeper.get(at(world), year="2027"))
    for odd in ("abcd", "1066", "99999", ""):
        assert keeper.get(at(world), year=odd).status_code == 200


def test_a_list_makes_the_year_known_and_its_faults_are_told_by_line(keeper: Browser, world: World) -> None:
    pasted = "2027-01-01 休\n2027-05-01 休\n2027-02-30 休\n2027-10-01 休"
    refused = keeper.post(at(world, "list/"), days=pasted, reason="通知")
    assert refused.status_code == 422
    assert "第 3 行：没有“2027-02-30”这一天" in text(refused)
    assert "2027-05-01 休" in text(refused), "what was pasted is lost"
    assert not WorkdayOverride.objects.exists()
    done = keeper.post(at(world, "list/"), days=pasted.replace("02-30", "02-05"), reason="通知")
    assert done.status_code == 302
    year = text(keeper.get(at(world), year="2027"))
    assert UNKNOWN not in year
    assert "登记了 4 天" in year


def test_a_day_is_entered_and_lifted_with_reasons(keeper: Browser, world: World) -> None:
    empty = keeper.post(at(world, "day/"))
    assert empty.status_code == 422
    known = keeper.post(at(world, "day/"), day="2026-10-01", worked="0", reason="国庆")
    assert known.status_code == 422
    assert "本来就休息" in text(known)
    assert keeper.post(at(world, "day/"), day="2026-03-04", worked="0", reason="办公室搬家").status_code == 302
    row = WorkdayOverride.objects.get()
    assert "办公室搬家" in text(keeper.get(at(world)))
    assert keeper.post(at(world, f"{row.pk}/lift/"), reason="").status_code == 422
    assert keeper.post(at(world, f"{row.pk}/lift/"), reason="不搬了").status_code == 302
    assert "不搬了" in text(keeper.get(at(world)))
    assert keeper.get(at(world, f"{row.pk}/lift/")).status_code == 404


def test_a_day_goes_to_the_other_estates_of_the_keeper_where_asked(keeper: Browser, world: World) -> None:
    assert "其他小区" not in text(keeper.get(at(world, "day/")))
    other = make_world(3, name="别处苑")
    post = Post.objects.get(kind=KEEPER, region=other.estate.region)
    Term.objects.create(post=post, person=world.staff[KEEPER], since=world.now)
    assert "别处苑" in text(keeper.get(at(world, "day/")))
    keeper.post(at(world, "day/"), day="2026-03-04", worked="0", reason="停电", others="on")
    assert set(WorkdayOverride.objects.values_list("estate__name", flat=True)) == {"测试苑", "别处苑"}
    keeper.post(at(other, "list/"), days="2026-03-05 休", reason="停电")
    keeper.post(at(world, "list/"), days="2026-03-05 休\n2026-03-06 休", reason="停电", others="on")
    assert WorkdayOverride.objects.filter(estate=other.estate).count() == 3


@pytest.mark.parametrize("who", ["grid_worker", "committee_chair", 0, None])
def test_nobody_else_opens_the_calendar(world: World, monkeypatch: pytest.MonkeyPatch, who: Any) -> None:
    browser = Browser(world, who, monkeypatch)
    for tail in ("", "day/", "list/"):
        assert browser.get(at(world, tail)).status_code in (302, 403), tail
    browser.post(at(world, "day/"), day="2026-03-04", worked="0", reason="停电")
    assert not WorkdayOverride.objects.exists()
