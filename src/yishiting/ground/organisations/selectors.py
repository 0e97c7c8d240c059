"""Reads of organisations: who answers for a place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from yishiting.ground.organisations import kinds
from yishiting.ground.organisations.models import Post, Term
from yishiting.ground.places.models import Estate


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
    regions: list[int] = []
    region = estate.region
    while region is not None:
        regions.append(region.pk)
        region = region.parent
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
