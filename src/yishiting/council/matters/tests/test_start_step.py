"""A resolution becomes a vote in one step, and the count of that very vote ends the step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from yishiting.council.matters import kinds, services
from yishiting.council.matters.kinds.vote import VoteDraft
from yishiting.council.matters.similarity import bigrams, likeness
from yishiting.council.matters.tests.making import (
    STAFF,
    VOTING,
    accepted,
    assert_record_holds,
    later,
    own_playbook,
    prepared,
    reported,
    run_of,
)
from yishiting.council.votes import services as votes
from yishiting.council.votes.models import Vote
from yishiting.kernel.errors import WrongState


@pytest.mark.django_db
def test_a_resolution_becomes_a_vote_whose_count_ends_the_step() -> None:
    world = prepared(homes=3)
    matter = accepted(world, reported(world).matter, own_playbook(world, VOTING))
    staff = world.actor(STAFF)
    draft = VoteDraft("装充电桩", (votes.ItemDraft("同意装吗", "ordinary"),), world.now + timedelta(days=10))
    services.start_step(actor=staff, matter_id=matter.pk, kind="vote", payload=draft, now=world.now)
    vote = Vote.objects.get(thread=matter.thread)
    offers = kinds.handler_of("vote").offers
    assert offers is not None
    assert [(offer.action, offer.key) for offer in offers(run_of(matter))] == [("open_vote_page", vote.no)]
    votes.open_vote(actor=staff, vote_id=vote.pk, now=world.now)
    for who in range(3):
        choices = {item.pk: "for" for item in vote.items.all()}
        votes.cast_online(actor=world.actor(who), vote_id=vote.pk, choices=choices, now=later(world, hours=1))
    votes.close_due(now=later(world, days=11))
    ended = matter.steps.get(kind="vote")
    assert ended.outcome == "passed"
    assert run_of(matter).kind == "answer"
    assert_record_holds(world)


@pytest.mark.django_db
def test_nothing_is_started_for_a_matter_that_is_in_another_step() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    with pytest.raises(WrongState) as refusal:
        services.start_step(actor=world.actor(STAFF), matter_id=matter.pk, kind="vote", payload=None, now=world.now)
    assert refusal.value.code == "other_step"


def test_likeness_is_the_share_of_pairs_that_the_shorter_text_has_in_the_other() -> None:
    assert bigrams("电动车，堵门") == {"电动", "动车", "车堵", "堵门"}
    assert likeness("电动车堵门", "电动车堵门口了") == 1
    assert likeness("电动车堵门", "楼顶漏水") == 0
    assert likeness("", "楼顶漏水") == 0
    assert likeness("车", "车") == 0
