"""The edges of the count: who is a head, which ballot stands, what is exact, what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import permutations

import pytest

from yishiting.council.votes.rules import (
    DEVELOPER,
    HALF,
    THREE_QUARTERS,
    TWO_THIRDS,
    Cast,
    Channel,
    Choice,
    Head,
    Kind,
    Outcome,
    Pair,
    Precedence,
    RollHome,
    Rule,
    beats,
    count,
    heads_of,
    least_area,
    least_area_over,
    least_heads,
    least_heads_over,
    settle,
    turnout,
)
from yishiting.council.votes.tests.making import NINE, ballots, cast, counted, homes
from yishiting.kernel.errors import BadInput


def owners(number: int) -> list[str]:
    return [f"o{index}" for index in range(1, number + 1)]


def said(casts: list[Cast], precedence: Precedence) -> Choice:
    (effective,) = settle(casts, precedence).values()
    return effective.choice


# --- who is a head ---------------------------------------------------------------------------------------------------


def test_the_homes_of_one_owner_are_one_head_with_their_areas_summed() -> None:
    roll = [
        RollHome("101", Decimal("88.50"), "a"),
        RollHome("102", Decimal("90.25"), "b"),
        RollHome("103", Decimal("0.01"), "a"),
    ]
    assert heads_of(roll) == (Head("a", Decimal("88.51"), 2), Head("b", Decimal("90.25"), 1))


def test_unsold_and_undelivered_homes_are_one_head_whatever_the_register_says_of_their_owner() -> None:
    roll = [
        RollHome("1", Decimal(10), None, Kind.UNSOLD),
        RollHome("2", Decimal(20), "buyer", Kind.UNDELIVERED),
        RollHome("3", Decimal(30), DEVELOPER, Kind.UNSOLD),
        RollHome("4", Decimal(40), "buyer"),
    ]
    assert heads_of(roll) == (Head(DEVELOPER, Decimal(60), 3), Head("buyer", Decimal(40), 1))


def test_a_sold_home_that_belongs_to_the_developer_joins_the_developers_head() -> None:
    roll = [RollHome("1", Decimal(10), DEVELOPER), RollHome("2", Decimal(20), None, Kind.UNSOLD)]
    assert heads_of(roll) == (Head(DEVELOPER, Decimal(30), 2),)


def test_each_home_without_a_known_owner_is_a_head_of_its_own_that_no_ballot_reaches() -> None:
    roll = [*homes(1), RollHome("x", Decimal(5), None), RollHome("y", Decimal(6), None)]
    heads = heads_of(roll)
    assert [(head.area, head.homes, head.known) for head in heads] == [
        (Decimal(100), 1, True),
        (Decimal(5), 1, False),
        (Decimal(6), 1, False),
    ]
    for head in heads[1:]:
        with pytest.raises(BadInput) as refused:
            count(rule=Rule.ORDINARY, heads=heads, effective={head.id: cast(head.id, Choice.FOR)})
        assert refused.value.code == "not_on_roll"


def test_an_owner_whose_id_looks_like_an_unknown_owners_keeps_only_its_own_area() -> None:
    plain = heads_of([RollHome("x", Decimal(5), None)])[0].id
    roll = [RollHome("x", Decimal(5), None), RollHome("y", Decimal(7), plain), RollHome("z", Decimal(9), f"un{plain}")]
    heads = heads_of(roll)
    assert [head.area for head in heads] == [Decimal(5), Decimal(7), Decimal(9)]
    assert len({head.id for head in heads}) == 3
    assert [head.known for head in heads] == [False, True, True]


def test_a_home_listed_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="h1 在名册上出现了两次") as refused:
        heads_of([*homes(2), *homes(1)])
    assert refused.value.code == "duplicate_home"


@pytest.mark.parametrize("area", [1.5, Decimal("-0.01"), Decimal("NaN"), Decimal("Infinity"), 3])
def test_a_head_takes_no_area_that_is_not_an_exact_figure(area: Decimal) -> None:
    with pytest.raises(ValueError, match="finite Decimal"):
        Head("a", area)


def test_a_head_holds_at_least_one_home() -> None:
    with pytest.raises(ValueError, match="at least one home"):
        Head("a", Decimal(1), homes=0)


# --- which ballot stands ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("precedence", Precedence)
@pytest.mark.parametrize("channel", Channel)
def test_within_one_channel_the_first_stands(channel: Channel, precedence: Precedence) -> None:
    first = cast("a", Choice.FOR, channel=channel, minutes=0, order=1)
    later = cast("a", Choice.AGAINST, channel=channel, minutes=1, order=0)
    assert said([later, first], precedence) is Choice.FOR
    assert beats(first, later, precedence)
    assert not beats(later, first, precedence)


@pytest.mark.parametrize("precedence", Precedence)
@pytest.mark.parametrize("own", [Channel.ONLINE, Channel.PAPER])
def test_an_owners_own_ballot_stands_against_an_earlier_proxy(own: Channel, precedence: Precedence) -> None:
    proxy = cast("a", Choice.FOR, channel=Channel.PROXY, minutes=0, order=0)
    mine = cast("a", Choice.AGAINST, channel=own, minutes=600, order=1)
    assert said([proxy, mine], precedence) is Choice.AGAINST
    assert said([mine, proxy], precedence) is Choice.AGAINST


@pytest.mark.parametrize(
    ("precedence", "first", "stands"),
    [
        (Precedence.ONLINE_WINS, Channel.PAPER, Channel.ONLINE),
        (Precedence.ONLINE_WINS, Channel.ONLINE, Channel.ONLINE),
        (Precedence.PAPER_WINS, Channel.PAPER, Channel.PAPER),
        (Precedence.PAPER_WINS, Channel.ONLINE, Channel.PAPER),
        (Precedence.FIRST_WINS, Channel.PAPER, Channel.PAPER),
        (Precedence.FIRST_WINS, Channel.ONLINE, Channel.ONLINE),
    ],
)
def test_between_online_and_paper_the_precedence_decides(
    precedence: Precedence, first: Channel, stands: Channel
) -> None:
    second = Channel.ONLINE if first is Channel.PAPER else Channel.PAPER
    casts = [cast("a", Choice.FOR, channel=first, order=0), cast("a", Choice.FOR, channel=second, minutes=1, order=1)]
    assert settle(casts, precedence)["a"].channel is stands


def test_two_ballots_of_one_instant_stand_in_the_order_of_the_file() -> None:
    online = cast("a", Choice.FOR, order=1)
    paper = cast("a", Choice.AGAINST, channel=Channel.PAPER, order=0)
    assert said([online, paper], Precedence.FIRST_WINS) is Choice.AGAINST


def test_the_instant_counts_and_not_the_figures_on_the_clock() -> None:
    in_china = Cast("a", Channel.PAPER, NINE, Choice.FOR, 1)
    # 10:00 in Tokyo is 9:00 in China; 02:30 in Greenwich is 10:30 in China.
    same = Cast("a", Channel.ONLINE, datetime(2025, 3, 1, 10, tzinfo=timezone(timedelta(hours=9))), Choice.AGAINST, 0)
    later = Cast("a", Channel.ONLINE, datetime(2025, 3, 1, 2, 30, tzinfo=UTC), Choice.ABSTAIN, 0)
    assert said([in_china, same], Precedence.FIRST_WINS) is Choice.AGAINST
    assert said([in_china, later], Precedence.FIRST_WINS) is Choice.FOR


def test_a_ballot_must_say_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        Cast("a", Channel.ONLINE, datetime(2025, 3, 1, 9), Choice.FOR, 0)


@pytest.mark.parametrize("precedence", Precedence)
def test_the_order_of_handing_over_to_settle_does_not_matter(precedence: Precedence) -> None:
    casts = [
        cast("a", Choice.FOR, channel=Channel.PROXY, minutes=0, order=0),
        cast("a", Choice.AGAINST, channel=Channel.PAPER, minutes=1, order=1),
        cast("a", Choice.ABSTAIN, channel=Channel.ONLINE, minutes=1, order=2),
        cast("a", Choice.INVALID, channel=Channel.ONLINE, minutes=2, order=3),
    ]
    assert len({settle(order, precedence)["a"] for order in permutations(casts)}) == 1


def test_an_invalid_ballot_that_wins_precedence_stays_invalid() -> None:
    casts = [
        cast("o1", Choice.INVALID, channel=Channel.PAPER, minutes=0, order=0),
        cast("o1", Choice.FOR, minutes=5, order=1),
    ]
    assert counted(Rule.ORDINARY, homes(1), casts, Precedence.FIRST_WINS).invalid.heads == 1
    assert counted(Rule.ORDINARY, homes(1), casts, Precedence.ONLINE_WINS).in_favour.heads == 1


def test_an_invalid_ballot_of_the_owner_supersedes_a_valid_one_of_a_proxy() -> None:
    casts = [
        cast("o1", Choice.FOR, channel=Channel.PROXY, minutes=0, order=0),
        cast("o1", Choice.INVALID, channel=Channel.PAPER, minutes=5, order=1),
    ]
    assert counted(Rule.ORDINARY, homes(1), casts).invalid.heads == 1


# --- what decides ----------------------------------------------------------------------------------------------------


def test_enough_heads_with_too_little_area_is_no_quorum() -> None:
    roll = [RollHome("big", Decimal(1000), "big"), *homes(9, "10")]
    result = counted(Rule.ORDINARY, roll, ballots(owners(9), 9))
    assert (result.participating.heads, result.outcome) == (9, Outcome.NO_QUORUM)


@pytest.mark.parametrize(("third", "quorum"), [("125.00", True), ("125.01", False)])
def test_a_cent_of_a_square_metre_decides_the_quorum(third: str, quorum: bool) -> None:
    # 250.00 of 375.00 are two thirds; of 375.01 they are not.
    roll = [
        RollHome("1", Decimal("200.00"), "a"),
        RollHome("2", Decimal("50.00"), "b"),
        RollHome("3", Decimal(third), "c"),
    ]
    assert counted(Rule.ORDINARY, roll, [cast("a", Choice.FOR), cast("b", Choice.FOR)]).quorum is quorum


@pytest.mark.parametrize(
    ("area", "outcome"),
    [("50000", Outcome.FAILED), ("50000.0000000000000000000000000000000000000001", Outcome.PASSED)],
)
def test_digits_beyond_any_usual_precision_still_decide(area: str, outcome: Outcome) -> None:
    # Half and half but for the 40th decimal: the usual 28 digits would call it a draw.
    roll = [RollHome("1", Decimal(area), "a"), RollHome("2", Decimal(50000), "b"), RollHome("3", Decimal(0), "c")]
    casts = [cast("a", Choice.FOR), cast("b", Choice.AGAINST), cast("c", Choice.FOR)]
    result = counted(Rule.ORDINARY, roll, casts)
    assert result.in_favour.area == Decimal(area)
    assert result.outcome is outcome


def test_nobody_took_part() -> None:
    for rule, outcome in [
        (Rule.ORDINARY, Outcome.NO_QUORUM),
        (Rule.SPECIAL, Outcome.NO_QUORUM),
        (Rule.UNANIMOUS, Outcome.FAILED),
        (Rule.NONE_OBJECTS, Outcome.PASSED),
    ]:
        result = counted(rule, homes(3), [])
        assert (result.participating, result.quorum, result.outcome) == (Pair(0, Decimal(0)), False, outcome)


def test_a_home_without_area_counts_as_a_head_and_weighs_nothing() -> None:
    roll = [RollHome("0", Decimal(0), "zero"), *homes(2)]
    result = counted(Rule.ORDINARY, roll, [cast("zero", Choice.FOR), cast("o1", Choice.FOR)])
    assert (result.participating, result.outcome) == (Pair(2, Decimal(100)), Outcome.NO_QUORUM)


def test_where_nothing_weighs_at_least_holds_and_more_than_does_not() -> None:
    roll = homes(3, "0")
    assert counted(Rule.SPECIAL, roll, ballots(owners(3), 3)).outcome is Outcome.PASSED
    assert counted(Rule.ORDINARY, roll, ballots(owners(3), 3)).outcome is Outcome.FAILED


def test_unanimous_needs_the_home_whose_owner_nobody_knows() -> None:
    roll = [*homes(2), RollHome("x", Decimal(1), None)]
    assert counted(Rule.UNANIMOUS, roll, ballots(owners(2), 2)).outcome is Outcome.FAILED


@pytest.mark.parametrize("choice", [Choice.AGAINST, Choice.ABSTAIN, Choice.INVALID])
def test_unanimous_fails_by_one_ballot_that_is_not_for(choice: Choice) -> None:
    result = counted(Rule.UNANIMOUS, homes(2), [cast("o1", Choice.FOR), cast("o2", choice)])
    assert (result.outcome, result.with_invalid.outcome) == (Outcome.FAILED, Outcome.FAILED)


def test_one_objection_is_enough_without_any_quorum() -> None:
    result = counted(Rule.NONE_OBJECTS, homes(9), [cast("o1", Choice.AGAINST)])
    assert (result.quorum, result.outcome) == (False, Outcome.FAILED)


def test_a_superseded_objection_is_none() -> None:
    casts = [
        cast("o1", Choice.AGAINST, channel=Channel.PROXY, order=0),
        cast("o1", Choice.ABSTAIN, minutes=5, order=1),
    ]
    assert counted(Rule.NONE_OBJECTS, homes(9), casts).outcome is Outcome.PASSED


def test_an_invalid_ballot_is_no_objection() -> None:
    result = counted(Rule.NONE_OBJECTS, homes(3), ballots(owners(3), 1, invalid=2))
    assert (result.outcome, result.without_invalid.quorum, result.with_invalid.quorum) == (Outcome.PASSED, False, True)


def test_no_quorum_against_failed_is_for_the_scrutineers_too() -> None:
    result = counted(Rule.ORDINARY, homes(9), ballots(owners(9), 2, 3, invalid=1))
    assert (result.without_invalid.outcome, result.with_invalid.outcome) == (Outcome.NO_QUORUM, Outcome.FAILED)
    assert result.outcome is Outcome.TO_ADJUDICATE


def test_passed_against_failed_is_for_the_scrutineers() -> None:
    result = counted(Rule.ORDINARY, homes(9), ballots(owners(9), 4, 3, invalid=1))
    assert (result.without_invalid.outcome, result.with_invalid.outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert result.outcome is Outcome.TO_ADJUDICATE


def test_an_invalid_ballot_that_changes_no_word_leaves_the_outcome() -> None:
    result = counted(Rule.ORDINARY, homes(9), ballots(owners(9), 6, invalid=1))
    assert (result.outcome, result.participating.heads, result.with_invalid.participating.heads) == (
        Outcome.PASSED,
        6,
        7,
    )


# --- what is refused -------------------------------------------------------------------------------------------------


def test_an_empty_roll_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        count(rule=Rule.ORDINARY, heads=(), effective={})
    assert refused.value.code == "empty_roll"


def test_two_heads_of_one_id_are_refused() -> None:
    with pytest.raises(BadInput) as refused:
        count(rule=Rule.ORDINARY, heads=(Head("a", Decimal(1)), Head("a", Decimal(1))), effective={})
    assert refused.value.code == "duplicate_head"


def test_a_ballot_of_nobody_on_the_roll_is_refused() -> None:
    with pytest.raises(BadInput, match="stranger") as refused:
        counted(Rule.ORDINARY, homes(2), [cast("stranger", Choice.FOR)])
    assert refused.value.code == "not_on_roll"


def test_a_ballot_under_another_heads_name_is_a_defect() -> None:
    with pytest.raises(ValueError, match="stands under"):
        count(rule=Rule.ORDINARY, heads=heads_of(homes(2)), effective={"o1": cast("o2", Choice.FOR)})


# --- what is still needed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "needed"), [(1, 1), (2, 2), (3, 2), (9, 6), (10, 7), (270, 180), (1900, 1267)])
def test_two_thirds_of_heads(total: int, needed: int) -> None:
    assert least_heads(total, TWO_THIRDS) == needed


@pytest.mark.parametrize(("total", "over"), [(0, 1), (1, 1), (5, 3), (6, 4)])
def test_more_than_half_of_heads(total: int, over: int) -> None:
    assert least_heads_over(total, HALF) == over


@pytest.mark.parametrize(("total", "needed"), [(4, 3), (8, 6), (9, 7)])
def test_three_quarters_of_heads(total: int, needed: int) -> None:
    assert least_heads(total, THREE_QUARTERS) == needed


def test_needed_area_is_rounded_up_to_the_cent() -> None:
    assert least_area(Decimal("28922.42"), TWO_THIRDS) == Decimal("19281.62")
    assert least_area(Decimal("266.64"), TWO_THIRDS) == Decimal("177.76")
    assert least_area_over(Decimal("600.00"), HALF) == Decimal("300.01")
    assert least_area_over(Decimal("600.01"), HALF) == Decimal("300.01")


def test_turnout_says_what_is_needed_and_what_is_missing_without_a_choice() -> None:
    heads = heads_of(homes(9))
    shown = turnout(heads=heads, voted={"o1", "o2", "nobody"})
    assert shown.all == Pair(9, Decimal(900))
    assert shown.participating == Pair(2, Decimal(200))
    assert shown.needed == Pair(6, Decimal(600))
    assert shown.missing == Pair(4, Decimal(400))
    assert not shown.met


def test_turnout_is_met_only_in_heads_and_area() -> None:
    heads = heads_of([RollHome("big", Decimal(1000), "big"), *homes(2, "10")])
    assert turnout(heads=heads, voted=["o1", "o2"]).missing == Pair(0, Decimal(660))
    assert not turnout(heads=heads, voted=["o1", "o2"]).met
    assert turnout(heads=heads, voted=["o1", "big"]).met


# --- in words --------------------------------------------------------------------------------------------------------


def test_the_explanation_says_who_was_needed_and_who_came() -> None:
    roll = [*homes(269), *[RollHome(f"m{n}", Decimal(100), "many") for n in range(13)]]
    result = counted(Rule.ORDINARY, roll, ballots([*owners(269), "many"], 150, 35, 5))
    assert list(map(str, result.explanation)) == [
        "共 270 人（282 户），要到 180 人，来了 190 人，够。",
        "面积共 28200.00 ㎡，要到 18800.00 ㎡，来了 19000.00 ㎡，够。",
        "一位业主有几户的，算 1 人、1 票，面积加在一起。",
        "来的 190 人里，赞成要超过一半，至少 96 人；赞成 150 人，够。",
        "来的 19000.00 ㎡里，赞成要超过一半，至少 9500.01 ㎡；赞成 15000.00 ㎡，够。",
        "弃权 5 人、500.00 ㎡：算来了，不算赞成。",
        "结果：通过。",
        "依据：《民法典》第278条，人数和面积都要三分之二以上参加，参加的人里人数和面积都过半数同意。",
    ]


def test_the_explanation_says_how_many_are_missing_and_what_the_invalid_ballot_could_change() -> None:
    lines = list(map(str, counted(Rule.ORDINARY, homes(9), ballots(owners(9), 5, invalid=1)).explanation))
    assert lines[:3] == [
        "共 9 人（9 户），要到 6 人，来了 5 人，不够，还差 1 人。",
        "面积共 900.00 ㎡，要到 600.00 ㎡，来了 500.00 ㎡，不够，还差 100.00 ㎡。",
        "赞成 5 人、500.00 ㎡；来的不够，先不比赞成多少。",
    ]
    assert (
        "无效票 1 人、100.00 ㎡：不算来了，来的不够，表决不成；算来了，通过。两种算法不一样，要请监票人认定这些票。"
        in lines
    )
    assert "结果：待监票认定。" in lines


def test_the_explanation_names_the_developer_and_the_unknown() -> None:
    roll = [*homes(3), RollHome("u", Decimal(70), None, Kind.UNSOLD), RollHome("v", Decimal(60), None)]
    lines = list(map(str, counted(Rule.SPECIAL, roll, ballots(owners(3), 3)).explanation))
    assert "开发商没卖或没交房的，都在一起算 1 人（1 户，70.00 ㎡）。" in lines
    assert "有 1 户还不知道业主是谁：算在总数里，没有票可计。" in lines


def test_the_explanation_of_an_objection_and_of_unanimity() -> None:
    objected = list(map(str, counted(Rule.NONE_OBJECTS, homes(3), ballots(owners(3), 1, 1, 1)).explanation))
    assert "共 3 人（3 户），来了 3 人；三分之二是 2 人，这里只作参考。" in objected
    assert "只要有 1 人反对就不能通过；反对的有 1 人。" in objected
    assert "弃权 1 人、100.00 ㎡：算来了，不算反对。" in objected
    short = list(map(str, counted(Rule.UNANIMOUS, homes(30), ballots(owners(30), 29)).explanation))
    assert "要 30 人全都赞成（没来的也算在内）；赞成 29 人，还差 1 人，不够。" in short
    assert "结果：没有通过。" in short


def test_the_explanation_calls_exactly_three_quarters_enough() -> None:
    lines = list(map(str, counted(Rule.SPECIAL, homes(12), ballots(owners(12), 6, 2)).explanation))
    assert lines[2:4] == [
        "来的 8 人里，赞成要到四分之三，就是 6 人；赞成 6 人，够。",
        "来的 800.00 ㎡里，赞成要到四分之三，就是 600.00 ㎡；赞成 600.00 ㎡，够。",
    ]


def test_areas_finer_than_a_cent_are_written_out_so_that_enough_is_never_called_short() -> None:
    # 200.002 of 300.003 is exactly two thirds; rounded to cents, 200.00 would seem less than the needed 200.01.
    result = counted(Rule.ORDINARY, homes(3, "100.001"), ballots(owners(3), 2))
    assert result.quorum is True
    assert str(result.explanation[1]) == "面积共 300.003 ㎡，要到 200.002 ㎡，来了 200.002 ㎡，够。"


def test_the_explanation_can_be_rendered_in_another_language() -> None:
    result = counted(Rule.ORDINARY, homes(9), ballots(owners(9), 4, 2))
    english = {"结果：{outcome}。": "Result: {outcome}.", "通过": "passed"}
    rendered = [sentence.render(lambda text: english.get(text, text)) for sentence in result.explanation]
    assert "Result: passed." in rendered
