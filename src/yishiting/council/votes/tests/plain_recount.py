"""A recount as a scrutineer with a pencil would do it, to hold the real one against.

Shares no line and no idea with ``rules``: whole square centimetres instead of decimals, lists walked from top to
bottom instead of keys and fractions, the file's own dictionaries instead of types. Slow and obvious on purpose.
"""

from __future__ import annotations

from typing import Any


def metres(square_centimetres: int) -> str:
    """Two decimals of a square metre, halves up."""
    hundredths = (square_centimetres + 50) // 100
    return str(hundredths // 100) + "." + str(hundredths % 100).rjust(2, "0")


def recount(document: dict[str, Any]) -> dict[str, Any]:
    """Recount ``document``: as a tally file, with ``cm2`` instead of ``area`` and ``minute`` instead of ``at``."""
    piles: list[list[Any]] = []  # [who may vote for it, square centimetres]
    for home in document["roll"]:
        if home["kind"] == "unsold" or home["kind"] == "undelivered":
            name = "developer"
        else:
            name = home["owner"]
        found = False
        for pile in piles:
            if name is not None and pile[0] == name:
                pile[1] = pile[1] + home["cm2"]
                found = True
        if not found:
            piles.append([name, home["cm2"]])

    votes = [which_stands(pile[0], document) for pile in piles]
    rows = []
    for pile, vote in zip(piles, votes, strict=True):
        rows.append({"cm2": pile[1], "vote": vote})
    without = one_count(document["rule"], rows, ["for", "against", "abstain"])
    with_all = one_count(document["rule"], rows, ["for", "against", "abstain", "invalid"])
    printed = dict(without)
    if without["outcome"] != with_all["outcome"]:
        printed["outcome"] = "to_adjudicate"
    printed["with_invalid"] = with_all
    return printed


def which_stands(name: str | None, document: dict[str, Any]) -> str:
    """The choice of the ballot that stands for ``name``, or "none"."""
    if name is None:
        return "none"
    online: list[dict[str, Any]] = []
    paper: list[dict[str, Any]] = []
    proxy: list[dict[str, Any]] = []
    both: list[dict[str, Any]] = []
    for ballot in document["ballots"]:
        if ballot["owner"] == name:
            if ballot["channel"] == "online":
                online.append(ballot)
                both.append(ballot)
            if ballot["channel"] == "paper":
                paper.append(ballot)
                both.append(ballot)
            if ballot["channel"] == "proxy":
                proxy.append(ballot)
    wish = document["precedence"]
    if wish == "ONLINE_WINS":
        order = [online, paper, proxy]
    elif wish == "PAPER_WINS":
        order = [paper, online, proxy]
    else:
        order = [both, proxy]
    for heap in order:
        if heap:
            stands = heap[0]
            for ballot in heap:
                if ballot["minute"] < stands["minute"]:
                    stands = ballot
            return str(stands["choice"])
    return "none"


def one_count(rule: str, rows: list[dict[str, Any]], that_came: list[str]) -> dict[str, Any]:
    """One block, those whose vote is among ``that_came`` having taken part."""
    heads = {"all": 0, "participating": 0, "for": 0}
    area = {"all": 0, "participating": 0, "for": 0}
    against = 0
    for row in rows:
        heads["all"] += 1
        area["all"] += row["cm2"]
        if row["vote"] in that_came:
            heads["participating"] += 1
            area["participating"] += row["cm2"]
        if row["vote"] == "for":
            heads["for"] += 1
            area["for"] += row["cm2"]
        if row["vote"] == "against":
            against += 1
    quorum = True
    for figures in (heads, area):
        if figures["participating"] * 3 < figures["all"] * 2:
            quorum = False
    enough = True
    if rule == "ordinary":
        for figures in (heads, area):
            no_and_silent = figures["participating"] - figures["for"]
            if figures["for"] <= no_and_silent:
                enough = False
    elif rule == "special":
        for figures in (heads, area):
            no_and_silent = figures["participating"] - figures["for"]
            if figures["for"] < 3 * no_and_silent:
                enough = False
    elif rule == "unanimous":
        for row in rows:
            if row["vote"] != "for":
                enough = False
    elif against > 0:
        enough = False
    if rule in ("ordinary", "special") and not quorum:
        outcome = "no_quorum"
    elif enough:
        outcome = "passed"
    else:
        outcome = "failed"
    return {
        "heads": heads,
        "area": {name: metres(figure) for name, figure in area.items()},
        "quorum": quorum,
        "outcome": outcome,
    }
