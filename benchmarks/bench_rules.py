"""How long the count takes: ``python benchmarks/bench_rules.py [N…]``, one line of a table for each N heads.

What is timed is the whole of ``rules``: heads from the roll (1.2 homes a head), one effective ballot a head from 1.5
ballots a head, both counts and the explanation. Beside it, in the same run, a bare loop that sums the same areas as
``Decimal`` and does nothing else: the least that any exact count must spend. The best of five runs each.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from yishiting.council.votes.rules import (
    Cast,
    Channel,
    Choice,
    Precedence,
    RollHome,
    Rule,
    count,
    heads_of,
    settle,
)

RUNS = 5
LIMIT = 0.3
"""Seconds for 10,000 heads: a page that explains a result must not feel it."""


def electorate(heads: int) -> tuple[list[RollHome], list[Cast]]:
    """A roll of ``heads`` owners and their ballots, the same on every machine."""
    chance = random.Random(heads)
    owners = [f"owner-{number}" for number in range(heads)]
    holders = [*owners, *chance.choices(owners, k=heads // 5)]
    roll = [
        RollHome(home=f"home-{number}", area=Decimal(chance.randint(4000, 16000)).scaleb(-2), owner=owner)
        for number, owner in enumerate(holders)
    ]
    start = datetime(2025, 3, 1, tzinfo=UTC)
    voters = [*chance.sample(owners, k=heads * 9 // 10), *chance.choices(owners, k=heads * 6 // 10)]
    casts = [
        Cast(
            head=owner,
            channel=chance.choice(list(Channel)),
            at=start + timedelta(minutes=chance.randint(0, 20_000)),
            choice=chance.choices(list(Choice), weights=[70, 20, 8, 2])[0],
            order=order,
        )
        for order, owner in enumerate(voters)
    ]
    return roll, casts


def best(work: Callable[[], object]) -> float:
    """The shortest of some runs in seconds: what the machine can do when nothing else disturbs it."""
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def line(heads: int) -> tuple[str, float]:
    """Measure ``heads`` heads; return the line of the table and the seconds of the count."""
    roll, casts = electorate(heads)

    def counted() -> object:
        return count(rule=Rule.ORDINARY, heads=heads_of(roll), effective=settle(casts, Precedence.FIRST_WINS))

    def bare() -> object:
        total = Decimal(0)
        for home in roll:
            total += home.area
        return total

    seconds, least = best(counted), best(bare)
    return (
        f"| {heads:>9,} | {len(roll):>9,} | {len(casts):>9,} | {seconds:>9.4f} | {least:>9.4f} | {seconds / least:>7.1f} |",
        seconds,
    )


def main() -> int:
    """Print the table; 1 where 10,000 heads take longer than the limit."""
    sizes = [int(word) for word in sys.argv[1:]] or [1_000, 10_000, 100_000]
    print("|     heads |     homes |   ballots |   count s |     sum s |   times |")
    print("|----------:|----------:|----------:|----------:|----------:|--------:|")
    slow = False
    for heads in sizes:
        row, seconds = line(heads)
        print(row, flush=True)
        slow = slow or (heads == 10_000 and seconds >= LIMIT)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
