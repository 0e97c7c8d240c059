"""Entries of meetings and the rows that they attest, registered at start-up."""

from __future__ import annotations

from yishiting.council.meetings import handlers
from yishiting.council.meetings.models import CountedAttendance, Minutes, Proposal, SettledProposal
from yishiting.kernel.words import gettext_noop
from yishiting.timeline import attest, entries, guards


def register() -> None:
    """Register this room with the timeline and with the rooms below."""
    entries.register("meetings.planned", describe=gettext_noop("安排第 {no} 次议事会。"))
    entries.register("meetings.invited", describe=gettext_noop("发出第 {no} 次议事会的邀请，请来 {parties} 方。"))
    entries.register("meetings.moved", describe=gettext_noop("第 {no} 次议事会改期。"))
    entries.register("meetings.cancelled", describe=gettext_noop("第 {no} 次议事会取消。"))
    entries.register("meetings.interrupted", describe=gettext_noop("第 {no} 次议事会没有开完，中断了。"))
    entries.register("meetings.opened", describe=gettext_noop("第 {no} 次议事会开会，到会 {people} 人。"))
    entries.register("meetings.attended", describe=gettext_noop("第 {no} 次议事会签到。"), level=entries.Level.ESTATE)
    entries.register(
        "meetings.attendance_withdrawn", describe=gettext_noop("第 {no} 次议事会更正签到。"), level=entries.Level.ESTATE
    )
    entries.register("meetings.proposed", describe=gettext_noop("第 {no} 次议事会提出第 {proposal} 条方案。"))
    entries.register("meetings.decided", describe=gettext_noop("第 {no} 次议事会对第 {proposal} 条方案作出结论。"))
    entries.register("meetings.minuted", describe=gettext_noop("第 {no} 次议事会的记录，第 {version} 版。"))
    entries.register("meetings.closed", describe=gettext_noop("第 {no} 次议事会散会，{proposals} 条方案都有了结论。"))
    attest.register(
        "meetings.minutes", Minutes, ("meeting_id", "version", "text", "reason", "written_by_id", "written_at")
    )
    attest.register("meetings.proposal", Proposal, ("meeting_id", "item_id", "no", "party_id", "text", "made_at"))
    attest.register("meetings.settled", SettledProposal, ("outcome", "reason", "decided_at"))
    # Who came by name is no part of it: a digest of a person's number would be guessed.
    attest.register("meetings.attendance", CountedAttendance, ("meeting_id", "party_id", "count", "at"))
    guards.register("meetings_minutes")
    guards.register("meetings_proposal", free=("outcome", "reason", "decided_at"))
    handlers.register()
