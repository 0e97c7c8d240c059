"""Tiers: what rises goes exactly one up, and there is always one further up until the top."""

from __future__ import annotations

import pytest

from yishiting.ground.organisations.kinds import KINDS
from yishiting.ground.organisations.tiers import HEADS, LABELS, TOP, Tier, kind_above, kinds_at, label, tier_of


@pytest.mark.parametrize("kind", [*KINDS, "no_such_post"])
def test_what_rises_goes_up_until_the_top_and_no_further(kind: str) -> None:
    passed = [tier_of(kind)]
    current: str | None = kind
    while (current := kind_above(current)) is not None:
        passed.append(tier_of(current))
    assert passed == sorted(set(passed))
    assert passed[-1] is TOP


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_stands_in_for_a_vacancy_never_stands_further_down(kind: str) -> None:
    stands_in = KINDS[kind].next_up
    assert stands_in is None or tier_of(stands_in) >= tier_of(kind)


def test_the_ladder_runs_from_the_building_to_the_subdistrict() -> None:
    assert kind_above("building_head") == "grid_worker"
    assert kind_above("grid_worker") == kind_above("property_manager") == "community_worker"
    assert kind_above("community_worker") == "subdistrict_worker"
    assert kind_above("subdistrict_worker") is None


def test_each_tier_has_a_name_and_a_post_that_speaks_for_it() -> None:
    assert set(LABELS) == set(HEADS) == set(Tier)
    for tier, kind in HEADS.items():
        assert tier_of(kind) == tier
        assert kind in kinds_at(tier)
    assert str(label(Tier.COMMUNITY)) == "社区"
