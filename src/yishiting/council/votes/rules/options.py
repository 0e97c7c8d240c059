"""A vote between several options (民法典 第278条): one of them alone is adopted, or none is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yishiting.council.votes.rules.counting import check_roll
from yishiting.council.votes.rules.explain import (
    OUTCOME_WORDS,
    approval,
    attendance,
    law,
    said_of_abstentions,
    said_of_invalid,
    shown,
    who_counts,
)
from yishiting.council.votes.rules.shares import HALF, THREE_QUARTERS, TWO_THIRDS, exceeds, pair_of, reaches, unit_of
from yishiting.council.votes.rules.terms import Cast, Choice, Head, Outcome, Pair, Rule
from yishiting.kernel.words import Sentence, gettext_noop

MAJORITIES = (Rule.ORDINARY, Rule.SPECIAL)
"""The two majorities that an option may need."""


@dataclass(frozen=True, slots=True)
class OptionBlock:
    """One whole count of the options, with the invalid ballots left out or with all of them taking part.

    ``choices`` holds what each option got, in the order of the ballot; ``adopted`` the one that passed.
    """

    all: Pair
    participating: Pair
    choices: Mapping[str, Pair]
    adopted: str | None
    quorum: bool
    outcome: Outcome

    @property
    def strongest(self) -> Pair:
        """What the option with the most heads got, by area where two have as many."""
        return max(self.choices.values(), key=lambda pair: (pair.heads, pair.area))


@dataclass(frozen=True, slots=True)
class OptionResult:
    """What :func:`count_options` answers; ``adopted`` is None wherever ``outcome`` is not ``PASSED``."""

    of: Rule
    abstained: Pair
    invalid: Pair
    adopted: str | None
    outcome: Outcome
    without_invalid: OptionBlock
    with_invalid: OptionBlock
    explanation: tuple[Sentence, ...]


def _decide(*, of: Rule, whole: Pair, participating: Pair, choices: Mapping[str, Pair]) -> OptionBlock:
    quorum = reaches(participating, TWO_THIRDS, whole)
    passing = [
        name
        for name, pair in choices.items()
        if (reaches(pair, THREE_QUARTERS, participating) if of is Rule.SPECIAL else exceeds(pair, HALF, participating))
    ]
    adopted = passing[0] if quorum and len(passing) == 1 else None
    if not quorum:
        outcome = Outcome.NO_QUORUM
    else:
        outcome = Outcome.PASSED if adopted is not None else Outcome.FAILED
    return OptionBlock(
        all=whole, participating=participating, choices=choices, adopted=adopted, quorum=quorum, outcome=outcome
    )


def count_options(
    *, of: Rule, choices: Sequence[str], heads: Sequence[Head], effective: Mapping[str, Cast]
) -> OptionResult:
    """Count a vote between ``choices`` and explain it.

    ``of`` is the majority that the matter needs, ``ORDINARY`` or ``SPECIAL``. A ballot in favour marks one option; one that
    marks none abstains, one that marks several or a name that is not on the ballot is invalid. With a quorum of two thirds
    the option that alone has the majority of those who took part, in heads and in area, is adopted (第278条第二款).

    Counted without the invalid ballots and with all of them taking part, as :func:`count` does. Raises
    :class:`BadInput` for an empty roll, two heads of one id, or a ballot of nobody on the roll, ``ValueError`` for another
    majority or fewer than two different options.
    """
    if of not in MAJORITIES:
        raise ValueError(f"an option cannot need {of!r}")
    if len(choices) < 2 or len(set(choices)) != len(choices):
        raise ValueError("a vote between options needs two different ones at least")
    check_roll(heads, effective)
    marked: dict[str, list[Head]] = {name: [] for name in choices}
    abstaining: list[Head] = []
    unreadable: list[Head] = []
    for head in heads:
        cast = effective.get(head.id)
        if cast is None:
            continue
        if cast.choice is Choice.ABSTAIN or (cast.choice is Choice.FOR and not cast.marks):
            abstaining.append(head)
        elif cast.choice is Choice.FOR and len(cast.marks) == 1 and cast.marks[0] in marked:
            marked[cast.marks[0]].append(head)
        else:
            unreadable.append(head)
    valid = [*(head for named in marked.values() for head in named), *abstaining]
    whole = pair_of(heads)
    got = {name: pair_of(named) for name, named in marked.items()}
    without_invalid, with_invalid = (
        _decide(of=of, whole=whole, participating=participating, choices=got)
        for participating in (pair_of(valid), pair_of([*valid, *unreadable]))
    )
    agreed = without_invalid.outcome is with_invalid.outcome
    outcome = without_invalid.outcome if agreed else Outcome.TO_ADJUDICATE
    result = OptionResult(
        of=of,
        abstained=pair_of(abstaining),
        invalid=pair_of(unreadable),
        adopted=without_invalid.adopted if agreed else None,
        outcome=outcome,
        without_invalid=without_invalid,
        with_invalid=with_invalid,
        explanation=(),
    )
    return OptionResult(
        of=of,
        abstained=result.abstained,
        invalid=result.invalid,
        adopted=result.adopted,
        outcome=outcome,
        without_invalid=without_invalid,
        with_invalid=with_invalid,
        explanation=_explain(result, heads),
    )


def to_run_off(block: OptionBlock) -> tuple[str, ...]:
    """Return the options that go to a run-off where the pack has one: the two strongest by heads, then by area.

    Those that are equal in both to the second go with it. Empty where an option was adopted, where the quorum was not met, or
    where fewer than two got a ballot: there is nothing between which to choose again.
    """
    if block.adopted is not None or not block.quorum:
        return ()
    ranked = sorted(
        (name for name, pair in block.choices.items() if pair.heads),
        key=lambda name: (block.choices[name].heads, block.choices[name].area),
        reverse=True,
    )
    if len(ranked) < 2:
        return ()
    last = block.choices[ranked[1]]
    return tuple(name for place, name in enumerate(ranked) if place < 2 or block.choices[name] == last)


def _explain(result: OptionResult, heads: Sequence[Head]) -> tuple[Sentence, ...]:
    block = result.without_invalid
    unit = unit_of(head.area for head in heads)
    homes = sum(head.homes for head in heads)
    parts: list[Sentence] = [*attendance(block.all, block.participating, homes, unit, binding=True)]
    parts += who_counts(heads, homes)
    for name, pair in block.choices.items():
        parts.append(
            Sentence(
                gettext_noop("选“{option}”的 {heads} 人、{area} ㎡。"),
                option=name,
                heads=pair.heads,
                area=shown(pair.area),
            )
        )
    if not block.quorum:
        parts.append(Sentence(gettext_noop("来的不够，先不比哪一个选的人多。")))
    elif block.adopted is not None:
        parts.append(
            Sentence(
                gettext_noop(
                    "只有“{option}”一个够了：",
                ),
                option=block.adopted,
            )
        )
        parts += approval(result.of, block.participating, block.choices[block.adopted], unit)
    else:
        parts.append(
            Sentence(gettext_noop("要有一个选项，人数和面积都到四分之三才通过；没有一个够。"))
            if result.of is Rule.SPECIAL
            else Sentence(gettext_noop("要有一个选项，人数和面积都超过一半才通过；没有一个够。"))
        )
    if result.abstained.heads:
        parts.append(said_of_abstentions(result.of, result.abstained))
    if result.invalid.heads:
        parts.append(said_of_invalid(block.outcome, result.with_invalid.outcome, result.invalid))
    parts.append(Sentence(gettext_noop("结果：{outcome}。"), outcome=OUTCOME_WORDS[result.outcome]))
    parts.append(law(result.of))
    return tuple(parts)
