"""A playbook may have a vote that nobody came to lead to a vote again: each passage has a count of its own."""

from __future__ import annotations

import pytest

from yishiting.council.matters import kinds, services
from yishiting.council.matters.tests.making import (
    STAFF,
    accepted,
    assert_record_holds,
    own_playbook,
    prepared,
    reported,
    run_of,
    stored,
)
from yishiting.council.votes.tests import voting

pytestmark = pytest.mark.django_db

AGAIN = """
id = "vote-again"
version = 1
name = "没人来就再表决"

[[step]]
id = "vote"
stage = "deliberate"
kind = "vote"
title = "业主表决"
who = "community_worker"
needs = ["photo:any"]
next = {{ passed = "answer", failed = "answer", no_quorum = "vote" }}

[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复反映人"
who = "community_worker"
next = {{ answered = "end" }}
"""


def test_the_count_of_one_vote_is_not_taken_for_that_of_the_next() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world, AGAIN))
    handler = kinds.handler_of("vote")
    assert handler.offers is not None

    def show() -> None:
        services.add_evidence(
            actor=world.actor(STAFF), matter_id=matter.pk, kind="photo", photo=stored(world, STAFF), now=world.now
        )

    first = run_of(matter)
    show()
    vote = voting.opened(world, thread=matter.thread)
    assert [offer.action for offer in handler.offers(first)] == ["open_vote_page"]
    world.now = vote.closes_at
    voting.closed(world, vote)
    second = run_of(matter)
    assert (second.step, second.pk != first.pk, second.started_at) == ("vote", True, vote.closes_at)
    # The vote that nobody came to is not this passage's.
    assert [offer.action for offer in handler.offers(second)] == ["draft_vote"]
    show()
    assert run_of(matter).pk == second.pk
    vote = voting.opened(world, thread=matter.thread)
    for owner in range(len(world.owners)):
        voting.online(world, vote, owner, "for")
    world.now = vote.closes_at
    voting.closed(world, vote)
    assert run_of(matter).step == "answer"
    assert_record_holds(world)
