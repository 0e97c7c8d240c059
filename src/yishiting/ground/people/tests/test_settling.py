"""Settling a shared phone, correcting an area, and saying who looked: the verbs by themselves."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.world import START, World, make_person, make_world, own
from yishiting.ground.people.models import Holding, Person, UnsettledPhone
from yishiting.ground.people.services import note_tenants, note_viewing, set_area, settle_phone
from yishiting.ground.people.sign_in import may_sign_in
from yishiting.ground.places.models import Home
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline import entries
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

PHONE = "13900005555"

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(6)


@pytest.fixture
def sharers(world: World) -> tuple[UnsettledPhone, Person, Person]:
    """Two owners of the estate with one phone."""
    people = [make_person(name, PHONE) for name in ("张三", "李四")]
    for home, person in zip(world.homes, people, strict=False):
        Holding.objects.filter(home=home).delete()
        own(world.estate, [home], [person])
    return UnsettledPhone.objects.create(estate=world.estate, phone_hash=people[0].phone_hash), *people


def settle(world: World, row: UnsettledPhone, person_id: int | None, *, who: str = "community_worker") -> Person | None:
    return settle_phone(
        actor=world.actor(who), estate=world.estate, unsettled_id=row.pk, person_id=person_id, now=world.now
    )


def test_the_phone_stays_with_the_one_whose_it_is(world: World, sharers: tuple[UnsettledPhone, Person, Person]) -> None:
    row, one, other = sharers
    assert may_sign_in(PHONE) is None
    assert settle(world, row, one.pk) == one
    assert may_sign_in(PHONE) == one
    other.refresh_from_db()
    assert (other.phone, other.phone_hash) == ("", "")
    assert Holding.objects.filter(person=other, until=None).exists()
    entry = Entry.objects.get(estate_id=world.estate.pk, kind="people.phone_settled")
    assert (entry.subject_kind, entry.subject_id, entry.actor_id) == (
        "person",
        one.pk,
        world.staff["community_worker"].pk,
    )
    assert PHONE not in str(entry.content())


def test_a_phone_of_nobody_here_is_taken_from_all(world: World, sharers: tuple[UnsettledPhone, Person, Person]) -> None:
    assert settle(world, sharers[0], None) is None
    assert not Person.objects.filter(phone_hash=sharers[0].phone_hash).exists()
    assert may_sign_in(PHONE) is None


def test_a_phone_is_settled_once(world: World, sharers: tuple[UnsettledPhone, Person, Person]) -> None:
    row, one, other = sharers
    settle(world, row, one.pk)
    with pytest.raises(NotFound):
        settle(world, row, other.pk)
    assert may_sign_in(PHONE) == one


def test_a_phone_is_not_given_to_somebody_who_does_not_have_it(
    world: World, sharers: tuple[UnsettledPhone, Person, Person]
) -> None:
    with pytest.raises(BadInput) as refused:
        settle(world, sharers[0], world.owners[4].pk)
    assert "person" in refused.value.fields
    assert may_sign_in(PHONE) is None
    assert not Entry.objects.filter(estate_id=world.estate.pk).exists()


def test_one_estate_takes_no_phone_from_the_people_of_another(
    world: World, sharers: tuple[UnsettledPhone, Person, Person]
) -> None:
    row, one, _ = sharers
    other = make_world(2, name="别处苑")
    stranger = make_person("王五", PHONE)
    own(other.estate, [other.homes[0]], [stranger])
    with pytest.raises(WrongState):
        settle(world, row, one.pk)
    assert may_sign_in(PHONE) is None
    settle(world, row, None)
    stranger.refresh_from_db()
    assert stranger.phone == PHONE
    assert may_sign_in(PHONE) == stranger


def test_the_same_name_elsewhere_is_the_same_person(
    world: World, sharers: tuple[UnsettledPhone, Person, Person]
) -> None:
    row, one, _ = sharers
    make_person("张 三", PHONE)
    assert settle(world, row, one.pk) == one
    assert may_sign_in(PHONE) == one


@pytest.mark.parametrize("who", ["grid_worker", "committee_chair", "property_manager", "police_officer", "supervisor"])
def test_only_who_keeps_the_roster_settles_and_corrects(
    world: World, sharers: tuple[UnsettledPhone, Person, Person], who: str
) -> None:
    row, one, _ = sharers
    with pytest.raises(NotAllowed):
        settle(world, row, one.pk, who=who)
    with pytest.raises(NotAllowed):
        area(world, who=who)
    with pytest.raises(NotAllowed):
        note_viewing(actor=world.actor(who), estate=world.estate, now=world.now)
    assert not Entry.objects.filter(estate_id=world.estate.pk).exists()


# --------------------------------------------------------------------------------------------------------------- area
def area(world: World, value: str = "88.1234", *, who: str = "community_worker", **more: str) -> Home:
    words = {"source": "survey", "reason": "survey", **more}
    return set_area(
        actor=world.actor(who),
        estate=world.estate,
        home_id=world.homes[0].pk,
        area=Decimal(value),
        now=world.now,
        **words,
    )


def test_a_missing_area_is_filled_in(world: World) -> None:
    Home.objects.filter(pk=world.homes[0].pk).update(area=None)
    area(world)
    home = Home.objects.get(pk=world.homes[0].pk)
    assert (home.area, home.area_source) == (Decimal("88.1234"), "survey")
    entry = Entry.objects.get(estate_id=world.estate.pk, kind="people.area_set")
    assert entry.facts["before"] is None
    said = entries.describe(entry.kind, entry.facts)
    assert str(said) == "补上了一户的面积：88.1234 平方米（依据：测绘报告；重新测绘了）。"
    assert not verify(world.estate.pk).faults


@pytest.mark.parametrize("value", ["0", "-1", "1000001", "88.12345", "NaN", "Infinity"])
def test_what_is_no_area_changes_nothing(world: World, value: str) -> None:
    with pytest.raises(BadInput) as refused:
        area(world, value)
    assert set(refused.value.fields) == {"area"}
    assert Home.objects.get(pk=world.homes[0].pk).area == 100


def test_source_and_reason_must_be_known_ones(world: World) -> None:
    with pytest.raises(BadInput) as refused:
        area(world, source="hearsay", reason="张三说的")
    assert set(refused.value.fields) == {"source", "reason"}


def test_an_area_that_does_not_change_is_not_recorded(world: World) -> None:
    area(world)
    with pytest.raises(BadInput):
        area(world)
    assert Entry.objects.filter(estate_id=world.estate.pk, kind="people.area_set").count() == 1


def test_a_home_of_another_estate_is_not_found(world: World) -> None:
    other = make_world(2, name="别处苑")
    with pytest.raises(NotFound):
        set_area(
            actor=world.actor("community_worker"),
            estate=world.estate,
            home_id=other.homes[0].pk,
            area=Decimal(90),
            source="survey",
            reason="survey",
            now=world.now,
        )
    assert Home.objects.get(pk=other.homes[0].pk).area == 100


# ------------------------------------------------------------------------------------------------------------- looking
def test_looking_is_written_once_a_day_for_each_actor_and_estate(world: World) -> None:
    actor = world.actor("community_worker")
    assert note_viewing(actor=actor, estate=world.estate, now=START)
    assert not note_viewing(actor=actor, estate=world.estate, now=START + timedelta(hours=14))
    assert note_viewing(actor=actor, estate=world.estate, now=START + timedelta(hours=15))
    assert Entry.objects.filter(kind="people.roster_viewed").count() == 2


def test_who_a_tenant_is_stands_on_record_for_each_that_was_read(world: World) -> None:
    actor = world.actor("community_worker")
    for ids in ([11, 12], [12, 13], []):
        note_tenants(actor=actor, estate=world.estate, person_ids=ids, now=START)
    read = Entry.objects.filter(kind="people.tenant_viewed").order_by("seq").values_list("subject_id", flat=True)
    assert list(read) == [11, 12, 13]


def test_none_of_these_entries_is_read_by_the_public() -> None:
    public = entries.names_up_to(entries.Level.PUBLIC)
    assert "people.roster_imported" in public
    residents = entries.names_up_to(entries.Level.ESTATE)
    assert "people.area_set" in residents
    assert "people.area_set" not in public
    for kind in ("roster_viewed", "roster_exported", "tenant_viewed", "phone_settled"):
        assert f"people.{kind}" not in residents
