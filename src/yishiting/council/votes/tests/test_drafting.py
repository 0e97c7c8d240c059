"""How far ahead a vote may end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support.world import World, make_world
from yishiting.council.votes import services
from yishiting.council.votes.models import Vote
from yishiting.council.votes.services.drafting import FARTHEST
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput
from yishiting.timeline.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(3)


def draft(world: World, closes_at: datetime) -> Vote:
    return services.draft_vote(
        actor=world.actor("committee_chair"), estate=world.estate, title="改门禁", explanation="",
        items=[services.ItemDraft("改不改？", "ordinary")], closes_at=closes_at, now=world.now,
    )  # fmt: skip


def test_a_vote_ends_half_a_year_after_its_drafting_at_the_latest(world: World) -> None:
    assert draft(world, world.now + FARTHEST).no == 1
    before = Entry.objects.count()
    for closes_at in (
        world.now + FARTHEST + timedelta(minutes=1),
        datetime(9999, 12, 31, 23, 59, tzinfo=CHINA),
        world.now,
        datetime(1, 1, 1, tzinfo=CHINA),
    ):
        with pytest.raises(BadInput) as refused:
            draft(world, closes_at)
        assert list(refused.value.fields) == ["closes_at"]
        assert "请改" in str(refused.value.fields["closes_at"])
    assert (Vote.objects.count(), Entry.objects.count()) == (1, before)


def test_a_draft_that_is_changed_keeps_to_the_same_limit(world: World) -> None:
    vote = draft(world, world.now + timedelta(days=20))
    with pytest.raises(BadInput) as refused:
        services.edit_draft(
            actor=world.actor("committee_chair"), vote_id=vote.pk, title="改门禁", explanation="",
            items=[services.ItemDraft("改不改？", "ordinary")], closes_at=world.now + timedelta(days=3650), now=world.now,
        )  # fmt: skip
    assert "最晚是起草后 180 天" in str(refused.value.fields["closes_at"])
    vote.refresh_from_db()
    assert vote.closes_at == world.now + timedelta(days=20)
