"""Between rows and the pure rules: heads and casts from rows, figures that can be stored and shown again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from yishiting.council.votes import rules
from yishiting.council.votes.models import Ballot, RollHead
from yishiting.kernel.exact import CENT
from yishiting.kernel.words import Sentence


def natural(area: Decimal) -> Decimal:
    """Return ``area`` as a person would write it: two decimals, more only where it has them.

    A database column pads to its own places (``100.0000``), which would read as an accuracy that nobody measured.
    """
    rounded = area.quantize(CENT)
    return rounded if rounded == area else area.normalize()


def head_id(row_id: int, kind: str) -> str:
    """Return the id under which the rules know a head of the roll."""
    return rules.DEVELOPER if kind == RollHead.Kind.DEVELOPER else str(row_id)


def head_of(row: RollHead) -> rules.Head:
    """Return a row of the roll as the rules count it."""
    return rules.Head(
        id=head_id(row.pk, row.kind),
        area=natural(row.area),
        homes=row.homes,
        known=row.kind != RollHead.Kind.UNKNOWN,
    )


def answer_of(choice: str, marks: str) -> rules.Answer:
    """Return what a row of a ballot or of a reading says."""
    return rules.Answer(rules.Choice(choice), tuple(map(int, marks.split(","))) if marks else ())


def cast_of(ballot: Ballot, head: str, names: Mapping[int, str]) -> rules.Cast:
    """Return a ballot as the rules settle it; at the same instant the one recorded first comes first.

    ``names`` are the options of its item by number; a number that none has stays one, which the count takes for what it is.
    """
    return rules.Cast(
        head=head,
        channel=rules.Channel(ballot.channel),
        at=ballot.cast_at,
        choice=rules.Choice(ballot.choice),
        order=ballot.pk,
        marks=tuple(names.get(no, f"#{no}") for no in answer_of(ballot.choice, ballot.marks).marks),
    )


def pack(sentence: Sentence) -> list[Any]:
    """Return ``sentence`` as ``[template, params]`` for JSON; a sentence within it is packed under ``sentence``."""
    return [
        sentence.template,
        {
            name: {"sentence": pack(value)} if isinstance(value, Sentence) else value
            for name, value in sentence.params.items()
        },
    ]


def unpack(packed: list[Any]) -> Sentence:
    """Return the sentence that :func:`pack` stored, to be rendered in the reader's language."""
    template, params = packed
    return Sentence(
        template,
        **{name: unpack(value["sentence"]) if isinstance(value, Mapping) else value for name, value in params.items()},
    )


def _area(area: Decimal) -> str:
    return format(natural(area), "f")


def _pair(pair: rules.Pair) -> dict[str, Any]:
    return {"heads": pair.heads, "area": _area(pair.area)}


def _block(block: rules.Block | rules.OptionBlock) -> dict[str, Any]:
    came = {"participating": _pair(block.participating), "quorum": block.quorum, "outcome": str(block.outcome)}
    if isinstance(block, rules.OptionBlock):
        return came | {"for": _pair(block.strongest), "adopted": block.adopted}
    return came | {"for": _pair(block.in_favour)}


def _parts(result: rules.Result | rules.OptionResult) -> dict[str, rules.Pair]:
    block = result.without_invalid
    whole = {"all": block.all, "abstain": result.abstained, "invalid": result.invalid}
    if isinstance(result, rules.OptionResult):
        return whole
    return whole | {"for": result.in_favour, "against": result.against}


def figures_of(result: rules.Result | rules.OptionResult, *, homes: int) -> dict[str, Any]:
    """Return everything that a result says as JSON: whole numbers, areas as strings, no float.

    ``heads`` and ``area`` hold ``all``, ``abstain``, ``invalid``, and ``for`` and ``against`` where it was a yes or no; where
    options were offered, ``choices`` holds heads and area of each in the order of the ballot, and ``adopted`` the name of the
    one that passed or null. The two blocks hold who took part and what follows, without the invalid ballots and with all of
    them; ``explanation`` can be rendered in any language.
    """
    parts = _parts(result)
    figures = {
        "rule": str(result.rule) if isinstance(result, rules.Result) else str(result.of),
        "homes": homes,
        "heads": {name: pair.heads for name, pair in parts.items()},
        "area": {name: _area(pair.area) for name, pair in parts.items()},
        "without_invalid": _block(result.without_invalid),
        "with_invalid": _block(result.with_invalid),
        "explanation": [pack(sentence) for sentence in result.explanation],
    }
    if isinstance(result, rules.OptionResult):
        choices = result.without_invalid.choices
        figures["choices"] = [{"name": name, **_pair(pair)} for name, pair in choices.items()]
        figures["adopted"] = result.adopted
    return figures
