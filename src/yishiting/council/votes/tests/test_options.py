"""A vote between options, from the draft to the recount."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from tests.support.world import World, make_world
from yishiting.council.votes import recount, selectors, services
from yishiting.council.votes.drafts import items_of
from yishiting.council.votes.models import Ballot, Item, Option, Vote
from yishiting.council.votes.services import ItemDraft, OptionDraft
from yishiting.council.votes.tests import voting
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.timeline import guards
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db

OWN, RENEW, TENDER = "业主自治", "续聘现在的物业", "另选一家"
HOUSE = ItemDraft(
    "物业合同到期以后怎么办？",
    "options",
    of="ordinary",
    options=(
        OptionDraft(OWN, "钱自己管", "要有人出力"),
        OptionDraft(RENEW, "熟悉小区", "服务没有改"),
        OptionDraft(TENDER),
    ),
)


@pytest.fixture
def world() -> World:
    return make_world(homes=9)


def cast(world: World, vote: Vote, owner: int, *answers: str) -> str:
    items = vote.items.order_by("no").values_list("pk", flat=True)
    return services.cast_online(
        actor=world.actor(owner),
        vote_id=vote.pk,
        choices=dict(zip(items, answers, strict=True)),
        now=world.now + timedelta(hours=1),
    )


def test_the_option_that_most_choose_is_adopted_and_a_recount_agrees(world: World) -> None:
    vote = voting.opened(world, items=(HOUSE, ItemDraft("账目每季公布吗？", "ordinary")))
    for owner, answer in enumerate(("1", "1", "1", "1", "2", "abstain")):
        cast(world, vote, owner, answer, "for")
    # Paper that marks two options is keyed as it stands, by two people, and counts as invalid.
    items = list(vote.items.order_by("no").values_list("pk", flat=True))
    choices = {items[0]: "1,3", items[1]: "for"}
    slip = services.receive_paper(
        actor=world.actor("grid_worker"), vote_id=vote.pk, home_id=world.homes[6].pk,
        received_at=world.now + timedelta(hours=2), choices=choices, now=world.now + timedelta(hours=2),
    )  # fmt: skip
    services.read_paper_again(
        actor=world.actor("committee_member"), slip_id=slip.pk, choices=choices, now=world.now + timedelta(hours=3)
    )
    vote = voting.closed(world, vote)

    house, accounts = selectors.results(vote)
    assert (house.outcome, accounts.outcome) == ("passed", "passed")
    assert [(row.option.name, row.heads, row.area, row.adopted) for row in house.choices] == [
        (OWN, 4, Decimal("400.00"), True),
        (RENEW, 1, Decimal("100.00"), False),
        (TENDER, 0, Decimal("0.00"), False),
    ]
    assert house.heads == {"abstain": 1, "invalid": 1}
    assert house.stored["adopted"] == OWN
    assert house.agrees
    assert accounts.choices == ()
    assert list(recount.check(world.estate.pk)) == []
    assert verify(world.estate.pk).faults == ()


def test_a_mark_that_is_moved_to_another_option_is_found(world: World) -> None:
    vote = voting.opened(world, items=(HOUSE,))
    for owner in range(6):
        cast(world, vote, owner, "1" if owner < 4 else "2")
    vote = voting.closed(world, vote)
    moved = Ballot.objects.filter(marks="1").order_by("pk").values_list("pk", flat=True)[0]
    guards.remove(connection)  # as whoever holds the file could
    Ballot.objects.filter(pk=moved).update(marks="2")
    guards.install(connection)
    assert not selectors.results(vote)[0].agrees
    assert any("对不上" in str(fault) for fault in recount.check(world.estate.pk))


def test_the_words_of_an_option_are_part_of_what_was_frozen(world: World) -> None:
    vote = voting.opened(world, items=(HOUSE,))
    assert list(recount.check(world.estate.pk)) == []
    Option.objects.filter(item__vote=vote, no=2).update(cons="")
    assert [str(fault) for fault in recount.check(world.estate.pk)] == [
        "第 1 次表决的事项、期限或名册在开始以后被改过。"
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"of": ""}, "一般事项还是重大事项"),
        ({"of": "unanimous"}, "一般事项还是重大事项"),
        ({"options": (OptionDraft(OWN),)}, "2 到 12 个选项"),
        ({"options": (OptionDraft(OWN), OptionDraft("  "))}, "2 到 12 个选项"),
        ({"options": tuple(OptionDraft(f"第{n}家") for n in range(13))}, "2 到 12 个选项"),
        ({"options": (OptionDraft(OWN), OptionDraft(f" {OWN} "))}, "名字一样"),
        ({"options": (OptionDraft(OWN), OptionDraft("长" * 61))}, "不超过 60 字"),
        ({"options": (OptionDraft(OWN, "长" * 301), OptionDraft(RENEW))}, "不超过 60 字"),
    ],
)
def test_options_that_nobody_could_choose_between_are_refused(
    world: World, changed: dict[str, object], said: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        voting.draft(world, items=(replace(HOUSE, **changed),))
    assert said in str(refusal.value.fields["items"])
    assert not Vote.objects.exists()


def test_a_draft_that_becomes_a_yes_or_no_loses_its_options_and_the_record_holds(world: World) -> None:
    vote = voting.draft(world, items=(HOUSE,))
    assert items_of(vote) == [replace(HOUSE, article="《民法典》第278条")]
    services.edit_draft(
        actor=world.actor("committee_chair"), vote_id=vote.pk, title="改了", explanation="",
        items=[ItemDraft("续聘吗？", "ordinary", options=(OptionDraft("甲"), OptionDraft("乙")))],
        closes_at=world.now + timedelta(days=9), now=world.now,
    )  # fmt: skip
    assert not Option.objects.exists()
    assert verify(world.estate.pk).faults == ()


def test_who_chose_an_option_is_told_by_no_reading_before_the_count(world: World) -> None:
    vote = voting.opened(world, items=(HOUSE,))
    cast(world, vote, 0, "1")
    assert selectors.results(Vote.objects.get(pk=vote.pk)) == []
    with pytest.raises(WrongState):
        services.edit_draft(
            actor=world.actor("committee_chair"), vote_id=vote.pk, title="改", explanation="", items=[HOUSE],
            closes_at=world.now + timedelta(days=9), now=world.now,
        )  # fmt: skip
    assert Item.objects.get(vote=vote).options.count() == 3
