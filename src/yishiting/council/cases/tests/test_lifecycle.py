"""The rules of mediation, without a database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.cases.lifecycle import (
    AGREED,
    OPEN,
    REFUSED,
    PartyFacts,
    Signed,
    Ties,
    check_court,
    check_session,
    conflict,
    counted,
    court_until,
    is_in_force,
    is_open,
)
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=CHINA)
WORDS = st.sampled_from(["", AGREED, REFUSED])


def party(no: int, word: str = AGREED, *, side: str = "", open_word: str = "") -> PartyFacts:
    return PartyFacts(no, side or ("a" if no == 1 else "b"), word, NOW if word else None, open_word)


def session(*parties: PartyFacts, held_at: datetime = NOW, came: frozenset[int] = frozenset({1})) -> None:
    check_session(parties, outcome="", has_mediator=True, came=came, held_at=held_at, now=NOW, open_asked=False)


@given(st.lists(WORDS, min_size=2, max_size=5))
def test_no_session_is_held_unless_each_party_has_agreed(words: list[str]) -> None:
    parties = [party(no, word) for no, word in enumerate(words, 1)]
    if set(words) == {AGREED}:
        session(*parties)
    else:
        with pytest.raises(WrongState):
            session(*parties)


def test_a_side_that_is_not_named_cannot_agree() -> None:
    with pytest.raises(WrongState, match="另一方"):
        session(party(1), party(2, side="a"))


def test_a_session_before_the_consents_is_refused_and_one_of_tomorrow_too() -> None:
    with pytest.raises(BadInput, match="早"):
        session(party(1), party(2), held_at=NOW - timedelta(minutes=1))
    with pytest.raises(BadInput, match="开过以后"):
        session(party(1), party(2), held_at=NOW + timedelta(minutes=1))


def test_somebody_must_have_come_and_nobody_who_is_no_party() -> None:
    for came in (frozenset[int](), frozenset({3})):
        with pytest.raises(BadInput, match="当事人"):
            session(party(1), party(2), came=came)


@given(st.lists(st.sampled_from(["", OPEN, "closed"]), min_size=2, max_size=4))
def test_closed_by_default_and_open_where_each_party_says_so(words: list[str]) -> None:
    parties = [party(no, open_word=word) for no, word in enumerate(words, 1)]
    assert is_open(parties) == (set(words) == {OPEN})


@given(st.frozensets(st.sampled_from([1, 2])), st.booleans(), st.booleans(), st.sampled_from(["written", "oral"]))
def test_an_agreement_is_in_force_by_its_formalities_alone(
    signed: frozenset[int], by_mediator: bool, sealed: bool, kind: str
) -> None:
    met = signed == {1, 2} and by_mediator and sealed
    assert is_in_force(Signed(kind, signed, by_mediator, sealed), [party(1), party(2)]) == (met or kind == "oral")


def test_the_court_is_asked_up_to_the_thirtieth_day_and_not_after() -> None:
    force = datetime(2026, 3, 31, 23, 30, tzinfo=CHINA)
    assert court_until(force) == date(2026, 4, 30)
    later = datetime(2026, 5, 20, 9, 0, tzinfo=CHINA)
    check_court(in_force_at=force, asked_on=date(2026, 4, 30), court_on=None, now=later)
    with pytest.raises(WrongState, match="30"):
        check_court(in_force_at=force, asked_on=date(2026, 5, 1), court_on=None, now=later)
    with pytest.raises(BadInput):
        check_court(in_force_at=force, asked_on=date(2026, 3, 30), court_on=None, now=later)


def test_a_tie_is_said_by_its_kind() -> None:
    parties = Ties(frozenset({1}), frozenset({10}), frozenset({100}))
    none = frozenset[int]()
    assert conflict(Ties(frozenset({2}), frozenset({20}), frozenset({200})), parties) is None
    assert "当事人" in str(conflict(Ties(frozenset({1}), none, none), parties))
    assert "一家" in str(conflict(Ties(frozenset({2}), frozenset({10}), none), parties))
    assert "单位" in str(conflict(Ties(frozenset({2}), none, frozenset({100})), parties))


def test_thirty_seven_cases_are_shown_as_thirty_seven() -> None:
    shown = counted(ended=37, agreed=30, kept=25)
    assert (shown.ended, shown.agreed, shown.kept) == (37, 30, 25)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_no_number_under_three_is_shown_nor_follows_from_what_is(ended: int, agreed: int, kept: int) -> None:
    agreed, kept = min(agreed, ended), min(kept, agreed, ended)
    shown = counted(ended=ended, agreed=agreed, kept=kept)
    row = (shown.ended, shown.agreed, shown.kept)
    assert all(each is None or each >= 3 for each in row)
    for whole, part in pairwise(row):
        if part is not None:
            assert whole is not None
            assert whole - part == 0 or whole - part >= 3
