"""What phases allow: sums, order, days and insurance, over cases and over all mixtures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.projects import lifecycle
from yishiting.council.projects.lifecycle import Asked, PhaseFacts, PolicyFacts
from yishiting.kernel.errors import BadInput, Refusal, WrongState

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
KINDS = ("started", "finished", "accepted", "operating")


def at(level: int, no: int = 1, planned: int = 1) -> PhaseFacts:
    """A phase on which the first ``level`` steps were done today."""
    done = [place < level for place in range(4)]
    return PhaseFacts(no, planned, *done, last_on=TODAY if level else None)


def asked(phases: list[PhaseFacts], no: int = 1, **more: object) -> Asked:
    base: dict[str, object] = {"phases": phases, "no": no, "on": TODAY, "today": TODAY, "has_photo": True}
    return Asked(**{**base, **more})


def test_phases_that_sum_to_the_total_are_accepted_and_others_refused_with_the_gap() -> None:
    lifecycle.check_plan(total=40, planned=[14, 13, 13])

    with pytest.raises(BadInput) as refused:
        lifecycle.check_plan(total=40, planned=[14, 13, 12])
    assert refused.value.code == "phases_do_not_sum"
    assert "39" in str(refused.value.fields["phases"])
    assert "少了 1" in str(refused.value.fields["phases"])
    with pytest.raises(BadInput, match="多了 2"):
        lifecycle.check_plan(total=40, planned=[14, 14, 14])


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.integers(1, 200))
def test_a_plan_stands_exactly_when_it_sums(planned: list[int], total: int) -> None:
    said = ""
    try:
        lifecycle.check_plan(total=total, planned=planned)
    except BadInput as refusal:
        said = str(refusal.message)
    gap = total - sum(planned)

    assert (f"了 {abs(gap)}。" in said) if gap else said == ""


@pytest.mark.parametrize(("total", "planned"), [(0, [1]), (1, []), (1, [1, 0]), (0, [-1, 1])])
def test_nothing_is_planned_in_phases_of_nothing(total: int, planned: list[int]) -> None:
    with pytest.raises(BadInput):
        lifecycle.check_plan(total=total, planned=planned)


@pytest.mark.parametrize("level", range(5))
@pytest.mark.parametrize("kind", KINDS)
def test_each_step_follows_the_one_before_it_and_is_done_once(level: int, kind: str) -> None:
    allowed = KINDS.index(kind) == level

    if not allowed:
        with pytest.raises(WrongState):
            lifecycle.record(kind, asked([at(level)]))
        return
    (after,) = lifecycle.record(kind, asked([at(level)]))
    assert after == at(level + 1)
    assert lifecycle.next_step(at(level)) == kind


@given(st.lists(st.integers(0, 4), min_size=1, max_size=5), st.data())
def test_a_phase_starts_exactly_when_all_before_it_are_accepted(levels: list[int], data: st.DataObject) -> None:
    phases = [at(level, no) for no, level in enumerate(levels, 1)]
    no = data.draw(st.integers(1, len(phases)))

    try:
        lifecycle.record("started", asked(phases, no))
        started = True
    except Refusal:
        started = False

    assert started == (levels[no - 1] == 0 and all(level >= 3 for level in levels[: no - 1]))


def test_the_next_phase_names_the_one_it_waits_for() -> None:
    with pytest.raises(WrongState, match="第 2 期还没验收，第 3 期") as refused:
        lifecycle.record("started", asked([at(3), at(2, 2), at(0, 3)], 3))

    assert refused.value.code == "phase_before_not_accepted"


@pytest.mark.parametrize(
    ("kind", "level", "says"),
    [("started", 0, "开工"), ("finished", 1, "完工"), ("accepted", 2, "验收"), ("operating", 3, "投入使用")],
)
def test_a_step_without_a_picture_is_refused_at_the_picture(kind: str, level: int, says: str) -> None:
    with pytest.raises(BadInput, match=f"{says}要有照片") as refused:
        lifecycle.record(kind, asked([at(level)], has_photo=False))

    assert set(refused.value.fields) == {"photo"}
    assert refused.value.code == "photo_missing"


def test_what_no_picture_would_mend_is_said_before_the_picture_is_asked_for() -> None:
    with pytest.raises(WrongState):
        lifecycle.record("finished", asked([at(0)], has_photo=False))


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [(-10, -1, False), (-10, 0, True), (0, 10, True), (0, 0, True), (1, 10, False)],
)
def test_operation_wants_a_policy_of_the_day_its_ends_included(first: int, last: int, covered: bool) -> None:
    policies = [PolicyFacts(TODAY + first * DAY, TODAY + last * DAY)]
    question = asked([at(3)], needs_insurance=True, policies=policies)

    assert lifecycle.insured(policies, TODAY) == covered
    if covered:
        lifecycle.record("operating", question)
        return
    with pytest.raises(WrongState) as refused:
        lifecycle.record("operating", question)
    assert refused.value.code == "not_insured"


def test_a_day_on_which_a_lapsed_policy_held_does_not_bring_operation_in_by_the_back_door() -> None:
    lapsed = [PolicyFacts(TODAY - 30 * DAY, TODAY - DAY)]
    phase = PhaseFacts(1, 1, True, True, True, last_on=TODAY - 5 * DAY)

    with pytest.raises(WrongState):
        lifecycle.record("operating", asked([phase], needs_insurance=True, policies=lapsed, on=TODAY - 2 * DAY))


def test_a_project_that_asks_for_none_is_operated_without_insurance() -> None:
    (after,) = lifecycle.record("operating", asked([at(3)]))

    assert after.operating


@pytest.mark.parametrize("on", [TODAY + DAY, TODAY - DAY])
def test_a_step_is_neither_of_tomorrow_nor_before_the_step_before_it(on: date) -> None:
    with pytest.raises(BadInput) as refused:
        lifecycle.record("finished", asked([at(1)], on=on))

    assert set(refused.value.fields) == {"on"}


def test_a_phase_does_not_start_on_a_day_before_the_last_one_was_accepted() -> None:
    with pytest.raises(BadInput, match="2026年3月2日"):
        lifecycle.record("started", asked([at(3), at(0, 2)], 2, on=TODAY - DAY))


def test_a_note_says_or_shows_something_and_changes_nothing() -> None:
    phases = [at(1)]

    assert lifecycle.record("noted", asked(phases, note="在挖沟", has_photo=False)) == tuple(phases)
    assert lifecycle.record("noted", asked(phases, on=TODAY - 3 * DAY)) == tuple(phases)
    with pytest.raises(BadInput):
        lifecycle.record("noted", asked(phases, note=" ", has_photo=False))


def test_a_stopped_project_takes_notes_alone() -> None:
    with pytest.raises(WrongState, match="停止"):
        lifecycle.record("started", asked([at(0)], stopped=True))
    lifecycle.record("noted", asked([at(0)], stopped=True))


def test_a_phase_that_there_is_not_is_refused() -> None:
    with pytest.raises(WrongState, match="没有第 9 期"):
        lifecycle.record("started", asked([at(0)], 9))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 30)), min_size=1, max_size=6), st.booleans())
def test_progress_and_completion_follow_from_the_phases(parts: list[tuple[int, int]], must_operate: bool) -> None:
    phases = [at(level, no, planned) for no, (level, planned) in enumerate(parts, 1)]
    enough = 4 if must_operate else 3

    assert lifecycle.progress(phases) == (
        sum(planned for level, planned in parts if level >= 3),
        sum(planned for _, planned in parts),
    )
    assert lifecycle.complete(phases, must_operate=must_operate) == all(level >= enough for level, _ in parts)


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 15)), max_size=5))
def test_cover_lasts_until_the_first_day_that_no_policy_covers(spans: list[tuple[int, int]]) -> None:
    policies = [PolicyFacts(TODAY + first * DAY, TODAY + (first + length) * DAY) for first, length in spans]
    day = TODAY
    while lifecycle.insured(policies, day):
        day += DAY

    assert lifecycle.insured_until(policies, TODAY) == (None if day == TODAY else day - DAY)
