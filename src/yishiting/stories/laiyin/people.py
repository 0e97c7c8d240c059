"""Who is who in 莱茵小镇: the roster with its gaps, the bodies, the posts. All names and phones are invented."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from yishiting.ground.organisations import companies
from yishiting.ground.organisations import services as organisations
from yishiting.ground.organisations.models import Organisation
from yishiting.ground.people.roster import parse, read_workbook
from yishiting.ground.people.services import apply_roster, set_area
from yishiting.ground.places import services as places
from yishiting.ground.places.models import DeclaredFigure, Estate, Home
from yishiting.stories.stage import Cast, new_person, signing_owners

NAME = "莱茵小镇"
REGION = ("示范市", "河西区", "北岭街道", "北岭社区")
ROSTER = Path(__file__).parent / "roster.csv"
#: What the property register says of the home whose area the list lacks.
SURVEYED = Decimal("96.50")

Kind = Organisation.Kind
STAFF = {
    "community_worker": ("community_worker", Kind.COMMUNITY, "郑岚", "13800000021"),
    "grid_worker": ("grid_worker", Kind.COMMUNITY, "龙海", "13800000022"),
    "property_manager": ("property_manager", Kind.PROPERTY, "谭勇", "13800000023"),
}
OWNERS = {
    "moderator": ("moderator", Kind.COUNCIL),
    "committee_chair": ("committee_chair", Kind.COMMITTEE),
    "committee_member": ("committee_member", Kind.COMMITTEE),
    "owner_representative": ("owner_representative", Kind.RESIDENTS),
}
BODIES = {
    Kind.COMMUNITY: "北岭社区居委会",
    Kind.PROPERTY: "莱茵物业服务公司",
    Kind.COUNCIL: "莱茵小镇议事会",
    Kind.COMMITTEE: "莱茵小镇业主委员会",
    Kind.RESIDENTS: "莱茵小镇业主代表",
}
LABELS = {
    "owner_a": "业主（莱茵小镇）",
    "owner_32": "业主（莱茵小镇32栋）",
    "community_worker": "社区工作人员（莱茵小镇）",
    "grid_worker": "网格员（莱茵小镇）",
    "property_manager": "物业经理（莱茵小镇）",
    "moderator": "议事会召集人（莱茵小镇）",
    "committee_chair": "业委会主任（莱茵小镇）",
    "committee_member": "业委会委员（莱茵小镇）",
    "owner_representative": "业主代表（莱茵小镇）",
}


def found_estate(now: datetime) -> Estate:
    """Put the estate on the register and take in its list as the property company handed it over, gaps and all."""
    estate = places.create_estate(name=NAME, region=places.region_at(REGION), actor_id=None, now=now)
    roster = parse(read_workbook(ROSTER.read_bytes(), ROSTER.name), NAME)
    apply_roster(estate=estate, roster=roster, actor_id=None, now=now, allow_new=True)
    for name, value, approximate in (
        (DeclaredFigure.Name.BUILDINGS, 29, ""),
        (DeclaredFigure.Name.HOMES, 1900, DeclaredFigure.Approximate.AT_LEAST),
    ):
        places.declare(estate=estate, name=name, value=value, approximate=approximate, actor_id=None, now=now)
    return estate


def give_posts(estate: Estate, now: datetime) -> Cast:
    """Found the bodies and fill the posts; owners who hold one come from the roster."""
    cast = Cast(estate, place="党群服务站二楼", sides={"社区": 2, "业委会": 3, "住户代表": 9, "物业": 2})
    bodies = {
        kind: organisations.found_organisation(
            kind=kind, name=name, estate=None if kind == Kind.COMMUNITY else estate, region=estate.region
        )
        for kind, name in BODIES.items()
    }
    for part, (kind, body, name, phone) in STAFF.items():
        region = estate.region if kind == "community_worker" else None
        cast.appoint(part, new_person(name, phone), organisation=bodies[body], kind=kind, since=now, region=region)
    owners = signing_owners(estate)
    # Spread over the buildings.
    chosen = iter(owners[11::173])
    for part, (kind, body) in OWNERS.items():
        cast.appoint(part, next(chosen)[1], organisation=bodies[body], kind=kind, since=now)
    taken = {person.pk for person in cast.parts.values()}
    free = [(home, person) for home, person in owners if person.pk not in taken]
    cast.parts["owner_a"] = free[0][1]
    cast.parts["owner_32"] = next(person for home, person in free if home.building.label == "32栋")
    return cast


def name_company(cast: Cast, name: str, now: datetime) -> Organisation:
    """Put the company that is to run something on the list of bodies, so that whoever is tied to it can say so."""
    worker = cast.actor("community_worker", now)
    return companies.register_company(actor=worker, estate=cast.estate, name=name, now=now)


def settle_gaps(cast: Cast, now: datetime) -> list[Home]:
    """Take the areas that the list lacks from the property register: a roll with a hole in it cannot be frozen."""
    gaps = list(Home.objects.filter(estate=cast.estate, area__isnull=True).order_by("order", "pk"))
    for home in gaps:
        set_area(
            actor=cast.actor("community_worker", now), estate=cast.estate, home_id=home.pk, area=SURVEYED,
            source=Home.AreaSource.REGISTER, reason="document", now=now,
        )  # fmt: skip
    return gaps
