"""Matters that wait for a meeting, and meetings at each of their states, for tests."""

from __future__ import annotations

from datetime import timedelta

from tests.support.world import World
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter
from yishiting.council.meetings import services
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting, Proposal

SIDES = ("社区", "住户代表", "物业")
WORDS = "引入社会资本，分三期加装40个充电桩"


def matter_for(world: World, title: str = "飞线充电") -> Matter:
    """Report a matter and bring it along the shipped five steps as far as the meeting."""
    matters.ensure_library(now=world.now)
    report = matters.report(
        actor=world.actor(0),
        estate=world.estate,
        category="停车充电",
        title=title,
        words="楼道里拉线充电",
        now=world.now,
    )
    worker = world.actor("community_worker")
    version = next(row for row in matters.selectable(world.estate.pk) if row.playbook == "five-step")
    matter = matters.triage_accept(
        actor=worker, matter_id=report.matter_id, playbook_id=version.pk, reason="确有其事", now=world.now
    )
    return matters.end_step(actor=worker, matter_id=matter.pk, outcome="done", now=world.now)


def planned(world: World, *on: Matter, sides: tuple[str, ...] = SIDES, optional: tuple[str, ...] = ()) -> Meeting:
    """Plan a meeting for tomorrow on these matters, or on a new one."""
    return services.plan_meeting(
        actor=world.actor("moderator"),
        estate=world.estate,
        title="充电桩议事会",
        place="物业办公室",
        starts_at=world.now + timedelta(days=1),
        parties=[*((side, True) for side in sides), *((side, False) for side in optional)],
        matters=[matter.pk for matter in on or (matter_for(world),)],
        now=world.now,
    )


def invited(world: World, *on: Matter) -> Meeting:
    """Plan a meeting and announce it."""
    meeting = planned(world, *on)
    return services.invite(actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now)


def sign_in(world: World, meeting: Meeting, *sides: str, count: int = 2) -> None:
    """Let ``count`` people come for each of these sides."""
    for side in sides:
        services.attend(
            actor=world.actor("moderator"),
            estate_id=world.estate.pk,
            no=meeting.no,
            party_id=meeting.parties.get(name=side).pk,
            count=count,
            now=world.now,
        )


def opened(world: World, *on: Matter) -> Meeting:
    """Announce a meeting, let every side come, and open it."""
    meeting = invited(world, *on)
    sign_in(world, meeting, *SIDES)
    return services.open_meeting(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now
    )


def propose(world: World, meeting: Meeting, text: str = WORDS, *, item: int = 1, side: str = "住户代表") -> Proposal:
    """Minute a proposal of a side."""
    return services.propose(
        actor=world.actor("moderator"),
        estate_id=world.estate.pk,
        no=meeting.no,
        item_id=meeting.agenda.get(no=item).pk,
        party_id=meeting.parties.get(name=side).pk,
        text=text,
        now=world.now,
    )


def decide(world: World, meeting: Meeting, no: int, outcome: str = "adopted", reason: str = "") -> Proposal:
    """Say what became of a proposal."""
    return services.decide_proposal(
        actor=world.actor("moderator"),
        estate_id=world.estate.pk,
        no=meeting.no,
        proposal_no=no,
        outcome=outcome,
        reason=reason,
        now=world.now,
    )


def close(
    world: World, meeting: Meeting, *decisions: Decision, minutes: str = "三方到齐，各方发言。", by: str = "moderator"
) -> Meeting:
    """Close the meeting with a decision for each agenda item in turn."""
    return services.close_meeting(
        actor=world.actor(by),
        estate_id=world.estate.pk,
        no=meeting.no,
        minutes=minutes,
        decisions=dict(enumerate(decisions, 1)),
        now=world.now,
    )


def closed(world: World, *on: Matter, outcome: str = "project", resolution: str = WORDS) -> Meeting:
    """Hold a whole meeting on one matter that adopts one proposal."""
    meeting = opened(world, *on)
    propose(world, meeting)
    decide(world, meeting, 1)
    return close(world, meeting, Decision(outcome, resolution))
