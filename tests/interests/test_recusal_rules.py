"""The decider alone: what ties whom to what, and who does it instead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.ground.organisations.kinds import KINDS, Duty, chain
from yishiting.ground.organisations.recusal import (
    ACTS,
    BECAUSE,
    TAKES,
    Act,
    Affair,
    Because,
    Bond,
    because,
    instead,
    refusal,
    together,
)

AFFAIR = Affair(
    ("vote", 7), 1, frozenset({("vote", 7), ("matter", 3)}), (Act.VOTE,), frozenset({Duty.VOTE}),
    bodies=frozenset({5}), homes=frozenset({8}), people=frozenset({1}), posts=frozenset({9}),
)  # fmt: skip
FREE = Bond(2)


@pytest.mark.parametrize(
    ("tie", "why"),
    [
        (Bond(1), Because.OWN_WORK),
        (Bond(2, posts=frozenset({9})), Because.OWN_WORK),
        (Bond(2, bodies=frozenset({5})), Because.OWN_BODY),
        (Bond(2, homes=frozenset({8})), Because.OWN_HOME),
        (Bond(2, declared_things=frozenset({("matter", 3)})), Because.DECLARED),
        (Bond(2, declared_bodies=frozenset({5})), Because.DECLARED),
        (Bond(2, declared_homes=frozenset({8})), Because.DECLARED),
        (Bond(1, bodies=frozenset({5}), homes=frozenset({8})), Because.OWN_WORK),
        (FREE, None),
        (Bond(2, declared_things=frozenset({("vote", 3), ("matter", 7)})), None),
    ],
)
def test_each_tie_has_its_reason_and_a_number_of_another_kind_is_none(tie: Bond, why: Because | None) -> None:
    assert because(tie, AFFAIR) is why


ids = st.frozensets(st.integers(1, 6), max_size=3)
things = st.frozensets(st.tuples(st.sampled_from(["matter", "vote"]), st.integers(1, 4)), max_size=3)
bonds = st.builds(
    Bond, st.integers(1, 6), posts=ids, bodies=ids, homes=ids, declared_things=things, declared_bodies=ids,
    declared_homes=ids,
)  # fmt: skip
affairs = st.builds(
    Affair, st.just(("vote", 1)), st.just(1), things, st.just((Act.VOTE,)), st.just(frozenset({Duty.VOTE})),
    bodies=ids, homes=ids, people=ids, posts=ids,
)  # fmt: skip


@given(bonds, affairs, ids)
def test_to_know_more_never_frees_anybody(bond: Bond, affair: Affair, more: frozenset[int]) -> None:
    if because(bond, affair) is not None:
        assert because(bond, affair.widened(bodies=more, homes=more)) is not None
        assert because(replace(bond, declared_bodies=bond.declared_bodies | more), affair) is not None


@given(bonds, affairs)
def test_whoever_touches_nothing_of_an_affair_is_free(bond: Bond, affair: Affair) -> None:
    shared = (
        bond.person in affair.people
        or bond.posts & affair.posts
        or (bond.bodies | bond.declared_bodies) & affair.bodies
        or (bond.homes | bond.declared_homes) & affair.homes
        or bond.declared_things & affair.things
    )
    assert (because(bond, affair) is not None) == bool(shared)


kinds = st.frozensets(st.sampled_from(sorted(KINDS)), max_size=4)


@given(kinds, kinds, st.sampled_from(Act))
def test_who_takes_over_is_free_and_a_step_only_ever_goes_up(
    mine: frozenset[str], free: frozenset[str], act: Act
) -> None:
    found = instead(mine, free, act)
    ways = {kind for each in mine for kind in chain(each)}
    if found:
        assert found in free
    if free & ways:
        assert found in ways
    elif act is Act.CLOSE:
        assert found == ""
    else:
        assert bool(found) == bool(free)


def test_every_act_and_every_reason_has_its_words_and_names_who_does_it() -> None:
    assert set(ACTS) == set(TAKES) == set(Act)
    assert set(BECAUSE) == set(Because)
    for why in Because:
        for act in Act:
            assert "请交给社区工作人员" in str(refusal(why, act, "community_worker"))
            assert "请交给另一位网格员" in str(refusal(why, act, "grid_worker", {"grid_worker"}))
            assert "没有别人能接手" in str(refusal(why, act, ""))
            assert str(ACTS[act]) in str(refusal(why, act, ""))
    assert str(together(["property_manager", "branch_secretary"])) == "物业经理兼党支部书记"
    assert str(together([])) == "一位工作人员"
