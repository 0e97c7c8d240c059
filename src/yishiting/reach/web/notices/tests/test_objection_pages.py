"""Objections through their pages, as a reader without JavaScript sees them: the neighbour's way and the desk's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.support.world import START, World, make_world
from yishiting.reach.messages.models import Message
from yishiting.reach.web.meetings.tests.pages import Reader
from yishiting.record.notices import services
from yishiting.record.notices.models import Objection, Version
from yishiting.record.notices.tests import making
from yishiting.timeline import subscribers
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
WORDS = "门口划了车位，轮椅出不去。"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> World:
    monkeypatch.setenv("YISHITING_NOW", START.isoformat())
    settings.MEDIA_ROOT = str(tmp_path)
    return make_world(12)


def hanging(world: World, **more: object) -> Version:
    return making.published(world, **{"title": "车位方案", "least_days": 2, **more})


def test_a_neighbour_objects_is_told_the_answer_and_nobody_else_reads_a_word_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = hanging(world)
    making.everywhere(world, version)
    page = f"/e/{world.estate.slug}/notices/1/"
    neighbour = Reader(world.owners[0]).go(page)
    assert "提了0条" in neighbour.says
    assert "5 个工作日内答复" in neighbour.says
    neighbour.follow("我有异议").send(words=" ", status=422)
    assert "异议" in neighbour.says
    neighbour.send(words=WORDS)
    assert "异议交上去了" in neighbour.says
    assert "提了1条" in neighbour.says
    assert "我有异议" not in neighbour.says
    neighbour.follow("您提的第 1 条异议").send()
    assert "您撤回了" in neighbour.says
    neighbour.go(page).follow("我有异议").send(words=WORDS)
    # Whoever comes back to the form is led to what he wrote.
    neighbour.go(f"{page}object/")
    assert "您写的" in neighbour.says
    assert WORDS in neighbour.says
    for other in (Reader(), Reader(world.owners[1]), Reader(world.staff["supervisor"])):
        other.go(page)
        assert "提了1条" in other.says
        assert WORDS not in other.html
        assert other.client.get(f"{page}objections/2/").status_code in (302, 404)
        assert other.client.get(f"/desk/{world.estate.slug}/notices/1/objections/").status_code in (302, 403)
    Reader(world.staff["supervisor"]).go(f"{page}object/", status=403)
    chair = Reader(world.staff["committee_chair"]).go("/desk/").follow("车位方案").follow("看异议，逐条答复")
    assert "门口划了车位" in chair.says
    chair.follow("第 2 条").send(outcome="rejected", text="", status=422)
    chair.send(outcome="rejected", text="量过，留够了一米二。")
    assert "再看一遍" in chair.says
    assert "答复发出去就不能改了" in chair.says
    assert not Objection.objects.filter(answered_at__isnull=False).exists()
    chair.send(edit="1")
    assert "量过，留够了一米二。" in chair.html
    chair.send(outcome="rejected", text="量过，留够了一米二。").send(confirm="1")
    subscribers.sweep()
    told = Message.objects.get(person=world.owners[0])
    assert told.kind == "objection_answered"
    neighbour.go("/me/inbox/").follow("您对公示“车位方案”提的异议有答复了")
    assert "留够了一米二" in neighbour.says
    assert "异议不成立" in neighbour.says
    assert "提了1条答复了1条" in Reader().go(page).says.replace(" ", "")
    assert Entry.objects.filter(kind="notices.objections_read").count() == 1
    monkeypatch.setenv("YISHITING_NOW", (START + timedelta(days=9)).isoformat())
    late = Reader(world.owners[1]).go(page)
    assert "公示期过了" in late.says
    late.follow("还有意见，请反映一件事")
    late.go(f"{page}object/", status=409)
    assert "请反映一件事" in late.says
    assert verify(world.estate.pk).faults == ()


def test_staff_write_paper_down_take_it_back_and_withdraw_what_was_wrong(world: World) -> None:
    version = hanging(world)
    desk = f"/desk/{world.estate.slug}/notices/1/"
    staff = Reader(world.staff["grid_worker"]).go(desk).follow("录入纸质异议")
    home = str(world.homes[2].pk)
    staff.send(home=home, on="2020-01-01", words="纸上的话", status=422)
    assert "公示期里" in staff.says
    staff.send(home=home, on=START.date().isoformat(), words="纸上的话")
    staff.follow("第 1 条")
    assert "请告诉这一户" in staff.says
    staff.send(action="/back/", note="录错了一户")
    assert "录错了一户" in staff.says
    staff.go(desk).follow("录入纸质异议").send(home=home, words="又来一张")
    staff.follow("第 2 条").send(outcome="upheld", text="您说得对。", remedy="").send(confirm="1", status=422)
    staff.send(outcome="upheld", text="您说得对。", remedy="withdraw").send(confirm="1")
    version.refresh_from_db()
    assert version.state == "withdrawn"
    assert "有异议成立，已撤回" in Reader().go(f"/e/{world.estate.slug}/notices/").says
    assert "撤回" in Reader().go(f"/e/{world.estate.slug}/notices/1/").says
    staff.go(f"{desk}objections/new/", status=409)
    staff.go(desk).follow("写新的一版")
    assert not Message.objects.exists()


def test_who_has_two_homes_says_for_which_and_who_answers_not_his_own_is_told_who_may(world: World) -> None:
    from yishiting.ground.people.models import Residence

    hanging(world)
    for home in world.homes[:2]:
        Residence.objects.create(
            estate=world.estate, home=home, person=world.staff["grid_worker"], since=START - timedelta(days=9)
        )
    own = Reader(world.staff["grid_worker"]).go(f"/e/{world.estate.slug}/notices/1/object/")
    own.send(words=WORDS, status=422)
    own.send(words=WORDS, home=str(world.homes[1].pk))
    assert Objection.objects.get().home_id == world.homes[1].pk
    own.go(f"/desk/{world.estate.slug}/notices/1/objections/1/")
    assert "换一位办公示的人答复" in own.says


def test_the_list_at_the_desk_asks_as_often_for_forty_as_for_four(world: World) -> None:
    version = hanging(world)
    staff = Reader(world.staff["grid_worker"])
    address = f"/desk/{world.estate.slug}/notices/1/objections/"

    def write(first: int, last: int) -> None:
        for who in range(first, last):
            at = {**making.at(world, version.notice), "actor": world.actor(who)}
            services.object_to_notice(**at, words=f"第{who}家")

    def asks() -> int:
        with CaptureQueriesContext(connection) as queries:
            staff.go(address)
        return len(queries)

    write(0, 2)
    staff.go(address)
    few = asks()
    write(2, 12)
    assert asks() == few <= 15
    assert "第11家" in staff.says
    assert "没有这样的异议" in staff.go(f"{address}?state=withdrawn").says
