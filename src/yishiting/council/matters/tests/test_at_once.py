"""Two people at once, on either database: one of them wins, and no report is lost."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from tests.support.together import codes, refusals, together
from yishiting.council.matters import services, tasks
from yishiting.council.matters.models import Answer, Matter, Report, StepRun
from yishiting.council.matters.tests.making import (
    STAFF,
    accepted,
    assert_record_holds,
    own_playbook,
    prepared,
    reported,
    run_of,
    shipped,
    stored,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_end_one_step_one_wins_and_the_other_is_told() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    run = run_of(matter).pk
    actors = [world.actor(who) for who in (STAFF, "grid_worker", "moderator")]
    deeds = [
        partial(services.end_step, actor=actor, matter_id=matter.pk, outcome=outcome, run_id=run, now=world.now)
        for actor, outcome in zip(actors, ("done", "not_done", "done"), strict=True)
    ]
    results = together(*deeds)
    assert sum(isinstance(result, Matter) for result in results) == 1
    assert codes(results) == ["step_over"] * 2
    assert StepRun.objects.filter(step="do", ended_at__isnull=False).count() == 1
    assert run_of(matter).step == "answer"
    assert_record_holds(world)


def test_a_report_that_joins_while_its_matter_is_merged_is_not_lost() -> None:
    world = prepared()
    first, second = reported(world, 0).matter, reported(world, 1).matter
    staff, neighbours = world.actor(STAFF), [world.actor(who) for who in range(2, 8)]
    results = together(
        partial(services.merge, actor=staff, matter_id=second.pk, into_id=first.pk, reason="同一件", now=world.now),
        *[
            partial(services.join, actor=actor, matter_id=second.pk, words="我也是", now=world.now)
            for actor in neighbours
        ],
    )
    assert refusals(results) == []
    first.refresh_from_db()
    assert Report.objects.filter(matter=first).count() == 8
    assert (first.home_count, first.unanswered) == (8, 8)
    assert_record_holds(world)


def test_numbers_of_matters_reported_at_once_have_no_gap_and_no_double() -> None:
    world = prepared()
    deeds = [
        partial(
            services.report,
            actor=actor,
            estate=world.estate,
            category="养犬",
            title="狗叫",
            words="夜里叫",
            now=world.now,
        )
        for actor in (world.actor(who) for who in range(8))
    ]
    together(*deeds)
    assert sorted(Matter.objects.values_list("no", flat=True)) == list(range(1, 9))
    assert_record_holds(world)


def test_answering_at_once_answers_each_reporter_once() -> None:
    world = prepared()
    first = reported(world, 0)
    services.join(actor=world.actor(1), matter_id=first.matter_id, words="我也是", now=world.now)
    matter = accepted(world, first.matter, own_playbook(world))
    services.end_step(actor=world.actor(STAFF), matter_id=matter.pk, outcome="done", now=world.now)
    run = run_of(matter).pk
    actors = [world.actor(who) for who in (STAFF, "grid_worker")]
    together(
        *[
            partial(services.answer, actor=actor, matter_id=matter.pk, texts="办好了", run_id=run, now=world.now)
            for actor in actors
        ]
    )
    assert Answer.objects.count() == 2
    matter.refresh_from_db()
    assert matter.status == "closed"
    assert_record_holds(world)


def test_two_workers_that_sweep_at_once_end_a_wait_once() -> None:
    world = prepared(homes=1)
    matter = accepted(world, reported(world).matter, shipped("clear-stairwells"))
    staff = world.actor(STAFF)
    services.add_evidence(
        actor=staff, matter_id=matter.pk, kind="posted", entrance_id=world.entrances[0].pk, photo=stored(world, STAFF),
        now=world.now,
    )  # fmt: skip
    services.end_step(actor=staff, matter_id=matter.pk, outcome="done", now=world.now)
    services.add_evidence(
        actor=staff, matter_id=matter.pk, kind="contacted", home_ids=[world.homes[0].pk], now=world.now
    )
    services.end_step(actor=staff, matter_id=matter.pk, outcome="done", now=world.now)
    due = run_of(matter).due_at
    assert due is not None
    changed = together(*[partial(tasks.sweep, now=due)] * 3)
    assert Counter(changed) == {0: 2, 1: 1}
    assert run_of(matter).step == "clear"
    assert_record_holds(world)


def test_of_two_who_merge_each_into_the_other_one_wins_and_no_report_is_lost() -> None:
    world = prepared()
    first, second = reported(world, 0).matter, reported(world, 1).matter
    staff = world.actor(STAFF)
    results = together(
        partial(services.merge, actor=staff, matter_id=second.pk, into_id=first.pk, reason="同一件", now=world.now),
        partial(services.merge, actor=staff, matter_id=first.pk, into_id=second.pk, reason="同一件", now=world.now),
    )
    assert len(refusals(results)) == 1
    assert sorted(Matter.objects.values_list("status", "home_count")) == [("merged", 0), ("open", 2)]
    assert_record_holds(world)


def test_of_two_who_take_a_matter_apart_one_is_told_that_it_is_done() -> None:
    world = prepared()
    first, second = reported(world, 0).matter, reported(world, 1).matter
    staff = world.actor(STAFF)
    services.merge(actor=staff, matter_id=second.pk, into_id=first.pk, reason="同一件", now=world.now)
    results = together(
        *[partial(services.unmerge, actor=staff, matter_id=second.pk, reason="不同", now=world.now) for _ in range(3)]
    )
    assert codes(results) == ["not_merged"] * 2
    assert StepRun.objects.filter(matter=second, ended_at=None).count() == 1
    assert_record_holds(world)


def test_taking_apart_and_answering_at_once_answers_each_where_it_stands() -> None:
    world = prepared()
    first, second = reported(world, 0), reported(world, 1)
    staff = world.actor(STAFF)
    matter = accepted(world, first.matter, own_playbook(world))
    services.merge(actor=staff, matter_id=second.matter_id, into_id=matter.pk, reason="同一件", now=world.now)
    services.end_step(actor=staff, matter_id=matter.pk, outcome="done", now=world.now)
    results = together(
        partial(services.unmerge, actor=staff, matter_id=second.matter_id, reason="不同", now=world.now),
        partial(services.answer, actor=staff, matter_id=matter.pk, texts="办好了", now=world.now),
    )
    matter.refresh_from_db()
    assert matter.status == "closed"
    told = codes(results)
    if told:
        # Answered first: it stays together.
        assert told == ["answered"]
        assert Answer.objects.count() == 2
    else:
        assert Answer.objects.get().report == first
        assert Matter.objects.get(pk=second.first_matter_id).unanswered == 1
    assert_record_holds(world)


def test_withdrawing_while_it_is_taken_up_is_one_or_the_other() -> None:
    world = prepared()
    report = reported(world, 0)
    version = own_playbook(world)
    results = together(
        partial(services.withdraw_report, actor=world.actor(0), report_id=report.pk, now=world.now),
        partial(
            services.triage_accept, actor=world.actor(STAFF), matter_id=report.matter_id, playbook_id=version.pk,
            reason="属实", now=world.now,
        ),
    )  # fmt: skip
    assert len(refusals(results)) == 1
    assert Matter.objects.get().status == ("withdrawn" if codes(results) == ["not_open"] else "open")
    assert_record_holds(world)
