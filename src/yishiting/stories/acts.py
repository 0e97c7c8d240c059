"""The acts of a story: each calls the verbs that the pages call."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter, Photo, Report
from yishiting.council.matters.services import newest, selectable
from yishiting.council.meetings import services as meetings
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting
from yishiting.council.projects import services as projects
from yishiting.council.votes import services as votes
from yishiting.council.votes.models import RollHead, RollHome, Vote
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.people.models import OwnerGroupMember, Person
from yishiting.ground.places.models import Building, Home
from yishiting.kernel.clock import CHINA
from yishiting.stories.script import Asked, Plan, Told
from yishiting.stories.stage import Bar, Cast, Clock, picture, shut_phones

PLAYBOOK = "five-step"


def report(cast: Cast, clock: Clock, told: Told, neighbours: Sequence[tuple[Home, Person]]) -> Matter:
    """The first neighbour reports with a picture, the others join over the next days, one by way of the grid worker."""
    building = Building.objects.filter(estate=cast.estate, label=told.building).first()
    made: Report | None = None
    for i, (home, person) in enumerate(neighbours):
        now = clock.at(told.begins - i // 4, 8 + i % 10, (i * 17) % 60)
        words = told.reports[i % len(told.reports)]
        if made is None:
            by = cast.actor(person, now)
            made = matters.report(
                actor=by,
                estate=cast.estate,
                category=told.category,
                title=told.title,
                words=words,
                home_id=home.pk,
                building=building,
                spot=told.spot,
                photos=[picture(cast, by, "#33475b", now)],
                now=now,
            )
        elif i == 2:
            matters.join(
                actor=cast.actor("grid_worker", now),
                matter_id=made.matter_id,
                words=words,
                home_id=home.pk,
                written_for=person,
                now=now,
            )
        else:
            matters.join(actor=cast.actor(person, now), matter_id=made.matter_id, words=words, home_id=home.pk, now=now)
    assert made is not None
    return made.matter


def take_up(cast: Cast, clock: Clock, told: Told, matter: Matter) -> None:
    """The grid worker takes the matter up by the five steps; the community makes it a topic."""
    version = next(v for v in newest(list(selectable(cast.estate.pk))) if v.playbook == PLAYBOOK)
    now = clock.at(told.begins - 3, 15)
    matters.triage_accept(
        actor=cast.actor("grid_worker", now),
        matter_id=matter.pk,
        playbook_id=version.pk,
        reason="几户都说到，属于大家的事，按五步议事来办。",
        now=now,
    )
    now = clock.at(told.begins - 4, 16)
    matters.end_step(
        actor=cast.actor("community_worker", now),
        matter_id=matter.pk,
        outcome="done",
        note="定为议题，请社区、住户代表、物业一起商量。",
        now=now,
    )


def meet(cast: Cast, clock: Clock, told: Told, matter: Matter) -> Meeting:
    """Plan, invite, open with all sides, minute every proposal with its outcome, close with the resolution."""
    now = clock.at(told.begins - 5, 9)
    by = cast.actor("moderator", now)
    estate_id = cast.estate.pk
    meeting = meetings.plan_meeting(
        actor=by,
        estate=cast.estate,
        title=f"议事会：{told.title}",
        place=cast.place,
        starts_at=clock.planned(told.meets, 15),
        parties=[*((side, True) for side in cast.sides), *((guest, False) for guest in cast.guests)],
        matters=[matter.pk],
        now=now,
    )
    no = meeting.no
    meetings.invite(actor=by, estate_id=estate_id, no=no, now=clock.at(told.begins - 5, 11))
    now = clock.at(told.meets, 14, 50)
    parties = {party.name: party.pk for party in meeting.parties.all()}
    for name, count in cast.sides.items():
        meetings.attend(actor=by, estate_id=estate_id, no=no, party_id=parties[name], count=count, now=now)
    meetings.open_meeting(actor=by, estate_id=estate_id, no=no, now=clock.at(told.meets, 15))
    item = meeting.agenda.get()
    for i, said in enumerate(told.said, 1):
        now = clock.at(told.meets, 15, 8 * i)
        meetings.propose(
            actor=by,
            estate_id=estate_id,
            no=no,
            item_id=item.pk,
            party_id=parties[said.party],
            text=said.text,
            now=now,
        )
        meetings.decide_proposal(
            actor=by,
            estate_id=estate_id,
            no=no,
            proposal_no=i,
            outcome=said.outcome,
            reason=said.reason,
            now=now + timedelta(minutes=6),
        )
    adopted = "；".join(said.text for said in told.said if said.outcome == "adopted")
    meetings.close_meeting(
        actor=by,
        estate_id=estate_id,
        no=no,
        minutes=f"到会{sum(cast.sides.values())}人，各方到齐。议题：{told.title}。\n"
        f"各方发言后，采纳：{adopted}。\n决议：{told.resolution}",
        decisions={1: Decision(outcome=told.outcome, resolution=told.resolution)},
        now=clock.at(told.meets, 16, 30),
    )
    return meeting


def voters_of(vote: Vote) -> list[tuple[RollHead, Person | None, int]]:
    """Return each head of the roll with somebody who can sign in for it (or None) and a home of it."""
    homes = dict(RollHome.objects.filter(roll=vote.roll).order_by("-pk").values_list("head_id", "home_id"))
    people: dict[int, Person] = {}
    members = OwnerGroupMember.objects.filter(group__estate_id=vote.estate_id)
    members = members.exclude(person__phone_hash__in=shut_phones(vote.estate))
    for row in members.select_related("person").order_by("-pk"):
        people[row.group_id] = row.person
    heads = RollHead.objects.filter(roll=vote.roll, kind=RollHead.Kind.OWNERS).order_by("no")
    return [(head, people.get(head.group_id or 0), homes[head.pk]) for head in heads]


def hold_vote(cast: Cast, clock: Clock, asked: Asked, bar: Bar, *, thread: str, seed: int) -> Vote:
    """Draft, open, cast online and on paper, and close once the time is up."""
    now = clock.at(asked.opens, 9)
    by = cast.actor("committee_chair", now)
    closes_at = clock.planned(asked.closes, 18) if asked.closes > 0 else clock.ahead(-asked.closes)
    vote = votes.draft_vote(
        actor=by,
        estate=cast.estate,
        title=asked.title,
        explanation=asked.explanation,
        items=[votes.ItemDraft(asked.question, asked.rule, asked.article)],
        closes_at=closes_at,
        thread=thread,
        now=now,
    )
    opened = clock.at(asked.opens, 10)
    vote = votes.open_vote(actor=by, vote_id=vote.pk, now=opened)
    item = vote.items.get()
    chance = random.Random(seed)
    voters = voters_of(vote)
    chance.shuffle(voters)
    # Whoever cannot sign in can only come with paper, so they fill the paper pile first.
    paper = [v for v in voters if v[1] is None][: asked.paper]
    online = [v for v in voters if v[1] is not None]
    paper += online[: asked.paper - len(paper)]
    online = online[asked.paper :][: asked.part - asked.paper]
    choices = ["against"] * asked.against + ["abstain"] * asked.abstain
    choices += ["for"] * (asked.part - len(choices))
    chance.shuffle(choices)
    span = min(closes_at, clock.anchor) - opened
    for i, (_, person, home_id) in enumerate([*online, *paper]):
        cast_at = opened + span * (i + 1) / (asked.part + 2)
        choice = {item.pk: choices[i]}
        if i < len(online):
            assert person is not None
            by = cast.actor(person, cast_at)
            bar.act(votes.cast_online, actor=by, vote_id=vote.pk, choices=choice, now=cast_at)
        else:
            bar.act(_paper, cast, vote, home_id, choice, cast_at)
    if closes_at <= clock.anchor:
        # Every slip of a story is keyed as it comes in, so nobody has to wait a day for more.
        chair = cast.actor("committee_chair", closes_at)
        votes.close_vote(actor=chair, vote_id=vote.pk, now=closes_at, all_keyed=True)
    return vote


def _paper(cast: Cast, vote: Vote, home_id: int, choice: dict[int, str], now: datetime) -> None:
    slip = votes.receive_paper(
        actor=cast.actor("committee_member", now),
        vote_id=vote.pk,
        home_id=home_id,
        received_at=now,
        choices=choice,
        now=now,
    )
    votes.read_paper_again(actor=cast.actor("grid_worker", now), slip_id=slip.pk, choices=choice, now=now)


def carry_out(cast: Cast, clock: Clock, told: Told, plan: Plan, matter: Matter) -> None:
    """Set the project up and take its phases through, as far as the story goes."""
    now = clock.at(plan.starts, 9)
    by = cast.actor("committee_chair", now)
    estate_id = cast.estate.pk
    last = told.done if told.done is not None else 0
    step = max((plan.starts - last) // (len(plan.phases) * 2 + 1), 1)
    project = projects.create_project(
        actor=by,
        estate=cast.estate,
        title=plan.title,
        unit=plan.unit,
        total=sum(count for _, count in plan.phases),
        phases=[(title, count, None) for title, count in plan.phases],
        matter_no=matter.no,
        needs_insurance=bool(plan.operator),
        now=now,
    )
    if plan.operator:
        _insure(by, estate_id, project.no, plan, now)
    day = plan.starts
    for phase_no in range(1, plan.accepted + 1):
        of_phase: _OfPhase = {"actor": by, "estate_id": estate_id, "no": project.no, "phase_no": phase_no}
        projects.start_phase(**of_phase, **_seen(cast, by, "#734900", clock.at(day, 10)))
        day -= step
        projects.finish_phase(**of_phase, **_seen(cast, by, "#33475b", clock.at(day, 16)))
        projects.accept_phase(**of_phase, note=plan.note, **_seen(cast, by, "#0d5b55", clock.at(day, 17)))
        if plan.operator:
            projects.operate_phase(**of_phase, **_seen(cast, by, "#0d5b55", clock.at(day, 17, 30)))
        day -= step
    if plan.accepted < len(plan.phases):
        projects.start_phase(
            actor=by,
            estate_id=estate_id,
            no=project.no,
            phase_no=plan.accepted + 1,
            note=plan.under_way,
            **_seen(cast, by, "#734900", clock.at(plan.starts - 2, 10)),
        )


class _OfPhase(TypedDict):
    actor: Actor
    estate_id: int
    no: int
    phase_no: int


class _Seen(TypedDict):
    now: datetime
    photo: Photo


def _seen(cast: Cast, by: Actor, colour: str, now: datetime) -> _Seen:
    """When a step was done, with the picture of it."""
    return {"now": now, "photo": picture(cast, by, colour, now)}


def _insure(by: Actor, estate_id: int, no: int, plan: Plan, now: datetime) -> None:
    day = now.astimezone(CHINA).date()
    projects.add_insurance(
        actor=by,
        estate_id=estate_id,
        no=no,
        insurer="示范财产保险公司",
        policy_no=f"ZR-{day:%Y%m%d}-{no:02d}",
        valid_from=day,
        valid_to=day + timedelta(days=364),
        now=now,
    )


def answer_all(cast: Cast, clock: Clock, told: Told, matter: Matter) -> None:
    """Finish plain work where that is what was resolved, answer every reporter, and let some rate the answer."""
    assert told.done is not None
    by_worker = "community_worker"
    now = clock.at(told.done, 16)
    if told.outcome == "work":
        matters.end_step(
            actor=cast.actor(by_worker, now), matter_id=matter.pk, outcome="done", note="现场看过，已经办好。", now=now
        )
    now = clock.at(told.done - 1, 10)
    matters.answer(actor=cast.actor(by_worker, now), matter_id=matter.pk, texts=told.answer, now=now)
    reports = Report.objects.filter(matter=matter).order_by("pk").select_related("person")
    for i, (row, rating) in enumerate(zip(reports, told.ratings, strict=False)):
        when = clock.at(told.done - 2, 12 + i)
        words = "办得好，谢谢。" if rating == 5 else ""
        matters.rate(actor=cast.actor(row.person, when), report_id=row.pk, rating=rating, words=words, now=when)
