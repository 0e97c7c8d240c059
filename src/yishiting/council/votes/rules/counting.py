"""The decision itself (民法典 第278条): quorum, majority, and what the invalid ballots could change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yishiting.council.votes.rules.explain import explain
from yishiting.council.votes.rules.shares import HALF, THREE_QUARTERS, TWO_THIRDS, exceeds, pair_of, reaches
from yishiting.council.votes.rules.terms import Block, Cast, Choice, Head, Outcome, Pair, Result, Rule
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop


def _decide(*, rule: Rule, whole: Pair, participating: Pair, in_favour: Pair, against: Pair) -> Block:
    quorum = reaches(participating, TWO_THIRDS, whole)
    if rule is Rule.UNANIMOUS:
        passed = in_favour.heads == whole.heads
    elif rule is Rule.NONE_OBJECTS:
        passed = against.heads == 0
    elif rule is Rule.SPECIAL:
        passed = reaches(in_favour, THREE_QUARTERS, participating)
    else:
        passed = exceeds(in_favour, HALF, participating)
    if not quorum and rule in (Rule.ORDINARY, Rule.SPECIAL):
        outcome = Outcome.NO_QUORUM
    else:
        outcome = Outcome.PASSED if passed else Outcome.FAILED
    return Block(all=whole, participating=participating, in_favour=in_favour, quorum=quorum, outcome=outcome)


def check_roll(heads: Sequence[Head], effective: Mapping[str, Cast]) -> None:
    """Raise :class:`BadInput` for an empty roll, two heads of one id, or a ballot of nobody on the roll."""
    if not heads:
        raise BadInput(Sentence(gettext_noop("名册是空的，没有人可以表决。请先把名册填好。")), code="empty_roll")
    known = {head.id: head.known for head in heads}
    if len(known) != len(heads):
        raise BadInput(
            Sentence(gettext_noop("名册里有两位业主用了同一个编号，请先合并或改开。")), code="duplicate_head"
        )
    for head, cast in effective.items():
        if cast.head != head:
            raise ValueError(f"ballot of head {cast.head!r} stands under head {head!r}")
        if not known.get(head, False):
            raise BadInput(
                Sentence(gettext_noop("业主 {owner} 不在名册上，这张票不能计。请核对业主编号。"), owner=head),
                code="not_on_roll",
            )


def count(*, rule: Rule, heads: Sequence[Head], effective: Mapping[str, Cast]) -> Result:
    """Count one decision and explain it.

    ``heads`` is the whole electorate and ``effective`` one ballot a head, as :func:`settle` leaves them. Ordinary and
    special need a quorum of two thirds and then more than half, or at least three quarters, of those who took part,
    each in heads and in area (第278条第二款). Unanimous needs every head of the roll for, none-objects no effective
    ballot against; both report the quorum and do not depend on it. An abstention takes part and does not approve.

    Counted twice: without the invalid ballots, and with all of them taking part and none approving; where the two end
    with different words the outcome is ``TO_ADJUDICATE``. An invalid ballot is no objection.

    A whole whose area is zero satisfies "at least" and never "more than", as the formulas say. Raises
    :class:`BadInput` for an empty roll, two heads of one id, or a ballot of nobody on the roll.
    """
    check_roll(heads, effective)
    by_choice: dict[Choice, list[Head]] = {choice: [] for choice in Choice}
    for head in heads:
        if head.id in effective:
            by_choice[effective[head.id].choice].append(head)
    in_favour, against, abstained, invalid = (pair_of(by_choice[choice]) for choice in Choice)
    valid = [*by_choice[Choice.FOR], *by_choice[Choice.AGAINST], *by_choice[Choice.ABSTAIN]]
    whole = pair_of(heads)

    without_invalid, with_invalid = (
        _decide(rule=rule, whole=whole, participating=participating, in_favour=in_favour, against=against)
        for participating in (pair_of(valid), pair_of([*valid, *by_choice[Choice.INVALID]]))
    )
    agreed = without_invalid.outcome is with_invalid.outcome
    return Result(
        rule=rule,
        all=whole,
        participating=without_invalid.participating,
        in_favour=in_favour,
        against=against,
        abstained=abstained,
        invalid=invalid,
        quorum=without_invalid.quorum,
        outcome=without_invalid.outcome if agreed else Outcome.TO_ADJUDICATE,
        without_invalid=without_invalid,
        with_invalid=with_invalid,
        explanation=explain(
            rule=rule,
            heads=heads,
            without_invalid=without_invalid,
            with_invalid=with_invalid,
            against=against,
            abstained=abstained,
            invalid=invalid,
        ),
    )
