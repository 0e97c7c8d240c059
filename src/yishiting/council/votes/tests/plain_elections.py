"""A recount of options and elections with a pencil, as ``plain_recount`` does a yes or no: slow and obvious on purpose.

Whole square centimetres, the file's own dictionaries, lists walked from top to bottom.
"""

from __future__ import annotations

from typing import Any

from yishiting.council.votes.tests.plain_recount import metres

Pile = dict[str, Any]


def piles_of(document: dict[str, Any]) -> list[Pile]:
    """Who counts: ``{"name", "cm2", "said"}``, where ``said`` is what the ballot that stands says, or None."""
    piles: list[Pile] = []
    for home in document["roll"]:
        name = "developer" if home["kind"] in ("unsold", "undelivered") else home["owner"]
        same = [pile for pile in piles if name is not None and pile["name"] == name]
        if same:
            same[0]["cm2"] += home["cm2"]
        else:
            piles.append({"name": name, "cm2": home["cm2"], "said": None})
    for pile in piles:
        if pile["name"] is not None:
            pile["said"] = _stands(
                [b for b in document["ballots"] if b["owner"] == pile["name"]], document["precedence"]
            )
    return piles


def _stands(ballots: list[dict[str, Any]], precedence: str) -> Any:
    classes = {
        "ONLINE_WINS": [["online"], ["paper"], ["proxy"]],
        "PAPER_WINS": [["paper"], ["online"], ["proxy"]],
        "FIRST_WINS": [["online", "paper"], ["proxy"]],
    }[precedence]
    for channels in classes:
        heap = [ballot for ballot in ballots if ballot["channel"] in channels]
        if heap:
            earliest = min(ballot["minute"] for ballot in heap)
            for ballot in heap:
                if ballot["minute"] == earliest:
                    return ballot["said"]
    return None


def _figures(piles: list[Pile]) -> tuple[int, int]:
    return len(piles), sum(pile["cm2"] for pile in piles)


def _shown(figures: tuple[int, int]) -> dict[str, Any]:
    return {"heads": figures[0], "area": metres(figures[1])}


def _both(names: dict[str, tuple[int, int]]) -> dict[str, Any]:
    return {
        "heads": {name: figures[0] for name, figures in names.items()},
        "area": {name: metres(figures[1]) for name, figures in names.items()},
    }


def _quorum(came: tuple[int, int], whole: tuple[int, int]) -> bool:
    return came[0] * 3 >= whole[0] * 2 and came[1] * 3 >= whole[1] * 2


def recount_options(document: dict[str, Any]) -> dict[str, Any]:
    """Recount ``document``: ``of``, ``choices``, and ballots whose ``said`` is an option, ``abstain`` or ``invalid``."""
    piles = piles_of(document)
    blocks = []
    for counts in (lambda said: said is not None and said != "invalid", lambda said: said is not None):
        came = [pile for pile in piles if counts(pile["said"])]
        got = {name: _figures([pile for pile in piles if pile["said"] == name]) for name in document["choices"]}
        enough = []
        for name, (heads, area) in got.items():
            others = len(came) - heads, sum(pile["cm2"] for pile in came) - area
            if document["of"] == "ordinary" and heads > others[0] and area > others[1]:
                enough.append(name)
            if document["of"] == "special" and heads >= 3 * others[0] and area >= 3 * others[1]:
                enough.append(name)
        quorum = _quorum(_figures(came), _figures(piles))
        adopted = enough[0] if quorum and len(enough) == 1 else None
        ahead = sorted(got.values())[-1]
        blocks.append(
            {
                **_both({"all": _figures(piles), "participating": _figures(came), "for": ahead}),
                "quorum": quorum,
                "choices": {name: _shown(figures) for name, figures in got.items()},
                "adopted": adopted,
                "outcome": "no_quorum" if not quorum else "passed" if adopted else "failed",
            }
        )
    return _joined(blocks)


def recount_election(document: dict[str, Any]) -> dict[str, Any]:
    """Recount ``document``: ``seats``, ``candidates``, ``minimum``, and ballots whose ``said`` is a list of names."""
    piles = piles_of(document)
    seats = document["seats"]
    blocks = []
    for taken_in in (False, True):
        came = [pile for pile in piles if pile["said"] is not None and (taken_in or len(pile["said"]) <= seats)]
        good = [pile for pile in piles if pile["said"] is not None and len(pile["said"]) <= seats]
        whole, here = _figures(piles), _figures(came)
        quorum = _quorum(here, whole)
        got = {name: _figures([pile for pile in good if name in pile["said"]]) for name in document["candidates"]}
        passed = [name for name in got if quorum and got[name][0] * 2 > here[0] and got[name][1] * 2 > here[1]]
        # Those who are equal stand in one row.
        queue = [
            [name for name in document["candidates"] if name in passed and got[name] == figures]
            for figures in sorted({got[name] for name in passed}, reverse=True)
        ]
        elected: list[str] = []
        alternates: list[str] = []
        again: list[str] = []
        for row in queue:
            if len(elected) + len(row) <= seats and not again:
                elected += row
            elif len(elected) < seats and not again:
                again = sorted(row)
            else:
                alternates += row
        stands = len(elected) >= document["minimum"] and len(elected) > seats - len(elected)
        if not quorum:
            outcome = "no_quorum"
        elif again:
            outcome = "runoff"
        else:
            outcome = "elected" if stands else "failed"
        blocks.append(
            {
                **_both({"all": whole, "participating": here}),
                "quorum": quorum,
                "candidates": {name: {**_shown(got[name]), "passed": name in passed} for name in got},
                "elected": elected,
                "alternates": alternates,
                "runoff": again,
                "stands": stands,
                "outcome": outcome,
            }
        )
    return _joined(blocks)


def _joined(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    printed = dict(blocks[0])
    if blocks[0]["outcome"] != blocks[1]["outcome"]:
        printed["outcome"] = "to_adjudicate"
        if "adopted" in printed:
            printed["adopted"] = None
    printed["with_invalid"] = blocks[1]
    return printed
