from __future__ import annotations

import pytest

from yishiting.council.matters.playbooks import library
from yishiting.council.matters.playbooks.definition import STAGES, Need, Stage
from yishiting.council.matters.playbooks.reading import examine
from yishiting.kernel.workdays import Term


def test_the_shipped_playbooks_are_without_fault_and_named_after_their_files() -> None:
    assert [playbook.id for playbook in library.playbooks()] == list(library.texts())
    assert {"five-step", "clear-stairwells"} <= set(library.texts())


@pytest.mark.parametrize("name", library.texts())
def test_no_shipped_playbook_earns_a_note(name: str) -> None:
    assert examine(library.texts()[name]).notes == ()


def test_five_step_takes_a_matter_through_all_five_stages() -> None:
    five = {playbook.id: playbook for playbook in library.playbooks()}["five-step"]
    assert {step.stage for step in five.steps} == set(STAGES)
    assert five.first.stage is Stage.COLLECT
    council = five.step("council")
    assert council.kind == "meeting"
    assert council.needs == (Need("party", "all"),)
    assert five.parties_for(council) == ("社区", "住户代表", "物业")
    assert {outcome: five.step(target).kind for outcome, target in council.next.items()} == {
        "vote": "vote",
        "project": "project",
        "work": "work",
        "rejected": "answer",
        "adjourned": "meeting",
    }


def test_stairwells_are_cleared_only_after_notice_knock_and_the_days_to_clear_them_oneself() -> None:
    clear = {playbook.id: playbook for playbook in library.playbooks()}["clear-stairwells"]
    assert [step.id for step in clear.steps] == ["post", "knock", "self_clear", "clear", "answer"]
    assert [str(need) for step in clear.steps for need in step.needs] == [
        "posted:each_entrance",
        "contacted:each_home",
        "photo:before_and_after",
        "inventory",
    ]
    wait = clear.step("self_clear")
    assert wait.within == Term(5, "workdays")
    assert dict(wait.next) == {"cleared": "answer", "elapsed": "clear"}
    assert clear.matters == ("楼道堆物", "消防通道")


def test_an_id_that_occurs_twice_among_the_shipped_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = library.texts()["five-step"]
    monkeypatch.setattr(library, "texts", lambda: {"a": text, "b": text})
    with pytest.raises(ValueError, match="five-step"):
        library.playbooks()


def test_a_shipped_playbook_with_a_fault_is_refused_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "texts", lambda: {"a": library_text_with_a_dead_end})
    with pytest.raises(ValueError, match=r"^a\.toml:\d+: "):
        library.playbooks()


library_text_with_a_dead_end = library.texts()["five-step"].replace('done = "council"', 'done = "nowhere"')
