"""The way from draft to result and the readings of a slip, decided without a database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.votes.lifecycle import (
    KEYING_TIME,
    ONLINE_CHOICES,
    PAPER_CHOICES,
    Closing,
    State,
    Times,
    check_choices,
    may_cancel,
    may_cast,
    may_close,
    may_edit,
    may_open,
    may_read_again,
    may_receive,
    may_withdraw,
    overall,
    settle_readings,
)
from yishiting.council.votes.rules import Answer, Choice, Offer, Outcome
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=CHINA)
HOUR = timedelta(hours=1)
DRAFT = Times(closes_at=NOON + 5 * HOUR)
OPEN = Times(closes_at=NOON + 5 * HOUR, opened_at=NOON)
ENDED = Times(closes_at=NOON + 5 * HOUR, opened_at=NOON, closed_at=NOON + 5 * HOUR)
COUNTED = Times(closes_at=NOON + 5 * HOUR, opened_at=NOON, closed_at=NOON + 5 * HOUR, counted_at=NOON + 6 * HOUR)
CANCELLED = Times(closes_at=NOON + 5 * HOUR, opened_at=NOON, cancelled_at=NOON + HOUR)
ALL = (DRAFT, OPEN, ENDED, COUNTED, CANCELLED)


def test_the_times_of_a_vote_mean_one_state_each() -> None:
    assert [times.state for times in ALL] == [
        State.DRAFT,
        State.OPEN,
        State.CLOSED,
        State.COUNTED,
        State.CANCELLED,
    ]


def allows(verb: object, times: Times, **more: object) -> bool:
    try:
        verb(times, **more)
    except WrongState:
        return False
    return True


def test_each_verb_is_allowed_in_its_states_alone() -> None:
    now = NOON + 2 * HOUR
    table = {
        "edit": [allows(may_edit, times) for times in ALL],
        "open": [allows(may_open, times, items=1, now=now) for times in ALL],
        "cast": [allows(may_cast, times, now=now) for times in ALL],
        "receive": [allows(may_receive, times, received_at=NOON + HOUR, now=now) for times in ALL],
        "close": [allows(may_close, times, now=now, early=True, waiting=0) for times in ALL],
        "read again": [allows(may_read_again, times, settled=False, withdrawn=False) for times in ALL],
        "withdraw": [allows(may_withdraw, times, settled=False, withdrawn=False, reason="错") for times in ALL],
        "cancel": [allows(may_cancel, times) for times in ALL],
    }
    assert table == {
        "edit": [True, False, False, False, False],
        "open": [True, False, False, False, False],
        "cast": [False, True, False, False, False],
        "receive": [False, True, True, False, False],
        "close": [False, True, True, False, False],
        "read again": [False, True, True, False, False],
        "withdraw": [False, True, True, False, False],
        "cancel": [True, True, False, False, False],
    }


def test_a_draft_without_an_item_does_not_open() -> None:
    assert not allows(may_open, DRAFT, items=0, now=NOON)


def test_the_last_instant_of_voting_is_the_end_itself() -> None:
    assert allows(may_cast, OPEN, now=OPEN.closes_at)
    assert not allows(may_cast, OPEN, now=OPEN.closes_at + timedelta(microseconds=1))


def test_a_slip_handed_in_in_time_is_taken_after_the_end_and_a_late_one_never() -> None:
    later = NOON + 9 * HOUR
    assert allows(may_receive, ENDED, received_at=NOON + 5 * HOUR, now=later)
    assert not allows(may_receive, ENDED, received_at=NOON + 5 * HOUR + timedelta(minutes=1), now=later)
    early = Times(closes_at=NOON + 5 * HOUR, opened_at=NOON, closed_at=NOON + HOUR)
    assert not allows(may_receive, early, received_at=NOON + 2 * HOUR, now=later)


@pytest.mark.parametrize("received_at", [NOON - HOUR, NOON + 4 * HOUR])
def test_a_slip_from_before_the_opening_or_from_the_future_is_a_mistake_of_typing(received_at: datetime) -> None:
    with pytest.raises(BadInput) as refusal:
        may_receive(OPEN, received_at=received_at, now=NOON + 3 * HOUR)
    assert "received_at" in refusal.value.fields


def test_the_count_is_made_with_the_end_or_when_the_last_slip_is_settled() -> None:
    assert may_close(OPEN, now=NOON + 5 * HOUR, early=False, waiting=0) == Closing(ends=True, counts=True)
    assert may_close(OPEN, now=NOON + 5 * HOUR, early=False, waiting=2) == Closing(ends=True, counts=False)
    assert may_close(ENDED, now=NOON + 9 * HOUR, early=False, waiting=0) == Closing(ends=False, counts=True)
    with pytest.raises(WrongState, match="还有 2 张纸票"):
        may_close(ENDED, now=NOON + 9 * HOUR, early=False, waiting=2)


def test_what_was_just_withdrawn_holds_up_the_count_that_makes_itself_and_not_one_that_is_asked_for() -> None:
    end, later = NOON + 5 * HOUR, NOON + 9 * HOUR
    assert may_close(OPEN, now=end, early=False, waiting=0, to_key_again=1) == Closing(ends=True, counts=False)
    assert may_close(ENDED, now=later, early=False, waiting=0, to_key_again=1).counts
    with pytest.raises(WrongState, match=r"先不自动计票.*请到表决页点“计票”"):
        may_close(ENDED, now=later, early=False, waiting=0, to_key_again=1, asked=False)
    assert may_close(ENDED, now=later, early=False, waiting=0, asked=False).counts


def test_paper_that_may_be_in_hand_holds_up_every_count_until_a_day_is_over_or_somebody_says_it_is_keyed() -> None:
    end = NOON + 5 * HOUR
    last = end + KEYING_TIME
    assert may_close(OPEN, now=end, early=False, waiting=0, on_paper=True) == Closing(ends=True, counts=False)
    assert may_close(OPEN, now=end, early=False, waiting=0, on_paper=True, all_keyed=True).counts
    assert not may_close(OPEN, now=end, early=False, waiting=1, on_paper=True, all_keyed=True).counts
    for asked in (True, False):
        with pytest.raises(WrongState, match=r"要等到 3月3日 17:00 才计票.*纸票都录完了，现在计票"):
            may_close(ENDED, now=last - HOUR, early=False, waiting=0, on_paper=True, asked=asked)
        assert may_close(ENDED, now=last, early=False, waiting=0, on_paper=True, asked=asked).counts
        assert may_close(ENDED, now=end + HOUR, early=False, waiting=0, asked=asked).counts
    assert may_close(ENDED, now=end + HOUR, early=False, waiting=0, on_paper=True, all_keyed=True).counts
    with pytest.raises(WrongState, match="还有 1 张纸票"):
        may_close(ENDED, now=last, early=False, waiting=1, on_paper=True, all_keyed=True)


@pytest.mark.parametrize(("settled", "withdrawn", "says"), [(True, False, "监票人"), (False, True, "从第一遍录起")])
def test_a_slip_that_is_settled_or_withdrawn_is_not_withdrawn_and_the_refusal_says_what_to_do(
    settled: bool, withdrawn: bool, says: str
) -> None:
    with pytest.raises(WrongState, match=says):
        may_withdraw(OPEN, settled=settled, withdrawn=withdrawn, reason="户录错了")


@pytest.mark.parametrize("reason", ["", "  \n", "错" * 201])
def test_a_withdrawal_needs_a_reason_of_a_sentence_or_two(reason: str) -> None:
    with pytest.raises(BadInput) as refusal:
        may_withdraw(OPEN, settled=False, withdrawn=False, reason=reason)
    assert "200 字" in str(refusal.value.fields["reason"])
    assert may_withdraw(OPEN, settled=False, withdrawn=False, reason=" 户录错了\n") == "户录错了"


def offers(*items: int) -> dict[int, Offer]:
    """Items that are answered by yes or no."""
    return dict.fromkeys(items, Offer())


def test_every_item_needs_a_choice_that_its_channel_knows() -> None:
    with pytest.raises(BadInput) as refusal:
        check_choices(offers(1, 2, 3), {1: "for", 2: "invalid"})
    assert set(refusal.value.fields) == {"item_2", "item_3"}
    assert check_choices(offers(1, 2), {1: "for", 2: "invalid"}, allowed=PAPER_CHOICES) == {
        1: Answer(Choice.FOR),
        2: Answer(Choice.INVALID),
    }
    with pytest.raises(BadInput, match="不在这次表决里"):
        check_choices(offers(1), {1: "for", 9: "for"})


@pytest.mark.parametrize(
    ("written", "online", "on_paper"),
    [
        ("2", Answer(Choice.FOR, (2,)), Answer(Choice.FOR, (2,))),
        ("abstain", Answer(Choice.ABSTAIN), Answer(Choice.ABSTAIN)),
        ("invalid", None, Answer(Choice.INVALID)),
        # Two marks where one is allowed are recorded from paper as they stand there; the count calls them invalid.
        ("3,1", None, Answer(Choice.FOR, (1, 3))),
        *((wrong, None, None) for wrong in ("for", "against", "", "0", "4", "1,1", "1,", " 1", "²", "1" * 4, "-1")),
    ],
)
def test_where_options_are_offered_a_ballot_names_them_by_number(
    written: str, online: Answer | None, on_paper: Answer | None
) -> None:
    offer = {7: Offer(options=3, most=1)}
    for allowed, expected in ((ONLINE_CHOICES, online), (PAPER_CHOICES, on_paper)):
        if expected is None:
            with pytest.raises(BadInput) as refusal:
                check_choices(offer, {7: written}, allowed=allowed)
            assert set(refusal.value.fields) == {"item_7"}
        else:
            assert check_choices(offer, {7: written}, allowed=allowed) == {7: expected}


F, A, I = (Answer(choice) for choice in (Choice.FOR, Choice.AGAINST, Choice.INVALID))  # noqa: E741


def test_two_readings_that_agree_settle_a_slip_and_two_that_differ_wait_for_a_third() -> None:
    assert settle_readings([{1: F}]) is None
    assert settle_readings([{1: F}, {1: F}]) == {1: F}
    assert settle_readings([{1: F}, {1: A}]) is None
    assert settle_readings([{1: F}, {1: A}, {1: A}]) == {1: A}
    assert settle_readings([{1: F}, {1: A}, {1: I}]) == {1: I}


def test_a_third_reading_decides_only_the_items_on_which_two_differed() -> None:
    assert settle_readings([{1: F, 2: F}, {1: F, 2: A}, {1: A, 2: A}]) == {1: F, 2: A}


ANSWERS = [*map(Answer, Choice), Answer(Choice.FOR, (1,)), Answer(Choice.FOR, (1, 2))]


@given(st.lists(st.lists(st.sampled_from(ANSWERS), min_size=2, max_size=2), max_size=4))
def test_a_settled_slip_never_says_what_nobody_read(rows: list[list[Answer]]) -> None:
    readings = [dict(enumerate(row)) for row in rows]
    settled = settle_readings(readings)
    if settled is None:
        assert len(readings) < 2 or (len(readings) == 2 and readings[0] != readings[1])
    else:
        assert all(any(reading[item] == choice for reading in readings) for item, choice in settled.items())
        for item, choice in settled.items():
            seen = [reading[item] for reading in readings[:3]]
            # What two people of three read is never overruled by one.
            assert all(seen.count(other) < 2 or other == choice for other in seen)


@given(st.lists(st.sampled_from(list(Outcome)), min_size=1))
def test_the_word_for_several_items_is_good_only_where_each_is(outcomes: list[Outcome]) -> None:
    word = overall(outcomes)
    good = {Outcome.PASSED, Outcome.ELECTED}
    assert (word in good) == (set(outcomes) <= good)
    assert word in outcomes
    assert Outcome.TO_ADJUDICATE not in outcomes or word is Outcome.TO_ADJUDICATE
