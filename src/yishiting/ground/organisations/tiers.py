"""The four tiers at which a matter can stand, from the building up, and which kind of post is at which. Pure.

Small things are settled in the estate, big ones in the community; what a tier cannot settle, or lets lie, rises to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from yishiting.ground.organisations.kinds import KINDS, chain
from yishiting.kernel.words import Sentence, gettext_noop


class Tier(IntEnum):
    """A tier; a greater one is further up."""

    BUILDING = 1
    ESTATE = 2
    COMMUNITY = 3
    SUBDISTRICT = 4


TOP = max(Tier)
LABELS: Mapping[Tier, str] = {
    Tier.BUILDING: gettext_noop("楼栋"),
    Tier.ESTATE: gettext_noop("小区"),
    Tier.COMMUNITY: gettext_noop("社区"),
    Tier.SUBDISTRICT: gettext_noop("街道"),
}
#: Kinds of post by tier; one that is not named works for the estate. The place of a post does not tell: an office of the
#: community may have a post for a single estate, and a grid worker may look after two.
_KINDS: Mapping[str, Tier] = {
    "building_head": Tier.BUILDING,
    "volunteer": Tier.BUILDING,
    "community_worker": Tier.COMMUNITY,
    "community_secretary": Tier.COMMUNITY,
    "police_officer": Tier.COMMUNITY,
    "recorder": Tier.COMMUNITY,
    "case_supervisor": Tier.COMMUNITY,
    "mediator": Tier.COMMUNITY,
    "subdistrict_worker": Tier.SUBDISTRICT,
}
#: The post that speaks for a tier where somebody names the tier and not a post.
HEADS: Mapping[Tier, str] = {
    Tier.BUILDING: "building_head",
    Tier.ESTATE: "grid_worker",
    Tier.COMMUNITY: "community_worker",
    Tier.SUBDISTRICT: "subdistrict_worker",
}


def label(tier: Tier | int) -> Sentence:
    """Return the name of a tier; raises ``ValueError`` for a number that is none."""
    return Sentence(LABELS[Tier(tier)])


def tier_of(kind: str) -> Tier:
    """Return the tier that posts of ``kind`` stand at; a kind not known here goes to the community, as its matters do."""
    return _KINDS.get(kind, Tier.ESTATE if kind in KINDS else Tier.COMMUNITY)


def kinds_at(tier: Tier) -> frozenset[str]:
    """Return the kinds of post that stand at ``tier``."""
    return frozenset(kind for kind in KINDS if tier_of(kind) == tier)


def kind_above(kind: str) -> str | None:
    """Return the kind of post that takes what posts of ``kind`` raise: the first of the next tier, or None from the top."""
    here = tier_of(kind)
    return next((each for each in chain(kind) if tier_of(each) > here), None)
