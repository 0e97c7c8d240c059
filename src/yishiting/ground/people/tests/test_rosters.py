"""Taking in a roster: the two as they were handed over, and what a second file does to what is on record."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.support.world import START, make_person
from yishiting.ground.organisations.models import Organisation, Post, Term
from yishiting.ground.people.models import (
    Account,
    Holding,
    OwnerGroup,
    OwnerGroupMember,
    Person,
    Residence,
    UnsettledPhone,
)
from yishiting.ground.people.roster.model import Roster
from yishiting.ground.people.roster.parse import parse
from yishiting.ground.people.roster.read import read_workbook
from yishiting.ground.people.services import Taken, apply_roster, preview_roster, rosters, writing
from yishiting.ground.people.sign_in import may_sign_in
from yishiting.ground.places.models import Building, Entrance, Estate, Home
from yishiting.ground.places.selectors import totals
from yishiting.timeline.models import Entry, Head
from yishiting.timeline.verify import verify

DATA = Path(__file__).resolve().parents[1] / "roster" / "tests" / "data"
BINHE = "滨河佳苑-业主名册.xlsx"
RHINE = "莱茵小镇-房屋台账.csv"
HEAD = "楼栋,单元,房号,建筑面积,业主姓名,联系电话,居住人数"
LATER = START + timedelta(days=30)

pytestmark = pytest.mark.django_db


def new_estate(name: str = "滨河佳苑") -> Estate:
    return Estate.objects.create(name=name, slug=f"e{Estate.objects.count() + 1}")


def sample(name: str, estate: str) -> Roster:
    return parse(read_workbook((DATA / name).read_bytes(), name), estate)


def rows(*lines: str, head: str = HEAD) -> Roster:
    return parse(read_workbook("\n".join([head, *lines]).encode(), "名册.csv"), "测试苑")


def take(estate: Estate, roster: Roster, *, now=START, allow_new: bool = False) -> Taken:
    return apply_roster(estate=estate, roster=roster, actor_id=None, now=now, allow_new=allow_new)


def owners_of(estate: Estate, room: str) -> list[str]:
    found = Holding.objects.filter(estate=estate, home__room=room, until__isnull=True).order_by("pk")
    return [holding.person.name for holding in found]


def phone_of(name: str) -> str:
    return Person.objects.get(name=name).phone


def rooms(estate: Estate) -> list[str]:
    return list(Home.objects.filter(estate=estate).order_by("order").values_list("room", flat=True))


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count()
        for model in (
            Building,
            Entrance,
            Home,
            Person,
            OwnerGroup,
            OwnerGroupMember,
            Holding,
            Residence,
            UnsettledPhone,
        )
    )


# ------------------------------------------------------------------------------------------- as they were handed over
def test_the_workbook_of_binhe_comes_to_its_totals_and_270_heads() -> None:
    estate = new_estate()
    taken = take(estate, sample(BINHE, "滨河佳苑"))
    found = totals(estate.pk)
    assert (found.buildings, found.entrances, found.homes, found.residents) == (2, 6, 282, 740)
    assert found.area == Decimal("28922.42")
    assert OwnerGroup.objects.filter(estate=estate).count() == 270
    assert Holding.objects.filter(estate=estate).values("home").distinct().count() == 282
    entry = Entry.objects.get(estate_id=estate.pk)
    assert (taken.seq, entry.kind) == (1, "people.roster_imported")
    assert entry.facts == {"homes": 282, "added": 282, "changed": 0, "refused": 0}


def test_the_list_of_the_rhine_town_keeps_its_tenants_its_unknown_owners_and_its_shared_phones() -> None:
    estate = new_estate("莱茵小镇")
    taken = take(estate, sample(RHINE, "莱茵小镇"))
    found = totals(estate.pk)
    assert (found.buildings, found.entrances, found.homes, found.residents) == (29, 58, 1912, None)
    assert found.area == Decimal("213953.26")
    assert OwnerGroup.objects.filter(estate=estate).count() == 1455
    assert Residence.objects.filter(estate=estate, kind="tenant").values("home").distinct().count() == 457
    tenants_homes = Residence.objects.filter(estate=estate).values("home")
    assert not Holding.objects.filter(home__in=tenants_homes).exists()
    assert Home.objects.filter(estate=estate, holdings=None).count() == 457
    assert UnsettledPhone.objects.filter(estate=estate, settled_at=None).count() == 153
    assert Home.objects.filter(estate=estate, area=None).count() == 1
    assert [problem.code for problem in taken.difference.roster.errors] == ["duplicate_row"]


@pytest.mark.parametrize(("file", "name"), [(BINHE, "滨河佳苑"), (RHINE, "莱茵小镇")])
def test_the_same_file_again_changes_nothing_but_the_record(file: str, name: str) -> None:
    estate = new_estate(name)
    roster = sample(file, name)
    take(estate, roster)
    before, homes = counts(), list(Home.objects.order_by("pk").values_list())
    assert preview_roster(estate=estate, roster=roster).difference.nothing
    taken = take(estate, roster, now=LATER)
    assert taken.difference.nothing
    assert counts() == before
    assert list(Home.objects.order_by("pk").values_list()) == homes
    assert not Holding.objects.exclude(until=None).exists()
    assert not verify(estate.pk).faults


def test_labels_are_kept_as_they_stand_even_where_they_run_past_the_number_of_buildings() -> None:
    estate = new_estate("莱茵小镇")
    take(estate, sample(RHINE, "莱茵小镇"))
    labels = list(Building.objects.filter(estate=estate).order_by("order").values_list("label", flat=True))
    assert "32栋" in labels
    numbers = [int("".join(c for c in label if c.isdigit())) for label in labels]
    assert numbers == sorted(numbers)


def test_a_seventh_entrance_is_refused_by_its_row_and_the_totals_stay() -> None:
    estate = new_estate()
    roster = sample(BINHE, "滨河佳苑")
    take(estate, roster)
    some = roster.homes[-1]
    stray = replace(some, row=999, entrance="7单元", key=some.key._replace(entrance="7"))
    taken = take(estate, replace(roster, homes=(*roster.homes, stray)), now=LATER)
    assert [(problem.code, problem.row) for problem in taken.difference.refused] == [("entrance_new", 999)]
    found = totals(estate.pk)
    assert (found.entrances, found.homes, found.residents) == (6, 282, 740)
    allowed = take(estate, replace(roster, homes=(*roster.homes, stray)), now=LATER, allow_new=True)
    assert not allowed.difference.refused
    assert totals(estate.pk).entrances == 7


# ------------------------------------------------------------------------------------------------------------- owners
def test_a_new_owner_ends_the_old_holding_and_begins_a_new_one() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2", "1栋,1单元,102,80,李四,13900001002,2"))
    taken = take(estate, rows("1栋,1单元,101,80,王五,13900001003,3"), now=LATER)
    assert [change.fields for change in taken.difference.changed] == [("owners", "phones", "residents")]
    old, new = Holding.objects.filter(estate=estate, home__room="101").order_by("pk")
    assert (old.person.name, old.since, old.until) == ("张三", START, LATER)
    assert (new.person.name, new.since, new.until) == ("王五", LATER, None)
    assert owners_of(estate, "102") == ["李四"]


def test_a_home_that_the_file_leaves_out_stays_with_its_owner() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2", "1栋,1单元,102,90,李四,13900001002,2"))
    taken = take(estate, rows("1栋,1单元,101,80,张三,13900001001,2"), now=LATER)
    assert [home.room for home in taken.difference.missing] == ["102"]
    assert totals(estate.pk).homes == 2
    assert owners_of(estate, "102") == ["李四"]


def test_a_blank_cell_takes_nothing_away() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80.5,张三,13900001001,2"))
    roster = rows("1栋,1单元,101,,,,")
    assert preview_roster(estate=estate, roster=roster).difference.nothing
    take(estate, roster, now=LATER)
    home = Home.objects.get(estate=estate)
    assert (home.area, home.residents, owners_of(estate, "101")) == (Decimal("80.5"), 2, ["张三"])
    assert phone_of("张三") == "13900001001"


def test_a_name_without_its_phone_is_still_the_owner_on_record() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2"))
    roster = rows("1栋,1单元,101,80,张三,,2")
    assert preview_roster(estate=estate, roster=roster).difference.nothing
    before = counts()
    take(estate, roster, now=LATER)
    assert counts() == before


def test_co_owners_are_one_group_and_each_keeps_the_own_phone() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三、李四,13900001001/13900001002,2"))
    group = OwnerGroup.objects.get(estate=estate)
    assert [row.person.name for row in group.memberships.all()] == ["张三", "李四"]
    assert owners_of(estate, "101") == ["张三", "李四"]
    assert (phone_of("张三"), phone_of("李四")) == ("13900001001", "13900001002")


def test_one_phone_for_two_owners_is_the_first_ones() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三、李四,13900001001,2"))
    assert (phone_of("张三"), phone_of("李四")) == ("13900001001", "")


def test_several_homes_of_one_owner_are_one_group_of_one_person() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2", "1栋,1单元,102,80,张 三,139 0000 1001,2"))
    assert OwnerGroup.objects.filter(estate=estate).count() == 1
    assert Person.objects.count() == 1
    assert Holding.objects.filter(estate=estate).count() == 2


def test_one_name_without_phones_is_a_group_of_its_own_in_each_home() -> None:
    estate = new_estate()
    roster = rows("1栋,1单元,101,80,张伟,,2", "1栋,1单元,102,80,张伟,,2")
    take(estate, roster)
    assert OwnerGroup.objects.filter(estate=estate).count() == 2
    assert Person.objects.count() == 2
    take(estate, roster, now=LATER)
    assert Person.objects.count() == 2


def test_an_owner_of_two_estates_is_one_person_and_a_head_in_each() -> None:
    one, other = new_estate("一苑"), new_estate("二苑")
    roster = rows("1栋,1单元,101,80,张三,13900001001,2")
    take(one, roster)
    take(other, roster)
    assert Person.objects.count() == 1
    assert OwnerGroup.objects.count() == 2


def test_a_person_with_two_phones_is_not_said_to_have_changed() -> None:
    estate = new_estate()
    roster = rows("1栋,1单元,101,80,张三,13900001001/13900001002,2")
    take(estate, roster)
    assert preview_roster(estate=estate, roster=roster).difference.nothing
    before = counts()
    take(estate, roster, now=LATER)
    assert counts() == before


# ------------------------------------------------------------------------------------------------------- a new phone
def test_a_new_phone_is_no_sale_and_the_owner_signs_in_by_it() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2", "1栋,1单元,102,80,张三,13900001001,2"))
    person = Person.objects.get()
    Account.objects.create(handle="p", person=person, created_at=START)
    changed = rows("1栋,1单元,101,80,张三,13900001009,2", "1栋,1单元,102,80,张三,13900001009,2")
    taken = take(estate, changed, now=LATER)
    assert [change.fields for change in taken.difference.changed] == [("phones",), ("phones",)]
    assert Person.objects.get().phone == "13900001009"
    assert may_sign_in("13900001009") == person
    assert may_sign_in("13900001001") is None
    assert not Holding.objects.exclude(until=None).exists()
    assert preview_roster(estate=estate, roster=changed).difference.nothing


def test_another_phone_in_one_of_two_homes_makes_two_heads() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2", "1栋,1单元,102,80,张三,13900001001,2"))
    roster = rows("1栋,1单元,101,80,张三,13900001001,2", "1栋,1单元,102,80,张三,13900001009,2")
    take(estate, roster, now=LATER)
    current = Holding.objects.filter(until=None).order_by("home__order")
    assert len({holding.group_id for holding in current}) == 2
    assert [holding.person.phone for holding in current] == ["13900001001", "13900001009"]
    assert preview_roster(estate=estate, roster=roster).difference.nothing


def test_a_roster_cannot_give_its_phone_to_somebody_who_holds_a_post() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2"))
    person = Person.objects.get()
    body = Organisation.objects.create(kind="committee", name="业委会", estate=estate)
    post = Post.objects.create(organisation=body, kind="committee_chair", estate=estate)
    Term.objects.create(post=post, person=person, since=START)
    take(estate, rows("1栋,1单元,101,80,张三,13900001009,2"), now=LATER)
    assert may_sign_in("13900001001") == person
    assert may_sign_in("13900001009") != person
    assert owners_of(estate, "101") == ["张三"]


def test_a_roster_cannot_give_its_phone_to_an_owner_of_another_estate() -> None:
    one, other = new_estate("一苑"), new_estate("二苑")
    take(one, rows("1栋,1单元,101,80,张三,13900001001,2"))
    take(other, rows("1栋,1单元,101,80,张三,13900001001,2"))
    person = Person.objects.get()
    take(other, rows("1栋,1单元,101,80,张三,13900001009,2"), now=LATER)
    assert may_sign_in("13900001001") == person
    stranger = may_sign_in("13900001009")
    assert stranger is not None
    assert not Holding.objects.filter(person=stranger, estate=one).exists()


def test_owners_whose_phone_becomes_known_keep_what_they_hold() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,,2", "1栋,1单元,102,80,张三,,2"))
    roster = rows("1栋,1单元,101,80,张三,13900001001,2", "1栋,1单元,102,80,张三,13900001001,2")
    take(estate, roster, now=LATER)
    current = Holding.objects.filter(until=None)
    assert len({holding.group_id for holding in current}) == 1
    assert len({holding.person_id for holding in current}) == 1
    assert preview_roster(estate=estate, roster=roster).difference.nothing


# ----------------------------------------------------------------------------------------------------- shared phones
def test_nobody_signs_in_by_a_phone_that_two_names_share() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2", "1栋,1单元,102,80,李四,13900001001,2"))
    assert UnsettledPhone.objects.filter(estate=estate, settled_at=None).count() == 1
    assert may_sign_in("13900001001") is None


def test_a_phone_that_somebody_elsewhere_has_under_another_name_is_to_be_settled_too() -> None:
    estate = new_estate()
    make_person("社区小赵", "13900001001")
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2"))
    assert UnsettledPhone.objects.filter(estate=estate, settled_at=None).count() == 1
    assert may_sign_in("13900001001") is None


def test_a_settled_phone_is_opened_again_when_a_third_name_has_it() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2"))
    UnsettledPhone.objects.create(estate=estate, phone_hash=Person.objects.get().phone_hash, settled_at=START)
    take(estate, rows("1栋,1单元,102,80,王五,13900001001,2"), now=LATER)
    assert UnsettledPhone.objects.get().settled_at is None


# ------------------------------------------------------------------------------------------------------------ tenants
TENANTS = "楼栋,单元,房号,建筑面积,业主姓名,联系电话,租户姓名,租户电话"


def living(estate: Estate) -> list[str]:
    return [row.person.name for row in Residence.objects.filter(estate=estate, until=None).order_by("pk")]


def test_a_row_that_names_another_tenant_ends_the_stay_of_the_one_before() -> None:
    estate = new_estate()
    first = rows("1栋,1单元,101,80,张三,13900001001,租客甲,13900002001", head=TENANTS)
    assert first.homes[0].tenants == ("租客甲",)
    take(estate, first)
    before = counts()
    take(estate, first, now=LATER)
    assert counts() == before
    other = rows("1栋,1单元,101,80,张三,13900001001,租客乙,13900002002", head=TENANTS)
    shown = preview_roster(estate=estate, roster=other).difference
    assert [str(line) for line in shown.lines()] == ["1栋1单元101：租客有变"]
    take(estate, other, now=LATER)
    assert preview_roster(estate=estate, roster=other).difference.nothing
    assert living(estate) == ["租客乙"]
    assert Residence.objects.get(person__name="租客甲").until == LATER


def test_a_row_that_names_no_tenant_sends_nobody_away() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,租客甲,13900002001", head=TENANTS))
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,,", head=TENANTS), now=LATER)
    assert living(estate) == ["租客甲"]


# -------------------------------------------------------------------------------------------------------- areas, order
def test_an_area_from_a_better_source_does_not_give_way_to_a_roster() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2"))
    Home.objects.update(area=Decimal("81.25"), area_source="register")
    found = preview_roster(estate=estate, roster=rows("1栋,1单元,101,80,张三,13900001001,2"))
    assert found.difference.nothing
    assert [str(line) for line in found.kept_areas()] == [
        "1栋1单元101：面积仍为 81.25 平方米（不动产登记簿），不照名册改为 80.00"
    ]
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2"), now=LATER)
    home = Home.objects.get()
    assert (home.area, home.area_source) == (Decimal("81.25"), "register")


def test_an_area_that_the_roster_corrects_is_taken_with_all_its_places() -> None:
    estate = new_estate()
    take(estate, rows("1栋,1单元,101,80,张三,13900001001,2"))
    take(estate, rows("1栋,1单元,101,80.1234,张三,13900001001,2"), now=LATER)
    assert Home.objects.get().area == Decimal("80.1234")


def test_areas_come_back_exactly_as_the_file_has_them() -> None:
    estate = new_estate("莱茵小镇")
    roster = sample(RHINE, "莱茵小镇")
    take(estate, roster)
    kept = {
        (home.building.label, home.entrance.label, home.room): home.area
        for home in Home.objects.filter(estate=estate).select_related("building", "entrance")
    }
    assert kept == {(row.building, row.entrance, row.room): row.area for row in roster.homes}


def line(room: str, entrance: str = "1单元", building: str = "1栋") -> str:
    return f"{building},{entrance},{room},80,业主{building}{entrance}{room},,2"


def test_a_file_that_lists_some_homes_moves_none_of_the_others() -> None:
    estate = new_estate()
    take(estate, rows(*map(line, ("101", "102", "201", "202", "301"))))
    take(estate, rows(line("301"), line("102")), now=LATER)
    assert rooms(estate) == ["101", "102", "201", "202", "301"]


def test_a_new_home_in_a_short_file_stands_among_its_neighbours() -> None:
    estate = new_estate()
    take(estate, rows(*map(line, ("102", "201", "302")), line("103", "2单元"), line("104", "1单元", "2栋")))
    short = rows(line("202"), line("303"), line("101"), line("203", "2单元"), line("101", "3单元"))
    take(estate, short, now=LATER, allow_new=True)
    places = [
        f"{home.building.label[:1]}-{home.entrance.label[:1]}-{home.room}"
        for home in Home.objects.filter(estate=estate).order_by("order").select_related("building", "entrance")
    ]
    assert places == [
        *("1-1-101", "1-1-102", "1-1-201", "1-1-202", "1-1-302", "1-1-303"),
        *("1-2-103", "1-2-203", "1-3-101", "2-1-104"),
    ]
    orders = list(Home.objects.filter(estate=estate).order_by("order").values_list("order", flat=True))
    assert orders == list(range(10))


def test_a_whole_file_sets_the_order_that_it_has() -> None:
    estate = new_estate()
    take(estate, rows(*map(line, ("101", "102", "201"))))
    take(estate, rows(*map(line, ("201", "102", "101", "301"))), now=LATER)
    assert rooms(estate) == ["201", "102", "101", "301"]


def test_new_buildings_and_entrances_stand_where_their_numbers_say() -> None:
    estate = new_estate()
    take(estate, rows(line("101", "1单元", "1栋"), line("101", "3单元", "1栋"), line("101", "1单元", "10栋")))
    later = rows(line("101", "2单元", "1栋"), line("101", "1单元", "9栋"))
    take(estate, later, now=LATER, allow_new=True)
    found = Building.objects.filter(estate=estate).order_by("order")
    assert [building.label for building in found] == ["1栋", "9栋", "10栋"]
    entrances = Entrance.objects.filter(building=found[0]).order_by("order")
    assert [entrance.label for entrance in entrances] == ["1单元", "2单元", "3单元"]


# ------------------------------------------------------------------------------------------------------ whole or not
def test_a_fault_in_the_middle_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    estate = new_estate()

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(writing.Writer, "shared_phones", fail)
    with pytest.raises(RuntimeError):
        take(estate, sample(BINHE, "滨河佳苑"))
    assert counts() == (0,) * 9
    assert not Entry.objects.exists()


def test_a_confirmation_of_another_difference_is_refused_and_nothing_written() -> None:
    estate = new_estate()
    roster = rows("1栋,1单元,101,80,张三,13900001001,2")
    seal = preview_roster(estate=estate, roster=roster).seal()
    take(estate, rows("1栋,1单元,101,70,张三,13900001001,2"))
    before = counts()
    with pytest.raises(rosters.RosterMoved):
        apply_roster(estate=estate, roster=roster, actor_id=None, now=LATER, seal=seal)
    assert counts() == before
    assert Home.objects.get().area == Decimal(70)
    again = preview_roster(estate=estate, roster=roster).seal()
    apply_roster(estate=estate, roster=roster, actor_id=None, now=LATER, seal=again)
    assert Home.objects.get().area == Decimal(80)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_end_as_one_after_the_other() -> None:
    estate = new_estate()
    roster = sample(BINHE, "滨河佳苑")
    gate = threading.Barrier(2)
    faults: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            work()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(lambda: take(estate, roster),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults
    found = totals(estate.pk)
    assert (found.buildings, found.entrances, found.homes, found.residents) == (2, 6, 282, 740)
    assert OwnerGroup.objects.count() == 270
    assert not Holding.objects.exclude(until=None).exists()
    # The second came too late to change anything, and left no entry.
    assert Head.objects.get(pk=estate.pk).seq == 1
    assert [entry.facts["added"] for entry in Entry.objects.order_by("seq")] == [282]
    assert not verify(estate.pk).faults


def test_queries_do_not_grow_with_each_home(django_assert_max_num_queries) -> None:
    estate = new_estate("莱茵小镇")
    roster = sample(RHINE, "莱茵小镇")
    take(estate, roster)
    with django_assert_max_num_queries(40 if connection.vendor == "postgresql" else 60):
        take(estate, roster, now=LATER)
