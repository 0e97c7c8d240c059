"""What a project's phases allow. Pure: sums, order, insurance on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """A phase by its number, what it plans, and how far it is."""

    no: int
    planned: int
    started: bool = False
    finished: bool = False
    accepted: bool = False
    operating: bool = False


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """An insurance policy's days, both included."""

    valid_from: date
    valid_to: date


def check_plan(*, total: int, planned: Sequence[int]) -> None:
    """Refuse phases that do not sum to the total (M42), or that hold nothing."""
    if total < 1:
        raise BadInput(gettext_noop("总数至少是 1。"), fields={"total": gettext_noop("总数至少是 1。")})
    if not planned or any(number < 1 for number in planned):
        raise BadInput(
            gettext_noop("请至少写一期，每期至少是 1。"), fields={"phases": gettext_noop("每期至少是 1。")}
        )
    if sum(planned) != total:
        raise BadInput(
            Sentence(
                gettext_noop("各期相加是 {sum}，总数是 {total}，差 {gap}。请改到相等。"),
                sum=sum(planned),
                total=total,
                gap=abs(total - sum(planned)),
            ),
            code="phases_do_not_sum",
            fields={"phases": gettext_noop("各期相加要等于总数。")},
        )


def insured(policies: Sequence[PolicyFacts], on: date) -> bool:
    """Return whether some policy covers the day ``on``."""
    return any(policy.valid_from <= on <= policy.valid_to for policy in policies)


def _phase(phases: Sequence[PhaseFacts], no: int) -> PhaseFacts:
    for phase in phases:
        if phase.no == no:
            return phase
    raise WrongState(Sentence(gettext_noop("没有第 {no} 期。"), no=no))


def check_start(*, phases: Sequence[PhaseFacts], no: int) -> None:
    """Refuse to start a phase twice, or before the one before it was accepted."""
    phase = _phase(phases, no)
    if phase.started:
        raise WrongState(gettext_noop("这一期已经开工了。"))
    waiting = [other.no for other in phases if other.no < no and not other.accepted]
    if waiting:
        raise WrongState(
            Sentence(gettext_noop("第 {before} 期还没验收，第 {no} 期不能开工。"), before=max(waiting), no=no),
            code="phase_before_not_accepted",
        )


def check_finish(*, phases: Sequence[PhaseFacts], no: int) -> None:
    """Refuse to finish what was not started or is finished."""
    phase = _phase(phases, no)
    if not phase.started:
        raise WrongState(gettext_noop("这一期还没开工。请先登记开工。"))
    if phase.finished:
        raise WrongState(gettext_noop("这一期已经完工了。"))


def check_accept(*, phases: Sequence[PhaseFacts], no: int, has_photo: bool) -> None:
    """Refuse to accept what is not finished, twice, or without a picture."""
    phase = _phase(phases, no)
    if not phase.finished:
        raise WrongState(gettext_noop("这一期还没完工，不能验收。请先登记完工。"))
    if phase.accepted:
        raise WrongState(gettext_noop("这一期已经验收过了。"))
    if not has_photo:
        raise BadInput(
            gettext_noop("验收要有照片。请拍一张现场再登记。"), fields={"photo": gettext_noop("请加一张照片。")}
        )


def check_operate(
    *, phases: Sequence[PhaseFacts], no: int, needs_insurance: bool, policies: Sequence[PolicyFacts], on: date
) -> None:
    """Refuse operation before acceptance, twice, or on a day that no insurance covers (M42)."""
    phase = _phase(phases, no)
    if not phase.accepted:
        raise WrongState(gettext_noop("这一期还没验收，不能投入使用。"))
    if phase.operating:
        raise WrongState(gettext_noop("这一期已经在用了。"))
    if needs_insurance and not insured(policies, on):
        raise WrongState(
            gettext_noop("没有在保的保险，不能投入使用。请先登记有效的保单。"), code="not_insured"
        )


def progress(phases: Sequence[PhaseFacts]) -> tuple[int, int]:
    """Return (accepted, total) in the project's unit."""
    return sum(phase.planned for phase in phases if phase.accepted), sum(phase.planned for phase in phases)


def complete(phases: Sequence[PhaseFacts], *, must_operate: bool) -> bool:
    """Return whether every phase is accepted and, where that is asked, in operation."""
    return bool(phases) and all(phase.accepted and (phase.operating or not must_operate) for phase in phases)
