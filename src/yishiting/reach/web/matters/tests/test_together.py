"""Several matters in one go: looked at first, each by its own verb, what is refused told line by line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.signing import sign_in
from tests.support.world import World, make_world
from yishiting.council.matters.models import Escalation, Matter
from yishiting.council.matters.services import together
from yishiting.council.matters.services.together import Together
from yishiting.council.matters.tests import making
from yishiting.ground.organisations import services as organisations
from yishiting.ground.organisations.models import Organisation
from yishiting.kernel.errors import BadInput
from yishiting.reach.web.matters.tests.making import text
from yishiting.timeline.models import Entry, Head
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
STAFF = "community_worker"


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YISHITING_NOW", "2026-03-03T12:00:00+08:00")


@pytest.fixture
def world() -> World:
    return making.prepared()


def three(world: World) -> list[Matter]:
    """Three that were just reported."""
    return [making.reported(world, place, title=f"灯坏了{place}").matter for place in range(3)]


def do(
    world: World, verb: str, rows: list[Matter], *, look: bool = False, who: str = STAFF, **more: int
) -> list[together.Line]:
    run = together.look if look else together.carry_out
    wanted = Together(verb, tuple(row.pk for row in rows), "同一类的事，一起办。", **more)
    return run(actor=world.actor(who), wanted=wanted, now=world.now + timedelta(hours=1))


def test_looking_writes_nothing_and_tells_what_would_be_refused(world: World) -> None:
    rows = three(world)
    making.accepted(world, rows[1], making.shipped("five-step"))
    before = Head.objects.get(pk=world.estate.pk).seq
    lines = do(world, "accept", rows, look=True, playbook_id=making.shipped("five-step").pk)
    assert [line.done for line in lines] == [True, False, True]
    assert "受理过" in str(lines[1].refusal)
    assert Head.objects.get(pk=world.estate.pk).seq == before
    assert not any(Matter.objects.filter(pk=row.pk, playbook__isnull=False).exists() for row in (rows[0], rows[2]))
    assert not verify(world.estate.pk).faults


def test_each_is_taken_up_by_its_own_verb_and_what_is_refused_leaves_the_others(world: World) -> None:
    rows = three(world)
    making.accepted(world, rows[1], making.shipped("five-step"))
    lines = do(world, "accept", rows, playbook_id=making.shipped("five-step").pk)
    assert [line.done for line in lines] == [True, False, True]
    assert Entry.objects.filter(kind="matters.accepted").count() == 3
    assert [line.done for line in do(world, "accept", rows, playbook_id=making.shipped("five-step").pk)] == [False] * 3
    assert not verify(world.estate.pk).faults


def test_declining_answers_the_reporters_of_each(world: World) -> None:
    rows = three(world)
    assert all(line.done for line in do(world, "decline", rows))
    assert set(Matter.objects.values_list("status", "unanswered")) == {("declined", 0)}


def test_the_others_are_merged_into_one_and_nothing_is_done_with_it(world: World) -> None:
    rows = three(world)
    lines = do(world, "merge", rows, into_id=rows[1].pk)
    assert [line.matter.pk for line in lines] == [rows[0].pk, rows[2].pk]
    rows[1].refresh_from_db()
    assert (rows[1].status, rows[1].home_count) == ("open", 3)


def test_what_was_raised_meanwhile_is_not_raised_once_more(world: World) -> None:
    rows, who = three(world), STAFF
    body = Organisation.objects.get(kind="community")
    above = organisations.create_post(organisation=body, kind="subdistrict_worker", region=world.estate.region.parent)
    organisations.appoint(post=above, person=world.owners[5], since=world.now, actor_id=None)
    seen = {line.matter.pk: line.seen for line in do(world, "raise", rows, look=True, who=who)}
    first = do(world, "raise", rows[:1], who=who)
    again = together.carry_out(
        actor=world.actor(who),
        wanted=Together("raise", tuple(row.pk for row in rows), "超出我们的权限。", seen=seen),
        now=world.now + timedelta(hours=2),
    )
    assert [line.done for line in first + again] == [True, False, True, True]
    assert Escalation.objects.count() == 3


def test_no_verb_is_opened_that_the_page_of_one_matter_would_not_open(world: World) -> None:
    rows = three(world)
    lines = do(world, "decline", rows, who="property_manager")
    assert [line.done for line in lines] == [False] * 3
    with pytest.raises(BadInput):
        together.chosen(world.actor(0), [row.pk for row in rows])
    elsewhere = make_world(2, name="远处苑")
    with pytest.raises(BadInput):
        together.chosen(elsewhere.actor("grid_worker"), [row.pk for row in rows])


def test_none_and_too_many_are_refused(world: World) -> None:
    for ids in ([], list(range(1, 52))):
        with pytest.raises(BadInput):
            together.chosen(world.actor(STAFF), ids)


# ---------------------------------------------------------------- the pages
def post(client: Client, rows: list[Matter], **data: object) -> str:
    address = reverse("web:desk_matters_together")
    return text(client.post(address, {"chosen": [row.pk for row in rows], **data}, follow=True))


def test_from_the_ticks_to_the_result(world: World) -> None:
    rows = three(world)
    making.accepted(world, rows[1], making.shipped("five-step"))
    client = sign_in(Client(), world.staff[STAFF])
    listed = text(client.get(reverse("web:desk_matters")))
    assert f'name="chosen" value="{rows[0].pk}"' in listed
    assert "选了 3 件" in post(client, rows, verb="accept")
    assert "请写明理由" in post(client, rows, verb="accept", reason="", playbook=making.shipped("five-step").pk)
    given = {"verb": "accept", "reason": "一起办", "playbook": making.shipped("five-step").pk}
    looked = post(client, rows, **given)
    assert "能办 2 件，办不了 1 件" in looked
    assert "受理这 2 件" in looked
    assert "写了姓名、电话或门牌的" in looked
    assert Entry.objects.filter(kind="matters.accepted").count() == 1
    assert "选了 3 件" in post(client, rows, **given, back="1")
    assert "办好了 2 件，没办成 1 件" in post(client, rows, **given, sure="1")
    assert Entry.objects.filter(kind="matters.accepted").count() == 3


def test_merging_from_the_page_keeps_the_one_that_the_others_go_into(world: World) -> None:
    rows = three(world)
    client = sign_in(Client(), world.staff[STAFF])
    given = {"verb": "merge", "reason": "说的是一件事", "into": rows[0].pk}
    looked = post(client, rows, **given)
    assert "并到第 1 件" in looked
    assert looked.count(f'name="chosen" value="{rows[0].pk}"') == 1
    assert "办好了 2 件" in post(client, rows, **given, sure="1")


def test_nothing_ticked_no_verb_and_an_address_that_was_typed_lead_back_to_the_list(world: World) -> None:
    rows = three(world)
    client = sign_in(Client(), world.staff[STAFF])
    assert "还没有选" in post(client, [], verb="accept")
    assert "请选要一起办什么" in post(client, rows, verb="burn")
    assert client.get(reverse("web:desk_matters_together")).status_code == 302
    assert (
        sign_in(Client(), world.owners[0]).post(reverse("web:desk_matters_together"), {"verb": "accept"}).status_code
        == 302
    )


def test_who_may_not_triage_has_nothing_to_tick(world: World) -> None:
    three(world)
    listed = text(sign_in(Client(), world.staff["property_manager"]).get(reverse("web:desk_matters")))
    assert 'name="chosen"' not in listed


def test_playbooks_are_named_in_the_readers_language(world: World) -> None:
    client = sign_in(Client(), world.staff[STAFF])
    client.cookies["language"] = "en"
    page = client.post("/desk/matters/together/", {"verb": "accept", "chosen": [row.pk for row in three(world)]})
    assert "五步议事" not in text(page)
    assert "Five steps" in text(page)
