"""When a post may be handed over, and in whose right a deed was done."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.ground.desks import grams, rules
from yishiting.ground.desks.rules import Held, Span
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
DAY = timedelta(days=1)


def span(begin: int, end: int) -> Span:
    return Span(NOW + begin * DAY, NOW + end * DAY)


@pytest.mark.parametrize("times", [span(3, 3), span(3, 2), span(-5, -1), span(0, 93), span(100, 101)])
def test_times_that_are_over_the_wrong_way_round_too_long_or_too_far_ahead_are_refused(times: Span) -> None:
    with pytest.raises(BadInput):
        rules.check_times(times, now=NOW)


@pytest.mark.parametrize("times", [span(0, 1), span(-1, 1), span(0, 92), span(92, 100)])
def test_days_from_today_up_to_three_months_are_taken(times: Span) -> None:
    rules.check_times(times, now=NOW)


def test_a_reason_is_asked_for_and_kept_without_its_margins() -> None:
    assert rules.check_reason(" 年休假 ") == "年休假"
    for reason in ("", "  ", "长" * 201):
        with pytest.raises(BadInput) as refused:
            rules.check_reason(reason)
        assert "reason" in refused.value.fields


def test_days_that_only_touch_do_not_meet() -> None:
    assert not span(0, 3).meets(span(3, 5))
    assert span(0, 3).meets(span(2, 5))


def test_a_second_stand_in_for_the_same_days_is_refused_and_so_is_one_who_is_away_himself() -> None:
    rules.check_free(span(0, 3), mine=[span(3, 5)], theirs=[span(-3, 0)])
    with pytest.raises(WrongState):
        rules.check_free(span(0, 3), mine=[span(2, 5)], theirs=[])
    with pytest.raises(BadInput) as refused:
        rules.check_free(span(0, 3), mine=[], theirs=[span(2, 5)])
    assert "stand_in" in refused.value.fields


MINE = Held(1, frozenset({"step", "meet"}))
LENT = Held(2, frozenset({"step", "triage"}), 7)


@pytest.mark.parametrize(
    ("duty", "post", "expected"),
    [
        ("triage", None, 7),  # only the post that is lent is trusted with it
        ("meet", None, 0),
        ("step", None, 0),  # his own comes first where nothing tells whose it was
        ("step", 2, 7),  # a step that is with the post that is lent
        ("step", 1, 0),
        ("triage", 9, 7),  # with neither of them: by duty
        ("vote", None, 0),
    ],
)
def test_what_one_could_have_done_oneself_is_done_in_ones_own_right(duty: str, post: int | None, expected: int) -> None:
    assert rules.in_whose_right(duty=duty, post_id=post, own=[MINE], lent=[LENT]) == expected


# ---------------------------------------------------------------- words as search cuts them
def test_chinese_is_cut_into_signs_and_pairs_and_figures_stay_whole() -> None:
    assert grams.of_text("32栋漏水") == ["32", "栋", "漏", "栋漏", "水", "漏水"]


def test_a_question_of_two_signs_asks_for_their_pair_and_one_of_one_for_the_sign() -> None:
    assert grams.of_question("漏水") == (["漏水"], ["漏水"])
    assert grams.of_question("水") == (["水"], ["水"])
    assert grams.of_question(" 充电桩  A座 ") == (["充电桩", "a座"], ["充电", "电桩", "座"])


@pytest.mark.parametrize("asked", ["", "  ", "，。", '"', "\0", "_"])
def test_nothing_to_look_for_asks_for_nothing(asked: str) -> None:
    assert grams.of_question(asked) == ([], [])


@given(st.text(max_size=40), st.integers(0, 40), st.integers(1, 10))
def test_whatever_stands_in_a_text_is_among_its_grams(text: str, at: int, length: int) -> None:
    part = grams.plain(text)[at : at + length]
    words, asked = grams.of_question(part)
    assert set(asked) <= set(grams.of_text(text))
    assert all(word in grams.plain(text) for word in words)
