"""Options and elections: worked cases with a pencil, the edges, and random votes against a plain recount."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from yishiting.council.votes import tally_file
from yishiting.council.votes.rules import (
    Cast,
    Channel,
    Choice,
    ElectionResult,
    Outcome,
    Rule,
    committee_stands,
    count_election,
    count_options,
    heads_of,
    to_run_off,
)
from yishiting.council.votes.tests.making import NINE, homes
from yishiting.council.votes.tests.plain_elections import recount_election, recount_options
from yishiting.kernel.errors import BadInput

OWN, RENEW, TENDER = "业主自治", "续聘", "另选一家"


def marked(names: list[tuple[str, ...]], *, choice: Choice = Choice.FOR) -> dict[str, Cast]:
    """One online ballot of ``o1``, ``o2``, … each, marking these names."""
    return {
        f"o{index}": Cast(f"o{index}", Channel.ONLINE, NINE, choice if marks else Choice.ABSTAIN, index, marks)
        for index, marks in enumerate(names, start=1)
    }


def chosen(counts: dict[str, int]) -> dict[str, Cast]:
    """So many ballots for each option; ``abstain`` and ``invalid`` are themselves."""
    said = [name for name, number in counts.items() for _ in range(number)]
    found = marked([(name,) for name in said])
    for index, name in enumerate(said, start=1):
        if name in ("abstain", "invalid"):
            found[f"o{index}"] = Cast(f"o{index}", Channel.PAPER, NINE, Choice(name), index)
    return found


# --- options ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("homes_all", "counts", "of", "adopted", "outcome"),
    [
        (1900, {OWN: 700, RENEW: 567}, Rule.ORDINARY, OWN, Outcome.PASSED),
        (1900, {OWN: 700, RENEW: 566}, Rule.ORDINARY, None, Outcome.NO_QUORUM),
        (1900, {OWN: 634, RENEW: 633}, Rule.ORDINARY, OWN, Outcome.PASSED),
        (1900, {OWN: 633, RENEW: 632, "abstain": 2}, Rule.ORDINARY, None, Outcome.FAILED),
        (12, {OWN: 6, RENEW: 2}, Rule.SPECIAL, OWN, Outcome.PASSED),
        (12, {OWN: 5, RENEW: 2, TENDER: 1}, Rule.SPECIAL, None, Outcome.FAILED),
        (9, {OWN: 3, RENEW: 3}, Rule.ORDINARY, None, Outcome.FAILED),
        # Without the unreadable one nobody has come in sufficient number; with it they have.
        (9, {OWN: 5, "invalid": 1}, Rule.ORDINARY, None, Outcome.TO_ADJUDICATE),
        # Seven of thirteen are over half until the fourteenth, unreadable, is taken to have come.
        (14, {OWN: 7, RENEW: 6, "invalid": 1}, Rule.ORDINARY, None, Outcome.TO_ADJUDICATE),
        (14, {OWN: 8, RENEW: 5, "invalid": 1}, Rule.ORDINARY, OWN, Outcome.PASSED),
    ],
)
def test_an_option_is_adopted_where_it_alone_has_the_majority_of_those_who_came(
    homes_all: int, counts: dict[str, int], of: Rule, adopted: str | None, outcome: Outcome
) -> None:
    result = count_options(
        of=of, choices=(OWN, RENEW, TENDER), heads=heads_of(homes(homes_all)), effective=chosen(counts)
    )
    assert (result.adopted, result.outcome) == (adopted, outcome)
    assert {name: pair.heads for name, pair in result.without_invalid.choices.items()} == {
        name: counts.get(name, 0) for name in (OWN, RENEW, TENDER)
    }


def test_an_option_needs_its_majority_in_area_too() -> None:
    roll = [*homes(2, "300"), *homes(6, "50", start=3)]
    result = count_options(
        of=Rule.ORDINARY, choices=(OWN, RENEW), heads=heads_of(roll), effective=chosen({OWN: 2, RENEW: 6})
    )
    assert (result.adopted, result.outcome) == (None, Outcome.FAILED)
    assert to_run_off(result.without_invalid) == (RENEW, OWN)


def test_a_ballot_that_marks_two_options_or_one_that_is_not_offered_is_invalid() -> None:
    effective = marked([(OWN,), (OWN, RENEW), ("别的",)])
    result = count_options(of=Rule.ORDINARY, choices=(OWN, RENEW), heads=heads_of(homes(3)), effective=effective)
    assert (result.invalid.heads, result.without_invalid.participating.heads) == (2, 1)


@pytest.mark.parametrize(
    ("counts", "again"),
    [
        ({OWN: 4, RENEW: 3, TENDER: 2}, (OWN, RENEW)),
        ({OWN: 4, RENEW: 3, TENDER: 3}, (OWN, RENEW, TENDER)),
        ({OWN: 3, RENEW: 3, TENDER: 2, "abstain": 1}, (OWN, RENEW)),
        ({OWN: 4, "abstain": 5}, ()),
        ({OWN: 8, RENEW: 1}, ()),
        ({OWN: 2, RENEW: 2}, ()),
    ],
)
def test_the_two_strongest_go_to_a_run_off_and_whoever_equals_the_second(
    counts: dict[str, int], again: tuple[str, ...]
) -> None:
    result = count_options(
        of=Rule.ORDINARY, choices=(OWN, RENEW, TENDER), heads=heads_of(homes(10)), effective=chosen(counts)
    )
    assert to_run_off(result.without_invalid) == again


def test_options_are_refused_that_nobody_could_count() -> None:
    heads = heads_of(homes(3))
    for of, choices in ((Rule.UNANIMOUS, (OWN, RENEW)), (Rule.ORDINARY, (OWN,)), (Rule.ORDINARY, (OWN, OWN))):
        with pytest.raises(ValueError, match="option"):
            count_options(of=of, choices=choices, heads=heads, effective={})
    with pytest.raises(BadInput):
        count_options(of=Rule.ORDINARY, choices=(OWN, RENEW), heads=(), effective={})
    with pytest.raises(ValueError, match="in favour"):
        Cast("o1", Channel.ONLINE, NINE, Choice.AGAINST, 1, (OWN,))


# --- elections -------------------------------------------------------------------------------------------------------

NINE_NAMES = tuple("甲乙丙丁戊己庚辛壬")


def elected(votes: dict[str, int], *, voters: int = 30, seats: int = 7, all_homes: int = 30) -> ElectionResult:
    """An election in which ``votes`` of the first ``voters`` mark each name, spread so that no ballot marks too many."""
    ballots: list[list[str]] = [[] for _ in range(voters)]
    place = 0
    for name, number in votes.items():
        for _ in range(number):
            ballots[place % voters].append(name)
            place += 1
    return count_election(
        seats=seats,
        candidates=NINE_NAMES,
        heads=heads_of(homes(all_homes)),
        effective=marked([tuple(names) for names in ballots]),
    )


def test_more_pass_than_seats_so_they_rank_and_the_rest_are_alternates() -> None:
    votes = dict(zip(NINE_NAMES, (24, 23, 22, 21, 20, 19, 18, 17, 16), strict=True))
    result = elected(votes)
    assert result.without_invalid.elected == NINE_NAMES[:7]
    assert result.without_invalid.alternates == NINE_NAMES[7:]
    assert (result.outcome, result.without_invalid.stands) == (Outcome.ELECTED, True)


def test_who_is_equal_across_the_last_seat_goes_to_a_run_off() -> None:
    votes = dict(zip(NINE_NAMES, (24, 23, 22, 21, 20, 19, 18, 18, 16), strict=True))
    block = elected(votes).without_invalid
    assert block.elected == NINE_NAMES[:6]
    assert block.runoff == tuple(sorted(NINE_NAMES[6:8]))
    assert block.alternates == ("壬",)
    assert (block.outcome, block.stands) == (Outcome.RUNOFF, True)


def test_equal_heads_are_told_apart_by_area() -> None:
    roll = [*homes(8, "100"), *homes(1, "101", start=9)]
    effective = marked([("甲", "乙")] * 4 + [("甲",)] * 2 + [("乙",)] * 3)
    # 甲 six heads and 600 m², 乙 seven and 701; 丙 none.
    block = count_election(
        seats=1, candidates=("甲", "乙", "丙"), heads=heads_of(roll), effective=effective, fewest=1
    ).without_invalid
    assert (block.elected, block.alternates, block.runoff) == ((), (), ())
    effective = marked([("甲", "乙")] * 4 + [("甲",)] * 2 + [("乙",)] * 3)
    block = count_election(
        seats=2, candidates=("甲", "乙", "丙"), heads=heads_of(roll), effective=effective, fewest=1
    ).without_invalid
    assert (block.elected, block.runoff) == (("乙", "甲"), ())


@pytest.mark.parametrize(
    ("passing", "seats", "fewest", "stands"),
    [
        (5, 7, 5, True),
        (3, 7, 5, False),
        (4, 7, 5, False),
        (5, 9, 5, True),
        (5, 11, 5, False),
        (6, 11, 5, True),
        (3, 3, 5, False),
        (3, 3, 3, True),
        (3, 5, 3, True),
        (2, 3, 2, True),
        (5, 10, 5, False),
    ],
)
def test_a_committee_stands_with_the_least_members_who_are_over_half_of_the_seats(
    passing: int, seats: int, fewest: int, stands: bool
) -> None:
    assert committee_stands(elected=passing, seats=seats, fewest=fewest) is stands


def test_five_of_seven_pass_and_the_committee_stands_three_and_it_does_not() -> None:
    five = elected(dict.fromkeys(NINE_NAMES[:5], 20) | dict.fromkeys(NINE_NAMES[5:], 10))
    assert (five.outcome, len(five.without_invalid.elected)) == (Outcome.ELECTED, 5)
    three = elected(dict.fromkeys(NINE_NAMES[:3], 20) | dict.fromkeys(NINE_NAMES[3:], 15))
    assert (three.outcome, len(three.without_invalid.elected)) == (Outcome.FAILED, 3)


def test_without_a_quorum_nobody_passes() -> None:
    result = elected(dict.fromkeys(NINE_NAMES[:7], 19), voters=19)
    assert result.outcome is Outcome.NO_QUORUM
    assert not any(polled.passed for polled in result.without_invalid.candidates.values())
    assert result.without_invalid.elected == ()


def test_one_that_names_more_than_the_seats_is_invalid_and_one_that_names_nobody_abstains() -> None:
    effective = marked([NINE_NAMES[:8], (), *[NINE_NAMES[:5]] * 5])
    result = count_election(seats=7, candidates=NINE_NAMES, heads=heads_of(homes(7)), effective=effective)
    assert (result.invalid.heads, result.abstained.heads) == (1, 1)
    assert result.without_invalid.participating.heads == 6
    assert result.with_invalid.participating.heads == 7
    assert result.without_invalid.candidates["甲"].got.heads == 5


def test_invalid_ballots_that_turn_the_word_ask_for_a_ruling() -> None:
    # Five of nine came and named five; a sixth marked eight names.
    effective = marked([NINE_NAMES[:5]] * 5 + [NINE_NAMES[:8]])
    result = count_election(seats=7, candidates=NINE_NAMES, heads=heads_of(homes(9)), effective=effective)
    assert (result.without_invalid.outcome, result.with_invalid.outcome, result.outcome) == (
        Outcome.NO_QUORUM,
        Outcome.ELECTED,
        Outcome.TO_ADJUDICATE,
    )


def test_who_withdrew_keeps_the_votes_and_takes_no_seat() -> None:
    effective = marked([NINE_NAMES[:7]] * 9)
    block = count_election(
        seats=7, candidates=NINE_NAMES, heads=heads_of(homes(9)), effective=effective, withdrawn={"甲"}
    ).without_invalid
    assert (block.candidates["甲"].got.heads, block.candidates["甲"].passed) == (9, False)
    assert block.elected == NINE_NAMES[1:7]


# --- random votes ----------------------------------------------------------------------------------------------------

OWNERS = ("a", "b", "c", "d", "e", "f", "developer")
SIZES = (0, 500_000, 888_800, 1_000_000, 1_000_000, 3_000_000)


def random_vote(chance: Random, said: Any) -> dict[str, Any]:
    """A roll, ballots and a precedence drawn so that figures meet the thresholds exactly and often."""
    roll = []
    even = chance.random() < 0.3  # equal homes, so that candidates are equal in area as well
    for number in range(chance.randint(1, 12)):
        owner = chance.choice([*OWNERS, f"own{number}", f"own{number}", f"own{number}", None])
        kind = chance.choice(["sold"] * 6 + ["unsold", "undelivered"])
        area = 1_000_000 if even else chance.choice([*SIZES, chance.randint(0, 5_000_000)])
        roll.append({"home": f"h{number}", "cm2": area, "owner": owner, "kind": kind})
    known = sorted({"developer" if home["kind"] != "sold" else home["owner"] or "" for home in roll} - {""})
    voters = list(known) if chance.random() < 0.7 else []
    if known:
        voters += chance.choices(known, k=chance.randint(0, 6))
    chance.shuffle(voters)
    ballots = [
        {
            "owner": owner,
            "channel": chance.choice(["online", "paper", "proxy"]),
            "minute": chance.randint(0, 3),
            "said": said(),
        }
        for owner in voters
    ]
    precedence = chance.choice(["ONLINE_WINS", "PAPER_WINS", "FIRST_WINS"])
    return {"roll": roll, "ballots": ballots, "precedence": precedence}


def random_options(chance: Random) -> dict[str, Any]:
    names = ["p", "q", "r", "s"][: chance.randint(2, 4)]
    words = chance.choice([[*names, "abstain", "invalid"], names[:2], [names[0]] * 3 + ["invalid", names[1]]])
    vote = random_vote(chance, lambda: chance.choice(words))
    return vote | {"rule": "options", "of": chance.choice(["ordinary", "special"]), "choices": names}


def random_election(chance: Random) -> dict[str, Any]:
    names = list("zyxwvut")[: chance.randint(1, 7)]
    seats = chance.randint(1, 5)
    liked = chance.choice([names, names[:3], names[: seats + 1]])
    vote = random_vote(
        chance, lambda: chance.sample(liked, min(len(liked), chance.choice([seats, seats, seats + 1, 0, 1, 2])))
    )
    minimum = chance.choice([1, 2, 3, 5])
    return vote | {"rule": "election", "seats": seats, "candidates": names, "minimum": minimum}


def printed(document: dict[str, Any]) -> dict[str, Any]:
    """What the tally prints of ``document``, without its sentences."""
    keys = ("rule", "of", "choices", "seats", "candidates")
    options = {key: document[key] for key in ("precedence", "minimum") if key in document}
    says = "choices" if document["rule"] == "election" else "choice"
    file = {key: document[key] for key in keys if key in document} | {
        "roll": [
            {**home, "cm2": 0, "area": f"{home['cm2'] // 10_000}.{home['cm2'] % 10_000:04d}"}
            for home in document["roll"]
        ],
        "ballots": [
            {
                "owner": ballot["owner"],
                "channel": ballot["channel"],
                "at": (NINE + timedelta(minutes=ballot["minute"])).isoformat(),
                says: ballot["said"],
            }
            for ballot in document["ballots"]
        ],
        "options": options,
    }
    found = tally_file.answer(tally_file.result_of(tally_file.read(json.dumps(file).encode())))
    assert all(found.pop("explanation"))
    return found


def agree(seed: int, number: int) -> Counter[tuple[str, str]]:
    """Hold ``number`` random votes of each kind against the plain recount, and return the outcomes that were met."""
    chance = Random(seed)
    met: Counter[tuple[str, str]] = Counter()
    for _ in range(number):
        for make, recount in ((random_options, recount_options), (random_election, recount_election)):
            document = make(chance)
            expected = recount(document)
            assert printed(document) == expected, document
            met[document["rule"], expected["outcome"]] += 1
    return met


def test_the_plain_recount_agrees_in_every_figure_name_and_word() -> None:
    met = agree(seed=2017, number=600)
    assert {word for rule, word in met if rule == "options"} == {"passed", "failed", "no_quorum", "to_adjudicate"}
    assert {word for rule, word in met if rule == "election"} == {
        *("elected", "runoff", "failed", "no_quorum", "to_adjudicate")
    }


@pytest.mark.long
def test_the_plain_recount_agrees_on_a_hundred_thousand_votes() -> None:
    met = agree(seed=278, number=50_000)
    assert sum(met.values()) == 100_000


def test_every_sentence_of_an_election_has_its_figures() -> None:
    votes = dict(zip(NINE_NAMES, (24, 23, 22, 21, 20, 19, 18, 18, 16), strict=True))
    said = [str(sentence) for sentence in elected(votes).explanation]
    assert "甲：24 人、2400.00 ㎡，过了。" in said
    assert "7 个席位，按人数、再按面积排，当选 6 人：甲、乙、丙、丁、戊、己。" in said
    assert "庚、辛 人数和面积都一样，正好在最后的席位上：在他们中间再选 1 人。" in said
    assert Decimal("2400.00") == elected(votes).without_invalid.candidates["甲"].got.area
