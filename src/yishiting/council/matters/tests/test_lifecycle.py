from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.matters import lifecycle
from yishiting.council.matters.lifecycle import (
    Advance,
    GateState,
    MatterState,
    ReportState,
    Run,
    Status,
)
from yishiting.council.matters.playbooks import library
from yishiting.council.matters.playbooks.definition import END, Need, Playbook, Stage
from yishiting.council.matters.playbooks.tests.making import Draft, playbook, sound_drafts, toml
from yishiting.council.matters.registry import REGISTRY
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, Refusal, WrongState
from yishiting.kernel.words import Sentence
from yishiting.kernel.workdays import Calendar

CALENDAR = Calendar()
BOOKS = {book.id: book for book in library.playbooks()}
FIVE, CLEAR = BOOKS["five-step"], BOOKS["clear-stairwells"]
# A Wednesday before the May holiday of 2025: 1 to 5 May are free, Sunday 27 April is worked.
NOW = datetime(2025, 4, 30, 10, 0, tzinfo=CHINA)


def enter(state: MatterState, advance: Advance, now: datetime) -> MatterState:
    """Store what was decided, as a service would."""
    runs = tuple(run if run.ended_at else replace(run, ended_at=now, outcome=advance.outcome) for run in state.runs)
    if advance.step is not None:
        runs = (*runs, Run(advance.step.id, advance.round, now, advance.due_at))
    status = Status.CLOSED if advance.closed else Status.OPEN
    return replace(state, status=status, stage=advance.stage, runs=runs, round=advance.round)


def begun(book: Playbook, *, reports: int = 1, now: datetime = NOW) -> MatterState:
    state = MatterState(
        1, Status.OPEN, Stage.COLLECT, book, reports=tuple(ReportState(number) for number in range(reports))
    )
    return enter(state, lifecycle.start(book, now=now, calendar=CALENDAR), now)


def met(state: MatterState) -> dict[Need, GateState]:
    assert state.step is not None
    return {need: GateState(True, 1, 1, Sentence("齐了")) for need in state.step.needs}


def go(state: MatterState, *outcomes: str, now: datetime = NOW) -> MatterState:
    for outcome in outcomes:
        advance = lifecycle.end_step(state, outcome, met(state), now=now, calendar=CALENDAR, reported=True)
        state = enter(state, advance, now)
    return state


def answered(state: MatterState) -> MatterState:
    return replace(state, reports=tuple(replace(report, answer="已处理") for report in state.reports))


def at(state: MatterState) -> str | None:
    return state.step.id if state.step else None


def test_a_matter_goes_from_report_to_answer_by_the_five_steps() -> None:
    state = begun(FIVE, reports=2)
    assert (at(state), state.stage) == ("collect", Stage.COLLECT)
    state = go(state, "accepted")
    assert (at(state), state.stage) == ("topic", Stage.TOPIC)
    state = go(state, "done", "vote", "passed")
    assert (at(state), state.stage) == ("project", Stage.CARRY_OUT)
    state = go(state, "done")
    assert (at(state), state.stage) == ("answer", Stage.FEEDBACK)
    state = go(answered(state), "answered")
    assert (at(state), state.stage, state.status) == (None, Stage.FEEDBACK, Status.CLOSED)
    assert [run.outcome for run in state.runs] == ["accepted", "done", "vote", "passed", "done", "answered"]


def test_the_stages_before_the_first_step_are_passed_by_triage_on_record() -> None:
    assert lifecycle.passed_by_triage(FIVE) == ()
    assert lifecycle.passed_by_triage(CLEAR) == (Stage.COLLECT,)
    assert lifecycle.start(CLEAR, now=NOW, calendar=CALENDAR).passed == (Stage.COLLECT,)


def test_a_stage_that_a_way_leads_over_is_passed_on_record() -> None:
    state = go(begun(FIVE), "accepted", "done")
    advance = lifecycle.end_step(state, "rejected", met(state), now=NOW, calendar=CALENDAR)
    assert advance.stage is Stage.FEEDBACK
    assert advance.passed == (Stage.CARRY_OUT,)


def test_the_stages_after_an_early_end_are_passed_on_record() -> None:
    book = playbook(toml([Draft("a", "topic", "answer", {"answered": "end"})]))
    state = answered(begun(book))
    advance = lifecycle.end_step(state, "answered", {}, now=NOW, calendar=CALENDAR)
    assert advance.closed
    assert advance.passed == (Stage.DELIBERATE, Stage.CARRY_OUT, Stage.FEEDBACK)


def test_the_clock_counts_work_days_over_a_holiday() -> None:
    # Two work days after 30 April: 6 and 7 May.
    advance = lifecycle.start(FIVE, now=NOW, calendar=CALENDAR)
    assert advance.due_at == datetime(2025, 5, 7, 18, 0, tzinfo=CHINA)
    assert "2025-05-07 18:00" in str(advance.explanation)


def test_a_step_without_a_term_is_never_due() -> None:
    book = playbook(toml([Draft("answer", "feedback", "answer", {"answered": "end"})]))
    state = begun(book)
    assert lifecycle.due(None, NOW, CALENDAR) is None
    assert state.run is not None
    assert state.run.due_at is None
    assert not lifecycle.overdue(state, NOW + timedelta(days=999))


def test_a_step_is_overdue_after_its_minute_and_not_on_it() -> None:
    state = begun(FIVE)
    due_at = datetime(2025, 5, 7, 18, 0, tzinfo=CHINA)
    assert not lifecycle.overdue(state, due_at)
    assert lifecycle.overdue(state, due_at + timedelta(seconds=1))
    assert lifecycle.escalates(state, due_at + timedelta(seconds=1))
    closed = replace(state, status=Status.DECLINED)
    assert not lifecycle.overdue(closed, due_at + timedelta(seconds=1))


def test_an_overdue_step_that_is_to_stay_does_not_rise() -> None:
    first = replace(FIVE.first, overdue="stay")
    state = begun(replace(FIVE, steps=(first, *FIVE.steps[1:])))
    late = NOW + timedelta(days=60)
    assert lifecycle.overdue(state, late)
    assert not lifecycle.escalates(state, late)


def test_a_wait_ends_by_its_clock_from_its_minute_on() -> None:
    state = go(begun(CLEAR), "done", "done")
    assert at(state) == "self_clear"
    assert state.run is not None
    due_at = state.run.due_at
    assert due_at is not None
    early = due_at - timedelta(seconds=1)
    assert lifecycle.elapsed(state, early) is None
    with pytest.raises(WrongState) as refusal:
        lifecycle.end_step(state, "elapsed", {}, now=early, calendar=CALENDAR, reported=True)
    assert refusal.value.code == "not_elapsed"
    assert lifecycle.elapsed(state, due_at) == "elapsed"
    assert not lifecycle.overdue(state, due_at + timedelta(days=9))
    assert at(go(state, "elapsed", now=due_at)) == "clear"


def test_a_wait_that_does_not_say_where_its_term_leads_becomes_overdue() -> None:
    book = playbook(
        toml(
            [
                Draft("w", "carry_out", "wait", {"cleared": "answer"}, within="2 hours"),
                Draft("answer", "feedback", "answer", {"answered": "end"}),
            ]
        )
    )
    state = begun(book)
    assert lifecycle.elapsed(state, NOW + timedelta(hours=3)) is None
    assert lifecycle.overdue(state, NOW + timedelta(hours=3))


def test_residents_who_clear_their_things_need_no_removal() -> None:
    state = go(begun(CLEAR), "done", "done")
    advance = lifecycle.end_step(state, "cleared", {}, now=NOW, calendar=CALENDAR)
    assert advance.step is not None
    assert advance.step.id == "answer"


def test_every_gate_that_is_not_met_is_named_and_the_met_ones_are_not() -> None:
    state = go(go(begun(CLEAR), "done", "done"), "elapsed", now=NOW + timedelta(days=90))
    gates = {Need("photo", "before_and_after"): GateState(False, 1, 2, Sentence("只有办理前的照片"))}
    with pytest.raises(WrongState) as refusal:
        lifecycle.end_step(state, "done", gates, now=NOW, calendar=CALENDAR)
    assert refusal.value.code == "gate_unmet"
    message = str(refusal.value.message)
    assert "只有办理前的照片" in message
    assert "清走的物品已逐件登记（还没有记录）" in message
    gates[Need("photo", "before_and_after")] = GateState(True, 2, 2, Sentence("照片齐了"))
    with pytest.raises(WrongState) as refusal:
        lifecycle.end_step(state, "done", gates, now=NOW, calendar=CALENDAR)
    assert "照片" not in str(refusal.value.message)
    gates[Need("inventory")] = GateState(True, 1, 1, Sentence("已登记"))
    assert lifecycle.end_step(state, "done", gates, now=NOW, calendar=CALENDAR).stage is Stage.FEEDBACK


def test_an_outcome_that_the_step_does_not_have_is_answered_with_those_it_has() -> None:
    state = begun(FIVE)
    with pytest.raises(BadInput) as refusal:
        lifecycle.end_step(state, "finished", {}, now=NOW, calendar=CALENDAR)
    assert str(refusal.value.message) == "请为“受理并核实”选择一个结果：受理。"


def test_nobody_chooses_the_result_of_a_vote() -> None:
    state = go(begun(FIVE), "accepted", "done", "vote")
    assert lifecycle.choices(state) == ()
    with pytest.raises(BadInput) as refusal:
        lifecycle.end_step(state, "passed", {}, now=NOW, calendar=CALENDAR)
    assert refusal.value.code == "not_a_choice"
    advance = lifecycle.end_step(state, "passed", {}, now=NOW, calendar=CALENDAR, reported=True)
    assert advance.stage is Stage.CARRY_OUT


def test_a_vote_short_of_its_quorum_goes_where_failed_leads_unless_the_playbook_says_otherwise() -> None:
    book = playbook(
        toml(
            [
                Draft("v", "deliberate", "vote", {"passed": "work", "failed": "answer"}),
                Draft("work", "carry_out", "work", {"done": "answer"}),
                Draft("answer", "feedback", "answer", {"answered": "end"}),
            ]
        )
    )
    state = begun(book)
    advance = lifecycle.end_step(state, "no_quorum", {}, now=NOW, calendar=CALENDAR, reported=True)
    assert (advance.outcome, advance.stage) == ("failed", Stage.FEEDBACK)
    doubtful = go(begun(FIVE), "accepted", "done", "vote", "to_adjudicate")
    assert at(doubtful) == "adjudicate"


def test_a_council_that_meets_again_starts_a_new_clock_and_counts_its_visits() -> None:
    state = go(begun(FIVE), "accepted", "done")
    later = NOW + timedelta(days=14)
    advance = lifecycle.end_step(state, "adjourned", met(state), now=later, calendar=CALENDAR)
    assert advance.step is not None
    assert (advance.step.id, advance.visit) == ("council", 2)
    assert advance.due_at == lifecycle.due(advance.step.within, later, CALENDAR)
    assert "第 2 次" in str(advance.explanation)


@pytest.mark.parametrize("answer", ["", "  \n"])
def test_nothing_closes_while_one_of_five_reporters_has_an_empty_answer(answer: str) -> None:
    state = answered(go(begun(FIVE, reports=5), "accepted", "done", "work", "done"))
    reports = (replace(state.reports[0], answer=answer), *state.reports[1:])
    state = replace(state, reports=reports)
    verdict = lifecycle.may_close(state)
    assert not verdict
    assert "1 位" in str(verdict.reason)
    with pytest.raises(WrongState) as refusal:
        lifecycle.end_step(state, "answered", {}, now=NOW, calendar=CALENDAR)
    assert refusal.value.code == "unanswered"
    assert lifecycle.may_close(answered(state))


def test_an_answer_step_that_leads_on_does_not_count_as_answered_before_it_is() -> None:
    book = playbook(
        toml(
            [
                Draft("answer", "feedback", "answer", {"answered": "thank"}),
                Draft("thank", "feedback", "talk", {"done": "end"}),
            ]
        )
    )
    with pytest.raises(WrongState):
        lifecycle.end_step(begun(book), "answered", {}, now=NOW, calendar=CALENDAR)
    assert at(go(answered(begun(book)), "answered")) == "thank"


def test_whatever_the_last_outcome_is_called_the_end_waits_for_every_answer() -> None:
    book = playbook(
        toml(
            [
                Draft("answer", "feedback", "answer", {"sent": "thank"}),
                Draft("thank", "feedback", "talk", {"done": "end"}),
            ]
        )
    )
    state = go(begun(book), "sent")
    with pytest.raises(WrongState) as refusal:
        lifecycle.end_step(state, "done", {}, now=NOW, calendar=CALENDAR)
    assert refusal.value.code == "unanswered"
    assert go(answered(state), "done").status is Status.CLOSED


@pytest.mark.parametrize("status", [Status.CLOSED, Status.DECLINED, Status.MERGED])
def test_what_no_longer_goes_on_takes_no_further_verb(status: Status) -> None:
    state = replace(begun(FIVE), status=status)
    other = replace(begun(FIVE), matter_id=2)
    verbs = [
        lambda: lifecycle.end_step(state, "accepted", {}, now=NOW, calendar=CALENDAR),
        lambda: lifecycle.decline(state, reason="不归小区管"),
        lambda: lifecycle.merge_into(state, other),
        lambda: lifecycle.emergency(state, who="值班员", why="水管爆了"),
        lambda: lifecycle.close_emergency(state),
    ]
    for verb in verbs:
        with pytest.raises(WrongState) as refusal:
            verb()
        assert refusal.value.code == "not_open"
    assert not lifecycle.may_close(state)
    assert lifecycle.choices(state) == ()


def test_a_matter_without_a_step_cannot_end_one() -> None:
    state = MatterState(1, Status.OPEN, Stage.COLLECT, None)
    with pytest.raises(WrongState) as refusal:
        lifecycle.end_step(state, "done", {}, now=NOW, calendar=CALENDAR)
    assert refusal.value.code == "no_step"
    assert not lifecycle.overdue(state, NOW)


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


@given(steps=sound_drafts(), seed=st.randoms(use_true_random=False))
def test_any_way_through_any_playbook_keeps_the_order_of_stages_and_can_be_brought_to_its_end(
    steps: list[Draft], seed: Random
) -> None:
    book = playbook(toml(steps))
    state = answered(begun(book))
    now = NOW
    record: list[Stage] = [*lifecycle.passed_by_triage(book), state.stage]
    for turn in range(60):
        step, run = state.step, state.run
        assert step is not None
        assert run is not None
        if run.due_at is not None:
            now = max(now, run.due_at)
        outcomes = sorted(step.next)
        # Wander for a while, then take any way that comes nearer to the end.
        outcome = seed.choice(outcomes) if turn < 30 else min(outcomes, key=lambda each: far(book, step.next[each]))
        advance = lifecycle.end_step(state, outcome, met(state), now=now, calendar=CALENDAR, reported=True)
        assert advance.stage.order >= state.stage.order
        record += advance.passed
        if advance.closed:
            assert record[-1] is Stage.FEEDBACK
            break
        record.append(advance.stage)
        state = enter(state, advance, now)
    else:
        pytest.fail("the matter never ended")
    assert list(dict.fromkeys(record)) == list(Stage), "a stage is missing on record"
    assert record == sorted(record, key=lambda stage: stage.order)


def far(book: Playbook, target: str) -> int:
    """How many steps it is from ``target`` to the end."""
    distance, front, seen = 0, {target}, {target}
    while END not in front:
        front = {after for each in front for after in book.step(each).next.values()} - seen
        seen |= front
        distance += 1
    return distance


@given(
    outcome=st.sampled_from(["accepted", "done", "vote", "passed", "elapsed", "answered", "nonsense", ""]),
    status=st.sampled_from(Status),
    position=st.integers(0, 7),
    now=st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(CHINA)),
)
def test_every_answer_is_a_step_or_a_refusal_in_words(
    outcome: str, status: Status, position: int, now: datetime
) -> None:
    step = FIVE.steps[position]
    run = Run(step.id, 1, NOW, lifecycle.due(step.within, NOW, CALENDAR))
    state = MatterState(1, status, step.stage, FIVE, (run,), (ReportState(1),))
    try:
        said = str(lifecycle.end_step(state, outcome, met(state), now=now, calendar=CALENDAR).explanation)
    except Refusal as refusal:
        said = str(refusal.message)
        done = False
    else:
        done = True
    assert "{" not in said
    if done:
        assert outcome in REGISTRY.kinds[step.kind].choices(step)
    else:
        assert "请" in said
