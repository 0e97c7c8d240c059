"""The picture of a playbook: every outcome is a step downwards, a line of a rail, a loop on the spot or the end."""

from __future__ import annotations

import pytest

from yishiting.council.matters.playbooks import drawing, library
from yishiting.council.matters.playbooks.definition import END, Playbook

BOOKS = {book.id: book for book in library.playbooks()}


def traced(book: Playbook) -> set[tuple[int, int]]:
    """Which rows the drawn shapes join, found by walking them with a finger and not by asking the rails."""
    rows = drawing.draw(book)
    joined: set[tuple[int, int]] = set()
    for lane in range(len(rows[0].cells)):
        run: list[int] = []
        for place, row in enumerate(rows):
            cell = row.cells[lane]
            if not cell.up:
                run = []
            if cell.leaves or cell.arrives:
                run.append(place)
            if run and not cell.down:
                (target,) = (each for each in run if rows[each].cells[lane].arrives)
                joined |= {(each, target) for each in run if each != target}
                run = []
    return joined


@pytest.mark.parametrize("name", sorted(BOOKS))
def test_every_outcome_can_be_followed_in_the_picture(name: str) -> None:
    book = BOOKS[name]
    rows = drawing.draw(book)
    place = {row.step.id: number for number, row in enumerate(rows)}
    wanted = {
        (place[row.step.id], place[target])
        for row in rows
        for target in row.step.next.values()
        if target != END and place[target] not in (place[row.step.id], place[row.step.id] + 1)
    }
    assert traced(book) == wanted
    for number, row in enumerate(rows):
        onward = number + 1 < len(rows) and rows[number + 1].step.id in row.step.next.values()
        assert row.onward == onward


@pytest.mark.parametrize("name", sorted(BOOKS))
def test_no_two_rails_lie_in_one_lane_side_by_side(name: str) -> None:
    rails = drawing.rails(BOOKS[name])
    for one in rails:
        for other in rails:
            if one is not other and one.lane == other.lane:
                assert one.last < other.first or other.last < one.first


def test_a_heading_stands_over_the_first_step_of_each_stage_and_lines_pass_it() -> None:
    rows = drawing.draw(BOOKS["five-step"])
    assert [str(row.opens) for row in rows if row.opens] == ["collect", "topic", "deliberate", "carry_out", "feedback"]
    carry_out = next(row for row in rows if row.opens == "carry_out")
    assert any(cell.up and cell.down for cell in carry_out.above), "rejected leads past it"


def test_what_may_still_come_leaves_out_what_is_behind_and_keeps_loops() -> None:
    clear = BOOKS["clear-stairwells"]
    assert [step.id for step in drawing.ahead(clear, "self_clear")] == ["clear", "answer"]
    assert drawing.ahead(clear, "answer") == ()
    five = BOOKS["five-step"]
    assert "council" in {step.id for step in drawing.ahead(five, "vote")}, "a vote that fails goes back"
