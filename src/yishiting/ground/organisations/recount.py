"""Digests of who holds which post, by which entries vouch for it: rights come from posts, so a post must not be slipped in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q

from yishiting.ground.organisations.models import Organisation, Term
from yishiting.ground.people.recount import keyed
from yishiting.ground.places.models import Estate, Region
from yishiting.ground.places.recount import path
from yishiting.kernel.words import Sentence, gettext_noop

OFFICES = "organisations.offices"


def offices(estate_id: int, ids: Collection[int] | None = None) -> Mapping[int, str]:
    """Return the digest of each body with its posts that answer for an estate and all who held them, by the body's id.

    Posts of the regions above answer for the estate too. A post that nobody ever held gives no rights and is left out.
    """
    region_id = Estate.objects.filter(pk=estate_id).values_list("region_id", flat=True).first()
    above = [region.pk for region in path(region_id)]
    terms = Term.objects.filter(Q(post__estate_id=estate_id) | Q(post__region__in=above))
    if ids is not None:
        terms = terms.filter(post__organisation__in=ids)
    held: dict[int, list[Any]] = defaultdict(list)
    fields = (
        *("post__organisation_id", "post_id", "post__kind", "post__region_id", "post__estate_id", "post__building_id"),
        *("post__entrance_id", "pk", "person_id", "since", "until", "name_public"),
    )
    for body_id, *row in terms.order_by("pk").values_list(*fields):
        held[body_id].append(row)
    bodies = Organisation.objects.filter(pk__in=held).order_by("pk")
    return {
        pk: keyed([OFFICES, pk, *body, held[pk]])
        for pk, *body in bodies.values_list("pk", "region_id", "estate_id", "parent_id", "kind", "name")
    }


def offices_name(body_id: int) -> Sentence:
    """Return what a fault calls the posts of a body."""
    name = Organisation.objects.filter(pk=body_id).values_list("name", flat=True).first()
    return Sentence(gettext_noop("“{body}”的岗位和任期"), body=name or body_id)


def estates_below(region_id: int) -> list[int]:
    """Return the estates of a region and of those under it, in the order in which their records are locked."""
    below, level = [region_id], [region_id]
    while level:
        level = list(Region.objects.filter(parent__in=level).exclude(pk__in=below).values_list("pk", flat=True))
        below += level
    return sorted(Estate.objects.filter(region__in=below).values_list("pk", flat=True))
