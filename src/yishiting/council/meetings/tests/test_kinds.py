"""Kinds of meeting: whom each needs, how many sides, who counts for whom, and whom a matter is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.world import World, make_person, make_world
from yishiting.council.matters.models import Matter
from yishiting.council.meetings import services
from yishiting.council.meetings.kinds import KINDS, kind_of, proposed_sides
from yishiting.council.meetings.lifecycle import Decision, PartyFacts, check_open
from yishiting.council.meetings.models import Attendance, Concerned, Meeting, Statement
from yishiting.council.meetings.policy import concerned_visible_to
from yishiting.council.meetings.tests import sitting
from yishiting.ground.organisations.actors import NOBODY
from yishiting.ground.organisations.models import Post, Term
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from yishiting.timeline.entries import Level, kind
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db

ONE_PLUS_N = ("党组织", "业委会", "业主监事会", "物业", "志愿者协会", "居民")


@pytest.fixture
def world() -> World:
    return make_world(6)


def at(world: World, meeting: Meeting) -> dict[str, Any]:
    return {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}


def plan(world: World, kind: str, sides: list[tuple[str, bool]], **more: Any) -> Meeting:
    needed = [(side, True) for side in sitting.SIDES if side not in dict(sides)]
    return services.plan_meeting(
        actor=world.actor("moderator"),
        estate=world.estate,
        title="会",
        place="活动室",
        starts_at=world.now + timedelta(days=1),
        parties=[*sides, *needed],
        matters=[more.pop("matter", None) or sitting.matter_for(world).pk],
        now=world.now,
        kind=kind,
        **more,
    )


def refused(verb: Any, error: type[Refusal], code: str | None = None) -> Refusal:
    before = Entry.objects.count()
    with pytest.raises(error) as caught:
        verb()
    assert Entry.objects.count() == before
    if code is not None:
        assert caught.value.code == code
    return caught.value


# ---------------------------------------------------------------- parties by rule
def test_one_plus_n_with_five_of_six_sides_and_no_party_organisation_does_not_open() -> None:
    rule = KINDS["one_plus_n"]
    sides = [PartyFacts(name, name == "党组织", 0 if name == "党组织" else 2, name == "党组织") for name in ONE_PLUS_N]
    quorum = rule.quorum(asked=6, required=1)

    with pytest.raises(WrongState) as caught:
        check_open(state="invited", parties=sides, kind=rule, quorum=quorum)

    assert caught.value.code == "core_missing"
    assert "党组织" in str(caught.value.message)
    assert quorum == 4


@pytest.mark.parametrize(("others", "opens"), [(2, False), (3, True), (5, True)])
def test_one_plus_n_opens_with_its_core_and_more_than_half_of_all_sides(others: int, opens: bool) -> None:
    rule = KINDS["one_plus_n"]
    sides = [PartyFacts(name, at == 0, 1 if at <= others else 0, at == 0) for at, name in enumerate(ONE_PLUS_N)]
    if opens:
        check_open(state="invited", parties=sides, kind=rule, quorum=4)
        return
    with pytest.raises(WrongState) as caught:
        check_open(state="invited", parties=sides, kind=rule, quorum=4)
    assert caught.value.code == "too_few_sides"
    assert str(caught.value.message).startswith("到了 3 方，要到 4 方")


def test_a_core_side_is_neither_left_out_nor_a_guest_nor_made_smaller(world: World) -> None:
    building = world.homes[0].building_id
    both: list[tuple[str, bool]] = [("牵头人", True), ("本楼住户", True)]
    with_guest = [("党组织", False), ("物业", True)]
    on = {"matter": sitting.matter_for(world).pk}

    refused(lambda: plan(world, "one_plus_n", [("物业", True)], **on), BadInput, "core_not_asked")
    refused(lambda: plan(world, "one_plus_n", with_guest, **on), BadInput, "core_not_asked")
    refused(lambda: plan(world, "garden", both, building_id=building, **on), BadInput, "core_too_small")
    refused(lambda: plan(world, "garden", both, least={"牵头人": 3}, **on), BadInput, "building_not_given")
    refused(lambda: plan(world, "no_such", both, **on), BadInput)

    meeting = plan(world, "garden", both, least={"牵头人": 3}, building_id=building, **on)
    assert (meeting.building_id, meeting.rule.code) == (building, "garden")
    assert [(party.name, party.core, party.least) for party in meeting.parties.all()][:2] == [
        ("牵头人", True, 3),
        ("本楼住户", True, 1),
    ]


def test_a_side_that_takes_three_is_not_there_with_two(world: World) -> None:
    meeting = plan(
        world,
        "garden",
        [("牵头人", True), ("本楼住户", True)],
        least={"牵头人": 3},
        building_id=world.homes[0].building_id,
    )
    sitting.sign_in(world, meeting, "牵头人", "本楼住户", *sitting.SIDES, count=2)

    said = refused(lambda: services.open_meeting(**at(world, meeting)), WrongState, "core_missing")
    assert "牵头人（要 3 人，已到 2 人）" in str(said.message)

    sitting.sign_in(world, meeting, "牵头人", count=1)
    assert services.open_meeting(**at(world, meeting)).state == "open"


def test_an_open_meeting_keeps_its_quorum_of_sides_when_attendance_is_corrected(world: World) -> None:
    sides = [("党组织", True), ("业委会", False), ("居民", False), ("志愿者协会", False)]
    meeting = plan(world, "one_plus_n", sides)
    assert meeting.quorum == 4
    sitting.sign_in(world, meeting, "党组织", *sitting.SIDES)
    services.open_meeting(**at(world, meeting))
    row = Attendance.objects.get(party__name="物业")

    refused(lambda: services.withdraw_attendance(**at(world, meeting), attendance_id=row.pk), WrongState)


def test_what_a_kind_proposes_holds_what_the_playbook_asks_for() -> None:
    sides = proposed_sides(KINDS["talk"], ["物业", "社区民警"])

    assert {side.name: side.required for side in sides} == {
        "支部": True, "网格员": False, "物业": True, "所涉住户": False, "社区民警": True,
    }  # fmt: skip
    assert kind_of("an older release").code == "council"


# ---------------------------------------------------------------- delegates
def held(world: World, role: str) -> Post:
    return Post.objects.get(terms__person=world.staff[role])


def test_a_delegate_counts_for_who_sent_him_and_that_one_cannot_come_as_well(world: World) -> None:
    meeting = sitting.invited(world)
    one, two, _ = meeting.parties.all()
    post, person = held(world, "grid_worker"), world.staff["grid_worker"].pk

    row = services.attend(**at(world, meeting), party_id=one.pk, stands_for_id=post.pk)

    assert (row.stands_for_id, row.count) == (post.pk, 1)
    for more in ({"person_id": person}, {"stands_for_id": post.pk}):
        refused(
            lambda more=more: services.attend(**at(world, meeting), party_id=two.pk, **more),
            WrongState,
            "counted_already",
        )
    assert sum(Attendance.objects.values_list("count", flat=True)) == 1
    assert verify(world.estate.pk).faults == ()


def test_one_person_with_two_posts_counts_once_in_person_or_by_a_delegate(world: World) -> None:
    meeting = sitting.invited(world)
    one, two, _ = meeting.parties.all()
    person = world.staff["grid_worker"]
    second = Post.objects.create(
        organisation=held(world, "grid_worker").organisation, kind="branch_secretary", estate=world.estate
    )
    Term.objects.create(post=second, person=person, since=world.now - timedelta(days=1))
    services.attend(**at(world, meeting), party_id=one.pk, person_id=person.pk)

    refused(
        lambda: services.attend(**at(world, meeting), party_id=two.pk, stands_for_id=second.pk),
        WrongState,
        "counted_already",
    )


def test_a_delegate_is_one_person_sent_by_a_post_that_somebody_holds_here(world: World) -> None:
    meeting = sitting.invited(world)
    one = meeting.parties.all()[0]
    post = held(world, "grid_worker")
    vacant = Post.objects.create(organisation=post.organisation, kind="volunteer", estate=world.estate)

    refused(lambda: services.attend(**at(world, meeting), party_id=one.pk, stands_for_id=post.pk, count=2), BadInput)
    refused(lambda: services.attend(**at(world, meeting), party_id=one.pk, stands_for_id=vacant.pk), BadInput)


def test_whoever_is_named_has_to_do_with_the_estate(world: World) -> None:
    meeting = sitting.invited(world)
    at_side = {**at(world, meeting), "party_id": meeting.parties.all()[0].pk}
    for stranger in (make_person("路人").pk, 10**9):
        said = refused(lambda pk=stranger: services.attend(**at_side, person_id=pk), BadInput)
        assert set(said.fields) == {"person"}
    assert services.attend(**at_side, person_id=world.owners[1].pk).count == 1


def test_what_is_longer_than_its_place_is_refused_by_its_field_and_never_cut(world: World) -> None:
    long = "会" * 81
    on = sitting.matter_for(world)
    given: dict[str, Any] = {
        "actor": world.actor("moderator"), "estate": world.estate, "title": "会", "place": "活动室",
        "starts_at": world.now + timedelta(days=1), "parties": [(side, True) for side in sitting.SIDES],
        "matters": [on.pk], "now": world.now,
    }  # fmt: skip
    for wrong in ({"title": long}, {"place": long}, {"parties": [*given["parties"], ("方" * 41, True)]}):
        said = refused(lambda wrong=wrong: services.plan_meeting(**given | wrong), BadInput, "too_long")
        assert set(said.fields) == set(wrong)
    meeting = services.plan_meeting(**given | {"title": "会" * 80})
    here = at(world, meeting)
    refused(lambda: services.move_meeting(**here, starts_at=meeting.starts_at, place=long), BadInput, "too_long")
    refused(
        lambda: services.name_concerned(
            actor=world.actor("moderator"), estate_id=world.estate.pk, matter_no=on.no, who="人" * 61, now=world.now
        ),
        BadInput,
        "too_long",
    )
    sitting.sign_in(world, meeting, *sitting.SIDES)
    services.open_meeting(**here)
    sitting.propose(world, meeting)
    refused(lambda: sitting.decide(world, meeting, 1, "rejected", "因" * 501), BadInput, "too_long")
    sitting.decide(world, meeting, 1, "rejected", "因" * 500)
    sitting.close(world, meeting, Decision("work"))
    refused(lambda: services.write_minutes(**here, text="改", reason="因" * 201), BadInput, "too_long")


# ---------------------------------------------------------------- whom a matter is about
def concern(world: World, matter: Matter) -> Concerned:
    return services.name_concerned(
        actor=world.actor("moderator"),
        estate_id=world.estate.pk,
        matter_no=matter.no,
        home_id=world.homes[2].pk,
        now=world.now,
    )


def open_on(world: World, matter: Matter, *, ask: bool) -> Meeting:
    meeting = sitting.invited(world, matter)
    if ask:
        row = Concerned.objects.get(matter=matter, lifted_at=None)
        services.ask_concerned(**at(world, meeting), concerned_id=row.pk, how="face")
    sitting.sign_in(world, meeting, *sitting.SIDES)
    return services.open_meeting(**at(world, meeting))


def test_nothing_is_decided_on_a_home_that_was_not_asked_to_come(world: World) -> None:
    """M19, the dog cage: no decision without an invitation; the matter may only meet again."""
    matter = sitting.matter_for(world, "狗笼")
    concern(world, matter)
    meeting = open_on(world, matter, ask=False)
    sitting.propose(world, meeting)

    said = refused(lambda: sitting.decide(world, meeting, 1), WrongState, "concerned_not_invited")
    assert "第 1 项议题牵涉的住户，还有 1 位没有邀请到会的记录" in str(said.message)
    sitting.decide(world, meeting, 1, "deferred", "等当事的一家到场")
    for decision in (Decision("work"), Decision("rejected"), Decision("adjourned", "先清走再说")):
        refused(
            lambda decision=decision: sitting.close(world, meeting, decision),
            WrongState,
            "concerned_not_invited",
        )
    assert sitting.close(world, meeting, Decision("adjourned")).state == "closed"

    again = open_on(world, matter, ask=True)
    sitting.propose(world, again)
    sitting.decide(world, again, 1)
    assert sitting.close(world, again, Decision("work", "狗笼由当事人一周内搬走")).state == "closed"
    assert verify(world.estate.pk).faults == ()


def test_a_meeting_that_is_moved_asks_anew(world: World) -> None:
    matter = sitting.matter_for(world)
    row = concern(world, matter)
    meeting = sitting.invited(world, matter)
    services.ask_concerned(**at(world, meeting), concerned_id=row.pk, how="phone")
    refused(
        lambda: services.ask_concerned(**at(world, meeting), concerned_id=row.pk, how="face"),
        WrongState,
        "asked_already",
    )
    services.move_meeting(**at(world, meeting), starts_at=world.now + timedelta(days=2), place="")
    sitting.sign_in(world, meeting, *sitting.SIDES)
    services.open_meeting(**at(world, meeting))
    sitting.propose(world, meeting)

    refused(lambda: sitting.decide(world, meeting, 1), WrongState, "concerned_not_invited")
    refused(
        lambda: services.ask_concerned(**at(world, meeting), concerned_id=row.pk, how="face"), WrongState, "too_late"
    )


def test_another_room_and_a_move_there_and_back_ask_anew_too(world: World) -> None:
    matter = sitting.matter_for(world)
    row = concern(world, matter)
    meeting = sitting.invited(world, matter)
    ask = {**at(world, meeting), "concerned_id": row.pk}
    services.ask_concerned(**ask, how="phone")
    first = meeting.starts_at
    services.move_meeting(**at(world, meeting), starts_at=first, place="三栋架空层")
    services.ask_concerned(**ask, how="face")
    for starts_at in (first + timedelta(days=3), first):
        services.move_meeting(**at(world, meeting), starts_at=starts_at, place="")
    meeting = Meeting.objects.get(pk=meeting.pk)
    assert (meeting.place, meeting.moves) == ("三栋架空层", 3)
    assert [each.invitation for each in services.read_concerned(
        actor=world.actor("moderator"), meeting=meeting, now=world.now
    )] == [None]  # fmt: skip
    sitting.sign_in(world, meeting, *sitting.SIDES)
    services.open_meeting(**at(world, meeting))
    sitting.propose(world, meeting)

    refused(lambda: sitting.decide(world, meeting, 1), WrongState, "concerned_not_invited")
    assert verify(world.estate.pk).faults == ()


def test_what_was_adopted_before_somebody_was_named_waits_until_they_are_asked(world: World) -> None:
    matter = sitting.matter_for(world, "狗笼")
    meeting = sitting.opened(world, matter)
    sitting.propose(world, meeting)
    sitting.decide(world, meeting, 1)
    concern(world, matter)

    said = refused(lambda: sitting.close(world, meeting, Decision("adjourned")), WrongState, "concerned_not_invited")
    assert "请把它的结论改成以后再议" in str(said.message)
    sitting.decide(world, meeting, 1, "deferred", "等当事的一家到场")
    assert sitting.close(world, meeting, Decision("adjourned")).state == "closed"


def test_who_was_named_by_mistake_is_taken_off_with_a_reason_and_holds_nothing_up(world: World) -> None:
    matter = sitting.matter_for(world)
    row = concern(world, matter)
    lift = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "concerned_id": row.pk, "now": world.now}
    refused(lambda: concern(world, matter), WrongState, "known")
    refused(lambda: services.lift_concerned(**lift, reason=" "), BadInput)
    services.lift_concerned(**lift, reason="门牌写错了")
    refused(lambda: services.lift_concerned(**lift, reason="再撤"), WrongState)

    meeting = open_on(world, matter, ask=False)
    sitting.propose(world, meeting)

    assert sitting.decide(world, meeting, 1).outcome == "adopted"
    assert verify(world.estate.pk).faults == ()


def test_who_is_concerned_is_for_those_who_run_the_meeting_alone(world: World) -> None:
    matter = sitting.matter_for(world)
    concern(world, matter)
    moderator = world.actor("moderator")

    for stranger in (NOBODY, world.actor(0)):
        assert not concerned_visible_to(stranger, world.estate.pk).exists()
        with pytest.raises(NotAllowed):
            services.name_concerned(
                actor=stranger, estate_id=world.estate.pk, matter_no=matter.no, who="某人", now=world.now
            )
    assert concerned_visible_to(moderator, world.estate.pk).exists()
    meeting = sitting.planned(world, matter)
    reading = {"meeting": meeting, "now": world.now}
    assert services.read_concerned(actor=world.actor(0), **reading) == []
    assert not Entry.objects.filter(kind="meetings.concerned_read").exists()
    for _ in range(2):
        assert [each.row.matter_id for each in services.read_concerned(actor=moderator, **reading)] == [matter.pk]
    services.read_concerned(actor=world.actor("community_worker"), **reading)
    services.read_concerned(actor=moderator, meeting=meeting, now=world.now + timedelta(days=1))
    read = list(Entry.objects.filter(kind="meetings.concerned_read"))
    assert [each.subject_id for each in read] == [meeting.pk] * 3
    entry = Entry.objects.get(kind="meetings.concerned_named")
    for each in (entry, read[0]):
        told = kind(each.kind)
        assert told is not None
        assert told.level is Level.PERSONAL
    assert entry.facts == {"matter": matter.no}
    refused(
        lambda: services.name_concerned(
            actor=moderator, estate_id=world.estate.pk, matter_no=99, who="某", now=world.now
        ),
        NotFound,
    )
    refused(
        lambda: services.name_concerned(actor=moderator, estate_id=world.estate.pk, matter_no=matter.no, now=world.now),
        BadInput,
    )


# ---------------------------------------------------------------- what was said
def test_what_was_said_stands_with_its_side_and_nobodys_name_and_does_not_change(world: World) -> None:
    meeting = sitting.opened(world)
    item, side = meeting.agenda.get(), meeting.parties.get(name="物业")

    said = services.take_statement(
        **at(world, meeting), item_id=item.pk, party_id=side.pk, text=" 电容量够，先装十个试试。 "
    )

    assert (said.no, said.text, said.party.name) == (1, "电容量够，先装十个试试。", "物业")
    assert "电容" not in str(Entry.objects.get(kind="meetings.stated").facts)
    refused(
        lambda: services.take_statement(**at(world, meeting), item_id=item.pk, party_id=side.pk, text="  "), BadInput
    )
    refused(lambda: services.take_statement(**at(world, meeting), item_id=0, party_id=side.pk, text="话"), BadInput)
    assert Statement.objects.count() == 1
    sitting.close(world, meeting, Decision("work"))
    refused(
        lambda: services.take_statement(**at(world, meeting), item_id=item.pk, party_id=side.pk, text="晚了"),
        WrongState,
    )
    assert verify(world.estate.pk).faults == ()
