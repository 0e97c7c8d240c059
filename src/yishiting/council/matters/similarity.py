"""How likely two reports are about one thing: by the pairs of letters that they share, by place and by time. Pure.

True and false pairs overlap whatever the method, so this only ranks what is suggested; nothing is merged by it. Weights and
threshold were set on the pairs of ``tests/test_similarity.py``, where those that it cannot tell apart are listed as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

_IGNORED = frozenset(" \t\r\n　，。！？、；：,.!?;:()（）“”\"'")
#: Said of anything, so that sharing them says nothing.
_HOLLOW = ("小区", "我们", "我家", "有人", "经常", "总是", "希望", "能不能", "请", "了", "的", "把", "都", "太", "很")
#: Words for one thing.
_SAME = (
    ("电瓶车", "电动车"),
    ("电单车", "电动车"),
    ("单车", "自行车"),
    ("灯泡", "灯"),
    ("路灯", "灯"),
    ("渗水", "漏水"),
)

TEXT, CATEGORY = Fraction(6, 10), Fraction(2, 10)
NEAREST, NEAR, ELSEWHERE = Fraction(2, 10), Fraction(1, 10), Fraction(-3, 10)
JUST, LATELY = Fraction(1, 10), Fraction(1, 20)
DAYS_JUST, DAYS_LATELY = timedelta(days=14), timedelta(days=60)
#: From here on two reports are suggested as one.
LIKELY = Fraction(45, 100)


@dataclass(frozen=True, slots=True)
class Said:
    """What a report says to everybody: its title, and where and when. Places are keys, None where not said.

    ``spot`` in words of its own is a place and no part of what is the matter: much is at the door.
    """

    text: str
    category: str
    at: datetime
    building: int | None = None
    entrance: int | None = None
    zone: str = ""
    spot: str = ""


def bigrams(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters of ``text``, without spaces and punctuation."""
    folded = text.casefold()
    for word, usual in _SAME:
        folded = folded.replace(word, usual)
    letters = "".join(letter for letter in folded if letter not in _IGNORED)
    for word in _HOLLOW:
        letters = letters.replace(word, " ")
    parts = letters.split()
    return frozenset(part[i : i + 2] for part in parts for i in range(len(part) - 1))


def likeness(first: str, second: str) -> Fraction:
    """Return the shared pairs as a share of the shorter text's pairs, between 0 and 1."""
    a, b = bigrams(first), bigrams(second)
    shorter = min(len(a), len(b))
    return Fraction(len(a & b), shorter) if shorter else Fraction(0)


def resemblance(first: Said, second: Said) -> Fraction:
    """Return how likely both are about one thing: at most 11/10, and below 0 for other things in other places."""
    score = TEXT * likeness(first.text, second.text)
    if first.category == second.category:
        score += CATEGORY
    apart = abs(first.at - second.at)
    return score + _place(first, second) + (JUST if apart <= DAYS_JUST else LATELY if apart <= DAYS_LATELY else 0)


def likely(first: Said, second: Said) -> bool:
    """Return whether the two are suggested as one: never by place and time alone where category and words differ."""
    return resemblance(first, second) >= LIKELY


def _place(first: Said, second: Said) -> Fraction:
    if first.zone and first.zone == second.zone:
        return NEAREST
    if first.entrance is not None and second.entrance is not None:
        if first.entrance == second.entrance:
            return NEAREST
        return Fraction(0) if first.building == second.building else ELSEWHERE
    if first.building is not None and second.building is not None:
        return NEAR if first.building == second.building else ELSEWHERE
    return NEAR if first.spot and second.spot and likeness(first.spot, second.spot) >= Fraction(1, 2) else Fraction(0)
