"""One effective ballot a head: what stands when an owner's choice comes in more than once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yishiting.council.votes.rules.terms import Cast, Channel, Precedence

_RANK = {
    Precedence.ONLINE_WINS: {Channel.ONLINE: 0, Channel.PAPER: 1, Channel.PROXY: 2},
    Precedence.PAPER_WINS: {Channel.PAPER: 0, Channel.ONLINE: 1, Channel.PROXY: 2},
    Precedence.FIRST_WINS: {Channel.ONLINE: 0, Channel.PAPER: 0, Channel.PROXY: 1},
}


def _standing(cast: Cast, precedence: Precedence) -> tuple[int, datetime, int]:
    """The smaller stands. One key for all ballots of a head, so that the order in which they are compared is no matter."""
    return _RANK[precedence][cast.channel], cast.at, cast.order


def beats(a: Cast, b: Cast, precedence: Precedence) -> bool:
    """Return whether ballot ``a`` stands against ballot ``b`` of the same head.

    An owner's own ballot stands against a proxy's, whatever the times. Between online and paper ``precedence`` decides;
    within one channel, and between the two under ``FIRST_WINS``, the earlier instant stands, then the smaller
    ``order``. What the ballots say plays no part: supersession is settled first, validity after.
    """
    return _standing(a, precedence) < _standing(b, precedence)


def settle(casts: Iterable[Cast], precedence: Precedence) -> dict[str, Cast]:
    """Return the effective ballot of every head that handed one in; an invalid one that stands stays invalid."""
    effective: dict[str, Cast] = {}
    for cast in casts:
        held = effective.get(cast.head)
        if held is None or beats(cast, held, precedence):
            effective[cast.head] = cast
    return effective
