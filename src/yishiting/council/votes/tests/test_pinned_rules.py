"""A vote is opened by the rules of its place, and keeps them whatever the place takes afterwards."""

from __future__ import annotations

import json

import pytest

from tests.support.world import World, make_world
from yishiting.council.votes import services
from yishiting.council.votes.archive import contents
from yishiting.council.votes.models import Vote, VoteRules
from yishiting.council.votes.tests import voting
from yishiting.ground.packs.shipped import source_of
from yishiting.ground.places import services as places
from yishiting.kernel.errors import WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(3)


def take(world: World, pack: str) -> None:
    places.adopt_pack(
        actor=world.actor("community_worker"), estate=world.estate, text=source_of(pack), reason="本市", now=world.now
    )


@pytest.mark.parametrize(("days", "opens"), [(4, False), (5, True), (60, True), (61, False)])
def test_a_vote_is_open_for_as_long_as_the_rules_allow(world: World, days: int, opens: bool) -> None:
    vote = voting.draft(world, days=days)
    actor = world.actor("committee_chair")
    if opens:
        services.open_vote(actor=actor, vote_id=vote.pk, now=world.now)
    else:
        with pytest.raises(WrongState, match="之间截止") as refusal:
            services.open_vote(actor=actor, vote_id=vote.pk, now=world.now)
        assert refusal.value.code == "window"
        assert Vote.objects.get(pk=vote.pk).opened_at is None


def test_where_only_one_way_counts_another_precedence_does_not_open(world: World) -> None:
    take(world, "beijing")
    vote = voting.draft(world, precedence="PAPER_WINS")
    with pytest.raises(WrongState) as refusal:
        services.open_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=world.now)
    assert refusal.value.code == "one_way_only"


def test_what_held_at_the_opening_stays_with_the_vote_and_goes_into_its_archive(world: World) -> None:
    take(world, "qingyuan")
    vote = voting.opened(world)
    take(world, "hangzhou")
    kept = VoteRules.objects.get(vote=vote)
    assert (kept.pack_id, kept.version) == ("qingyuan", 1)
    figures = {row["key"]: row for row in kept.figures}
    assert (figures["result.posted"]["value"], figures["result.posted"]["pack"]) == ("15 days", "qingyuan")
    assert (figures["quorum"]["value"], figures["quorum"]["pack"]) == ("2/3", "national")
    for index in range(3):
        voting.online(world, vote, index, "for")
    vote = voting.closed(world, vote)
    told = json.loads(contents.files_of(vote, contents.Edition.OWNERS)["rules.json"])
    assert (told["pack"], told["figures"]) == ("qingyuan", kept.figures)
