"""The steps that are a notice or a round from home to home: what the desk offers, and how their gates are measured.

Either way of working meets a gate, also both together: evidence recorded on the step, as a compound does that keeps no
notices here, and the notices and canvasses that are bound to this passage through the step.
"""

from __future__ import annotations

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
from yishiting.record.notices import selectors

_NOTICES = {
    "draft": gettext_noop("第 {no} 号公示还是草稿"),
    "reviewed": gettext_noop("第 {no} 号公示复核过，等发布"),
    "returned": gettext_noop("第 {no} 号公示退回修改"),
    "published": gettext_noop("第 {no} 号公示正在公示"),
    "archived": gettext_noop("第 {no} 号公示已收起"),
}


def notice_offers(run: StepRun) -> tuple[Offer, ...]:
    """The notices of this passage with their state; drafting one where there is none."""
    found = selectors.of_run(run.pk)
    if not found:
        return (Offer("draft_notice", Sentence(gettext_noop("起草公示"))),)
    return tuple(
        Offer(
            "open_notice_page",
            Sentence(gettext_noop("去第 {no} 号公示"), no=version.notice.no),
            version.notice.no,
            Sentence(_NOTICES[version.state], no=version.notice.no),
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


def posted(at: Measuring, argument: str | None) -> GateState:
    """``posted:each_entrance``: by evidence or by a notice that hangs there, each with a picture."""
    return evidence.posted(at, argument, also=selectors.posted_entrances(at.run.pk))


def channels(at: Measuring, argument: str | None) -> GateState:
    """``channels:N``: by evidence or by the channels of a notice."""
    return evidence.channels(at, argument, also=selectors.channels_shown(at.run.pk))


def contacted(at: Measuring, argument: str | None) -> GateState:
    """``contacted:each_home``: by evidence or by what came of a canvass."""
    return evidence.contacted(at, argument, also=selectors.told_of_run(at.run.pk))


def register() -> None:
    """Register the kinds and their gates."""
    register_kind_handler("notice", KindHandler(offers=notice_offers))
    register_kind_handler("canvass", KindHandler(offers=canvass_offers))
    register_gate_handler("posted", posted)
    register_gate_handler("channels", channels)
    register_gate_handler("contacted", contacted)
