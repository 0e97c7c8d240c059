"""The roster for the staff who keep it. That it was read is on record, as from its page; phones are not told in full."""

from __future__ import annotations

from ninja import Router, Schema

from yishiting.ground.people import selectors, services
from yishiting.ground.people.policy import can_keep_roster
from yishiting.ground.people.sign_in import masked
from yishiting.ground.places.models import Home
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Search, Slug, share

router = Router(tags=["roster"])


class RosterOwner(Schema):
    """An owner of a home, with the phone masked."""

    name: str
    phone: str


class RosterHome(Schema):
    """A home on the register. ``shared_phone`` is to be settled at `…/roster/phones/{pk}`."""

    id: int
    building: str
    entrance: str
    room: str
    kind: str
    area: str | None
    area_source: str
    residents: int | None
    tenants: int
    owners: list[RosterOwner]
    shared_phone: int | None


class RosterHomes(Schema):
    """A page of homes."""

    items: list[RosterHome]
    next: str | None


class RosterFigures(Schema):
    """What is on the register, and how many homes wait for something."""

    buildings: int
    entrances: int
    homes: int
    residents: int | None
    area: str
    no_area: int
    no_owner: int
    shared_phone: int


def roster_home(row: Home, owners: list[selectors.Owner]) -> RosterHome:
    """Return a home as those who keep the roster read it, phones masked."""
    unsettled = next((each.unsettled_id for each in owners if each.unsettled_id), None)
    return RosterHome(
        id=row.pk,
        building=row.building.label,
        entrance=row.entrance.label,
        room=row.room,
        kind=row.kind,
        area=None if row.area is None else share(row.area),
        area_source=row.area_source,
        residents=row.residents,
        tenants=getattr(row, "tenants", 0),
        owners=[RosterOwner(name=each.name, phone=masked(each.phone) if each.phone else "") for each in owners],
        shared_phone=unsettled or getattr(row, "unsettled_id", None),
    )


@reads(router, "/estates/{slug}/roster", scope="roster:read", answer=RosterFigures, public=False)
def get_register(request: Request, slug: Slug) -> RosterFigures:
    """Count what is on the register."""
    found = selectors.register(request.actor, estate_at(slug))
    return RosterFigures(
        buildings=found.buildings,
        entrances=found.entrances,
        homes=found.homes,
        residents=found.residents,
        area=share(found.area),
        no_area=found.no_area,
        no_owner=found.no_owner,
        shared_phone=found.shared_phone,
    )


@reads(router, "/estates/{slug}/roster/homes", scope="roster:read", answer=RosterHomes, public=False)
def list_homes(
    request: Request, slug: Slug, q: Search = "", settle: Search = "", cursor: Cursor = "", limit: Limit = 20
) -> RosterHomes:
    """List homes with their owners; `settle` is area, owner or phone, for what is to be settled."""
    estate = estate_at(slug)
    can_keep_roster(request.actor, estate.pk).enforce()
    services.note_viewing(actor=request.actor, estate=estate, now=request.now)
    rows = selectors.homes(request.actor, estate, words=q, settle=settle if settle in selectors.TO_SETTLE else "")
    found, after = page(rows, by=("order", "pk"), cursor=cursor, limit=limit)
    owners = selectors.owners_of(request.actor, estate, found)
    return RosterHomes(
        items=[roster_home(row, owners.get(row.pk, [])) for row in found],
        next=after,
    )
