"""From draft to result: what is written, what is refused and with which words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.support.world import add_tenant, make_person, make_world, own
from yishiting.council.votes import selectors, services
from yishiting.council.votes.models import Ballot, Item, Result, RollHead, RollHome, Vote
from yishiting.council.votes.tests.voting import DAYS, closed, draft, effective, online, opened, same
from yishiting.ground.organisations.actors import SYSTEM
from yishiting.ground.people.models import Holding
from yishiting.ground.places.models import Building, Entrance, Home
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline import entries, guards
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


def last(kind: str) -> Entry:
    return Entry.objects.filter(kind=kind).latest("seq")


# ---------------------------------------------------------------- drafting
def test_votes_are_numbered_within_their_estate() -> None:
    one, other = make_world(3), make_world(3, name="另一苑")
    assert [draft(one).no, draft(one).no, draft(other).no] == [1, 2, 1]


def test_a_draft_names_every_field_that_is_to_be_changed() -> None:
    world = make_world(3)
    with pytest.raises(BadInput) as refusal:
        draft(world, title=" ", items=(), closes_at=world.now, precedence="LAST_WINS")
    assert set(refusal.value.fields) == {"title", "items", "closes_at", "precedence"}
    assert Vote.objects.count() == 0


def test_a_draft_is_seen_by_those_who_prepare_votes_alone() -> None:
    world = make_world(3)
    vote = draft(world)
    for who in ("grid_worker", 0):
        with pytest.raises(NotFound):
            selectors.vote_by_no(world.actor(who), world.estate, vote.no)
    assert selectors.vote_by_no(world.actor("moderator"), world.estate, vote.no) == vote


def test_a_draft_can_be_changed_and_an_opened_vote_cannot() -> None:
    world = make_world(3)
    vote = draft(world)
    change = {
        "actor": world.actor("committee_chair"),
        "vote_id": vote.pk,
        "title": "改过的题目",
        "explanation": "",
        "items": (services.ItemDraft("甲？", "special", "第八项"), services.ItemDraft("乙？", "ordinary")),
        "closes_at": world.now + 6 * DAYS,
        "now": world.now,
    }
    services.edit_draft(**change)
    assert list(vote.items.values_list("no", "question", "rule", "article")) == [
        (1, "甲？", "special", "第八项"),
        (2, "乙？", "ordinary", "《民法典》第278条"),
    ]
    services.open_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=world.now)
    with pytest.raises(WrongState, match="取消"):
        services.edit_draft(**change | {"title": "再改"})
    assert Vote.objects.get(pk=vote.pk).title == "改过的题目"


# ---------------------------------------------------------------- opening
def test_opening_freezes_heads_homes_and_areas() -> None:
    world = make_world(4)
    second = Home.objects.create(
        estate=world.estate, building=world.buildings[0], entrance=world.entrances[0], room="901", order=90, area=50
    )
    group = Holding.objects.get(home=world.homes[0]).group
    Holding.objects.create(
        estate=world.estate, home=second, person=world.owners[0], group=group, since=world.now - DAYS
    )
    vote = opened(world)
    roll = vote.roll
    assert (roll.homes, roll.heads, roll.area) == (5, 4, Decimal(450))
    assert RollHead.objects.get(roll=roll, group=group).area == Decimal(150)
    assert RollHome.objects.filter(roll=roll).count() == 5
    entry = last("votes.opened")
    assert entry.facts["heads"] == 4
    assert [label for label, _, _ in entry.attests] == ["votes.vote", "votes.roll", "votes.rules"]
    assert verify(world.estate.pk).faults == ()


def test_unsold_and_undelivered_homes_are_one_head_and_a_home_without_owner_is_a_head_of_its_own() -> None:
    world = make_world(6)
    Home.objects.filter(pk=world.homes[0].pk).update(kind="unsold")
    Home.objects.filter(pk=world.homes[1].pk).update(kind="undelivered")
    Holding.objects.filter(home__in=[world.homes[0], world.homes[2]]).delete()
    vote = opened(world)
    kinds = sorted(RollHead.objects.filter(roll=vote.roll).values_list("kind", "homes", "area"))
    assert kinds == [
        ("developer", 2, Decimal(200)),
        ("owners", 1, Decimal(100)),
        ("owners", 1, Decimal(100)),
        ("owners", 1, Decimal(100)),
        ("unknown", 1, Decimal(100)),
    ]
    # Who bought a home that was not handed over does not vote for it.
    with pytest.raises(NotAllowed):
        online(world, vote, 1, "for")


def test_whom_the_register_knows_as_holder_of_what_is_unsold_votes_for_the_developer() -> None:
    world = make_world(4)
    Home.objects.filter(pk__in=[world.homes[0].pk, world.homes[1].pk]).update(kind="unsold")
    Holding.objects.filter(home__in=[world.homes[0], world.homes[1], world.homes[2]]).delete()
    agent = make_person("开发商代表", "13900009999")
    own(world.estate, world.homes[:3], [agent], since=world.now - DAYS)
    vote = opened(world)
    assert list(RollHead.objects.filter(roll=vote.roll).values_list("kind", "homes")) == [
        ("developer", 3),
        ("owners", 1),
    ]
    services.cast_online(actor=world.actor(agent), vote_id=vote.pk, choices=same(vote, "against"), now=world.now + DAYS)
    assert list(effective(vote).values()) == ["against"]


def test_a_roll_does_not_freeze_while_a_home_lacks_its_area_and_the_homes_are_named() -> None:
    world = make_world(4)
    Home.objects.filter(pk__in=[world.homes[1].pk, world.homes[3].pk]).update(area=None)
    vote = draft(world)
    with pytest.raises(WrongState, match=r"有 2 户还没有面积.*1栋1单元201、1栋1单元401") as refusal:
        services.open_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=world.now)
    assert refusal.value.code == "area_missing"
    assert Vote.objects.get(pk=vote.pk).state == "draft"
    assert RollHead.objects.count() == 0


def test_a_home_under_two_owner_groups_is_named_and_nothing_opens() -> None:
    world = make_world(3)
    own(world.estate, [world.homes[2]], [make_person("另一人")], since=world.now - DAYS)
    with pytest.raises(WrongState, match="两家业主名下：1栋1单元301"):
        opened(world)


def test_the_electorate_can_be_one_building_or_one_entrance() -> None:
    world = make_world(8, per_entrance=4)
    tower = Building.objects.create(estate=world.estate, label="2栋", order=2)
    gate = Entrance.objects.create(estate=world.estate, building=tower, label="1单元")
    Home.objects.create(estate=world.estate, building=tower, entrance=gate, room="101", order=99, area=80)
    assert opened(world, building=world.buildings[0]).roll.homes == 8
    assert opened(world, entrance=world.entrances[1]).roll.homes == 4
    assert opened(world).roll.homes == 9
    vote = Vote.objects.get(no=2)
    online(world, vote, 5, "for")
    with pytest.raises(NotAllowed, match="不在这次表决的名册上"):
        online(world, vote, 0, "for")


def test_a_vote_whose_end_has_passed_does_not_open() -> None:
    world = make_world(3)
    vote = draft(world, days=1)
    with pytest.raises(WrongState, match="3月3日 09:00"):
        services.open_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=world.now + 2 * DAYS)


# ---------------------------------------------------------------- casting
def test_an_owner_hands_in_all_items_at_once_and_gets_a_receipt_that_never_shows_the_choice() -> None:
    world = make_world(3)
    vote = opened(world, items=(("甲？", "ordinary", ""), ("乙？", "special", "")))
    receipt = online(world, vote, 0, "against")
    assert len(receipt) == 8
    assert not set(receipt) & set("01OIL")
    assert Ballot.objects.filter(receipt=receipt).count() == 2
    told = selectors.receipt_of(world.actor(0), vote, f" {receipt[:4].lower()} {receipt[4:]}")
    assert (told.counts, told.mine, told.area) == (True, True, Decimal(100))
    assert "against" not in repr(told)
    entry = last("votes.cast")
    assert entry.facts == {"vote": 1, "channel": "online", "items": 2}
    assert "against" not in str(entry.facts) + str(entry.attests)
    assert entries.kind("votes.cast").level == entries.Level.PERSONAL


def test_a_ballot_that_leaves_an_item_out_is_refused_by_name_and_nothing_is_kept() -> None:
    world = make_world(3)
    vote = opened(world, items=(("甲？", "ordinary", ""), ("乙？", "special", "")))
    first, second = vote.items.all()
    for choices in ({first.pk: "for"}, {first.pk: "for", second.pk: "invalid"}, {first.pk: "for", second.pk: ""}):
        with pytest.raises(BadInput) as refusal:
            services.cast_online(actor=world.actor(0), vote_id=vote.pk, choices=choices, now=world.now)
        assert list(refusal.value.fields) == [f"item_{second.pk}"]
    assert Ballot.objects.count() == 0


def test_a_second_ballot_of_one_head_is_recorded_as_superseded_and_its_receipt_says_which_counts() -> None:
    world = make_world(3)
    vote = opened(world)
    first = online(world, vote, 0, "for")
    second = online(world, vote, 0, "against", at=world.now + timedelta(hours=2))
    assert list(effective(vote).values()) == ["for"]
    assert Ballot.objects.filter(superseded_at__isnull=False).count() == 1
    assert selectors.receipt_of(world.actor(0), vote, first).counts
    told = selectors.receipt_of(world.actor(0), vote, second)
    assert (told.counts, told.other_at, told.other_channel) == (False, world.now + timedelta(hours=1), "online")


def test_co_owners_are_one_head_and_the_first_of_them_to_vote_stands() -> None:
    world = make_world(3)
    home = Home.objects.create(
        estate=world.estate, building=world.buildings[0], entrance=world.entrances[0], room="909", order=99, area=70
    )
    wife, husband = make_person("妻"), make_person("夫")
    own(world.estate, [home], [wife, husband], since=world.now - DAYS)
    vote = opened(world)
    for person, choice in ((husband, "against"), (wife, "for")):
        services.cast_online(
            actor=world.actor(person), vote_id=vote.pk, choices=same(vote, choice), now=world.now + timedelta(hours=1)
        )
    assert list(effective(vote).values()) == ["against"]


def test_who_belongs_to_two_owner_groups_says_which_ballot_he_casts() -> None:
    world = make_world(3)
    home = Home.objects.create(
        estate=world.estate, building=world.buildings[0], entrance=world.entrances[0], room="909", order=99, area=70
    )
    own(world.estate, [home], [make_person("合住人"), world.owners[0]], since=world.now - DAYS)
    vote = opened(world)
    with pytest.raises(BadInput, match="2 张票"):
        online(world, vote, 0, "for")
    for head in selectors.heads_of_person(vote.pk, world.actor(0)):
        services.cast_online(
            actor=world.actor(0), vote_id=vote.pk, choices=same(vote, "for"), now=world.now, head_no=head.no
        )
    assert len(effective(vote)) == 2
    stranger = RollHead.objects.get(roll=vote.roll, group__members=world.owners[1])
    with pytest.raises(BadInput):
        services.cast_online(
            actor=world.actor(0), vote_id=vote.pk, choices=same(vote, "for"), now=world.now, head_no=stranger.no
        )


def test_a_buyer_after_opening_does_not_vote_and_the_owner_at_opening_still_does() -> None:
    world = make_world(3)
    vote = opened(world)
    sold = world.now + timedelta(hours=1)
    Holding.objects.filter(home=world.homes[0]).update(until=sold)
    buyer = make_person("买家")
    own(world.estate, [world.homes[0]], [buyer], since=sold)
    world.now = sold + timedelta(hours=1)
    with pytest.raises(NotAllowed, match="名册"):
        services.cast_online(actor=world.actor(buyer), vote_id=vote.pk, choices=same(vote, "for"), now=world.now)
    online(world, vote, 0, "for", at=world.now)
    assert len(effective(vote)) == 1


def test_neither_a_tenant_nor_staff_nor_nobody_nor_the_system_casts_a_ballot() -> None:
    world = make_world(3)
    vote = opened(world)
    tenant = add_tenant(world, world.homes[0])
    for actor in (world.actor(tenant), world.actor("committee_member"), world.actor("grid_worker"), SYSTEM):
        with pytest.raises(NotAllowed, match="由业主投票"):
            services.cast_online(actor=actor, vote_id=vote.pk, choices=same(vote, "for"), now=world.now)
    assert Ballot.objects.count() == 0


def test_a_ballot_before_opening_after_the_end_or_after_cancelling_is_refused_with_a_sentence() -> None:
    world = make_world(3)
    vote = opened(world)
    online(world, vote, 0, "for", at=vote.closes_at)
    with pytest.raises(WrongState, match="3月9日 09:00 已经截止，这张票没有收"):
        online(world, vote, 1, "for", at=vote.closes_at + timedelta(seconds=1))
    services.close_vote(actor=SYSTEM, vote_id=vote.pk, now=vote.closes_at)
    with pytest.raises(WrongState, match="已经截止"):
        online(world, vote, 1, "for", at=vote.closes_at)
    other = opened(world)
    services.cancel_vote(actor=world.actor("committee_chair"), vote_id=other.pk, reason="题目有误", now=world.now)
    with pytest.raises(WrongState, match="已经取消"):
        online(world, other, 1, "for")


# ---------------------------------------------------------------- closing and counting
def test_closing_counts_and_writes_the_figures_in_words_and_numbers() -> None:
    world = make_world(9)
    vote = opened(world, thread="matter:4")
    for owner, choice in enumerate(["for"] * 4 + ["against"] * 2):
        online(world, vote, owner, choice)
    closed(world, vote)
    vote.refresh_from_db()
    assert vote.state == "counted"
    result = Result.objects.get(item__vote=vote)
    assert result.outcome == "passed"
    assert result.figures["heads"] == {"all": 9, "for": 4, "against": 2, "abstain": 0, "invalid": 0}
    assert result.figures["area"]["all"] == "900.00"
    assert result.figures["without_invalid"]["participating"] == {"heads": 6, "area": "600.00"}
    assert result.figures["with_invalid"]["outcome"] == "passed"
    (shown,) = selectors.results(vote)
    words = [str(sentence) for sentence in shown.explanation]
    assert words[0] == "共 9 人（9 户），要到 6 人，来了 6 人，够。"
    assert "来的 6 人里，赞成要超过一半，至少 4 人；赞成 4 人，够。" in words
    assert words[-2] == "结果：通过。"
    assert words[-1].startswith("依据：《民法典》第278条")
    entry = last("votes.closed")
    assert (entry.facts["outcome"], entry.facts["vote"], entry.thread) == ("passed", vote.no, "matter:4")
    assert str(entries.describe(entry.kind, entry.facts)) == f"第 {vote.no} 次表决计票：通过。"
    assert Entry.objects.filter(kind="votes.ended").count() == 0
    assert verify(world.estate.pk).faults == ()


def test_no_choice_and_no_figure_of_choices_is_read_before_the_count_by_anyone() -> None:
    world = make_world(3)
    vote = opened(world)
    online(world, vote, 0, "against")
    seen = selectors.vote_by_no(world.actor("community_worker"), world.estate, vote.no)
    assert selectors.results(seen) == []
    assert selectors.outcome_of(seen) == ""
    turnout = selectors.turnout(seen)
    assert (turnout.participating.heads, turnout.needed.heads, turnout.missing.heads) == (1, 2, 1)
    assert turnout.missing.area == Decimal("100.00")


def test_a_vote_of_several_items_passes_only_where_every_item_passes() -> None:
    world = make_world(4)
    vote = opened(world, items=(("甲？", "ordinary", ""), ("乙？", "special", "")))
    first, second = vote.items.all()
    for owner, choice in enumerate(["for", "for", "against"]):
        services.cast_online(
            actor=world.actor(owner),
            vote_id=vote.pk,
            choices={first.pk: "for", second.pk: choice},
            now=world.now + DAYS,
        )
    closed(world, vote)
    assert last("votes.closed").facts["outcomes"] == {"1": "passed", "2": "failed"}
    assert last("votes.closed").facts["outcome"] == "failed"


def test_closing_before_its_time_needs_to_be_said_and_everyone_can_read_it() -> None:
    world = make_world(3)
    vote = opened(world)
    soon = world.now + DAYS
    with pytest.raises(WrongState, match="3月9日 09:00 才截止"):
        services.close_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=soon)
    services.close_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=soon, early=True)
    entry = last("votes.ended")
    assert str(entries.describe(entry.kind, entry.facts)) == "第 1 次表决提前截止。"
    assert entries.kind("votes.ended").level == entries.Level.PUBLIC
    assert last("votes.closed").facts["outcome"] == "no_quorum"


def test_a_vote_is_counted_once() -> None:
    world = make_world(3)
    vote = opened(world)
    closed(world, vote)
    with pytest.raises(WrongState, match="已经计过票"):
        closed(world, vote)
    assert Result.objects.count() == 1


def test_the_worker_closes_what_is_due_and_running_it_twice_does_nothing_twice() -> None:
    world = make_world(3)
    due, later, drafted = opened(world, days=6), opened(world, days=9), draft(world, days=1)
    assert services.close_due(world.now + 6 * DAYS) == 1
    assert services.close_due(world.now + 6 * DAYS) == 0
    states = {vote.pk: vote.state for vote in Vote.objects.all()}
    assert states == {due.pk: "counted", later.pk: "open", drafted.pk: "draft"}
    assert last("votes.closed").actor_id is None


def test_a_cancelled_vote_is_never_counted_and_says_why() -> None:
    world = make_world(3)
    vote = opened(world, days=6, thread="matter:1")
    online(world, vote, 0, "for")
    with pytest.raises(BadInput) as refusal:
        services.cancel_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, reason=" ", now=world.now)
    assert "reason" in refusal.value.fields
    services.cancel_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, reason="题目写错", now=world.now)
    assert services.close_due(world.now + 9 * DAYS) == 0
    assert Vote.objects.get(pk=vote.pk).cancel_reason == "题目写错"
    assert last("votes.cancelled").thread == "matter:1"
    assert Ballot.objects.count() == 1
    with pytest.raises(WrongState):
        closed(world, vote)


def test_a_counted_vote_cannot_be_cancelled() -> None:
    world = make_world(3)
    vote = opened(world)
    closed(world, vote)
    with pytest.raises(WrongState, match="监票人"):
        services.cancel_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, reason="不服", now=world.now)


# ---------------------------------------------------------------- what the database and the record hold
def test_the_database_refuses_a_second_effective_ballot_of_a_head() -> None:
    world = make_world(3)
    vote = opened(world)
    online(world, vote, 0, "for")
    ballot = Ballot.objects.get()
    ballot.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        ballot.save(force_insert=True)


def test_the_database_refuses_to_change_a_ballot_a_roll_or_a_result() -> None:
    world = make_world(3)
    vote = opened(world)
    online(world, vote, 0, "for")
    closed(world, vote)
    guards.install(connection)
    for attempt in (
        lambda: Ballot.objects.update(choice="against"),
        lambda: Ballot.objects.all().delete(),
        lambda: RollHead.objects.update(area=1),
        lambda: RollHome.objects.update(area=1),
        lambda: Result.objects.update(outcome="passed"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert verify(world.estate.pk).faults == ()


def faults(world: object) -> str:
    return " ".join(str(fault) for fault in verify(world.estate.pk).faults)


def test_an_edited_ballot_is_found_by_the_record_and_by_the_recount_and_named() -> None:
    world = make_world(3)
    vote = opened(world)
    for owner in range(3):
        online(world, vote, owner, "for")
    closed(world, vote)
    guards.remove(connection)
    ballot = Ballot.objects.order_by("pk")[1]
    Ballot.objects.filter(pk=ballot.pk).update(choice="against")
    said = faults(world)
    assert f"votes.ballot 第 {ballot.pk} 行被改过" in said
    assert f"第 {vote.no} 次表决第 1 项：按票重数，与公布的结果对不上" in said


def test_a_ballot_that_was_marked_effective_or_superseded_by_hand_is_found() -> None:
    world = make_world(3)
    vote = opened(world)
    online(world, vote, 0, "for")
    closed(world, vote)
    Ballot.objects.update(superseded_at=world.now)
    assert f"第 {vote.no} 次表决第 1 项：标为有效的票" in faults(world)


def test_a_ballot_marked_superseded_by_hand_is_found_while_the_vote_is_open() -> None:
    world = make_world(3)
    vote = opened(world)
    online(world, vote, 0, "for")
    assert faults(world) == ""

    Ballot.objects.update(superseded_at=world.now)

    assert f"第 {vote.no} 次表决第 1 项：标为有效的票" in faults(world)


@pytest.mark.parametrize(("column", "counted"), [("opened_at", False), ("cancelled_at", False), ("counted_at", True)])
def test_a_vote_whose_state_was_set_by_hand_is_found(column: str, counted: bool) -> None:
    world = make_world(3)
    vote = opened(world)
    if counted:
        closed(world, vote)
    assert faults(world) == ""

    Vote.objects.filter(pk=vote.pk).update(**{column: world.now if column == "cancelled_at" else None})

    assert f"第 {vote.no} 次表决什么时候开始、计票或取消，与记录里写的对不上" in faults(world)


def test_a_ballot_slipped_in_past_the_services_is_found() -> None:
    world = make_world(3)
    vote = opened(world)
    closed(world, vote)
    head = RollHead.objects.filter(roll=vote.roll).first()
    slipped = Ballot.objects.create(
        estate=world.estate, item=vote.items.get(), head=head, channel="online", choice="for", cast_at=world.now,
        receipt="X", salt="x",
    )  # fmt: skip
    assert f"votes.ballot 第 {slipped.pk} 行没有任何记录证明它" in faults(world)


def test_an_edited_roll_item_or_end_is_found() -> None:
    world = make_world(3)
    vote = opened(world)
    guards.remove(connection)
    for change in (
        lambda: RollHome.objects.filter(pk=RollHome.objects.first().pk).update(area=999),
        lambda: RollHead.objects.filter(pk=RollHead.objects.first().pk).update(kind="unknown"),
        lambda: Item.objects.update(question="别的问题？"),
        lambda: Vote.objects.update(closes_at=world.now + 30 * DAYS),
    ):
        with transaction.atomic():
            change()
            assert f"第 {vote.no} 次表决的事项、期限或名册在开始以后被改过" in faults(world)
            transaction.set_rollback(True)
    assert faults(world) == ""


def test_an_edited_result_is_found() -> None:
    world = make_world(3)
    vote = opened(world)
    closed(world, vote)
    guards.remove(connection)
    Result.objects.update(outcome="passed")
    said = faults(world)
    assert "votes.result" in said
    assert f"第 {vote.no} 次表决第 1 项：按票重数，与公布的结果对不上" in said


def test_figures_of_a_counted_vote_follow_its_ballots_and_say_so_where_they_no_longer_agree() -> None:
    world = make_world(3)
    vote = opened(world)
    for owner in range(3):
        online(world, vote, owner, "for")
    vote = closed(world, vote)
    (before,) = selectors.results(vote)
    assert (before.heads["for"], before.agrees) == (3, True)
    guards.remove(connection)
    Ballot.objects.filter(pk=Ballot.objects.first().pk).update(choice="abstain")
    (after,) = selectors.results(vote)
    assert (after.heads["for"], after.heads["abstain"], after.area["for"], after.agrees) == (
        2,
        1,
        Decimal("200.00"),
        False,
    )
