"""Recount a vote from its archive. Needs Python 3.8 and nothing else.

    python recount.py            in the folder where the archive was unpacked
    python recount.py FILE.zip   from the archive itself

Prints every figure as JSON. Exit 0: nothing was changed, and the figures are those that were posted. Exit 1: something was
changed, or the figures differ; what it is stands on the error output. Exit 2: there is no archive here.

Written to be read: whole fractions instead of rounded numbers, lists walked from top to bottom, and no line shared with the
program that counted.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zipfile
from fractions import Fraction

NEEDED = ("manifest.json", "vote.json", "roll.json", "ballots.json", "result.json")
RANKS = {
    "ONLINE_WINS": {"online": 0, "paper": 1, "proxy": 2},
    "PAPER_WINS": {"paper": 0, "online": 1, "proxy": 2},
    "FIRST_WINS": {"online": 0, "paper": 0, "proxy": 1},
}


def files_from(argument: str) -> dict:
    """Return name and bytes of every file of the archive."""
    if argument and zipfile.is_zipfile(argument):
        with zipfile.ZipFile(argument) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    folder = argument or os.path.dirname(os.path.abspath(__file__))
    found = {}
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            with open(path, "rb") as file:
                found[name] = file.read()
    return found


def changed(files: dict) -> list:
    """Return what was changed: files that their hash does not fit, that are missing, or the list of hashes itself."""
    faults = []
    manifest = json.loads(files["manifest.json"].decode("utf-8"))
    if files.get("ROOT", b"") != (hashlib.sha256(files["manifest.json"]).hexdigest() + "\n").encode("ascii"):
        faults.append("manifest.json does not fit ROOT")
    for name, expected in sorted(manifest["files"].items()):
        if name not in files:
            faults.append(name + " is missing")
        elif hashlib.sha256(files[name]).hexdigest() != expected:
            faults.append(name + " was changed")
    return faults


def square_metres(area: Fraction) -> str:
    """Return an area with two decimals, halves up."""
    hundredths = (area * 200 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def pile_of(item: dict, ballot: dict) -> str:
    """Return under what a ballot counts: for, against, abstain, invalid, or the number of the option that it names."""
    if not item["options"] or ballot["choice"] != "for":
        return ballot["choice"]
    marks = ballot["marks"]
    if len(marks) == 1 and 1 <= marks[0] <= len(item["options"]):
        return str(marks[0])
    return "invalid" if marks else "abstain"


def add(piles: dict, pile: str, heads: int, area: Fraction) -> None:
    """Put so many heads with so much area on a pile."""
    before = piles.get(pile, (0, Fraction(0)))
    piles[pile] = (before[0] + heads, before[1] + area)


def open_piles(item: dict, ballots: list, roll: dict, precedence: str) -> tuple:
    """Return each pile's heads and area, and what does not fit: of every home one sees what it said, and which counts."""
    areas: dict = {}
    by_head: dict = {}
    piles: dict = {}
    faults: list = []
    for head in roll["heads"]:
        areas[head["no"]] = sum((Fraction(home["area"]) for home in head["homes"]), Fraction(0))
    for ballot in ballots:
        by_head.setdefault(ballot["head"], []).append(ballot)
    for head, cast in sorted(by_head.items()):
        # By channel as agreed, then the earlier, then the one that was recorded first.
        stands = sorted(cast, key=lambda ballot: (RANKS[precedence][ballot["channel"]], ballot["order"]))[0]
        if [ballot for ballot in cast if ballot["stands"]] != [stands]:
            faults.append(f"item {item['no']}, head {head}: another ballot counts than the one marked")
        add(piles, pile_of(item, stands), 1, areas[head])
    return piles, faults


def secret_piles(item: dict, ballots: list, roll: dict, precedence: str) -> tuple:
    """Return each pile's heads, counted from the receipts, with the areas that are told of classes of weight alone."""
    counted: dict = {}
    told: dict = {}
    piles: dict = {}
    faults: list = []
    for ballot in ballots:
        key = (ballot["class"], pile_of(item, ballot))
        counted[key] = counted.get(key, 0) + 1
    for cell in roll["cells"]:
        if cell["item"] == item["no"] and cell["pile"] != "silent":
            told[cell["class"], cell["pile"]] = cell["heads"]
            add(piles, cell["pile"], cell["heads"], Fraction(cell["area"]))
    if told != counted or len({ballot["receipt"] for ballot in ballots}) != len(ballots):
        faults.append(f"item {item['no']}: the classes of weight do not fit the receipts")
    return piles, faults


def together(piles: dict, names: list) -> tuple:
    """Return heads and area of several piles."""
    found = [piles[name] for name in names if name in piles]
    return sum(pile[0] for pile in found), sum((pile[1] for pile in found), Fraction(0))


def enough(rule: str, got: tuple, came: tuple) -> bool:
    """Return whether heads and area are more than half, or at least three quarters, of those who took part."""
    if rule == "special":
        return 4 * got[0] >= 3 * came[0] and 4 * got[1] >= 3 * came[1]
    return 2 * got[0] > came[0] and 2 * got[1] > came[1]


def one_count(item: dict, piles: dict, whole: tuple, with_invalid: bool) -> dict:
    """Return one count: with the invalid ballots left out, or with all of them taking part and approving nothing."""
    numbers = [str(number) for number in range(1, len(item["options"]) + 1)]
    names = (numbers or ["for", "against"]) + ["abstain"] + (["invalid"] if with_invalid else [])
    came = together(piles, names)
    quorum = 3 * came[0] >= 2 * whole[0] and 3 * came[1] >= 2 * whole[1]
    found = {"quorum": quorum}
    favour = together(piles, ["for"])
    if numbers:
        got = [together(piles, [number]) for number in numbers]
        favour = max(got)
        passing = [place for place, pair in enumerate(got) if enough(item["of"], pair, came)]
        passed = quorum and len(passing) == 1
        found["adopted"] = item["options"][passing[0]] if passed else None
        found["choices"] = {
            name: {"heads": got[place][0], "area": square_metres(got[place][1])}
            for place, name in enumerate(item["options"])
        }
    elif item["rule"] == "unanimous":
        passed = favour[0] == whole[0]
    elif item["rule"] == "none_objects":
        passed = together(piles, ["against"])[0] == 0
    else:
        passed = enough(item["rule"], favour, came)
    if not quorum and item["rule"] not in ("unanimous", "none_objects"):
        found["outcome"] = "no_quorum"
    else:
        found["outcome"] = "passed" if passed else "failed"
    pairs = {"all": whole, "participating": came, "for": favour}
    found["heads"] = {name: pair[0] for name, pair in pairs.items()}
    found["area"] = {name: square_metres(pair[1]) for name, pair in pairs.items()}
    return found


def recount(files: dict) -> tuple:
    """Return the result of every item, and what does not fit."""
    vote, roll, ballots = [
        json.loads(files[name].decode("utf-8")) for name in ("vote.json", "roll.json", "ballots.json")
    ]
    if vote["secret"]:
        piles_of, weights = secret_piles, roll["classes"]
    else:
        piles_of = open_piles
        weights = [{"heads": 1, "area": home["area"]} for head in roll["heads"] for home in head["homes"]]
    heads = sum(row["heads"] for row in weights) if vote["secret"] else len(roll["heads"])
    whole = (heads, sum((Fraction(row["area"]) for row in weights), Fraction(0)))
    results, faults = [], []
    for item in vote["items"]:
        cast = [ballot for ballot in ballots if ballot["item"] == item["no"]]
        piles, wrong = piles_of(item, cast, roll, vote["precedence"])
        faults += wrong
        result = one_count(item, piles, whole, False)
        taken_in = one_count(item, piles, whole, True)
        result.update(item=item["no"], with_invalid=taken_in)
        if result["outcome"] != taken_in["outcome"]:
            result["outcome"] = "to_adjudicate"
            if "adopted" in result:
                result["adopted"] = None
        results.append(result)
    return results, faults


def main() -> int:
    """Recount what stands here, and hold it against what was posted."""
    files = files_from(sys.argv[1] if len(sys.argv) > 1 else "")
    missing = [name for name in NEEDED if name not in files]
    if missing:
        sys.stderr.write(f"not an archive of a vote: {missing[0]} is missing\n")
        return 2
    faults = changed(files)
    results, wrong = recount(files)
    faults += wrong
    sys.stdout.write(json.dumps({"items": results}, sort_keys=True, indent=1) + "\n")
    if json.loads(files["result.json"].decode("utf-8")) != {"items": results}:
        faults.append("the figures differ from those that were posted (result.json)")
    for fault in faults:
        sys.stderr.write(fault + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
