"""Reads a project's plan from words, as people type it or as a resolution says it. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop

DIGITS = "零一二三四五六七八九"
#: Phases beyond this are a list of single jobs, for which a plan in phases is the wrong form.
MOST_PHASES = 20
MOST_EACH = 1_000_000
_UNITS = "个|处|米|盏|台|套|根|块|棵|户|间|辆|座|部|平方米"
_SUM = re.compile(r"\s*\d+(?:\s*[+、,，]\s*\d+)*\s*")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_NUMBER = re.compile(r"\d+")
#: Signs that people's keyboards have for plus and minus.
_SAME = str.maketrans({"➕": "+", "➖": "-", "−": "-", "–": "-", "—": "-"})
_NAME = re.compile(r"[^\W\d_]")
_EDGES = re.compile(r"^[\s:;,、。\-]+|[\s:;,、。\-]+$")
#: A sum within a line, and a number with a decimal point, a comma or a slash in it.
_JOINED = re.compile(r"\d\s*\+|\+\s*\d|\d\s*加\s*\d|\d[.,、/⁄:]\d")
#: What stands right before or after a number that is not, or not plainly, how many. A hyphen after a name only parts them.
_NO_AMOUNT_AFTER = re.compile(r"(?:[A-Za-z_.*/⁄×^=±%~<>#$¥第]|(?:^|[^\w)\]]|\d)-)$|[+*/⁄×^=±]\s*$")
_NO_AMOUNT_BEFORE = re.compile(r"[A-Za-z_]|\s*[*/⁄×^=±%+‰]|期|号|年|月|日|元|单元|万|千|百|亿")
_TOTAL = re.compile(rf"(\d+)\s*({_UNITS})")
_PHASES = re.compile(r"分(?:成|为)?\s*(\d{1,4}|[二两三四五六七八九十]+)\s*(?:期|批|步|阶段)")


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """A phase as it was typed: its name, how many it plans, and until when."""

    title: str
    planned: int
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """What a resolution says about a project; 0 and '' where it does not say."""

    total: int = 0
    unit: str = ""
    phases: int = 0

    @property
    def split(self) -> str:
        """The total over the phases as evenly as it goes, the larger ones first: ``14+13+13``."""
        if not self.total or not 1 <= self.phases <= min(self.total, MOST_PHASES):
            return str(self.total) if self.total else ""
        least, more = divmod(self.total, self.phases)
        return "+".join(str(least + (place < more)) for place in range(self.phases))


def chinese(number: int) -> str:
    """Return a number from 1 to 99 in Chinese: ``十二``."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")


def number_in(text: str) -> int:
    """Return the number that Arabic figures or Chinese numerals up to 99 say, or 0."""
    if text.isdigit():
        return int(text)
    head, ten, tail = text.replace("两", "二").rpartition("十")
    if len(head) > 1 or len(tail) > 1 or any(sign not in DIGITS for sign in head + tail):
        return 0
    tens = (DIGITS.index(head) if head else 1) if ten else 0
    return tens * 10 + (DIGITS.index(tail) if tail else 0)


def guess(resolution: str) -> Guess:
    """Read total, unit and number of phases from a resolution, where it names exactly one total."""
    text = unicodedata.normalize("NFKC", resolution)
    totals = _TOTAL.findall(text)
    total, unit = totals[0] if len(totals) == 1 else ("0", "")
    phases = _PHASES.search(text)
    return Guess(min(int(total[:12]), MOST_EACH), unit, number_in(phases.group(1)) if phases else 0)


def parse_phases(text: str, *, first: int = 1) -> tuple[PhasePlan, ...]:
    """Read phases: ``14+13+13``, or a line for each: its name, its number, and perhaps until which day.

    A phase without a name is called by its number, counted from ``first``. Whatever might be meant otherwise (``2+-1``,
    ``1e3``, ``1.5``, ``14+``) is refused and never guessed at. Raises :class:`BadInput` on ``phases`` naming the line.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_SAME).strip()
    if _SUM.fullmatch(plain):
        parts = [PhasePlan("", _amount(number)) for number in _NUMBER.findall(plain)]
    else:
        lines = [line for line in plain.splitlines() if line.strip()]
        parts = [_line(number, line) for number, line in enumerate(lines, 1)]
    if len(parts) > MOST_PHASES:
        raise _refuse(gettext_noop("最多分 {most} 期。请合并几期。"), most=MOST_PHASES)
    return tuple(
        PhasePlan(part.title or f"第{chinese(place)}期", part.planned, part.due_on)
        for place, part in enumerate(parts, first)
    )


def _amount(figures: str) -> int:
    """Return how many; refuses none at all, and more than anybody builds (before a long row of figures is read)."""
    if len(figures.lstrip("0")) > len(str(MOST_EACH)) or int(figures) > MOST_EACH:
        raise _refuse(gettext_noop("每期最多 {most}。请检查是不是多打了数字。"), most=MOST_EACH)
    if int(figures) == 0:
        raise _refuse(gettext_noop("有一期写的是 0。每期至少是 1，不办的那一期请删掉。"))
    return int(figures)


def _line(number: int, line: str) -> PhasePlan:
    due_on = None
    if found := _DAY.search(line):
        year, month, day = (int(part) for part in found.groups())
        try:
            due_on = date(year, month, day)
        except ValueError:
            raise _refuse(gettext_noop("第 {line} 行的日期不对。请写成 2026-05-01 这样。"), line=number) from None
        line = line[: found.start()] + " " + line[found.end() :]
    # The last number of the line is how many: "3 号楼西侧 14 个".
    numbers = list(_NUMBER.finditer(line))
    if not numbers:
        raise _refuse(gettext_noop("第 {line} 行没有写数量。请写成“南楼西侧 14”，或 14+13+13。"), line=number)
    last = numbers[-1]
    before, after = line[: last.start()], line[last.end() :]
    rest = re.sub(rf"^\s*(?:{_UNITS})", "", after)
    if (
        _DAY.search(line)
        or _JOINED.search(line)
        or _NO_AMOUNT_AFTER.search(before)
        or _NO_AMOUNT_BEFORE.match(after)
        # What follows the number is its name only where there is no other number that could be meant.
        or (len(numbers) > 1 and _EDGES.sub("", rest))
        or not (_NAME.search(before + rest) or _EDGES.sub("", before + rest) == "")
    ):
        raise _refuse(
            gettext_noop(
                "第 {line} 行的数量看不明白。请写成“南楼西侧 14”：名称、空格、一个整数，日期写成 2026-05-01；"
                "只写数量的，请写成 14+13+13。"
            ),
            line=number,
        )
    title = _EDGES.sub("", f"{before.rstrip()} {rest.strip()}".strip())
    return PhasePlan(title, _amount(last.group()), due_on)


def _refuse(template: str, **params: int) -> BadInput:
    text = Sentence(template, **params)
    return BadInput(text, code="phases_unreadable", fields={"phases": text})
