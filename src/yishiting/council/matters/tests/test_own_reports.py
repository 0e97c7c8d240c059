"""A reporter's own second thought, and opinions that are judged valid or not."""

from __future__ import annotations

import pytest

from yishiting.council.matters import selectors, services
from yishiting.council.matters.models import Answer, Judgement, Matter, Report, StepRun
from yishiting.council.matters.tests.making import (
    STAFF,
    accepted,
    assert_record_holds,
    later,
    own_playbook,
    prepared,
    reported,
    run_of,
    stored,
)
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.django_db


def test_a_report_said_anew_keeps_the_earlier_words_its_pictures_and_its_place() -> None:
    world = prepared()
    first = reported(world, urgent=True, photos=[stored(world)])
    made = services.correct_report(actor=world.actor(0), report_id=first.pk, words="其实是 2 单元", now=world.now)
    first.refresh_from_db()
    assert (first.words, first.withdrawn_at, made.replaces, made.words) == (
        "电动车把门堵了，出不去",
        world.now,
        first,
        "其实是 2 单元",
    )
    assert (made.photos.count(), made.urgent, made.home) == (1, True, first.home)
    matter = Matter.objects.get()
    assert (matter.home_count, matter.unanswered, matter.urgent, matter.status) == (1, 1, True, "open")
    assert [each.report for each in selectors.my_reports(world.actor(0))] == [made]
    assert_record_holds(world)


def test_what_was_said_anew_comes_back_with_the_matter_that_it_was_said_on() -> None:
    world = prepared()
    first, second = reported(world, 0), reported(world, 1)
    services.merge(
        actor=world.actor(STAFF), matter_id=second.matter_id, into_id=first.matter_id, reason="同", now=world.now
    )
    services.correct_report(actor=world.actor(1), report_id=second.pk, words="是楼上", now=world.now)
    services.unmerge(actor=world.actor(STAFF), matter_id=second.matter_id, reason="不同", now=world.now)
    assert [each.home_count for each in Matter.objects.order_by("no")] == [1, 1]
    assert_record_holds(world)


def test_the_only_report_taken_back_ends_its_matter_and_another_one_does_not() -> None:
    world = prepared()
    first = reported(world, 0, urgent=True)
    other = services.join(actor=world.actor(1), matter_id=first.matter_id, words="我也是", now=world.now)
    matter = services.withdraw_report(actor=world.actor(0), report_id=first.pk, now=world.now)
    assert (matter.status, matter.home_count, matter.unanswered, matter.urgent) == ("open", 1, 1, False)
    matter = services.withdraw_report(actor=world.actor(1), report_id=other.pk, now=later(world, hours=1))
    assert (matter.status, matter.home_count, matter.unanswered) == ("withdrawn", 0, 0)
    assert not StepRun.objects.filter(matter=matter, ended_at=None).exists()
    assert Report.objects.count() == 2
    figures = selectors.figures(world.estate.pk, now=world.now)
    assert (figures.solved, figures.declined, figures.under_way, figures.without_answer) == (0, 0, 0, 0)
    with pytest.raises(WrongState):
        services.reopen(actor=world.actor(0), report_id=first.pk, reason="还是要办", now=world.now)
    with pytest.raises(WrongState):
        services.join(actor=world.actor(2), matter_id=matter.pk, words="我也是", now=world.now)
    assert_record_holds(world)


def test_once_somebody_took_it_up_nothing_is_taken_back_or_said_anew() -> None:
    world = prepared()
    first = reported(world, 0)
    accepted(world, first.matter, own_playbook(world))
    with pytest.raises(WrongState) as refusal:
        services.withdraw_report(actor=world.actor(0), report_id=first.pk, now=world.now)
    assert refusal.value.code == "taken_up"
    with pytest.raises(WrongState):
        services.correct_report(actor=world.actor(0), report_id=first.pk, words="改", now=world.now)
    assert Report.objects.get().withdrawn_at is None


def test_only_the_reporter_and_only_with_words_and_only_once() -> None:
    world = prepared()
    first = reported(world, 0)
    for who in (1, STAFF):
        with pytest.raises(NotAllowed):
            services.withdraw_report(actor=world.actor(who), report_id=first.pk, now=world.now)
        with pytest.raises(NotAllowed):
            services.correct_report(actor=world.actor(who), report_id=first.pk, words="改", now=world.now)
    for words in (" ", "长" * 2001):
        with pytest.raises(BadInput) as refusal:
            services.correct_report(actor=world.actor(0), report_id=first.pk, words=words, now=world.now)
        assert "words" in refusal.value.fields
    services.correct_report(actor=world.actor(0), report_id=first.pk, words="改", now=world.now)
    with pytest.raises(WrongState):
        services.withdraw_report(actor=world.actor(0), report_id=first.pk, now=world.now)
    with pytest.raises(NotFound):
        services.withdraw_report(actor=world.actor(0), report_id=0, now=world.now)


def test_an_opinion_that_is_not_valid_gets_its_reason_as_an_answer_that_can_be_rated() -> None:
    world = prepared()
    first = reported(world, 0)
    off = services.join(
        actor=world.actor(1), matter_id=first.matter_id, words="隔壁小区的事", urgent=True, now=world.now
    )
    services.judge_report(
        actor=world.actor(STAFF), report_id=off.pk, valid=False, reason="不是本小区的事，请找隔壁社区", now=world.now
    )
    matter = Matter.objects.get()
    assert (matter.home_count, matter.unanswered, matter.urgent, matter.status) == (1, 1, False, "open")
    mine = selectors.my_reports(world.actor(1))[0]
    assert (mine.can_rate, mine.answers[0].text) == (True, "不是本小区的事，请找隔壁社区")
    services.rate(actor=world.actor(1), report_id=off.pk, rating=2, words="没说清", now=world.now)
    assert Answer.objects.get().rating == 2
    # It is neither answered twice nor does it keep the matter open.
    accepted(world, matter, own_playbook(world))
    services.end_step(actor=world.actor(STAFF), matter_id=matter.pk, outcome="done", now=world.now)
    closed = services.answer(actor=world.actor(STAFF), matter_id=matter.pk, texts="办好了", now=world.now)
    assert (closed.status, Answer.objects.count()) == ("closed", 2)
    assert_record_holds(world)


def test_an_opinion_that_is_not_valid_does_not_count_after_a_merge_either() -> None:
    world = prepared()
    first, target = reported(world, 0), reported(world, 3).matter
    off = services.join(actor=world.actor(1), matter_id=first.matter_id, words="别处的事", now=world.now)
    services.judge_report(actor=world.actor(STAFF), report_id=off.pk, valid=False, reason="别处的事", now=world.now)
    services.merge(actor=world.actor(STAFF), matter_id=first.matter_id, into_id=target.pk, reason="同", now=world.now)
    target.refresh_from_db()
    assert (target.home_count, target.unanswered) == (2, 2)
    services.unmerge(actor=world.actor(STAFF), matter_id=first.matter_id, reason="不同", now=world.now)
    assert [each.home_count for each in Matter.objects.order_by("no")] == [1, 1]
    assert_record_holds(world)


def test_judging_wants_a_reason_the_duty_and_an_opinion_that_waits() -> None:
    world = prepared()
    first = reported(world, 0)
    staff = world.actor(STAFF)
    with pytest.raises(WrongState) as refusal:
        services.judge_report(actor=staff, report_id=first.pk, valid=False, reason="不成立", now=world.now)
    assert refusal.value.code == "nothing_left"
    services.judge_report(actor=staff, report_id=first.pk, valid=True, reason="属实", now=world.now)
    off = services.join(actor=world.actor(1), matter_id=first.matter_id, words="别的", now=world.now)
    with pytest.raises(BadInput):
        services.judge_report(actor=staff, report_id=off.pk, valid=False, reason=" ", now=world.now)
    for who in (1, "supervisor"):
        with pytest.raises(NotAllowed):
            services.judge_report(actor=world.actor(who), report_id=off.pk, valid=True, reason="我看行", now=world.now)
    services.judge_report(actor=staff, report_id=off.pk, valid=False, reason="不成立", now=world.now)
    with pytest.raises(WrongState) as refusal:
        services.judge_report(actor=staff, report_id=off.pk, valid=True, reason="又成立", now=world.now)
    assert refusal.value.code == "report_moved"
    assert Judgement.objects.count() == 2
    assert_record_holds(world)


def test_who_was_told_not_valid_asks_for_another_round_and_is_heard_anew_with_a_new_clock() -> None:
    world = prepared()
    first = reported(world, 0)
    off = services.join(actor=world.actor(1), matter_id=first.matter_id, words="也是这里", now=world.now)
    services.judge_report(actor=world.actor(STAFF), report_id=off.pk, valid=False, reason="不成立", now=world.now)
    services.decline(actor=world.actor(STAFF), matter_id=first.matter_id, reason="不归我们管", now=world.now)
    before = StepRun.objects.get().due_at
    later(world, days=7)
    matter = services.reopen(actor=world.actor(1), report_id=off.pk, reason="确实有这事", now=world.now)
    assert (matter.round, matter.status, matter.home_count, matter.unanswered) == (2, "open", 2, 2)
    run = run_of(matter)
    assert (run.started_at, run.round, matter.due_at) == (world.now, 2, run.due_at)
    assert before is not None
    assert run.due_at is not None
    assert run.due_at > before
    services.decline(actor=world.actor(STAFF), matter_id=matter.pk, reason="仍然不归我们管", now=later(world, days=1))
    # Both ends: each got the reason of each round, and rates the last one, once a round.
    assert Answer.objects.filter(round=2).count() == 2
    for who in (0, 1):
        mine = selectors.my_reports(world.actor(who))[0]
        assert mine.latest is not None
        assert (mine.latest.text, mine.can_rate) == ("仍然不归我们管", True)
        services.rate(actor=world.actor(who), report_id=mine.report.pk, rating=1, now=world.now)
        with pytest.raises(WrongState):
            services.rate(actor=world.actor(who), report_id=mine.report.pk, rating=5, now=world.now)
    assert_record_holds(world)
