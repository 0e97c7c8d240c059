"""What this room lends to the engine of matters: the step kind ``meeting`` and the gate ``party``."""

from __future__ import annotations

from dataclasses import replace

from yishiting.council.matters import kinds
from yishiting.council.matters.kinds import KindHandler, Measuring, Offer
from yishiting.council.matters.kinds.evidence import party as party_on_record
from yishiting.council.matters.kinds.evidence import state
from yishiting.council.matters.lifecycle import GateState
from yishiting.council.matters.models import StepRun
from yishiting.council.meetings.models import AgendaItem, Attendance
from yishiting.council.meetings.services.asking import standing
from yishiting.council.meetings.services.planning import KIND
from yishiting.council.meetings.services.questions import open_questions
from yishiting.kernel.words import Sentence, gettext_noop

STATES = {
    "planned": Sentence(gettext_noop("还没发邀请")),
    "invited": Sentence(gettext_noop("已发邀请")),
    "open": Sentence(gettext_noop("正在开会")),
}


def offers(run: StepRun) -> tuple[Offer, ...]:
    """Return the meeting on whose agenda the step stands, else a meeting to be planned."""
    item = (
        AgendaItem.objects.filter(run=run, meeting__closed_at__isnull=True, meeting__cancelled_at__isnull=True)
        .select_related("meeting")
        .first()
    )
    if item is None:
        return (Offer("plan_meeting", Sentence(gettext_noop("安排会议"))),)
    label = Sentence(gettext_noop("第 {no} 次议事会"), no=item.meeting.no)
    return (Offer("open_meeting_page", label, key=item.meeting.no, state=STATES[item.meeting.state]),)


def party(at: Measuring, argument: str | None) -> GateState:
    """``party:all``: somebody came for every side of the playbook to a meeting on this step.

    A step of another kind has no meeting; there it is what staff wrote down as evidence.
    """
    if at.run.kind != KIND:
        return party_on_record(at, argument)
    wanted = at.playbook.parties_for(at.step)
    came = set(
        Attendance.objects.filter(
            meeting__agenda__run=at.run, meeting__opened_at__isnull=False, meeting__cancelled_at__isnull=True
        ).values_list("party__name", flat=True)
    )
    left = [name for name in wanted if name not in came]
    have = len(wanted) - len(left)
    text = Sentence(gettext_noop("已到 {have} / {want} 方"), have=have, want=len(wanted))
    return state(have, len(wanted), text, left)


def questions(at: Measuring, argument: str | None) -> GateState:
    """``questions``: a closed meeting settled each question of the matter, those of its playbook among them (M24)."""
    asked = [question.text for question in standing(at.matter.pk)]
    of_playbook = [text for step in at.playbook.steps for text in step.questions]
    left = [question.text for question in open_questions(at.matter.pk)]
    left += [text for text in of_playbook if text not in asked]
    want = len(dict.fromkeys([*asked, *of_playbook]))
    if not want:
        return GateState(
            met=True, have=0, want=0, explanation=Sentence(gettext_noop("没有要逐项议定的问题")), takes_evidence=False
        )
    text = Sentence(gettext_noop("已议定 {have} / {want} 个问题"), have=want - len(left), want=want)
    return replace(state(want - len(left), want, text, left), takes_evidence=False)


def register() -> None:
    """Register with the room below. Only a meeting's closing ends a meeting step, so that no side is left out."""
    kinds.register_kind_handler(KIND, KindHandler(by_hand=False, offers=offers))
    kinds.register_gate_handler("party", party)
    kinds.register_gate_handler("questions", questions)
