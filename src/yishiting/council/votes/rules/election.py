"""Electing a committee (民法典 第278条; 候选人逐个计): who passed, who takes a seat, who waits, who goes to a run-off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from yishiting.council.votes.rules.counting import check_roll
from yishiting.council.votes.rules.explain import (
    OUTCOME_WORDS,
    attendance,
    law,
    said_of_abstentions,
    said_of_invalid,
    shown,
    who_counts,
)
from yishiting.council.votes.rules.shares import (
    HALF,
    TWO_THIRDS,
    exceeds,
    least_area_over,
    least_heads_over,
    pair_of,
    reaches,
    unit_of,
)
from yishiting.council.votes.rules.terms import Cast, Choice, Head, Outcome, Pair, Rule
from yishiting.kernel.words import Listed, Sentence, gettext_noop

FEWEST_MEMBERS = 5
"""The fewest members with whom a committee stands, unless the place's pack allows fewer."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one candidate got, and whether that is more than half of those who took part, in heads and in area."""

    got: Pair
    passed: bool


@dataclass(frozen=True, slots=True)
class ElectionBlock:
    """One whole count of an election, with the invalid ballots left out or with all of them taking part.

    ``candidates`` are in the order of the ballot; ``elected`` and ``alternates`` in the order of their rank; ``runoff`` holds
    those who are equal in both figures across the last seat, sorted by name.
    """

    all: Pair
    participating: Pair
    candidates: Mapping[str, Polled]
    elected: tuple[str, ...]
    alternates: tuple[str, ...]
    runoff: tuple[str, ...]
    stands: bool
    quorum: bool
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ElectionResult:
    """What :func:`count_election` answers; ``outcome`` is ``TO_ADJUDICATE`` where the two counts end with different words."""

    seats: int
    abstained: Pair
    invalid: Pair
    outcome: Outcome
    without_invalid: ElectionBlock
    with_invalid: ElectionBlock
    explanation: tuple[Sentence, ...]


def committee_stands(*, elected: int, seats: int, fewest: int = FEWEST_MEMBERS) -> bool:
    """Return whether ``elected`` members are a committee: at least ``fewest``, and more than half of the planned ``seats``."""
    return elected >= fewest and 2 * elected > seats


def count_election(
    *,
    seats: int,
    candidates: Sequence[str],
    heads: Sequence[Head],
    effective: Mapping[str, Cast],
    fewest: int = FEWEST_MEMBERS,
    withdrawn: Collection[str] = (),
) -> ElectionResult:
    """Count an election of ``seats`` members among ``candidates`` (in the order of the ballot) and explain it.

    A ballot marks as many names as there are seats, or fewer; one that marks more, or a name that does not stand, is invalid;
    one that marks nobody abstains. With a quorum of two thirds whoever has more than half of those who took part, in heads
    and in area, has passed. Where more pass than there are seats they rank by heads, then by area; the rest are
    alternates in order; who is equal in both across the last seat goes to a run-off. Without a quorum nobody passes. The
    committee stands with ``fewest`` members who are more than half of the seats. Whoever is ``withdrawn`` keeps what he got
    and takes no seat.

    Counted without the invalid ballots and with all of them taking part, as :func:`count` does. Raises
    :class:`BadInput` for an empty roll, two heads of one id, or a ballot of nobody on the roll, ``ValueError`` for no seat or
    no candidate.
    """
    if seats < 1 or not candidates or len(set(candidates)) != len(candidates):
        raise ValueError("an election needs a seat, and candidates who differ")
    check_roll(heads, effective)
    marked: dict[str, list[Head]] = {name: [] for name in candidates}
    came: list[Head] = []
    abstaining: list[Head] = []
    unreadable: list[Head] = []
    for head in heads:
        cast = effective.get(head.id)
        if cast is None:
            continue
        if not _readable(cast, seats=seats, candidates=marked):
            unreadable.append(head)
            continue
        came.append(head)
        if not cast.marks:
            abstaining.append(head)
        for name in cast.marks:
            marked[name].append(head)
    whole = pair_of(heads)
    got = {name: pair_of(named) for name, named in marked.items()}
    without_invalid, with_invalid = (
        _decide(seats=seats, fewest=fewest, withdrawn=withdrawn, whole=whole, participating=participating, got=got)
        for participating in (pair_of(came), pair_of([*came, *unreadable]))
    )
    agreed = without_invalid.outcome is with_invalid.outcome
    result = ElectionResult(
        seats=seats,
        abstained=pair_of(abstaining),
        invalid=pair_of(unreadable),
        outcome=without_invalid.outcome if agreed else Outcome.TO_ADJUDICATE,
        without_invalid=without_invalid,
        with_invalid=with_invalid,
        explanation=(),
    )
    return replace(result, explanation=_explain(result, heads, fewest))


def _readable(cast: Cast, *, seats: int, candidates: Collection[str]) -> bool:
    """Whether a ballot says something: it abstains, or names candidates, each once and no more than there are seats."""
    if cast.choice is Choice.ABSTAIN:
        return True
    return (
        cast.choice is Choice.FOR
        and len(cast.marks) <= seats
        and len(set(cast.marks)) == len(cast.marks)
        and all(name in candidates for name in cast.marks)
    )


def _decide(
    *,
    seats: int,
    fewest: int,
    withdrawn: Collection[str],
    whole: Pair,
    participating: Pair,
    got: Mapping[str, Pair],
) -> ElectionBlock:
    quorum = reaches(participating, TWO_THIRDS, whole)
    candidates = {
        name: Polled(pair, quorum and name not in withdrawn and exceeds(pair, HALF, participating))
        for name, pair in got.items()
    }
    # Python's sort keeps the order of the ballot among those who are equal, and both seats and places are drawn from it.
    ranked = sorted(
        (name for name, polled in candidates.items() if polled.passed),
        key=lambda name: (got[name].heads, got[name].area),
        reverse=True,
    )
    elected, alternates, runoff = ranked[:seats], ranked[seats:], list[str]()
    if alternates and got[alternates[0]] == got[elected[-1]]:
        last = got[elected[-1]]
        runoff = sorted(name for name in ranked if got[name] == last)
        elected = [name for name in elected if name not in runoff]
        alternates = [name for name in alternates if name not in runoff]
    stands = committee_stands(elected=len(elected), seats=seats, fewest=fewest)
    if not quorum:
        outcome = Outcome.NO_QUORUM
    elif runoff:
        outcome = Outcome.RUNOFF
    else:
        outcome = Outcome.ELECTED if stands else Outcome.FAILED
    return ElectionBlock(
        all=whole,
        participating=participating,
        candidates=candidates,
        elected=tuple(elected),
        alternates=tuple(alternates),
        runoff=tuple(runoff),
        stands=stands,
        quorum=quorum,
        outcome=outcome,
    )


def _explain(result: ElectionResult, heads: Sequence[Head], fewest: int) -> tuple[Sentence, ...]:
    block, other = result.without_invalid, result.with_invalid
    unit = unit_of(head.area for head in heads)
    homes = sum(head.homes for head in heads)
    parts: list[Sentence] = [*attendance(block.all, block.participating, homes, unit, binding=True)]
    parts += who_counts(heads, homes)
    if block.quorum:
        parts.append(
            Sentence(
                gettext_noop("每位候选人赞成的都要超过来的一半：至少 {heads} 人、{area} ㎡。"),
                heads=least_heads_over(block.participating.heads, HALF),
                area=shown(least_area_over(block.participating.area, HALF, unit)),
            )
        )
    parts += [_said_of(name, polled, quorum=block.quorum) for name, polled in block.candidates.items()]
    if block.quorum:
        parts += _seats(block, seats=result.seats, fewest=fewest)
    else:
        parts.append(Sentence(gettext_noop("来的不够，谁也没有当选。")))
    if result.abstained.heads:
        parts.append(said_of_abstentions(Rule.ORDINARY, result.abstained))
    if result.invalid.heads:
        parts.append(said_of_invalid(block.outcome, other.outcome, result.invalid))
        if block.outcome is other.outcome and (block.elected, block.runoff) != (other.elected, other.runoff):
            parts.append(
                Sentence(
                    gettext_noop(
                        "无效票算不算来了，当选的人不一样：算来了，当选的是 {names}。公布前要请监票人看这些票。"
                    ),
                    names=Listed(other.elected) if other.elected else Sentence(gettext_noop("没有人")),
                )
            )
    parts.append(Sentence(gettext_noop("结果：{outcome}。"), outcome=OUTCOME_WORDS[result.outcome]))
    parts.append(law(Rule.ORDINARY))
    return tuple(parts)


def _said_of(name: str, polled: Polled, *, quorum: bool) -> Sentence:
    figures = {"name": name, "heads": polled.got.heads, "area": shown(polled.got.area)}
    if not quorum:
        return Sentence(gettext_noop("{name}：{heads} 人、{area} ㎡。"), **figures)
    if polled.passed:
        return Sentence(gettext_noop("{name}：{heads} 人、{area} ㎡，过了。"), **figures)
    return Sentence(gettext_noop("{name}：{heads} 人、{area} ㎡，没有过。"), **figures)


def _seats(block: ElectionBlock, *, seats: int, fewest: int) -> list[Sentence]:
    parts = []
    if block.elected:
        parts.append(
            Sentence(
                gettext_noop("{seats} 个席位，按人数、再按面积排，当选 {n} 人：{names}。"),
                seats=seats,
                n=len(block.elected),
                names=Listed(block.elected),
            )
        )
    else:
        parts.append(Sentence(gettext_noop("{seats} 个席位，没有人当选。"), seats=seats))
    if block.alternates:
        parts.append(Sentence(gettext_noop("候补依次是：{names}。"), names=Listed(block.alternates)))
    if block.runoff:
        parts.append(
            Sentence(
                gettext_noop("{names} 人数和面积都一样，正好在最后的席位上：在他们中间再选 {left} 人。"),
                names=Listed(block.runoff),
                left=seats - len(block.elected),
            )
        )
    elif block.stands:
        parts.append(
            Sentence(
                gettext_noop("当选的至少 {fewest} 人，又超过 {seats} 个席位的一半：业委会成立。"),
                fewest=fewest,
                seats=seats,
            )
        )
    else:
        parts.append(
            Sentence(
                gettext_noop("业委会至少要 {fewest} 人，还要超过 {seats} 个席位的一半；当选 {n} 人，不成立。"),
                fewest=fewest,
                seats=seats,
                n=len(block.elected),
            )
        )
    return parts
