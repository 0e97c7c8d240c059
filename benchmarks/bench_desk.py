"""The desk of who has a fifth of all matters on it, through the whole stack, with 1,000, 30,000 and 100,000 of them.

Each size takes turns with the bare page in the same rounds, so that sizes measured minutes apart are compared by their ratios.
"""

from __future__ import annotations

from statistics import median

from benchmarks.bench_server import Effort, Turns
from benchmarks.box import Box, opened
from benchmarks.table import Line, limit, share

SIZES = (1_000, 30_000, 100_000)
JUDGED = 30_000
P95 = 150
FLAT = 1.2
#: What is asked for: two signs that stand in few titles, and a word of every one.
PAGES = (
    ("desk", "/desk/"),
    ("desk, what is late", "/desk/?due=late"),
    ("desk, page 10", "/desk/?page=10"),
    ("search over all rooms, two signs of one matter", "/desk/search/?q=%E6%B8%97%E6%B0%B4"),
    ("search over all rooms, two signs of every matter", "/desk/search/?q=%E6%A5%BC%E9%81%93"),
)


def _turns(box: Box, effort: Effort, path: str) -> Turns:
    cookies = box.told["desk"]
    full = [box.request(path, cookies=cookies)]
    plain = [box.request(f"/plain/{box.told['slug']}/", cookies=cookies)]
    for warm in (full, plain):
        box.load(warm, seconds=0.5)
    turns = Turns([], [], [])
    for _ in range(effort.rounds):
        turns.full.append(box.load(full, seconds=effort.seconds))
        turns.plain.append(box.load(plain, seconds=effort.seconds / 2))
    return turns


def _cost(turns: Turns) -> float:
    """How many bare pages the page costs: the median of the rounds."""
    return median(bare / full for full, bare in turns.against(turns.plain))


def measure(effort: Effort) -> list[Line]:
    """Measure each size in one box, the smallest first."""
    lines: list[Line] = []
    first: dict[str, float] = {}
    with opened() as box:
        box.prepare("story")
        stands = 0
        for size in SIZES:
            box.prepare("matters", size - stands)
            box.prepare("words")
            stands = size
            for name, path in PAGES:
                turns = _turns(box, effort, path)
                told = f"{name}, {size:,} matters"
                lines.append(share(f"{told}, p95 {turns.p95:.0f} ms", turns.against(turns.plain), "/s"))
                if size == JUDGED and name == "desk":
                    lines.append(limit(f"{told}, p95", turns.p95, "ms", P95, places=0))
                cost = _cost(turns)
                if size == SIZES[0]:
                    first[name] = cost
                elif size == SIZES[-1]:
                    ratio = cost / first[name]
                    judged = name == "desk"
                    lines.append(
                        Line(
                            f"{name}: {size:,} matters / {SIZES[0]:,}", f"{cost:.1f} bare", f"{first[name]:.1f} bare",
                            ratio, f"≤ {FLAT}" if judged else "", ratio <= FLAT if judged else None,
                        )
                    )  # fmt: skip
    return lines
