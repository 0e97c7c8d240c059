"""Pages and ballots through the whole stack: the server of ``yishiting serve``, a client of its own at 8 connections.

Bare and full take turns, several rounds in the same run; a line's ratio is the median of its rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.box import Box, Came, opened, percentile
from benchmarks.prepare import TOKEN
from benchmarks.table import Line, limit, share

MATTERS = 30_000
INSERTS = 4
"""Bare inserts for each ballot of a round, so that both halves of a round take about as long."""


@dataclass(frozen=True)
class Effort:
    """How long to measure: rounds, seconds of each half, ballots of each round."""

    rounds: int = 5
    seconds: float = 2.0
    ballots: int = 100


QUICK = Effort(rounds=3, seconds=1.0, ballots=40)


@dataclass
class Turns:
    """Rounds of one page against the bare pages."""

    full: list[Came]
    bare: list[Came]
    plain: list[Came]

    def against(self, other: Sequence[Came]) -> list[tuple[float, float]]:
        """Return (speed, speed of the other) of each round."""
        return [(full.per_second, one.per_second) for full, one in zip(self.full, other, strict=True)]

    @property
    def p95(self) -> float:
        """The time within which 95 of 100 responses came, in milliseconds: the median of the rounds."""
        return median(percentile(came.taken, 0.95) for came in self.full)


def _page(box: Box, effort: Effort, path: str, who: str = "") -> Turns:
    cookies = box.told[who] if who else None
    full = [box.request(path, cookies=cookies)]
    bare = [box.request(f"/bare/{box.told['slug']}/")]
    plain = [box.request(f"/plain/{box.told['slug']}/", cookies=cookies)]
    for warm in (full, bare, plain):
        box.load(warm, seconds=0.5)
    turns = Turns([], [], [])
    for _ in range(effort.rounds):
        turns.bare.append(box.load(bare, seconds=effort.seconds / 2))
        turns.full.append(box.load(full, seconds=effort.seconds))
        turns.plain.append(box.load(plain, seconds=effort.seconds / 2))
    return turns


def _informed(name: str, turns: Turns) -> list[Line]:
    return [share(f"{name}, p95 {turns.p95:.0f} ms", turns.against(turns.plain), "/s")]


def pages(box: Box, effort: Effort) -> list[Line]:
    """Measure the pages with the story's data, then with many matters added."""
    estate = f"/e/{box.told['slug']}/"
    others = [
        # Nothing is kept of an address with a question, so this is the page read from the rows each time.
        ("estate page, made anew each time", f"{estate}?anew=1", ""),
        ("matters list", f"{estate}matters/", ""),
        ("votes list", f"{estate}votes/", ""),
        ("record", f"{estate}record/", ""),
        ("desk, signed in", "/desk/", "staff"),
        ("desk's matters, signed in", "/desk/matters/", "staff"),
    ]
    quick = Effort(rounds=min(effort.rounds, 3), seconds=effort.seconds)
    lines: list[Line] = []
    before = _page(box, effort, estate)
    lines += _estate("estate page as nobody", before)
    for name, path, who in others:
        lines += _informed(name, _page(box, quick, path, who))
    box.prepare("matters", MATTERS)
    after = _page(box, effort, estate)
    lines += _estate(f"estate page, {MATTERS:,} matters more", after)
    lines.append(_flat(f"estate page, {MATTERS:,} matters more / the story's", after, before))
    for name, path, who in others:
        lines += _informed(f"{name}, {MATTERS:,} matters more", _page(box, quick, path, who))
    return lines


def _flat(name: str, after: Turns, before: Turns) -> Line:
    """Compare two measurements that lie minutes apart, each by its own bare rounds."""
    ratios = [median(full / bare for full, bare in turns.against(turns.plain)) for turns in (after, before)]
    speeds = [median(came.per_second for came in turns.full) for turns in (after, before)]
    return Line(name, f"{speeds[0]:,.0f} /s", f"{speeds[1]:,.0f} /s", ratios[0] / ratios[1])


def _estate(name: str, turns: Turns) -> list[Line]:
    return [
        share(f"{name} / bare page", turns.against(turns.plain), "/s", least=0.3),
        share(f"{name} / bare page without middleware", turns.against(turns.bare), "/s", least=0.3),
        limit(f"{name}, p95", turns.p95, "ms", 150, places=0),
    ]


def ballots(box: Box, effort: Effort, database: str) -> list[Line]:
    """Measure confirming a ballot, each by another signed-in owner, against a bare insert by the same server."""
    vote = box.told["vote"]
    path = f"/e/{vote['slug']}/votes/{vote['no']}/ballot/confirm/"
    form = {"csrfmiddlewaretoken": TOKEN, f"item_{vote['item']}": "for", "sure": "1"}
    cast = [box.request(path, cookies=cookies, form=form) for cookies in box.told["voters"]]
    heads = iter(range(10**9))

    def inserts(door: str, number: int) -> Came:
        return box.load(
            [box.request(f"/{door}/insert/", form={"head": str(next(heads))}) for _ in range(number)], seconds=None
        )

    for door in ("bare", "plain"):
        inserts(door, effort.ballots)
    box.load(cast[: effort.ballots], seconds=None, status=302)
    turns = Turns([], [], [])
    for turn in range(1, effort.rounds + 1):
        turns.bare.append(inserts("bare", effort.ballots * INSERTS))
        turns.full.append(box.load(cast[turn * effort.ballots : (turn + 1) * effort.ballots], seconds=None, status=302))
        turns.plain.append(inserts("plain", effort.ballots * INSERTS))
    name = f"ballot through the server, {database}"
    return [
        share(f"{name} / bare insert", turns.against(turns.plain), "/s", least=0.15),
        share(f"{name} / bare insert without middleware", turns.against(turns.bare), "/s"),
        limit(f"{name}, p95", turns.p95, "ms", places=0),
    ]


def measure(effort: Effort, *, database: str, only_ballots: bool = False, only_pages: bool = False) -> list[Line]:
    """Measure what is asked for in a box of its own."""
    with opened() as box:
        box.prepare("story")
        lines: list[Line] = []
        if not only_pages:
            box.prepare("ballots", effort.ballots * (effort.rounds + 1))
            lines += ballots(box, effort, database)
        if not only_ballots:
            lines += pages(box, effort)
        return lines
