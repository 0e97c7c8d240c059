"""Entries that this room writes and rows that they attest, registered at start-up.

Public entries say what was asked, when, and what came out. Who handed in a ballot is personal; what it says is nowhere in
the record, which holds the salted digest of each ballot alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yishiting.council.votes import affairs, recount
from yishiting.council.votes.archive import standing
from yishiting.council.votes.models import (
    Ballot,
    Item,
    Option,
    PaperEntry,
    PaperSlip,
    Result,
    Roll,
    Vote,
    VoteRules,
    WithdrawnSlip,
)
from yishiting.council.votes.rules import Outcome
from yishiting.council.votes.rules.explain import OUTCOME_WORDS
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries, guards, verify
from yishiting.timeline.entries import Level


def _closed(facts: Mapping[str, Any]) -> Sentence:
    outcome = facts.get("outcome")
    words = OUTCOME_WORDS[Outcome(outcome)] if outcome in tuple(Outcome) else Sentence(gettext_noop("已计票"))
    return Sentence(gettext_noop("第 {vote} 次表决计票：{outcome}。"), vote=facts.get("vote"), outcome=words)


def _ended(facts: Mapping[str, Any]) -> Sentence:
    vote, waiting = facts.get("vote"), facts.get("waiting", 0)
    if facts.get("withdrawn") and not waiting:
        said = (
            gettext_noop("第 {vote} 次表决提前截止，有 {n} 张撤回的纸票可能要重新录，之后计票。")
            if facts.get("early")
            else gettext_noop("第 {vote} 次表决截止，有 {n} 张撤回的纸票可能要重新录，之后计票。")
        )
        return Sentence(said, vote=vote, n=facts["withdrawn"])
    if facts.get("keying") and not waiting:
        said = (
            gettext_noop("第 {vote} 次表决提前截止，截止前收到的纸票录完以后计票。")
            if facts.get("early")
            else gettext_noop("第 {vote} 次表决截止，截止前收到的纸票录完以后计票。")
        )
        return Sentence(said, vote=vote)
    if facts.get("early") and waiting:
        return Sentence(
            gettext_noop("第 {vote} 次表决提前截止，还有 {n} 张纸票在核对，核对完再计票。"), vote=vote, n=waiting
        )
    if facts.get("early"):
        return Sentence(gettext_noop("第 {vote} 次表决提前截止。"), vote=vote)
    return Sentence(gettext_noop("第 {vote} 次表决截止，还有 {n} 张纸票在核对，核对完再计票。"), vote=vote, n=waiting)


def _item(row: Item) -> Sentence:
    return Sentence(gettext_noop("第 {vote} 次表决第 {item} 项"), vote=row.vote.no, item=row.no)


def _option(row: Option) -> Sentence:
    return Sentence(
        gettext_noop("第 {vote} 次表决第 {item} 项的选项{no}"), vote=row.item.vote.no, item=row.item.no, no=row.no
    )


def register() -> None:
    """Register this room with the timeline."""
    entries.register("votes.drafted", describe=gettext_noop("起草了第 {vote} 次表决。"), level=Level.PERSONAL)
    entries.register("votes.draft_edited", describe=gettext_noop("改了第 {vote} 次表决的草稿。"), level=Level.PERSONAL)
    entries.register("votes.draft_dropped", describe=gettext_noop("第 {vote} 次表决的草稿作废。"), level=Level.PERSONAL)
    entries.register(
        "votes.opened",
        describe=gettext_noop("第 {vote} 次表决开始，名册定下来了：{heads} 人（{homes} 户）。"),
        decision=True,
    )
    entries.register("votes.cast", describe=gettext_noop("第 {vote} 次表决收到一张网上的票。"), level=Level.PERSONAL)
    entries.register(
        "votes.paper_received",
        describe=gettext_noop("第 {vote} 次表决收到一张纸票，录了第一遍。"),
        level=Level.PERSONAL,
    )
    entries.register(
        "votes.paper_differs",
        describe=gettext_noop("第 {vote} 次表决有一张纸票两遍录得不一样，要第三个人来看。"),
        level=Level.PERSONAL,
    )
    entries.register(
        "votes.paper_settled", describe=gettext_noop("第 {vote} 次表决有一张纸票核对完。"), level=Level.PERSONAL
    )
    entries.register(
        "votes.paper_withdrawn", describe=gettext_noop("第 {vote} 次表决撤回了一张纸票。"), level=Level.PERSONAL
    )
    entries.register("votes.ended", describe=_ended)
    entries.register("votes.closed", describe=_closed, decision=True)
    entries.register("votes.cancelled", describe=gettext_noop("第 {vote} 次表决取消。"), decision=True)

    attest.register(
        "votes.vote",
        Vote,
        (
            *("no", "title", "explanation", "precedence", "secret", "building_id", "entrance_id"),
            *("thread", "owners_root", "supervisors_root"),
            *("drafted_at", "drafted_by_id", "opened_at", "closes_at", "closed_at", "counted_at"),
            *("cancelled_at", "cancel_reason"),
        ),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {no} 次表决"), no=row.no),
    )
    attest.register("votes.item", Item, ("vote_id", "no", "question", "rule", "of", "article"), names=_item)
    attest.register("votes.option", Option, ("item_id", "no", "name", "pros", "cons"), names=_option)
    # A roll's digest covers its heads and homes, so these need no digests of their own.
    attest.register("votes.rules", VoteRules, ("vote_id", "pack_id", "version", "name", "figures"))
    attest.register("votes.roll", Roll, ("vote_id", "frozen_at", "homes", "heads", "area", "digest"))
    attest.register("votes.slip", PaperSlip, ("vote_id", "head_id", "received_at"))
    attest.register(
        "votes.withdrawn_slip",
        WithdrawnSlip,
        ("vote_id", "head_id", "received_at", "withdrawn_at", "withdrawn_by_id", "withdraw_reason"),
    )
    attest.register(
        "votes.reading", PaperEntry, ("slip_id", "item_id", "choice", "marks", "entered_by_id", "entered_at", "salt")
    )
    attest.register(
        "votes.ballot",
        Ballot,
        ("item_id", "head_id", "channel", "choice", "marks", "cast_at", "cast_by_id", "slip_id", "receipt", "salt"),
    )
    attest.register("votes.result", Result, ("item_id", "outcome", "figures", "counted_at"))
    for table in (
        "votes_voterules",
        "votes_roll",
        "votes_rollhead",
        "votes_rollhome",
        "votes_paperentry",
        "votes_result",
    ):
        guards.register(table)
    guards.register("votes_paperslip", free=("settled_at", "withdrawn_at", "withdrawn_by_id", "withdraw_reason"))
    guards.register("votes_ballot", free=("superseded_at",))
    verify.register_check(recount.check)
    verify.register_check(standing.check)
    affairs.register()
