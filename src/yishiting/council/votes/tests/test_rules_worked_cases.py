"""The worked cases of docs/rules/dual-majority.md: the first thing that the count must get right."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from yishiting.council.votes.rules import (
    DEVELOPER,
    Cast,
    Channel,
    Choice,
    Kind,
    Outcome,
    Pair,
    Precedence,
    RollHome,
    Rule,
    settle,
)
from yishiting.council.votes.tests.making import ballots, cast, counted, homes

P, F, NQ, TA = Outcome.PASSED, Outcome.FAILED, Outcome.NO_QUORUM, Outcome.TO_ADJUDICATE


def owners(number: int) -> list[str]:
    return [f"o{index}" for index in range(1, number + 1)]


ONE_OWNER_OF_THREE = [*homes(7), *[RollHome(f"t{n}", Decimal(100), "three") for n in (1, 2, 3)]]
HALF_DELIVERED = [*homes(60), *[RollHome(f"d{n}", Decimal(100), None, Kind.UNDELIVERED) for n in range(40)]]
TWO_LARGE = [*homes(2, "300"), *homes(8, "50", start=3)]


@dataclass(frozen=True)
class Case:
    """One line of the table; ``area`` is participating and in favour in m²."""

    number: str
    rule: Rule
    roll: list[RollHome]
    casts: list[Cast]
    heads: tuple[int, int, int]
    area: tuple[str, str, str]
    quorum: bool
    outcome: Outcome


CASES = [
    Case("1", Rule.ORDINARY, homes(9), ballots(owners(9), 4, 2), (9, 6, 4), ("900", "600", "400"), True, P),
    Case("2", Rule.ORDINARY, homes(9), ballots(owners(9), 5), (9, 5, 5), ("900", "500", "500"), False, NQ),
    Case("3", Rule.ORDINARY, homes(9), ballots(owners(9), 3, 3), (9, 6, 3), ("900", "600", "300"), True, F),
    Case("4", Rule.SPECIAL, homes(12), ballots(owners(12), 6, 2), (12, 8, 6), ("1200", "800", "600"), True, P),
    Case("5s", Rule.SPECIAL, homes(12), ballots(owners(12), 5, 3), (12, 8, 5), ("1200", "800", "500"), True, F),
    Case("5o", Rule.ORDINARY, homes(12), ballots(owners(12), 5, 3), (12, 8, 5), ("1200", "800", "500"), True, P),
    Case("6", Rule.ORDINARY, homes(9), ballots(owners(9), 3, 1, 2), (9, 6, 3), ("900", "600", "300"), True, F),
    Case("7", Rule.ORDINARY, TWO_LARGE, ballots(owners(10), 2, 6), (10, 8, 2), ("1000", "900", "600"), True, F),
    Case(
        "8, she and 4 others",
        Rule.ORDINARY,
        ONE_OWNER_OF_THREE,
        ballots(["three", *owners(7)], 5),
        (8, 5, 5),
        ("1000", "700", "700"),
        False,
        NQ,
    ),
    Case(
        "8, she and 5 others",
        Rule.ORDINARY,
        ONE_OWNER_OF_THREE,
        ballots(["three", *owners(7)], 6),
        (8, 6, 6),
        ("1000", "800", "800"),
        True,
        P,
    ),
    Case(
        "9",
        Rule.ORDINARY,
        HALF_DELIVERED,
        ballots(owners(60), 60),
        (61, 60, 60),
        ("10000", "6000", "6000"),
        False,
        NQ,
    ),
    Case(
        "10",
        Rule.ORDINARY,
        HALF_DELIVERED,
        ballots([*owners(41), DEVELOPER], 41, 1),
        (61, 42, 41),
        ("10000", "8100", "4100"),
        True,
        P,
    ),
    Case(
        "11",
        Rule.ORDINARY,
        homes(3, "88.88"),
        ballots(owners(3), 2),
        (3, 2, 2),
        ("266.64", "177.76", "177.76"),
        True,
        P,
    ),
    Case("12", Rule.ORDINARY, homes(9), ballots(owners(9), 5, invalid=1), (9, 5, 5), ("900", "500", "500"), False, TA),
    Case(
        "13, 9 for",
        Rule.SPECIAL,
        homes(12, "90"),
        ballots(owners(12), 9, 3),
        (12, 12, 9),
        ("1080", "1080", "810"),
        True,
        P,
    ),
    Case(
        "13, 8 for",
        Rule.SPECIAL,
        homes(12, "90"),
        ballots(owners(12), 8, 4),
        (12, 12, 8),
        ("1080", "1080", "720"),
        True,
        F,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"case {case.number}")
def test_a_worked_case_ends_as_the_rules_say(case: Case) -> None:
    result = counted(case.rule, case.roll, case.casts)
    assert (result.all.heads, result.participating.heads, result.in_favour.heads) == case.heads
    assert (result.all.area, result.participating.area, result.in_favour.area) == tuple(map(Decimal, case.area))
    assert (result.quorum, result.outcome) == (case.quorum, case.outcome)


def test_case_12_passes_with_the_invalid_ballot_and_has_no_quorum_without_it() -> None:
    result = counted(Rule.ORDINARY, homes(9), ballots(owners(9), 5, invalid=1))
    assert result.without_invalid.outcome is Outcome.NO_QUORUM
    assert result.with_invalid.outcome is Outcome.PASSED
    assert result.with_invalid.participating == Pair(6, Decimal(600))
    assert result.with_invalid.in_favour == Pair(5, Decimal(500))
    assert result.invalid == Pair(1, Decimal(100))


@pytest.mark.parametrize(
    ("precedence", "choice"),
    [
        (Precedence.ONLINE_WINS, Choice.FOR),
        (Precedence.FIRST_WINS, Choice.AGAINST),
        (Precedence.PAPER_WINS, Choice.AGAINST),
    ],
)
def test_case_14_against_on_paper_then_for_online_is_one_head(precedence: Precedence, choice: Choice) -> None:
    casts = [
        cast("o1", Choice.AGAINST, channel=Channel.PAPER, order=0),
        cast("o1", Choice.FOR, minutes=5, order=1),
    ]
    assert {head: ballot.choice for head, ballot in settle(casts, precedence).items()} == {"o1": choice}
    assert counted(Rule.ORDINARY, homes(1), casts, precedence).participating == Pair(1, Decimal(100))


@pytest.mark.parametrize(("came", "quorum", "outcome"), [(1266, False, NQ), (1267, True, P)])
def test_1267_of_1900_are_two_thirds_and_700_are_more_than_half_of_them(
    came: int, quorum: bool, outcome: Outcome
) -> None:
    result = counted(Rule.ORDINARY, homes(1900), ballots(owners(1900), 700, came - 700))
    assert result.participating.heads == came
    assert result.in_favour.heads == 700
    assert (result.quorum, result.outcome) == (quorum, outcome)


@pytest.mark.parametrize(("in_favour", "outcome"), [(29, F), (30, P)])
def test_a_unanimous_purchase_needs_all_30_and_silence_is_not_consent(in_favour: int, outcome: Outcome) -> None:
    result = counted(Rule.UNANIMOUS, homes(30), ballots(owners(30), in_favour))
    assert result.outcome is outcome
    assert result.quorum is True
