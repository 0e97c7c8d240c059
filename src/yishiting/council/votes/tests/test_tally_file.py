"""Reading a tally file: what is taken, what is refused, and where the refusal points."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.votes import tally_file
from yishiting.council.votes.rules import Choice, Outcome, Precedence, Rule
from yishiting.kernel.errors import BadInput

WHOLE: dict[str, Any] = {
    "rule": "ordinary",
    "roll": [
        {"home": "101", "area": "88.50", "owner": "a", "kind": "sold"},
        {"home": "102", "area": "90.00", "owner": "b"},
        {"home": "103", "area": "70.00", "owner": None},
        {"home": "104", "area": "60.00", "owner": None, "kind": "unsold"},
    ],
    "ballots": [
        {"owner": "a", "channel": "online", "at": "2025-03-01T09:00:00+08:00", "choice": "for"},
        {"owner": "b", "channel": "paper", "at": "2025-03-01T09:00:00Z", "choice": "for"},
        {"owner": "developer", "channel": "proxy", "at": "2025-03-01T09:00:00+08:00", "choice": "abstain"},
    ],
    "options": {"precedence": "PAPER_WINS"},
}


def whole() -> dict[str, Any]:
    return copy.deepcopy(WHOLE)


def put(path: tuple[Any, ...], value: Any) -> bytes:
    """The whole file with ``value`` written at ``path``."""
    document = whole()
    at: Any = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return json.dumps(document).encode()


def without(*path: Any) -> bytes:
    """The whole file with the field at ``path`` taken out."""
    document = whole()
    at: Any = document
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    return json.dumps(document).encode()


def refusal(data: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        tally_file.result_of(tally_file.read(data))
    return str(refused.value.message)


def test_a_whole_file_is_read_with_its_defaults() -> None:
    tally = tally_file.read(json.dumps(WHOLE).encode())
    assert (tally.rule, tally.precedence, tally.set_aside) == (Rule.ORDINARY, Precedence.PAPER_WINS, ())
    assert [(head.area, head.known) for head in tally.heads] == [
        (Decimal("88.50"), True),
        (Decimal("90.00"), True),
        (Decimal("70.00"), False),
        (Decimal("60.00"), True),
    ]
    assert [(cast.head, cast.choice, cast.order) for cast in tally.casts] == [
        ("a", Choice.FOR, 0),
        ("b", Choice.FOR, 1),
        ("developer", Choice.ABSTAIN, 2),
    ]


@pytest.mark.parametrize("data", [without("options"), put(("options",), {})])
def test_the_first_ballot_wins_where_no_precedence_is_written(data: bytes) -> None:
    assert tally_file.read(data).precedence is Precedence.FIRST_WINS


def test_a_byte_order_mark_is_no_fault() -> None:
    assert tally_file.read(b"\xef\xbb\xbf" + json.dumps(WHOLE).encode()).rule is Rule.ORDINARY


def test_an_unsold_home_needs_no_owner_field() -> None:
    tally = tally_file.read(without("roll", 3, "owner"))
    assert [head.id for head in tally.heads if head.known] == ["a", "b", "developer"]


@pytest.mark.parametrize(
    ("written", "area"),
    [
        ('"88.5"', "88.5"),
        ("88.5", "88.5"),
        ("88", "88"),
        ("0.1", "0.1"),
        ("1e2", "100"),
        ('" 88.5 "', "88.5"),
        ('"+88.5"', "88.5"),
        ("0", "0"),
        ("-0.0", "0.0"),
        ("88.123456789012345678901234567890", "88.123456789012345678901234567890"),
    ],
)
def test_an_area_is_read_from_its_own_digits(written: str, area: str) -> None:
    data = json.dumps(WHOLE).replace('"88.50"', written).encode()
    assert tally_file.read(data).heads[0].area.compare_total(Decimal(area)) == 0


def test_a_tenth_thrice_is_three_tenths() -> None:
    # As binary fractions 0.1 + 0.2 is more than 0.3, and the quorum of exactly two thirds would be missed or found.
    document = {
        "rule": "ordinary",
        "roll": [
            {"home": "1", "area": 0.1, "owner": "a"},
            {"home": "2", "area": 0.1, "owner": "b"},
            {"home": "3", "area": 0.1, "owner": "c"},
        ],
        "ballots": [
            {"owner": "a", "channel": "online", "at": "2025-03-01T09:00:00+08:00", "choice": "for"},
            {"owner": "b", "channel": "online", "at": "2025-03-01T09:00:00+08:00", "choice": "for"},
        ],
    }
    found = tally_file.answer(tally_file.result_of(tally_file.read(json.dumps(document).encode())))
    assert found["area"] == {"all": "0.30", "participating": "0.20", "for": "0.20"}
    assert found["outcome"] == "passed"


@pytest.mark.parametrize(
    "area",
    [
        None,
        "",
        " ",
        "八十",
        "88.5㎡",
        "1,000",
        "1_000",
        "NaN",
        "Infinity",
        "-1",
        -0.01,
        True,
        [],
        {},
        "1e999",
        "1e-90",
        "1e30",
    ],
)
def test_an_area_that_is_no_figure_is_refused_at_its_place(area: Any) -> None:
    assert refusal(put(("roll", 1, "area"), area)).startswith("roll[1].area：面积")


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_a_constant_that_is_no_number_is_refused(name: str) -> None:
    assert name in refusal(json.dumps(WHOLE).replace('"88.50"', name).encode())


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("rule",), "majority", "rule"),
        (("rule",), "ORDINARY", "rule"),
        (("rule",), None, "rule"),
        (("rule",), ["ordinary"], "rule"),
        (("roll",), {}, "roll"),
        (("roll",), [], "roll"),
        (("roll", 0), "101", "roll[0]"),
        (("roll", 0, "home"), None, "roll[0].home"),
        (("roll", 0, "home"), "", "roll[0].home"),
        (("roll", 3, "home"), "101", "roll[3].home"),
        (("roll", 0, "owner"), "", "roll[0].owner"),
        (("roll", 0, "owner"), 1.5, "roll[0].owner"),
        (("roll", 0, "owner"), False, "roll[0].owner"),
        (("roll", 0, "kind"), "rented", "roll[0].kind"),
        (("roll", 0, "kind"), None, "roll[0].kind"),
        (("ballots",), None, "ballots"),
        (("ballots", 1), [], "ballots[1]"),
        (("ballots", 1, "owner"), None, "ballots[1].owner"),
        (("ballots", 1, "owner"), "stranger", "ballots[1].owner"),
        (("ballots", 1, "channel"), "sms", "ballots[1].channel"),
        (("ballots", 1, "choice"), "yes", "ballots[1].choice"),
        (("ballots", 1, "choice"), 1, "ballots[1].choice"),
        (("ballots", 2, "at"), "2025-03-01T09:00:00", "ballots[2].at"),
        (("ballots", 2, "at"), "2025-03-01", "ballots[2].at"),
        (("ballots", 2, "at"), "2025-02-30T09:00:00+08:00", "ballots[2].at"),
        (("ballots", 2, "at"), "2025-03-01x09:00:00+08:00", "ballots[2].at"),
        (("ballots", 2, "at"), "昨天", "ballots[2].at"),
        (("ballots", 2, "at"), 1740790800, "ballots[2].at"),
        (("ballots", 2, "at"), None, "ballots[2].at"),
        (("options",), [], "options"),
        (("options",), None, "options"),
        (("options", "precedence"), "LAST_WINS", "options.precedence"),
        (("options", "precedence"), None, "options.precedence"),
        (("options", "silent_clause"), True, "options"),
    ],
)
def test_a_wrong_value_is_refused_at_its_place(path: tuple[Any, ...], value: Any, place: str) -> None:
    assert refusal(put(path, value)).startswith(f"{place}：")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (("rule",), "缺少“rule”"),
        (("roll",), "缺少“roll”"),
        (("ballots",), "缺少“ballots”"),
        (("roll", 1, "home"), "roll[1]：缺少“home”"),
        (("roll", 1, "area"), "roll[1]：缺少“area”"),
        (("roll", 1, "owner"), "roll[1]：缺少“owner”"),
        (("ballots", 1, "owner"), "ballots[1]：缺少“owner”"),
        (("ballots", 1, "channel"), "ballots[1]：缺少“channel”"),
        (("ballots", 1, "at"), "ballots[1]：缺少“at”"),
        (("ballots", 1, "choice"), "ballots[1]：缺少“choice”"),
    ],
)
def test_a_missing_field_is_named(path: tuple[Any, ...], message: str) -> None:
    assert refusal(without(*path)).startswith(message)


def test_a_ballot_of_the_developer_is_refused_where_nothing_is_unsold() -> None:
    document = whole()
    del document["roll"][3]
    assert refusal(json.dumps(document).encode()).startswith("ballots[2].owner：名册上没有没卖或没交的房")


@pytest.mark.parametrize("owner", ["unknown:103", "103"])
def test_no_ballot_reaches_a_home_whose_owner_nobody_knows(owner: str) -> None:
    assert "不在名册上" in refusal(put(("ballots", 1, "owner"), owner))


def test_the_buyer_of_a_home_not_handed_over_has_no_ballot_for_it() -> None:
    document = whole()
    document["roll"][3].update(kind="undelivered", owner="buyer")
    document["ballots"][0]["owner"] = "buyer"
    assert refusal(json.dumps(document).encode()).startswith("ballots[0].owner：")


def test_a_whole_number_may_serve_as_an_id() -> None:
    document = whole()
    document["roll"][0]["owner"] = document["ballots"][0]["owner"] = 7
    document["roll"][0]["home"] = 101
    assert tally_file.read(json.dumps(document).encode()).casts[0].head == "7"


def test_notes_in_the_file_are_set_aside_and_reported_once() -> None:
    document = whole()
    document["title"] = "电梯"
    for home in document["roll"]:
        home["remark"] = "x"
    tally = tally_file.read(json.dumps(document).encode())
    assert tally.set_aside == ("title", "roll[].remark")
    assert tally_file.answer(tally_file.result_of(tally)) == tally_file.answer(
        tally_file.result_of(tally_file.read(json.dumps(WHOLE).encode()))
    )


@pytest.mark.parametrize(
    ("path", "key", "likely"),
    [
        ((), "option", "options"),
        ((), "Options", "options"),
        (("roll", 1), "Kind", "kind"),
        (("roll", 1), "knd", "kind"),
    ],
)
def test_a_misspelt_field_is_refused_since_its_default_could_turn_the_outcome(
    path: tuple[Any, ...], key: str, likely: str
) -> None:
    document = whole()
    del document["options"]
    at: Any = document
    for step in path:
        at = at[step]
    at[key] = "unsold"
    assert f"是不是想写“{likely}”" in refusal(json.dumps(document).encode())


def test_a_field_written_twice_is_refused() -> None:
    data = json.dumps(WHOLE).replace('"rule": "ordinary"', '"rule": "ordinary", "rule": "special"').encode()
    assert "“rule”在同一处写了两次" in refusal(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "第 1 行第 1 个字"),
        (b'{"rule": "ordinary",\n}', "第 2 行"),
        (b"not json", "不是完整的 JSON"),
        ('{"rule": "普通"}'.encode("gb18030"), "不是 UTF-8"),
        (b"[" * 100_000, "套得太深"),
        (b"[]", "花括号"),
        (b"null", "花括号"),
        (b"1", "花括号"),
    ],
)
def test_what_is_no_tally_file_is_refused_with_a_sentence(data: bytes, message: str) -> None:
    assert message in refusal(data)


@given(st.binary(max_size=60))
def test_no_bytes_whatever_end_in_anything_but_a_refusal(data: bytes) -> None:
    with pytest.raises(BadInput):
        tally_file.read(data)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
PLACES: list[tuple[Any, ...]] = [
    ("rule",),
    ("roll",),
    ("ballots",),
    ("options",),
    ("options", "precedence"),
    *[("roll", 0, key) for key in ("home", "area", "owner", "kind")],
    *[("ballots", 0, key) for key in ("owner", "channel", "at", "choice")],
]


@given(st.sampled_from(PLACES), JUNK)
def test_junk_anywhere_is_counted_or_refused_and_never_breaks_the_reader(path: tuple[Any, ...], junk: Any) -> None:
    message, outcome = "", None
    try:
        outcome = tally_file.result_of(tally_file.read(put(path, junk))).outcome
    except BadInput as refused:
        message = str(refused.message)
    assert message or outcome in set(Outcome)


def test_the_answer_has_the_fields_that_were_promised_in_their_order() -> None:
    found = tally_file.answer(tally_file.result_of(tally_file.read(json.dumps(WHOLE).encode())))
    explanation = found.pop("explanation")
    assert json.dumps(found) == json.dumps(
        {
            "heads": {"all": 4, "participating": 3, "for": 2},
            "area": {"all": "308.50", "participating": "238.50", "for": "178.50"},
            "quorum": True,
            "outcome": "passed",
            "with_invalid": {
                "heads": {"all": 4, "participating": 3, "for": 2},
                "area": {"all": "308.50", "participating": "238.50", "for": "178.50"},
                "quorum": True,
                "outcome": "passed",
            },
        }
    )
    assert all(isinstance(line, str) and line for line in explanation)
