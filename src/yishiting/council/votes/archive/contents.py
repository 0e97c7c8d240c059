"""What stands in the archive of a counted vote: made from the rows, the same whenever it is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib import resources
from typing import Any

from yishiting.council.votes import rules
from yishiting.council.votes.archive import packing, weights
from yishiting.council.votes.figures import answer_of, natural
from yishiting.council.votes.models import Ballot, Item, PaperSlip, RollHead, RollHome, Vote, VoteRules
from yishiting.council.votes.recount import Counted, recount
from yishiting.council.votes.tally_file import answer

SILENT = "silent"
SCRIPT = "recount.py"


class Edition(StrEnum):
    """For whom an archive is made. The supervisors' one also tells who took part, how and when, never with what choice."""

    OWNERS = "owners"
    SUPERVISORS = "supervisors"


@dataclass(frozen=True, slots=True)
class _Rows:
    """Everything of a vote that an archive is made of."""

    vote: Vote
    items: Sequence[Item]
    heads: Sequence[RollHead]
    homes: Mapping[int, Sequence[RollHome]]
    ballots: Sequence[Ballot]
    counted: Sequence[Counted]


def files_of(vote: Vote, edition: Edition) -> dict[str, bytes]:
    """Return the sealed files of a counted vote's archive (eight queries). No name and no phone is among them.

    Of a secret vote a choice stands with a receipt and a class of weight; of an open one with the home.
    """
    return _files(_read(vote), edition)


def _files(rows: _Rows, edition: Edition) -> dict[str, bytes]:
    vote = rows.vote
    secret = _secret(rows) if vote.secret else _open(rows)
    data: dict[str, Any] = {
        "vote.json": _vote(rows),
        "rules.json": _rules(rows),
        "result.json": _results(rows),
        **secret,
    }
    if edition is Edition.SUPERVISORS:
        data["turnout.json"] = _turnout(rows)
        data["slips.json"] = _slips(rows)
    files = {name: packing.written(value) for name, value in data.items()}
    files[SCRIPT] = script()
    return packing.sealed(files, edition=edition)


def script() -> bytes:
    """Return the recount that goes with every archive of this format."""
    return resources.files(__package__).joinpath("recount_script.py").read_bytes()


def roots_of(vote: Vote) -> dict[Edition, str]:
    """Return the root of each edition (the rows are read once)."""
    rows = _read(vote)
    return {edition: packing.root_of(_files(rows, edition)) for edition in Edition}


def _read(vote: Vote) -> _Rows:
    homes: dict[int, list[RollHome]] = defaultdict(list)
    for row in RollHome.objects.filter(roll__vote=vote).order_by("label", "pk"):
        homes[row.head_id].append(row)
    return _Rows(
        vote=vote,
        items=list(Item.objects.filter(vote=vote).order_by("no").prefetch_related("options")),
        heads=list(RollHead.objects.filter(roll__vote=vote).order_by("no")),
        homes=homes,
        ballots=list(Ballot.objects.filter(item__vote=vote).select_related("item").order_by("cast_at", "pk")),
        counted=recount(vote, vote.roll),
    )


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def _vote(rows: _Rows) -> dict[str, Any]:
    vote = rows.vote
    return {
        "estate": vote.estate.slug,
        "no": vote.no,
        "title": vote.title,
        "explanation": vote.explanation,
        "secret": vote.secret,
        "precedence": vote.precedence,
        "scope": "entrance" if vote.entrance_id else "building" if vote.building_id else "estate",
        **{name: _moment(getattr(vote, name)) for name in ("opened_at", "closes_at", "closed_at", "counted_at")},
        "items": [
            {
                "no": item.no,
                "question": item.question,
                "rule": item.rule,
                "of": item.of,
                "article": item.article,
                "options": [option.name for option in item.options.all()],
                "said_of_options": [{"for": option.pros, "against": option.cons} for option in item.options.all()],
            }
            for item in rows.items
        ],
    }


def _rules(rows: _Rows) -> dict[str, Any]:
    kept = VoteRules.objects.get(vote=rows.vote)
    return {"pack": kept.pack_id, "version": kept.version, "name": kept.name, "figures": kept.figures}


def _results(rows: _Rows) -> dict[str, Any]:
    return {"items": [result_of(found.item.no, found.result) for found in rows.counted]}


def result_of(no: int, result: rules.Result | rules.OptionResult) -> dict[str, Any]:
    """Return an item's result as the archive tells it: what ``tally`` prints, without the sentences."""
    told = answer(result)
    del told["explanation"]
    return {"item": no, **told}


def _area(row: RollHead | RollHome) -> str:
    return format(natural(row.area), "f")


def _roll_home(row: RollHome) -> dict[str, str]:
    return {"home": row.label, "area": _area(row), "source": row.area_source}


def _said(ballot: Ballot) -> dict[str, Any]:
    answered = answer_of(ballot.choice, ballot.marks)
    return {"item": ballot.item.no, "choice": str(answered.choice), "marks": list(answered.marks)}


def _open(rows: _Rows) -> dict[str, Any]:
    """Home and choice: who opens the archive can hold each ballot against what he knows."""
    numbers = {head.pk: head.no for head in rows.heads}
    order: dict[tuple[int, int], int] = defaultdict(int)
    ballots = []
    for ballot in rows.ballots:  # by the time at which they were cast, then by that at which they were recorded
        order[ballot.item_id, ballot.head_id] += 1
        ballots.append(
            {
                **_said(ballot),
                "head": numbers[ballot.head_id],
                "order": order[ballot.item_id, ballot.head_id],
                "channel": ballot.channel,
                "at": _moment(ballot.cast_at),
                "receipt": ballot.receipt,
                "stands": ballot.superseded_at is None,
            }
        )
    return {
        "roll.json": {
            "heads": [
                {"no": head.no, "kind": head.kind, "homes": [_roll_home(row) for row in rows.homes[head.pk]]}
                for head in rows.heads
            ]
        },
        "ballots.json": sorted(ballots, key=lambda row: (row["item"], row["head"], row["order"])),
    }


def pile_of(item: Item, ballot: Ballot) -> str:
    """Return under what a ballot counts: its choice, or the number of the one option that it names."""
    answered = answer_of(ballot.choice, ballot.marks)
    if item.rule != Item.Rule.OPTIONS or answered.choice is not rules.Choice.FOR:
        return str(answered.choice)
    if not answered.marks:
        return str(rules.Choice.ABSTAIN)
    known = len(answered.marks) == 1 and answered.marks[0] <= len(item.options.all())
    return str(answered.marks[0]) if known else str(rules.Choice.INVALID)


def _secret(rows: _Rows) -> dict[str, Any]:
    """Receipt, class of weight and choice: whoever holds a receipt finds his ballot, and nobody finds anybody else's."""
    standing = [ballot for ballot in rows.ballots if ballot.superseded_at is None]
    items = {item.pk: item for item in rows.items}
    cells: dict[int, set[weights.Cell]] = defaultdict(set)
    for ballot in standing:
        item = items[ballot.item_id]
        cells[ballot.head_id].add((item.no, pile_of(item, ballot)))
    weighed = [
        weights.Weighed(
            head=str(head.pk),
            area=natural(head.area),
            cells=frozenset(cells.get(head.pk) or {(item.no, SILENT) for item in rows.items}),
        )
        for head in rows.heads
    ]
    classes = weights.classes_of(weighed)
    of_head = {int(head.head): found.name for found in classes for head in found.heads}
    return {
        "roll.json": {
            "classes": [
                {"class": found.name, "heads": len(found.heads), "area": format(found.area, "f")} for found in classes
            ],
            "cells": [
                {"item": item, "pile": pile, "class": found.name, "heads": heads, "area": format(area, "f")}
                for found in classes
                for (item, pile), (heads, area) in found.sums().items()
            ],
        },
        "ballots.json": _by_receipt(
            {**_said(ballot), "receipt": ballot.receipt, "class": of_head[ballot.head_id]} for ballot in standing
        ),
        "superseded.json": _by_receipt(
            {"item": ballot.item.no, "receipt": ballot.receipt}
            for ballot in rows.ballots
            if ballot.superseded_at is not None
        ),
    }


def _by_receipt(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Receipts are drawn by lot, so that their order tells nothing of when or by whom a ballot was cast."""
    return sorted(lines, key=lambda line: (line["item"], line["receipt"]))


def _turnout(rows: _Rows) -> list[dict[str, Any]]:
    """Who took part, how, when, and which of several ballots stands. Neither choice nor receipt."""
    first = rows.items[0].pk if rows.items else None
    cast: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for ballot in rows.ballots:
        if ballot.item_id == first:  # a ballot answers all items at once
            cast[ballot.head_id].append(
                {"channel": ballot.channel, "at": _moment(ballot.cast_at), "stands": ballot.superseded_at is None}
            )
    return [
        {
            "head": head.no,
            "kind": head.kind,
            "homes": [_roll_home(row) for row in rows.homes[head.pk]],
            "ballots": cast[head.pk],
        }
        for head in rows.heads
    ]


def _slips(rows: _Rows) -> list[dict[str, Any]]:
    """Paper that was handed in, settled or withdrawn, and why."""
    numbers = {head.pk: head.no for head in rows.heads}
    slips = PaperSlip.objects.filter(vote=rows.vote).order_by("received_at", "pk")
    return [
        {
            "no": no,
            "head": numbers[slip.head_id],
            "received_at": _moment(slip.received_at),
            "settled_at": _moment(slip.settled_at),
            "withdrawn_at": _moment(slip.withdrawn_at),
            "withdraw_reason": slip.withdraw_reason,
        }
        for no, slip in enumerate(slips, start=1)
    ]
