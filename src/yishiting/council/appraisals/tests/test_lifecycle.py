"""What may be told of an appraisal, without a database."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.appraisals import lifecycle
from yishiting.council.appraisals.lifecycle import check_answer, check_close, check_opening, result
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=CHINA)
WEEK = NOW + timedelta(days=7)
SCORES = st.lists(st.integers(1, 5), max_size=40)


@given(SCORES, st.integers(10, 50))
def test_the_mean_and_the_threshold_agree_with_fractions(scores: list[int], threshold: int) -> None:
    told = result(homes=40, scores=scores, threshold=threshold)
    if len(scores) < 3:
        assert (told.answered, told.tenths, told.bands, told.low, told.mean) == (None, None, None, False, "")
        return
    mean = Fraction(sum(scores), len(scores))
    assert told.low == (mean < Fraction(threshold, 10))
    assert told.tenths is not None
    assert abs(Fraction(told.tenths, 10) - mean) <= Fraction(1, 20)
    assert told.mean == f"{told.tenths / 10:.1f}"


@given(SCORES)
def test_no_band_of_one_or_two_homes_is_told(scores: list[int]) -> None:
    told = result(homes=40, scores=scores, threshold=30)
    if told.bands is not None:
        bands = (told.bands.good, told.bands.fair, told.bands.poor)
        assert sum(bands) == told.answered == len(scores)
        assert all(count == 0 or count >= 3 for count in bands)


def test_exactly_at_the_threshold_is_not_low() -> None:
    assert not result(homes=9, scores=[3, 3, 3], threshold=30).low
    assert result(homes=9, scores=[3, 3, 2], threshold=30).low


def test_bands_are_told_where_each_has_three() -> None:
    told = result(homes=9, scores=[5, 4, 4, 1, 2, 1], threshold=30)
    assert told.bands is not None
    assert (told.bands.good, told.bands.fair, told.bands.poor) == (3, 0, 3)
    assert result(homes=9, scores=[5, 4, 4, 1], threshold=30).bands is None


def test_an_answer_at_the_closing_minute_is_late_and_one_before_it_is_not() -> None:
    at = {"closed": False, "closes_at": WEEK, "answered": False, "score": 4, "words": ""}
    check_answer(**at, now=WEEK - timedelta(seconds=1))
    with pytest.raises(WrongState):
        check_answer(**at, now=WEEK)


HOUSE = range(12)


@pytest.mark.parametrize(
    ("asked", "told", "left"),
    [
        (HOUSE, [], None),
        (HOUSE, [HOUSE], None),
        (range(11), [HOUSE], 1),
        (HOUSE, [range(10)], 2),
        (range(9), [HOUSE], None),
        ([*range(5), 7], [range(6)], 2),  # one left, one came
        ([*range(4), 7], [range(6)], None),  # of two that left and one that came no sum tells
        (HOUSE, [range(5), range(5, 11)], 1),  # a building less its entrances
        (range(5, 11), [HOUSE, range(5)], 1),
        (range(6, 9), [range(3), range(3, 6)], None),
        (HOUSE, [range(4), range(4, 8)], None),
    ],
)
def test_nobody_is_left_over_when_one_result_is_taken_from_another(
    asked: list[int], told: list[list[int]], left: int | None
) -> None:
    assert lifecycle.left_over(asked, told) == left
    if left is None:
        lifecycle.check_apart(asked, told)
        return
    with pytest.raises(BadInput) as refused:
        lifecycle.check_apart(asked, told)
    assert (refused.value.code, set(refused.value.fields)) == ("too_alike", {"scope"})


@given(st.sets(st.integers(0, 9), min_size=1), st.lists(st.sets(st.integers(0, 9), min_size=1), max_size=3))
def test_in_which_order_circles_were_asked_changes_nothing_that_one_within_another_tells(
    asked: set[int], told: list[set[int]]
) -> None:
    if lifecycle.left_over(asked, told) is None:
        for each in told:
            for inner, outer in ((asked, each), (each, asked)):
                assert not (inner < outer and len(outer - inner) < lifecycle.LEAST_SHOWN)


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_one_to_five(score: int) -> None:
    with pytest.raises(BadInput):
        check_answer(closed=False, closes_at=WEEK, answered=False, score=score, words="", now=NOW)


def test_nobody_closes_before_the_day() -> None:
    with pytest.raises(WrongState) as refusal:
        check_close(closed=False, closes_at=WEEK, now=WEEK - timedelta(seconds=1))
    assert refusal.value.code == "early"
    check_close(closed=False, closes_at=WEEK, now=WEEK)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"finished": False}, "unfinished"),
        ({"homes": 2}, "too_few"),
        ({"threshold": 9}, "bad_input"),
        ({"threshold": 51}, "bad_input"),
        ({"closes_at": NOW + timedelta(hours=23)}, "bad_input"),
        ({"closes_at": NOW + timedelta(days=61)}, "bad_input"),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: dict[str, object], code: str) -> None:
    asked = {"finished": True, "homes": 3, "threshold": 30, "closes_at": WEEK, "now": NOW, **wrong}
    with pytest.raises((BadInput, WrongState)) as refusal:
        check_opening(**asked)
    assert refusal.value.code == code
