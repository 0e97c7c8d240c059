"""Every verb of a project: its outcome, its trace in the record, and each refusal with nothing written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.support.world import World, make_world
from yishiting.council.matters import services as matters
from yishiting.council.matters.kinds import Measuring
from yishiting.council.matters.models import Evidence, Matter, Photo, StepRun
from yishiting.council.matters.selectors.desk import desk_matter
from yishiting.council.projects import handlers, selectors, services
from yishiting.council.projects.handlers import ProjectPlan
from yishiting.council.projects.models import Phase, PhaseStep, Project
from yishiting.council.projects.tests import building
from yishiting.council.projects.tests.building import WORDS
from yishiting.council.votes.tests import voting
from yishiting.ground.organisations.actors import NOBODY
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from yishiting.timeline import guards
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return make_world(6)


def kinds_written(world: World) -> list[str]:
    rows = Entry.objects.filter(estate_id=world.estate.pk).order_by("seq")
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


# ---------------------------------------------------------------- setting up
def test_a_project_carries_its_matters_step_out_and_cites_its_resolution(world: World) -> None:
    matter = building.matter_for(world)

    project = building.create(world, matter=matter)

    assert (project.no, project.total, project.state) == (1, 40, "under_way")
    assert (project.matter, project.run, project.resolution) == (matter, run_of(matter), matter.resolutions.get())
    assert project.post is not None
    assert project.post.kind == "committee_chair"
    assert [(phase.no, phase.planned) for phase in project.phases.all()] == [(1, 14), (2, 13), (3, 13)]
    entry = last(world)
    assert (entry.kind, entry.thread) == ("projects.created", matter.thread)
    assert (entry.facts["total"], entry.facts["planned"]) == (40, [14, 13, 13])
    assert len(entry.attests) == 1 + 3
    assert verify(world.estate.pk).faults == ()


def test_phases_of_39_do_not_make_a_project_of_40_and_the_gap_is_said(world: World) -> None:
    matter = building.matter_for(world)
    said = refused(lambda: building.create(world, 14, 13, 12, total=40, matter=matter), BadInput, world)

    assert said.code == "phases_do_not_sum"
    assert "少了 1" in str(said.message)
    assert not Project.objects.exists()


def test_a_matter_has_one_project_a_step_and_only_where_it_waits_for_one(world: World) -> None:
    matter = building.matter_for(world)
    assert list(selectors.waiting_for_project([world.estate.pk])) == [run_of(matter)]
    building.create(world, matter=matter)

    assert list(selectors.waiting_for_project([world.estate.pk])) == []
    said = refused(lambda: building.create(world, matter=matter), WrongState, world)
    assert "已经立了项目" in str(said.message)
    other = matters.report(
        actor=world.actor(1), estate=world.estate, category="绿化", title="种树", words="种树", now=world.now
    )
    refused(lambda: building.create(world, matter=other.matter), WrongState, world)


def test_no_project_without_a_decision_behind_it(world: World) -> None:
    plan: dict[str, Any] = {
        "actor": world.actor("committee_chair"), "estate": world.estate, "title": "修路", "unit": "处", "total": 1,
        "phases": [("一", 1, None)], "now": world.now,
    }  # fmt: skip
    said = refused(lambda: services.create_project(**plan), BadInput, world)
    assert (said.code, "作出决议，或者表决通过" in str(said.message)) == ("no_decision", True)
    matter = building.matter_for(world, resolution="")
    assert refused(lambda: building.create(world, matter=matter), WrongState, world).code == "no_decision"
    vote = voting.opened(world, thread=matter.thread)
    voting.online(world, vote, 0, "against")
    voting.closed(world, vote)
    world.now = vote.closes_at
    assert refused(lambda: building.create(world, matter=matter), WrongState, world).code == "no_decision"
    again = voting.opened(world, thread=matter.thread)
    for owner in range(len(world.owners)):
        voting.online(world, again, owner, "for")
    voting.closed(world, again)
    world.now = again.closes_at

    project = building.create(world, 1, matter=matter)

    assert (project.resolution, project.vote) == (None, again)
    said_day = refused(
        lambda: building.step(world, project, 1, "start", on=building.today(world) - 30 * DAY), BadInput, world
    )
    assert "决议是" in str(said_day.message), "what is done lies on or after the day of the count"


@pytest.mark.parametrize(
    ("more", "field"), [({"title": " "}, "title"), ({"unit": ""}, "unit"), ({"unit": "很长很长很长很长的单位"}, "unit")]
)
def test_a_project_wants_a_name_and_a_unit(world: World, more: dict[str, str], field: str) -> None:
    plan = {"title": "桩", "unit": "个", **more}
    matter = building.matter_for(world)

    said = refused(
        lambda: services.create_project(
            actor=world.actor("committee_chair"),
            estate=world.estate,
            total=1,
            phases=[("一", 1, None)],
            matter_no=matter.no,
            now=world.now,
            **plan,
        ),
        BadInput,
        world,
    )

    assert isinstance(said, BadInput)
    assert set(said.fields) == {field}


@pytest.mark.parametrize("who", ["owner", "nobody", "building_head", "supervisor"])
def test_who_has_no_duty_of_projects_sets_none_up_and_records_nothing(world: World, who: str) -> None:
    project = building.create(world, 5)
    actor = NOBODY if who == "nobody" else world.actor(0 if who == "owner" else who)
    at = {"actor": actor, "estate_id": world.estate.pk, "no": project.no, "now": world.now}
    verbs: list[Callable[[], object]] = [
        lambda: services.create_project(
            actor=actor, estate=world.estate, title="x", unit="个", total=1, phases=[("x", 1, None)], now=world.now
        ),
        lambda: services.add_insurance(
            **at,
            insurer="x",
            policy_no="x",
            valid_from=building.today(world),
            valid_to=building.today(world),
        ),
        lambda: services.start_phase(**at, phase_no=1),
        lambda: services.finish_phase(**at, phase_no=1),
        lambda: services.accept_phase(**at, phase_no=1),
        lambda: services.operate_phase(**at, phase_no=1),
        lambda: services.note_progress(**at, phase_no=1, note="x"),
    ]
    for verb in verbs:
        refused(verb, NotAllowed, world)


def test_a_project_or_phase_that_there_is_not_is_not_found(world: World) -> None:
    project = building.create(world, 5)
    other = make_world(2, name="别苑")

    refused(lambda: building.step(world, project, 2, "start"), NotFound, world)
    with pytest.raises(NotFound):
        services.start_phase(
            actor=other.actor("committee_chair"), estate_id=other.estate.pk, no=1, phase_no=1, now=world.now
        )


# ---------------------------------------------------------------- steps
def test_each_step_is_on_record_with_who_answers_the_day_and_the_picture(world: World) -> None:
    project = building.create(world)
    world.now += 3 * DAY
    photo = building.picture(world)

    building.step(world, project, 1, "start", on=building.today(world) - 2 * DAY, note="先挖沟", photo=photo)

    step = PhaseStep.objects.get()
    assert (step.kind, step.note, step.photo, step.by_id) == (
        "started", "先挖沟", photo, world.staff["committee_chair"].pk
    )  # fmt: skip
    assert (step.on, step.post) == (building.today(world) - 2 * DAY, project.post)
    entry = last(world)
    assert entry.kind == "projects.started"
    assert [row[:2] for row in entry.attests] == [
        ["projects.step", step.pk],
        ["projects.phase", step.phase_id],
        ["matters.photo", photo.pk],
    ]
    photo.refresh_from_db()
    assert photo.public
    with pytest.raises(DatabaseError), transaction.atomic():
        PhaseStep.objects.filter(pk=step.pk).update(note="改过")


def test_phases_are_taken_one_after_the_other_to_forty_of_forty(world: World) -> None:
    project = building.create(world)
    building.through(world, project, 1)
    said = refused(lambda: building.step(world, project, 3, "start"), WrongState, world)
    assert said.code == "phase_before_not_accepted"
    assert selectors.progress(project) == (14, 40)

    building.through(world, project, 2, 3)

    project = selectors.project_page(NOBODY, world.estate.pk, project.no)
    assert selectors.progress(project) == (40, 40)
    assert selectors.listed(NOBODY, [world.estate.pk]).get().accepted == 40
    assert project.state == "completed"
    assert "projects.completed" in kinds_written(world)
    assert selectors.waits_for(project, building.today(world)) is None
    assert verify(world.estate.pk).faults == ()


def test_every_step_wants_a_picture_of_its_own(world: World) -> None:
    project = building.create(world)
    photo = building.picture(world)
    refused(lambda: building.step(world, project, 1, "start", photo=None), BadInput, world)
    building.step(world, project, 1, "start", photo=photo)

    for kind in ("finish", "accept", "operate"):
        said = refused(lambda kind=kind: building.step(world, project, 1, kind, photo=None), BadInput, world)
        assert said.code == "photo_missing"
        said = refused(lambda kind=kind: building.step(world, project, 1, kind, photo=photo), BadInput, world)
        assert said.code == "photo_in_use"
        building.step(world, project, 1, kind)
    building.step(world, project, 1, "note", note="不用照片")


@pytest.mark.parametrize("kind", ["started", "finished", "accepted", "operating"])
def test_the_database_keeps_no_step_without_a_picture(world: World, kind: str) -> None:
    phase = building.create(world).phases.get(no=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PhaseStep.objects.create(
            estate=world.estate, phase=phase, kind=kind, on=building.today(world), recorded_at=world.now
        )


def test_a_reporters_picture_is_never_published_by_a_step(world: World) -> None:
    project = building.create(world)
    photo = matters.store_photo(actor=world.actor(1), estate=world.estate, upload=building.jpeg(), now=world.now)
    matters.report(
        actor=world.actor(1), estate=world.estate, category="绿化", title="树", words="树", photos=[photo],
        now=world.now,
    )  # fmt: skip

    refused(lambda: building.step(world, project, 1, "start", photo=Photo.objects.get(pk=photo.pk)), BadInput, world)
    assert not Photo.objects.get(pk=photo.pk).public


def test_days_run_forward(world: World) -> None:
    project = building.create(world)
    refused(lambda: building.step(world, project, 1, "start", on=building.today(world) + DAY), BadInput, world)
    building.step(world, project, 1, "start")

    said = refused(lambda: building.step(world, project, 1, "finish", on=building.today(world) - DAY), BadInput, world)
    assert isinstance(said, BadInput)
    assert set(said.fields) == {"on"}


def test_a_note_is_kept_with_the_phase_and_moves_nothing(world: World) -> None:
    project = building.create(world)

    building.step(world, project, 2, "note", note="选好了位置")

    assert PhaseStep.objects.get().note == "选好了位置"
    assert last(world).kind == "projects.noted"
    assert not Phase.objects.filter(started_at__isnull=False).exists()
    refused(lambda: building.step(world, project, 2, "note", note=" "), BadInput, world)


def test_what_there_is_no_room_for_is_refused_by_its_field_and_never_cut(world: World) -> None:
    matter = building.matter_for(world)
    given: dict[str, Any] = {
        "actor": world.actor("committee_chair"), "estate": world.estate, "title": "充电桩", "unit": "个", "total": 4,
        "matter_no": matter.no, "now": world.now,
    }  # fmt: skip
    cut = refused(lambda: services.create_project(**given, phases=[("期" * 81, 4, None)]), BadInput, world)
    assert set(cut.fields) == {"phases"}
    project = services.create_project(**given, phases=[("期" * 80, 4, None)])
    at: dict[str, Any] = {"actor": given["actor"], "estate_id": world.estate.pk, "no": project.no, "now": world.now}
    again = [("期" * 81, 2, None), ("二期", 2, None)]
    assert set(refused(lambda: services.change_plan(**at, phases=again, reason="分开做"), BadInput, world).fields) == {
        "phases"
    }
    day = building.today(world)
    policy = {"insurer": "人保", "policy_no": "P-9", "valid_from": day, "valid_to": day}
    for wrong in ({"insurer": "保" * 81}, {"policy_no": "9" * 61}):
        said = refused(lambda wrong=wrong: services.add_insurance(**at, **policy | wrong), BadInput, world)
        assert set(said.fields) == set(wrong)
    note = refused(lambda: building.step(world, project, 1, "note", note="说" * 501), BadInput, world)
    assert set(note.fields) == {"note"}


# ---------------------------------------------------------------- insurance
def test_without_valid_insurance_no_phase_goes_into_operation(world: World) -> None:
    project = building.create(world, needs_insurance=True)
    building.through(world, project, 1)

    said = refused(lambda: building.step(world, project, 1, "operate"), WrongState, world)
    assert said.code == "not_insured"
    building.insure(world, project, days=(-30, -1), policy_no="LAPSED")
    refused(lambda: building.step(world, project, 1, "operate"), WrongState, world)
    building.insure(world, project, days=(1, 30), policy_no="COMING")
    refused(lambda: building.step(world, project, 1, "operate"), WrongState, world)

    building.insure(world, project, days=(-1, 0), policy_no="TODAY")
    assert last(world).kind == "projects.insured"
    building.step(world, project, 1, "operate")
    assert last(world).kind == "projects.operating"


def test_an_insured_project_is_complete_only_in_operation_and_must_pause_when_the_policy_lapses(world: World) -> None:
    project = building.create(world, 3, needs_insurance=True)
    building.insure(world, project, days=(0, 10))
    building.through(world, project, 1)
    project.refresh_from_db()
    assert project.state == "under_way"

    building.step(world, project, 1, "operate")

    project = selectors.project_page(NOBODY, world.estate.pk, 1)
    today = building.today(world)
    assert project.state == "completed"
    assert not selectors.must_pause(project, today + 10 * DAY)
    assert selectors.must_pause(project, today + 11 * DAY)


@pytest.mark.parametrize(
    ("days", "look", "words"),
    [
        ((0, 365), "done", "在保"),
        ((0, 12), "due", "还有 12 天到期"),
        ((-5, 0), "due", "今天到期"),
        ((-9, -1), "due", "已过期"),
        ((3, 9), "due", "起才在保"),
    ],
)
def test_cover_is_said_in_words(world: World, days: tuple[int, int], look: str, words: str) -> None:
    project = building.create(world, needs_insurance=True)
    building.insure(world, project, days=days)

    cover = selectors.cover(project, building.today(world))

    assert cover is not None
    assert cover.look == look
    assert words in str(cover.words)


def test_a_policy_wants_names_and_days_in_order_and_is_entered_once(world: World) -> None:
    project = building.create(world, needs_insurance=True)
    cover = selectors.cover(project, building.today(world))
    assert cover is not None
    assert "还没有保险" in str(cover.words)
    said = refused(lambda: building.insure(world, project, days=(5, 4)), BadInput, world)
    assert isinstance(said, BadInput)
    assert set(said.fields) == {"valid_to"}
    refused(lambda: building.insure(world, project, policy_no=" "), BadInput, world)
    building.insure(world, project)

    said = refused(lambda: building.insure(world, project), BadInput, world)
    assert isinstance(said, BadInput)
    assert set(said.fields) == {"policy_no"}


def test_a_policy_is_renewed_under_its_number(world: World) -> None:
    project = building.create(world, needs_insurance=True)
    building.insure(world, project, days=(-30, -1))

    building.insure(world, project, days=(0, 30))

    assert [row.policy_no for row in project.policies.all()] == ["P-1", "P-1"]
    assert verify(world.estate.pk).faults == ()


# ---------------------------------------------------------------- with the matter
def test_the_matters_step_ends_as_done_with_the_last_acceptance(world: World) -> None:
    matter = building.matter_for(world)
    project = building.create(world, 2, 1, matter=matter)
    building.through(world, project, 1)
    assert run_of(matter).kind == "project"

    building.through(world, project, 2)

    assert run_of(matter).kind == "answer"
    assert StepRun.objects.get(matter=matter, kind="project").outcome == "done"
    assert verify(world.estate.pk).faults == ()


def test_what_is_built_stands_though_the_matter_lacks_evidence_and_the_step_ends_when_it_is_there(
    world: World,
) -> None:
    matter = building.matter_for(world, needs='needs = ["funds"]')
    project = building.create(world, 1, matter=matter)
    building.through(world, project, 1)
    project.refresh_from_db()
    assert project.state == "completed"
    assert handlers.pending(run_of(matter)) == "done"

    matters.add_evidence(
        actor=world.actor("community_worker"),
        matter_id=matter.pk,
        kind=Evidence.Kind.FUNDS,
        note="拨款单已到",
        now=world.now,
    )

    assert run_of(matter).kind == "answer"


def test_a_step_that_is_stopped_by_hand_stops_its_project(world: World) -> None:
    matter = building.matter_for(world)
    project = building.create(world, 2, 1, matter=matter)
    building.through(world, project, 1)

    matters.end_step(actor=world.actor("community_worker"), matter_id=matter.pk, outcome="stopped", now=world.now)

    project.refresh_from_db()
    assert project.state == "stopped"
    assert "projects.stopped" in kinds_written(world)
    refused(lambda: building.step(world, project, 2, "start"), WrongState, world)
    building.step(world, project, 2, "note", note="设备已退还")
    assert selectors.figures(world.estate.pk) == selectors.Figures(under_way=0, completed=0, stopped=1)
    assert verify(world.estate.pk).faults == ()


def test_a_matter_that_is_declined_stops_its_project(world: World) -> None:
    matter = building.matter_for(world)
    project = building.create(world, 2, matter=matter)

    matters.decline(actor=world.actor("community_worker"), matter_id=matter.pk, reason="重复立项", now=world.now)

    project.refresh_from_db()
    assert project.state == "stopped"


def test_a_resolution_becomes_a_project_through_the_engine(world: World) -> None:
    matter = building.matter_for(world)

    matters.start_step(
        actor=world.actor("committee_chair"),
        matter_id=matter.pk,
        kind="project",
        payload=ProjectPlan("加装充电桩", "个", 40, (("一", 14, None), ("二", 13, None), ("三", 13, None))),
        now=world.now,
    )

    project = Project.objects.get()
    assert (project.matter, project.total, project.phases.count()) == (matter, 40, 3)
    assert project.resolution is not None
    assert project.resolution.text == WORDS


def test_the_desk_is_offered_a_project_to_set_up_then_the_one_that_stands(world: World) -> None:
    matter = building.matter_for(world)
    assert [(offer.action, offer.key) for offer in handlers.offers(run_of(matter))] == [("create_project", 0)]
    building.create(world, matter=matter)

    (offer,) = handlers.offers(run_of(matter))
    assert (offer.action, offer.key, str(offer.state)) == ("open_project_page", 1, "正在办")


def test_the_gate_of_insurance_reads_the_projects_policies(world: World) -> None:
    matter = building.matter_for(world, needs='needs = ["insurance"]')
    run = run_of(matter)
    step = matters.step_of(run)
    assert step is not None
    assert run.matter.playbook is not None
    at = Measuring(run.matter, run, matters.playbook_of(run.matter.playbook), step, world.now)
    assert "保险单" in str(handlers.insurance(at, None).explanation)
    project = building.create(world, 1, matter=matter)
    assert not handlers.insurance(at, None).met
    building.insure(world, project, days=(-5, -1), policy_no="OLD")
    assert not handlers.insurance(at, None).met

    building.insure(world, project, days=(0, 0), policy_no="NEW")

    assert handlers.insurance(at, None).met


def test_a_step_that_demands_insurance_makes_a_project_that_demands_it(world: World) -> None:
    matter = building.matter_for(world, needs='needs = ["insurance"]')

    project = building.create(world, 1, matter=matter, needs_insurance=False)

    assert project.needs_insurance
    for kind in ("start", "finish", "accept"):
        building.step(world, project, 1, kind)
    said = refused(lambda: building.step(world, project, 1, "operate"), WrongState, world)
    assert said.code == "not_insured"


def test_a_step_that_waited_for_insurance_alone_ends_with_the_policy(world: World) -> None:
    matter = building.matter_for(world, needs='needs = ["insurance"]')
    project = building.create(world, 1, matter=matter)
    run = run_of(matter)
    # Complete, and the step waits: as when the policy lapsed before the room reported.
    Project.objects.filter(pk=project.pk).update(ended_at=world.now)

    building.insure(world, project)

    run.refresh_from_db()
    assert (run.ended_at, run.outcome) == (world.now, "done")


def test_a_gate_that_only_the_projects_page_can_meet_offers_no_evidence(world: World) -> None:
    matter = building.matter_for(world, needs='needs = ["insurance"]')
    desk = desk_matter(world.actor("community_worker"), world.estate, matter.no, now=world.now)
    assert [gate.takes_evidence for gate in desk.gates] == [True]
    building.create(world, 1, matter=matter)

    desk = desk_matter(world.actor("community_worker"), world.estate, matter.no, now=world.now)

    assert [gate.takes_evidence for gate in desk.gates] == [False]


# ---------------------------------------------------------------- the record
@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        ("projects_project", "total = 41", "projects.project"),
        ("projects_project", "total = 41", "各期相加是 3，总数却是 41"),
        ("projects_phase", "planned = 5", "projects.phase"),
        ("projects_phase", "accepted_at = NULL, operating_at = NULL", "对不上"),
        ("projects_phasestep", "note = 'x'", "projects.step"),
        ("projects_insurance", "policy_no = 'x'", "projects.insurance"),
    ],
)
def test_an_edit_of_a_row_behind_the_verbs_is_found(world: World, table: str, change: str, found: str) -> None:
    project = building.create(world, 3)
    building.insure(world, project)
    building.through(world, project, 1)
    assert verify(world.estate.pk).faults == ()
    guards.remove(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change}")
    finally:
        guards.install(connection)

    assert any(found in str(fault) for fault in verify(world.estate.pk).faults)


def test_sums_are_not_multiplied_by_policies_or_steps(world: World) -> None:
    project = building.create(world, 2, 3)
    building.through(world, project, 1)
    for number in range(4):
        building.insure(world, project, policy_no=f"P{number}")

    rows = selectors.listed(NOBODY, [world.estate.pk]).filter(policies__insurer="人保", phases__steps__kind="started")

    assert [row.accepted for row in rows.distinct()] == [2]


def test_projects_under_way_stand_before_those_that_ended(world: World) -> None:
    done = building.create(world, 1)
    building.through(world, done, 1)
    going = building.create(world, 1)

    assert list(selectors.listed(NOBODY, [world.estate.pk])) == [going, done]
    assert selectors.under_way(NOBODY, world.estate.pk) == [going]
