"""Triage: taken up, declined with an answer, merged without losing a report, dealt with at once."""

from __future__ import annotations

from typing import Any

import pytest

from yishiting.council.matters import services
from yishiting.council.matters.models import Answer, Decision, Matter, Report, StepRun
from yishiting.council.matters.tests.making import (
    SIMPLE,
    STAFF,
    VOTING,
    accepted,
    assert_record_holds,
    kinds_written,
    later,
    own_playbook,
    prepared,
    reported,
    run_of,
    shipped,
)
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline.models import Entry

pytestmark = pytest.mark.django_db


def test_taking_up_is_the_triage_step_of_the_five_steps_and_leads_to_the_topic() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, shipped("five-step"))
    assert (matter.stage, run_of(matter).step) == ("topic", "topic")
    done = list(StepRun.objects.filter(matter=matter).order_by("seq").values_list("kind", "outcome"))
    assert done == [("intake", "accepted"), ("triage", "accepted"), ("work", "")]
    assert kinds_written(matter) == [
        "matters.reported",
        "matters.accepted",
        "matters.step_started",
        "matters.step_ended",
        "matters.step_started",
    ]
    assert Decision.objects.get(matter=matter).reason == "属于小区公共事务"
    assert_record_holds(world)


def test_a_playbook_that_begins_later_passes_the_earlier_stages_on_record() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    started = Entry.objects.get(thread=matter.thread, kind="matters.step_started")
    assert matter.stage == "carry_out"
    assert started.facts["passed"] == ["collect", "topic", "deliberate"]
    assert_record_holds(world)


def test_the_public_title_can_be_mended_when_taking_up() -> None:
    world = prepared()
    matter = reported(world, title="301 的老王堵门").matter
    services.triage_accept(
        actor=world.actor(STAFF), matter_id=matter.pk, playbook_id=shipped("five-step").pk, reason="属实",
        title="电动车堵门", now=world.now,
    )  # fmt: skip
    assert Matter.objects.get().title == "电动车堵门"


def test_taking_up_wants_a_reason_a_known_playbook_and_the_duty() -> None:
    world = prepared()
    matter, version = reported(world).matter, shipped("five-step")
    given: dict[str, Any] = {"matter_id": matter.pk, "playbook_id": version.pk, "reason": "属实", "now": world.now}
    for wrong, error in (({"reason": " "}, BadInput), ({"playbook_id": 9999}, BadInput), ({"matter_id": 0}, NotFound)):
        with pytest.raises(error):
            services.triage_accept(actor=world.actor(STAFF), **{**given, **wrong})
    for who in (0, "property_manager", "supervisor"):
        with pytest.raises(NotAllowed):
            services.triage_accept(actor=world.actor(who), **given)
    assert run_of(matter).kind == "intake"


def test_a_matter_is_taken_up_once() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    with pytest.raises(WrongState) as refusal:
        accepted(world, matter, shipped("five-step"))
    assert refusal.value.code == "accepted_already"


def test_declining_answers_each_reporter_with_the_reason_or_his_own_text() -> None:
    world = prepared()
    first = reported(world)
    second = services.join(actor=world.actor(1), matter_id=first.matter_id, words="我也是", now=world.now)
    matter = services.decline(
        actor=world.actor(STAFF), matter_id=first.matter_id, reason="归供电局管，已转告", now=world.now,
        texts={second.pk: "李师傅，归供电局管，电话贴在门口"},
    )  # fmt: skip
    assert (matter.status, matter.unanswered) == ("declined", 0)
    texts = dict(Answer.objects.values_list("report_id", "text"))
    assert texts == {first.pk: "归供电局管，已转告", second.pk: "李师傅，归供电局管，电话贴在门口"}
    assert not StepRun.objects.filter(ended_at=None).exists()
    assert_record_holds(world)


def test_declining_without_a_reason_is_refused_and_changes_nothing() -> None:
    world = prepared()
    matter = reported(world).matter
    with pytest.raises(BadInput):
        services.decline(actor=world.actor(STAFF), matter_id=matter.pk, reason=" ", now=world.now)
    matter.refresh_from_db()
    assert (matter.status, Answer.objects.count()) == ("open", 0)


def test_merging_keeps_every_report_with_its_reporter_and_counts_homes_once() -> None:
    world = prepared()
    first = reported(world, 0).matter
    second = reported(world, 1, title="门被堵了", urgent=True).matter
    services.join(actor=world.actor(0), matter_id=second.pk, words="我在那边也说过", now=world.now)
    before = set(Report.objects.values_list("pk", "person_id", "words", "first_matter_id"))
    target = services.merge(
        actor=world.actor(STAFF), matter_id=second.pk, into_id=first.pk, reason="同一个门", now=world.now
    )
    second.refresh_from_db()
    assert set(Report.objects.values_list("pk", "person_id", "words", "first_matter_id")) == before
    assert (target.home_count, target.unanswered, target.urgent) == (2, 3, True)
    assert (second.status, second.merged_into, second.home_count) == ("merged", target, 0)
    assert_record_holds(world)


def test_a_matter_is_not_merged_into_itself_nor_into_one_that_has_ended() -> None:
    world = prepared()
    first, second = reported(world, 0).matter, reported(world, 1).matter
    with pytest.raises(BadInput):
        services.merge(actor=world.actor(STAFF), matter_id=first.pk, into_id=first.pk, reason="同", now=world.now)
    services.decline(actor=world.actor(STAFF), matter_id=second.pk, reason="不归我们管", now=world.now)
    with pytest.raises(WrongState):
        services.merge(actor=world.actor(STAFF), matter_id=first.pk, into_id=second.pk, reason="同", now=world.now)


def test_an_answer_given_before_a_merge_does_not_stand_for_the_matter_it_went_into() -> None:
    world = prepared()
    answering = own_playbook(world, SIMPLE)
    first = accepted(world, reported(world, 0).matter, answering)
    second = reported(world, 1)
    services.join(actor=world.actor(2), matter_id=second.matter_id, words="我也是", now=world.now)
    merging = accepted(world, second.matter, answering)
    services.end_step(actor=world.actor(STAFF), matter_id=merging.pk, outcome="done", now=world.now)
    services.answer(actor=world.actor(STAFF), matter_id=merging.pk, texts={second.pk: "先回您一句"}, now=world.now)
    target = services.merge(
        actor=world.actor(STAFF), matter_id=merging.pk, into_id=first.pk, reason="同一件", now=world.now
    )
    assert target.unanswered == 3
    assert_record_holds(world)


def test_an_emergency_names_who_and_why_and_what_was_passed_and_closes_with_the_answers() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, shipped("five-step"))
    services.emergency(actor=world.actor("grid_worker"), matter_id=matter.pk, reason="电线冒火星", now=world.now)
    entry = Entry.objects.get(thread=matter.thread, kind="matters.emergency")
    assert (entry.facts["post"], entry.facts["passed"]) == ("grid_worker", ["topic", "deliberate"])
    assert Decision.objects.get(kind="emergency").reason == "电线冒火星"
    matter.refresh_from_db()
    assert (matter.status, matter.stage, run_of(matter).kind) == ("open", "carry_out", "emergency")
    with pytest.raises(WrongState):
        services.end_step(actor=world.actor(STAFF), matter_id=matter.pk, outcome="done", now=world.now)
    closed = services.answer(
        actor=world.actor(STAFF), matter_id=matter.pk, texts="已断电抢修", now=later(world, hours=1)
    )
    assert (closed.status, closed.stage, closed.unanswered) == ("closed", "feedback", 0)
    assert_record_holds(world)


def test_nothing_is_declined_or_merged_while_the_owners_vote() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world, VOTING))
    other = reported(world, 1).matter
    with pytest.raises(WrongState):
        services.decline(actor=world.actor(STAFF), matter_id=matter.pk, reason="算了", now=world.now)
    with pytest.raises(WrongState):
        services.merge(actor=world.actor(STAFF), matter_id=matter.pk, into_id=other.pk, reason="同", now=world.now)


def test_no_decision_takes_a_reason_that_nobody_could_read() -> None:
    world = prepared()
    report, other = reported(world), reported(world, 1)
    staff, version = world.actor(STAFF), own_playbook(world)
    given: dict[str, Any] = {"reason": "长" * 2001, "now": world.now}
    for deed in (
        lambda: services.triage_accept(actor=staff, matter_id=report.matter_id, playbook_id=version.pk, **given),
        lambda: services.decline(actor=staff, matter_id=report.matter_id, **given),
        lambda: services.merge(actor=staff, matter_id=report.matter_id, into_id=other.matter_id, **given),
        lambda: services.emergency(actor=staff, matter_id=report.matter_id, **given),
        lambda: services.judge_report(actor=staff, report_id=report.pk, valid=True, **given),
    ):
        with pytest.raises(BadInput) as refusal:
            deed()
        assert "最多 2000 个字" in str(refusal.value.fields["reason"])
    services.decline(actor=staff, matter_id=report.matter_id, reason="长" * 2000, now=world.now)
    with pytest.raises(BadInput):
        services.reopen(actor=world.actor(0), report_id=report.pk, **given)
    assert Matter.objects.get(pk=report.matter_id).status == "declined"
    assert_record_holds(world)
