from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.matters import lifecycle
from yishiting.council.matters.lifecycle import (
    GateState,
    MatterState,
    ReportState,
    Run,
    Status,
)
from yishiting.council.matters.playbooks.definition import END, Need, Playbook, Stage
from yishiting.council.matters.playbooks.tests.making import Draft, playbook, sound_drafts, toml
from yishiting.council.matters.registry import REGISTRY
from yishiting.council.matters.tests.walking import (
    CALENDAR,
    CLEAR,
    FIVE,
    NOW,
    answered,
    at,
    begun,
    enter,
    go,
    met,
)
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, Refusal, WrongState
from yishiting.kernel.words import Sentence


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


def test_the_record_names_where_an_outcome_without_a_word_leads_once() -> None:
    book = playbook(
        toml(
            [
                Draft("a", "topic", "work", {"mended": "b"}),
                Draft("b", "feedback", "answer", {"told": "end"}),
            ]
        )
    )
    state = begun(book)
    advance = lifecycle.end_step(state, "mended", {}, now=NOW, calendar=CALENDAR)
    following = book.step("b").title
    assert str(advance.explanation).count(following) == 1
    ended = lifecycle.end_step(answered(enter(state, advance, NOW)), "told", {}, now=NOW, calendar=CALENDAR)
    assert str(ended.explanation).count("办结") == 1


def test_a_matter_without_a_step_cannot_end_one() -> None:
    state = MatterState(1, Status.OPEN, Stage.COLLECT, None)
    with pytest.raises(WrongState) as refusal:
        lifecycle.end_step(state, "done", {}, now=NOW, calendar=CALENDAR)
    assert refusal.value.code == "no_step"
    assert not lifecycle.overdue(state, NOW)


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
