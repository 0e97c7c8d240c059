"""A chart at rest: five levels in force with a vacancy and members, one version given up, and a draft."""

from __future__ import annotations

from typing import Any


def chart_of(still: Any) -> None:
    """Set the charts up. A resident leads, and agreed to be named; members are named nowhere."""
    from yishiting.ground.organisations.charting import services
    from yishiting.ground.organisations.charting.shapes import shape_of
    from yishiting.ground.places.models import Building, Entrance

    people = still.cast.parts

    def at(days: int, **more: Any) -> dict[str, Any]:
        return {"actor": still.actor("community_worker"), "estate": still.estate, "now": still.ago(days), **more}

    def draft(code: str, days: int, name: str) -> int:
        shape = shape_of(code)
        assert shape is not None
        made = services.draft_chart(**at(days), name=name, levels=shape.levels, people_last=shape.people_last)
        return int(made.no)

    services.end_chart(**at(19), no=draft("three", 20, "静安里三级架构"), reason="三级不够用，改成五级。")
    no = draft("community-to-member", 18, "静安里党组织架构")
    building = Building.objects.get(estate=still.estate)
    first = Entrance.objects.filter(estate=still.estate).order_by("order")[0]

    def hang(level: int, name: str, parent: int | None, *areas: services.Area) -> int:
        given = {"chart_no": no, "level": level, "name": name, "parent_no": parent, "areas": areas}
        return int(services.add_unit(**at(17), **given).no)

    party = hang(1, "静安社区党委", None, services.Area())
    branch = hang(2, "静安里党支部", party, services.Area())
    group = hang(3, "东楼党小组", branch, services.Area(building_id=building.pk))
    household = hang(4, "一单元中心户", group, services.Area(entrance_id=first.pk))
    empty = hang(4, "二单元中心户", group)

    def lead(unit: int, role: str, **more: Any) -> None:
        services.appoint_leader(
            **at(16), chart_no=no, unit_no=unit, person_id=people[role].pk, consent="written", **more
        )

    lead(party, "community_worker")
    lead(branch, "committee_chair")
    lead(household, "owner_3")
    members = [people[role].pk for role in ("owner_1", "owner_2", "committee_member")]
    services.attach_members(**at(15), chart_no=no, unit_no=household, person_ids=members[:2], consent="face")
    services.attach_members(**at(15), chart_no=no, unit_no=empty, person_ids=members[2:], consent="phone")
    services.publish_chart(**at(14), no=no)
    # Of the desk's pages one of each kind is looked at, beginning with the newest: a unit without a leader, with a colleague.
    later = draft("by-entrance", 1, "静安里按单元的架构")
    top = services.add_unit(**at(1), chart_no=later, level=1, name="静安里第一支部")
    services.attach_members(
        **at(1), chart_no=later, unit_no=top.no, person_ids=members[:1], consent="face", role="colleague"
    )
