"""A vote in a small estate, and what tests do with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.support.world import World
from yishiting.council.votes import services
from yishiting.council.votes.models import Ballot, Item, PaperSlip, Vote

DAYS = timedelta(days=1)
Asked = tuple[str, ...] | services.ItemDraft
ONE: tuple[Asked, ...] = (("写进管理规约吗？", "ordinary"),)


def draft(world: World, *, items: Sequence[Asked] = ONE, days: int = 7, **changes: object) -> Vote:
    """A draft by the chair of the committee that closes ``days`` after the world's present.

    An item may be written as its question, rule and article alone.
    """
    return services.draft_vote(
        **{
            "actor": world.actor("committee_chair"),
            "estate": world.estate,
            "title": "电动车不上楼",
            "explanation": "加第十二条。",
            "items": [item if isinstance(item, services.ItemDraft) else services.ItemDraft(*item) for item in items],
            "closes_at": world.now + days * DAYS,
            "now": world.now,
        }
        | changes
    )


def opened(world: World, **changes: object) -> Vote:
    """An open vote."""
    vote = draft(world, **changes)
    return services.open_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=world.now)


def same(vote: Vote, choice: str) -> dict[int, str]:
    """The same choice for every item."""
    return {item.pk: choice for item in Item.objects.filter(vote=vote)}


def online(world: World, vote: Vote, owner: int, choice: str, *, at: datetime | None = None) -> str:
    """The owner at an index votes on a screen."""
    return services.cast_online(
        actor=world.actor(owner), vote_id=vote.pk, choices=same(vote, choice), now=at or world.now + timedelta(hours=1)
    )


def receive(
    world: World, vote: Vote, home: int, choice: str, *, received_at: datetime, now: datetime | None = None
) -> PaperSlip:
    """The grid worker takes a slip in and reads it."""
    return services.receive_paper(
        actor=world.actor("grid_worker"),
        vote_id=vote.pk,
        home_id=world.homes[home].pk,
        received_at=received_at,
        choices=same(vote, choice),
        now=now or received_at,
    )


def again(world: World, slip: PaperSlip, choice: str, *, who: str = "committee_member", now: datetime) -> PaperSlip:
    """Another person reads it."""
    return services.read_paper_again(actor=world.actor(who), slip_id=slip.pk, choices=same(slip.vote, choice), now=now)


def paper(
    world: World, vote: Vote, home: int, choice: str, *, received_at: datetime, now: datetime | None = None
) -> PaperSlip:
    """A slip that two people read alike."""
    slip = receive(world, vote, home, choice, received_at=received_at, now=now)
    return again(world, slip, choice, now=now or received_at)


def closed(world: World, vote: Vote) -> Vote:
    """The vote, closed at its time by somebody who says that all paper is keyed."""
    chair = world.actor("committee_chair")
    return services.close_vote(actor=chair, vote_id=vote.pk, now=vote.closes_at, all_keyed=True)


def effective(vote: Vote) -> dict[int, str]:
    """By head, the choice that stands on the first item."""
    rows = Ballot.objects.filter(item__vote=vote, item__no=1, superseded_at__isnull=True)
    return dict(rows.values_list("head_id", "choice"))
