from __future__ import annotations

import operator
from typing import cast

import pytest

from yishiting.council.matters.playbooks import library
from yishiting.council.matters.playbooks.definition import Need, Stage, stage_label
from yishiting.council.matters.playbooks.tests.making import Draft, playbook, toml
from yishiting.council.matters.registry import (
    REGISTRY,
    GateSpec,
    KindSpec,
    gate_label,
    kind_label,
    outcome_label,
    register_gate,
    register_kind,
)
from yishiting.kernel.words import Sentence


def test_a_kind_or_gate_registered_twice_fails_at_once() -> None:
    with pytest.raises(ValueError, match="vote"):
        register_kind(KindSpec("vote", Sentence("另一种表决")))
    with pytest.raises(ValueError, match="funds"):
        register_gate(GateSpec("funds", Sentence("另一种资金")))
    assert str(kind_label("vote")) == "业主表决"


def test_the_registered_tables_cannot_be_changed_from_outside() -> None:
    with pytest.raises(TypeError):
        operator.delitem(cast(dict[str, KindSpec], REGISTRY.kinds), "vote")


def test_a_vote_that_names_less_falls_back_to_failed() -> None:
    vote = REGISTRY.kinds["vote"]
    named = {"passed": "project", "failed": "council"}
    assert vote.resolve("no_quorum", named) == "failed"
    assert vote.resolve("to_adjudicate", named) == "failed"
    assert vote.resolve("to_adjudicate", {**named, "to_adjudicate": "count"}) == "to_adjudicate"
    assert vote.resolve("passed", {"failed": "council"}) is None


def test_a_reported_end_takes_the_only_way_there_is_and_never_guesses_between_two() -> None:
    project = REGISTRY.kinds["project"]
    assert project.resolve("done", {"accepted": "answer"}) == "accepted"
    assert project.resolve("done", {"accepted": "answer", "stopped": "answer"}) is None
    assert project.resolve("lost", {"accepted": "answer"}) is None


def test_what_people_may_choose_leaves_out_what_is_reported() -> None:
    known = ("five-step", "clear-stairwells")
    steps = {step.id: step for each in library.playbooks() if each.id in known for step in each.steps}
    assert REGISTRY.kinds["vote"].choices(steps["vote"]) == ()
    assert REGISTRY.kinds["project"].choices(steps["project"]) == ("stopped",)
    assert REGISTRY.kinds["wait"].choices(steps["self_clear"]) == ("cleared",)
    council = ("vote", "project", "work", "rejected", "adjourned")
    assert REGISTRY.kinds["meeting"].choices(steps["council"]) == council


def test_gates_say_what_they_demand() -> None:
    assert str(gate_label(Need("channels", "3"))) == "至少通过 3 种渠道公示，并各有凭据"
    assert str(gate_label(Need("posted", "each_entrance"))) == "每个单元都已张贴公示，并留有照片"
    assert str(gate_label(Need("inventory"))) == "清走的物品已逐件登记"
    assert str(gate_label(Need("unheard_of", "x"))) == "规定的条件"


def test_stages_have_their_names() -> None:
    names = ["收集问题", "确定议题", "协商议事", "分层落实", "跟踪反馈"]
    assert [str(stage_label(stage)) for stage in Stage] == names
    assert str(stage_label("topic")) == "确定议题"
    with pytest.raises(ValueError):
        stage_label("paused")


def test_no_shipped_outcome_shows_its_key_on_screen() -> None:
    for book in library.playbooks():
        for step in book.steps:
            for outcome in step.next:
                label = str(outcome_label(book, step, outcome))
                assert label
                assert not any("a" <= letter <= "z" for letter in label), label


def test_an_outcome_without_a_word_says_where_it_leads() -> None:
    book = playbook(
        toml(
            [
                Draft("a", "topic", "work", {"sideways": "answer", "done": "answer", "completed": "a"}),
                Draft("answer", "feedback", "answer", {"bye": "end"}),
            ]
        )
    )
    labels = {outcome: str(outcome_label(book, book.first, outcome)) for outcome in book.first.next}
    assert labels["sideways"] == "转到“步骤 answer”"
    # Two outcomes that share a word are told apart by where they lead.
    assert labels["done"] == "已完成，转到“步骤 answer”"
    assert labels["completed"] == "已完成，转到“步骤 a”"
    assert str(outcome_label(book, book.step("answer"), "bye")) == "办结"
    assert str(outcome_label(book, book.first, "unheard_of")) == "已有结果"
    assert str(outcome_label(book, book.first, "no_quorum")) == "参与的人数或面积不够"
