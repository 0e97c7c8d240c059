"""Two hundred ballots at once for the same heads, online and on paper: one stands, the others are kept, the count is right."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connections

from tests.support.world import World, make_world
from yishiting.council.votes import services
from yishiting.council.votes.models import Ballot, PaperSlip, Result, RollHead, Vote
from yishiting.council.votes.tests.plain_recount import recount as recounted_plainly
from yishiting.council.votes.tests.voting import again, closed, opened, receive
from yishiting.kernel.errors import WrongState
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

HEADS = 25
ONLINE = 6  # a head
WORKERS = 12
HOMES_AT_ONCE = 12
CHOICES = ("for", "for", "against", "abstain")


def at_once(jobs: list[Callable[[], object]]) -> list[BaseException]:
    """Run ``jobs`` on twelve threads that start together, each with a connection of its own; return what failed."""
    gate = threading.Barrier(WORKERS)
    errors: list[BaseException] = []
    shares = [jobs[start::WORKERS] for start in range(WORKERS)]

    def work(share: list[Callable[[], object]]) -> None:
        gate.wait()
        try:
            for job in share:
                job()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, shares))
    return errors


def as_tally(vote: Vote, rule: str) -> dict[str, object]:
    """The rows of a vote as the plain recount of the rules' tests reads them."""
    heads = {row.pk: row for row in RollHead.objects.filter(roll=vote.roll)}
    return {
        "rule": rule,
        "precedence": vote.precedence,
        "roll": [
            {"owner": str(row.pk), "cm2": int(row.area * 10000), "kind": "sold"} for row in heads.values()
        ],
        "ballots": [
            {"owner": str(b.head_id), "channel": b.channel, "minute": b.cast_at.timestamp(), "choice": b.choice}
            for b in Ballot.objects.filter(item__vote=vote).order_by("pk")
        ],
    }  # fmt: skip


def mixed_jobs(world: World, vote: Vote, *, seed: int) -> list[Callable[[], object]]:
    """Six online ballots and one slip read twice for each head, in an order of chance; times repeat on purpose."""
    chance = random.Random(seed)
    item = vote.items.get()
    jobs: list[Callable[[], object]] = []

    def cast(owner: int, choice: str, minutes: int) -> Callable[[], object]:
        actor = world.actor(owner)
        return lambda: services.cast_online(
            actor=actor, vote_id=vote.pk, choices={item.pk: choice}, now=world.now + timedelta(minutes=minutes)
        )

    readers = [world.actor("committee_member"), world.actor("building_head")]
    grid = world.actor("grid_worker")

    def slip(home: int, choice: str, minutes: int) -> Callable[[], object]:
        received = world.now + timedelta(minutes=minutes)

        def both() -> None:
            taken = services.receive_paper(
                actor=grid, vote_id=vote.pk, home_id=world.homes[home].pk, received_at=received,
                choices={item.pk: choice}, now=world.now + timedelta(hours=9),
            )  # fmt: skip
            services.read_paper_again(
                actor=readers[home % 2], slip_id=taken.pk, choices={item.pk: choice},
                now=world.now + timedelta(hours=9),
            )  # fmt: skip

        return both

    for owner in range(HEADS):
        jobs += [cast(owner, chance.choice(CHOICES), chance.randrange(60)) for _ in range(ONLINE)]
        jobs += [slip(owner, chance.choice((*CHOICES, "invalid")), chance.randrange(60))]
    jobs += [cast(owner, chance.choice(CHOICES), 0) for owner in range(HEADS)]
    chance.shuffle(jobs)
    return jobs


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("precedence", ["FIRST_WINS", "ONLINE_WINS", "PAPER_WINS"])
def test_two_hundred_ballots_at_once_leave_one_effective_a_head_and_the_result_is_the_plain_recount(
    precedence: str,
) -> None:
    world = make_world(HEADS)
    vote = opened(world, precedence=precedence)
    jobs = mixed_jobs(world, vote, seed=7)
    assert len(jobs) == 200
    assert at_once(jobs) == []

    assert Ballot.objects.count() == 200
    standing = Ballot.objects.filter(superseded_at__isnull=True)
    assert Counter(standing.values_list("head_id", flat=True)) == dict.fromkeys(
        RollHead.objects.filter(roll=vote.roll).values_list("pk", flat=True), 1
    )
    assert Ballot.objects.filter(superseded_at__isnull=False).count() == 200 - HEADS
    if precedence == "PAPER_WINS":
        assert set(standing.values_list("channel", flat=True)) == {"paper"}

    vote.refresh_from_db()
    closed(world, vote)
    result = Result.objects.get(item__vote=vote)
    plain = recounted_plainly(as_tally(vote, "ordinary"))
    figures = result.figures
    assert result.outcome == plain["outcome"]
    assert figures["heads"]["for"] == plain["heads"]["for"]
    assert figures["without_invalid"]["participating"]["heads"] == plain["heads"]["participating"]
    assert figures["with_invalid"]["participating"]["area"] == plain["with_invalid"]["area"]["participating"]
    assert Decimal(figures["area"]["for"]) == Decimal(plain["area"]["for"])

    report = verify(world.estate.pk)
    assert report.faults == ()
    assert report.seq == Entry.objects.filter(estate_id=world.estate.pk).count()
    assert Entry.objects.filter(kind="votes.cast").count() == 200 - HEADS
    assert Entry.objects.filter(kind="votes.paper_settled").count() == HEADS


@pytest.mark.django_db(transaction=True)
def test_no_ballot_slips_in_behind_a_count_made_at_the_same_moment() -> None:
    world = make_world(10)
    vote = opened(world)
    item = vote.items.get()
    refused: list[WrongState] = []

    def cast(owner: int) -> Callable[[], object]:
        actor = world.actor(owner)

        def go() -> None:
            try:
                services.cast_online(actor=actor, vote_id=vote.pk, choices={item.pk: "for"}, now=vote.closes_at)
            except WrongState as refusal:
                refused.append(refusal)

        return go

    chair = world.actor("committee_chair")
    jobs: list[Callable[[], object]] = [cast(owner) for owner in range(10)]
    jobs.insert(5, lambda: services.close_vote(actor=chair, vote_id=vote.pk, now=vote.closes_at))
    assert at_once(jobs) == []
    counted = Result.objects.get().figures["without_invalid"]["participating"]["heads"]
    assert Ballot.objects.count() == counted == 10 - len(refused)
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_in_the_slip_of_one_head_at_once_one_does() -> None:
    world = make_world(2)
    vote = opened(world)
    item = vote.items.get()
    actors = [world.actor(kind) for kind in ("grid_worker", "committee_member", "building_head", "community_worker")]
    refused: list[WrongState] = []

    def take(actor: object) -> Callable[[], object]:
        def go() -> None:
            try:
                services.receive_paper(
                    actor=actor, vote_id=vote.pk, home_id=world.homes[0].pk, received_at=world.now,
                    choices={item.pk: "for"}, now=world.now,
                )  # fmt: skip
            except WrongState as refusal:
                refused.append(refusal)

        return go

    assert at_once([take(actor) for actor in actors * 3]) == []
    assert (PaperSlip.objects.count(), len(refused)) == (1, 11)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_withdraw_a_slip_and_read_it_again_at_once_one_does_and_the_other_is_told() -> None:
    world = make_world(HOMES_AT_ONCE)
    vote = opened(world)
    slips = [receive(world, vote, home, "for", received_at=world.now) for home in range(HOMES_AT_ONCE)]
    other = world.actor("building_head")  # the second reading is the committee member's
    told: dict[int, list[str]] = {slip.pk: [] for slip in slips}

    def attempt(slip: PaperSlip, verb: Callable[[], object]) -> Callable[[], object]:
        def go() -> None:
            try:
                verb()
            except WrongState as refusal:
                told[slip.pk].append(str(refusal.message))

        return go

    # Neighbours in this list go to different threads, which start together.
    jobs: list[Callable[[], object]] = []
    for n, slip in enumerate(slips):
        pair = [
            attempt(slip, partial(services.withdraw_slip, actor=other, slip_id=slip.pk, reason="错", now=world.now)),
            attempt(slip, partial(again, world, slip, "for", now=world.now)),
        ]
        jobs += pair if n % 2 else reversed(pair)
    assert at_once(jobs) == []

    for slip in PaperSlip.objects.all():
        assert (slip.settled_at is None) != (slip.withdrawn_at is None)
        (sentence,) = told[slip.pk]
        assert ("已经核对完，记成了一张票" if slip.settled_at else "已经撤回，不能再录") in sentence
        assert slip.ballots.count() == (1 if slip.settled_at else 0)
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_withdraw_one_slip_at_once_one_does() -> None:
    world = make_world(2)
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now)
    told: list[str] = []

    def go(kind: str) -> Callable[[], object]:
        actor = world.actor(kind)

        def withdraw() -> None:
            try:
                services.withdraw_slip(actor=actor, slip_id=slip.pk, reason=kind, now=world.now)
            except WrongState as refusal:
                told.append(str(refusal.message))

        return withdraw

    assert at_once([go(kind) for kind in ("committee_member", "building_head", "community_worker")]) == []
    assert len(told) == 2
    assert all("已经有人撤回了" in sentence for sentence in told)
    assert Entry.objects.filter(kind="votes.paper_withdrawn").count() == 1
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db(transaction=True)
def test_one_confirmation_sent_many_times_at_once_is_one_ballot_with_one_receipt() -> None:
    world = make_world(3)
    vote = opened(world)
    choices = {vote.items.get().pk: "for"}
    codes = [services.new_receipt() for _ in range(3)]
    given: list[tuple[int, str]] = []

    def send(owner: int) -> None:
        code = services.cast_online(
            actor=world.actor(owner), vote_id=vote.pk, choices=choices, now=world.now, receipt=codes[owner]
        )
        given.append((owner, code))

    assert at_once([partial(send, owner) for owner in range(3)] * 8) == []
    assert set(given) == set(enumerate(codes))
    assert sorted(Ballot.objects.values_list("receipt", flat=True)) == sorted(codes)
    assert not Ballot.objects.filter(superseded_at__isnull=False).exists()
    assert Entry.objects.filter(kind="votes.cast").count() == 3
