"""Entries of meetings and the rows that they attest, registered at start-up."""

from __future__ import annotations

from yishiting.council.meetings import affairs, handlers, opening
from yishiting.council.meetings.models import (
    AgendaItem,
    Attendance,
    Concerned,
    ConcernedInvitation,
    Meeting,
    Minutes,
    Party,
    Proposal,
    Question,
    Series,
    SettledProposal,
    Settlement,
    Statement,
)
from yishiting.council.meetings.services.attending import ATTENDANCE
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, entries, guards


def _proposal(row: Proposal) -> Sentence:
    return Sentence(gettext_noop("第 {no} 次会议的第 {proposal} 条方案"), no=row.meeting.no, proposal=row.no)


def _question(row: Question) -> Sentence:
    return Sentence(gettext_noop("第 {no} 件事要议定的第 {question} 个问题"), no=row.matter.no, question=row.no)


def register() -> None:
    """Register this room with the timeline and with the rooms below."""
    entries.register("meetings.planned", describe=gettext_noop("安排第 {no} 次议事会。"))
    entries.register("meetings.invited", describe=gettext_noop("发出第 {no} 次议事会的邀请，请来 {parties} 方。"))
    entries.register("meetings.moved", describe=gettext_noop("第 {no} 次议事会改期。"))
    entries.register("meetings.cancelled", describe=gettext_noop("第 {no} 次议事会取消。"))
    entries.register("meetings.interrupted", describe=gettext_noop("第 {no} 次议事会没有开完，中断了。"))
    entries.register("meetings.opened", describe=opening.describe)
    entries.register("meetings.attended", describe=gettext_noop("第 {no} 次议事会签到。"), level=entries.Level.ESTATE)
    entries.register(
        "meetings.attendance_withdrawn", describe=gettext_noop("第 {no} 次议事会更正签到。"), level=entries.Level.ESTATE
    )
    entries.register("meetings.proposed", describe=gettext_noop("第 {no} 次议事会提出第 {proposal} 条方案。"))
    entries.register("meetings.decided", describe=gettext_noop("第 {no} 次议事会对第 {proposal} 条方案作出结论。"))
    entries.register("meetings.minuted", describe=gettext_noop("第 {no} 次议事会的记录，第 {version} 版。"))
    entries.register("meetings.closed", describe=gettext_noop("第 {no} 次议事会散会，{proposals} 条方案都有了结论。"))
    entries.register("meetings.stated", describe=gettext_noop("第 {no} 次议事会记下一方的发言，第 {statement} 条。"))
    entries.register("meetings.question_asked", describe=gettext_noop("列出要议定的第 {question} 个问题。"))
    entries.register("meetings.question_lifted", describe=gettext_noop("撤掉要议定的第 {question} 个问题。"))
    entries.register("meetings.question_settled", describe=gettext_noop("第 {no} 次议事会议定第 {question} 个问题。"))
    entries.register("meetings.series_planned", describe=gettext_noop("排好 {count} 次例会，从第 {no} 次会议起。"))
    entries.register("meetings.series_ended", describe=gettext_noop("例会停了，还没有公布的 {count} 次取消。"))
    entries.register("meetings.agenda_set", describe=gettext_noop("第 {no} 次议事会加上议题。"))
    # Whom a matter is about is read by those who run its meeting, and so is that there is somebody.
    personal = entries.Level.PERSONAL
    entries.register(
        "meetings.concerned_named", describe=gettext_noop("第 {matter} 件事登记所涉住户。"), level=personal
    )
    entries.register(
        "meetings.concerned_lifted", describe=gettext_noop("第 {matter} 件事撤掉一条所涉住户。"), level=personal
    )
    entries.register(
        "meetings.concerned_asked", describe=gettext_noop("第 {no} 次议事会请到所涉住户。"), level=personal
    )
    entries.register(
        "meetings.concerned_read", describe=gettext_noop("查看了第 {no} 次议事会的所涉住户。"), level=personal
    )
    _register_rows()
    _register_concerned()
    handlers.register()
    affairs.register()


def _register_rows() -> None:
    attest.register(
        "meetings.meeting",
        Meeting,
        (
            *(
                "no",
                "kind",
                "quorum",
                "building_id",
                "series_id",
                "title",
                "place",
                "starts_at",
                "planned_at",
                "planned_by_id",
                "announced_at",
                "invited_at",
            ),
            *("opened_at", "closed_at", "moves", "cancelled_at", "cancel_reason"),
        ),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {no} 次会议"), no=row.no),
    )
    attest.register(
        "meetings.party",
        Party,
        ("meeting_id", "name", "required", "core", "least"),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {no} 次会议的到会各方"), no=row.meeting.no),
    )
    attest.register(
        "meetings.item",
        AgendaItem,
        ("meeting_id", "no", "matter_id", "run_id", "resolution_id", "outcome"),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {no} 次会议的议程第 {item} 项"), no=row.meeting.no, item=row.no),
    )
    attest.register(
        "meetings.minutes",
        Minutes,
        ("meeting_id", "version", "text", "reason", "written_by_id", "written_at"),
        names=lambda row: Sentence(gettext_noop("第 {no} 次会议的记录"), no=row.meeting.no),
    )
    attest.register(
        "meetings.proposal",
        Proposal,
        ("meeting_id", "item_id", "no", "party_id", "text", "made_at"),
        names=_proposal,
    )
    attest.register(
        "meetings.settled", SettledProposal, ("outcome", "reason", "decided_at"), current=True, names=_proposal
    )
    # Who came by name is no part of it: a digest of a person's number would be guessed.
    attest.register(
        ATTENDANCE,
        Attendance,
        ("meeting_id", "party_id", "stands_for_id", "count", "at"),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {no} 次会议的签到"), no=row.meeting.no),
    )
    attest.register(
        "meetings.series",
        Series,
        (
            *("kind", "title", "place", "month_day", "nth", "weekday", "workdays_only", "at"),
            *("planned_at", "ended_at"),
        ),
        current=True,
        names=lambda row: Sentence(gettext_noop("例会“{title}”"), title=row.title),
    )
    attest.register(
        "meetings.statement",
        Statement,
        ("meeting_id", "item_id", "no", "party_id", "text", "said_at"),
        names=lambda row: Sentence(gettext_noop("第 {no} 次会议的第 {at} 条发言"), no=row.meeting.no, at=row.no),
    )
    attest.register(
        "meetings.question",
        Question,
        ("matter_id", "no", "text", "options", "from_playbook", "asked_at", "lifted_at", "lift_reason"),
        current=True,
        names=_question,
    )
    attest.register(
        "meetings.settlement",
        Settlement,
        ("question_id", "item_id", "text", "settled_at"),
        names=lambda row: _question(row.question),
    )
    guards.register("meetings_question", free=("lifted_at", "lift_reason"))
    guards.register("meetings_settlement")
    guards.register("meetings_statement")
    guards.register("meetings_minutes")
    guards.register("meetings_proposal", free=("outcome", "reason", "decided_at"))


def _register_concerned() -> None:
    attest.register(
        "meetings.concerned",
        Concerned,
        ("matter_id", "home_id", "who", "named_at", "lifted_at", "lift_reason", "salt"),
        current=True,
        names=lambda row: Sentence(gettext_noop("第 {no} 件事的一条所涉住户"), no=row.matter.no),
    )
    attest.register(
        "meetings.concerned_invitation",
        ConcernedInvitation,
        ("meeting_id", "concerned_id", "how", "starts_at", "moves", "invited_at"),
        names=lambda row: Sentence(gettext_noop("第 {no} 次会议请所涉住户的一条记录"), no=row.meeting.no),
    )
    guards.register("meetings_concerned", free=("lifted_at", "lift_reason"))
    guards.register("meetings_concernedinvitation")
