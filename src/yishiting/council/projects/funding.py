"""A project's money as far as it is planned and told, and what has to be done before it. Pure: sums to the cent, order, days."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.exact import CENT, grouped
from yishiting.kernel.words import Listed, Sentence, gettext_noop

APPLIED, APPROVED, REFUSED, RECEIVED = "applied", "approved", "refused", "received"
PLANNED = "planned"
MOST_YUAN = Decimal("1000000000")
MOST_LINES = 20
MOST_TASKS = 20
LONGEST_SOURCE = 60
LONGEST_SAID_BY = 60
LONGEST_TASK = 120
LONGEST_NOTE = 200
_AMOUNT = re.compile(r"(?P<name>.*?)[\s:,]*(?P<figures>\d[\d,]*(?:\.\d+)?)\s*元?\s*")


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A source of money as it is planned, in yuan to the cent."""

    source: str
    planned: Decimal


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A source of money as it stands: its state and how much of it came, in yuan to the cent."""

    source: str
    planned: Decimal
    state: str = PLANNED
    received: Decimal = Decimal(0)

    @property
    def approved(self) -> bool:
        """Whether whoever it comes from has agreed to it."""
        return self.state in (APPROVED, RECEIVED)

    @property
    def complete(self) -> bool:
        """Whether all of it came."""
        return self.received >= self.planned


def amount_in(text: str) -> Decimal:
    """Read an amount in yuan: ``32000``, ``32,000.50``, ``32000 元``; raises :class:`BadInput` on ``amount``."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("元").replace(",", "").strip()
    try:
        found = Decimal(plain) if re.fullmatch(r"\d{1,12}(\.\d+)?", plain) else None
    except InvalidOperation:
        found = None
    if found is None or not 0 < found <= MOST_YUAN or found != found.quantize(CENT):
        said = Sentence(gettext_noop("金额请写成 32000 或 32000.50，单位是元，最多两位小数。"))
        raise BadInput(said, code="amount_unreadable", fields={"amount": said})
    return found


def parse_lines(text: str) -> tuple[LineDraft, ...]:
    """Read sources, a line each: its name and its amount in yuan; raises :class:`BadInput` on ``lines`` naming the line."""
    found = []
    for number, row in enumerate([row for row in text.splitlines() if row.strip()], 1):
        match = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", row).strip())
        name = match["name"].rstrip(":, 、").strip() if match else ""
        try:
            if match is None or not name:
                raise BadInput(gettext_noop("金额"))
            found.append(LineDraft(name, amount_in(match["figures"])))
        except BadInput:
            said = Sentence(
                gettext_noop("第 {line} 行看不明白。请写成“维修资金 32000.00”：来源、空格、多少元。"), line=number
            )
            raise BadInput(said, code="line_unreadable", fields={"lines": said}) from None
    return tuple(found)


def check_plan(
    *, budget: Decimal, lines: Sequence[LineDraft], standing: Sequence[LineFacts], reason: str, first: bool
) -> None:
    """Refuse lines that do not sum to the budget, that hold nothing, or that leave out what was approved or came (M20).

    ``standing`` are the lines as they are; those with money approved or received stay, in the same words and the same amount.
    A later plan says why.
    """
    fields: dict[str, Sentence] = {}
    names = [line.source for line in lines]
    if not lines or len(lines) > MOST_LINES:
        fields["lines"] = Sentence(gettext_noop("请写 1 到 {most} 个来源，一行一个。"), most=MOST_LINES)
    elif len(set(names)) != len(names):
        fields["lines"] = Sentence(gettext_noop("同一个来源写了两次，请合成一行。"))
    elif any(not name or len(name) > LONGEST_SOURCE for name in names):
        fields["lines"] = Sentence(gettext_noop("来源的名字不能空，最多 {most} 个字。"), most=LONGEST_SOURCE)
    elif gone := [each for each in standing if each.approved and LineDraft(each.source, each.planned) not in lines]:
        fields["lines"] = Sentence(
            gettext_noop("“{source}”的 {amount} 元已经批下来了，不能去掉，也不能改数。"),
            source=gone[0].source,
            amount=grouped(gone[0].planned),
        )
    elif (total := sum((line.planned for line in lines), Decimal(0))) != budget:
        more = total > budget
        text = (
            gettext_noop("各个来源相加是 {sum} 元，一共要 {budget} 元，多了 {gap} 元。请改到相等。")
            if more
            else gettext_noop("各个来源相加是 {sum} 元，一共要 {budget} 元，少了 {gap} 元。请改到相等。")
        )
        fields["lines"] = Sentence(text, sum=grouped(total), budget=grouped(budget), gap=grouped(abs(total - budget)))
    if not first and (not reason.strip() or len(reason.strip()) > LONGEST_NOTE):
        fields["reason"] = Sentence(
            gettext_noop("请用一两句话（不超过 {most} 字）写明为什么改资金计划，会公开。"), most=LONGEST_NOTE
        )
    if fields:
        raise BadInput(next(iter(fields.values())), code="funding_does_not_sum", fields=fields)


def check_news(
    *, kind: str, line: LineFacts, amount: Decimal | None, said_by: str, on: date, today: date, note: str = ""
) -> None:
    """Refuse news of a source that skips a step or does not fit its amount: approved before received, decision before money.

    ``amount`` is asked for on approval and receipt. What is approved is the planned amount; where it is not, the plan is
    changed first. What came is never more than that.
    """
    order = {
        APPLIED: line.state in (PLANNED, REFUSED),
        APPROVED: line.state in (PLANNED, APPLIED),
        REFUSED: line.state in (PLANNED, APPLIED),
        RECEIVED: line.approved and not line.complete,
    }
    if kind not in order:
        raise BadInput(gettext_noop("请选这笔钱到了哪一步。"), fields={"kind": gettext_noop("请选一种。")})
    if kind == RECEIVED and not line.approved:
        raise WrongState(gettext_noop("这笔钱还没有批下来，不能登记到账。请先登记批复。"), code="not_approved")
    if not order[kind]:
        raise WrongState(gettext_noop("这笔钱已经登记过这一步了。请核对现在到了哪一步。"))
    fields: dict[str, Sentence] = {}
    if not said_by.strip() or len(said_by.strip()) > LONGEST_SAID_BY:
        fields["said_by"] = Sentence(gettext_noop("请写明是哪个单位说的，不超过 {most} 字。"), most=LONGEST_SAID_BY)
    if on > today:
        fields["on"] = Sentence(gettext_noop("日期还没到。请填已经发生的那一天。"))
    if len(note.strip()) > LONGEST_NOTE:
        fields["note"] = Sentence(gettext_noop("写得太长了，最多 {n} 个字。"), n=LONGEST_NOTE)
    if kind == APPROVED and amount != line.planned:
        fields["amount"] = Sentence(
            gettext_noop("计划是 {planned} 元。批下来的不一样，请先改资金计划，再登记批复。"),
            planned=grouped(line.planned),
        )
    if kind == RECEIVED and (amount is None or amount <= 0 or line.received + amount > line.planned):
        fields["amount"] = Sentence(
            gettext_noop("批下来 {planned} 元，已到 {received} 元，这次最多 {left} 元。请核对金额。"),
            planned=grouped(line.planned),
            received=grouped(line.received),
            left=grouped(line.planned - line.received),
        )
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)


def check_begin(*, tasks: Collection[str], unapproved: Collection[str]) -> None:
    """Refuse to start works while something must be done first, or money was not approved, naming them (M20)."""
    if tasks:
        text = gettext_noop("要先办完：{tasks}。办完登记以后，才能开工。")
        raise WrongState(Sentence(text, tasks=Listed(tasks)), code="task_first")
    if unapproved:
        text = gettext_noop("这些钱还没有批下来：{sources}。批复登记以后，才能开工。")
        raise WrongState(Sentence(text, sources=Listed(unapproved)), code="not_approved")


def check_task(*, title: str, who: str, known: Collection[str], started: bool, count: int) -> None:
    """Refuse a task before the works once they have begun, without words, twice, or more than anybody keeps in view."""
    if started:
        raise WrongState(gettext_noop("项目已经开工或已经结束，不能再加要先办的事。"))
    fields: dict[str, Sentence] = {}
    if not title or len(title) > LONGEST_TASK:
        fields["title"] = Sentence(gettext_noop("请写明要先办什么，不超过 {most} 字。"), most=LONGEST_TASK)
    elif title in known:
        fields["title"] = Sentence(gettext_noop("这件事已经列上了，不用再列。"))
    elif count >= MOST_TASKS:
        fields["title"] = Sentence(gettext_noop("要先办的事最多 {most} 件。请合并几件。"), most=MOST_TASKS)
    if len(who) > LONGEST_SAID_BY:
        fields["who"] = Sentence(gettext_noop("太长了，最多 {most} 个字。"), most=LONGEST_SAID_BY)
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)


def check_task_end(*, over: bool, of_project: bool, words: str, on: date | None, today: date) -> None:
    """Refuse to end a task twice, by hand where another project ends it, without words, or on a day to come.

    ``on`` is the day on which it was done, None where it is dropped.
    """
    if over:
        raise WrongState(gettext_noop("这件事已经办完或撤掉了。"))
    if of_project and on is not None:
        raise WrongState(gettext_noop("这一件要等那个项目完成，完成了自动算办完。"))
    fields: dict[str, Sentence] = {}
    if not words.strip() or len(words.strip()) > LONGEST_NOTE:
        fields["note"] = Sentence(gettext_noop("请用一两句话（不超过 {most} 字）写明。"), most=LONGEST_NOTE)
    if on is not None and on > today:
        fields["on"] = Sentence(gettext_noop("日期还没到。请填已经办完的那一天。"))
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)
