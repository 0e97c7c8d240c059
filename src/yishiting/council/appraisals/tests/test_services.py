"""Appraisals through their verbs: affected homes only, once each, nobody of himself, nothing told of a few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.support.world import World, add_tenant, make_person, make_world
from yishiting.council.appraisals import selectors, services
from yishiting.council.appraisals.models import Appraisal, AppraisalAnswer, AppraisalHome
from yishiting.council.appraisals.tests import appraising
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter
from yishiting.council.matters.tests import making
from yishiting.ground.organisations.models import Organisation, Post, Term
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline import entries
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world(12)
    matters.ensure_library(now=made.now)
    return made


def whole(world: World) -> None:
    assert [str(fault) for fault in verify(world.estate.pk).faults] == []


# -------------------------------------------------------------------------------------------------- scope, once
def test_the_homes_that_reported_are_asked_and_no_others(world: World) -> None:
    appraisal = appraising.opened(world)
    assert set(appraisal.homes.values_list("home_id", flat=True)) == {home.pk for home in world.homes[:3]}
    appraising.answer(world, appraisal, 0, 5)
    with pytest.raises(NotAllowed) as refusal:
        appraising.answer(world, appraisal, 3, 1)
    assert refusal.value.code == "not_asked"
    whole(world)


@pytest.mark.parametrize(("scope", "homes"), [("building", 12), ("entrance", 6)])
def test_a_building_or_an_entrance_is_asked_home_by_home(world: World, scope: str, homes: int) -> None:
    place = {"building": world.buildings[0], "entrance": world.entrances[1]}[scope]
    appraisal = appraising.opened(world, scope=scope, **{scope: place})
    assert appraisal.homes.count() == homes


def test_a_house_that_the_matter_is_not_in_does_not_judge_it(world: World) -> None:
    there, elsewhere = world.entrances[0], world.entrances[1]
    matter = appraising.finished(world)
    Matter.objects.filter(pk=matter.pk).update(building=there.building, entrance=there)
    before = Entry.objects.count()
    with pytest.raises(BadInput, match=f"这件事在 {there}，别处的住户评不了") as refused:
        appraising.opened(world, matter, scope="entrance", entrance=elsewhere)
    assert (refused.value.code, Entry.objects.count()) == ("elsewhere", before)
    # The whole house is as near as the entrance in it.
    appraising.closed(world, appraising.opened(world, matter, scope="building", building=there.building))
    assert appraising.opened(world, matter, scope="entrance", entrance=there).homes.count() == 6


def test_a_place_of_another_estate_is_none(world: World) -> None:
    other = make_world(6, name="别处苑")
    matter = appraising.finished(world)
    for given in ({"building": other.buildings[0]}, {"building": None}):
        with pytest.raises(BadInput):
            appraising.opened(world, matter, scope="building", **given)


def test_a_home_answers_once_whoever_of_it_speaks(world: World) -> None:
    tenant = add_tenant(world, world.homes[1])
    appraisal = appraising.opened(world)
    appraising.answer(world, appraisal, 1, 4)
    for actor in (world.actor(1), world.actor(tenant)):
        with pytest.raises(WrongState) as refusal:
            services.answer(
                actor=actor,
                estate_id=world.estate.pk,
                no=appraisal.no,
                home_id=world.homes[1].pk,
                score=1,
                now=world.now,
            )
        assert refusal.value.code == "answered_already"
    assert AppraisalAnswer.objects.get().score == 4


def test_the_database_itself_takes_no_second_answer_of_a_home(world: World) -> None:
    first = appraising.answer(world, appraising.opened(world), 0, 4)
    with pytest.raises(IntegrityError), transaction.atomic():
        AppraisalAnswer.objects.create(estate=world.estate, asked=first.asked, score=1, answered_at=world.now, salt="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        AppraisalHome.objects.create(estate=world.estate, appraisal=first.asked.appraisal, home_id=first.asked.home_id)


def test_nobody_answers_for_a_home_that_is_not_his(world: World) -> None:
    appraisal = appraising.opened(world)
    with pytest.raises(NotAllowed):
        services.answer(
            actor=world.actor(1),
            estate_id=world.estate.pk,
            no=appraisal.no,
            home_id=world.homes[0].pk,
            score=5,
            now=world.now,
        )


def test_who_has_no_phone_answers_through_staff_once(world: World) -> None:
    appraisal = appraising.opened(world)
    told = {"estate_id": world.estate.pk, "no": appraisal.no, "home_id": world.homes[0].pk, "now": world.now}
    row = services.write_down(actor=world.actor("moderator"), score=2, **told)
    assert (row.answered_by_id, row.written_by_id) == (None, world.staff["moderator"].pk)
    with pytest.raises(WrongState):
        appraising.answer(world, appraisal, 0, 5)
    with pytest.raises(NotAllowed):
        services.write_down(actor=world.actor("grid_worker"), score=2, **told)
    whole(world)


def test_too_few_homes_are_not_asked_at_all(world: World) -> None:
    with pytest.raises(BadInput) as refusal:
        appraising.opened(world, appraising.finished(world, reporters=2))
    assert refusal.value.code == "too_few"


def test_work_that_goes_on_is_not_appraised(world: World) -> None:
    with pytest.raises(WrongState) as refusal:
        appraising.opened(world, appraising.begun(world))
    assert refusal.value.code == "unfinished"


def test_work_that_is_done_is_appraised_before_the_answers_are_out(world: World) -> None:
    matter = appraising.begun(world)
    matters.end_step(
        actor=world.actor("property_manager"), matter_id=matter.pk, outcome="done", now=making.later(world, hours=1)
    )
    assert [row.pk for row in selectors.appraisable(world.estate)] == [matter.pk]
    appraising.opened(world, matter)
    assert selectors.appraisable(world.estate) == []


def test_one_at_a_time_and_another_after_it(world: World) -> None:
    matter = appraising.finished(world)
    appraisal = appraising.opened(world, matter)
    with pytest.raises(WrongState) as refusal:
        appraising.opened(world, matter)
    assert refusal.value.code == "open_already"
    appraising.closed(world, appraisal)
    assert appraising.opened(world, matter).no == 2


def test_asking_a_circle_of_one_home_more_does_not_tell_how_that_home_answered(world: World) -> None:
    """Five of the six homes of an entrance reported; then the entrance is asked, then the house less its entrances."""
    matter = appraising.finished(world, reporters=5)
    entrance = {"scope": "entrance", "entrance": world.entrances[0]}
    first = appraising.opened(world, matter)
    for who in range(4):
        appraising.answer(world, first, who, 5)
    appraising.closed(world, first)
    before = Entry.objects.count()
    with pytest.raises(BadInput, match="只差一两户") as refused:
        appraising.opened(world, matter, **entrance)
    assert (refused.value.code, Entry.objects.count()) == ("too_alike", before)
    for given in ({"scope": "building", "building": world.buildings[0]}, {}):
        appraising.closed(world, appraising.opened(world, matter, **given))
    whole(world)


def test_of_what_nothing_was_told_nothing_can_be_taken(world: World) -> None:
    matter = appraising.finished(world, reporters=5)
    first = appraising.opened(world, matter)
    for who in range(2):
        appraising.answer(world, first, who, 5)
    appraising.closed(world, first)
    assert appraising.opened(world, matter, scope="entrance", entrance=world.entrances[0]).homes.count() == 6


# ------------------------------------------------------------------------------------------------ no own judges
def test_who_did_the_work_may_read_and_nothing_else(world: World) -> None:
    """The property manager is branch secretary as well: the post gives him the duty, the work takes it from him."""
    manager = world.staff["property_manager"]
    body = Organisation.objects.create(kind="branch", name="支部", estate=world.estate)
    post = Post.objects.create(organisation=body, kind="branch_secretary", estate=world.estate)
    Term.objects.create(post=post, person=manager, since=world.now)
    matter = appraising.finished(world)
    with pytest.raises(NotAllowed, match="要回避"):
        appraising.opened(world, matter, by="property_manager")
    appraisal = appraising.opened(world, matter)
    at = {"actor": world.actor(manager), "estate_id": world.estate.pk, "no": appraisal.no, "now": world.now}
    for score, who in enumerate((0, 1, 2), 3):
        appraising.answer(world, appraisal, who, score)
    world.now = at["now"] = appraisal.closes_at
    for verb in (services.close_appraisal, services.read_answers):
        with pytest.raises(NotAllowed):
            verb(**at)
    with pytest.raises(NotAllowed):
        services.write_down(**at, home_id=world.homes[0].pk, score=5)
    appraising.closed(world, appraisal)
    assert selectors.page(world.actor(manager), world.estate.pk, appraisal.no).result is not None


def test_a_colleague_of_the_company_that_did_it_is_as_little_a_judge(world: World) -> None:
    company = Organisation.objects.create(kind="property", name="好管家", estate=world.estate)
    desk = Post.objects.get(kind="property_manager", estate=world.estate)
    desk.organisation = company
    desk.save()
    second = Post.objects.create(organisation=company, kind="volunteer", estate=world.estate)
    Term.objects.create(post=second, person=world.staff["moderator"], since=world.now)
    matter = appraising.finished(world)
    with pytest.raises(NotAllowed):
        appraising.opened(world, matter)
    appraising.opened(world, matter, by="supervisor")


def test_who_did_the_work_does_not_answer_and_his_household_may(world: World) -> None:
    from yishiting.ground.people.models import Residence

    manager = world.staff["property_manager"]
    Residence.objects.create(
        estate=world.estate, home=world.homes[0], person=manager, kind="household", since=world.now
    )
    appraisal = appraising.opened(world)
    with pytest.raises(NotAllowed):
        services.answer(
            actor=world.actor(manager),
            estate_id=world.estate.pk,
            no=appraisal.no,
            home_id=world.homes[0].pk,
            score=5,
            now=world.now,
        )
    appraising.answer(world, appraisal, 0, 2)


@pytest.mark.parametrize("who", ["grid_worker", "committee_chair", "building_head", "police_officer"])
def test_who_is_not_trusted_with_it_does_not_open_one(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        appraising.opened(world, by=who)


def test_staff_of_another_estate_are_strangers(world: World) -> None:
    other = make_world(2, name="别处苑")
    matter = appraising.finished(world)
    with pytest.raises(NotAllowed):
        appraising.opened(world, matter, actor=other.actor("moderator"))
    with pytest.raises(NotFound):
        appraising.opened(world, matter, matter_no=99)


# --------------------------------------------------------------------------------------------- results and words
def test_nothing_is_told_before_the_end_to_anybody(world: World) -> None:
    appraisal = appraising.opened(world)
    for who in range(3):
        appraising.answer(world, appraisal, who, 5, "好")
    for actor in (world.actor("moderator"), world.actor(0), world.actor("community_worker")):
        assert selectors.page(actor, world.estate.pk, appraisal.no).result is None
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": appraisal.no, "now": world.now}
    assert services.read_answers(**at) == []
    with pytest.raises(WrongState):
        services.close_appraisal(**at)


def test_two_answers_are_told_in_no_form(world: World) -> None:
    appraisal = appraising.opened(world)
    appraising.answer(world, appraisal, 0, 1, "糟")
    appraising.answer(world, appraisal, 1, 1)
    appraising.closed(world, appraisal)
    told = selectors.page(world.actor(0), world.estate.pk, appraisal.no).result
    assert told is not None
    assert (told.homes, told.answered, told.mean, told.low) == (3, None, "", False)
    assert Entry.objects.get(kind="appraisals.closed").facts["answered"] is None
    assert (
        services.read_answers(actor=world.actor("moderator"), estate_id=world.estate.pk, no=appraisal.no, now=world.now)
        == []
    )
    whole(world)


def test_single_answers_are_read_without_their_homes_and_on_record(world: World) -> None:
    appraisal = appraising.opened(world)
    for who, score in enumerate((2, 5, 4)):
        appraising.answer(world, appraisal, who, score, f"{score} 分的话")
    appraising.closed(world, appraisal)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": appraisal.no, "now": world.now}
    for _ in range(2):
        rows = services.read_answers(**at)
    assert [row.score for row in rows] == [5, 4, 2]
    read = Entry.objects.get(kind="appraisals.read")
    assert read.actor_id == world.staff["moderator"].pk
    assert "appraisals.read" not in entries.names_up_to(entries.Level.ESTATE)
    with pytest.raises(NotAllowed):
        services.read_answers(**{**at, "actor": world.actor(0)})


def test_who_answered_what_is_in_no_entry(world: World) -> None:
    appraisal = appraising.opened(world)
    appraising.answer(world, appraisal, 0, 1, "不满意")
    told = Entry.objects.get(kind="appraisals.answered")
    assert told.facts == {"no": appraisal.no}
    assert told.thread == ""
    assert told.kind not in entries.names_up_to(entries.Level.ESTATE)


def test_a_low_score_asks_for_a_note_before_another_appraisal(world: World) -> None:
    matter = appraising.finished(world)
    appraisal = appraising.opened(world, matter)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": appraisal.no}
    for who in range(3):
        appraising.answer(world, appraisal, who, 2)
    with pytest.raises(WrongState):
        services.note_follow_up(**at, text="再修一遍。", now=world.now)
    appraising.closed(world, appraisal)
    assert selectors.page(world.actor(0), world.estate.pk, appraisal.no).note_owed
    with pytest.raises(WrongState) as refusal:
        appraising.opened(world, matter)
    assert refusal.value.code == "note_owed"
    with pytest.raises(BadInput):
        services.note_follow_up(**at, text="  ", now=world.now)
    services.note_follow_up(**at, text="换一批灯，十天后再请大家评。", now=world.now)
    assert not selectors.page(world.actor(0), world.estate.pk, appraisal.no).note_owed
    assert appraising.opened(world, matter).no == 2
    whole(world)


def test_a_good_score_owes_nothing(world: World) -> None:
    appraisal = appraising.opened(world)
    for who in range(3):
        appraising.answer(world, appraisal, who, 3)
    appraising.closed(world, appraisal)
    with pytest.raises(WrongState) as refusal:
        services.note_follow_up(
            actor=world.actor("moderator"), estate_id=world.estate.pk, no=appraisal.no, text="x", now=world.now
        )
    assert refusal.value.code == "not_low"


# -------------------------------------------------------------------------------------------------------- clock
def test_the_worker_closes_what_is_due_once(world: World) -> None:
    appraisal = appraising.opened(world)
    assert services.close_due(appraisal.closes_at - timedelta(seconds=1)) == 0
    assert services.close_due(appraisal.closes_at) == 1
    assert services.close_due(appraisal.closes_at) == 0
    appraisal.refresh_from_db()
    assert appraisal.closed_at == appraisal.closes_at
    whole(world)


def test_an_invitation_stands_until_the_home_has_answered_or_the_time_is_over(world: World) -> None:
    appraisal = appraising.opened(world)
    assert [row.home_id for row in selectors.invitations(world.actor(0), now=world.now)] == [world.homes[0].pk]
    assert not selectors.invitations(world.actor(5), now=world.now).exists()
    appraising.answer(world, appraisal, 0, 4)
    assert not selectors.invitations(world.actor(0), now=world.now).exists()
    assert not selectors.invitations(world.actor(1), now=appraisal.closes_at).exists()


def test_who_moves_in_later_answers_for_the_home_and_widens_nothing(world: World) -> None:
    appraisal = appraising.opened(world)
    newcomer = add_tenant(world, world.homes[2])
    assert selectors.invitations(world.actor(newcomer), now=world.now).count() == 1
    stranger = make_person("不住这里")
    assert not selectors.invitations(world.actor(stranger), now=world.now).exists()
    assert appraisal.homes.count() == 3


def test_a_result_that_was_told_otherwise_is_found(world: World) -> None:
    appraisal = appraising.opened(world)
    Appraisal.objects.filter(pk=appraisal.pk).update(closed_at=world.now)
    assert verify(world.estate.pk).faults
