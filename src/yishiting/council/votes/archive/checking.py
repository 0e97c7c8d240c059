"""Checking an archive that somebody brings, with the rules of the count: what was changed, and what the ballots give.

Bytes in, a finding out: it knows neither rows nor files.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from yishiting.council.votes import rules, tally_file
from yishiting.council.votes.archive import packing
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop

_NEEDED = ("vote.json", "roll.json", "ballots.json", "result.json")


@dataclass(frozen=True, slots=True)
class Checked:
    """What an archive is: its root, what was found changed or wrong, and the result of each item as the ballots give it."""

    root: str
    faults: tuple[Sentence, ...]
    items: tuple[dict[str, Any], ...]


def check(data: bytes, *, script: bytes, root: str = "") -> Checked:
    """Check the archive ``data`` against itself, against the ``script`` that belongs to it, and against a posted ``root``.

    Raises :class:`BadInput` for what is no archive at all.
    """
    files = packing.unpacked(data)
    faults = packing.faults_of(data, files)
    found = packing.root_of(files)
    if root and root != found:
        faults.append(Sentence(gettext_noop("这个存档的校验值与公布的不一样：这不是公布的那一份。")))
    if not faults and files.get("recount.py") != script:
        faults.append(Sentence(gettext_noop("里面的重数程序不是本来的那一个，请不要运行它。")))
    items: tuple[dict[str, Any], ...] = ()
    try:
        vote, roll, ballots, posted = (json.loads(files[name]) for name in _NEEDED)
        items = tuple(_items(vote, roll, ballots, faults))
        if list(items) != posted["items"]:
            faults.append(Sentence(gettext_noop("按里面的票重数，与里面写的结果对不上。")))
    except KeyError as missing:
        faults.append(Sentence(gettext_noop("里面缺少 {name}，重数不了。"), name=str(missing.args[0])))
    except (ValueError, TypeError, IndexError, ArithmeticError, AttributeError, RecursionError):
        faults.append(Sentence(gettext_noop("里面的内容读不出来，重数不了。")))
    except BadInput as refusal:
        faults.append(Sentence(gettext_noop("重数不了：{why}"), why=refusal.message))
    return Checked(root=found, faults=tuple(dict.fromkeys(faults)), items=items)


def _items(
    vote: Mapping[str, Any], roll: Mapping[str, Any], ballots: list[Mapping[str, Any]], faults: list[Sentence]
) -> list[dict[str, Any]]:
    counted = []
    for item in vote["items"]:
        cast = [ballot for ballot in ballots if ballot["item"] == item["no"]]
        heads, effective = (
            _secret(item, roll, cast, faults) if vote["secret"] else _open(item, roll, cast, vote["precedence"], faults)
        )
        if item["rule"] == "options":
            result: rules.Result | rules.OptionResult = rules.count_options(
                of=rules.Rule(item["of"]), choices=item["options"], heads=heads, effective=effective
            )
        else:
            result = rules.count(rule=rules.Rule(item["rule"]), heads=heads, effective=effective)
        told = tally_file.answer(result)
        del told["explanation"]
        counted.append({"item": item["no"], **told})
    return counted


def _cast(item: Mapping[str, Any], ballot: Mapping[str, Any], head: str, at: datetime) -> rules.Cast:
    names = dict(enumerate(item["options"], start=1))
    return rules.Cast(
        head=head,
        channel=rules.Channel(ballot.get("channel", rules.Channel.ONLINE)),
        at=at,
        choice=rules.Choice(ballot["choice"]),
        order=ballot.get("order", 0),
        marks=tuple(names.get(no, f"#{no}") for no in ballot["marks"]),
    )


def _open(
    item: Mapping[str, Any],
    roll: Mapping[str, Any],
    ballots: list[Mapping[str, Any]],
    precedence: str,
    faults: list[Sentence],
) -> tuple[list[rules.Head], dict[str, rules.Cast]]:
    heads = [
        rules.Head(
            id=str(head["no"]),
            area=sum((Decimal(home["area"]) for home in head["homes"]), Decimal(0)),
            homes=len(head["homes"]),
            known=head["kind"] != "unknown",
        )
        for head in roll["heads"]
    ]
    casts = [_cast(item, ballot, str(ballot["head"]), datetime.fromisoformat(ballot["at"])) for ballot in ballots]
    effective = rules.settle(casts, rules.Precedence(precedence))
    marked = {(str(ballot["head"]), ballot["order"]) for ballot in ballots if ballot["stands"]}
    if marked != {(head, cast.order) for head, cast in effective.items()}:
        faults.append(Sentence(gettext_noop("第 {item} 项：标为有效的票，与按规则该有效的票对不上。"), item=item["no"]))
    return heads, effective


_AT = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def _secret(
    item: Mapping[str, Any], roll: Mapping[str, Any], ballots: list[Mapping[str, Any]], faults: list[Sentence]
) -> tuple[list[rules.Head], dict[str, rules.Cast]]:
    """Heads that weigh in sum what their cell is told to weigh: one bears the cell's area, the others none.

    Only sums enter the count, so this is the count; who bears which area stays unknown, as it must.
    """
    sums = {
        (cell["class"], cell["pile"]): (cell["heads"], Decimal(cell["area"]))
        for cell in roll["cells"]
        if cell["item"] == item["no"]
    }
    by_cell: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for ballot in ballots:
        by_cell[ballot["class"], _pile(item, ballot)].append(ballot)
    told = {cell: heads for cell, (heads, _area) in sums.items() if cell[1] != "silent"}
    if told != {cell: len(found) for cell, found in by_cell.items()} or not _classes_fit(roll, sums):
        faults.append(Sentence(gettext_noop("第 {item} 项：分量各档的人数、面积与票对不上。"), item=item["no"]))
    if len({ballot["receipt"] for ballot in ballots}) != len(ballots):
        faults.append(Sentence(gettext_noop("第 {item} 项：有一个回执号数了两次。"), item=item["no"]))
    heads: list[rules.Head] = []
    effective: dict[str, rules.Cast] = {}
    for cell, (number, area) in sums.items():
        for place in range(number):
            head = f"{cell[0]}/{cell[1]}/{place}"
            heads.append(rules.Head(id=head, area=Decimal(0) if place else area))
            if cell[1] != "silent" and place < len(by_cell[cell]):
                effective[head] = _cast(item, by_cell[cell][place], head, _AT)
    return heads, effective


def _classes_fit(roll: Mapping[str, Any], sums: Mapping[tuple[str, str], tuple[int, Decimal]]) -> bool:
    """Whether the cells of an item add up to the classes of the roll."""
    heads: dict[str, int] = defaultdict(int)
    areas: dict[str, Decimal] = defaultdict(Decimal)
    for (name, _pile_name), (number, area) in sums.items():
        heads[name] += number
        areas[name] += area
    return all(
        heads[row["class"]] == row["heads"] and areas[row["class"]] == Decimal(row["area"]) for row in roll["classes"]
    ) and len(heads) == len(roll["classes"])


def _pile(item: Mapping[str, Any], ballot: Mapping[str, Any]) -> str:
    marks = ballot["marks"]
    if item["rule"] != "options" or ballot["choice"] != "for":
        return str(ballot["choice"])
    if not marks:
        return "abstain"
    return str(marks[0]) if len(marks) == 1 and 1 <= marks[0] <= len(item["options"]) else "invalid"
