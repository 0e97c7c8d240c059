"""Each shipped playbook is walked to its end by the verbs, with its loops, its refusals and its record."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.playbooks.walking import Walk
from yishiting.council.matters.models import StepRun
from yishiting.council.matters.playbooks import library
from yishiting.council.meetings.models import Question
from yishiting.council.projects import services as projects
from yishiting.council.projects.funding import LineDraft
from yishiting.council.projects.tests import building as works
from yishiting.kernel.errors import BadInput, WrongState

pytestmark = pytest.mark.django_db


def passages(walk: Walk) -> list[tuple[str, str]]:
    """What the matter went through, in order, with how each passage ended."""
    runs = StepRun.objects.filter(matter=walk.matter).exclude(kind="intake").order_by("seq")
    return list(runs.values_list("step", "outcome"))


def test_a_leaking_roof_is_mended_only_after_the_neighbours_the_money_and_what_stands_in_the_way() -> None:
    walk = Walk("round-table")
    assert walk.at == "look"
    walk.do("done")
    walk.do("done")
    walk.meet("adjourned")
    assert walk.at == "table"
    walk.meet("vote")
    walk.vote("against")
    assert walk.at == "table", "owners who say no send it back to the table"
    walk.meet("vote")
    walk.vote("for")
    assert walk.at == "build"
    project = works.create(walk.world, 3, 2, matter=walk.matter)
    assert (project.vote is not None, project.resolution is not None) == (True, True)
    at: dict[str, Any] = {
        "actor": walk.world.actor("committee_chair"),
        "estate_id": walk.world.estate.pk,
        "no": project.no,
    }
    solar = projects.add_task(**at, title="腾挪太阳能热水器", who="支部", now=walk.world.now)
    lines = [LineDraft("老旧小区改造资金", Decimal("60000.00")), LineDraft("维修资金", Decimal("32000.50"))]
    projects.plan_funding(**at, total=Decimal("92000.50"), lines=lines, now=walk.world.now)

    def told(line: int, kind: str, amount: str = "") -> None:
        on = works.today(walk.world)
        projects.tell_funding(
            **at, line_no=line, kind=kind, amount=Decimal(amount) if amount else None, said_by="市房产局", on=on,
            now=walk.world.now,
        )  # fmt: skip

    def held_back() -> WrongState:
        with pytest.raises(WrongState) as refused:
            works.step(walk.world, project, 1, "start")
        return refused.value

    assert (held_back().code, "腾挪太阳能热水器" in str(held_back().message)) == ("task_first", True)
    projects.finish_task(**at, task_no=solar.no, note="六户的热水器都挪到了南坡。", now=walk.world.now)
    told(1, "applied")
    told(1, "approved", "60000.00")
    assert (held_back().code, "维修资金" in str(held_back().message)) == ("not_approved", True)
    told(2, "approved", "32000.50")
    works.through(walk.world, project, 1, 2)
    assert walk.at == "build", "all is built, and the money is not all there"
    told(1, "received", "60000.00")
    told(2, "received", "30000.00")
    told(2, "received", "2000.50")
    walk.do("unresolved")
    walk.do("done")
    walk.do("solved")
    walk.answer()
    walk.assert_closed()
    assert passages(walk) == [
        ("tell", "accepted"),
        ("look", "done"),
        ("invite", "done"),
        ("table", "adjourned"),
        ("table", "vote"),
        ("vote", "failed"),
        ("table", "vote"),
        ("vote", "passed"),
        ("build", "done"),
        ("check", "unresolved"),
        ("mend", "done"),
        ("check", "solved"),
        ("answer", "answered"),
    ]


def test_a_building_founds_its_own_only_after_each_household_was_asked_and_agreed() -> None:
    walk = Walk("garden-council", homes=30)
    walk.do("done")
    walk.meet("adjourned")
    walk.meet("agreed")
    walk.do("not_done")
    walk.meet("agreed")
    walk.do("done")
    walk.do("no_agreement")
    assert walk.at == "council", "one household that does not agree sends it back"
    walk.meet("agreed")
    walk.do("done")
    walk.do("agreed")
    walk.do("posted")
    assert walk.at == "found"
    walk.do("done")
    walk.answer()
    walk.assert_closed()


def test_opinions_become_a_problem_that_is_pushed_until_it_is_solved() -> None:
    walk = Walk("public-opinion")
    assert walk.at == "link"
    walk.do("done")
    walk.do("disagreed")
    walk.meet("work")
    walk.do("done")
    walk.do("unresolved")
    assert walk.at == "push"
    walk.do("done")
    walk.do("solved")
    walk.answer()
    walk.assert_closed()


def test_a_project_in_phases_waits_for_the_vote_the_money_the_terms_and_the_insurance() -> None:
    walk = Walk("phased-project")
    walk.do("done")
    walk.meet("vote")
    walk.vote("for")
    assert walk.at == "operator"
    walk.do("done")
    walk.do("published")
    assert walk.at == "build"
    walk.build(insured=True)
    assert walk.at == "regulate"
    walk.do("done")
    walk.answer()
    walk.assert_closed()


def test_what_is_installed_is_held_against_what_every_household_asked_for() -> None:
    walk = Walk("demand-survey")
    assert walk.at == "questions"
    walk.do("done")
    walk.do("done")
    walk.meet("agreed")
    walk.do("published")
    walk.build(insured=False)
    walk.do("unresolved")
    walk.do("done")
    walk.do("solved")
    walk.answer()
    walk.assert_closed()


def test_nothing_is_bought_before_each_of_three_questions_has_its_outcome() -> None:
    walk = Walk("owners-talk", homes=264)
    walk.do("done")
    walk.meet("adjourned", settles=2)
    third = Question.objects.get(matter=walk.matter, no=3).text
    with pytest.raises(WrongState) as blocked:
        works.create(walk.world, 1, matter=walk.matter)
    assert blocked.value.code == "question_open"
    assert "2 / 3" in str(blocked.value.message)
    assert third in str(blocked.value.message)
    with pytest.raises(BadInput) as refused:
        walk.meet("project")
    assert third in str(refused.value.message)
    walk.break_off()
    walk.meet("project", settles=3)
    assert walk.at == "build"
    walk.build(insured=False)
    walk.answer()
    walk.assert_closed()


def test_five_steps_lead_from_a_report_to_its_answer() -> None:
    five = Walk("five-step")
    five.do("done")
    five.meet("work")
    five.do("done")
    five.answer()
    five.assert_closed()


def test_stairwells_are_cleared_after_notice_knock_and_the_days_to_do_it_oneself() -> None:
    walk = Walk("clear-stairwells")
    walk.do("done")
    walk.do("done")
    walk.do("cleared")
    walk.answer()
    walk.assert_closed()


#: The ways walked above; a playbook that is added must be walked, too.
WALKED = {
    "clear-stairwells",
    "demand-survey",
    "five-step",
    "garden-council",
    "owners-talk",
    "phased-project",
    "public-opinion",
    "round-table",
}


def test_every_shipped_playbook_is_walked_here() -> None:
    assert {playbook.id for playbook in library.playbooks()} == WALKED
