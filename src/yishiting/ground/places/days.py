"""Pure: reads a pasted list of days off and make-up days, one a line, as the yearly notice is copied into a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from yishiting.kernel.words import Sentence, gettext_noop

EARLIEST, LATEST = 2020, 2100
MOST_LINES = 400
LONGEST_REASON = 120
FREE_WORDS = ("休", "放假", "休息", "假")
WORKED_WORDS = ("班", "上班", "补班", "工作")
_LINE = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?[\s,，:：]*(?P<word>[^\s,，:：]*)[\s,，:：]*(?P<rest>.*)"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line that was understood; ``reason`` is what stands after the word, often the holiday's name."""

    line: int
    day: date
    worked: bool
    reason: str


@dataclass(frozen=True, slots=True)
class LineFault:
    """One line that was not, and what to do about it; lines are counted from 1."""

    line: int
    message: Sentence


def read_days(text: str) -> tuple[tuple[Listed, ...], tuple[LineFault, ...]]:
    """Read ``2027-02-05 休`` a line, perhaps with a word more: ``2027-02-07 班 春节补班``. Empty lines pass.

    ``2027/2/5`` and ``2027年2月5日`` are understood, too. Never raises; each line that is at fault is named.
    """
    found: list[Listed] = []
    faults: list[LineFault] = []
    seen: dict[date, int] = {}
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        words = gettext_noop("一次最多 {most} 行。请一年一年地贴。")
        return (), (LineFault(lines[MOST_LINES][0], Sentence(words, most=MOST_LINES)),)
    for number, line in lines:
        read = _read_line(number, line)
        if isinstance(read, Listed) and (before := seen.get(read.day)) is not None:
            words = gettext_noop("{day} 在第 {before} 行已经写过了。请留一行。")
            read = LineFault(number, Sentence(words, day=read.day.isoformat(), before=before))
        if isinstance(read, LineFault):
            faults.append(read)
        else:
            seen[read.day] = number
            found.append(read)
    return tuple(found), tuple(faults)


def _read_line(number: int, line: str) -> Listed | LineFault:
    match = _LINE.fullmatch(line)
    if match is None:
        words = gettext_noop("“{line}”看不懂。请写成：2027-02-05 休，或者 2027-02-07 班。")
        return LineFault(number, Sentence(words, line=_short(line)))
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        words = gettext_noop("没有“{day}”这一天。请核对月份和日子。")
        return LineFault(number, Sentence(words, day=f"{match['year']}-{match['month']}-{match['day']}"))
    if not EARLIEST <= day.year <= LATEST:
        words = gettext_noop("{year} 年不在可以登记的范围里（{first} 到 {last} 年）。请核对年份。")
        return LineFault(number, Sentence(words, year=day.year, first=EARLIEST, last=LATEST))
    word, reason = match["word"], match["rest"].strip()
    if word not in FREE_WORDS + WORKED_WORDS:
        if not word:
            words = gettext_noop("{day} 后面没有写是休还是班。请写成：{day} 休，或者 {day} 班。")
        else:
            words = gettext_noop("{day} 后面的“{word}”看不懂。请写“休”或者“班”。")
        return LineFault(number, Sentence(words, day=day.isoformat(), word=_short(word)))
    if len(reason) > LONGEST_REASON:
        words = gettext_noop("这一行的说明太长了，最多 {most} 个字。请缩短。")
        return LineFault(number, Sentence(words, most=LONGEST_REASON))
    return Listed(number, day, word in WORKED_WORDS, reason)


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:20]}…"
