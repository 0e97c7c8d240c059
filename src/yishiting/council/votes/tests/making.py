"""Small electorates for tests: homes, ballots and the count of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from yishiting.council.votes.rules import (
    Cast,
    Channel,
    Choice,
    Precedence,
    Result,
    RollHome,
    Rule,
    count,
    heads_of,
    settle,
)
from yishiting.kernel.clock import CHINA

NINE = datetime(2025, 3, 1, 9, 0, tzinfo=CHINA)


def homes(number: int, area: str = "100", *, start: int = 1) -> list[RollHome]:
    """``number`` homes of one owner each: home ``h1`` belongs to ``o1``."""
    return [RollHome(home=f"h{index}", area=Decimal(area), owner=f"o{index}") for index in range(start, start + number)]


def cast(
    head: str,
    choice: Choice,
    *,
    channel: Channel = Channel.ONLINE,
    minutes: int = 0,
    order: int = 0,
) -> Cast:
    """A ballot that came ``minutes`` after nine o'clock."""
    return Cast(head=head, channel=channel, at=NINE + timedelta(minutes=minutes), choice=choice, order=order)


def ballots(owners: Iterable[str], in_favour: int, against: int = 0, abstain: int = 0, invalid: int = 0) -> list[Cast]:
    """So many ballots of each choice, handed in by ``owners`` in turn."""
    choices = (
        [Choice.FOR] * in_favour + [Choice.AGAINST] * against + [Choice.ABSTAIN] * abstain + [Choice.INVALID] * invalid
    )
    queue = iter(owners)
    return [cast(next(queue), choice, order=order) for order, choice in enumerate(choices)]


def counted(
    rule: Rule, roll: Sequence[RollHome], casts: Iterable[Cast], precedence: Precedence = Precedence.FIRST_WINS
) -> Result:
    """Count ``casts`` over ``roll``."""
    return count(rule=rule, heads=heads_of(roll), effective=settle(casts, precedence))
