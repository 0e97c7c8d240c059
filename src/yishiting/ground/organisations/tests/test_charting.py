"""Charts as tables: levels are data, each member's way up is whole, a vacancy names who is next, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.support.world import START, World, make_person, make_world, own
from yishiting.ground.organisations import charts, policy
from yishiting.ground.organisations.actors import NOBODY, actor_for
from yishiting.ground.organisations.charting import drawn, people, services
from yishiting.ground.organisations.charting.shapes import SHAPES, shape_of
from yishiting.ground.organisations.charting.tables import Chart, ChartSeat, ChartUnit
from yishiting.ground.organisations.charting.units import Area
from yishiting.ground.organisations.models import Post
from yishiting.ground.organisations.tests.charted import at, attached, drafted, grown, led
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return make_world(12)


def refused(kind: type[Refusal], verb: Callable[[], Any]) -> Refusal:
    """Return the refusal, after which nothing was written."""
    before = Entry.objects.count()
    with pytest.raises(kind) as refusal:
        verb()
    assert Entry.objects.count() == before
    return refusal.value


def holds(world: World) -> None:
    assert [str(fault) for fault in verify(world.estate.pk).faults] == []


def test_shapes_that_are_shipped_are_whole_and_of_three_to_five_levels() -> None:
    assert {len(shape.levels) for shape in SHAPES} == {3, 4, 5}
    assert len(SHAPES) == len({shape.code for shape in SHAPES}) == 6
    for shape in SHAPES:
        assert charts.level_faults(shape.levels) == []


def test_each_of_67_members_at_the_fifth_level_has_a_way_up_of_five() -> None:
    world = make_world(72)
    chart = drafted(world)
    levels = grown(world, chart, 1, 1, 6, 20)
    asked = []
    for place, unit in enumerate(levels[3]):
        with CaptureQueriesContext(connection) as queries:
            attached(world, unit, *range(place, 67, 20))
        asked.append(len(queries))
    services.publish_chart(**at(world), no=chart.no)
    tree = drawn.tree(Chart.objects.get(pk=chart.pk), now=world.now)
    assert (tree.members, tree.counts[-1]) == (67, ("普通党员", 67))
    ways = [[node.level_name for node in node.way] for node in tree.nodes.values() if node.members]
    assert {("普通党员", *way) for way in ways} == {("普通党员", "党员中心户", "党小组", "小区党支部", "社区党委")}
    seats = ChartSeat.objects.filter(chart=chart, role="member").select_related("unit")
    assert {charts.chain_length(seat.unit.level, people_last=chart.people_last) for seat in seats} == {5}
    # However many there are, attaching them asks as often.
    assert len(set(asked)) == 1
    holds(world)


def test_67_members_attached_at_once_are_one_entry_and_no_more_queries_than_three() -> None:
    world = make_world(72)
    units = grown(world, drafted(world), 1, 1, 1, 2)[-1]
    before = Entry.objects.count()
    with CaptureQueriesContext(connection) as many:
        attached(world, units[0], *range(67))
    assert Entry.objects.count() == before + 1
    assert Entry.objects.latest("seq").facts == {"chart": 1, "unit": units[0].no, "n": 67}
    with CaptureQueriesContext(connection) as few:
        attached(world, units[1], 68, 69, 70)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("code", "counts", "length"),
    [("community-to-central-household", (1, 1, 2, 3), 4), ("three", (1, 2, 4), 3), ("by-entrance", (1, 1, 2), 4)],
)
def test_a_member_has_as_many_levels_as_the_chart(
    world: World, code: str, counts: tuple[int, ...], length: int
) -> None:
    chart = drafted(world, code)
    levels = grown(world, chart, *counts)
    attached(world, levels[-1][0], 1)
    seat = ChartSeat.objects.get(chart=chart)
    assert charts.chain_length(seat.unit.level, people_last=chart.people_last) == length == len(chart.levels)
    for above in levels[:-1]:
        words = refused(BadInput, lambda above=above: attached(world, above[0], 2)).message
        assert "不能直接" in str(words)


def test_a_central_household_directly_under_the_committee_is_refused_with_where_it_belongs(world: World) -> None:
    chart = drafted(world)
    top = grown(world, chart, 1)[0][0]

    def hang() -> None:
        services.add_unit(**at(world), chart_no=chart.no, level=4, name="一户", parent_no=top.no)

    refusal = refused(BadInput, hang)
    assert str(refusal.message) == "“党员中心户”要挂在“党小组”下面，不能直接挂在“社区党委”下面。"
    assert refusal.code == "wrong_parent"
    for level, parent, words in ((2, None, "不能单独放着"), (1, top.no, "上面不能再挂"), (9, top.no, "没有这一级")):
        given = {"chart_no": chart.no, "level": level, "name": "某某", "parent_no": parent}
        refusal = refused(BadInput, lambda given=given: services.add_unit(**at(world), **given))
        assert words in str(refusal.message)


def test_people_are_no_unit_and_levels_are_three_to_five(world: World) -> None:
    chart = drafted(world)
    household = grown(world, chart, 1, 1, 1, 1)[3][0]
    person = {"chart_no": chart.no, "level": 5, "name": "一个人", "parent_no": household.no}
    assert "是人，不是单位" in str(refused(BadInput, lambda: services.add_unit(**at(world), **person)).message)
    draft = {"name": "党组织架构", "people_last": False}
    for levels in (("甲", "乙"), ("甲", "乙", "乙"), tuple("甲乙丙丁戊己"), ("甲", "\u200b", "丙")):

        def verb(levels=levels):
            return services.draft_chart(**at(world), **draft, levels=levels)

        assert refused(BadInput, verb).fields.keys() == {"levels"}
    another = refused(WrongState, lambda: services.draft_chart(**at(world), **draft, levels=("甲", "乙", "丙")))
    assert another.code == "draft_stands"


def test_a_vacancy_names_the_next_one_up_and_a_term_that_is_over_is_one(world: World) -> None:
    chart = drafted(world)
    party, branch, group, household = (units[0] for units in grown(world, chart, 1, 1, 1, 1))
    led(world, party, "community_worker")
    led(world, branch, 1, until=world.now + 2 * DAY)
    led(world, group, 2)

    def answering(now: Any) -> tuple[int, str]:
        node = drawn.tree(chart, now=now).nodes[household.no]
        assert node.answers is not None
        assert node.answers.leader is not None
        return node.answers.unit.no, node.answers.leader.name

    assert answering(world.now) == (group.no, "业主2")
    world.now += DAY
    seat = ChartSeat.objects.get(unit=group)
    services.end_seat(**at(world), seat_id=seat.pk, reason="搬走了")
    assert answering(world.now) == (branch.no, "业主1")
    assert answering(world.now + DAY) == (party.no, world.staff["community_worker"].name)
    tree = drawn.tree(chart, now=world.now)
    assert [node.unit.no for node in tree.vacant] == [group.no, household.no]
    assert refused(
        WrongState, lambda: services.end_seat(**at(world), seat_id=seat.pk, reason="又一次")
    ).code == "over"  # fmt: skip
    services.end_seat(**at(world), seat_id=ChartSeat.objects.get(unit=party).pk, reason="调走了")
    assert drawn.tree(chart, now=world.now + 9 * DAY).nodes[household.no].answers is None
    holds(world)


def test_a_unit_has_one_leader_at_a_time_and_the_next_begins_when_the_last_ends(world: World) -> None:
    unit = grown(world, drafted(world), 1)[0][0]
    led(world, unit, 0, until=world.now + DAY)
    refusal = refused(WrongState, lambda: led(world, unit, 1))
    assert (refusal.code, "业主0" in str(refusal.message)) == ("led", True)
    led(world, unit, 1, since=world.now + DAY)
    assert refused(WrongState, lambda: led(world, unit, 2, since=world.now + 5 * DAY)).code == "led"
    assert drawn.tree(unit.chart, now=world.now + 2 * DAY).nodes[unit.no].leader.name == "业主1"
    given = {"estate": world.estate, "chart": unit.chart, "unit": unit, "since": world.now, "consent": "written"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ChartSeat.objects.create(**given, person=world.owners[5], role="leader")


def test_a_member_belongs_to_one_unit_and_moves_with_both_on_record(world: World) -> None:
    first, second = grown(world, drafted(world), 1, 1, 1, 2)[3]
    attached(world, first, 1, 2)
    world.now += DAY
    attached(world, second, 2, 3)
    attached(world, second, 2, 4)
    tree = drawn.tree(first.chart, now=world.now)
    assert (tree.nodes[first.no].members, tree.nodes[second.no].members, tree.members) == (1, 3, 4)
    moved = ChartSeat.objects.filter(person=world.owners[2]).order_by("pk")
    assert [(seat.unit_id, seat.until) for seat in moved] == [(first.pk, world.now), (second.pk, None)]
    assert refused(WrongState, lambda: attached(world, second, 2, 3)).code == "attached"
    attached(world, first, 3, role="colleague")
    assert drawn.tree(first.chart, now=world.now).nodes[first.no].members == 1
    holds(world)


def test_nobody_is_entered_without_consent_or_from_elsewhere(world: World) -> None:
    unit = grown(world, drafted(world), 1)[0][0]
    given = {"chart_no": 1, "unit_no": unit.no}
    stranger = make_person("外人")
    for person, consent, field in ((stranger.pk, "written", "person"), (world.owners[0].pk, "", "consent")):

        def verb(p=person, c=consent):
            return services.appoint_leader(**at(world), **given, person_id=p, consent=c)

        assert set(refused(BadInput, verb).fields) == {field}


def test_a_unit_ends_only_when_nobody_would_be_lost_and_nothing_is_deleted(world: World) -> None:
    party, branch, group, household = (units[0] for units in grown(world, drafted(world), 1, 1, 1, 1))
    led(world, household, 1)
    attached(world, household, 2)

    def end(unit: ChartUnit) -> None:
        services.end_unit(**at(world), chart_no=1, unit_no=unit.no)

    assert refused(WrongState, lambda: end(group)).code == "units_below"
    assert refused(WrongState, lambda: end(household)).code == "members_left"
    services.end_seat(**at(world), seat_id=ChartSeat.objects.get(role="member").pk, reason="转走")
    end(household)
    end(group)
    assert refused(NotFound, lambda: end(group))
    tree = drawn.tree(party.chart, now=world.now)
    assert list(tree.nodes) == [party.no, branch.no]
    assert ChartUnit.objects.count() == 4
    assert set(ChartSeat.objects.values_list("until", flat=True)) == {world.now}
    holds(world)


def test_a_unit_is_renamed_and_moved_within_its_level(world: World) -> None:
    levels = grown(world, drafted(world), 1, 2, 1)
    (first, second), group = levels[1], levels[2][0]
    change = {"chart_no": 1, "unit_no": group.no}
    services.change_unit(**at(world), **change, name="南区党小组", parent_no=second.no)
    tree = drawn.tree(group.chart, now=world.now)
    assert [node.unit.name for node in tree.nodes[group.no].way][:2] == ["南区党小组", second.name]
    wrong = {**change, "name": "南区党小组", "parent_no": levels[0][0].no}
    refusal = refused(BadInput, lambda: services.change_unit(**at(world), **wrong))
    assert "要挂在“小区党支部”下面" in str(refusal.message)
    same = {"chart_no": 1, "unit_no": first.no, "parent_no": levels[0][0].no, "name": second.name}
    assert "已经有一个" in str(refused(BadInput, lambda: services.change_unit(**at(world), **same)).message)
    phone = {**same, "name": "张三 13900000001"}
    assert "不要写电话" in str(refused(BadInput, lambda: services.change_unit(**at(world), **phone)).message)
    holds(world)


def test_a_door_has_one_answer_at_each_level(world: World) -> None:
    party, branch, group, household = grown(world, drafted(world), 1, 1, 2, 2)
    building, (first, second) = world.buildings[0], world.entrances

    def covers(unit: ChartUnit, *areas: services.Area) -> None:
        services.cover(**at(world), chart_no=1, unit_no=unit.no, areas=areas)

    whole, block = services.Area(), services.Area(building_id=building.pk)
    covers(party[0], whole)
    covers(branch[0], whole)
    covers(group[0], block, block)
    covers(household[0], services.Area(entrance_id=first.pk))

    def answers(entrance: Any) -> int:
        tree = drawn.tree(party[0].chart, now=world.now)
        node = drawn.for_door(tree, building_id=building.pk, entrance_id=entrance.pk)
        assert node is not None
        return node.unit.no

    assert (answers(first), answers(second)) == (household[0].no, group[0].no)
    refusal = refused(BadInput, lambda: covers(group[1], block))
    assert str(refusal.message) == f"“1栋”已经由“{group[0].name}”负责。要换，请先从那里去掉。"
    other = make_world(2, name="别处苑")
    assert "不是这个小区" in str(
        refused(BadInput, lambda: covers(group[1], services.Area(building_id=other.buildings[0].pk))).message
    )  # fmt: skip
    world.now += DAY
    covers(group[0])
    covers(group[1], block)
    assert answers(second) == group[1].no
    assert group[0].areas.get().until == world.now
    holds(world)


def test_a_version_takes_the_place_of_the_last_and_what_is_over_is_not_changed(world: World) -> None:
    first = drafted(world)
    assert refused(WrongState, lambda: services.publish_chart(**at(world), no=1)).code == "empty"
    units = grown(world, first, 1, 1)
    led(world, units[0][0], 0)
    services.publish_chart(**at(world), no=1)
    assert refused(WrongState, lambda: services.publish_chart(**at(world), no=1)).code == "published"
    world.now += DAY
    second = drafted(world, "three")
    assert drawn.in_force(world.estate) == first
    grown(world, second, 1)
    services.publish_chart(**at(world), no=2)
    assert drawn.in_force(world.estate) == second
    assert [chart.state for chart in Chart.objects.order_by("no")] == ["ended", "in_force"]
    assert refused(WrongState, lambda: led(world, units[1][0], 1)).code == "ended"
    # What is over is still drawn as it stood when it ended.
    assert list(drawn.tree(Chart.objects.get(no=1), now=world.now + 9 * DAY).nodes) == [1, 2]
    for no, code in ((1, "ended"), (2, "")):

        def verb(no=no):
            return services.end_chart(**at(world), no=no, reason="合并了")

        if code:
            assert refused(WrongState, verb).code == code
        else:
            assert verb().state == "ended"
    assert drawn.in_force(world.estate) is None
    assert refused(NotFound, lambda: services.publish_chart(**at(world), no=7))
    holds(world)


def test_only_who_keeps_the_register_changes_a_chart_and_members_are_read_by_few_and_on_record(world: World) -> None:
    chart = drafted(world)
    _party, branch, group, household = (units[0] for units in grown(world, chart, 1, 1, 1, 1))
    led(world, group, 1)
    attached(world, household, 2)
    services.publish_chart(**at(world), no=1)
    for who in ("grid_worker", "supervisor", 1, 2):
        with pytest.raises(NotAllowed):
            services.add_unit(
                **{**at(world), "actor": world.actor(who)}, chart_no=1, level=2, name="另一个", parent_no=1
            )
    unit = ChartUnit.objects.get(pk=household.pk)
    for who, may in (("community_worker", True), (1, True), ("supervisor", False), (2, False), (3, False)):
        note = {"actor": world.actor(who), "units": [unit], "now": world.now}
        if may:
            assert [services.note_reading(**note), services.note_reading(**note)] == [True, False]
        else:
            with pytest.raises(NotAllowed):
                services.note_reading(**note)
    # He who leads the group reads what is below it, not what is above.
    with pytest.raises(NotAllowed):
        services.note_reading(actor=world.actor(1), units=[ChartUnit.objects.get(pk=branch.pk)], now=world.now)
    assert Entry.objects.filter(kind="organisations.members_read").count() == 2


def test_to_be_named_is_the_leaders_own_to_say_and_members_are_named_nowhere(world: World) -> None:
    units = grown(world, drafted(world), 1, 1, 1, 1)
    led(world, units[0][0], 1)
    attached(world, units[3][0], 2)
    leader, member = ChartSeat.objects.get(role="leader"), ChartSeat.objects.get(role="member")
    own_way = {**at(world), "actor": world.actor(1), "seat_id": leader.pk}
    assert services.set_naming(**own_way, public=True).name_public
    assert not services.set_naming(**own_way, public=False).name_public
    with pytest.raises(NotAllowed):
        services.set_naming(**{**own_way, "actor": world.actor(3)}, public=True)
    assert services.set_naming(**at(world), seat_id=leader.pk, public=True).name_public
    assert refused(
        WrongState, lambda: services.set_naming(**at(world), seat_id=member.pk, public=True)
    ).code == "never_named"  # fmt: skip
    holds(world)


def test_a_unit_named_after_somebody_is_known_to_tell_it(world: World) -> None:
    chart = drafted(world)
    unit = grown(world, chart, 1, 1, 1, 1)[3][0]
    services.change_unit(**at(world), chart_no=1, unit_no=unit.no, name="业主1中心户", parent_no=3)
    led(world, unit, 1)
    assert drawn.hide_names(drawn.tree(chart, now=world.now)).nodes[unit.no].tells_a_name
    services.set_naming(**at(world), seat_id=ChartSeat.objects.get().pk, public=True)
    assert not drawn.hide_names(drawn.tree(chart, now=world.now)).nodes[unit.no].tells_a_name


def test_lines_of_a_list_mean_people_of_the_estate_or_say_why_not(world: World) -> None:
    world.owners[2].name = world.owners[1].name
    world.owners[2].save()
    lines = [
        *("业主0", "", " 业主1 ", "业主1，1栋1单元201", "业主1 301", "业主1 1-999", "没有的人", "grid_worker1"),
        f"业主1 {world.owners[2].phone}",
    ]
    with CaptureQueriesContext(connection) as queries:
        found = people.meant(world.estate, lines, now=world.now)
    assert len(queries) <= 5
    assert [each.line for each in found] == [1, 3, 4, 5, 6, 7, 8, 9]
    who = [each.person_id for each in found]
    first, second = world.owners[1].pk, world.owners[2].pk
    assert who == [
        *(world.owners[0].pk, None, first, second, None, None, world.staff["grid_worker"].pk, second),
    ]
    assert found[0].door == "1栋1单元101"
    assert ["2 位" in str(found[1].fault), "对不上" in str(found[4].fault), "没有这个人" in str(found[5].fault)] == [
        True
    ] * 3
    elsewhere = make_world(2, name="别处苑")
    own(elsewhere.estate, elsewhere.homes[:1], [make_person("只在别处")], since=START)
    assert people.meant(world.estate, ["只在别处"], now=world.now)[0].person_id is None
    listed = people.in_building(world.estate, world.buildings[0].pk, now=world.now)
    assert [door for _, _, door in listed][:2] == ["1栋1单元101", "1栋1单元201"]


def test_a_tree_is_drawn_with_the_same_few_queries_however_large(world: World) -> None:
    chart = drafted(world)
    grown(world, chart, 1, 1)
    with CaptureQueriesContext(connection) as few:
        drawn.hide_names(drawn.tree(chart, now=world.now))
    units = grown(world, drafted_again(world, chart), 1, 2, 6, 20)
    for place, unit in enumerate(units[3][:10]):
        led(world, unit, place)
    large = Chart.objects.latest("no")
    with CaptureQueriesContext(connection) as many:
        drawn.hide_names(drawn.tree(large, now=world.now))
    assert len(few) == len(many) == 5


def drafted_again(world: World, chart: Chart) -> Chart:
    services.end_chart(**at(world), no=chart.no, reason="重来")
    return drafted(world)


def test_what_a_post_may_do_does_not_come_from_a_seat(world: World) -> None:
    unit = grown(world, drafted(world), 1)[0][0]
    before = world.actor(1)
    led(world, unit, 1)
    assert world.actor(1) == before
    assert Post.objects.filter(terms__person=world.owners[1]).count() == 0
    assert shape_of("nothing") is None


def test_the_next_version_begins_with_what_stands_in_the_last(world: World) -> None:
    chart = drafted(world)
    levels = grown(world, chart, 1, 1, 2, 2)
    building = world.buildings[0].pk
    services.cover(**at(world), chart_no=chart.no, unit_no=levels[2][0].no, areas=[Area(building_id=building)])
    led(world, levels[2][0], 0, name_public=True)
    attached(world, levels[3][0], 1, 2)
    attached(world, levels[3][1], 3)
    again = {"name": "下一版", "levels": chart.levels, "people_last": chart.people_last, "carry": True}
    services.publish_chart(**at(world), no=chart.no)
    gone = ChartSeat.objects.get(person=world.owners[2])
    services.end_seat(**at(world), seat_id=gone.pk, reason="搬走了")
    world.now += DAY
    other = {**again, "levels": chart.levels[:3], "people_last": False}
    assert "carry" in refused(BadInput, lambda: services.draft_chart(**at(world), **other)).fields

    new = services.draft_chart(**at(world), **again)

    was, now = drawn.tree(chart, now=world.now, counted=True), drawn.tree(new, now=world.now, counted=True)
    assert [
        (node.unit.no, node.unit.level, node.unit.name, node.places, node.members) for node in now.nodes.values()
    ] == [(node.unit.no, node.unit.level, node.unit.name, node.places, node.members) for node in was.nodes.values()]
    assert sum(node.members or 0 for node in now.nodes.values()) == 2
    kept = ChartSeat.objects.get(chart=new, role="leader")
    assert (kept.person, kept.name_public, kept.since) == (world.owners[0], True, START)
    services.publish_chart(**at(world), no=new.no)
    holds(world)


def test_what_somebody_takes_back_does_not_come_back_with_the_next_version(world: World) -> None:
    chart = drafted(world, "community-to-member")
    (top,), _branches, (group,), (first, second) = grown(world, chart, 1, 1, 1, 2)
    led(world, top, 5, name_public=True)
    led(world, first, 6, name_public=True)
    attached(world, first, 7, 8)
    attached(world, second, 9)
    services.publish_chart(**at(world), no=chart.no)
    world.now += DAY
    again = {"name": "下一版", "levels": chart.levels, "people_last": chart.people_last, "carry": True}
    new = services.draft_chart(**at(world), **again)
    moved = ChartUnit.objects.get(chart=new, no=second.no)
    attached(world, moved, 8)
    world.now += DAY

    def seat(of: int, version: Chart = chart) -> ChartSeat:
        return ChartSeat.objects.filter(chart=version, person=world.owners[of]).order_by("-pk")[0]

    mine = actor_for(world.owners[6], now=world.now)
    services.set_naming(**{**at(world), "actor": mine}, seat_id=seat(6).pk, public=False)
    for gone in (7, 8):
        services.end_seat(**at(world), seat_id=seat(gone).pk, reason="本人不愿再登记")
    services.end_seat(**at(world), seat_id=seat(5).pk, reason="不再担任")

    holds(world)
    services.publish_chart(**at(world), no=new.no)
    shown = drawn.tree(new, now=world.now, counted=True)
    assert [node.leader.public for node in shown.nodes.values() if node.leader] == [False]
    assert shown.members == 1
    assert not drawn.seats_of(world.owners[7].pk, world.estate, now=world.now)
    assert {seat(each, new).end_reason for each in (7, 8)} == {"本人不愿再登记"}
    # What the new version says by itself is no copy, and stays.
    assert (seat(9, new).until, moved.until, group.until) == (None, None, None)
    holds(world)


def test_of_no_units_nobody_reads_the_members(world: World) -> None:
    for actor in (NOBODY, world.actor(0), world.actor("community_worker")):
        assert not policy.can_see_members(actor, [], now=world.now)


def test_nothing_is_carried_over_where_nothing_is_in_force(world: World) -> None:
    shape = SHAPES[0]
    draft = {"name": "头一版", "levels": shape.levels, "people_last": shape.people_last, "carry": True}
    assert "carry" in refused(BadInput, lambda: services.draft_chart(**at(world), **draft)).fields
