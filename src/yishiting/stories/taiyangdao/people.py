"""Who is who in 太阳岛: the roster, the bodies, the posts. All names and phones are invented."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from yishiting.ground.organisations import services as organisations
from yishiting.ground.organisations.models import Organisation
from yishiting.ground.people.models import Person
from yishiting.ground.people.roster import parse, read_workbook
from yishiting.ground.people.services import apply_roster
from yishiting.ground.places import services as places
from yishiting.ground.places.models import Building, DeclaredFigure, Estate, Home
from yishiting.stories.stage import Cast, new_person, signing_owners

NAME = "太阳岛"
REGION = ("示范市", "河西区", "沿江街道", "太阳岛社区")
ROSTER = Path(__file__).parent / "roster.csv"
#: The building whose roof leaks.
LEAKING = "823栋"

Kind = Organisation.Kind
STAFF = {
    "community_secretary": ("community_secretary", Kind.COMMUNITY, "梅知远", "13800000031"),
    "community_worker": ("community_worker", Kind.COMMUNITY, "路青禾", "13800000032"),
    "grid_worker": ("grid_worker", Kind.COMMUNITY, "樊小川", "13800000033"),
    "branch_secretary": ("branch_secretary", Kind.BRANCH, "聂长庚", "13800000034"),
}
OWNERS = {"moderator": ("moderator", Kind.COUNCIL), "committee_chair": ("committee_chair", Kind.COMMITTEE)}
BODIES = {
    Kind.COMMUNITY: "太阳岛社区居委会",
    Kind.BRANCH: "太阳岛小区党支部",
    Kind.COUNCIL: "太阳岛议事会",
    Kind.COMMITTEE: "太阳岛业主委员会",
    Kind.RESIDENTS: "太阳岛居民代表",
}
LABELS = {
    "owner_a": "反映漏水的业主（太阳岛823栋）",
    "owner_b": "业主（太阳岛）",
    "building_head": "楼栋长（太阳岛823栋）",
    "branch_secretary": "党支部书记（太阳岛）",
    "community_secretary": "社区书记（太阳岛）",
    "community_worker": "社区工作人员（太阳岛）",
    "grid_worker": "网格员（太阳岛）",
    "moderator": "议事会召集人（太阳岛）",
    "committee_chair": "业委会主任（太阳岛）",
}


def found_estate(now: datetime) -> Estate:
    """Put the estate on the register and take in its roster."""
    estate = places.create_estate(name=NAME, region=places.region_at(REGION), actor_id=None, now=now)
    roster = parse(read_workbook(ROSTER.read_bytes(), ROSTER.name), NAME)
    apply_roster(estate=estate, roster=roster, actor_id=None, now=now, allow_new=True)
    for name, value in ((DeclaredFigure.Name.BUILDINGS, 5), (DeclaredFigure.Name.HOMES, 120)):
        places.declare(estate=estate, name=name, value=value, actor_id=None, now=now)
    return estate


def give_posts(estate: Estate, now: datetime) -> Cast:
    """Found the bodies and fill the posts; owners who hold one come from the roster."""
    cast = Cast(estate, place="823栋楼下凉亭", sides={})
    bodies = {
        kind: organisations.found_organisation(
            kind=kind, name=name, estate=None if kind == Kind.COMMUNITY else estate, region=estate.region
        )
        for kind, name in BODIES.items()
    }
    for part, (kind, body, name, phone) in STAFF.items():
        region = estate.region if kind.startswith("community_") else None
        cast.appoint(part, new_person(name, phone), organisation=bodies[body], kind=kind, since=now, region=region)
    owners = signing_owners(estate)
    chosen = iter(owners[5::41])
    for part, (kind, body) in OWNERS.items():
        cast.appoint(part, next(chosen)[1], organisation=bodies[body], kind=kind, since=now)
    building = Building.objects.get(estate=estate, label=LEAKING)
    here = neighbours(cast)
    cast.appoint(
        "building_head", here[2][1], organisation=bodies[Kind.RESIDENTS], kind="building_head", since=now,
        building=building,
    )  # fmt: skip
    # Whoever lives under the roof notices first.
    cast.parts["owner_a"] = here[-1][1]
    cast.parts["owner_b"] = owners[0][1]
    return cast


def neighbours(cast: Cast) -> list[tuple[Home, Person]]:
    """Return the homes of the building whose roof leaks with their owners, from the ground up."""
    pairs = [pair for pair in signing_owners(cast.estate) if pair[0].building.label == LEAKING]
    return sorted(pairs, key=lambda pair: (pair[0].room[:-2], pair[0].order))
