"""Paper ballots: two people read each slip, a third decides, and the time at which a slip was handed in counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import World, make_person, make_world
from yishiting.council.votes import selectors, services, slips
from yishiting.council.votes.lifecycle import KEYING_TIME
from yishiting.council.votes.models import Ballot, PaperEntry, PaperSlip, Result, Vote
from yishiting.council.votes.tests.voting import DAYS, again, closed, effective, online, opened, paper, receive, same
from yishiting.ground.organisations.actors import SYSTEM
from yishiting.ground.organisations.models import Post, Term
from yishiting.ground.people.models import Holding
from yishiting.ground.places.models import Building, Home
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline import entries
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_slip_becomes_a_ballot_once_a_second_person_reads_the_same() -> None:
    world = make_world(3)
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR, now=world.now + 3 * HOUR)
    assert Ballot.objects.count() == 0
    again(world, slip, "for", now=world.now + 4 * HOUR)
    ballot = Ballot.objects.get()
    assert (ballot.channel, ballot.choice, ballot.cast_at) == ("paper", "for", world.now + HOUR)
    assert PaperSlip.objects.get().settled_at == world.now + 4 * HOUR
    assert selectors.receipt_of(world.actor(0), vote, selectors.paper_receipt(slip)).counts
    assert verify(world.estate.pk).faults == ()


def test_nobody_reads_a_slip_twice() -> None:
    world = make_world(3)
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    with pytest.raises(NotAllowed, match="换一位"):
        again(world, slip, "for", who="grid_worker", now=world.now + HOUR)
    again(world, slip, "against", now=world.now + HOUR)
    for who in ("grid_worker", "committee_member"):
        with pytest.raises(NotAllowed, match="换一位"):
            again(world, slip, "against", who=who, now=world.now + HOUR)
    assert Ballot.objects.count() == 0


def test_where_two_readings_differ_a_third_person_decides() -> None:
    world = make_world(3)
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    again(world, slip, "against", now=world.now + HOUR)
    assert Entry.objects.filter(kind="votes.paper_differs").count() == 1
    assert [line.readings for line in slips.slips_of(vote, world.actor("building_head"))] == [2]
    again(world, slip, "against", who="building_head", now=world.now + HOUR)
    assert list(effective(vote).values()) == ["against"]
    with pytest.raises(WrongState, match="核对完"):
        again(world, slip, "for", who="community_worker", now=world.now + HOUR)
    assert verify(world.estate.pk).faults == ()


def test_what_a_first_reader_read_is_told_to_nobody_by_the_queue() -> None:
    world = make_world(3)
    vote = opened(world)
    receive(world, vote, 0, "against", received_at=world.now + HOUR)
    (line,) = slips.slips_of(vote, world.actor("committee_member"))
    assert (line.homes, line.readings, line.read_by_me) == (("1栋1单元101",), 1, False)
    assert "against" not in repr(line)
    (mine,) = slips.slips_of(vote, world.actor("grid_worker"))
    assert mine.read_by_me


def test_a_slip_handed_in_earlier_and_keyed_later_beats_the_online_ballot_under_first_wins() -> None:
    world = make_world(3)
    vote = opened(world, precedence="FIRST_WINS")
    receipt = online(world, vote, 0, "for", at=world.now + 5 * HOUR)
    paper(world, vote, 0, "against", received_at=world.now + HOUR, now=world.now + DAYS)
    assert list(effective(vote).values()) == ["against"]
    told = selectors.receipt_of(world.actor(0), vote, receipt)
    assert (told.counts, told.other_channel, told.other_at) == (False, "paper", world.now + HOUR)
    assert Ballot.objects.get(channel="online").superseded_at == world.now + DAYS
    closed(world, vote)
    assert verify(world.estate.pk).faults == ()


@pytest.mark.parametrize(("precedence", "stands"), [("ONLINE_WINS", "for"), ("PAPER_WINS", "against")])
@pytest.mark.parametrize("paper_first", [True, False])
def test_a_channel_that_wins_wins_whichever_came_first(precedence: str, stands: str, paper_first: bool) -> None:
    world = make_world(3)
    vote = opened(world, precedence=precedence)
    steps = [
        lambda: paper(world, vote, 0, "against", received_at=world.now + HOUR, now=world.now + 2 * HOUR),
        lambda: online(world, vote, 0, "for", at=world.now + 2 * HOUR),
    ]
    for step in steps if paper_first else reversed(steps):
        step()
    assert list(effective(vote).values()) == [stands]
    assert Ballot.objects.count() == 2
    assert verify(world.estate.pk).faults == ()


def test_an_unreadable_slip_that_stands_stays_invalid_and_leaves_the_result_to_the_scrutineers() -> None:
    world = make_world(9)
    vote = opened(world, precedence="PAPER_WINS")
    for owner in range(6):
        online(world, vote, owner, "for")
    paper(world, vote, 5, "invalid", received_at=world.now + 2 * HOUR)
    vote = closed(world, vote)
    result = Result.objects.get(item__vote=vote)
    assert result.outcome == "to_adjudicate"
    assert (result.figures["without_invalid"]["outcome"], result.figures["with_invalid"]["outcome"]) == (
        "no_quorum",
        "passed",
    )
    assert Entry.objects.get(kind="votes.closed").facts["outcome"] == "to_adjudicate"


def test_a_slip_of_a_late_hour_is_refused_and_one_in_time_is_read_until_the_count() -> None:
    world = make_world(3)
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=vote.closes_at)
    closed(world, vote)
    vote.refresh_from_db()
    assert vote.state == "closed"
    assert Entry.objects.get(kind="votes.ended").facts == {"vote": vote.no, "waiting": 1, "early": False}
    later = vote.closes_at + 2 * HOUR
    with pytest.raises(WrongState, match="截止以后才交"):
        receive(world, vote, 1, "for", received_at=vote.closes_at + HOUR, now=later)
    second = receive(world, vote, 1, "for", received_at=vote.closes_at - HOUR, now=later)
    with pytest.raises(WrongState, match="还有 2 张纸票"):
        services.close_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=later)
    assert services.close_due(later) == 0
    for waiting in (slip, second):
        again(world, waiting, "for", now=later)
    assert services.close_due(later) == 0
    services.close_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=later, all_keyed=True)
    vote.refresh_from_db()
    assert vote.state == "counted"
    assert Entry.objects.filter(kind="votes.closed").count() == 1
    assert Result.objects.get().outcome == "passed"
    with pytest.raises(WrongState, match="已经计票"):
        receive(world, vote, 2, "for", received_at=vote.closes_at, now=later)
    assert verify(world.estate.pk).faults == ()


def test_the_count_that_makes_itself_leaves_a_day_for_the_slips_that_a_clerk_still_holds() -> None:
    world = make_world(3)
    vote = opened(world)
    paper(world, vote, 0, "for", received_at=world.now + HOUR)
    end = vote.closes_at
    assert services.close_due(end) == 1
    vote.refresh_from_db()
    assert vote.state == "closed"
    ended = Entry.objects.get(kind="votes.ended")
    assert ended.facts == {"vote": vote.no, "waiting": 0, "early": False, "keying": True}
    assert "截止前收到的纸票录完以后计票" in entries.describe(ended.kind, ended.facts).render(str)
    for actor in (SYSTEM, world.actor("committee_chair")):
        with pytest.raises(WrongState, match="要等到"):
            services.close_vote(actor=actor, vote_id=vote.pk, now=end + HOUR)
    paper(world, vote, 1, "for", received_at=end - HOUR, now=end + 20 * HOUR)
    assert services.close_due(end + KEYING_TIME - HOUR) == 0
    assert services.close_due(end + KEYING_TIME) == 1
    assert Result.objects.get().figures["heads"]["for"] == 2
    assert verify(world.estate.pk).faults == ()


@pytest.mark.parametrize("early", [True, False])
def test_who_says_that_all_paper_is_keyed_counts_at_once_and_only_who_holds_the_duty(early: bool) -> None:
    world = make_world(3)
    vote = opened(world)
    paper(world, vote, 0, "for", received_at=world.now + HOUR)
    now = world.now + 2 * HOUR if early else vote.closes_at
    say = {"vote_id": vote.pk, "now": now, "early": early, "all_keyed": True}
    with pytest.raises(NotAllowed):
        services.close_vote(actor=world.actor("grid_worker"), **say)
    assert services.close_vote(actor=world.actor("committee_chair"), **say).state == "counted"
    assert Entry.objects.filter(kind="votes.ended").count() == early
    assert verify(world.estate.pk).faults == ()


def test_a_vote_that_no_slip_came_to_counts_itself_at_its_end() -> None:
    world = make_world(3)
    vote = opened(world)
    online(world, vote, 0, "for")
    assert services.close_due(vote.closes_at) == 1
    vote.refresh_from_db()
    assert vote.state == "counted"


def test_a_head_hands_in_one_slip_whichever_of_its_homes_is_named() -> None:
    world = make_world(3)
    second = Home.objects.create(
        estate=world.estate, building=world.buildings[0], entrance=world.entrances[0], room="901", order=90, area=50
    )
    group = Holding.objects.get(home=world.homes[0]).group
    Holding.objects.create(
        estate=world.estate, home=second, person=world.owners[0], group=group, since=world.now - DAYS
    )
    world.homes.append(second)
    vote = opened(world)
    receive(world, vote, 0, "for", received_at=world.now + HOUR)
    with pytest.raises(WrongState, match="已经录过"):
        receive(world, vote, 3, "for", received_at=world.now + HOUR)


def test_a_home_that_is_not_on_the_roll_or_whose_owner_is_unknown_has_no_slip() -> None:
    world = make_world(3)
    Holding.objects.filter(home=world.homes[1]).delete()
    vote = opened(world)
    with pytest.raises(WrongState, match="没有登记业主"):
        receive(world, vote, 1, "for", received_at=world.now + HOUR)
    world.homes[0] = make_world(1, name="别苑").homes[0]
    with pytest.raises(BadInput, match="不在这次表决的名册上"):
        receive(world, vote, 0, "for", received_at=world.now + HOUR)
    assert PaperEntry.objects.count() == 0


def test_the_developer_votes_on_paper() -> None:
    world = make_world(3)
    Home.objects.filter(pk=world.homes[0].pk).update(kind="unsold")
    Holding.objects.filter(home=world.homes[0]).delete()
    vote = opened(world)
    paper(world, vote, 0, "against", received_at=world.now + HOUR)
    assert list(effective(vote).values()) == ["against"]
    closed(world, vote)
    assert verify(world.estate.pk).faults == ()


def other_tower(world: World) -> Building:
    return Building.objects.create(estate=world.estate, label="2栋", order=2)


def test_paper_is_read_by_those_whose_post_says_so_in_the_building_that_it_answers_for() -> None:
    world = make_world(3)
    vote = opened(world)
    for actor in (world.actor("property_manager"), world.actor(0), SYSTEM):
        with pytest.raises(NotAllowed):
            services.receive_paper(
                actor=actor, vote_id=vote.pk, home_id=world.homes[0].pk, received_at=world.now,
                choices=same(vote, "for"), now=world.now,
            )  # fmt: skip
    stranger = make_person("别楼楼栋长")
    office = Post.objects.get(kind="committee_member").organisation
    post = Post.objects.create(
        organisation=office, kind="building_head", estate=world.estate, building=other_tower(world)
    )
    Term.objects.create(post=post, person=stranger, since=world.now - DAYS)
    with pytest.raises(NotAllowed, match="自己负责的楼"):
        services.receive_paper(
            actor=world.actor(stranger), vote_id=vote.pk, home_id=world.homes[0].pk, received_at=world.now,
            choices=same(vote, "for"), now=world.now,
        )  # fmt: skip
    assert PaperSlip.objects.count() == 0


def test_a_slip_of_another_estate_is_not_found() -> None:
    world, other = make_world(3), make_world(3, name="别苑")
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    with pytest.raises(NotAllowed):
        services.read_paper_again(
            actor=other.actor("committee_member"), slip_id=slip.pk, choices=same(vote, "for"), now=world.now + HOUR
        )
    with pytest.raises(NotFound):
        services.read_paper_again(
            actor=world.actor("committee_member"), slip_id=10**6, choices={}, now=world.now + HOUR
        )
    with pytest.raises(NotFound):
        slips.slip_line(opened(other), other.actor("committee_member"), slip.pk)
    assert Vote.objects.filter(slips=slip).count() == 1
