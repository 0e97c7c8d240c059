"""Two at once: one answer a home, one appraisal a matter, one end."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support.together import codes, refusals, together
from tests.support.world import World, make_world
from yishiting.council.appraisals import services
from yishiting.council.appraisals.models import Appraisal, AppraisalAnswer
from yishiting.council.appraisals.tests import appraising
from yishiting.council.matters import services as matters
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    made = make_world(12)
    matters.ensure_library(now=made.now)
    return made


def test_two_answers_of_one_home_at_once_are_one(world: World) -> None:
    appraisal = appraising.opened(world)

    answers = together(*[partial(appraising.answer, world, appraisal, 0, score) for score in (1, 5)])

    assert codes(answers) == ["answered_already"]
    assert AppraisalAnswer.objects.count() == 1
    assert Entry.objects.filter(kind="appraisals.answered").count() == 1
    assert verify(world.estate.pk).faults == ()


def test_two_who_open_one_on_the_same_matter_open_one(world: World) -> None:
    matter = appraising.finished(world)

    answers = together(*[partial(appraising.opened, world, matter, by=by) for by in ("moderator", "supervisor")])

    assert codes(answers) == ["open_already"]
    assert Appraisal.objects.count() == 1


def test_two_workers_that_close_what_is_due_close_it_once(world: World) -> None:
    appraisal = appraising.opened(world)

    answers = together(*[partial(services.close_due, appraisal.closes_at)] * 2)

    assert refusals(answers) == []
    assert sum(answers) == 1
    assert Entry.objects.filter(kind="appraisals.closed").count() == 1
    assert verify(world.estate.pk).faults == ()
