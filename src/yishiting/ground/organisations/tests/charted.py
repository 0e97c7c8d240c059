"""Charts for tests: an estate where each unit of a shape stands once, or as often as is asked."""

from __future__ import annotations

from typing import Any

from tests.support.world import World
from yishiting.ground.organisations.charting import services
from yishiting.ground.organisations.charting.shapes import shape_of
from yishiting.ground.organisations.charting.tables import Chart, ChartUnit

KEEPER = "community_worker"


def at(world: World, **more: Any) -> dict[str, Any]:
    """Return what each verb takes, as who keeps the chart."""
    return {"actor": world.actor(KEEPER), "estate": world.estate, "now": world.now, **more}


def drafted(world: World, code: str = "community-to-member") -> Chart:
    """Draft a chart of a shape that is shipped."""
    shape = shape_of(code)
    assert shape is not None
    return services.draft_chart(
        **at(world), name="党组织架构", levels=shape.levels, people_last=shape.people_last
    )  # fmt: skip


def grown(world: World, chart: Chart, *counts: int) -> list[list[ChartUnit]]:
    """Hang units into a chart, so many at each level from the top, spread evenly under those above; return them by level."""
    levels: list[list[ChartUnit]] = []
    for level, n in enumerate(counts, 1):
        above = levels[-1] if levels else []
        levels.append(
            [
                services.add_unit(
                    **at(world),
                    chart_no=chart.no,
                    level=level,
                    name=f"{chart.levels[level - 1]}{place + 1}",
                    parent_no=above[place % len(above)].no if above else None,
                )
                for place in range(n)
            ]
        )
    return levels


def led(world: World, unit: ChartUnit, who: int | str = 0, **more: Any) -> None:
    """Appoint an owner, or who holds a post, as a unit's leader."""
    person = world.staff[who] if isinstance(who, str) else world.owners[who]
    services.appoint_leader(
        **at(world), chart_no=unit.chart.no, unit_no=unit.no, person_id=person.pk, consent="written", **more
    )


def attached(world: World, unit: ChartUnit, *owners: int, **more: Any) -> None:
    """Attach owners to a unit."""
    ids = [world.owners[place].pk for place in owners]
    services.attach_members(
        **at(world), chart_no=unit.chart.no, unit_no=unit.no, person_ids=ids, consent="written", **more
    )
