"""Withdrawing a paper slip: nobody waits for it for ever, nobody makes it vanish alone, and it may be keyed again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.support.world import World, make_person, make_world
from yishiting.council.votes import selectors, services, slips
from yishiting.council.votes.lifecycle import KEYING_TIME
from yishiting.council.votes.models import Ballot, PaperEntry, PaperSlip
from yishiting.council.votes.tests.voting import DAYS, again, closed, effective, online, opened, paper, receive
from yishiting.ground.organisations.actors import SYSTEM
from yishiting.ground.organisations.models import Post, Term
from yishiting.ground.places.models import Building
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline import entries, guards
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return make_world(3)


def withdraw(
    world: World,
    slip: PaperSlip,
    *,
    who: str = "committee_member",
    reason: str = "户录错了",
    now: datetime | None = None,
) -> PaperSlip:
    return services.withdraw_slip(
        actor=world.actor(who), slip_id=slip.pk, reason=reason, now=now or world.now + 2 * HOUR
    )


def faults(world: World) -> str:
    return " ".join(str(fault) for fault in verify(world.estate.pk).faults)


# ---------------------------------------------------------------- what it does
def test_a_slip_of_the_wrong_home_is_withdrawn_with_its_reason_and_stays_on_record(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    withdraw(world, slip, reason="  户录错了，应是 201 \n")
    kept = PaperSlip.objects.get()
    assert (kept.withdrawn_at, kept.withdrawn_by, kept.withdraw_reason) == (
        world.now + 2 * HOUR,
        world.staff["committee_member"],
        "户录错了，应是 201",
    )
    assert PaperEntry.objects.filter(slip=slip).count() == 1
    entry = Entry.objects.get(kind="votes.paper_withdrawn")
    assert (entry.facts, entry.actor_id) == ({"vote": vote.no, "slip": slip.pk}, kept.withdrawn_by_id)
    assert entries.describe(entry.kind, entry.facts).render(str) == f"第 {vote.no} 次表决撤回了一张纸票。"
    assert slips.slips_of(vote, world.actor("committee_member")) == []
    assert faults(world) == ""


def test_two_clerks_whose_readings_differ_are_not_stuck(world: World) -> None:
    """No third person holds the duty: the second reader withdraws, and the same two read the paper anew."""
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    again(world, slip, "against", now=world.now + HOUR)
    closed(world, vote)
    later = vote.closes_at + HOUR
    with pytest.raises(WrongState, match="两遍不一样的，第三个人再录，或撤回后重新录"):
        services.close_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=later)
    withdraw(world, slip, reason="两遍不一样，没有第三个人", now=later)
    fresh = receive(world, vote, 0, "against", received_at=slip.received_at, now=later)
    again(world, fresh, "against", now=later)
    assert list(effective(vote).values()) == ["against"]
    assert Ballot.objects.get().cast_at == world.now + HOUR
    services.close_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=later, all_keyed=True)
    vote.refresh_from_db()
    assert vote.state == "counted"
    assert faults(world) == ""


def test_a_slip_that_is_keyed_again_keeps_its_turn_under_first_wins(world: World) -> None:
    vote = opened(world, precedence="FIRST_WINS")
    slip = receive(world, vote, 0, "against", received_at=world.now + HOUR)
    online(world, vote, 0, "for", at=world.now + 5 * HOUR)
    withdraw(world, slip, now=world.now + 6 * HOUR)
    head = slip.head
    assert slips.received_before(vote, head) == world.now + HOUR
    paper(world, vote, 0, "against", received_at=world.now + HOUR, now=world.now + 7 * HOUR)
    assert slips.received_before(vote, head) is None
    assert list(effective(vote).values()) == ["against"]
    assert faults(world) == ""


def test_a_head_may_have_many_slips_withdrawn_and_one_that_stands(world: World) -> None:
    vote = opened(world)
    for _ in range(2):
        withdraw(world, receive(world, vote, 0, "for", received_at=world.now + HOUR))
    receive(world, vote, 0, "for", received_at=world.now + HOUR)
    with pytest.raises(WrongState, match="没有录它第一遍的人先撤回"):
        receive(world, vote, 0, "for", received_at=world.now + HOUR)
    assert PaperSlip.objects.count() == 3


def test_the_desk_lists_what_was_withdrawn_why_and_whether_it_was_keyed_again(world: World) -> None:
    vote = opened(world)
    withdraw(world, receive(world, vote, 0, "for", received_at=world.now + HOUR), reason="纸丢了")
    withdraw(world, receive(world, vote, 1, "for", received_at=world.now + HOUR), now=world.now + 3 * HOUR)
    paper(world, vote, 0, "for", received_at=world.now + HOUR)
    told = slips.withdrawals_of(vote, world.actor("building_head"))
    assert [(row.line.homes, row.line.slip.withdraw_reason, row.keyed_again) for row in told] == [
        (("1栋1单元201",), "户录错了", False),
        (("1栋1单元101",), "纸丢了", True),
    ]
    assert told[0].line.home_id == world.homes[1].pk
    assert selectors.settled_slips(vote) == 1
    assert selectors.vote_by_no(world.actor("committee_chair"), world.estate, vote.no).waiting == 0


# ---------------------------------------------------------------- the count
def test_a_withdrawn_slip_is_not_counted_and_does_not_hold_up_a_count_that_is_asked_for(world: World) -> None:
    vote = opened(world)
    online(world, vote, 1, "for")
    online(world, vote, 2, "for")
    slip = receive(world, vote, 0, "against", received_at=world.now + HOUR)
    closed(world, vote)
    withdraw(world, slip, now=vote.closes_at + HOUR)
    chair, later = world.actor("committee_chair"), vote.closes_at + 2 * HOUR
    counted = services.close_vote(actor=chair, vote_id=vote.pk, now=later, all_keyed=True)
    assert counted.state == "counted"
    assert counted.items.get().result.figures["heads"]["against"] == 0
    assert faults(world) == ""


def test_the_count_that_makes_itself_leaves_a_day_to_key_a_withdrawn_slip_again(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    assert services.close_due(vote.closes_at) == 1
    withdrawn_at = vote.closes_at + 20 * HOUR
    withdraw(world, slip, now=withdrawn_at)
    assert services.close_due(vote.closes_at + KEYING_TIME) == 0
    with pytest.raises(WrongState, match="先不自动计票"):
        services.close_vote(actor=SYSTEM, vote_id=vote.pk, now=vote.closes_at + KEYING_TIME)
    assert services.close_due(withdrawn_at + KEYING_TIME) == 1
    vote.refresh_from_db()
    assert vote.state == "counted"


def test_once_it_is_keyed_again_the_count_does_not_wait_a_day_from_the_withdrawal(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    assert services.close_due(vote.closes_at) == 1
    later = vote.closes_at + 20 * HOUR
    withdraw(world, slip, now=later)
    paper(world, vote, 0, "for", received_at=world.now + HOUR, now=later)
    assert services.close_due(vote.closes_at + KEYING_TIME) == 1
    vote.refresh_from_db()
    assert (vote.state, Ballot.objects.count()) == ("counted", 1)


@pytest.mark.parametrize(("early", "says"), [(False, "次表决截止，有 1 张撤回"), (True, "次表决提前截止，有 1 张撤回")])
def test_a_slip_withdrawn_just_before_the_end_is_not_lost_to_a_count_in_the_same_moment(
    world: World, early: bool, says: str
) -> None:
    vote = opened(world)
    end = vote.closes_at - (HOUR if early else timedelta())
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    withdraw(world, slip, now=end - HOUR)
    services.close_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=end, early=early)
    vote.refresh_from_db()
    assert vote.state == "closed"
    entry = Entry.objects.get(kind="votes.ended")
    assert entry.facts == {"vote": vote.no, "waiting": 0, "early": early, "withdrawn": 1}
    assert says in entries.describe(entry.kind, entry.facts).render(str)
    paper(world, vote, 0, "for", received_at=world.now + HOUR, now=end + HOUR)
    assert services.close_due(end + KEYING_TIME) == 1
    vote.refresh_from_db()
    assert vote.state == "counted"
    assert faults(world) == ""


# ---------------------------------------------------------------- refusals
def test_who_made_the_first_reading_does_not_withdraw_it_even_after_a_second(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    for step in (None, "against"):
        if step:
            again(world, slip, step, now=world.now + HOUR)
        with pytest.raises(NotAllowed, match="由另一位工作人员来撤回"):
            withdraw(world, slip, who="grid_worker")
    withdraw(world, slip, who="community_worker")


def test_who_may_not_key_paper_there_does_not_withdraw_it(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    stranger = make_person("别楼楼栋长")
    tower = Building.objects.create(estate=world.estate, label="2栋", order=2)
    office = Post.objects.get(kind="committee_member").organisation
    post = Post.objects.create(organisation=office, kind="building_head", estate=world.estate, building=tower)
    Term.objects.create(post=post, person=stranger, since=world.now - DAYS)
    elsewhere = make_world(1, name="别苑").actor("committee_member")
    for actor in (world.actor(stranger), world.actor("property_manager"), world.actor(0), elsewhere, SYSTEM):
        with pytest.raises(NotAllowed):
            services.withdraw_slip(actor=actor, slip_id=slip.pk, reason="错", now=world.now + HOUR)
    assert PaperSlip.objects.get().withdrawn_at is None
    assert not Entry.objects.filter(kind="votes.paper_withdrawn").exists()


def test_a_settled_slip_is_a_ballot_and_stays(world: World) -> None:
    vote = opened(world)
    slip = paper(world, vote, 0, "for", received_at=world.now + HOUR)
    with pytest.raises(WrongState, match="记成了一张票，不能撤回。有异议请在计票前告诉监票人"):
        withdraw(world, slip, who="building_head")
    assert len(effective(vote)) == 1


def test_a_withdrawn_slip_is_neither_withdrawn_nor_read_again(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    withdraw(world, slip)
    with pytest.raises(WrongState, match="已经有人撤回了"):
        withdraw(world, slip, who="building_head")
    with pytest.raises(WrongState, match=r"已经撤回，不能再录。.*从第一遍录起"):
        again(world, slip, "for", who="building_head", now=world.now + 3 * HOUR)
    assert Ballot.objects.count() == 0


def test_nothing_is_withdrawn_once_the_vote_is_counted_or_called_off(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    services.cancel_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, reason="题目写错", now=world.now + HOUR)
    with pytest.raises(WrongState, match="已经取消"):
        withdraw(world, slip)
    counted = opened(world)
    settled = paper(world, counted, 0, "for", received_at=world.now + HOUR)
    closed(world, counted)
    with pytest.raises(WrongState, match=r"已经计票.*监票人"):
        withdraw(world, settled, who="building_head", now=counted.closes_at + HOUR)


def test_a_withdrawal_without_a_reason_and_of_no_slip_is_refused(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    with pytest.raises(BadInput) as refusal:
        withdraw(world, slip, reason=" ")
    assert list(refusal.value.fields) == ["reason"]
    with pytest.raises(NotFound, match="没有找到这张纸票"):
        services.withdraw_slip(actor=world.actor("committee_member"), slip_id=10**6, reason="错", now=world.now)


# ---------------------------------------------------------------- the database and verify
@pytest.mark.parametrize(
    "change",
    [
        {"withdrawn_at": "now"},
        {"withdrawn_by": "who", "withdraw_reason": "错"},
        {"withdrawn_at": "now", "withdrawn_by": "who"},
        {"withdrawn_at": "now", "withdraw_reason": "错"},
        {"withdrawn_at": "now", "withdrawn_by": "who", "withdraw_reason": "错", "settled_at": "now"},
    ],
)
def test_the_database_takes_no_half_withdrawal_and_none_of_a_settled_slip(world: World, change: dict[str, str]) -> None:
    slip = receive(world, opened(world), 0, "for", received_at=world.now + HOUR)
    values = {"now": world.now + 2 * HOUR, "who": world.staff["committee_member"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperSlip.objects.filter(pk=slip.pk).update(**{name: values.get(to, to) for name, to in change.items()})


def by_hand(world: World, slip: PaperSlip) -> None:
    PaperSlip.objects.filter(pk=slip.pk).update(
        withdrawn_at=world.now + HOUR, withdrawn_by=world.staff["committee_member"], withdraw_reason="户录错了"
    )


def test_verify_finds_a_withdrawal_made_by_hand(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    assert faults(world) == ""
    by_hand(world, slip)
    said = faults(world)
    assert f"第 {vote.no} 次表决的第 {slip.pk} 张纸票什么时候核对完或撤回，与记录里写的对不上" in said
    assert f"votes.withdrawn_slip 第 {slip.pk} 行没有任何记录证明它" in said


def test_verify_finds_a_withdrawal_whose_reason_was_changed_or_that_was_undone_by_hand(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    withdraw(world, slip)
    assert faults(world) == ""
    PaperSlip.objects.filter(pk=slip.pk).update(withdraw_reason="业主自己要求的")
    assert f"votes.withdrawn_slip 第 {slip.pk} 行被改过" in faults(world)
    PaperSlip.objects.filter(pk=slip.pk).update(withdrawn_at=None, withdrawn_by=None, withdraw_reason="")
    said = faults(world)
    assert f"votes.withdrawn_slip 第 {slip.pk} 行不见了" in said
    assert f"第 {slip.pk} 张纸票什么时候核对完或撤回，与记录里写的对不上" in said


def test_verify_finds_a_slip_that_was_marked_settled_by_hand_to_get_it_out_of_the_way(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    PaperSlip.objects.filter(pk=slip.pk).update(settled_at=world.now + HOUR)
    assert f"第 {slip.pk} 张纸票什么时候核对完或撤回，与记录里写的对不上" in faults(world)
    PaperSlip.objects.filter(pk=slip.pk).update(settled_at=None)
    assert faults(world) == ""


def test_the_database_refuses_to_move_a_slip_to_another_home(world: World) -> None:
    vote = opened(world)
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR)
    guards.install(connection)
    other = vote.roll.head_rows.exclude(pk=slip.head_id).first()
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        PaperSlip.objects.filter(pk=slip.pk).update(head=other)
    withdraw(world, slip)
    assert PaperSlip.objects.get().withdrawn_at is not None
