"""The steps that are a notice or a round from home to home: what the desk offers, and how their gates are measured.

Either way of working meets a gate, also both together: evidence recorded on the step, as a compound does that keeps no
notices here, and the notices and canvasses that are bound to this passage through the step. While an objection to one of
these notices waits for its answer, neither its gates nor the step itself are over. That everybody agreed is not claimed
against what the homes of a canvass said.
"""

from __future__ import annotations

from dataclasses import replace

from yishiting.council.matters.kinds import (
    KindHandler,
    Measuring,
    Offer,
    evidence,
    register_gate_handler,
    register_kind_handler,
)
from yishiting.council.matters.lifecycle import GateState
from yishiting.council.matters.models import StepRun
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.record.notices import hearing, selectors
from yishiting.record.notices.models import Attempt, CanvassHome

#: The outcome by which a playbook says that every home agreed.
AGREED = "agreed"
_NOTICES = {
    "draft": gettext_noop("第 {no} 号公示还是草稿"),
    "reviewed": gettext_noop("第 {no} 号公示复核过，等发布"),
    "returned": gettext_noop("第 {no} 号公示退回修改"),
    "published": gettext_noop("第 {no} 号公示正在公示"),
    "archived": gettext_noop("第 {no} 号公示已收起"),
    "withdrawn": gettext_noop("第 {no} 号公示有异议成立，撤回了，要再公示就写新的一版"),
}


def notice_offers(run: StepRun) -> tuple[Offer, ...]:
    """The notices of this passage with their state; drafting one where there is none."""
    found = selectors.of_run(run.pk)
    if not found:
        return (Offer("draft_notice", Sentence(gettext_noop("起草公示"))),)
    held = objected(run)
    return tuple(
        Offer(
            "open_notice_page",
            Sentence(gettext_noop("去第 {no} 号公示"), no=version.notice.no),
            version.notice.no,
            held or Sentence(_NOTICES[version.state], no=version.notice.no),
        )
        for version in found
    )


def canvass_offers(run: StepRun) -> tuple[Offer, ...]:
    """The canvasses of this passage with their state; beginning one where there is none."""
    found = selectors.canvasses_of_run(run.pk)
    if not found:
        return (Offer("begin_canvass", Sentence(gettext_noop("开始逐户"))),)
    going, over = gettext_noop("第 {no} 次走访还在走"), gettext_noop("第 {no} 次走访已结束")
    return tuple(
        Offer(
            "open_canvass_page",
            Sentence(gettext_noop("去第 {no} 次逐户走访"), no=row.no),
            row.no,
            Sentence(over if row.closed_at else going, no=row.no),
        )
        for row in found
    )


def objected(run: StepRun) -> Sentence | None:
    """What of objections to the notices of this passage keeps it from ending: unanswered ones, a version still owed."""
    waiting, owed = hearing.of_run(run.pk)
    if waiting:
        return Sentence(gettext_noop("这一步的公示还有 {n} 条异议没有答复，请先到公示页答复"), n=waiting)
    if owed:
        return Sentence(gettext_noop("这一步的公示有异议成立，答应改一版，请先发布新的一版"))
    return None


def not_all_agreed(run: StepRun, outcome: str) -> Sentence | None:
    """Why a round from home to home does not end as agreed: homes of a canvass of this passage that did not say so.

    Of each home its last word counts. Where no canvass is kept there is nothing to hold it against.
    """
    if outcome != AGREED:
        return None
    here = CanvassHome.objects.filter(canvass__run=run.pk, estate_id=run.estate_id)
    homes = set(here.values_list("home_id", flat=True))
    said = Attempt.objects.filter(
        place__in=here, withdrawn_at__isnull=True, outcome__in=(Attempt.Outcome.AGREED, Attempt.Outcome.REFUSED)
    )
    last = dict(said.order_by("at", "pk").values_list("place__home_id", "outcome"))
    left = sum(last.get(home) != Attempt.Outcome.AGREED for home in homes)
    if not left:
        return None
    text = gettext_noop(
        "逐户走访里还有 {n} 户没有记“同意”，不能算达成一致。请先把每一户的意见记上；谈不拢的，请选别的结果。"
    )
    return Sentence(text, n=left)


def _unless_objected(at: Measuring, state: GateState) -> GateState:
    if (why := objected(at.run)) is None:
        return state
    explanation = Sentence(gettext_noop("{progress}；{why}"), progress=state.explanation, why=why)
    return replace(state, met=False, explanation=explanation)


def posted(at: Measuring, argument: str | None) -> GateState:
    """``posted:each_entrance``: by evidence or by a notice that hangs there, each with a picture."""
    return _unless_objected(at, evidence.posted(at, argument, also=selectors.posted_entrances(at.run.pk)))


def channels(at: Measuring, argument: str | None) -> GateState:
    """``channels:N``: by evidence or by the channels of a notice."""
    return _unless_objected(at, evidence.channels(at, argument, also=selectors.channels_shown(at.run.pk)))


def contacted(at: Measuring, argument: str | None) -> GateState:
    """``contacted:each_home``: by evidence or by what came of a canvass."""
    return evidence.contacted(at, argument, also=selectors.told_of_run(at.run.pk))


def register() -> None:
    """Register the kinds and their gates."""
    register_kind_handler("notice", KindHandler(offers=notice_offers, held=objected))
    register_kind_handler("canvass", KindHandler(offers=canvass_offers, denied=not_all_agreed))
    register_gate_handler("posted", posted)
    register_gate_handler("channels", channels)
    register_gate_handler("contacted", contacted)
