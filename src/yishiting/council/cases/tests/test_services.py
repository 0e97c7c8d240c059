"""Mediation through its verbs: who may, what the law asks, what ends it, and that nobody else learns of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.interests.tying import declare
from tests.support.world import World, add_tenant, make_person, make_world, own
from yishiting.council.cases import policy, selectors, services, ties
from yishiting.council.cases.models import CaseAgreement, CaseFile, CaseFollowUp, CaseSession
from yishiting.council.cases.services import Asked
from yishiting.council.cases.tests import mediating
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.models import Organisation, Post, Term
from yishiting.ground.people.models import Person, Residence
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline import entries
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(8)


def at(world: World, case: CaseFile, who: str) -> dict[str, object]:
    return {"actor": world.actor(who), "estate_id": world.estate.pk, "no": case.no, "now": world.now}


def choose(world: World, case: CaseFile, person: Person, by: str = mediating.SUPERVISOR) -> CaseFile:
    return services.choose_mediator(
        actor=world.actor(by), estate_id=world.estate.pk, no=case.no, person_id=person.pk, now=world.now
    )


def whole(world: World) -> None:
    assert [str(fault) for fault in verify(world.estate.pk).faults] == []


def as_mediator(world: World, person: Person) -> Person:
    post = Post.objects.filter(kind="mediator", estate=world.estate).first()
    if post is None:
        body = Organisation.objects.create(kind="residents", name="调解委员会", estate=world.estate)
        post = Post.objects.create(organisation=body, kind="mediator", estate=world.estate)
    Term.objects.create(post=post, person=person, since=world.now)
    return person


# ------------------------------------------------------------------------------------------------- the whole way
def test_from_asking_to_an_agreement_in_force_and_kept(world: World) -> None:
    case = mediating.asked(world)
    assert case.mediator_id is None
    choose(world, case, world.staff["grid_worker"])
    mediating.say(world, case, 1)
    mediating.hold(world, case, [1])
    mediating.hold(world, case, [2])
    mediating.write(world, case)
    mediating.sign(world, case, 1, 2, None)
    case.refresh_from_db()
    assert case.outcome == ""
    agreement = mediating.seal(world, case)
    case.refresh_from_db()
    assert (case.outcome, agreement.in_force_at) == ("agreed", world.now)
    services.ask_court(**at(world, case, "grid_worker"), on=mediating.in_days(world, 0))
    world.now += timedelta(days=14)
    mediating.follow(world, case, fulfilled=False, again=10)
    mediating.follow(world, case, fulfilled=True)
    assert list(CaseFollowUp.objects.values_list("no", "fulfilled")) == [(1, False), (2, True)]
    whole(world)


def test_an_oral_agreement_is_in_force_once_recorded(world: World) -> None:
    case = mediating.settled(world, kind="oral")
    assert case.outcome == "agreed"
    assert CaseAgreement.objects.get().sealed_at is None
    whole(world)


def test_the_seal_waits_for_every_signature(world: World) -> None:
    case = mediating.agreed(world)
    mediating.hold(world, case)
    mediating.write(world, case)
    for signed in (1, 2):
        mediating.sign(world, case, signed)
        with pytest.raises(WrongState) as refusal:
            mediating.seal(world, case)
        assert refusal.value.code == "unsigned"
    mediating.sign(world, case, None)
    mediating.seal(world, case)


def test_signatures_under_an_earlier_text_do_not_count_for_the_next(world: World) -> None:
    case = mediating.agreed(world)
    mediating.hold(world, case)
    mediating.write(world, case)
    mediating.sign(world, case, 1, 2, None)
    mediating.write(world, case)
    with pytest.raises(WrongState):
        mediating.seal(world, case)
    whole(world)


def test_the_mediator_does_not_set_the_seal_himself(world: World) -> None:
    case = mediating.agreed(world)
    mediating.hold(world, case)
    mediating.write(world, case)
    mediating.sign(world, case, 1, 2, None)
    with pytest.raises(NotAllowed):
        services.set_seal(**at(world, case, "grid_worker"))


def test_no_agreement_before_both_sides_were_heard(world: World) -> None:
    case = mediating.agreed(world)
    mediating.hold(world, case, [1])
    with pytest.raises(WrongState) as refusal:
        mediating.write(world, case)
    assert refusal.value.code == "not_heard"


# ---------------------------------------------------------------------------------------------------- consents
def test_no_session_without_the_consent_of_both(world: World) -> None:
    case = mediating.opened(world)
    mediating.say(world, case, 0)
    with pytest.raises(WrongState) as refusal:
        mediating.hold(world, case)
    assert refusal.value.code == "no_consent"
    assert not CaseSession.objects.exists()


@pytest.mark.parametrize("stage", ["new", "agreed", "heard", "written", "signed"])
def test_either_side_ends_it_at_any_time_by_withdrawing(world: World, stage: str) -> None:
    case = mediating.opened(world)
    if stage != "new":
        mediating.say(world, case, 0)
        mediating.say(world, case, 1)
    if stage in ("heard", "written", "signed"):
        mediating.hold(world, case)
    if stage in ("written", "signed"):
        mediating.write(world, case)
    if stage == "signed":
        mediating.sign(world, case, 1, 2, None)
    mediating.say(world, case, 1, "refused")
    case.refresh_from_db()
    assert (case.outcome, case.ended_at) == ("refused", world.now)
    for verb in (mediating.hold, mediating.write, mediating.seal, mediating.end):
        with pytest.raises(WrongState):
            verb(world, case)
    whole(world)


def test_after_an_agreement_is_in_force_nobody_withdraws(world: World) -> None:
    case = mediating.settled(world)
    with pytest.raises(WrongState):
        mediating.say(world, case, 1, "refused")


def test_what_a_party_said_by_phone_is_recorded_with_when_and_how(world: World) -> None:
    case = mediating.opened(world)
    world.now += timedelta(days=1)
    consent = services.record_consent(
        **at(world, case, "grid_worker"), party=2, act="agreed", how="phone", at=world.now - timedelta(hours=2)
    )
    assert (consent.how, consent.at, consent.recorded_at) == ("phone", world.now - timedelta(hours=2), world.now)
    for wrong in (world.now + timedelta(minutes=1), world.now - timedelta(days=2)):
        with pytest.raises(BadInput):
            services.record_consent(**at(world, case, "grid_worker"), party=1, act="agreed", how="oral", at=wrong)
    with pytest.raises(BadInput):
        services.record_consent(**at(world, case, "grid_worker"), party=1, act="agreed", how="online", at=world.now)
    whole(world)


def test_closed_unless_both_agree_to_an_open_session(world: World) -> None:
    case = mediating.agreed(world)
    mediating.say(world, case, 0, "open")
    with pytest.raises(WrongState) as refusal:
        mediating.hold(world, case, open_asked=True)
    assert refusal.value.code == "not_open"
    assert not mediating.hold(world, case).open
    mediating.say(world, case, 1, "open")
    assert mediating.hold(world, case, open_asked=True).open
    here = at(world, case, "grid_worker")
    with pytest.raises(BadInput, match="比双方同意公开还早"):
        services.hold_session(
            **here, held_at=world.now - timedelta(hours=2), place="居委会", came=[1, 2], said="说了", open_asked=True
        )
    with pytest.raises(BadInput, match="最多 80 个字"):
        services.hold_session(**here, held_at=world.now, place="楼" * 81, came=[1, 2], said="说了")
    mediating.say(world, case, 0, "closed")
    with pytest.raises(WrongState):
        mediating.hold(world, case, open_asked=True)
    whole(world)


def test_nobody_speaks_for_another_party(world: World) -> None:
    case = mediating.opened(world)
    with pytest.raises(NotFound):
        mediating.say(world, case, 0, party=2)
    with pytest.raises(NotFound):
        mediating.say(world, case, 4, party=1)


# ------------------------------------------------------------------------------------------------- the mediator
def test_a_mediator_of_the_household_of_a_party_is_refused(world: World) -> None:
    case = mediating.opened(world)
    cousin = as_mediator(world, make_person("同住的调解员"))
    Residence.objects.create(estate=world.estate, home=world.homes[1], person=cousin, kind="household", since=world.now)
    with pytest.raises(WrongState) as refusal:
        choose(world, case, cousin)
    assert refusal.value.code == "tied"
    assert "一家" in str(refusal.value)


def test_a_second_flat_of_the_family_is_as_near_as_the_first(world: World) -> None:
    """The owner of home 1 also lives in home 5 with a mediator."""
    case = mediating.opened(world)
    spouse = as_mediator(world, make_person("另一套房里的家人"))
    for person in (spouse, world.owners[1]):
        Residence.objects.create(
            estate=world.estate, home=world.homes[5], person=person, kind="household", since=world.now
        )
    with pytest.raises(WrongState):
        choose(world, case, spouse)


def test_who_moved_out_before_is_no_household_any_more(world: World) -> None:
    case = mediating.opened(world)
    gone = as_mediator(world, make_person("搬走了的调解员"))
    Residence.objects.create(
        estate=world.estate,
        home=world.homes[1],
        person=gone,
        kind="household",
        since=world.now - timedelta(days=90),
        until=world.now - timedelta(days=1),
    )
    assert choose(world, case, gone).mediator_id == gone.pk


def test_a_mediator_who_is_a_party_or_of_its_company_is_refused(world: World) -> None:
    company = Organisation.objects.create(kind="property", name="好管家物业", estate=world.estate)
    desk = Post.objects.create(organisation=company, kind="property_manager", estate=world.estate)
    manager = as_mediator(world, make_person("物业的人"))
    Term.objects.create(post=desk, person=manager, since=world.now)
    owner = as_mediator(world, world.owners[0])
    case = services.open_case(
        actor=world.actor("grid_worker"),
        estate=world.estate,
        topic="property",
        words="电梯坏了一个月没人管。",
        parties=[Asked("a", person_id=world.owners[0].pk), Asked("b", organisation_id=company.pk)],
        now=world.now,
    )
    for tied in (manager, owner):
        with pytest.raises(WrongState) as refusal:
            choose(world, case, tied)
        assert refusal.value.code == "tied"
    # The company speaks by whoever holds a post of it; to him the case is his own, not one of the desk.
    services.say(
        actor=world.actor(manager), estate_id=world.estate.pk, no=case.no, party=2, act="agreed", now=world.now
    )
    assert not policy.assigned_to(world.actor(manager)).exists()


def test_a_mediator_who_moves_in_meanwhile_leads_no_further_session(world: World) -> None:
    case = mediating.agreed(world)
    mediating.hold(world, case)
    Residence.objects.create(
        estate=world.estate, home=world.homes[1], person=world.staff["grid_worker"], kind="tenant", since=world.now
    )
    with pytest.raises((WrongState, NotFound)):
        mediating.hold(world, case)
    assert CaseSession.objects.count() == 1


def test_only_a_mediator_of_the_estate_is_chosen(world: World) -> None:
    case = mediating.opened(world)
    elsewhere = make_world(2, name="别处苑")
    for person in (world.owners[4], elsewhere.staff["grid_worker"], world.staff["property_manager"]):
        with pytest.raises(BadInput):
            choose(world, case, person)


def test_the_mediator_does_not_choose_another_one(world: World) -> None:
    case = mediating.opened(world)
    with pytest.raises(NotAllowed):
        choose(world, case, world.staff["community_worker"], by="grid_worker")


def test_a_mediator_cannot_open_a_case_of_his_own_household(world: World) -> None:
    Residence.objects.create(
        estate=world.estate,
        home=world.homes[0],
        person=world.staff["grid_worker"],
        kind="household",
        since=world.now,
    )
    with pytest.raises(WrongState):
        mediating.opened(world)
    assert not CaseFile.objects.exists()


# --------------------------------------------------------------------------------------- parties and who looks after
def test_the_other_side_may_be_named_later_but_not_after_a_session(world: World) -> None:
    case = mediating.asked(world, other=None)
    choose(world, case, world.staff["grid_worker"])
    with pytest.raises(WrongState) as refusal:
        mediating.hold(world, case, [1])
    assert refusal.value.code == "one_sided"
    new = Asked("b", home_id=world.homes[1].pk)
    services.add_party(**at(world, case, "grid_worker"), party=new)
    with pytest.raises(BadInput):
        services.add_party(**at(world, case, "grid_worker"), party=new)
    mediating.say(world, case, 1)
    mediating.hold(world, case)
    with pytest.raises(WrongState):
        services.add_party(**at(world, case, "grid_worker"), party=Asked("b", home_id=world.homes[2].pk))
    whole(world)


def test_a_party_to_whom_the_mediator_is_tied_costs_him_the_case(world: World) -> None:
    case = mediating.asked(world, other=None)
    choose(world, case, world.staff["grid_worker"])
    Residence.objects.create(
        estate=world.estate, home=world.homes[1], person=world.staff["grid_worker"], kind="tenant", since=world.now
    )
    services.add_party(**at(world, case, "community_worker"), party=Asked("b", home_id=world.homes[1].pk))
    case.refresh_from_db()
    assert case.mediator_id is None
    assert not policy.assigned_to(world.actor("grid_worker")).exists()
    whole(world)


def test_a_case_against_the_one_who_looks_after_cases_goes_to_the_next_post_up(world: World) -> None:
    """The community worker lives in home 1: the subdistrict's post gets the case, and he does not find it."""
    region = world.estate.region.parent
    body = Organisation.objects.create(kind="community", name="街道办", region=region)
    post = Post.objects.create(organisation=body, kind="subdistrict_worker", region=region)
    above = make_person("街道")
    Term.objects.create(post=post, person=above, since=world.now)
    Residence.objects.create(
        estate=world.estate,
        home=world.homes[1],
        person=world.staff["community_worker"],
        kind="household",
        since=world.now,
    )
    case = mediating.asked(world)
    assert case.post_id == post.pk
    assert not policy.assigned_to(world.actor("community_worker")).exists()
    assert policy.assigned_to(world.actor(above)).get() == case


def test_where_nobody_is_free_the_asker_is_told_whom_to_go_to(world: World) -> None:
    Residence.objects.create(
        estate=world.estate,
        home=world.homes[1],
        person=world.staff["community_worker"],
        kind="household",
        since=world.now,
    )
    with pytest.raises(WrongState, match="人民调解委员会"):
        mediating.asked(world)


def test_a_vacancy_swallows_no_case(world: World) -> None:
    body = Organisation.objects.create(kind="residents", name="调解委员会", estate=world.estate)
    post = Post.objects.create(organisation=body, kind="case_supervisor", estate=world.estate)
    chair = make_person("调委会主任")
    term = Term.objects.create(post=post, person=chair, since=world.now)
    case = mediating.asked(world)
    assert case.post_id == post.pk
    worker = world.actor("community_worker")
    assert selectors.left_alone(worker, now=world.now) == []
    term.until = world.now + timedelta(hours=1)
    term.save()
    world.now += timedelta(hours=2)
    assert selectors.left_alone(worker, now=world.now) == [(world.estate, 1)]
    with pytest.raises(NotAllowed):
        services.take_over(actor=world.actor("grid_worker"), estate=world.estate, now=world.now)
    assert services.take_over(actor=worker, estate=world.estate, now=world.now) == 1
    assert policy.assigned_to(worker).get() == case
    assert services.take_over(actor=worker, estate=world.estate, now=world.now) == 0
    whole(world)


def above(world: World) -> Person:
    """Let somebody of the subdistrict look after what the community cannot."""
    region = world.estate.region.parent
    body = Organisation.objects.create(kind="community", name="街道办", region=region)
    post = Post.objects.create(organisation=body, kind="subdistrict_worker", region=region)
    person = make_person("街道")
    Term.objects.create(post=post, person=person, since=world.now)
    return person


def test_a_post_whose_only_holder_becomes_kin_of_a_party_swallows_no_case(world: World) -> None:
    case = mediating.agreed(world)
    settled = mediating.settled(world, 4, 5)
    upper, worker = above(world), world.staff["community_worker"]
    assert selectors.left_alone(world.actor(upper), now=world.now) == []
    for home in (1, 5):
        Residence.objects.create(
            estate=world.estate, home=world.homes[home], person=worker, kind="household", since=world.now
        )
    assert not policy.assigned_to(world.actor(worker)).exists()
    # He is not told either that there is something to take over, and takes nothing over.
    assert selectors.left_alone(world.actor(worker), now=world.now) == []
    assert services.take_over(actor=world.actor(worker), estate=world.estate, now=world.now) == 0
    assert selectors.left_alone(world.actor(upper), now=world.now) == [(world.estate, 2)]
    assert services.take_over(actor=world.actor(upper), estate=world.estate, now=world.now) == 2
    assert set(policy.assigned_to(world.actor(upper))) == {case, settled}
    assert services.take_over(actor=world.actor(upper), estate=world.estate, now=world.now) == 0
    whole(world)


def test_a_look_back_on_a_post_that_was_left_is_taken_over_and_what_is_through_is_not(world: World) -> None:
    settled, kept = mediating.settled(world), mediating.settled(world, 2, 3)
    mediating.follow(world, kept, fulfilled=True)
    upper = above(world)
    Term.objects.filter(person=world.staff["community_worker"]).update(until=world.now)
    assert services.take_over(actor=world.actor(upper), estate=world.estate, now=world.now) == 1
    assert policy.assigned_to(world.actor(upper)).get() == settled


@pytest.mark.parametrize("who", [mediating.SUPERVISOR, mediating.MEDIATOR])
def test_whoever_declared_an_interest_in_a_party_reads_the_case_and_does_nothing_on_it(world: World, who: str) -> None:
    case = mediating.agreed(world)
    mediating.hold(world, case)
    mediating.write(world, case)
    through = mediating.settled(world, 0, 2)
    for home in (0, 1):
        declare(world, by="community_worker", person_id=world.staff[who].pk, home_id=world.homes[home].pk)
    here, day = at(world, case, who), mediating.in_days(world, 20)
    assert services.read_case(**here) == case
    ended = at(world, through, who)
    verbs = [
        lambda: services.record_consent(**here, party=1, act="refused", how="phone", at=world.now),
        lambda: services.sign(**here, party=1),
        lambda: services.write_agreement(**here, kind="oral", terms="算了", follow_up_on=day),
        lambda: services.end_case(**here, outcome="failed", words="谈不拢"),
        lambda: services.ask_court(**ended, on=world.now.date()),
        lambda: services.follow_up(**ended, fulfilled=True, words=""),
        lambda: services.set_seal(**here),
        lambda: services.choose_mediator(**here, person_id=world.staff["grid_worker"].pk),
        lambda: services.hold_session(**here, held_at=world.now, place="居委会", came=[1, 2], said="说了"),
        lambda: services.add_party(**here, party=Asked("b", home_id=world.homes[6].pk)),
    ]
    for verb in verbs:
        with pytest.raises(WrongState, match="要回避，只能看") as refusal:
            verb()
        assert refusal.value.code == "tied"
    with pytest.raises(WrongState):
        services.open_case(
            actor=world.actor(who), estate=world.estate, topic="noise", words="吵", now=world.now,
            parties=[Asked("a", home_id=world.homes[0].pk), Asked("b", home_id=world.homes[7].pk)],
        )  # fmt: skip
    assert set(CaseFile.objects.values_list("outcome", flat=True)) == {"", "agreed"}
    upper = above(world)
    left = selectors.left_alone(world.actor(upper), now=world.now)
    assert left == ([(world.estate, 2)] if who == mediating.SUPERVISOR else [])
    whole(world)


def test_who_looks_after_a_case_and_led_it_himself_does_not_seal_it(world: World) -> None:
    case = mediating.asked(world)
    mediating.say(world, case, 1)
    worker = world.staff["community_worker"]
    choose(world, case, worker)
    here = at(world, case, "community_worker")
    world.now += timedelta(hours=1)
    here["now"] = world.now
    services.hold_session(**here, held_at=world.now, place="居委会", came=[1, 2], said="说好了")
    services.write_agreement(**here, kind="written", terms="周末修", follow_up_on=mediating.in_days(world, 9))
    for party in (1, 2, None):
        services.sign(**here, party=party)
    with pytest.raises(NotAllowed, match="章不能自己盖"):
        services.set_seal(**here)
    # Nor does it help to name another mediator who had no part in it.
    choose(world, case, world.staff["grid_worker"])
    with pytest.raises(NotAllowed, match="由他重写、重签"):
        services.set_seal(**here)
    post = Post.objects.get(terms__person=worker, kind="community_worker")
    colleague = make_person("同事")
    Term.objects.create(post=post, person=colleague, since=world.now)
    services.set_seal(actor=world.actor(colleague), estate_id=world.estate.pk, no=case.no, now=world.now)
    case.refresh_from_db()
    assert case.outcome == "agreed"


def test_a_company_under_the_community_ties_its_own_people_and_not_the_community_s(world: World) -> None:
    community = Organisation.objects.get(posts__kind="community_worker")
    company = Organisation.objects.create(kind="property", name="安心物业", estate=world.estate, parent=community)
    branch = Organisation.objects.create(kind="property", name="安心物业二部", estate=world.estate, parent=company)
    post = Post.objects.create(organisation=branch, kind="mediator", estate=world.estate)
    staff = make_person("二部的人")
    Term.objects.create(post=post, person=staff, since=world.now)
    case = services.ask_for_mediation(
        actor=world.actor(0), estate=world.estate, topic="property", words="收费", now=world.now,
        other_organisation_id=company.pk,
    )  # fmt: skip
    assert case.post.kind == "community_worker"
    with pytest.raises(WrongState, match="单位任职"):
        choose(world, case, staff)
    choose(world, case, world.staff["grid_worker"])
    assert selectors.left_alone(world.actor("community_worker"), now=world.now) == []


def test_what_the_estate_cannot_settle_goes_one_tier_up(world: World) -> None:
    upper = above(world)
    case = mediating.agreed(world)
    mediating.end(world, case, "escalated")
    case.refresh_from_db()
    assert (case.outcome, case.post.kind) == ("escalated", "subdistrict_worker")
    assert policy.assigned_to(world.actor(upper)).get() == case
    whole(world)


def test_at_the_top_nothing_is_passed_on(world: World) -> None:
    case = mediating.agreed(world)
    with pytest.raises(BadInput):
        mediating.end(world, case, "escalated")
    mediating.end(world, case, "failed")
    whole(world)


# ------------------------------------------------------------------------------------------------------ asking
def test_who_does_not_live_here_does_not_ask(world: World) -> None:
    other = make_world(2, name="别处苑")
    with pytest.raises(NotAllowed):
        services.ask_for_mediation(actor=other.actor(0), estate=world.estate, topic="leak", words="吵。", now=world.now)


@pytest.mark.parametrize(
    ("field", "wrong"), [("topic", {"topic": "重病"}), ("words", {"words": "  "}), ("as_home", {"as_home_id": 3})]
)
def test_what_cannot_be_taken_is_said_by_its_field(world: World, field: str, wrong: dict[str, object]) -> None:
    if field == "as_home":
        wrong = {"as_home_id": world.homes[3].pk}
    asked = {"topic": "leak", "words": "吵。", **wrong}
    with pytest.raises(BadInput) as refusal:
        services.ask_for_mediation(actor=world.actor(0), estate=world.estate, now=world.now, **asked)
    assert field in refusal.value.fields


def test_nobody_asks_for_mediation_with_his_own_home(world: World) -> None:
    with pytest.raises(BadInput):
        mediating.asked(world, 0, 0)


def test_nobody_buries_the_mediators_under_cases(world: World) -> None:
    for _ in range(5):
        mediating.asked(world)
    with pytest.raises(WrongState):
        mediating.asked(world)


def test_a_tenant_asks_for_himself_and_his_landlord_does_not_see_it(world: World) -> None:
    tenant = add_tenant(world, world.homes[0])
    case = services.ask_for_mediation(
        actor=world.actor(tenant),
        estate=world.estate,
        topic="noise",
        words="楼上太吵。",
        other_home_id=world.homes[1].pk,
        now=world.now,
    )
    with pytest.raises(NotFound):
        selectors.my_case(world.actor(0), world.estate.pk, case.no)
    assert selectors.my_case(world.actor(tenant), world.estate.pk, case.no).account == "楼上太吵。"


# ------------------------------------------------------------------------------------------------- who sees what
def everybody(world: World) -> dict[str, Actor]:
    outside = make_world(2, name="别处苑")
    return {
        **{kind: world.actor(kind) for kind in world.staff},
        "neighbour": world.actor(4),
        "elsewhere": outside.actor("community_worker"),
        "nobody": Actor(),
    }


def test_a_case_exists_for_those_assigned_and_its_parties_alone(world: World) -> None:
    other = as_mediator(world, make_person("别的调解员"))
    case = mediating.agreed(world)
    actors = {**everybody(world), "another mediator": world.actor(other)}
    found = {name for name, actor in actors.items() if policy.assigned_to(actor).filter(pk=case.pk).exists()}
    assert found == {"grid_worker", "community_worker"}
    for name, actor in actors.items():
        if name not in found:
            with pytest.raises(NotFound):
                services.read_case(actor=actor, estate_id=world.estate.pk, no=case.no, now=world.now)
        with pytest.raises(NotFound):
            selectors.my_case(actor, world.estate.pk, case.no)
    for who in (0, 1):
        assert selectors.my_case(world.actor(who), world.estate.pk, case.no).case == case


def test_a_mediator_whose_term_is_over_finds_it_no_more(world: World) -> None:
    case = mediating.agreed(world)
    Term.objects.filter(person=world.staff["grid_worker"]).update(until=world.now + timedelta(hours=1))
    world.now += timedelta(hours=2)
    with pytest.raises(NotFound):
        services.read_case(actor=world.actor("grid_worker"), estate_id=world.estate.pk, no=case.no, now=world.now)


def test_a_party_reads_what_was_said_where_it_sat_and_not_the_other_sides_account(world: World) -> None:
    case = mediating.asked(world)
    choose(world, case, world.staff["grid_worker"])
    mediating.say(world, case, 1)
    mediating.hold(world, case, [2])
    first, second = (selectors.my_case(world.actor(who), world.estate.pk, case.no) for who in (0, 1))
    assert (first.account, len(first.sessions)) == (mediating.ACCOUNT, 0)
    assert (second.account, [row.said for row in second.sessions]) == ("", [mediating.SAID])


def test_whoever_comes_to_a_home_later_reads_nothing_of_its_quarrel_before_him(world: World) -> None:
    over, going = mediating.settled(world, 0, 1), mediating.agreed(world, 0, 2)
    mediating.hold(world, going)
    world.now += timedelta(days=1)
    buyer = make_person("新房主")
    own(world.estate, [world.homes[0]], [buyer], since=world.now)
    tenant = add_tenant(world, world.homes[1])
    Residence.objects.filter(person=tenant).update(since=world.now)

    assert list(policy.party_to(world.actor(buyer))) == [going]
    assert not policy.party_to(world.actor(tenant)).exists()
    for newcomer in (buyer, tenant):
        with pytest.raises(NotFound):
            selectors.my_case(world.actor(newcomer), world.estate.pk, over.no)
    assert selectors.my_case(world.actor(0), world.estate.pk, over.no).case == over
    mediating.hold(world, going)
    assert [row.no for row in selectors.my_case(world.actor(buyer), world.estate.pk, going.no).sessions] == [2]
    assert [row.no for row in selectors.my_case(world.actor(0), world.estate.pk, going.no).sessions] == [1, 2]
    # He speaks for the home from now on.
    mediating.say(world, going, buyer, "refused", party=1)
    going.refresh_from_db()
    assert going.outcome == "refused"


def test_a_company_speaks_through_its_people_here_and_not_through_who_stands_in_for_them(world: World) -> None:
    body = Organisation.objects.create(kind="property", name="安心物业", estate=world.estate)
    Post.objects.filter(kind="property_manager", estate=world.estate).update(organisation=body)
    outside = make_world(2, name="隔壁苑")
    Post.objects.filter(kind="property_manager", estate=outside.estate).update(organisation=body)
    case = services.ask_for_mediation(
        actor=world.actor(0), estate=world.estate, topic="property", words="收费", now=world.now,
        other_organisation_id=body.pk,
    )  # fmt: skip
    manager, colleague = world.actor("property_manager"), outside.actor("property_manager")
    (office,) = manager.offices
    lent = replace(office, stands_for=manager.person_id)
    stand_in = replace(world.actor("building_head"), offices=(*world.actor("building_head").offices, lent))

    assert selectors.my_case(manager, world.estate.pk, case.no).case == case
    for other in (colleague, stand_in):
        with pytest.raises(NotFound):
            selectors.my_case(other, world.estate.pk, case.no)
    told = ties.people_of(case.parties.all(), now=world.now)
    assert told == {world.owners[0].pk, manager.person_id}
    # Near they are all the same: none of them mediates it.
    assert not policy.assigned_to(colleague).exists()
    as_mediator(world, outside.staff["property_manager"])
    with pytest.raises(WrongState, match="单位任职"):
        choose(world, case, outside.staff["property_manager"])


def test_each_reading_is_on_record_for_the_parties_once_a_day(world: World) -> None:
    case = mediating.agreed(world)
    for _ in range(2):
        services.read_case(**at(world, case, "grid_worker"))
    services.read_case(**at(world, case, "community_worker"))
    world.now += timedelta(days=1)
    services.read_case(**at(world, case, "grid_worker"))
    read = selectors.my_case(world.actor(0), world.estate.pk, case.no).readings
    assert [entry.actor_id for entry in reversed(read)] == [
        world.staff[who].pk for who in ("grid_worker", "community_worker", "grid_worker")
    ]


def test_nothing_of_what_was_said_stands_in_the_clear(world: World) -> None:
    """Neither in the tables nor in the record: without the key whoever has the database reads none of it."""
    case = mediating.settled(world)
    world.now += timedelta(days=14)
    mediating.follow(world, case, fulfilled=True)
    case.refresh_from_db()
    rows = [case, CaseSession.objects.get(), CaseAgreement.objects.get(), CaseFollowUp.objects.get()]
    kept = json.dumps([{key: str(value) for key, value in row.__dict__.items()} for row in rows], ensure_ascii=False)
    told = json.dumps(list(Entry.objects.values("facts", "kind", "subject_kind", "thread")), ensure_ascii=False)
    for text in (mediating.ACCOUNT, mediating.SAID, mediating.TERMS, "去看过了"):
        assert text not in kept
        assert text not in told
    assert (case.account, CaseSession.objects.get().said) == (mediating.ACCOUNT, mediating.SAID)


def test_entries_of_a_case_are_numbers_and_are_on_no_page(world: World) -> None:
    mediating.settled(world)
    told = Entry.objects.filter(kind__startswith="cases.")
    assert told.count() > 5
    for entry in told:
        assert all(isinstance(value, int) for value in entry.facts.values()), entry.kind
        assert entry.kind not in entries.names_up_to(entries.Level.ESTATE)
        assert entry.thread.startswith("case/")


def test_a_case_that_came_up_with_a_matter_leaves_nothing_on_the_matters_way(world: World) -> None:
    from yishiting.council.matters.tests import making

    matter = making.reported(world).matter
    mediating.opened(world, matter_no=matter.no)
    assert CaseFile.objects.get().matter == matter
    assert not Entry.objects.filter(thread=matter.thread, kind__startswith="cases.").exists()
    with pytest.raises(BadInput):
        mediating.opened(world, matter_no=99)


# ---------------------------------------------------------------------------------------------------- figures
def test_the_public_reads_counts_from_three_on(world: World) -> None:
    for n in range(1, 8):
        case = mediating.settled(world, kind="oral")
        world.now += timedelta(days=14)
        mediating.follow(world, case, fulfilled=True)
        shown = selectors.figures(world.estate.pk)
        assert (shown.ended, shown.agreed, shown.kept) == ((n, n, n) if n >= 3 else (None, None, None))
    for left in range(1, 4):
        mediating.end(world, mediating.agreed(world))
        shown = selectors.figures(world.estate.pk)
        assert (shown.ended, shown.agreed) == (7 + left, 7 if left >= 3 else None)


def test_a_group_that_owns_together_is_one_household(world: World) -> None:
    case = mediating.opened(world)
    partner = as_mediator(world, make_person("共有人"))
    own(world.estate, [world.homes[0]], [partner])
    with pytest.raises(WrongState):
        choose(world, case, partner)


# ---------------------------------------------------------------------------------------------- edits by hand
@pytest.mark.parametrize("outcome", ["failed", "refused", "agreed"])
def test_an_outcome_that_nothing_bears_out_is_found(world: World, outcome: str) -> None:
    case = mediating.opened(world)
    CaseFile.objects.filter(pk=case.pk).update(outcome=outcome, ended_at=world.now)
    assert verify(world.estate.pk).faults
