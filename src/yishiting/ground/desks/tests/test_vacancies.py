"""Units that nobody leads stand on the desk of who keeps the chart, in one line, as the chart's own page has them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.world import START, World, make_world
from yishiting.ground.desks.gathering import Due, DueFilter, DueList
from yishiting.ground.organisations.charting import drawn, services
from yishiting.ground.organisations.charting.tables import ChartSeat
from yishiting.ground.organisations.tests.charted import KEEPER, at, drafted, grown, led

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return make_world(12)


def told(world: World, who: str = KEEPER) -> list[Due]:
    rows = DueList(world.actor(who), DueFilter(room="charts"), now=world.now)
    found = rows[0:50]
    assert rows.counts.all == rows.count() == len(found)
    return found


def test_a_line_counts_who_is_missing_since_when_and_is_gone_when_somebody_leads(world: World) -> None:
    chart = drafted(world, "three")
    (branch,), groups, doors = grown(world, chart, 1, 3, 4)
    # A draft has vacancies by its nature, and nobody waits for them.
    assert told(world) == []
    services.publish_chart(**at(world), no=chart.no)
    world.now += DAY
    led(world, branch, 0)
    led(world, groups[0], 1, until=world.now + 2 * DAY)
    led(world, groups[1], 2, since=world.now + 5 * DAY)

    def agrees() -> Due:
        (line,) = told(world)
        assert line.n == len(drawn.tree(chart, now=world.now).vacant)
        return line

    line = agrees()
    assert (line.n, line.since, line.called, line.bucket) == (6, START, "党组织架构", "none")
    assert line.says.render(str) == "有 6 个单位没有负责人，去任命"
    for place, unit in enumerate([*groups[2:], *doors], 3):
        led(world, unit, place)
    assert agrees().since == START
    world.now += 2 * DAY
    assert agrees().n == 2
    # The second group has a leader by now; the first has had none since his last day.
    ended = ChartSeat.objects.get(unit=groups[0]).until
    world.now += 3 * DAY
    line = agrees()
    assert (line.n, line.since) == (1, ended)
    led(world, groups[0], 9)
    assert told(world) == []
    services.end_seat(**at(world), seat_id=ChartSeat.objects.get(unit=branch).pk, reason="搬走了")
    assert agrees().since == world.now
    services.end_chart(**at(world), no=chart.no, reason="换一套")
    assert told(world) == []


def test_it_is_for_who_keeps_the_chart_and_costs_the_same_for_many(world: World) -> None:
    chart = drafted(world, "three")
    grown(world, chart, 1, 8, 16)
    services.publish_chart(**at(world), no=chart.no)
    for who in world.staff:
        assert [line.n for line in told(world, who)] == ([25] if who in {KEEPER, "subdistrict_worker"} else []), who
    elsewhere = make_world(3, name="别处苑")
    assert told(elsewhere) == []
    with CaptureQueriesContext(connection) as queries:
        rows = DueList(world.actor(KEEPER), DueFilter(), now=world.now)
        before = len(queries)
        assert rows.counts.none
        assert rows[0:20]
        assert len(queries) - before == 2
