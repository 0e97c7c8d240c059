"""Two who change a chart at once, on either database: one of them wins, the other is told, and the record holds."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support.together import codes, refusals, together
from tests.support.world import make_world
from yishiting.ground.organisations.charting import services
from yishiting.ground.organisations.charting.tables import Chart, ChartSeat, ChartUnit
from yishiting.ground.organisations.tests.charted import at, drafted, grown
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_appoint_to_one_unit_at_once_one_is_told_and_each_change_counts_once() -> None:
    world = make_world(8)
    chart = drafted(world)
    units = grown(world, chart, 1, 1, 1, 2)
    given = at(world, chart_no=chart.no)
    led = partial(services.appoint_leader, **given, unit_no=units[0][0].no, consent="written")
    answers = together(*[partial(led, person_id=world.owners[n].pk) for n in range(3)])
    assert codes(answers) == ["led"] * 2
    assert ChartSeat.objects.filter(unit=units[0][0], until__isnull=True).count() == 1

    attach = partial(services.attach_members, **given, person_ids=[world.owners[5].pk], consent="face")
    answers = together(*[partial(attach, unit_no=unit.no) for unit in units[3]])
    assert refusals(answers) == []
    assert ChartSeat.objects.filter(role="member", until__isnull=True).count() == 1

    hang = partial(services.add_unit, **given, level=2, parent_no=units[0][0].no)
    answers = together(*[partial(hang, name=name) for name in ("东区支部", "西区支部", "东区支部")])
    assert codes(answers) == ["bad_input"]
    assert sorted(ChartUnit.objects.values_list("no", flat=True)) == list(range(1, 8))

    publish = partial(services.publish_chart, **at(world), no=chart.no)
    assert codes(together(publish, publish)) == ["published"]
    assert Chart.objects.get().state == "in_force"
    assert [str(fault) for fault in verify(world.estate.pk).faults] == []
