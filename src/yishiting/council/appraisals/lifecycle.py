"""When an appraisal opens, takes answers and closes, and what may be told of it. Pure: exact, no float, no clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop

#: Answers of fewer homes are not shown in any form: with two, each knows what the other said.
LEAST_SHOWN = 3
SHORTEST, LONGEST = timedelta(days=1), timedelta(days=60)
LONGEST_WORDS, LONGEST_NOTE = 500, 1000
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True, slots=True)
class Bands:
    """How many homes (户) gave 4 or 5, 3, and 1 or 2."""

    good: int
    fair: int
    poor: int


@dataclass(frozen=True, slots=True)
class Result:
    """What may be told once an appraisal is over.

    ``answered`` is None where fewer than three homes did, and so is all that follows; ``tenths`` is the mean in tenths of
    a point, half up; ``bands`` is None where one of them holds one or two homes; ``low`` is decided exactly.
    """

    homes: int
    answered: int | None
    tenths: int | None
    bands: Bands | None
    low: bool

    @property
    def mean(self) -> str:
        """The mean as it is written: ``4.3``."""
        return "" if self.tenths is None else f"{self.tenths // 10}.{self.tenths % 10}"


def check_opening(*, finished: bool, homes: int, threshold: int, closes_at: datetime, now: datetime) -> None:
    """Refuse an appraisal of work that goes on, of too few homes, of a score that is none, or of no proper length."""
    if not finished:
        raise WrongState(gettext_noop("这件事还没有办完，办完了再评。"), code="unfinished")
    if homes < LEAST_SHOWN:
        text = Sentence(gettext_noop("只有 {n} 户，评了也不能公布。请选大一点的范围。"), n=homes)
        raise BadInput(text, code="too_few", fields={"scope": text})
    if not LOWEST * 10 <= threshold <= HIGHEST * 10:
        text = Sentence(gettext_noop("分数线要在 1 到 5 分之间。"))
        raise BadInput(text, fields={"threshold": text})
    if not now + SHORTEST <= closes_at <= now + LONGEST:
        text = Sentence(gettext_noop("截止的日子要在明天以后、60 天以内。"))
        raise BadInput(text, fields={"closes_on": text})


def check_place(*, where: str, at: tuple[int | None, int | None], asked: tuple[int | None, int | None]) -> None:
    """Refuse to ask a building or an entrance that the matter, known to be in another, does not concern (M26).

    ``at`` and ``asked`` are (building, entrance), None for what is not said.
    """
    if any(there is not None and here is not None and there != here for there, here in zip(at, asked, strict=True)):
        text = Sentence(
            gettext_noop("这件事在 {where}，别处的住户评不了。请选那一栋、那一个单元，或反映过的住户。"), where=where
        )
        raise BadInput(text, code="elsewhere", fields={"scope": text})


def left_over(asked: Collection[int], told: Sequence[Collection[int]]) -> int | None:
    """Return how many homes would be left to guess at, one or two, when a result of ``asked`` stood beside those that were
    told; None where none would. ``asked`` and each of ``told`` are homes.

    Whoever subtracts the one from the other, or from a building its entrances, reads how those answered that are left over.
    """
    sets = [frozenset(asked), *(frozenset(each) for each in told)]
    for whole in set(sets):
        inside = [each for each in set(sets) if each < whole]
        rests = [whole - each for each in inside]
        if inside:
            rests.append(whole.difference(*inside))
        for rest in rests:
            if 0 < len(rest) < LEAST_SHOWN:
                return len(rest)
    # Neither lies within the other: where one home came for one, the means differ by those two alone.
    for each in sets[1:]:
        if 0 < len(sets[0] ^ each) < LEAST_SHOWN:
            return len(sets[0] ^ each)
    return None


def check_apart(asked: Collection[int], told: Sequence[Collection[int]]) -> None:
    """Refuse to ask a circle that differs from earlier ones of the same matter by so few homes that their answers show."""
    if left_over(asked, told) is not None:
        text = gettext_noop(
            "这件事以前评过，这次请的住户和那时只差一两户，两次一比就看得出那一两户怎么评的。"
            "请选和上次一样的范围，或差得多一些的范围。"
        )
        raise BadInput(text, code="too_alike", fields={"scope": text})


def is_over(*, closes_at: datetime, now: datetime) -> bool:
    """Whether the time for answers is over."""
    return now >= closes_at


def check_answer(*, closed: bool, closes_at: datetime, answered: bool, score: int, words: str, now: datetime) -> None:
    """Refuse a late answer, a second one of a home, and a score that is none."""
    if answered:
        raise WrongState(gettext_noop("您家已经评过了，一户评一次。"), code="answered_already")
    if closed or is_over(closes_at=closes_at, now=now):
        raise WrongState(gettext_noop("这次评议已经截止了。"), code="over")
    if not LOWEST <= score <= HIGHEST:
        text = gettext_noop("请选 1 到 5 分。")
        raise BadInput(text, fields={"score": text})
    if len(words) > LONGEST_WORDS:
        too_long = Sentence(gettext_noop("写得太长了，最多 {n} 个字。"), n=LONGEST_WORDS)
        raise BadInput(too_long, fields={"words": too_long})


def check_close(*, closed: bool, closes_at: datetime, now: datetime) -> None:
    """Nobody closes early: whoever sees how it goes would choose the moment."""
    if closed:
        raise WrongState(gettext_noop("这次评议已经结束了。"), code="closed")
    if not is_over(closes_at=closes_at, now=now):
        raise WrongState(gettext_noop("还没到截止的时候。到时候会自动结束。"), code="early")


def check_note(*, closed: bool, low: bool, text: str) -> str:
    """Return the words of a note on a low score; refuses one where none is owed."""
    if not closed:
        raise WrongState(gettext_noop("评议还没有结束。"))
    if not low:
        raise WrongState(gettext_noop("分数不低于事先定的线，不用写整改说明。"), code="not_low")
    kept = text.strip()
    if not kept or len(kept) > LONGEST_NOTE:
        wrong = Sentence(gettext_noop("请写怎么整改，最多 {n} 个字。"), n=LONGEST_NOTE)
        raise BadInput(wrong, fields={"text": wrong})
    return kept


def result(*, homes: int, scores: Sequence[int], threshold: int) -> Result:
    """Count the answers; below the threshold in tenths is ``low``. Nothing is told or concluded from fewer than three."""
    n, total = len(scores), sum(scores)
    if n < LEAST_SHOWN:
        return Result(homes, None, None, None, low=False)
    bands = Bands(
        good=sum(score >= 4 for score in scores),
        fair=sum(score == 3 for score in scores),
        poor=sum(score <= 2 for score in scores),
    )
    told = all(count == 0 or count >= LEAST_SHOWN for count in (bands.good, bands.fair, bands.poor))
    return Result(homes, n, (total * 20 + n) // (2 * n), bands if told else None, low=total * 10 < threshold * n)
