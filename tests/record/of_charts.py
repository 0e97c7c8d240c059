"""Charts for tests of the record: a version given up, one in force with units, places, terms and members, one drafted."""

from __future__ import annotations

from datetime import timedelta

from tests.support.world import World
from yishiting.ground.organisations.charting import services
from yishiting.ground.organisations.charting.tables import ChartSeat
from yishiting.ground.organisations.tests.charted import at, attached, drafted, grown, led


def happen(world: World) -> None:
    """Let everything happen to charts that their verbs know."""
    given_up = drafted(world, "self-government")
    services.end_chart(**at(world), no=given_up.no, reason="换一种")
    chart = drafted(world)
    (party, *_), (branch, _), (group, other), (household, empty) = grown(world, chart, 1, 2, 2, 2)
    first, second = world.buildings[:2]
    given = {"chart_no": chart.no}
    services.cover(**at(world), **given, unit_no=party.no, areas=[services.Area()])
    blocks = [services.Area(building_id=first.pk), services.Area(building_id=second.pk)]
    services.cover(**at(world), **given, unit_no=group.no, areas=blocks)
    services.cover(**at(world), **given, unit_no=household.no, areas=[services.Area(entrance_id=world.entrances[0].pk)])
    led(world, party, "community_worker", name_public=True)
    led(world, branch, 1, until=world.now + timedelta(days=300))
    led(world, group, 2)
    attached(world, household, 3, 4, 5)
    attached(world, branch, 6, role="colleague")
    services.publish_chart(**at(world), no=chart.no)
    world.now += timedelta(hours=1)
    attached(world, empty, 5)
    services.cover(**at(world), **given, unit_no=group.no, areas=blocks[:1])
    services.change_unit(**at(world), **given, unit_no=other.no, name="北区党小组", parent_no=branch.no)
    leaves = ChartSeat.objects.get(unit=group, role="leader")
    services.set_naming(**at(world), seat_id=leaves.pk, public=True)
    services.end_seat(**at(world), seat_id=leaves.pk, reason="搬走了")
    services.note_reading(actor=world.actor("community_worker"), units=[household], now=world.now)
    later = drafted(world, "three")
    for unit in reversed([units[0] for units in grown(world, later, 1, 1)]):
        services.end_unit(**at(world), chart_no=later.no, unit_no=unit.no)
