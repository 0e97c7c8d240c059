"""Taking apart what was joined by mistake: every reporter kept and told, homes and urgency counted again."""

from __future__ import annotations

import pytest

from tests.support.world import World
from yishiting.council.matters import selectors, services
from yishiting.council.matters.models import Answer, Decision, Matter, Report
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
)
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline.models import Entry

pytestmark = pytest.mark.django_db


def merged(world: World, matter: Matter, into: Matter) -> Matter:
    return services.merge(
        actor=world.actor(STAFF), matter_id=matter.pk, into_id=into.pk, reason="同一件", now=world.now
    )


def unmerged(world: World, matter: Matter, who: int | str = STAFF, reason: str = "不是一回事") -> Matter:
    return services.unmerge(actor=world.actor(who), matter_id=matter.pk, reason=reason, now=world.now)


def fresh(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


def test_a_merged_matter_takes_back_its_reports_and_waits_with_a_new_clock() -> None:
    world = prepared()
    first = reported(world, 0).matter
    second = reported(world, 1, title="雨水管漏水", urgent=True).matter
    services.join(actor=world.actor(2), matter_id=second.pk, words="我家也漏", now=world.now)
    merged(world, second, first)
    services.join(actor=world.actor(3), matter_id=second.pk, words="我家的车也堵", now=world.now)
    assert (fresh(first).home_count, fresh(first).urgent, fresh(first).unanswered) == (4, True, 4)
    later(world, days=1)
    unmerged(world, second)
    assert [(each.home_count, each.urgent, each.unanswered) for each in (fresh(first), fresh(second))] == [
        (2, False, 2),
        (2, True, 2),
    ]
    run = run_of(second)
    assert (fresh(second).status, fresh(second).merged_into, fresh(second).ended_at) == ("open", None, None)
    assert (run.kind, run.started_at, fresh(second).due_at) == ("intake", world.now, run.due_at)
    assert Report.objects.filter(matter=second).count() == 2
    assert kinds_written(second)[-1] == "matters.unmerged"
    assert kinds_written(first)[-1] == "matters.taken_out"
    assert Decision.objects.get(kind="unmerged").target == first
    assert_record_holds(world)


def test_what_was_unmerged_can_be_taken_up_merged_and_answered_again() -> None:
    world = prepared()
    first, second = reported(world, 0).matter, reported(world, 1).matter
    version = own_playbook(world, SIMPLE)
    accepted(world, second, version)
    merged(world, second, first)
    unmerged(world, second)
    merged(world, second, first)
    assert (fresh(first).home_count, fresh(first).unanswered) == (2, 2)
    unmerged(world, second)
    matter = accepted(world, second, version)
    services.end_step(actor=world.actor(STAFF), matter_id=matter.pk, outcome="done", now=world.now)
    closed = services.answer(actor=world.actor(STAFF), matter_id=matter.pk, texts="办好了", now=world.now)
    assert (closed.status, Answer.objects.get().report.person) == ("closed", world.owners[1])
    assert_record_holds(world)


def test_of_matters_merged_one_into_the_other_each_takes_its_own_reports_back() -> None:
    world = prepared()
    a, b, c = (reported(world, who).matter for who in range(3))
    merged(world, a, b)
    merged(world, b, c)
    assert fresh(c).home_count == 3
    unmerged(world, a)
    assert [fresh(each).home_count for each in (a, b, c)] == [1, 0, 2]
    merged(world, a, c)
    unmerged(world, b)
    assert [fresh(each).home_count for each in (a, b, c)] == [0, 1, 2]
    assert_record_holds(world)


def test_a_matter_merged_into_one_that_was_merged_goes_along_when_that_comes_back() -> None:
    world = prepared()
    a, b, c = (reported(world, who).matter for who in range(3))
    merged(world, a, b)
    merged(world, b, c)
    unmerged(world, b)
    assert [fresh(each).home_count for each in (a, b, c)] == [0, 2, 1]
    assert_record_holds(world)


def test_after_an_answer_it_stays_together_and_the_refusal_says_what_to_do() -> None:
    world = prepared()
    first, second = accepted(world, reported(world, 0).matter, own_playbook(world)), reported(world, 1)
    third = reported(world, 2)
    merged(world, second.matter, first)
    merged(world, third.matter, first)
    services.end_step(actor=world.actor(STAFF), matter_id=first.pk, outcome="done", now=world.now)
    services.answer(actor=world.actor(STAFF), matter_id=first.pk, texts={second.pk: "先答复您"}, now=world.now)
    with pytest.raises(WrongState) as refusal:
        unmerged(world, second.matter)
    assert refusal.value.code == "answered"
    assert "重新办理" in str(refusal.value)
    with pytest.raises(WrongState) as refusal:
        taken_out(world, second)
    assert refusal.value.code == "answered"
    # Who was not answered yet may still leave.
    unmerged(world, third.matter)
    assert fresh(first).home_count == 2
    assert_record_holds(world)


def test_nothing_leaves_while_owners_vote_nor_what_has_ended() -> None:
    world = prepared()
    voting = accepted(world, reported(world, 0).matter, own_playbook(world, VOTING))
    other = reported(world, 1).matter
    merged(world, other, voting)
    joined = services.join(actor=world.actor(2), matter_id=voting.pk, words="我也是", now=world.now)
    for deed in (lambda: unmerged(world, other), lambda: taken_out(world, joined)):
        with pytest.raises(WrongState) as refusal:
            deed()
        assert refusal.value.code == "vote_running"
    ended, gone = reported(world, 3).matter, reported(world, 4).matter
    merged(world, gone, ended)
    services.decline(actor=world.actor(STAFF), matter_id=ended.pk, reason="不归我们", now=world.now)
    with pytest.raises(WrongState):
        unmerged(world, gone)
    assert_record_holds(world)


def test_taking_apart_wants_a_reason_the_duty_and_something_merged() -> None:
    world = prepared()
    first, second = reported(world, 0).matter, reported(world, 1)
    with pytest.raises(WrongState) as refusal:
        unmerged(world, first)
    assert refusal.value.code == "not_merged"
    merged(world, second.matter, first)
    with pytest.raises(BadInput) as wrong:
        unmerged(world, second.matter, reason=" ")
    assert "reason" in wrong.value.fields
    for who in (1, "supervisor", "property_manager"):
        with pytest.raises(NotAllowed):
            unmerged(world, second.matter, who)
        with pytest.raises(NotAllowed):
            taken_out(world, second, who)
    with pytest.raises(NotFound):
        services.unmerge(actor=world.actor(STAFF), matter_id=0, reason="无", now=world.now)


def test_the_last_report_does_not_leave_its_matter_empty() -> None:
    world = prepared()
    first, second = reported(world, 0), reported(world, 1)
    with pytest.raises(WrongState) as refusal:
        taken_out(world, first)
    assert refusal.value.code == "nothing_left"
    merged(world, second.matter, first.matter)
    services.withdraw_report(actor=world.actor(0), report_id=first.pk, now=world.now)
    with pytest.raises(WrongState) as refusal:
        unmerged(world, second.matter)
    assert refusal.value.code == "nothing_left"


def taken_out(world: World, report: Report, who: int | str = STAFF, **given: str) -> Matter:
    given = {"title": "楼上漏水", "category": "漏水渗水", "reason": "说的是另一件事", **given}
    return services.separate_report(actor=world.actor(who), report_id=report.pk, now=world.now, **given)


def test_a_report_joined_by_mistake_gets_a_matter_of_its_own_and_its_reporter_stays() -> None:
    world = prepared()
    first = reported(world, 0, entrance=world.entrances[0]).matter
    wrong = services.join(actor=world.actor(1), matter_id=first.pk, words="楼上漏水", urgent=True, now=world.now)
    made = taken_out(world, wrong)
    wrong.refresh_from_db()
    assert (wrong.matter, wrong.person, wrong.words) == (made, world.owners[1], "楼上漏水")
    assert (made.no, made.title, made.home_count, made.unanswered, made.urgent) == (2, "楼上漏水", 1, 1, True)
    assert (made.entrance, run_of(made).kind) == (world.entrances[0], "intake")
    assert (fresh(first).home_count, fresh(first).urgent) == (1, False)
    assert Entry.objects.get(kind="matters.separated").facts["reports"] == [wrong.pk]
    assert_record_holds(world)


def test_a_report_that_was_given_its_own_matter_goes_with_that_when_it_is_merged_and_taken_apart() -> None:
    world = prepared()
    first = reported(world, 0).matter
    wrong = services.join(actor=world.actor(1), matter_id=first.pk, words="楼上漏水", now=world.now)
    made, leak = taken_out(world, wrong), reported(world, 2, title="楼上漏水了").matter
    merged(world, made, leak)
    assert [fresh(each).home_count for each in (first, made, leak)] == [1, 0, 2]
    unmerged(world, made)
    assert [fresh(each).home_count for each in (first, made, leak)] == [1, 1, 1]
    merged(world, made, first)
    assert fresh(first).home_count == 2
    assert_record_holds(world)


@pytest.mark.parametrize(
    ("field", "value"), [("title", " "), ("title", "长" * 81), ("category", "瞎写"), ("reason", "")]
)
def test_what_is_wrong_with_a_new_matter_is_said_by_field(field: str, value: str) -> None:
    world = prepared()
    first = reported(world, 0).matter
    wrong = services.join(actor=world.actor(1), matter_id=first.pk, words="楼上漏水", now=world.now)
    with pytest.raises(BadInput) as refusal:
        taken_out(world, wrong, **{field: value})
    assert field in refusal.value.fields
    assert Matter.objects.count() == 1


def test_twelve_reports_of_ten_homes_rank_as_ten_before_nine_of_nine() -> None:
    world = prepared(homes=22)
    charging = reported(world, 0, title="飞线充电").matter
    for who in (*range(1, 10), 0, 1):
        services.join(actor=world.actor(who), matter_id=charging.pk, words="飞线充电", now=world.now)
    cables = reported(world, 10, title="电线乱拉").matter
    for who in range(11, 19):
        services.join(actor=world.actor(who), matter_id=cables.pk, words="电线乱拉", now=world.now)
    listed = selectors.listed(world.actor(0), world.estate, selectors.Filter(sort="homes"))
    assert [(each.said_title, each.home_count, each.reports.count()) for each in listed] == [
        ("飞线充电", 10, 12),
        ("电线乱拉", 9, 9),
    ]
    assert_record_holds(world)


def test_of_as_many_homes_the_urgent_one_ranks_first_and_no_longer_once_that_report_leaves() -> None:
    world = prepared()
    calm, urgent = reported(world, 0).matter, reported(world, 1, title="门口堵死").matter
    services.join(actor=world.actor(2), matter_id=calm.pk, words="也堵", now=world.now)
    hurried = services.join(actor=world.actor(3), matter_id=urgent.pk, words="急", urgent=True, now=world.now)

    def order() -> list[int]:
        listed = selectors.listed(world.actor(0), world.estate, selectors.Filter(sort="homes", state="open"))
        return [each.no for each in listed]

    assert order() == [urgent.no, calm.no]
    made = taken_out(world, hurried)
    assert order() == [calm.no, made.no, urgent.no]


def test_what_staff_mended_for_everybody_stays_mended_when_it_is_taken_apart() -> None:
    world = prepared()
    first, second = reported(world, 0).matter, reported(world, 1, title="王某某家堵门", spot="王家门口").matter
    version = own_playbook(world)
    services.triage_accept(
        actor=world.actor(STAFF), matter_id=second.pk, playbook_id=version.pk, reason="属实", title="楼门被堵", spot="",
        now=world.now,
    )  # fmt: skip
    merged(world, second, first)
    unmerged(world, second)
    waiting = fresh(second)
    assert (waiting.title, waiting.said_title, waiting.said_spot) == ("楼门被堵", "楼门被堵", "")
    taken_up = accepted(world, waiting, version)
    assert (taken_up.title, taken_up.spot) == ("楼门被堵", "")
    # What nobody has looked at yet stays as its reporter said it.
    third = reported(world, 2, title="李某某家堵门").matter
    merged(world, third, first)
    unmerged(world, third)
    assert fresh(third).said_title == "李某某家堵门"
    assert "李某某" not in fresh(third).title
    assert_record_holds(world)


def test_a_matter_whose_reports_were_all_taken_back_meanwhile_does_not_come_back_empty() -> None:
    world = prepared()
    first, second = reported(world, 0).matter, reported(world, 1)
    merged(world, second.matter, first)
    services.withdraw_report(actor=world.actor(1), report_id=second.pk, now=world.now)
    with pytest.raises(WrongState) as refusal:
        unmerged(world, second.first_matter)
    assert refusal.value.code == "nothing_leaves"
    assert fresh(second.first_matter).status == "merged"
