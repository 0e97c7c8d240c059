"""Two members of staff at once: one of them does it, the other is told, and the record has it once."""

from __future__ import annotations

import pytest

from tests.support.together import refusals, together
from tests.support.world import World, make_world
from yishiting.council.matters.models import StepRun
from yishiting.council.projects.models import PhaseStep, Project
from yishiting.council.projects.tests import building
from yishiting.kernel.errors import WrongState
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world(6)


def test_two_who_accept_the_same_phase_accept_it_once(world: World) -> None:
    matter = building.matter_for(world)
    project = building.create(world, 3, matter=matter)
    building.step(world, project, 1, "start")
    building.step(world, project, 1, "finish")
    photos = [building.picture(world), building.picture(world)]

    answers = together(
        lambda: building.step(world, project, 1, "accept", photo=photos[0]),
        lambda: building.step(world, project, 1, "accept", photo=photos[1], by="committee_member"),
    )

    assert [type(answer) for answer in refusals(answers)] == [WrongState]
    assert PhaseStep.objects.filter(kind="accepted").count() == 1
    assert Entry.objects.filter(kind="projects.completed").count() == 1
    assert StepRun.objects.get(matter=matter, ended_at=None).kind == "answer"
    assert verify(world.estate.pk).faults == ()


def test_two_who_set_up_the_project_of_one_matter_set_up_one(world: World) -> None:
    matter = building.matter_for(world)

    answers = together(
        lambda: building.create(world, matter=matter), lambda: building.create(world, 20, 20, matter=matter)
    )

    assert [type(answer) for answer in refusals(answers)] == [WrongState]
    project = Project.objects.get()
    assert sum(phase.planned for phase in project.phases.all()) == 40
    assert verify(world.estate.pk).faults == ()
