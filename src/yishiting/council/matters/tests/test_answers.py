"""Every reporter is answered, rates it, and may ask for another round; nothing closes before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.support.world import World
from yishiting.council.matters import selectors, services
from yishiting.council.matters.models import Answer, Matter, Report
from yishiting.council.matters.tests.making import (
    STAFF,
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
from yishiting.kernel.errors import BadInput, NotAllowed, WrongState
from yishiting.timeline import guards

pytestmark = pytest.mark.django_db


def answering(world: World) -> tuple[Matter, Report, Report]:
    """A matter of two reporters that has come to its answer step."""
    first = reported(world, 0)
    second = services.join(actor=world.actor(1), matter_id=first.matter_id, words="我也是", now=world.now)
    matter = accepted(world, first.matter, own_playbook(world))
    services.end_step(actor=world.actor(STAFF), matter_id=matter.pk, outcome="done", now=world.now)
    return matter, first, second


def give(world: World, matter: Matter, texts: str | Mapping[int, str], **given: Any) -> Matter:
    """Answer as staff."""
    return services.answer(actor=world.actor(STAFF), matter_id=matter.pk, texts=texts, now=world.now, **given)


def test_one_text_answers_everybody_and_closes_the_matter() -> None:
    world = prepared()
    matter, first, second = answering(world)
    closed = give(world, matter, "车挪走了，划了停车线")
    assert (closed.status, closed.unanswered, closed.due_at) == ("closed", 0, None)
    assert set(Answer.objects.values_list("report_id", flat=True)) == {first.pk, second.pk}
    assert kinds_written(matter)[-3:] == ["matters.answered", "matters.step_ended", "matters.closed"]
    assert_record_holds(world)


def test_answers_one_by_one_close_the_matter_only_with_the_last() -> None:
    world = prepared()
    matter, first, second = answering(world)
    assert give(world, matter, {first.pk: "给您的"}).status == "open"
    assert run_of(matter).kind == "answer"
    assert give(world, matter, {second.pk: "也给您的"}).status == "closed"


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_an_empty_answer_is_refused_and_nobody_is_answered(empty: str) -> None:
    world = prepared()
    matter, first, second = answering(world)
    for texts in (empty, {first.pk: "有话", second.pk: empty}):
        with pytest.raises(BadInput):
            give(world, matter, texts)
    assert Answer.objects.count() == 0


def test_the_database_itself_lets_no_matter_end_while_somebody_waits() -> None:
    world = prepared()
    matter, _, _ = answering(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(status="closed", ended_at=world.now)


def test_nobody_is_answered_before_the_answer_step() -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    with pytest.raises(WrongState) as refusal:
        give(world, matter, "办着呢")
    assert refusal.value.code == "not_answering"


def test_a_report_that_joins_during_the_answers_is_owed_one_too() -> None:
    world = prepared()
    matter, first, second = answering(world)
    give(world, matter, {first.pk: "给您的"})
    late = services.join(actor=world.actor(2), matter_id=matter.pk, words="还有我", now=world.now)
    assert give(world, matter, {second.pk: "也给您的"}).status == "open"
    assert give(world, matter, {late.pk: "还有您的"}).status == "closed"


def test_an_answer_twice_is_refused() -> None:
    world = prepared()
    matter, first, _ = answering(world)
    give(world, matter, {first.pk: "给您的"})
    with pytest.raises(BadInput):
        give(world, matter, {first.pk: "再给您的"})


def test_only_the_reporter_rates_once_from_one_to_five() -> None:
    world = prepared()
    matter, first, _ = answering(world)
    with pytest.raises(WrongState):
        services.rate(actor=world.actor(0), report_id=first.pk, rating=5, now=world.now)
    give(world, matter, "办好了")
    for rating in (0, 6, True):
        with pytest.raises(BadInput):
            services.rate(actor=world.actor(0), report_id=first.pk, rating=rating, now=world.now)
    for who in (1, STAFF):
        with pytest.raises(NotAllowed):
            services.rate(actor=world.actor(who), report_id=first.pk, rating=5, now=world.now)
    rated = services.rate(actor=world.actor(0), report_id=first.pk, rating=4, words="挺快", now=world.now)
    assert (rated.rating, rated.rating_words) == (4, "挺快")
    with pytest.raises(WrongState):
        services.rate(actor=world.actor(0), report_id=first.pk, rating=1, now=world.now)
    assert_record_holds(world)


def test_reopening_starts_a_new_round_in_which_everybody_is_owed_a_new_answer() -> None:
    world = prepared()
    matter, first, second = answering(world)
    give(world, matter, "办好了")
    later(world, days=3)
    with pytest.raises(NotAllowed):
        services.reopen(actor=world.actor(5), report_id=first.pk, reason="又堵了", now=world.now)
    with pytest.raises(BadInput):
        services.reopen(actor=world.actor(0), report_id=first.pk, reason=" ", now=world.now)
    again = services.reopen(actor=world.actor(0), report_id=first.pk, reason="又堵了", now=world.now)
    assert (again.status, again.round, again.unanswered, again.ended_at) == ("open", 2, 2, None)
    assert (run_of(again).step, run_of(again).round) == ("do", 2)
    with pytest.raises(WrongState):
        services.reopen(actor=world.actor(1), report_id=second.pk, reason="我也觉得", now=world.now)
    services.end_step(actor=world.actor(STAFF), matter_id=matter.pk, outcome="done", now=world.now)
    assert give(world, matter, "这回真好了").status == "closed"
    assert Answer.objects.filter(report=first).count() == 2
    assert_record_holds(world)


def test_a_declined_matter_that_is_reopened_waits_to_be_taken_up_again() -> None:
    world = prepared()
    report = reported(world)
    services.decline(actor=world.actor(STAFF), matter_id=report.matter_id, reason="不归我们", now=world.now)
    again = services.reopen(actor=world.actor(0), report_id=report.pk, reason="归你们", now=world.now)
    assert (again.status, again.stage, run_of(again).kind) == ("open", "collect", "intake")
    assert accepted(world, again, shipped("five-step")).stage == "topic"
    assert_record_holds(world)


def test_an_emergency_that_is_reopened_goes_back_to_its_playbook() -> None:
    world = prepared()
    report = reported(world)
    matter = accepted(world, report.matter, own_playbook(world))
    services.emergency(actor=world.actor(STAFF), matter_id=matter.pk, reason="着火", now=world.now)
    give(world, matter, "扑灭了")
    again = services.reopen(actor=world.actor(0), report_id=report.pk, reason="又冒烟", now=world.now)
    assert (again.emergency_at, run_of(again).step) == (None, "do")


def test_figures_count_matters_and_homes_and_never_make_a_rate() -> None:
    world = prepared()
    matter, first, _ = answering(world)
    reported(world, 4)
    give(world, matter, "办好了")
    figures = selectors.figures(world.estate.pk, now=world.now)
    assert (figures.solved, figures.under_way, figures.answered_homes) == (1, 1, 2)
    assert (figures.without_owner, figures.without_answer) == (0, 0)
    # An answer that says nothing, slipped in past the services, counts as none.
    guards.remove(connection)
    Answer.objects.filter(report=first).update(text=" ")
    figures = selectors.figures(world.estate.pk, now=world.now)
    assert (figures.solved, figures.without_answer) == (0, 1)
