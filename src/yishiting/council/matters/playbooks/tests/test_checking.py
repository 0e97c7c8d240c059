from __future__ import annotations

from hypothesis import event, given
from hypothesis import strategies as st

from yishiting.council.matters.playbooks.definition import END, Playbook
from yishiting.council.matters.playbooks.reading import read
from yishiting.council.matters.playbooks.tests.making import Draft, drafts, nearly_sound_drafts, sound_drafts, toml

ANSWER = Draft("answer", "feedback", "answer", {"answered": "end"})


def codes(steps: list[Draft]) -> list[str]:
    return [fault.code for fault in read(toml(steps))[1]]


def lines_of(steps: list[Draft], code: str) -> list[int]:
    return [fault.line for fault in read(toml(steps))[1] if fault.code == code]


def test_a_loop_within_a_stage_that_has_an_exit_is_accepted() -> None:
    assert codes([Draft("a", "deliberate", "meeting", {"again": "a", "done": "answer"}), ANSWER]) == []


def test_a_loop_without_exit_is_found_at_its_first_step() -> None:
    steps = [
        Draft("a", "topic", "work", {"done": "answer", "more": "b"}),
        Draft("b", "topic", "work", {"done": "c"}),
        Draft("c", "topic", "work", {"done": "b"}),
        ANSWER,
    ]
    assert codes(steps) == ["endless"]
    assert lines_of(steps, "endless") == [11]


def test_two_traps_are_two_faults() -> None:
    steps = [
        Draft("a", "topic", "work", {"done": "answer", "x": "b", "y": "c"}),
        Draft("b", "topic", "work", {"done": "b"}),
        Draft("c", "topic", "work", {"done": "c"}),
        ANSWER,
    ]
    assert codes(steps) == ["endless", "endless"]


def test_a_stage_never_goes_backwards() -> None:
    steps = [
        Draft("a", "topic", "work", {"done": "b"}),
        Draft("b", "deliberate", "work", {"done": "answer", "back": "a"}),
        ANSWER,
    ]
    assert codes(steps) == ["stage_backwards"]
    assert lines_of(steps, "stage_backwards") == [17]


def test_a_stage_may_be_passed_over() -> None:
    assert codes([Draft("a", "collect", "triage", {"accepted": "answer"}), ANSWER]) == []


def test_a_step_that_nothing_leads_to_is_found() -> None:
    steps = [Draft("a", "topic", "work", {"done": "answer"}), Draft("b", "topic", "work", {"done": "answer"}), ANSWER]
    assert codes(steps) == ["unreachable_step"]
    assert lines_of(steps, "unreachable_step") == [11]


def test_nothing_ends_without_an_answer() -> None:
    steps = [Draft("a", "topic", "work", {"done": "answer", "drop": "end"}), ANSWER]
    assert codes(steps) == ["no_answer"]
    assert lines_of(steps, "no_answer") == [10]


def test_after_an_answer_other_steps_may_follow() -> None:
    steps = [
        Draft("answer", "feedback", "answer", {"answered": "thank"}),
        Draft("thank", "feedback", "talk", {"done": "end"}),
    ]
    assert codes(steps) == []


def test_a_vote_must_say_where_passed_and_failed_lead_and_may_leave_out_the_rest() -> None:
    assert codes([Draft("v", "deliberate", "vote", {"passed": "answer", "failed": "answer"}), ANSWER]) == []
    assert codes([Draft("v", "deliberate", "vote", {"passed": "answer"}), ANSWER]) == ["missing_outcome"]
    assert codes([Draft("v", "deliberate", "vote", {"failed": "answer"}), ANSWER]) == ["missing_outcome"]


def test_a_vote_has_no_outcomes_of_its_own_invention() -> None:
    steps = [Draft("v", "deliberate", "vote", {"passed": "answer", "failed": "answer", "tied": "answer"}), ANSWER]
    assert codes(steps) == ["unknown_outcome"]


def test_a_project_must_say_where_it_leads_when_it_is_done() -> None:
    assert codes([Draft("p", "carry_out", "project", {"accepted": "answer"}), ANSWER]) == []
    steps = [Draft("p", "carry_out", "project", {"accepted": "answer", "stopped": "answer"}), ANSWER]
    assert codes(steps) == ["missing_outcome"]


def test_a_wait_that_ends_with_its_term_needs_a_term() -> None:
    assert codes([Draft("w", "carry_out", "wait", {"elapsed": "answer"}), ANSWER]) == ["clock_missing"]
    assert codes([Draft("w", "carry_out", "wait", {"elapsed": "answer"}, within="2 days"), ANSWER]) == []
    assert codes([Draft("w", "carry_out", "wait", {"cleared": "answer"}), ANSWER]) == []


def reaches_end(playbook: Playbook, start: str) -> bool:
    """A plain search of its own, so that the checker is not its own witness."""
    seen, waiting = set(), [start]
    while waiting:
        here = waiting.pop()
        if here == END:
            return True
        if here not in seen:
            seen.add(here)
            waiting += playbook.step(here).next.values()
    return False


def ways_without_answer(playbook: Playbook) -> bool:
    seen, waiting = set(), [playbook.first.id]
    while waiting:
        here = waiting.pop()
        if here == END:
            return True
        if here not in seen and playbook.step(here).kind != "answer":
            seen.add(here)
            waiting += playbook.step(here).next.values()
    return False


def reached(playbook: Playbook) -> set[str]:
    found = {playbook.first.id}
    for _ in playbook.steps:
        found |= {target for each in found for target in playbook.step(each).next.values() if target != END}
    return found


@given(st.one_of(drafts(), nearly_sound_drafts()))
def test_the_checker_survives_any_graph_and_accepts_only_ways_that_lead_to_an_answered_end(steps: list[Draft]) -> None:
    playbook, faults = read(toml(steps))
    assert (playbook is None) == bool(faults)
    event("accepted" if playbook else "faults")
    if playbook is not None:
        assert all(reaches_end(playbook, step.id) for step in playbook.steps)
        assert not ways_without_answer(playbook)
        assert reached(playbook) == {step.id for step in playbook.steps}
        for step in playbook.steps:
            for target in step.next.values():
                assert target == END or playbook.step(target).stage.order >= step.stage.order


@given(sound_drafts())
def test_the_checker_accepts_what_is_sound(steps: list[Draft]) -> None:
    assert read(toml(steps))[1] == ()
