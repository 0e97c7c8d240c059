"""At a meeting: who came, what was proposed, what became of it, the minutes, and closing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import StepRun
from yishiting.council.meetings import affairs, fixed, lifecycle, policy
from yishiting.council.meetings.lifecycle import Decision, ProposalFacts
from yishiting.council.meetings.models import (
    AgendaItem,
    Meeting,
    Minutes,
    Party,
    Proposal,
    SettledProposal,
    Statement,
)
from yishiting.council.meetings.services.attending import party_facts
from yishiting.council.meetings.services.concerned import unasked
from yishiting.council.meetings.services.planning import KIND, fetch, note_on_threads
from yishiting.council.meetings.services.questions import open_questions
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book, book


def open_meeting(*, actor: Actor, estate_id: int, no: int, now: datetime) -> Meeting:
    """Open the meeting; refused while a required side is missing, naming it. That it was early or unannounced is told."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        affairs.may_chair(actor, meeting, now).enforce()
        parties = party_facts(meeting)
        lifecycle.check_topics(meeting.agenda.count())
        lifecycle.check_open(state=meeting.state, parties=parties, kind=meeting.rule, quorum=meeting.quorum)
        meeting.opened_at = now
        meeting.save(update_fields=["opened_at"])
        told = dict.fromkeys(meeting.how_opened, 1)
        people = sum(party.present for party in parties)
        note_on_threads(record, meeting, "meetings.opened", attests=(), people=people, **told)
    return meeting


def propose(
    *, actor: Actor, estate_id: int, no: int, item_id: int, party_id: int, text: str, now: datetime
) -> Proposal:
    """Minute a proposal as it was made, attributed to a side; its words never change afterwards."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        lifecycle.check_sitting(state=meeting.state, ended_at=meeting.ended_at)
        item = AgendaItem.objects.select_related("matter").filter(meeting=meeting, pk=item_id).first()
        party = Party.objects.filter(meeting=meeting, pk=party_id).first()
        if item is None or party is None:
            raise BadInput(gettext_noop("请选好议题和提出的一方。"))
        if not text.strip():
            raise BadInput(gettext_noop("请写下方案的内容。"), fields={"text": gettext_noop("请写下方案的内容。")})
        last = meeting.proposals.aggregate(no=Max("no"))["no"] or 0
        proposal = Proposal.objects.create(
            estate_id=estate_id,
            meeting=meeting,
            item=item,
            no=last + 1,
            party=party,
            text=text.strip(),
            made_at=now,
        )
        record.write(
            "meetings.proposed",
            subject=("proposal", proposal.pk),
            facts={"no": meeting.no, "proposal": proposal.no, "party": party.pk},
            attests=[proposal],
            thread=item.matter.thread,
        )
    return proposal


def take_statement(
    *, actor: Actor, estate_id: int, no: int, item_id: int, party_id: int, text: str, now: datetime
) -> Statement:
    """Take down what was said on an item, attributed to a side and to nobody by name; its words never change afterwards."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        lifecycle.check_statement(state=meeting.state, ended_at=meeting.ended_at, text=text)
        item = AgendaItem.objects.select_related("matter").filter(meeting=meeting, pk=item_id).first()
        party = Party.objects.filter(meeting=meeting, pk=party_id).first()
        if item is None or party is None:
            raise BadInput(gettext_noop("请选好议题和发言的一方。"))
        last = meeting.statements.aggregate(no=Max("no"))["no"] or 0
        statement = Statement.objects.create(
            estate_id=estate_id,
            meeting=meeting,
            item=item,
            no=last + 1,
            party=party,
            text=text.strip(),
            said_at=now,
        )
        record.write(
            "meetings.stated",
            subject=("statement", statement.pk),
            facts={"no": meeting.no, "statement": statement.no, "party": party.pk},
            attests=[statement],
            thread=item.matter.thread,
        )
    return statement


def decide_proposal(
    *, actor: Actor, estate_id: int, no: int, proposal_no: int, outcome: str, reason: str, now: datetime
) -> Proposal:
    """Say what became of a proposal; whatever is not adopted needs a reason, so that nobody wonders why."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        proposal = (
            meeting.proposals.select_related("item__matter", "item__meeting__estate").filter(no=proposal_no).first()
        )
        if proposal is None:
            raise NotFound(Sentence(gettext_noop("这次会议没有第 {no} 条方案。"), no=proposal_no))
        affairs.may_decide(actor, proposal.item, now).enforce()
        lifecycle.check_decision(
            state=meeting.state,
            outcome=outcome,
            reason=reason,
            outcomes=Proposal.Outcome.values,
            ended_at=meeting.ended_at,
            item=proposal.item.no,
            unasked=unasked(meeting, [proposal.item]).get(proposal.item.no, 0),
        )
        proposal.outcome, proposal.reason, proposal.decided_at = outcome, reason.strip(), now
        proposal.save(update_fields=["outcome", "reason", "decided_at"])
        record.write(
            "meetings.decided",
            subject=("proposal", proposal.pk),
            facts={"no": meeting.no, "proposal": proposal.no, "outcome": outcome},
            attests=[SettledProposal.objects.get(pk=proposal.pk)],
            thread=proposal.item.matter.thread,
        )
    return proposal


def _add_minutes(record: Book, actor: Actor, meeting: Meeting, text: str, reason: str, now: datetime) -> Minutes:
    last = meeting.minutes.first()
    lifecycle.check_minutes(state=meeting.state, text=text, previous=last.text if last else "", reason=reason)
    minutes = Minutes.objects.create(
        estate_id=meeting.estate_id,
        meeting=meeting,
        version=(last.version if last else 0) + 1,
        text=text.strip(),
        reason=reason.strip(),
        written_by_id=actor.person_id,
        written_at=now,
    )
    record.write(
        "meetings.minuted",
        subject=("meeting", meeting.pk),
        facts={"no": meeting.no, "version": minutes.version},
        attests=[minutes],
    )
    return minutes


def write_minutes(*, actor: Actor, estate_id: int, no: int, text: str, now: datetime, reason: str = "") -> Minutes:
    """Keep a version of the minutes. After closing a correction needs a reason; every older version stays readable."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        return _add_minutes(record, actor, meeting, text, reason, now)


def close_meeting(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    minutes: str,
    decisions: Mapping[int, Decision],
    now: datetime,
) -> Meeting:
    """Close the meeting: minutes, an outcome per agenda item, resolutions, and each matter's step ends with it.

    ``decisions`` is keyed by the agenda item's number. Refused while a proposal has no outcome, or a gate of a matter's
    step is not met; then nothing is written. A matter that was declined, merged or is dealt with at once since then has
    gone its own way, and needs no decision.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        affairs.may_chair(actor, meeting, now).enforce()
        items = list(meeting.agenda.select_related("matter__playbook", "run__matter__playbook"))
        going = [item for item in items if item.run.ended_at is None]
        kept = meeting.minutes.first()
        proposals = [
            ProposalFacts(proposal.no, proposal.item.no, proposal.outcome)
            for proposal in meeting.proposals.select_related("item")
        ]
        written = minutes.strip()
        lifecycle.check_close(
            state=meeting.state,
            proposals=proposals,
            minutes=written or (kept.text if kept else ""),
            decisions=decisions,
            allowed={item.no: matters.outcomes_of(item.run) for item in going},
            ended_at=meeting.ended_at,
            unasked=unasked(meeting, going),
            again={item.no: meets_again(item.run) for item in going},
            settled={item.no for item in going if item.settlements.exists()},
        )
        fixed.check_carried(
            decisions=decisions,
            left={item.no: [each.text for each in open_questions(item.matter_id, at=meeting)] for item in going},
            onward={item.no: matters.carries_on(item.run) for item in going},
        )
        if written and (kept is None or kept.text != written):
            _add_minutes(record, actor, meeting, written, "", now)
        meeting.closed_at = now
        meeting.save(update_fields=["closed_at"])
        for item in going:
            _settle(record, actor, item, decisions[item.no], now)
        note_on_threads(record, meeting, "meetings.closed", attests=going, proposals=len(proposals))
        for item in going:
            decision = decisions[item.no]
            # A gate that is not met refuses, and with it all of this.
            matters.finish_step(
                record=record, run=item.run, outcome=decision.outcome, note=decision.resolution.strip(), actor=actor,
                now=now,
            )  # fmt: skip
    return meeting


def meets_again(run: StepRun) -> frozenset[str]:
    """Return the outcomes of a meeting step that decide nothing: they lead to a meeting again."""
    step = matters.step_of(run)
    if step is None or run.matter.playbook is None:
        return frozenset()
    meeting_steps = {each.id for each in matters.playbook_of(run.matter.playbook).steps if each.kind == KIND}
    return frozenset(outcome for outcome, target in step.next.items() if target in meeting_steps)


def _settle(record: Book, actor: Actor, item: AgendaItem, decision: Decision, now: datetime) -> None:
    """Keep what was decided on an agenda item, with the resolution in words where there is one."""
    if words := decision.resolution.strip():
        item.resolution = matters.resolve(record=record, matter=item.matter, text=words, now=now, actor=actor)
    item.outcome = decision.outcome
    item.save(update_fields=["resolution", "outcome"])
