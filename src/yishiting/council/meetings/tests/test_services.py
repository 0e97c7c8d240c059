"""Every verb of a meeting: its outcome, its trace in the record, and each refusal with nothing written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from tests.support.world import World, make_world
from yishiting.council.matters import kinds
from yishiting.council.matters import services as matters
from yishiting.council.matters.kinds import Measuring
from yishiting.council.matters.models import Matter, Resolution, StepRun
from yishiting.council.meetings import handlers, selectors, services
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import AgendaItem, Attendance, Meeting, Minutes, Proposal
from yishiting.council.meetings.tests import sitting
from yishiting.council.meetings.tests.sitting import SIDES, WORDS
from yishiting.ground.organisations.actors import NOBODY
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from yishiting.timeline import guards
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(6)


def kinds_written(world: World, since: int = 0) -> list[str]:
    """The kinds of entry written after ``since``, in order."""
    rows = Entry.objects.filter(estate_id=world.estate.pk, seq__gt=since).order_by("seq")
    return list(rows.values_list("kind", flat=True))


def last(world: World) -> Entry:
    return Entry.objects.filter(estate_id=world.estate.pk).order_by("seq").last()


def refused(verb: Callable[[], object], error: type[Refusal], world: World) -> Refusal:
    """Run a verb that must be refused, and hold that nothing was written."""
    before = kinds_written(world)
    with pytest.raises(error) as caught:
        verb()
    assert kinds_written(world) == before
    return caught.value


def run_of(matter: Matter) -> StepRun:
    return StepRun.objects.get(matter=matter, ended_at=None)


# ---------------------------------------------------------------- before
def test_a_planned_meeting_has_its_sides_its_agenda_and_an_entry_on_each_matters_way(world: World) -> None:
    one, two = sitting.matter_for(world), sitting.matter_for(world, "路灯不亮")
    before = last(world).seq

    meeting = sitting.planned(world, one, two)

    assert (meeting.no, meeting.state) == (1, "planned")
    assert [(party.name, party.required) for party in meeting.parties.all()] == [(side, True) for side in SIDES]
    assert [(item.no, item.matter_id, item.run) for item in meeting.agenda.all()] == [
        (1, one.pk, run_of(one)),
        (2, two.pk, run_of(two)),
    ]
    entries = Entry.objects.filter(estate_id=world.estate.pk, seq__gt=before).order_by("seq")
    assert [(entry.kind, entry.thread) for entry in entries] == [
        ("meetings.planned", one.thread),
        ("meetings.planned", two.thread),
    ]


def test_numbers_run_on_and_one_matter_stands_on_one_agenda_at_a_time(world: World) -> None:
    matter = sitting.matter_for(world)
    sitting.planned(world, matter)

    said = refused(lambda: sitting.planned(world, matter), WrongState, world)
    assert "已经排进另一次会议" in str(said.message)

    services.cancel_meeting(actor=world.actor("moderator"), estate_id=world.estate.pk, no=1, now=world.now)
    assert sitting.planned(world, matter).no == 2


def test_a_meeting_without_a_side_of_the_playbook_or_with_it_as_a_guest_is_refused(world: World) -> None:
    matter = sitting.matter_for(world)

    said = refused(lambda: sitting.planned(world, matter, sides=("社区", "住户代表")), BadInput, world)
    assert isinstance(said, BadInput)
    assert "物业" in str(said.fields["parties"])
    refused(lambda: sitting.planned(world, matter, sides=SIDES[:2], optional=("物业",)), BadInput, world)
    assert sitting.planned(world, matter, optional=("志愿者",)).parties.count() == 4


def test_a_matter_that_waits_for_no_meeting_is_not_planned(world: World) -> None:
    report = matters.report(
        actor=world.actor(1), estate=world.estate, category="停车充电", title="别的事", words="别的事", now=world.now
    )

    said = refused(lambda: sitting.planned(world, report.matter), WrongState, world)
    assert "没有走到开会" in str(said.message)


def test_a_meeting_of_another_estate_is_not_found(world: World) -> None:
    other = make_world(2, name="别苑")
    meeting = sitting.planned(world)

    with pytest.raises(NotFound):
        services.invite(actor=other.actor("moderator"), estate_id=other.estate.pk, no=meeting.no, now=world.now)


@pytest.mark.parametrize("who", ["owner", "nobody", "property_manager", "supervisor"])
def test_who_has_no_duty_to_meet_plans_and_runs_nothing(world: World, who: str) -> None:
    meeting = sitting.opened(world)
    actor = NOBODY if who == "nobody" else world.actor(0 if who == "owner" else who)
    at = {"actor": actor, "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}
    party = meeting.parties.first()
    item = meeting.agenda.get()
    assert party is not None
    verbs: list[Callable[[], object]] = [
        lambda: services.plan_meeting(
            actor=actor, estate=world.estate, title="x", place="x", starts_at=world.now, parties=[], matters=[],
            now=world.now,
        ),
        lambda: services.invite(**at),
        lambda: services.move_meeting(**at, starts_at=world.now, place=""),
        lambda: services.cancel_meeting(**at),
        lambda: services.call_off(**at, reason="停电"),
        lambda: services.attend(**at, party_id=party.pk),
        lambda: services.withdraw_attendance(**at, attendance_id=1),
        lambda: services.open_meeting(**at),
        lambda: services.propose(**at, item_id=item.pk, party_id=party.pk, text="x"),
        lambda: services.decide_proposal(**at, proposal_no=1, outcome="adopted", reason=""),
        lambda: services.write_minutes(**at, text="x"),
        lambda: services.close_meeting(**at, minutes="x", decisions={}),
    ]  # fmt: skip
    for verb in verbs:
        refused(verb, NotAllowed, world)


def test_an_invitation_announces_and_a_move_takes_it_back_without_hiding_the_meeting(world: World) -> None:
    meeting = sitting.planned(world)
    assert not selectors.public_list(NOBODY, world.estate.pk).exists()

    services.invite(actor=world.actor("moderator"), estate_id=world.estate.pk, no=1, now=world.now)
    assert last(world).kind == "meetings.invited"
    assert last(world).facts == {"no": 1, "parties": 3}
    assert [row.state for row in selectors.public_list(NOBODY, world.estate.pk)] == ["invited"]
    assert selectors.upcoming(world.estate.pk, world.now) == [meeting]

    later = world.now + timedelta(days=3)
    services.move_meeting(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=1, starts_at=later, place="", now=world.now
    )
    meeting.refresh_from_db()
    assert (meeting.state, meeting.starts_at, meeting.place) == ("planned", later, "物业办公室")
    assert last(world).kind == "meetings.moved"
    assert [row.no for row in selectors.public_list(NOBODY, world.estate.pk)] == [1]
    assert selectors.upcoming(world.estate.pk, world.now) == []


def test_a_cancelled_meeting_gives_its_matters_back(world: World) -> None:
    matter = sitting.matter_for(world)
    sitting.invited(world, matter)
    assert list(selectors.waiting_for_meeting([world.estate.pk])) == []

    services.cancel_meeting(actor=world.actor("moderator"), estate_id=world.estate.pk, no=1, now=world.now)

    assert last(world).kind == "meetings.cancelled"
    assert list(selectors.waiting_for_meeting([world.estate.pk])) == [run_of(matter)]
    refused(
        lambda: services.open_meeting(actor=world.actor("moderator"), estate_id=world.estate.pk, no=1, now=world.now),
        WrongState,
        world,
    )


def test_a_meeting_broken_off_keeps_what_was_said_resolves_nothing_and_gives_its_matters_back(world: World) -> None:
    matter = sitting.matter_for(world)
    meeting = sitting.opened(world, matter)
    sitting.propose(world, meeting)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": 1, "now": world.now}
    refused(lambda: services.cancel_meeting(**at), WrongState, world)

    services.call_off(**at, reason=" 停电了 ")

    meeting.refresh_from_db()
    assert (meeting.state, meeting.cancel_reason, meeting.ended_at) == ("interrupted", "停电了", world.now)
    assert (last(world).kind, last(world).thread) == ("meetings.interrupted", matter.thread)
    assert meeting.proposals.get().text == WORDS
    assert not Resolution.objects.exists()
    assert list(selectors.waiting_for_meeting([world.estate.pk])) == [run_of(matter)]
    refused(lambda: services.call_off(**at, reason="再来一次"), WrongState, world)
    refused(lambda: services.write_minutes(**at, text="补记"), WrongState, world)
    refused(lambda: sitting.propose(world, meeting), WrongState, world)
    assert sitting.planned(world, matter).no == 2
    assert verify(world.estate.pk).faults == ()


def test_a_meeting_is_not_planned_for_a_time_that_has_passed_or_another_century(world: World) -> None:
    matter = sitting.matter_for(world)
    for ahead in (timedelta(days=-1), timedelta(0), timedelta(days=366)):
        plan = partial(
            services.plan_meeting, actor=world.actor("moderator"), estate=world.estate, title="会", place="室",
            starts_at=world.now + ahead, parties=[(side, True) for side in SIDES], matters=[matter.pk], now=world.now,
        )  # fmt: skip
        assert "day" in refused(plan, BadInput, world).fields
    assert not Meeting.objects.exists()


# ---------------------------------------------------------------- attendance
def test_a_meeting_with_a_side_missing_does_not_open_and_says_which(world: World) -> None:
    meeting = sitting.invited(world)
    sitting.sign_in(world, meeting, "社区", "物业")

    said = refused(
        lambda: services.open_meeting(
            actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now
        ),
        WrongState,
        world,
    )
    assert said.code == "party_missing"
    assert "住户代表" in str(said.message)

    sitting.sign_in(world, meeting, "住户代表", count=5)
    opened = services.open_meeting(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now
    )
    assert opened.state == "open"
    # It is a day before its hour, which is told and not refused.
    assert last(world).facts == {"no": 1, "people": 9, "early": 1}


def test_a_person_counts_once_however_many_posts_he_holds(world: World) -> None:
    meeting = sitting.invited(world)
    person = world.staff["grid_worker"].pk
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}
    first, second, _ = meeting.parties.all()
    services.attend(**at, party_id=first.pk, person_id=person)

    said = refused(lambda: services.attend(**at, party_id=second.pk, person_id=person), WrongState, world)

    assert "只算一次" in str(said.message)
    assert Attendance.objects.get().count == 1
    assert "person" not in last(world).facts


def test_an_attendance_written_down_wrongly_is_taken_back_and_counted_no_more(world: World) -> None:
    meeting = sitting.opened(world)
    sitting.sign_in(world, meeting, "社区", count=50)
    wrong = Attendance.objects.get(count=50)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}

    services.withdraw_attendance(**at, attendance_id=wrong.pk)

    assert last(world).kind == "meetings.attendance_withdrawn"
    assert sum(Attendance.objects.values_list("count", flat=True)) == 6
    only = Attendance.objects.get(party__name="社区")
    refused(lambda: services.withdraw_attendance(**at, attendance_id=only.pk), WrongState, world)
    refused(lambda: services.withdraw_attendance(**at, attendance_id=wrong.pk), NotFound, world)


def test_figures_count_held_meetings_and_people_without_multiplying_them(world: World) -> None:
    first, second = sitting.matter_for(world), sitting.matter_for(world, "路灯不亮")
    meeting = sitting.opened(world, first, second)
    for text in ("甲", "乙", "丙"):
        sitting.propose(world, meeting, text)
    for no in (1, 2, 3):
        sitting.decide(world, meeting, no, "rejected", "太贵")
    sitting.close(world, meeting, Decision("work"), Decision("work"))

    assert selectors.figures(world.estate.pk) == selectors.Figures(held=1, people=6)
    listed = selectors.public_list(NOBODY, world.estate.pk).filter(agenda__matter__title__contains="").distinct().get()
    assert listed.people == 6
    page = selectors.meeting_page(NOBODY, world.estate.pk, meeting.no)
    assert [party.present for party in page.parties.all()] == [2, 2, 2]


# ---------------------------------------------------------------- proposals
def test_a_proposal_is_kept_as_it_was_made_with_its_side_and_attested(world: World) -> None:
    meeting = sitting.opened(world)

    proposal = sitting.propose(world, meeting, " 桩离楼 6 米以外 ", side="物业")

    assert (proposal.no, proposal.text, proposal.party.name, proposal.outcome) == (1, "桩离楼 6 米以外", "物业", "")
    entry = last(world)
    assert (entry.kind, entry.thread) == ("meetings.proposed", meeting.agenda.get().matter.thread)
    assert [row[:2] for row in entry.attests] == [["meetings.proposal", proposal.pk]]
    assert "桩" not in str(entry.facts)
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(text="改过")
    with pytest.raises(DatabaseError), transaction.atomic():
        proposal.delete()


def test_proposals_are_taken_in_an_open_meeting_only_with_words_item_and_side(world: World) -> None:
    meeting = sitting.invited(world)
    refused(lambda: sitting.propose(world, meeting), WrongState, world)
    sitting.sign_in(world, meeting, *SIDES)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}
    services.open_meeting(**at)

    refused(lambda: sitting.propose(world, meeting, "  "), BadInput, world)
    refused(lambda: services.propose(**at, item_id=0, party_id=0, text="x"), BadInput, world)


def test_what_became_of_a_proposal_is_on_record_and_may_change_until_the_end(world: World) -> None:
    meeting = sitting.opened(world)
    sitting.propose(world, meeting)

    refused(lambda: sitting.decide(world, meeting, 1, "rejected"), BadInput, world)
    refused(lambda: sitting.decide(world, meeting, 2), NotFound, world)
    sitting.decide(world, meeting, 1, "rejected", "太贵")
    assert last(world).facts == {"no": 1, "proposal": 1, "outcome": "rejected"}
    assert sitting.decide(world, meeting, 1).outcome == "adopted"


# ---------------------------------------------------------------- closing
def test_a_meeting_with_four_proposals_and_three_outcomes_does_not_close(world: World) -> None:
    meeting = sitting.opened(world)
    for text in ("甲", "乙", "丙", "丁"):
        sitting.propose(world, meeting, text)
    for no in (1, 2, 4):
        sitting.decide(world, meeting, no, "rejected", "太贵")

    said = refused(lambda: sitting.close(world, meeting, Decision("work")), WrongState, world)

    assert said.code == "proposal_open"
    assert "第 3 条" in str(said.message)
    meeting.refresh_from_db()
    assert (meeting.state, Minutes.objects.count()) == ("open", 0)
    sitting.decide(world, meeting, 3, "deferred", "等下次")
    assert sitting.close(world, meeting, Decision("work")).state == "closed"


def test_closing_keeps_minutes_and_resolution_and_each_matter_goes_on_by_its_outcome(world: World) -> None:
    charging, lamps = sitting.matter_for(world), sitting.matter_for(world, "路灯不亮")
    meeting = sitting.opened(world, charging, lamps)
    sitting.propose(world, meeting)
    sitting.decide(world, meeting, 1)
    before = last(world).seq

    sitting.close(world, meeting, Decision("project", WORDS), Decision("work"))

    assert (run_of(charging).kind, run_of(lamps).kind) == ("project", "work")
    resolution = Resolution.objects.get()
    assert (resolution.text, resolution.matter) == (WORDS, charging)
    items = list(AgendaItem.objects.filter(meeting=meeting))
    assert [(item.outcome, item.resolution) for item in items] == [("project", resolution), ("work", None)]
    assert selectors.of_resolutions([resolution.pk]) == {resolution.pk: items[0]}
    assert Minutes.objects.get().version == 1
    assert kinds_written(world, before) == [
        "meetings.minuted",
        "matters.resolved",
        "meetings.closed",
        "meetings.closed",
        "matters.step_ended",
        "matters.step_started",
        "matters.step_ended",
        "matters.step_started",
    ]
    closing = Entry.objects.filter(estate_id=world.estate.pk, kind="meetings.closed").order_by("seq")
    assert [len(entry.attests) for entry in closing] == [1 + 2, 0]  # the meeting and the items of its agenda
    assert verify(world.estate.pk).faults == ()


def test_an_adopted_proposal_wants_its_resolution_and_an_item_its_outcome(world: World) -> None:
    meeting = sitting.opened(world)
    sitting.propose(world, meeting)
    sitting.decide(world, meeting, 1)

    said = refused(lambda: sitting.close(world, meeting, Decision("project")), BadInput, world)
    assert isinstance(said, BadInput)
    assert set(said.fields) == {"resolution_1"}
    refused(lambda: sitting.close(world, meeting), BadInput, world)
    refused(lambda: sitting.close(world, meeting, Decision("elsewhere", WORDS)), BadInput, world)
    refused(lambda: sitting.close(world, meeting, Decision("project", WORDS), minutes=" "), BadInput, world)


def test_minutes_written_during_the_meeting_are_enough_and_not_kept_twice(world: World) -> None:
    meeting = sitting.opened(world)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}
    services.write_minutes(**at, text="边开边记。")

    sitting.close(world, meeting, Decision("adjourned"), minutes="  ")

    assert [row.text for row in Minutes.objects.all()] == ["边开边记。"]
    assert run_of(meeting.agenda.get().matter).kind == "meeting"


def test_a_matter_that_has_gone_another_way_needs_no_decision_and_is_left_alone(world: World) -> None:
    going, gone = sitting.matter_for(world), sitting.matter_for(world, "路灯不亮")
    meeting = sitting.opened(world, going, gone)
    matters.decline(actor=world.actor("community_worker"), matter_id=gone.pk, reason="已经修好", now=world.now)

    sitting.close(world, meeting, Decision("work"))

    gone.refresh_from_db()
    assert gone.status == Matter.Status.DECLINED
    assert [item.outcome for item in meeting.agenda.all()] == ["work", ""]


def test_a_closed_meeting_is_closed_once_and_takes_nothing_more(world: World) -> None:
    meeting = sitting.closed(world)

    refused(lambda: sitting.close(world, meeting, Decision("work")), WrongState, world)
    refused(lambda: sitting.propose(world, meeting, "迟到的方案"), WrongState, world)
    refused(lambda: sitting.decide(world, meeting, 1, "rejected", "反悔"), WrongState, world)
    refused(lambda: sitting.sign_in(world, meeting, "社区"), WrongState, world)


# ---------------------------------------------------------------- minutes
def test_a_correction_after_closing_is_a_new_version_and_the_old_one_stays_readable(world: World) -> None:
    meeting = sitting.closed(world)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}

    refused(lambda: services.write_minutes(**at, text="改过的记录"), BadInput, world)
    services.write_minutes(**at, text="改过的记录", reason="人数写错了")

    page = selectors.meeting_page(NOBODY, world.estate.pk, meeting.no)
    assert [(row.version, row.text, row.reason) for row in page.minutes.all()] == [
        (2, "改过的记录", "人数写错了"),
        (1, "三方到齐，各方发言。", ""),
    ]
    assert last(world).facts == {"no": 1, "version": 2}
    assert verify(world.estate.pk).faults == ()


@pytest.mark.parametrize(
    ("table", "column", "value", "label"),
    [
        ("meetings_minutes", "text", "改过", "meetings.minutes"),
        ("meetings_proposal", "text", "改过", "meetings.proposal"),
        ("meetings_proposal", "outcome", "rejected", "meetings.settled"),
        ("meetings_proposal", "reason", "改过", "meetings.settled"),
        ("meetings_attendance", "count", 99, "meetings.attendance"),
        ("meetings_agendaitem", "outcome", "stopped", "第 1 次会议的议程第 1 项"),
    ],
)
def test_an_edit_of_a_row_behind_the_verbs_is_found(
    world: World, table: str, column: str, value: object, label: str
) -> None:
    meeting = sitting.closed(world)
    assert verify(world.estate.pk).faults == ()
    row = connection.ops.quote_name(table)
    guards.remove(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {row} SET {column} = %s WHERE meeting_id = %s", [value, meeting.pk])
    finally:
        guards.install(connection)

    assert any(label in str(fault) for fault in verify(world.estate.pk).faults)


# ---------------------------------------------------------------- what matters ask
def measuring(world: World, matter: Matter) -> Measuring:
    run = run_of(matter)
    step = matters.step_of(run)
    assert step is not None
    assert run.matter.playbook is not None
    return Measuring(run.matter, run, matters.playbook_of(run.matter.playbook), step, world.now)


def test_the_gate_of_parties_counts_sides_that_came_to_a_meeting_on_this_step(world: World) -> None:
    matter = sitting.matter_for(world)
    at = measuring(world, matter)
    assert (handlers.party(at, "all").have, handlers.party(at, "all").want) == (0, 3)
    meeting = sitting.invited(world, matter)
    sitting.sign_in(world, meeting, *SIDES)
    assert not handlers.party(at, "all").met, "a meeting that has not opened has not met"
    services.open_meeting(actor=world.actor("moderator"), estate_id=world.estate.pk, no=1, now=world.now)

    assert handlers.party(at, "all").met
    assert kinds.measure(at.step.needs[0], at).met


def test_the_desk_is_offered_a_meeting_to_plan_then_the_one_that_stands(world: World) -> None:
    matter = sitting.matter_for(world)
    assert [(offer.action, offer.key) for offer in handlers.offers(run_of(matter))] == [("plan_meeting", 0)]
    meeting = sitting.invited(world, matter)
    assert [(offer.action, offer.key) for offer in handlers.offers(run_of(matter))] == [("open_meeting_page", 1)]
    sitting.sign_in(world, meeting, *SIDES)
    services.open_meeting(actor=world.actor("moderator"), estate_id=world.estate.pk, no=1, now=world.now)
    sitting.close(world, meeting, Decision("adjourned"))

    assert [(offer.action, offer.key) for offer in handlers.offers(run_of(matter))] == [("plan_meeting", 0)]


def test_a_meeting_step_is_not_ended_past_its_meeting(world: World) -> None:
    matter = sitting.matter_for(world)

    refused(
        lambda: matters.end_step(
            actor=world.actor("community_worker"), matter_id=matter.pk, outcome="vote", now=world.now
        ),
        WrongState,
        world,
    )


def test_the_agenda_items_of_a_matter_leave_out_plans_that_nobody_was_told_of(world: World) -> None:
    matter = sitting.matter_for(world)
    sitting.planned(world, matter)
    assert selectors.of_matter(matter.pk) == []

    services.invite(actor=world.actor("moderator"), estate_id=world.estate.pk, no=1, now=world.now)

    assert [item.meeting.no for item in selectors.of_matter(matter.pk)] == [1]


def test_two_meetings_are_numbered_apart_in_each_estate(world: World) -> None:
    sitting.planned(world)
    other = make_world(2, name="别苑")

    assert sitting.planned(other).no == 1
    assert Meeting.objects.count() == 2
