"""Who answers for a door, at which tier matters were settled, and opinions beside problems."""

from __future__ import annotations

from django.utils.translation import gettext as _
from ninja import Router, Schema

from yishiting.council.matters import selectors
from yishiting.ground.organisations import tiers
from yishiting.ground.organisations.charting import drawn
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.organisations.selectors import door_chain
from yishiting.ground.places.models import Entrance
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.charts import UnitLine, way_up
from yishiting.reach.api.door import Request, estate_at, is_device
from yishiting.reach.api.operations import reads
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Pk, Slug, said

router = Router(tags=["estates"])


class EntranceOut(Schema):
    """An entrance of the estate; its `id` is what scopes and doors are told by."""

    id: int
    building: int
    label: str


class Entrances(Schema):
    """A page of entrances."""

    items: list[EntranceOut]
    next: str | None


class DoorLink(Schema):
    """A tier of the way up from a door: which post, who holds it for those who may know, who stands in where nobody does."""

    tier: int
    tier_words: str
    post: str
    post_words: str
    vacant: bool
    names: list[str]
    stands_in: str


class DoorChain(Schema):
    """Who answers for a door, from its building up; ``chart``: the way up in the estate's chart, where it has one."""

    entrance: str
    links: list[DoorLink]
    chart: list[UnitLine]


class TierCount(Schema):
    """How many matters (件) were settled at a tier."""

    tier: int
    tier_words: str
    settled: int


class SettledByTier(Schema):
    """Matters by the tier that settled them; every tier is named."""

    items: list[TierCount]


class OpinionsOut(Schema):
    """Opinions (条) and problems (个), each in its own unit; neither is a share of the other."""

    submitted: int
    waiting: int
    valid: int
    not_valid: int
    linked: int
    settled: int
    problems: int


@reads(router, "/estates/{slug}/entrances", scope="estates:read", answer=Entrances)
def list_entrances(request: Request, slug: Slug, cursor: Cursor = "", limit: Limit = 20) -> Entrances:
    """List the estate's entrances with their buildings."""
    rows = Entrance.objects.filter(estate=estate_at(slug)).select_related("building")
    found, after = page(rows, by=("building__order", "order", "pk"), cursor=cursor, limit=limit)
    return Entrances(
        items=[EntranceOut(id=row.pk, building=row.building_id, label=str(row)) for row in found], next=after
    )


@reads(router, "/estates/{slug}/entrances/{pk}/who", scope="estates:read", answer=DoorChain)
def get_who(request: Request, slug: Slug, pk: Pk) -> DoorChain:
    """Tell who answers for a door; names for the estate's own people, where holders agreed."""
    estate = estate_at(slug)
    entrance = Entrance.objects.filter(estate=estate, pk=pk).select_related("building").first()
    if entrance is None:
        raise NotFound(gettext_noop("这个小区没有这个单元。请重新选。"))
    inside = request.actor.belongs_to(estate.pk)
    # Colleagues know each other's names; whoever stands before a device need not be one.
    colleague = not is_device(request) and any(
        request.actor.has_duty(duty, estate.pk) for duty in (Duty.TRIAGE, Duty.SUPERVISE, Duty.ROSTER)
    )
    chain = door_chain(
        estate=estate,
        now=request.now,
        building_id=entrance.building_id,
        entrance_id=entrance.pk,
        colleague=colleague,
    )
    return DoorChain(
        entrance=str(entrance),
        links=[
            DoorLink(
                tier=int(link.tier),
                tier_words=said(tiers.label(link.tier)),
                post=link.kind,
                post_words=_(post_label(link.kind)),
                vacant=link.vacant,
                names=list(link.names) if inside else [],
                stands_in=link.stands_in,
            )
            for link in chain
        ],
        chart=way_up(
            drawn.door_unit(estate, building_id=entrance.building_id, entrance_id=entrance.pk, now=request.now),
            inside=inside,
        ),
    )


@reads(router, "/estates/{slug}/settled", scope="matters:read", answer=SettledByTier)
def get_settled(request: Request, slug: Slug) -> SettledByTier:
    """Count solved matters by the tier that settled them."""
    counted = selectors.solved_by_tier(estate_at(slug).pk)
    return SettledByTier(
        items=[TierCount(tier=int(tier), tier_words=said(tiers.label(tier)), settled=n) for tier, n in counted.items()]
    )


@reads(router, "/estates/{slug}/opinions", scope="matters:read", answer=OpinionsOut)
def get_opinions(request: Request, slug: Slug) -> OpinionsOut:
    """Count opinions and the problems that they are about."""
    told = selectors.opinion_figures(estate_at(slug).pk)
    return OpinionsOut(
        submitted=told.submitted,
        waiting=told.waiting,
        valid=told.valid,
        not_valid=told.not_valid,
        linked=told.linked,
        settled=told.settled,
        problems=told.problems,
    )
