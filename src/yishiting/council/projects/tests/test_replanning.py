"""Changing the plan of a project, and the days that its plan, its steps and its policies may have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.support.world import World, make_world
from yishiting.council.projects import lifecycle, selectors, services
from yishiting.council.projects.lifecycle import PhaseFacts
from yishiting.council.projects.models import Insurance, Phase, Project, Replan
from yishiting.council.projects.services.creating import PhaseDraft
from yishiting.council.projects.tests import building
from yishiting.ground.organisations.actors import NOBODY
from yishiting.kernel.errors import BadInput, NotAllowed, Refusal, WrongState
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)


@pytest.fixture
def world() -> World:
    return make_world(6)


def change(
    world: World,
    project: Project,
    *phases: PhaseDraft,
    reason: str = "北侧地下有管线",
    by: str | int = "committee_chair",
) -> Project:
    return services.change_plan(
        actor=world.actor(by), estate_id=world.estate.pk, no=project.no, phases=phases, reason=reason, now=world.now
    )


def plan_of(project: Project) -> list[tuple[int, str, int]]:
    return list(Phase.objects.filter(project=project).order_by("no").values_list("no", "title", "planned"))


def refused(verb: Callable[[], object], error: type[Refusal]) -> Refusal:
    before = (Entry.objects.count(), Phase.every.count(), Replan.objects.count())
    with pytest.raises(error) as caught:
        verb()
    assert (Entry.objects.count(), Phase.every.count(), Replan.objects.count()) == before
    return caught.value


@pytest.mark.django_db
def test_what_has_not_begun_is_planned_anew_and_the_old_plan_stays_on_record(world: World) -> None:
    project = building.create(world, matter=building.matter_for(world))
    building.step(world, project, 1, "start")
    building.step(world, project, 3, "note", note="先看过地方")

    change(world, project, ("南侧", 20, None), ("东侧", 4, None), ("西侧", 2, None))

    assert plan_of(project) == [(1, "第1期", 14), (2, "南侧", 20), (3, "东侧", 4), (4, "西侧", 2)]
    old = Phase.every.filter(dropped_by__isnull=False).order_by("no")
    assert [(phase.no, phase.planned) for phase in old] == [(2, 13), (3, 13)]
    assert old[1].steps.get().note == "先看过地方"
    kept = Replan.objects.get()
    assert (kept.reason, kept.changed_by_id) == ("北侧地下有管线", world.staff["committee_chair"].pk)
    entry = Entry.objects.order_by("seq").last()
    assert entry is not None
    assert (entry.kind, entry.thread) == ("projects.replanned", project.matter.thread)
    assert (entry.facts["before"], entry.facts["planned"]) == ([14, 13, 13], [14, 20, 4, 2])
    shown = selectors.project_page(NOBODY, world.estate.pk, project.no)
    assert [[phase.planned for phase in each.dropped.all()] for each in shown.replans.all()] == [[13, 13]]
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db
def test_a_changed_plan_is_carried_out_to_the_end(world: World) -> None:
    project = building.create(world, 2, 2)
    building.through(world, project, 1)
    change(world, project, ("甲", 1, None), ("乙", 1, None))
    change(world, project, ("甲", 1, None), ("丙", 1, TODAY + DAY), reason="换个名字")
    assert Replan.objects.count() == 2

    building.through(world, project, 2, 3)

    project.refresh_from_db()
    assert project.state == "completed"
    assert selectors.progress(project) == (4, 4)
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db
def test_a_phase_that_comes_back_the_same_stays_the_phase_it_is(world: World) -> None:
    project = building.create(world, 4, 3, 3)
    before = list(project.phases.values_list("pk", flat=True))

    change(world, project, ("第1期", 4, None), ("第2期", 3, None), ("铺地面", 2, None), ("收尾", 1, None))

    now = list(project.phases.order_by("no").values_list("pk", flat=True))
    assert now[:2] == before[:2]
    assert before[2] not in now


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("phases", "reason", "field"),
    [
        ([("甲", 25, None)], "换", "phases"),
        ([("甲", 27, None)], "换", "phases"),
        ([], "换", "phases"),
        ([("甲", 27, None), ("乙", -1, None)], "换", "phases"),
        ([("甲", 26, None), ("乙", 0, None)], "换", "phases"),
        ([(f"{no}", 1, None) for no in range(26)], "换", "phases"),
        ([("第2期", 13, None), ("第3期", 13, None)], "换", "phases"),
        ([("甲", 26, date(2036, 12, 31))], "换", "phases"),
        ([("甲", 26, date(1999, 1, 1))], "换", "phases"),
        ([("甲", 26, None)], " ", "reason"),
        ([("甲", 26, None)], "长" * 201, "reason"),
    ],
)
def test_a_change_that_does_not_add_up_is_refused_with_nothing_written(
    world: World, phases: list[PhaseDraft], reason: str, field: str
) -> None:
    project = building.create(world)
    building.step(world, project, 1, "start")

    refusal = refused(lambda: change(world, project, *phases, reason=reason), BadInput)

    assert list(refusal.fields) == [field]
    assert [number for _, _, number in plan_of(project)] == [14, 13, 13]


@pytest.mark.django_db
def test_a_plan_is_not_changed_by_others_nor_once_all_has_begun(world: World) -> None:
    project = building.create(world, 2, 1)
    refused(lambda: change(world, project, ("甲", 3, None), by=0), NotAllowed)
    building.through(world, project, 1)
    building.step(world, project, 2, "start")
    said = refused(lambda: change(world, project, ("甲", 1, None)), WrongState)
    assert "记一条进展" in str(said.message)
    building.step(world, project, 2, "finish")
    building.step(world, project, 2, "accept")
    refused(lambda: change(world, project, ("甲", 1, None)), WrongState)


@pytest.mark.django_db
def test_the_database_keeps_a_begun_phase_in_the_plan_and_one_phase_a_number(world: World) -> None:
    project = building.create(world, 2, 1)
    building.step(world, project, 1, "start")
    change(world, project, ("甲", 1, None))
    replan = Replan.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Phase.objects.filter(project=project, no=1).update(dropped_by=replan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Phase.objects.create(estate=world.estate, project=project, no=2, title="又一个", planned=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Replan.objects.filter(pk=replan.pk).update(reason="改掉")
    with pytest.raises(DatabaseError), transaction.atomic():
        Phase.every.filter(dropped_by=replan).delete()


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 6), st.lists(st.integers(-1, 9), max_size=6))
def test_a_plan_is_changed_exactly_when_what_began_and_what_is_planned_sum_to_the_total(
    planned: list[int], begun: int, fresh: list[int]
) -> None:
    phases = [PhaseFacts(no, number, started=no <= begun) for no, number in enumerate(planned, 1)]
    fits = begun < len(planned) and all(number > 0 for number in fresh) and sum(fresh) == sum(planned[begun:])

    try:
        kept = lifecycle.check_replan(
            phases=phases, total=sum(planned), planned=fresh, most=20, ended=False, stopped=False, reason="换"
        )
    except Refusal:
        assert not fits
    else:
        assert fits
        assert [phase.no for phase in kept] == list(range(1, begun + 1))


# ---------------------------------------------------------------- days
@pytest.mark.django_db
def test_a_phase_is_neither_due_nor_begun_before_it_was_resolved_on(world: World) -> None:
    matter = building.matter_for(world)
    plan = {
        "actor": world.actor("committee_chair"), "estate": world.estate, "title": "桩", "unit": "个", "total": 2,
        "matter_no": matter.no, "now": world.now,
    }  # fmt: skip
    said = refused(lambda: services.create_project(**plan, phases=[("甲", 1, TODAY), ("乙", 1, TODAY - DAY)]), BadInput)
    assert "写的第 2 个日期不对" in str(said.message)
    assert "不能早于那一天" in str(said.message)
    refused(lambda: services.create_project(**plan, phases=[("甲", 2, date(9999, 12, 31))]), BadInput)
    project = services.create_project(**plan, phases=[("甲", 2, TODAY)])

    late = refused(lambda: building.step(world, project, 1, "start", on=TODAY - DAY), BadInput)

    assert "决议是2026年3月2日作的" in str(late.message)
    assert list(late.fields) == ["on"]
    building.step(world, project, 1, "start", on=TODAY)


@pytest.mark.django_db
def test_a_step_of_another_century_is_refused(world: World) -> None:
    project = building.create(world, 1)
    refused(lambda: building.step(world, project, 1, "start", on=date(206, 3, 1)), BadInput)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "field"),
    [((0, 4000), "valid_to"), ((9, 8), "valid_to"), ((-4000, 0), "valid_from"), ((4000, 4001), "valid_from")],
)
def test_a_policy_of_another_century_is_refused(world: World, days: tuple[int, int], field: str) -> None:
    project = building.create(world, 1)
    said = refused(lambda: building.insure(world, project, days=days), BadInput)
    assert list(said.fields) == [field]
    assert not Insurance.objects.exists()
    building.insure(world, project, days=(1, 3650))


@pytest.mark.django_db
def test_the_record_and_the_cover_say_a_policys_days_in_words(world: World) -> None:
    from yishiting.timeline import entries

    project = building.create(world, 1)
    building.insure(world, project, days=(5, 364))
    entry = Entry.objects.order_by("seq").last()
    assert entry is not None
    assert "2027年3月1日" in str(entries.describe(entry.kind, entry.facts))
    cover = selectors.cover(project, TODAY)
    assert cover is not None
    assert str(cover.words) == "2026年3月7日起才在保"
    past = selectors.cover(project, TODAY + 400 * DAY)
    assert past is not None
    assert str(past.words) == "2027年3月1日已过期"
