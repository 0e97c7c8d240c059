"""Two members of staff at once: one of them does it, the other is told, and the record has it once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.support.together import refusals, together
from tests.support.world import World, make_world
from yishiting.council.matters.models import Resolution, StepRun
from yishiting.council.meetings import services
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting, Minutes, Proposal
from yishiting.council.meetings.tests import sitting
from yishiting.council.meetings.tests.sitting import SIDES, WORDS
from yishiting.kernel.errors import WrongState
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world(6)


def test_two_who_close_the_same_meeting_close_it_once(world: World) -> None:
    matter = sitting.matter_for(world)
    meeting = sitting.opened(world, matter)
    sitting.propose(world, meeting)
    sitting.decide(world, meeting, 1)

    answers = together(
        lambda: sitting.close(world, meeting, Decision("project", WORDS), minutes="甲的记录"),
        lambda: sitting.close(world, meeting, Decision("vote", WORDS), minutes="乙的记录", by="grid_worker"),
    )

    assert [type(answer) for answer in refusals(answers)] == [WrongState]
    assert (Minutes.objects.count(), Resolution.objects.count()) == (1, 1)
    current = StepRun.objects.get(matter=matter, ended_at=None)
    assert current.kind == meeting.agenda.get().outcome
    assert Entry.objects.filter(kind="meetings.closed").count() == 1
    assert verify(world.estate.pk).faults == ()


def test_proposals_that_are_minuted_at_once_get_numbers_of_their_own(world: World) -> None:
    meeting = sitting.opened(world)

    answers = together(*[partial(sitting.propose, world, meeting, text) for text in "甲乙丙丁"])

    assert refusals(answers) == []
    assert list(Proposal.objects.order_by("no").values_list("no", flat=True)) == [1, 2, 3, 4]
    assert set(Proposal.objects.values_list("text", flat=True)) == set("甲乙丙丁")


def test_two_who_plan_a_meeting_on_one_matter_plan_one(world: World) -> None:
    matter = sitting.matter_for(world)

    answers = together(lambda: sitting.planned(world, matter), lambda: sitting.planned(world, matter))

    assert [type(answer) for answer in refusals(answers)] == [WrongState]
    assert Meeting.objects.count() == 1


def test_a_meeting_that_is_cancelled_while_it_opens_does_one_of_the_two(world: World) -> None:
    meeting = sitting.invited(world)
    sitting.sign_in(world, meeting, *SIDES)
    at: dict[str, Any] = {
        "actor": world.actor("moderator"),
        "estate_id": world.estate.pk,
        "no": meeting.no,
        "now": world.now,
    }

    answers = together(lambda: services.open_meeting(**at), lambda: services.cancel_meeting(**at))

    assert [type(answer) for answer in refusals(answers)] == [WrongState]
    meeting.refresh_from_db()
    assert (meeting.opened_at is None) != (meeting.cancelled_at is None)
