"""The inbox: who is told what, once, and never before it is on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.world import add_tenant, make_world
from yishiting.council.matters import services as matters
from yishiting.council.matters.tests.making import STAFF, accepted, own_playbook, prepared, reported
from yishiting.council.matters.tests.test_escalation import LADDER, subdistrict
from yishiting.council.meetings import services as meetings
from yishiting.council.meetings.tests import sitting
from yishiting.council.votes import services as votes
from yishiting.council.votes.models import Vote
from yishiting.ground.organisations.tiers import Tier
from yishiting.reach.messages import selectors, services
from yishiting.reach.messages.models import Message
from yishiting.timeline import subscribers
from yishiting.timeline.models import Cursor

pytestmark = pytest.mark.django_db


def told(person) -> list[str]:
    """The kinds of message a person has, oldest first."""
    return list(Message.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def test_a_reporter_is_told_as_his_matter_moves_and_when_he_is_answered() -> None:
    world = prepared()
    first = reported(world, 0)
    matters.join(actor=world.actor(1), matter_id=first.matter_id, words="我也是", now=world.now)
    matter = accepted(world, first.matter, own_playbook(world))
    matters.end_step(actor=world.actor(STAFF), matter_id=matter.pk, outcome="done", now=world.now)
    matters.answer(actor=world.actor(STAFF), matter_id=matter.pk, texts={first.pk: "给您的"}, now=world.now)
    subscribers.sweep()
    assert told(world.owners[0]) == ["accepted", "moved", "moved", "answered"]
    assert told(world.owners[1]) == ["accepted", "moved", "moved"]
    assert told(world.owners[2]) == []
    newest = selectors.inbox(world.actor(0)).first()
    assert newest is not None
    assert "电动车堵住楼门" in str(selectors.words(newest))
    assert newest.link == f"/e/{world.estate.slug}/matters/1/"


def test_delivering_twice_tells_nobody_twice() -> None:
    world = prepared()
    accepted(world, reported(world).matter, own_playbook(world))
    subscribers.sweep()
    before = Message.objects.count()
    Cursor.objects.all().delete()
    subscribers.sweep()
    assert before > 0
    assert Message.objects.count() == before


def test_who_reported_twice_is_told_once() -> None:
    world = prepared()
    first = reported(world, 0)
    matters.join(actor=world.actor(0), matter_id=first.matter_id, words="又堵了", now=world.now)
    matters.decline(actor=world.actor(STAFF), matter_id=first.matter_id, reason="已有规定", now=world.now)
    subscribers.sweep()
    assert told(world.owners[0]) == ["declined"]


def test_a_reporter_whose_matter_is_merged_is_told_where_it_went() -> None:
    world = prepared()
    first, second = reported(world, 0).matter, reported(world, 1).matter
    matters.merge(actor=world.actor(STAFF), matter_id=second.pk, into_id=first.pk, reason="同一件", now=world.now)
    subscribers.sweep()
    assert told(world.owners[0]) == []
    message = Message.objects.get(person=world.owners[1])
    assert (message.kind, message.link) == ("merged", f"/e/{world.estate.slug}/matters/1/")


def test_owners_are_told_of_their_vote_and_of_its_result() -> None:
    world = prepared(homes=3)
    vote: Vote = votes.draft_vote(
        actor=world.actor(STAFF), estate=world.estate, title="装充电桩", explanation="",
        items=[votes.ItemDraft("同意吗", "ordinary")], closes_at=world.now + timedelta(days=10), now=world.now,
    )  # fmt: skip
    votes.open_vote(actor=world.actor(STAFF), vote_id=vote.pk, now=world.now)
    votes.close_due(now=world.now + timedelta(days=11))
    subscribers.sweep()
    for owner in world.owners:
        assert told(owner) == ["vote_opened", "vote_closed"]
    assert told(world.staff[STAFF]) == []


def test_homes_that_a_meeting_is_about_are_asked_to_come_and_nobody_else_learns_of_it() -> None:
    world = make_world(6)
    tenant = add_tenant(world, world.homes[2])
    meeting = sitting.planned(world)
    at: dict[str, Any] = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "now": world.now}
    matter = meeting.agenda.get().matter
    for home in world.homes[1:4]:
        row = meetings.name_concerned(**at, matter_no=matter.no, home_id=home.pk)
    meetings.name_concerned(**at, matter_no=matter.no, who="门口的小卖部")
    meetings.lift_concerned(**at, concerned_id=row.pk, reason="不是他家")
    subscribers.sweep()
    about = Message.objects.filter(kind__startswith="concerned_")
    assert about.count() == 0, "a plan is told to nobody"
    at["now"] = world.now + timedelta(hours=1)
    meetings.invite(**at, no=meeting.no)
    at["now"] += timedelta(hours=1)
    meetings.name_concerned(**at, matter_no=matter.no, home_id=world.homes[4].pk)
    subscribers.sweep()
    asked = {world.owners[1].pk, world.owners[2].pk, tenant.pk, world.owners[4].pk}
    assert set(about.values_list("person_id", flat=True)) == asked
    message = about.get(person=tenant)
    assert message.link == f"/e/{world.estate.slug}/meetings/{meeting.no}/"
    assert "和您家有关" in str(selectors.words(message))
    assert "1栋" not in str(selectors.words(message))
    Cursor.objects.all().delete()
    subscribers.sweep()
    assert about.count() == 4
    meetings.cancel_meeting(**at, no=meeting.no)
    subscribers.sweep()
    assert set(about.filter(kind="concerned_cancelled").values_list("person_id", flat=True)) == asked
    assert "不用来了" in str(selectors.words(about.filter(kind="concerned_cancelled")[0]))


def test_reading_marks_what_was_unread() -> None:
    world = prepared()
    accepted(world, reported(world).matter, own_playbook(world))
    subscribers.sweep()
    actor = world.actor(0)
    assert selectors.unread(actor) == 2
    assert services.mark_read(actor=actor, now=world.now) == 2
    assert selectors.unread(actor) == 0
    assert services.mark_read(actor=actor, now=world.now) == 0


def test_a_message_of_an_unknown_kind_still_reads() -> None:
    assert "新消息" in str(selectors.words(Message(kind="from_the_future")))


def test_who_has_it_now_who_had_it_and_who_reported_it_are_told_that_it_went_up_and_how_it_ended() -> None:
    world = prepared()
    matter = accepted(world, reported(world, building=world.buildings[0]).matter, own_playbook(world, LADDER))
    head, grid = world.actor("building_head"), world.actor("grid_worker")
    world.now += timedelta(hours=1)
    matters.raise_matter(actor=head, matter_id=matter.pk, reason="要动维修资金", now=world.now)
    world.now += timedelta(hours=1)
    matters.end_step(actor=grid, matter_id=matter.pk, outcome="done", now=world.now)
    subscribers.sweep()
    assert told(world.staff["grid_worker"]) == ["raised_to_you"]
    # Who raised it himself need not be told that he did.
    assert told(world.staff["building_head"]) == ["came_back"]
    assert told(world.owners[0]) == ["accepted", "moved", "raised", "moved"]
    back = selectors.inbox(head).get()
    assert str(selectors.words(back)) == "您上交的“电动车堵住楼门”有结果了，由小区办完：清理，已完成。"
    assert back.link == f"/desk/{world.estate.slug}/matters/1/"
    risen = selectors.inbox(world.actor(0)).get(kind="raised")
    assert str(selectors.words(risen)) == "您反映的“电动车堵住楼门”上交到小区办理：清理。"
    assert "维修资金" not in str(list(Message.objects.values_list("facts", flat=True)))


def test_an_emergency_that_skips_tiers_tells_who_has_it_now() -> None:
    world = prepared()
    matter = reported(world).matter
    subdistrict(world)
    matters.emergency(
        actor=world.actor("grid_worker"), matter_id=matter.pk, reason="漏气", now=world.now, tier=Tier.SUBDISTRICT
    )
    subscribers.sweep()
    assert told(world.staff["subdistrict_worker"]) == ["raised_to_you"]
    assert told(world.owners[0]) == ["emergency"]
