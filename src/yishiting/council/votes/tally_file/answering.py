"""Answering a tally file: settled, counted, and said as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yishiting.council.votes.rules import (
    Block,
    ElectionBlock,
    ElectionResult,
    OptionBlock,
    OptionResult,
    Pair,
    Result,
    count,
    count_election,
    count_options,
    settle,
)
from yishiting.council.votes.tally_file.reading import Election, Options, Tally
from yishiting.kernel.exact import two_places
from yishiting.kernel.words import gettext_noop


def result_of(tally: Tally) -> Result | OptionResult | ElectionResult:
    """Settle the ballots and count them."""
    effective = settle(tally.casts, tally.precedence)
    rule = tally.rule
    if isinstance(rule, Options):
        return count_options(of=rule.of, choices=rule.choices, heads=tally.heads, effective=effective)
    if isinstance(rule, Election):
        return count_election(
            seats=rule.seats, candidates=rule.candidates, fewest=rule.fewest, heads=tally.heads, effective=effective
        )
    return count(rule=rule, heads=tally.heads, effective=effective)


def answer(
    result: Result | OptionResult | ElectionResult, *, translate: Callable[[str], str] = gettext_noop
) -> dict[str, Any]:
    """Return what ``tally`` prints: heads as integers, areas in m² as strings with two decimals.

    The explanation is for people, in the language of ``translate``; all else is the same in every language.
    """
    whole = _block(result.without_invalid) | {"outcome": str(result.outcome)}
    if isinstance(result, OptionResult):
        whole["adopted"] = result.adopted
    return {
        **whole,
        "with_invalid": _block(result.with_invalid),
        "explanation": [sentence.render(translate) for sentence in result.explanation],
    }


def _block(block: Block | OptionBlock | ElectionBlock) -> dict[str, Any]:
    figures = {"all": block.all, "participating": block.participating}
    if isinstance(block, ElectionBlock):
        return _figures(figures) | {
            "quorum": block.quorum,
            "candidates": {
                name: _pair(polled.got) | {"passed": polled.passed} for name, polled in block.candidates.items()
            },
            "elected": list(block.elected),
            "alternates": list(block.alternates),
            "runoff": list(block.runoff),
            "stands": block.stands,
            "outcome": str(block.outcome),
        }
    if isinstance(block, OptionBlock):
        return _figures(figures | {"for": block.strongest}) | {
            "quorum": block.quorum,
            "choices": {name: _pair(got) for name, got in block.choices.items()},
            "adopted": block.adopted,
            "outcome": str(block.outcome),
        }
    return _figures(figures | {"for": block.in_favour}) | {"quorum": block.quorum, "outcome": str(block.outcome)}


def _figures(pairs: dict[str, Pair]) -> dict[str, Any]:
    return {
        "heads": {name: pair.heads for name, pair in pairs.items()},
        "area": {name: two_places(pair.area) for name, pair in pairs.items()},
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {"heads": pair.heads, "area": two_places(pair.area)}
