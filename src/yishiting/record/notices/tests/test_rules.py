"""When a notice may go out, how long it hung, which homes were told, which counts are shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.kernel.errors import NotAllowed, WrongState
from yishiting.record.notices import rules
from yishiting.record.notices.rules import Count, Facts, Shown, Went

DAY = date(2026, 7, 1)


def test_the_day_of_posting_and_today_are_no_whole_days() -> None:
    on = {n: rules.hung(since=DAY, least=7, today=DAY + timedelta(days=n)) for n in range(10)}
    assert [on[n].days for n in (0, 1, 2, 7, 8)] == [0, 0, 1, 6, 7]
    assert [n for n in on if on[n].enough] == [8, 9]
    assert on[0].until == date(2026, 7, 8)


def test_days_stop_when_it_was_taken_down() -> None:
    assert rules.hung(since=DAY, least=7, today=DAY + timedelta(days=30), ended=DAY + timedelta(days=4)).days == 3


def test_nothing_is_counted_before_it_hangs_everywhere() -> None:
    assert rules.hung(since=None, least=3, today=DAY) == rules.Hung(None, 0, 3)


def test_it_hangs_since_the_last_entrance_was_posted() -> None:
    shown = [Shown("board", DAY), Shown("entrance", DAY, 1), Shown("entrance", DAY + timedelta(days=2), 2)]
    assert rules.complete_on(("board", "entrance"), (1, 2), shown) == DAY + timedelta(days=2)
    assert rules.complete_on(("board", "entrance"), (1, 2, 3), shown) is None
    assert rules.complete_on(("board", "group"), (1, 2), shown) is None


def test_posting_again_does_not_set_the_days_back() -> None:
    shown = [Shown("board", DAY), Shown("board", DAY + timedelta(days=5))]
    assert rules.complete_on(("board",), (), shown) == DAY


def test_one_who_drafted_does_not_review() -> None:
    with pytest.raises(NotAllowed):
        rules.check_review(Facts("draft", True, 7, None), 7)
    rules.check_review(Facts("draft", True, 7, None), 8)
    with pytest.raises(WrongState):
        rules.check_review(Facts("published", True, 7, None), 8)


@pytest.mark.parametrize(
    ("facts", "who", "code"),
    [
        (Facts("draft", True, 7, None), 8, "unreviewed"),
        (Facts("reviewed", True, 7, 8), 7, "same_person"),
        (Facts("returned", False, 7, 8), 8, "not_draft"),
        (Facts("published", False, 7, None), 7, "not_draft"),
        (Facts("replaced", False, 7, None), 7, "not_draft"),
    ],
)
def test_what_may_not_go_out_yet(facts: Facts, who: int, code: str) -> None:
    with pytest.raises((NotAllowed, WrongState)) as refused:
        rules.check_publish(facts, who)
    assert refused.value.code == code


def test_one_person_publishes_what_names_no_home() -> None:
    rules.check_publish(Facts("draft", False, 7, None), 7)
    rules.check_publish(Facts("reviewed", True, 7, 8), 8)


def test_a_refusal_was_told_and_an_empty_home_was_not() -> None:
    went = [Went(1, "refused"), Went(2, "away"), Went(3, "note_left"), Went(4, "agreed"), Went(2, "away")]
    assert rules.reached(went, notes_suffice=0) == {1, 4}
    assert rules.reached(went, notes_suffice=1) == {1, 3, 4}
    assert rules.reached(went, notes_suffice=2) == {1, 4}


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(("met", "agreed", "refused", "note_left", "away")))))
def test_going_again_never_makes_a_home_unreached(pairs: list[tuple[int, str]]) -> None:
    went = [Went(*pair) for pair in pairs]
    for n in range(len(went)):
        assert rules.reached(went[:n], notes_suffice=2) <= rules.reached(went, notes_suffice=2)


def test_a_count_that_would_point_at_somebody_is_not_shown() -> None:
    assert rules.for_everyone({1: Count(3, 4)}) == (None, {})
    assert rules.for_everyone({1: Count(3, 6), 2: Count(1, 2)}) == (Count(4, 8), {})
    assert rules.for_everyone({1: Count(3, 6), 2: Count(1, 5)}) == (Count(4, 11), {1: Count(3, 6), 2: Count(1, 5)})


def test_a_round_ends_with_homes_left_only_for_a_reason() -> None:
    rules.check_close(left=0, reason="")
    rules.check_close(left=2, reason="两户长期没人住")
    with pytest.raises(WrongState, match="2 户"):
        rules.check_close(left=2, reason=" ")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        *(
            ("302室的东西", True),
            ("1101 房", True),
            ("３０２室", True),
            ("四零二室", True),
            ("3栋2单元402的雨棚", True),
        ),
        *(("3号楼-402", True), ("17幢1203门前", True), ("12-2-1203", True), ("5—1—603 的住户", True)),
        *(("12月31日前", False), ("282户", False), ("3栋2026年外墙", False), ("2单元1200元", False)),
        *(("2栋120户", False), ("2026-05-01", False), ("3栋800平方米", False), ("7栋08:30停水", False)),
        *(("1-3月", False), ("2单元100多人", False), ("0731-84010000", False)),
    ],
)
def test_a_room_is_known_by_its_word_or_by_where_it_stands(text: str, named: bool) -> None:
    assert rules.names_a_room(text) is named


def test_an_identity_number_is_known() -> None:
    for written in ("身份证11010119900101123X", "110101 19900101 123x", "１１０１０１１９９００１０１１２３Ｘ"):
        assert rules.holds_an_id_number(written), written
    assert not rules.holds_an_id_number("账号1234567890123456789")
