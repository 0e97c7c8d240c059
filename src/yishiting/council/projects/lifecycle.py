"""What a project's phases allow. Pure: sums, order, days, insurance on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop

FARTHEST = timedelta(days=3653)
"""How far from today a project's days may lie, ten years either way: longer than a lift's works and a ten-year policy take.
Beyond it is a slip of the finger in the year."""
LONGEST_REASON = 200


def in_words(on: date) -> Sentence:
    """Return a day as a neighbour says it: 2026年3月1日."""
    return Sentence(gettext_noop("{year}年{month}月{day}日"), year=on.year, month=on.month, day=on.day)


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """A phase by its number, what it plans, how far it is, and the day of the last thing done on it."""

    no: int
    planned: int
    started: bool = False
    finished: bool = False
    accepted: bool = False
    operating: bool = False
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """An insurance policy's days, both included."""

    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Asked:
    """A step that somebody wants to record on phase ``no``: on which day it was done, and what goes with it."""

    phases: Sequence[PhaseFacts]
    no: int
    on: date
    today: date
    note: str = ""
    has_photo: bool = False
    needs_insurance: bool = False
    policies: Sequence[PolicyFacts] = ()
    stopped: bool = False
    #: The day of the resolution that is carried out; nothing of it was done before.
    resolved_on: date | None = None

    @property
    def phase(self) -> PhaseFacts:
        """The phase itself; raises :class:`WrongState` where there is none of that number."""
        for phase in self.phases:
            if phase.no == self.no:
                return phase
        raise WrongState(Sentence(gettext_noop("没有第 {no} 期。"), no=self.no))


def check_plan(*, total: int, planned: Sequence[int]) -> None:
    """Refuse phases that do not sum to the total (M42), or that hold nothing."""
    if total < 1:
        raise BadInput(gettext_noop("总数至少是 1。"), fields={"total": gettext_noop("总数至少是 1。")})
    if not planned or any(number < 1 for number in planned):
        raise BadInput(
            gettext_noop("请至少写一期，每期至少是 1。"),
            fields={"phases": gettext_noop("请至少写一期，每期至少是 1。")},
        )
    if sum(planned) != total:
        more = sum(planned) > total
        text = Sentence(
            gettext_noop("各期相加是 {sum}，总数是 {total}，多了 {gap}。请改到相等。")
            if more
            else gettext_noop("各期相加是 {sum}，总数是 {total}，少了 {gap}。请改到相等。"),
            sum=sum(planned),
            total=total,
            gap=abs(total - sum(planned)),
        )
        raise BadInput(text, code="phases_do_not_sum", fields={"phases": text})


def check_due(*, due: Sequence[date | None], resolved_on: date | None, today: date) -> None:
    """Refuse a phase that is due before it was resolved on, or more than :data:`FARTHEST` from today (field ``phases``)."""
    for place, on in enumerate(due, 1):
        if on is None:
            continue
        text = _outside(on, resolved_on, today)
        if text is not None:
            said = Sentence(gettext_noop("写的第 {place} 个日期不对。{why}"), place=place, why=text)
            raise BadInput(said, code="day_out_of_range", fields={"phases": said})


def _outside(on: date, resolved_on: date | None, today: date) -> Sentence | None:
    """Say why a day cannot be one of a project's, or None where it can."""
    if resolved_on is not None and on < resolved_on:
        return Sentence(gettext_noop("决议是{day}作的，不能早于那一天。请改日期。"), day=in_words(resolved_on))
    if not today - FARTHEST <= on <= today + FARTHEST:
        return Sentence(gettext_noop("{day}离现在太远，前后不超过十年。请核对年份。"), day=in_words(on))
    return None


def check_replan(
    *,
    phases: Sequence[PhaseFacts],
    total: int,
    planned: Sequence[int],
    most: int,
    ended: bool,
    stopped: bool,
    reason: str,
) -> tuple[PhaseFacts, ...]:
    """Return the phases that stay, those already started; ``planned`` replaces the others and keeps the total.

    Refused once the project ended or every phase has started, without a reason, with a phase of nothing or more than ``most``
    phases in all, and where what was started and what is planned do not sum to the total (M42).
    """
    if stopped:
        raise WrongState(gettext_noop("项目已经停止，计划不能再改。要继续办，请重新立项。"), code="stopped")
    kept = tuple(phase for phase in phases if phase.started)
    if ended or len(kept) == len(phases):
        raise WrongState(gettext_noop("各期都已经开工，计划不能再改。有变动，请在那一期“记一条进展”。"))
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        text = Sentence(gettext_noop("请用一两句话（不超过 {most} 字）写明为什么改计划，会公开。"), most=LONGEST_REASON)
        raise BadInput(text, fields={"reason": text})
    if not planned or any(number < 1 for number in planned):
        text = Sentence(gettext_noop("请至少写一期，每期至少是 1。"))
        raise BadInput(text, fields={"phases": text})
    if len(kept) + len(planned) > most:
        text = Sentence(gettext_noop("连同已经开工的，最多分 {most} 期。请合并几期。"), most=most)
        raise BadInput(text, fields={"phases": text})
    done = sum(phase.planned for phase in kept)
    if done + sum(planned) != total:
        text = Sentence(
            gettext_noop(
                "总数是 {total}，已开工的各期占 {done}，下面各期相加要等于 {left}，现在是 {sum}。请改到相等。"
            ),
            total=total,
            done=done,
            left=total - done,
            sum=sum(planned),
        )
        raise BadInput(text, code="phases_do_not_sum", fields={"phases": text})
    return kept


def check_room(words: str, *, most: int, field: str) -> None:
    """Refuse more words than there is room for, by their ``field``; what somebody wrote is never cut."""
    if len(words.strip()) > most:
        text = Sentence(gettext_noop("写得太长了，最多 {n} 个字。"), n=most)
        raise BadInput(text, code="too_long", fields={field: text})


def check_policy_days(*, valid_from: date, valid_to: date, today: date) -> None:
    """Refuse a policy that ends before it begins, runs longer than :data:`FARTHEST`, or begins that far from today."""
    if valid_to < valid_from:
        field, text = "valid_to", Sentence(gettext_noop("到期日不能早于起始日。请改日期。"))
    elif (far := _outside(valid_from, None, today)) is not None:
        field, text = "valid_from", far
    elif valid_to - valid_from > FARTHEST:
        field, text = "valid_to", Sentence(gettext_noop("保险最长十年，这一张写得更长。请核对到期的年份。"))
    else:
        return
    raise BadInput(text, code="day_out_of_range", fields={field: text})


def insured(policies: Sequence[PolicyFacts], on: date) -> bool:
    """Return whether some policy covers the day ``on``; its first and its last day are covered."""
    return any(policy.valid_from <= on <= policy.valid_to for policy in policies)


def insured_until(policies: Sequence[PolicyFacts], on: date) -> date | None:
    """Return the last day of the cover that holds on ``on`` without a gap, or None where nothing covers that day."""
    end: date | None = None
    for policy in sorted(policies, key=lambda each: each.valid_from):
        reach = on if end is None else date.fromordinal(end.toordinal() + 1)
        if policy.valid_from <= reach and policy.valid_to >= on and (end is None or policy.valid_to > end):
            end = policy.valid_to
    return end


def check_start(asked: Asked) -> None:
    """Refuse to start a phase twice, or before the one before it was accepted."""
    if asked.phase.started:
        raise WrongState(gettext_noop("这一期已经开工了。"))
    waiting = [other.no for other in asked.phases if other.no < asked.no and not other.accepted]
    if waiting:
        raise WrongState(
            Sentence(
                gettext_noop("第 {before} 期还没验收，第 {no} 期不能开工。请先登记第 {before} 期的验收。"),
                before=max(waiting),
                no=asked.no,
            ),
            code="phase_before_not_accepted",
        )


def check_finish(asked: Asked) -> None:
    """Refuse to finish what was not started or is finished."""
    if not asked.phase.started:
        raise WrongState(gettext_noop("这一期还没开工。请先登记开工。"))
    if asked.phase.finished:
        raise WrongState(gettext_noop("这一期已经完工了。"))


def check_accept(asked: Asked) -> None:
    """Refuse to accept what is not finished, or twice."""
    if not asked.phase.finished:
        raise WrongState(gettext_noop("这一期还没完工，不能验收。请先登记完工。"))
    if asked.phase.accepted:
        raise WrongState(gettext_noop("这一期已经验收过了。"))


def check_operate(asked: Asked) -> None:
    """Refuse operation before acceptance, twice, or while no insurance covers that day and today (M42)."""
    if not asked.phase.accepted:
        raise WrongState(gettext_noop("这一期还没验收，不能投入使用。请先登记验收。"))
    if asked.phase.operating:
        raise WrongState(gettext_noop("这一期已经在用了。"))
    if asked.needs_insurance and not all(insured(asked.policies, day) for day in (asked.on, asked.today)):
        raise WrongState(gettext_noop("没有在保的保险，不能投入使用。请先登记有效的保单。"), code="not_insured")


def check_note(asked: Asked) -> None:
    """Refuse a note that says and shows nothing."""
    if not asked.note.strip() and not asked.has_photo:
        text = gettext_noop("请写一句进展，或加一张照片。")
        raise BadInput(text, fields={"note": text})


CHECKS: Mapping[str, Callable[[Asked], None]] = MappingProxyType(
    {
        "started": check_start,
        "finished": check_finish,
        "accepted": check_accept,
        "operating": check_operate,
        "noted": check_note,
    }
)
NOTED = "noted"
PHOTO_MISSING: Mapping[str, str] = MappingProxyType(
    {
        "started": gettext_noop("开工要有照片。请拍一张开工的现场再登记。"),
        "finished": gettext_noop("完工要有照片。请拍一张完工的现场再登记。"),
        "accepted": gettext_noop("验收要有照片。请拍一张现场再登记。"),
        "operating": gettext_noop("投入使用要有照片。请拍一张用起来的现场再登记。"),
    }
)
"""What is said to who records a step without a picture; a note alone needs none."""


def record(kind: str, asked: Asked) -> tuple[PhaseFacts, ...]:
    """Return the phases as they stand once the step ``kind`` is recorded; raises the refusal of the first thing wrong."""
    phase = asked.phase
    if asked.stopped and kind != NOTED:
        raise WrongState(gettext_noop("项目已经停止，只能补记说明。要继续办，请重新立项。"), code="stopped")
    CHECKS[kind](asked)
    _check_day(asked, kind)
    _check_photo(asked, kind)
    if kind == NOTED:
        return tuple(asked.phases)
    done = replace(
        phase,
        started=phase.started or kind == "started",
        finished=phase.finished or kind == "finished",
        accepted=phase.accepted or kind == "accepted",
        operating=phase.operating or kind == "operating",
        last_on=asked.on,
    )
    return tuple(done if each.no == done.no else each for each in asked.phases)


def _check_photo(asked: Asked, kind: str) -> None:
    """Refuse a step that nobody can see: each but a note is recorded with a picture of the site."""
    if kind in PHOTO_MISSING and not asked.has_photo:
        text = PHOTO_MISSING[kind]
        raise BadInput(text, code="photo_missing", fields={"photo": text})


def _check_day(asked: Asked, kind: str) -> None:
    """Refuse a day to come, and one before what had to be done first."""
    if asked.on > asked.today:
        text: str | Sentence = gettext_noop("日期还没到。请填已经做完的那一天。")
        raise BadInput(text, fields={"on": text})
    if (outside := _outside(asked.on, asked.resolved_on, asked.today)) is not None:
        raise BadInput(outside, code="day_out_of_range", fields={"on": outside})
    before = [each.last_on for each in asked.phases if each.last_on and each.no <= asked.no]
    if kind != NOTED and before and asked.on < max(before):
        text = Sentence(gettext_noop("上一步是{day}做的，这一步不能更早。请改日期。"), day=in_words(max(before)))
        raise BadInput(text, fields={"on": text})


def progress(phases: Sequence[PhaseFacts]) -> tuple[int, int]:
    """Return (accepted, total) in the project's unit."""
    return sum(phase.planned for phase in phases if phase.accepted), sum(phase.planned for phase in phases)


def complete(phases: Sequence[PhaseFacts], *, must_operate: bool) -> bool:
    """Return whether every phase is accepted and, where that is asked, in operation."""
    return bool(phases) and all(phase.accepted and (phase.operating or not must_operate) for phase in phases)


def next_step(phase: PhaseFacts) -> str | None:
    """Return what comes next on a phase: ``started``, ``finished``, ``accepted``, ``operating``, or None."""
    if not phase.started:
        return "started"
    if not phase.finished:
        return "finished"
    if not phase.accepted:
        return "accepted"
    return None if phase.operating else "operating"
