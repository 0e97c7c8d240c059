"""A matter on its way through a shipped playbook, moved by the same verbs that the pages call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.world import World
from yishiting.council.matters import services as matters
from yishiting.council.matters.kinds.evidence import entrances_in_scope, homes_in_scope
from yishiting.council.matters.models import Evidence, Matter, StepRun
from yishiting.council.matters.playbooks.definition import Need, Step
from yishiting.council.matters.tests import making
from yishiting.council.meetings import selectors
from yishiting.council.meetings import services as meetings
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting
from yishiting.council.projects.tests import building as works
from yishiting.council.votes.models import Vote
from yishiting.council.votes.tests import voting
from yishiting.kernel.errors import WrongState

STAFF = making.STAFF
#: Gates that a room of its own meets, and not a row of evidence.
OF_ROOMS = ("party", "insurance", "questions")


class Walk:
    """A matter of one entrance that was taken up with a shipped playbook."""

    def __init__(self, playbook: str, *, homes: int = 6) -> None:
        self.world: World = making.prepared(homes)
        report = making.reported(self.world, entrance=self.world.entrances[0], building=self.world.buildings[0])
        self.matter: Matter = report.matter
        self.meeting: Meeting | None = None
        making.accepted(self.world, self.matter, making.shipped(playbook))

    @property
    def run(self) -> StepRun:
        """The passage under way."""
        return making.run_of(self.matter)

    @property
    def step(self) -> Step:
        """The step under way as the playbook says it."""
        step = matters.step_of(self.run)
        assert step is not None
        return step

    @property
    def at(self) -> str:
        """The id of the step under way; how the matter ended where there is none."""
        run = StepRun.objects.filter(matter=self.matter, ended_at=None).first()
        return run.step if run else Matter.objects.get(pk=self.matter.pk).status

    def end(self, outcome: str) -> None:
        """End the step by hand, with a day gone by."""
        making.later(self.world, days=1)
        matters.end_step(
            actor=self.world.actor(STAFF), matter_id=self.matter.pk, outcome=outcome, note="办了。", now=self.world.now
        )

    def do(self, outcome: str) -> None:
        """Show first that nothing ends while a gate is open, then meet each gate and end the step."""
        needs = [need for need in self.step.needs if need.name not in OF_ROOMS]
        if needs:
            with pytest.raises(WrongState) as refusal:
                self.end(outcome)
            assert refusal.value.code == "gate_unmet"
        for need in needs:
            self.meet_gate(need)
        self.end(outcome)

    def meet_gate(self, need: Need) -> None:
        """Record what ``need`` asks for."""
        evidence = Evidence.Kind
        if str(need) == "photo:any":
            self.show(evidence.PHOTO, photo=making.stored(self.world, STAFF))
        elif str(need) == "photo:before_and_after":
            for kind in (evidence.PHOTO_BEFORE, evidence.PHOTO_AFTER):
                self.show(kind, photo=making.stored(self.world, STAFF))
        elif need.name == "contacted":
            self.show(evidence.CONTACTED, home_ids=[home.pk for home in homes_in_scope(self.matter)])
        elif need.name == "posted":
            for entrance in entrances_in_scope(self.matter):
                self.show(evidence.POSTED, entrance_id=entrance.pk, photo=making.stored(self.world, STAFF))
        elif need.name == "channels":
            for channel in ("业主群", "公告栏"):
                self.show(evidence.CHANNEL, label=channel, note="今天发的")
        elif need.name == "funds":
            self.show(evidence.FUNDS, label="维修资金 20000 元", note="已批复")
        else:
            assert need.name == "inventory", need
            self.show(evidence.INVENTORY, note="旧沙发一张")

    def show(self, kind: str, **given: Any) -> None:
        matters.add_evidence(
            actor=self.world.actor(STAFF), matter_id=self.matter.pk, kind=kind, now=self.world.now, **given
        )

    def meet(self, outcome: str, *, settles: int = 0) -> None:
        """Hold a meeting with every side that the step asks for, settle the first ``settles`` questions, and decide."""
        moderator = self.world.actor("moderator")
        at: dict[str, Any] = {"actor": moderator, "estate_id": self.world.estate.pk}
        meeting = meetings.plan_meeting(
            actor=moderator,
            estate=self.world.estate,
            title="商量",
            place="楼下花园",
            starts_at=self.world.now + timedelta(days=1),
            parties=[(side, True) for side in matters.parties_of(self.run)],
            matters=[self.matter.pk],
            now=self.world.now,
        )
        meetings.invite(**at, no=meeting.no, now=self.world.now)
        making.later(self.world, days=1)
        for party in meeting.parties.all():
            meetings.attend(**at, no=meeting.no, party_id=party.pk, count=2, now=self.world.now)
        meetings.open_meeting(**at, no=meeting.no, now=self.world.now)
        self.meeting = meeting
        for one in selectors.questions_of([self.matter.pk])[self.matter.pk][:settles] if settles else ():
            if one.settled is None:
                meetings.settle_question(**at, no=meeting.no, question_id=one.row.pk, text="都同意", now=self.world.now)
        decision = Decision(outcome, "" if outcome == "adjourned" else "照商量好的办")
        meetings.close_meeting(**at, no=meeting.no, minutes="各方都到了。", decisions={1: decision}, now=self.world.now)

    def break_off(self) -> None:
        """Break off the meeting that could not close."""
        assert self.meeting is not None
        meetings.call_off(
            actor=self.world.actor("moderator"), estate_id=self.world.estate.pk, no=self.meeting.no, reason="没议完",
            now=self.world.now,
        )  # fmt: skip

    def vote(self, choice: str) -> Vote:
        """Let every owner vote alike, and close the vote at its time."""
        vote = voting.opened(self.world, thread=self.matter.thread, items=(("动用维修资金吗？", "ordinary", ""),))
        for owner in range(len(self.world.owners)):
            voting.online(self.world, vote, owner, choice)
        self.world.now = vote.closes_at
        voting.closed(self.world, vote)
        return vote

    def build(self, *, insured: bool) -> None:
        """Set a project of two phases up and take both through; the insurance comes last where the step asks for it."""
        project = works.create(self.world, 3, 2, matter=self.matter)
        works.through(self.world, project, 1)
        if insured:
            works.insure(self.world, project)
        works.through(self.world, project, 2)
        if insured and self.at == "build":
            for phase in (1, 2):
                works.step(self.world, project, phase, "operate")

    def answer(self) -> None:
        """Answer the reporter, which ends the playbook."""
        matters.answer(
            actor=self.world.actor(STAFF),
            matter_id=self.matter.pk,
            texts={report.pk: "办好了，请看。" for report in self.matter.reports.all()},
            now=making.later(self.world, days=1),
        )

    def assert_closed(self) -> None:
        """The matter is closed, its reporter is answered, and the record holds."""
        assert self.at == "closed"
        self.matter.refresh_from_db()
        assert self.matter.unanswered == 0
        making.assert_record_holds(self.world)
