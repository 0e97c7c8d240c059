"""Steps: gates named when they are not met, clocks that end a wait, outcomes that lead on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.world import World
from yishiting.council.matters import kinds, services, tasks
from yishiting.council.matters.models import Evidence, Matter, StepRun
from yishiting.council.matters.registry import REGISTRY, outcome_word
from yishiting.council.matters.services import engine
from yishiting.council.matters.tests.making import (
    STAFF,
    VOTING,
    accepted,
    assert_record_holds,
    due,
    held_by,
    kinds_written,
    later,
    own_playbook,
    prepared,
    reported,
    run_of,
    shipped,
    stored,
)
from yishiting.ground.organisations.models import Term
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotAllowed, WrongState
from yishiting.timeline.models import Entry
from yishiting.timeline.services import book

pytestmark = pytest.mark.django_db


def evidence(world: World, matter: Matter, kind: str, **given: Any) -> list[Evidence]:
    """Record evidence as staff."""
    return services.add_evidence(actor=world.actor(STAFF), matter_id=matter.pk, kind=kind, now=world.now, **given)


def end(world: World, matter: Matter, outcome: str, **given: Any) -> Matter:
    """End the present step as staff."""
    return services.end_step(actor=world.actor(STAFF), matter_id=matter.pk, outcome=outcome, now=world.now, **given)


def test_the_stairwells_are_cleared_step_by_step_each_gate_named_until_it_is_met() -> None:
    world = prepared(homes=8)
    matter = accepted(
        world, reported(world, category="楼道堆物", building=world.buildings[0]).matter, shipped("clear-stairwells")
    )
    assert (matter.stage, run_of(matter).kind) == ("topic", "notice")
    with pytest.raises(WrongState) as refusal:
        end(world, matter, "done")
    assert "1栋1单元" in str(refusal.value)
    evidence(world, matter, "posted", entrance_id=world.entrances[0].pk, photo=stored(world, STAFF))
    with pytest.raises(WrongState) as refusal:
        end(world, matter, "done")
    assert "已贴 1 / 2 个单元" in str(refusal.value)
    assert "1栋1单元" not in str(refusal.value)
    evidence(world, matter, "posted", entrance_id=world.entrances[1].pk, photo=stored(world, STAFF))
    end(world, matter, "done", note="贴好了")

    assert run_of(matter).kind == "canvass"
    assert held_by(matter) == "building_head"
    evidence(world, matter, "contacted", home_ids=[home.pk for home in world.homes[:5]])
    with pytest.raises(WrongState) as refusal:
        end(world, matter, "done")
    assert "已通知 5 / 8 户" in str(refusal.value)
    evidence(world, matter, "contacted", home_ids=[home.pk for home in world.homes[3:]])
    assert Evidence.objects.filter(kind="contacted").count() == 8
    end(world, matter, "done")

    waiting = run_of(matter)
    assert (waiting.kind, Matter.objects.get(pk=matter.pk).stage) == ("wait", "carry_out")
    assert tasks.sweep(now=due(waiting) - timedelta(seconds=1)) == 0
    world.now = due(waiting)
    assert tasks.sweep(now=world.now) == 1
    assert tasks.sweep(now=world.now) == 0
    assert run_of(matter).step == "clear"
    waiting.refresh_from_db()
    assert (waiting.outcome, waiting.ended_by) == ("elapsed", None)

    evidence(world, matter, "photo_before", photo=stored(world, STAFF))
    evidence(world, matter, "photo_after", photo=stored(world, STAFF))
    with pytest.raises(WrongState) as refusal:
        end(world, matter, "done")
    assert "逐件登记" in str(refusal.value)
    evidence(world, matter, "inventory", label="旧柜子 2 个", note="放在社区库房，30 天内认领")
    end(world, matter, "done")
    closed = services.answer(actor=world.actor(STAFF), matter_id=matter.pk, texts="楼道清完了", now=world.now)
    assert closed.status == "closed"
    assert_record_holds(world)


def test_a_wait_can_end_early_by_its_other_outcome_but_not_as_elapsed() -> None:
    world = prepared(homes=1)
    matter = accepted(world, reported(world).matter, shipped("clear-stairwells"))
    evidence(world, matter, "posted", entrance_id=world.entrances[0].pk, photo=stored(world, STAFF))
    end(world, matter, "done")
    evidence(world, matter, "contacted", home_ids=[world.homes[0].pk])
    end(world, matter, "done")
    with pytest.raises(BadInput):
        end(world, matter, "elapsed")
    end(world, matter, "cleared")
    assert run_of(matter).step == "answer"


@pytest.mark.parametrize(
    ("needs", "steps"),
    [
        ('"channels:2"', [("channel", {"label": "业主群", "note": "3月2日发"}), ("channel", {"label": "公告栏", "note": "贴"})]),
        ('"photo:any"', [("photo", {"photo": True})]),
        ('"inventory"', [("inventory", {"note": "柜子一个"})]),
        ('"funds"', [("funds", {"note": "公共收益 3000 元，业委会同意"})]),
        ('"insurance"', [("insurance", {"label": "公众责任险", "note": "有效到年底"})]),
    ],
)  # fmt: skip
def test_each_gate_holds_until_its_evidence_is_there(needs: str, steps: list[tuple[str, dict[str, object]]]) -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world, needs=needs))
    for kind, given in steps:
        with pytest.raises(WrongState) as refusal:
            end(world, matter, "done")
        assert refusal.value.code == "gate_unmet"
        if given.get("photo"):
            given = {"photo": stored(world, STAFF)}
        evidence(world, matter, kind, **given)
    end(world, matter, "done")
    assert run_of(matter).kind == "answer"
    assert_record_holds(world)


def test_one_channel_named_twice_is_one_channel() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world, needs='"channels:2"'))
    for _ in range(2):
        evidence(world, matter, "channel", label="业主群", note="发了")
    with pytest.raises(WrongState):
        end(world, matter, "done")


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("posted", {}, "entrance"),
        ("channel", {}, "label"),
        ("channel", {"label": "业主群"}, "note"),
        ("contacted", {}, "homes"),
        ("photo_before", {}, "photo"),
        ("inventory", {}, "note"),
        ("party", {}, "label"),
        ("made_up", {}, "kind"),
    ],
)
def test_evidence_that_shows_nothing_is_refused_by_field(kind: str, given: dict[str, str], field: str) -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    with pytest.raises(BadInput) as refusal:
        evidence(world, matter, kind, **given)
    assert field in refusal.value.fields
    assert not Evidence.objects.exists()


def test_only_homes_and_entrances_of_the_matters_place_count() -> None:
    world = prepared(homes=12)
    matter = accepted(
        world, reported(world, entrance=world.entrances[0]).matter, own_playbook(world, needs='"contacted:each_home"')
    )
    with pytest.raises(BadInput):
        evidence(world, matter, "contacted", home_ids=[world.homes[11].pk])
    evidence(world, matter, "contacted", home_ids=[home.pk for home in world.homes[:6]])
    end(world, matter, "done")
    assert run_of(matter).kind == "answer"


def test_who_is_neither_the_owner_of_the_step_nor_triages_cannot_end_it() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    for who in (0, "property_manager", "police_officer"):
        with pytest.raises(NotAllowed):
            services.end_step(actor=world.actor(who), matter_id=matter.pk, outcome="done", now=world.now)


def test_the_post_that_a_step_names_ends_it_though_it_does_not_triage() -> None:
    world = prepared(homes=2)
    matter = accepted(world, reported(world).matter, shipped("clear-stairwells"))
    evidence(world, matter, "posted", entrance_id=world.entrances[0].pk, photo=stored(world, STAFF))
    end(world, matter, "done")
    head = world.actor("building_head")
    services.add_evidence(
        actor=head, matter_id=matter.pk, kind="contacted", home_ids=[home.pk for home in world.homes], now=world.now
    )
    services.end_step(actor=head, matter_id=matter.pk, outcome="done", now=world.now)
    assert run_of(matter).kind == "wait"


def test_an_outcome_that_the_step_does_not_have_is_refused_with_those_it_has() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    with pytest.raises(BadInput) as refusal:
        end(world, matter, "weird")
    assert "已完成" in str(refusal.value)


def test_the_second_of_two_who_end_one_step_is_told_that_it_is_over() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    looked_at = run_of(matter).pk
    end(world, matter, "done", run_id=looked_at)
    with pytest.raises(WrongState) as refusal:
        end(world, matter, "done", run_id=looked_at)
    assert refusal.value.code == "step_over"
    assert run_of(matter).kind == "answer"


def count_entry(world: World, matter: Matter, outcome: str) -> None:
    """What the votes room writes when it has counted."""
    with book(world.estate.pk, actor_id=None, now=world.now) as record:
        record.write(
            "votes.closed",
            subject=("vote", 1),
            facts={"vote": 1, "outcome": outcome},
            thread=matter.thread,
        )


@pytest.mark.parametrize("outcome", ["passed", "failed", "no_quorum", "to_adjudicate"])
def test_a_count_ends_the_vote_step_in_its_own_transaction_and_is_called_what_it_was(outcome: str) -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world, VOTING))
    voting = run_of(matter)
    with pytest.raises(WrongState):
        end(world, matter, "passed")
    later(world, days=1)
    count_entry(world, matter, outcome)
    voting.refresh_from_db()
    assert voting.outcome == outcome
    said = Entry.objects.filter(kind="matters.step_ended").latest("seq").facts
    assert (said["outcome"], said["label"]) == (outcome, str(outcome_word(outcome)))
    assert run_of(matter).kind == "answer"
    assert kinds_written(matter)[-3:] == ["votes.closed", "matters.step_ended", "matters.step_started"]


def test_a_count_stands_though_a_gate_of_its_step_is_not_met_and_the_step_ends_when_it_is() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world, VOTING, needs='"channels:1"'))
    later(world, days=1)
    count_entry(world, matter, "passed")
    assert run_of(matter).kind == "vote"
    assert Entry.objects.filter(kind="votes.closed").exists()
    evidence(world, matter, "channel", label="公告栏", note="结果已贴")
    assert run_of(matter).kind == "answer"


def test_a_count_of_another_thread_or_of_a_matter_that_moved_on_changes_nothing() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    count_entry(world, matter, "passed")
    assert run_of(matter).step == "do"


def test_a_step_whose_post_falls_vacant_goes_to_who_stands_in_and_says_so() -> None:
    world = prepared(homes=2)
    matter = accepted(world, reported(world, building=world.buildings[0]).matter, shipped("clear-stairwells"))
    evidence(world, matter, "posted", entrance_id=world.entrances[0].pk, photo=stored(world, STAFF))
    end(world, matter, "done")
    assert held_by(matter) == "building_head"
    Term.objects.filter(post__kind="building_head").update(until=world.now)
    later(world, minutes=1)
    assert tasks.sweep(now=world.now) == 1
    assert held_by(matter) == "grid_worker"
    assert kinds_written(matter)[-1] == "matters.step_reassigned"
    assert tasks.sweep(now=world.now) == 0
    assert_record_holds(world)


def test_clocks_count_work_days_and_end_at_six() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    # Monday 2 March and three work days.
    assert run_of(matter).due_at == datetime(2026, 3, 5, 18, 0, tzinfo=CHINA)


def test_a_council_that_adjourns_meets_again_on_a_new_clock() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, shipped("five-step"))
    end(world, matter, "done")
    council = run_of(matter)
    later(world, days=2)
    meet(world, council, "adjourned")
    again = run_of(matter)
    assert (again.step, again.seq) == ("council", council.seq + 1)
    assert due(again) > due(council)


def meet(world: World, run: StepRun, outcome: str) -> None:
    """What the meetings room does when it closes, the gate ``party:all`` being met by evidence where it is not there."""
    gates, behind = kinds._gates.pop("party", None), kinds._kinds.pop("meeting", None)
    try:
        for name in services.parties_of(run):
            evidence(world, run.matter, "party", label=name)
        with book(world.estate.pk, actor_id=None, now=world.now) as record:
            services.finish_step(
                record=record, run=run, outcome=outcome, note="", actor=world.actor(STAFF), now=world.now
            )
    finally:
        if gates:
            kinds._gates["party"] = gates
        if behind:
            kinds._kinds["meeting"] = behind


@pytest.mark.parametrize("kind", [each.value for each in Evidence.Kind if each != Evidence.Kind.NOTE])
def test_evidence_that_no_gate_of_the_step_asks_for_is_refused_with_what_it_takes(kind: str) -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    given = {
        "label": "公告栏", "note": "贴在门口", "entrance_id": world.entrances[0].pk, "home_ids": [world.homes[0].pk],
        "photo": stored(world, STAFF),
    }  # fmt: skip
    before = kinds_written(matter)
    with pytest.raises(WrongState) as refusal:
        evidence(world, matter, kind, **given)
    assert refusal.value.code == "not_asked"
    assert "“办理”这一步不用登记" in str(refusal.value)
    assert "可以登记：说明" in str(refusal.value)
    assert not Evidence.objects.exists()
    assert kinds_written(matter) == before


def test_a_note_is_taken_at_every_step_and_a_gate_once_met_takes_more() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world, needs='"photo:any"'))
    for _ in range(2):
        evidence(world, matter, "photo", photo=stored(world, STAFF))
    evidence(world, matter, "note", note="门口已经清空")
    assert Evidence.objects.filter(run=run_of(matter)).count() == 3
    with pytest.raises(WrongState) as refusal:
        evidence(world, matter, "photo_before", photo=stored(world, STAFF))
    assert "可以登记：照片、说明" in str(refusal.value)


def test_a_matter_that_waits_to_be_taken_up_takes_a_note_alone() -> None:
    world = prepared()
    matter = reported(world).matter
    evidence(world, matter, "note", note="现场看过")
    with pytest.raises(WrongState):
        evidence(world, matter, "photo", photo=stored(world, STAFF))


def test_a_room_that_reports_on_a_step_the_matter_has_left_changes_nothing() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, shipped("five-step"))
    end(world, matter, "done")
    council = run_of(matter)
    services.emergency(actor=world.actor(STAFF), matter_id=matter.pk, reason="着火", now=world.now)
    with book(world.estate.pk, actor_id=None, now=world.now) as record:
        told = services.finish_step(
            record=record, run=council, outcome="work", note="", actor=world.actor(STAFF), now=world.now
        )
    assert told is False
    assert run_of(matter).kind == "emergency"


def test_the_sides_and_outcomes_of_a_step_are_those_of_its_playbook() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, shipped("five-step"))
    end(world, matter, "done")
    run = run_of(matter)
    assert services.parties_of(run) == ("社区", "住户代表", "物业")
    assert services.outcomes_of(run) == ("vote", "project", "work", "rejected", "adjourned")
    assert str(services.labels_of(run)["vote"]) == "交业主表决"
    assert services.outcomes_of(StepRun.objects.filter(kind="intake").get()) == ()


def test_every_gate_is_measured_by_something_and_every_name_is_known() -> None:
    assert kinds.unmeasured() == ()
    with pytest.raises(ValueError, match="made_up"):
        kinds.register_kind_handler("made_up", kinds.BY_HAND)
    with pytest.raises(ValueError, match="made_up"):
        kinds.register_gate_handler("made_up", next(iter(kinds._gates.values())))
    with pytest.raises(ValueError, match="already"):
        kinds.register_kind_handler("work", kinds.BY_HAND)
    assert set(kinds._kinds) <= set(REGISTRY.kinds)


def test_a_passage_outside_a_playbook_has_a_title_and_an_owner() -> None:
    world = prepared()
    run = run_of(reported(world).matter)
    assert (run.title, run.who) == (engine.INTAKE_TITLE, "community_worker")
