"""Pages of withdrawing a paper slip: who waits is told what to do, and a button leads to a page that asks why."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.support.signing import sign_in
from tests.support.world import World, make_world
from yishiting.council.votes import services
from yishiting.council.votes.models import Ballot, PaperSlip, Vote
from yishiting.council.votes.tests.voting import again, closed, opened, paper, receive

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TIMES = ("received_at", "received_clock")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world(9)
    monkeypatch.setenv("YISHITING_NOW", (made.now + 2 * HOUR).isoformat())
    return made


def staff(world: World, kind: str) -> Client:
    return sign_in(Client(), world.staff[kind])


def text(response: Any) -> str:
    """What the page says, its tags and white space aside."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", response.content.decode()))


def desk(world: World, vote: Vote, tail: str = "") -> str:
    return f"/desk/{world.estate.slug}/votes/{vote.no}/{tail}"


def test_a_slip_is_withdrawn_from_the_list_and_keyed_again_with_its_old_time(world: World) -> None:
    vote = opened(world)
    item = vote.items.get()
    slip = receive(world, vote, 2, "for", received_at=world.now + HOUR)
    member = staff(world, "committee_member")
    place, address = desk(world, vote, "paper/"), desk(world, vote, f"paper/{slip.pk}/withdraw/")
    assert address in member.get(place).content.decode()
    asked = text(member.get(address))
    assert "1栋1单元301" in asked
    assert "撤回以后不能恢复" in asked
    assert PaperSlip.objects.get().withdrawn_at is None, "looking changes nothing"
    blank = text(member.post(address, {"reason": "  "}))
    assert "写明为什么撤回" in blank
    said = text(member.post(address, {"reason": "户录错了"}, follow=True))
    assert "这张纸票撤回了" in said
    assert "等第二个人录：0张" in said
    assert "已撤回：1张" in said
    assert "户录错了" in said
    assert f"{world.staff['committee_member'].name}撤回" in said

    first = f"{place}?home={world.homes[2].pk}"
    assert first.removeprefix(place) in member.get(place).content.decode(), "the list leads to the home"
    form = member.get(first)
    assert "这户撤回过一张纸票" in text(form)
    typed = {name: re.search(rf'name="{name}" value="([^"]+)"', form.content.decode()) for name in TIMES}
    assert all(typed.values())
    answers = {name: found[1] for name, found in typed.items() if found}
    member.post(first, answers | {f"item_{item.pk}": "for"})
    fresh = PaperSlip.objects.get(withdrawn_at__isnull=True)
    assert fresh.received_at == slip.received_at
    told = text(member.get(place))
    assert "这户后来另录了一张" in told
    assert "重新录这户" not in told
    staff(world, "grid_worker").post(f"{place}{fresh.pk}/", {f"item_{item.pk}": "for"})
    assert Ballot.objects.get().slip == fresh


def test_who_read_it_first_is_told_to_ask_another_and_has_no_button(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    grid = staff(world, "grid_worker")
    address = desk(world, vote, f"paper/{slip.pk}/withdraw/")
    for page in (desk(world, vote, "paper/"), desk(world, vote, f"paper/{slip.pk}/")):
        assert address not in grid.get(page).content.decode()
        assert address in staff(world, "building_head").get(page).content.decode()
    page = text(grid.get(address))
    assert "由另一位工作人员来撤回" in page
    assert "为什么撤回" not in page
    refused = grid.post(address, {"reason": "想撤"})
    assert "由另一位工作人员来撤回" in text(refused)
    assert PaperSlip.objects.get().withdrawn_at is None


def test_a_settled_and_a_withdrawn_slip_have_no_form_and_say_how_they_stand(world: World) -> None:
    vote = opened(world)
    settled = paper(world, vote, 0, "for", received_at=world.now + HOUR)
    gone = receive(world, vote, 1, "for", received_at=world.now + HOUR)
    services.withdraw_slip(actor=world.actor("building_head"), slip_id=gone.pk, reason="纸丢了", now=world.now + HOUR)
    member = staff(world, "committee_member")
    for slip, says in ((settled, "记成了一张票，不能撤回"), (gone, "已经撤回：纸丢了")):
        address = desk(world, vote, f"paper/{slip.pk}/withdraw/")
        for answer in (member.get(address), member.post(address, {"reason": "错"})):
            assert says in text(answer)
            assert '<textarea name="reason"' not in answer.content.decode()
    reading = member.get(desk(world, vote, f"paper/{gone.pk}/"))
    assert "已经撤回，不能再录" in text(reading)
    assert "录好这一遍" not in text(reading)


def test_a_count_that_waits_says_what_to_do_on_every_page_that_says_so(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    again(world, slip, "against", now=world.now + HOUR)
    closed(world, vote)
    chair = staff(world, "committee_chair")
    assert "两遍不一样的，请第三个人再录，或撤回后重新录" in text(chair.get(desk(world, vote)))
    assert "两遍不一样的，第三个人再录，或撤回后重新录" in text(chair.post(desk(world, vote, "close/")))
    listed = text(staff(world, "building_head").get(desk(world, vote, "paper/")))
    assert "没有第三个人，或者户录错了，先撤回，再从第一遍重新录" in listed

    services.withdraw_slip(actor=world.actor("committee_member"), slip_id=slip.pk, reason="录错", now=world.now + HOUR)
    assert "有1张撤回的纸票没有重新录" in text(chair.get(desk(world, vote)))
    assert "有1张撤回的纸票没有重新录，票还要计的，请先录" in text(chair.get(desk(world, vote, "close/")))
    assert "要等到" in text(chair.post(desk(world, vote, "close/"))), "saying nothing is not saying that all is keyed"
    chair.post(desk(world, vote, "close/"), {"all_keyed": "True"})
    vote.refresh_from_db()
    assert vote.state == "counted"


def test_no_resident_and_no_post_without_the_duty_sees_a_withdrawal(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    services.withdraw_slip(actor=world.actor("building_head"), slip_id=slip.pk, reason="缘由甲", now=world.now + HOUR)
    address = desk(world, vote, f"paper/{slip.pk}/withdraw/")
    for client in (sign_in(Client(), world.owners[0]), staff(world, "property_manager"), staff(world, "supervisor")):
        assert client.get(address).status_code == 403
        assert client.post(address, {"reason": "错"}).status_code == 403
    for page in (f"/e/{world.estate.slug}/votes/{vote.no}/", f"/e/{world.estate.slug}/record/"):
        assert "缘由甲" not in text(sign_in(Client(), world.owners[0]).get(page))
