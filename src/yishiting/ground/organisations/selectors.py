"""Reads of organisations: who answers for a place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from yishiting.ground.organisations import kinds
from yishiting.ground.organisations.models import Post, Term
from yishiting.ground.organisations.tiers import HEADS, Tier, tier_of
from yishiting.ground.places.models import Estate
from yishiting.ground.places.selectors import regions_above


@dataclass(frozen=True, slots=True)
class Responsible:
    """The post that answers, and who holds it now; ``stands_in`` where the kind asked for is vacant."""

    post: Post
    person_ids: tuple[int, ...]
    stands_in: bool


def responsible(
    *,
    kind: str,
    estate: Estate,
    now: datetime,
    building_id: int | None = None,
    entrance_id: int | None = None,
    without: Collection[int] = (),
) -> Responsible | None:
    """Find who answers for ``kind`` at a place: the narrowest held post of that kind, else of the next kind up.

    Entrance before building before estate before the regions above it. None where nobody up to the top holds any of them.
    ``without``: persons who may not act in it; a post that only they hold counts as vacant.
    """
    regions = regions_above(estate.region_id)
    wanted = kinds.chain(kind)
    posts = list(
        Post.objects.filter(kind__in=wanted)
        .filter(Q(estate=estate) | Q(region_id__in=regions))
        .select_related("organisation")
    )
    held: dict[int, list[int]] = {}
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    for post_id, person_id in (
        Term.objects.filter(current, post__in=posts).order_by("since").values_list("post_id", "person_id")
    ):
        if person_id in without:
            continue
        held.setdefault(post_id, []).append(person_id)

    def distance(post: Post) -> int | None:
        if post.entrance_id:
            return 0 if post.entrance_id == entrance_id else None
        if post.building_id:
            return 1 if post.building_id == building_id else None
        return 2 if post.region_id is None else 3 + regions.index(post.region_id)

    candidates = [
        (wanted.index(post.kind), place, post.pk, post)
        for post in posts
        if post.pk in held and (place := distance(post)) is not None
    ]
    if not candidates:
        return None
    order, _, _, post = min(candidates)
    return Responsible(post, tuple(held[post.pk]), stands_in=order > 0)


@dataclass(frozen=True, slots=True)
class Link:
    """One tier of the way up from a door: the post that answers there, and who stands in where nobody holds it.

    ``names`` are of holders who agreed to be named with the post (C1: for the estate's own people), or of all ``holders`` for
    colleagues; never a phone. ``stands_in`` is the kind of post that does its work while it is vacant, empty where nobody
    up to the top does.
    """

    tier: Tier
    kind: str
    vacant: bool
    names: tuple[str, ...]
    unnamed: int
    stands_in: str


#: Who is asked first at a door, tier by tier.
LADDER = tuple(HEADS[tier] for tier in Tier)


def door_chain(
    *, estate: Estate, now: datetime, building_id: int, entrance_id: int, colleague: bool = False
) -> tuple[Link, ...]:
    """Return who is responsible for a door, from its building up to the subdistrict, vacancies marked (three queries).

    ``colleague``: whether the reader works here and may know all who hold the posts.
    """
    regions = regions_above(estate.region_id)
    here = (
        Q(estate=estate, building__isnull=True)
        | Q(building_id=building_id, entrance__isnull=True)
        | Q(entrance_id=entrance_id)
        | Q(region_id__in=regions)
    )
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    held: dict[str, list[tuple[int, str, bool]]] = {kind: [] for kind in LADDER}
    terms = Term.objects.filter(current, post__in=Post.objects.filter(here, kind__in=LADDER)).order_by("since", "pk")
    for kind, entrance, building, region, name, public in terms.values_list(
        "post__kind", "post__entrance_id", "post__building_id", "post__region_id", "person__name", "name_public"
    ):
        distance = 0 if entrance else 1 if building else 2 if region is None else 3 + regions.index(region)
        held[kind].append((distance, name, public))
    links = []
    for place, kind in enumerate(LADDER):
        nearest = min((distance for distance, _, _ in held[kind]), default=None)
        holders = [(name, public) for distance, name, public in held[kind] if distance == nearest]
        shown = tuple(name for name, public in holders if public or colleague)
        above = next((each for each in LADDER[place + 1 :] if held[each]), "")
        links.append(
            Link(
                tier=tier_of(kind),
                kind=kind,
                vacant=not holders,
                names=shown,
                unnamed=len(holders) - len(shown),
                stands_in="" if holders else above,
            )
        )
    return tuple(links)
