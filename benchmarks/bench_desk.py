"""The desk of who has a fifth of all matters on it, through the whole stack, with 1,000, 30,000 and 100,000 of them.

Three servers stand side by side, one for each size, and take turns in the same rounds, each against the bare page of its own
processes. What grows is told by what the server's processes took of the processor, whatever else the machine does.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.bench_server import Effort, Turns
from benchmarks.box import Box, opened
from benchmarks.table import Line, limit, share

SIZES = (1_000, 30_000, 100_000)
JUDGED = 30_000
P95 = 150
FLAT = 1.2
EFFORT = Effort(rounds=4, seconds=1.0)
QUICK = Effort(rounds=3, seconds=0.5)
#: What is asked for: two signs that stand in one title, and a word of every one.
PAGES = (
    ("desk", "/desk/"),
    ("desk, what is late", "/desk/?due=late"),
    ("desk, page 10", "/desk/?page=10"),
    ("desk, narrowed by two signs of every matter", "/desk/?q=%E6%A5%BC%E9%81%93"),
    ("search over all rooms, two signs of one matter", "/desk/search/?q=%E6%B8%97%E6%B0%B4"),
    ("search over all rooms, two signs of every matter", "/desk/search/?q=%E6%A5%BC%E9%81%93"),
)


def _turns(boxes: list[Box], effort: Effort, path: str) -> list[Turns]:
    """Measure a page in each box, round by round."""
    asked = []
    for box in boxes:
        cookies = box.told["desk"]
        full, plain = ([box.request(each, cookies=cookies)] for each in (path, f"/plain/{box.told['slug']}/"))
        for warm in (full, plain):
            box.load(warm, seconds=0.3)
        asked.append((box, full, plain, Turns([], [], [])))
    for _ in range(effort.rounds):
        for box, full, plain, turns in asked:
            turns.full.append(box.load(full, seconds=effort.seconds))
            turns.plain.append(box.load(plain, seconds=effort.seconds / 2))
    return [turns for *_, turns in asked]


def _cost(turns: Turns) -> float:
    """Return what a page costs the server, in milliseconds of one core: the median of the rounds."""
    return median(came.cpu for came in turns.full)


def _grown(name: str, small: Turns, large: Turns) -> Line:
    """Return how many times what the page costs with the fewest matters it costs with the most.

    By what the server took; where the system does not tell that, by the speeds of rounds that lie side by side.
    """
    what = f"{name}: cost with {SIZES[-1]:,} / {SIZES[0]:,}"
    if least := _cost(small):
        ratio = _cost(large) / least
        return Line(what, f"{_cost(large):.1f} ms", f"{least:.1f} ms", ratio, f"≤ {FLAT}", ratio <= FLAT)
    ratio = median(few / many for few, many in small.against(large.full))
    return Line(what, "", "", ratio, f"≤ {FLAT}", ratio <= FLAT)


def _opened(stack: ExitStack) -> dict[int, Box]:
    """Open a box for each size, the smallest first: the next begins as a copy of it and has as many times its matters."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="yishiting-bench-")))
    boxes: dict[int, Box] = {}
    begun: Path | None = None
    told: dict[str, Any] = {}
    for stands, size in pairwise((0, *SIZES)):

        def prepare(box: Box, stands: int = stands, size: int = size) -> None:
            if stands:
                box.prepare("more", stands, size)
            else:
                box.prepare("story")
                box.prepare("desk")
            # While no server has it open.
            shutil.copytree(box.data, folder / str(size))

        boxes[size] = stack.enter_context(opened(of=begun, told=told, prepare=prepare))
        begun, told = folder / str(size), boxes[size].told
    return boxes


def measure(effort: Effort) -> list[Line]:
    """Measure each page with the fewest and the most matters, and the desk with as many as it is judged by."""
    lines: list[Line] = []
    with ExitStack() as stack:
        boxes = _opened(stack)
        small, middle, large = (boxes[size] for size in SIZES)
        for name, path in PAGES:
            judged = name == PAGES[0][0]
            measured = [small, middle, large] if judged else [small, large]
            turns = _turns(measured, effort, path)
            for box, each in zip(measured, turns, strict=True):
                size = next(size for size, one in boxes.items() if one is box)
                told = f"{name}, {size:,} matters"
                lines.append(share(f"{told}, p95 {each.p95:.0f} ms", each.against(each.plain), "/s"))
                if size == JUDGED and judged:
                    lines.append(limit(f"{told}, p95", each.p95, "ms", P95, places=0))
            lines.append(_grown(name, turns[0], turns[-1]))
    return lines
