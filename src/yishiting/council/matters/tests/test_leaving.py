"""How a matter leaves its playbook: declined, merged, an emergency; and how it is reopened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from yishiting.council.matters import lifecycle
from yishiting.council.matters.lifecycle import MatterState, Status
from yishiting.council.matters.playbooks.definition import Stage
from yishiting.council.matters.tests.walking import CALENDAR, CLEAR, FIVE, NOW, answered, at, begun, enter, go
from yishiting.kernel.errors import BadInput, WrongState


def test_declining_needs_a_reason_which_is_the_answer() -> None:
    state = begun(FIVE)
    with pytest.raises(BadInput) as refusal:
        lifecycle.decline(state, reason=" ")
    assert "reason" in refusal.value.fields
    left = lifecycle.decline(state, reason="这条路归市政管理，已转告。")
    assert (left.status, left.stage) == (Status.DECLINED, Stage.COLLECT)
    assert "这条路归市政管理" in str(left.explanation)


def test_ballots_already_cast_are_counted_before_a_matter_is_declined_or_merged() -> None:
    state = go(begun(FIVE), "accepted", "done", "vote")
    with pytest.raises(WrongState, match="表决"):
        lifecycle.decline(state, reason="不办了")
    with pytest.raises(WrongState, match="表决"):
        lifecycle.merge_into(state, replace(begun(FIVE), matter_id=2))


def test_a_merge_takes_every_report_along_and_needs_an_open_target() -> None:
    state, target = begun(FIVE, reports=3), replace(begun(FIVE), matter_id=2)
    left = lifecycle.merge_into(state, target)
    assert left.status is Status.MERGED
    assert "3 条" in str(left.explanation)
    with pytest.raises(BadInput):
        lifecycle.merge_into(state, state)
    for status in (Status.CLOSED, Status.DECLINED, Status.MERGED):
        with pytest.raises(WrongState):
            lifecycle.merge_into(state, replace(target, status=status))


def test_an_emergency_names_who_why_and_each_stage_that_it_passes() -> None:
    state = go(begun(FIVE), "accepted")
    left = lifecycle.emergency(state, who="社区值班员", why="水管爆裂。")
    assert (left.status, left.stage, left.emergency) == (Status.OPEN, Stage.CARRY_OUT, True)
    assert left.passed == (Stage.TOPIC, Stage.DELIBERATE)
    assert str(left.explanation) == "社区值班员决定应急处理：水管爆裂。越过的阶段：确定议题、协商议事。"
    for who, why in (("", "水管爆裂"), ("值班员", "")):
        with pytest.raises(BadInput):
            lifecycle.emergency(state, who=who, why=why)


def test_an_emergency_is_possible_while_a_vote_runs_and_not_once_only_the_answer_is_left() -> None:
    voting = go(begun(FIVE), "accepted", "done", "vote")
    assert lifecycle.emergency(voting, who="值班员", why="电梯坠落").passed == (Stage.DELIBERATE,)
    answering = go(begun(FIVE), "accepted", "done", "rejected")
    with pytest.raises(WrongState) as refusal:
        lifecycle.emergency(answering, who="值班员", why="着火")
    assert refusal.value.code == "too_late"


def test_an_emergency_closes_only_with_an_answer_to_every_reporter() -> None:
    state = replace(begun(FIVE, reports=2), runs=(), stage=Stage.CARRY_OUT, emergency=True)
    with pytest.raises(WrongState) as refusal:
        lifecycle.close_emergency(state)
    assert refusal.value.code == "unanswered"
    assert lifecycle.close_emergency(answered(state)).status is Status.CLOSED
    with pytest.raises(WrongState):
        lifecycle.emergency(state, who="值班员", why="又来")
    with pytest.raises(WrongState):
        lifecycle.merge_into(state, replace(begun(FIVE), matter_id=2))
    with pytest.raises(WrongState):
        lifecycle.close_emergency(answered(begun(FIVE)))


@pytest.mark.parametrize("status", [Status.CLOSED, Status.DECLINED])
def test_reopening_begins_a_new_round_at_the_first_step_with_a_new_clock(status: Status) -> None:
    state = go(answered(go(begun(CLEAR), "done", "done", "cleared")), "answered")
    state = replace(state, status=status)
    later = NOW + timedelta(days=30)
    back = lifecycle.reopen(state, reason="又堆满了。", now=later, calendar=CALENDAR)
    assert back.step is CLEAR.first
    assert (back.round, back.stage, back.passed) == (2, Stage.TOPIC, (Stage.COLLECT,))
    assert back.due_at == lifecycle.due(CLEAR.first.within, later, CALENDAR)
    assert "又堆满了" in str(back.explanation)
    again = go(enter(state, back, later), "done", now=later)
    assert (at(again), again.round) == ("knock", 2)
    with pytest.raises(BadInput):
        lifecycle.reopen(state, reason="", now=later, calendar=CALENDAR)


def test_visits_are_counted_anew_in_a_new_round() -> None:
    state = go(answered(go(begun(FIVE), "accepted", "done", "adjourned", "rejected")), "answered")
    back = lifecycle.reopen(state, reason="问题还在", now=NOW, calendar=CALENDAR)
    state = go(enter(state, back, NOW), "accepted")
    advance = lifecycle.end_step(state, "done", {}, now=NOW, calendar=CALENDAR)
    assert (advance.step, advance.visit) == (FIVE.step("council"), 1)


def test_a_matter_declined_before_it_had_a_playbook_goes_back_to_triage() -> None:
    state = MatterState(1, Status.DECLINED, Stage.COLLECT, None)
    back = lifecycle.reopen(state, reason="请再看看", now=NOW, calendar=CALENDAR)
    assert (back.step, back.stage, back.closed, back.round) == (None, Stage.COLLECT, False, 2)


def test_neither_an_open_nor_a_merged_matter_is_reopened() -> None:
    for status, code in ((Status.OPEN, "still_open"), (Status.MERGED, "merged")):
        with pytest.raises(WrongState) as refusal:
            lifecycle.reopen(replace(begun(FIVE), status=status), reason="再办", now=NOW, calendar=CALENDAR)
        assert refusal.value.code == code
