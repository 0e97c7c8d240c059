"""Who is who in 滨河佳苑: the roster, the bodies, the posts. All names and phones are invented."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from yishiting.ground.organisations import services as organisations
from yishiting.ground.organisations.models import Organisation
from yishiting.ground.people.roster import parse, read_workbook
from yishiting.ground.people.services import apply_roster
from yishiting.ground.places import services as places
from yishiting.ground.places.models import Building, DeclaredFigure, Estate
from yishiting.stories.stage import Cast, new_person, signing_owners

NAME = "滨河佳苑"
REGION = ("示范市", "河东区", "滨江街道", "滨河社区")
ROSTER = Path(__file__).parent / "roster.xlsx"
BIKE_ZONES = (
    ("南楼1单元门前", 46),
    ("南楼2单元门前", 48),
    ("南楼3单元门前", 46),
    ("北楼1单元门前", 48),
    ("北楼2单元门前", 46),
    ("北楼3单元门前", 48),
)
BIKES_NEEDED = 300

Kind = Organisation.Kind
#: part → (post, body, name, phone); those without a name are owners of the estate.
STAFF = {
    "community_worker": ("community_worker", Kind.COMMUNITY, "周敏", "13800000001"),
    "community_secretary": ("community_secretary", Kind.COMMUNITY, "罗建", "13800000002"),
    "grid_worker": ("grid_worker", Kind.COMMUNITY, "杨帆", "13800000003"),
    "recorder": ("recorder", Kind.COMMUNITY, "唐悦", "13800000004"),
    "police_officer": ("police_officer", Kind.POLICE, "沈毅", "13800000005"),
    "property_manager": ("property_manager", Kind.PROPERTY, "程亮", "13800000006"),
}
OWNERS = {
    "moderator": ("moderator", Kind.COUNCIL),
    "committee_chair": ("committee_chair", Kind.COMMITTEE),
    "committee_member": ("committee_member", Kind.COMMITTEE),
    "supervisor": ("supervisor", Kind.SUPERVISORS),
    "owner_representative": ("owner_representative", Kind.RESIDENTS),
}
BODIES = {
    Kind.COMMUNITY: "滨河社区居委会",
    Kind.POLICE: "滨江派出所",
    Kind.PROPERTY: "滨河物业服务公司",
    Kind.COUNCIL: "滨河佳苑议事会",
    Kind.COMMITTEE: "滨河佳苑业主委员会",
    Kind.SUPERVISORS: "滨河佳苑业主监事会",
    Kind.RESIDENTS: "滨河佳苑业主代表",
}
LABELS = {
    "owner_a": "业主（南楼）",
    "owner_b": "业主（北楼）",
    "community_worker": "社区工作人员",
    "community_secretary": "社区书记",
    "grid_worker": "网格员",
    "recorder": "记录员",
    "police_officer": "社区民警",
    "property_manager": "物业经理",
    "moderator": "议事会召集人",
    "committee_chair": "业委会主任",
    "committee_member": "业委会委员",
    "supervisor": "业主监事",
    "owner_representative": "业主代表",
    "building_head_south": "南楼楼栋长",
    "building_head_north": "北楼楼栋长",
}


def found_estate(now: datetime) -> Estate:
    """Put the estate on the register and take in its roster, as the property company handed it over."""
    region = places.region_at(REGION)
    estate = places.create_estate(name=NAME, region=region, actor_id=None, now=now)
    roster = parse(read_workbook(ROSTER.read_bytes(), ROSTER.name), NAME)
    apply_roster(estate=estate, roster=roster, actor_id=None, now=now, allow_new=True)
    for name, value, approximate in (
        (DeclaredFigure.Name.BUILDINGS, 2, ""),
        (DeclaredFigure.Name.HOMES, 282, ""),
        (DeclaredFigure.Name.RESIDENTS, 740, ""),
        (DeclaredFigure.Name.BIKE_PLACES, BIKES_NEEDED, DeclaredFigure.Approximate.AT_LEAST),
    ):
        places.declare(estate=estate, name=name, value=value, approximate=approximate, actor_id=None, now=now)
    for label, capacity in BIKE_ZONES:
        places.set_zone(estate=estate, label=label, capacity=capacity, actor_id=None, now=now)
    return estate


def give_posts(estate: Estate, now: datetime) -> Cast:
    """Found the bodies and fill the posts; owners who hold one come from the roster."""
    cast = Cast(estate, place="南楼大堂议事亭", sides={"社区": 2, "住户代表": 7, "物业": 2}, guests=("社区民警",))
    bodies = {
        kind: organisations.found_organisation(
            kind=kind, name=name, estate=None if kind == Kind.COMMUNITY else estate, region=estate.region
        )
        for kind, name in BODIES.items()
    }
    for part, (kind, body, name, phone) in STAFF.items():
        region = estate.region if kind.startswith("community_") else None
        person = new_person(name, phone)
        cast.appoint(part, person, organisation=bodies[body], kind=kind, since=now, region=region)
    owners = signing_owners(estate)
    # Spread over the roster, so that posts are held in both buildings.
    chosen = iter(owners[7::19])
    for part, (kind, body) in OWNERS.items():
        cast.appoint(part, next(chosen)[1], organisation=bodies[body], kind=kind, since=now)
    heads = {"南楼": "building_head_south", "北楼": "building_head_north"}
    taken = {person.pk for person in cast.parts.values()}
    for label, part in heads.items():
        building = Building.objects.get(estate=estate, label=label)
        person = next(p for home, p in owners if home.building_id == building.pk and p.pk not in taken)
        taken.add(person.pk)
        cast.appoint(
            part, person, organisation=bodies[Kind.RESIDENTS], kind="building_head", since=now, building=building
        )
    free = [(home, person) for home, person in owners if person.pk not in taken]
    cast.parts["owner_a"] = next(person for home, person in free if home.building.label == "南楼")
    cast.parts["owner_b"] = next(person for home, person in free if home.building.label == "北楼")
    return cast
