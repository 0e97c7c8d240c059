"""What holds for every electorate: the plain recount agrees, and turning a vote about turns the result no wrong way."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from yishiting.council.votes import tally_file
from yishiting.council.votes.rules import (
    HALF,
    THREE_QUARTERS,
    TWO_THIRDS,
    Cast,
    Channel,
    Choice,
    Head,
    Outcome,
    Precedence,
    Rule,
    count,
    least_area,
    least_area_over,
    least_heads,
    least_heads_over,
    settle,
    turnout,
)
from yishiting.council.votes.tests.making import NINE
from yishiting.council.votes.tests.plain_recount import recount

RULES = [rule.value for rule in Rule]
CHANNELS = [channel.value for channel in Channel]
CHOICES = [choice.value for choice in Choice]
WORDS = {"passed", "failed", "no_quorum", "to_adjudicate"}

# Few owners and few sizes, so that owners hold several homes and the figures meet the thresholds exactly and often;
# ids that try to pass for the developer's or for an unknown owner's.
OWNERS = ["a", "b", "c", "d", "e", "f", "unknown:h0", "developer"]
SIZES = st.one_of(
    st.sampled_from([0, 500_000, 888_800, 1_000_000, 1_000_000, 1_000_000, 3_000_000]),
    st.integers(min_value=0, max_value=5_000_000),
)


@st.composite
def documents(draw: st.DrawFn, rules: list[str] = RULES) -> dict[str, Any]:
    """A vote: several homes an owner, unknown owners, the developer, every channel and choice, ties in time."""
    roll = []
    for number in range(draw(st.integers(1, 14))):
        kind = draw(st.sampled_from(["sold"] * 6 + ["unsold", "undelivered"]))
        owner = draw(st.sampled_from([*OWNERS, f"own{number}", f"own{number}", f"own{number}", None]))
        roll.append({"home": f"h{number}", "cm2": draw(SIZES), "owner": owner, "kind": kind})
    on_roll = sorted(
        {
            "developer" if home["kind"] != "sold" else home["owner"]
            for home in roll
            if home["owner"] or home["kind"] != "sold"
        }
    )
    ballots = []
    if on_roll:
        leaning = draw(st.sampled_from([CHOICES, ["for"], ["for", "for", "against"], ["for", "for", "for", "invalid"]]))
        some = draw(st.lists(st.sampled_from(on_roll), max_size=20))
        # Often everybody votes, else a quorum would be rare.
        voters = [*(on_roll if draw(st.booleans()) else []), *some]
        ballots = [
            {
                "owner": owner,
                "channel": draw(st.sampled_from(CHANNELS)),
                "minute": draw(st.integers(0, 4)),
                "choice": draw(st.sampled_from(leaning)),
            }
            for owner in voters
        ]
    return {
        "rule": draw(st.sampled_from(rules)),
        "roll": roll,
        "ballots": draw(st.permutations(ballots)),
        "precedence": draw(st.sampled_from([word.value for word in Precedence])),
    }


def written(document: dict[str, Any], *, scale: int = 1) -> bytes:
    """The document as a tally file; areas by turns as text and as number, times in several zones."""
    homes = []
    for index, home in enumerate(document["roll"]):
        figure = f"{home['cm2'] * scale // 10_000}.{home['cm2'] * scale % 10_000:04d}"
        area = figure if index % 2 else json.dumps(figure)
        homes.append(
            f'{{"home": {json.dumps(home["home"])}, "area": {area}, "owner": {json.dumps(home["owner"])},'
            f' "kind": {json.dumps(home["kind"])}}}'
        )
    ballots = []
    for index, ballot in enumerate(document["ballots"]):
        zone = timezone(timedelta(hours=(index * 5) % 23 - 11))
        at = (NINE + timedelta(minutes=ballot["minute"])).astimezone(zone).isoformat()
        ballots.append({"owner": ballot["owner"], "channel": ballot["channel"], "at": at, "choice": ballot["choice"]})
    return (
        f'{{"rule": {json.dumps(document["rule"])}, "roll": [{", ".join(homes)}], "ballots": {json.dumps(ballots)},'
        f' "options": {{"precedence": {json.dumps(document["precedence"])}}}}}'
    ).encode()


def printed(document: dict[str, Any], *, scale: int = 1) -> dict[str, Any]:
    """What the tally prints of ``document``, without the sentences."""
    found = tally_file.answer(tally_file.result_of(tally_file.read(written(document, scale=scale))))
    assert all(found.pop("explanation"))
    return found


def outcomes(found: dict[str, Any]) -> tuple[str, str]:
    return found["outcome"], found["with_invalid"]["outcome"]


@settings(max_examples=400, deadline=None)
@given(documents())
def test_the_plain_recount_agrees_in_every_figure_and_word(document: dict[str, Any]) -> None:
    assert printed(document) == recount(document)


def test_the_random_votes_reach_every_outcome_of_every_rule() -> None:
    """A guard on the test above: agreement on nothing but failed votes would prove little."""
    reached: Counter[tuple[str, str]] = Counter()

    @settings(max_examples=600, deadline=None, derandomize=True, database=None)
    @given(documents())
    def gather(document: dict[str, Any]) -> None:
        reached[document["rule"], recount(document)["outcome"]] += 1

    gather()
    for rule in ("ordinary", "special"):
        assert {outcome for found, outcome in reached if found == rule} == WORDS
    for rule in ("unanimous", "none_objects"):
        assert {outcome for found, outcome in reached if found == rule} == {"passed", "failed"}


@settings(deadline=None)
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_the_roll_does_not_matter(document: dict[str, Any], chance: Any) -> None:
    shuffled = {**document, "roll": chance.sample(document["roll"], len(document["roll"]))}
    assert printed(shuffled) == printed(document)


@settings(deadline=None)
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_matters_only_between_equal_times(document: dict[str, Any], chance: Any) -> None:
    apart = [{**ballot, "minute": minute} for minute, ballot in enumerate(document["ballots"])]
    shuffled = chance.sample(apart, len(apart))
    assert printed({**document, "ballots": shuffled}) == printed({**document, "ballots": apart})


@settings(deadline=None)
@given(documents())
def test_superseded_ballots_change_nothing(document: dict[str, Any]) -> None:
    tally = tally_file.read(written(document))
    effective = settle(tally.casts, tally.precedence)
    alone = replace(tally, casts=tuple(effective.values()))
    assert tally_file.answer(tally_file.result_of(alone)) == tally_file.answer(tally_file.result_of(tally))
    assert len(effective) == len({cast.head for cast in tally.casts})


@settings(deadline=None)
@given(documents())
def test_the_area_of_a_head_may_stand_in_one_home_or_in_several(document: dict[str, Any]) -> None:
    sold = [home for home in document["roll"] if home["kind"] == "sold" and home["owner"] is not None]
    assume(sold)
    first, rest = {**sold[0], "cm2": sold[0]["cm2"] // 3}, {**sold[0], "home": "attic"}
    rest["cm2"] = sold[0]["cm2"] - first["cm2"]
    split = [first if home is sold[0] else home for home in document["roll"]]
    assert printed({**document, "roll": [*split, rest]}) == printed(document)


@settings(deadline=None)
@given(documents(), st.integers(2, 9999))
def test_measuring_in_another_unit_changes_no_outcome(document: dict[str, Any], scale: int) -> None:
    assert outcomes(printed(document, scale=scale)) == outcomes(printed(document))


@settings(deadline=None)
@given(documents(), st.data())
def test_turning_an_approval_into_anything_else_never_turns_the_vote_into_passed(
    document: dict[str, Any], data: st.DataObject
) -> None:
    tally = tally_file.read(written(document))
    effective = settle(tally.casts, tally.precedence)
    approving = sorted(head for head, cast in effective.items() if cast.choice is Choice.FOR)
    assume(approving)
    head = data.draw(st.sampled_from(approving))
    turned = data.draw(st.sampled_from([Choice.AGAINST, Choice.ABSTAIN]))
    before = count(rule=tally.rule, heads=tally.heads, effective=effective)
    after = count(
        rule=tally.rule, heads=tally.heads, effective={**effective, head: replace(effective[head], choice=turned)}
    )
    assert after.participating == before.participating
    assert after.quorum == before.quorum
    if after.without_invalid.outcome is Outcome.PASSED:
        assert before.without_invalid.outcome is Outcome.PASSED
    if after.with_invalid.outcome is Outcome.PASSED:
        assert before.with_invalid.outcome is Outcome.PASSED


@settings(deadline=None)
@given(documents(rules=["ordinary", "special"]), st.data())
def test_one_more_head_that_approves_never_loses_a_vote_that_had_passed(
    document: dict[str, Any], data: st.DataObject
) -> None:
    tally = tally_file.read(written(document))
    effective = settle(tally.casts, tally.precedence)
    silent = [head.id for head in tally.heads if head.known and head.id not in effective]
    assume(silent)
    joined = data.draw(st.sampled_from(silent))
    before = count(rule=tally.rule, heads=tally.heads, effective=effective)
    after = count(
        rule=tally.rule,
        heads=tally.heads,
        effective={**effective, joined: Cast(joined, Channel.ONLINE, NINE, Choice.FOR, 99)},
    )
    if before.outcome is Outcome.PASSED:
        assert after.outcome is Outcome.PASSED
    assert after.quorum or not before.quorum


@settings(deadline=None)
@given(documents(rules=["special"]))
def test_what_passes_as_special_passes_as_ordinary(document: dict[str, Any]) -> None:
    weighs = any(home["cm2"] for home in document["roll"])
    if weighs and printed(document)["outcome"] == "passed":
        assert printed({**document, "rule": "ordinary"})["outcome"] == "passed"


@settings(deadline=None)
@given(documents())
def test_without_invalid_ballots_the_two_counts_are_one(document: dict[str, Any]) -> None:
    ballots = [ballot for ballot in document["ballots"] if ballot["choice"] != "invalid"]
    found = printed({**document, "ballots": ballots})
    assert found.pop("with_invalid") == found
    assert found["outcome"] != "to_adjudicate"


@settings(deadline=None)
@given(documents())
def test_paper_and_online_may_change_places(document: dict[str, Any]) -> None:
    other = {"online": "paper", "paper": "online", "proxy": "proxy"}
    wish = {"ONLINE_WINS": "PAPER_WINS", "PAPER_WINS": "ONLINE_WINS", "FIRST_WINS": "FIRST_WINS"}
    mirrored = {
        **document,
        "ballots": [{**ballot, "channel": other[ballot["channel"]]} for ballot in document["ballots"]],
        "precedence": wish[document["precedence"]],
    }
    assert printed(mirrored) == printed(document)


@settings(deadline=None)
@given(documents())
def test_every_head_is_counted_once_and_every_square_metre_once(document: dict[str, Any]) -> None:
    tally = tally_file.read(written(document))
    result = tally_file.result_of(tally)
    assert result.all.heads == len(tally.heads)
    assert sum(head.homes for head in tally.heads) == len(document["roll"])
    assert result.all.area == Decimal(sum(home["cm2"] for home in document["roll"])) / 10_000
    parts = (result.in_favour, result.against, result.abstained)
    assert sum(part.heads for part in parts) == result.participating.heads
    assert sum(part.area for part in parts) == result.participating.area
    assert result.participating.heads + result.invalid.heads == result.with_invalid.participating.heads
    assert result.participating.area + result.invalid.area == result.with_invalid.participating.area


@settings(deadline=None)
@given(documents())
def test_the_turnout_on_the_page_is_met_exactly_when_the_count_has_its_quorum(document: dict[str, Any]) -> None:
    tally = tally_file.read(written(document))
    effective = settle(tally.casts, tally.precedence)
    shown = turnout(heads=tally.heads, voted=effective.keys())
    result = tally_file.result_of(tally)
    assert shown.met is result.with_invalid.quorum
    assert shown.participating == result.with_invalid.participating


@settings(deadline=None)
@given(documents())
def test_the_sentences_say_enough_exactly_where_the_count_finds_enough(document: dict[str, Any]) -> None:
    result = tally_file.result_of(tally_file.read(written(document)))
    lines = [str(sentence) for sentence in result.explanation]
    short = [line for line in lines if "，不够" in line]
    if result.rule in (Rule.ORDINARY, Rule.SPECIAL):
        assert any(line in short for line in lines[:2]) is not result.quorum
        assert (not short) is (result.without_invalid.outcome is Outcome.PASSED)
    if result.rule is Rule.UNANIMOUS:
        assert (not short) is (result.outcome is Outcome.PASSED)
    word = {"passed": "通过", "failed": "没有通过", "no_quorum": "来的不够，表决不成", "to_adjudicate": "待监票认定"}
    assert lines[-2] == f"结果：{word[result.outcome]}。"
    assert "第278条" in lines[-1]


@given(st.integers(0, 100_000), st.sampled_from([TWO_THIRDS, THREE_QUARTERS, HALF]))
def test_the_least_number_of_heads_is_enough_and_one_less_is_not(total: int, share: Fraction) -> None:
    least = least_heads(total, share)
    assert least >= total * share > least - 1
    over = least_heads_over(total, share)
    assert over > total * share >= over - 1


@given(st.decimals(0, 10**9, places=2), st.sampled_from([TWO_THIRDS, THREE_QUARTERS, HALF]))
def test_the_least_area_is_enough_and_a_cent_less_is_not(total: Decimal, share: Fraction) -> None:
    cent = Fraction(1, 100)
    least = Fraction(least_area(total, share))
    assert least >= Fraction(total) * share > least - cent
    over = Fraction(least_area_over(total, share))
    assert over > Fraction(total) * share >= over - cent


@pytest.mark.parametrize("rule", [Rule.ORDINARY, Rule.SPECIAL])
@pytest.mark.parametrize("total", range(1, 25))
def test_every_small_electorate_of_equal_homes_is_decided_as_by_hand(total: int, rule: Rule) -> None:
    heads = [Head(str(index), Decimal("77.77")) for index in range(total)]
    for came in range(total + 1):
        for approve in range(came + 1):
            effective = {
                str(index): Cast(
                    str(index), Channel.PAPER, NINE, Choice.FOR if index < approve else Choice.AGAINST, index
                )
                for index in range(came)
            }
            enough = approve > came - approve if rule is Rule.ORDINARY else approve >= 3 * (came - approve)
            if came * 3 < total * 2:
                expected = Outcome.NO_QUORUM
            else:
                expected = Outcome.PASSED if enough else Outcome.FAILED
            assert count(rule=rule, heads=heads, effective=effective).outcome is expected, (came, approve)
