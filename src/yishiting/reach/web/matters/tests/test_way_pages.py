"""A playbook drawn, a matter's place on its way, versions that do not move it, a playbook retired and used again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.support.world import World
from yishiting.council.matters import services
from yishiting.council.matters.tests.making import (
    SIMPLE,
    STAFF,
    accepted,
    due,
    later,
    own_playbook,
    reported,
    run_of,
    shipped,
)
from yishiting.ground.organisations.models import Term
from yishiting.ground.places import services as places
from yishiting.kernel.clock import CHINA
from yishiting.reach.web.matters.tests.making import Browser, desk, public, text

pytestmark = pytest.mark.django_db
Browse = Callable[..., Browser]
UNKNOWN = "2027 年的放假安排还没有公布，先按周末算。"


def picture(page: str) -> str:
    """The drawn part of a page."""
    found = re.search(r'<ol class="waymap">.*?</ol></section>', page, re.S)
    assert found is not None
    return found[0]


def test_a_playbook_is_drawn_with_each_step_in_words_and_lines_that_are_not_read_out(
    world: World, browse: Browse
) -> None:
    page = picture(text(browse().get(f"/e/{world.estate.slug}/playbooks/round-table/1/")))
    steps = re.findall(r'class="t" href="#(\w+)">(\d+)\. ', page)
    assert [int(no) for _, no in steps] == list(range(1, 11))
    assert "这一步再来一次" in page, "a table that is put off meets again"
    assert "办结" in page
    rails = re.findall(r'<span class="rails[^"]*"([^>]*)>', page)
    assert rails
    assert all('aria-hidden="true"' in rail for rail in rails)
    assert "style=" not in page


def test_a_matter_says_what_it_waits_for_since_when_on_whom_and_how_long(world: World, browse: Browse) -> None:
    matter = accepted(world, reported(world).matter, own_playbook(world, needs='"channels:2", "photo:any"'))
    services.add_evidence(
        actor=world.actor(STAFF), matter_id=matter.pk, kind="channel", label="业主群", note="发了", now=world.now
    )
    for page in (text(browse().get(public(matter))), text(browse(STAFF).get(desk(matter)))):
        assert "等办完" in page
        assert "还有 3 个工作日" in page
        assert "后面还可能要走" in page
    page = text(browse().get(public(matter)))
    assert "至少通过 2 种渠道公示" in page
    assert "1 / 2" in page
    assert 'aria-current="step"' in page
    assert not any(person.name in page for person in world.staff.values())
    later(world, days=3)
    assert "今天到期" in text(browse().get(public(matter)))
    later(world, days=1)
    assert "超了 1 个工作日" in text(browse().get(public(matter)))


def test_a_home_that_was_not_reached_is_not_named_to_anybody(world: World, browse: Browse) -> None:
    matter = accepted(world, reported(world).matter, shipped("demand-survey"))
    worker = world.actor(STAFF)
    services.end_step(actor=worker, matter_id=matter.pk, outcome="done", now=world.now)
    page = text(browse().get(public(matter)))
    assert "0 / 12" in page
    assert str(world.homes[3]) not in page
    assert str(world.homes[0]) in text(browse(STAFF).get(desk(matter)))


def test_a_clock_into_a_year_that_nobody_knows_says_so_until_the_year_is_entered(world: World, browse: Browse) -> None:
    world.now = datetime(2026, 12, 30, 10, tzinfo=CHINA)
    matter = accepted(world, reported(world).matter, own_playbook(world))
    pages = (lambda: text(browse().get(public(matter))), lambda: text(browse(STAFF).get(desk(matter))))
    assert all(UNKNOWN in page() for page in pages)
    places.import_days(
        actor=world.actor(STAFF),
        estate=world.estate,
        text="2027-01-01 休\n2027-05-01 休\n2027-10-01 休",
        reason="通知",
        now=world.now,
    )
    assert all(UNKNOWN not in page() for page in pages)
    assert due(run_of(matter)) == datetime(2027, 1, 4, 18, tzinfo=CHINA), "a clock that runs keeps its minute"
    again = accepted(world, reported(world, title="另一件").matter, shipped("clear-stairwells"))
    assert due(run_of(again)) == datetime(2027, 1, 4, 18, tzinfo=CHINA)


def test_a_post_that_nobody_holds_up_to_the_top_is_shown_and_breaks_no_page(world: World, browse: Browse) -> None:
    matter = accepted(world, reported(world).matter, own_playbook(world))
    Term.objects.exclude(post__kind="committee_chair").update(until=world.now)
    other = reported(world, title="另一件").matter
    later(world, hours=1)
    for found in (matter, other):
        page = browse().get(public(found))
        assert page.status_code == 200
        assert "社区工作人员" in text(page)


def test_a_newer_version_is_told_on_the_matter_and_does_not_move_it(world: World, browse: Browse) -> None:
    matter = accepted(world, reported(world).matter, own_playbook(world))
    own_playbook(world, SIMPLE.replace("version = 1", "version = 2").replace("3 workdays", "9 workdays"))
    for page in (text(browse().get(public(matter))), text(browse(STAFF).get(desk(matter)))):
        assert "这件事按第 1 版走完；后来有了第 2 版，不影响它。" in page
    old = text(browse().get(f"/e/{world.estate.slug}/playbooks/simple/1/"))
    assert "新受理的事按第 2 版办" in old
    assert "按第 1 版办着 1 件。" in old
    assert "停用" not in old, "only who keeps playbooks is offered that"


def test_a_playbook_is_retired_with_a_reason_and_used_again(world: World, browse: Browse) -> None:
    matter = accepted(world, reported(world).matter, own_playbook(world))
    worker, address = browse(STAFF), f"/desk/{world.estate.slug}/playbooks/simple/retire/"
    page = f"/e/{world.estate.slug}/playbooks/simple/1/"
    assert address in text(worker.get(page))
    assert "现在有 1 件按它办着" in text(worker.get(address))
    assert worker.post(address, reason="").status_code == 422
    assert worker.post(address, reason="换了做法").status_code == 302
    assert "换了做法" in text(worker.get("/desk/playbooks/"))
    assert "办着的事还按它走完" in text(browse().get(page))
    assert browse().get(public(matter)).status_code == 200
    assert "直接办理" not in text(worker.get(desk(reported(world, title="另一件").matter, "accept/")))
    assert worker.post(address, reason="还是要用").status_code == 302
    assert "办着的事还按它走完" not in text(browse().get(page))
    common = worker.post(f"/desk/{world.estate.slug}/playbooks/five-step/retire/", reason="不要了")
    assert common.status_code == 422
    assert "不能停用" in text(common)
    assert worker.get(f"/desk/{world.estate.slug}/playbooks/nowhere/retire/").status_code == 404
    assert browse(0).get(address).status_code == 403
