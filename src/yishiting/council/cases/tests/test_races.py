"""Two at once: one of them does it, the other is told, and the record is whole."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support.together import refusals, together
from tests.support.world import World, make_world
from yishiting.council.cases.models import CaseAgreement, CaseConsent, CaseFile, CaseFollowUp, CaseSession
from yishiting.council.cases.tests import mediating
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world(8)


def test_a_consent_withdrawn_while_a_session_is_entered_leaves_one_story(world: World) -> None:
    """Either the session stands and the case ended after it, or the withdrawal came first and there is no session."""
    case = mediating.agreed(world)

    answers = together(partial(mediating.hold, world, case), partial(mediating.say, world, case, 1, "refused"))

    case.refresh_from_db()
    assert case.outcome == "refused"
    told = list(Entry.objects.filter(thread=case.thread).order_by("seq").values_list("kind", flat=True))
    if refusals(answers):
        assert not CaseSession.objects.exists()
        assert told[-1] == "cases.consent"
    else:
        assert CaseSession.objects.count() == 1
        assert told[-2:] == ["cases.session", "cases.consent"]
    assert verify(world.estate.pk).faults == ()


def test_a_withdrawal_and_the_seal_at_once_do_one_of_the_two(world: World) -> None:
    case = mediating.agreed(world)
    mediating.hold(world, case)
    mediating.write(world, case)
    mediating.sign(world, case, 1, 2, None)

    answers = together(partial(mediating.seal, world, case), partial(mediating.say, world, case, 0, "refused"))

    assert len(refusals(answers)) == 1
    case.refresh_from_db()
    in_force = CaseAgreement.objects.get().in_force_at is not None
    assert (case.outcome == "agreed") == in_force == (not CaseConsent.objects.filter(act="refused").exists())
    assert CaseFollowUp.objects.exists() == in_force
    assert verify(world.estate.pk).faults == ()


def test_cases_asked_for_at_once_get_numbers_of_their_own(world: World) -> None:
    answers = together(*[partial(mediating.asked, world, who, 7) for who in range(4)])

    assert refusals(answers) == []
    assert sorted(CaseFile.objects.values_list("no", flat=True)) == [1, 2, 3, 4]


def test_a_second_tap_on_agree_is_one_consent(world: World) -> None:
    case = mediating.opened(world)

    answers = together(*[partial(mediating.say, world, case, 0)] * 2)

    assert [refusal.code for refusal in refusals(answers)] == ["said_already"]
    assert CaseConsent.objects.count() == 1
