"""Replays 太阳岛 from its roster to the day of replay, through the services alone."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, TextIO

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter, Report
from yishiting.council.meetings import services as meetings
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting, Question
from yishiting.council.projects import services as projects
from yishiting.council.projects.models import Project
from yishiting.council.votes import services as votes
from yishiting.council.votes.models import Vote
from yishiting.ground.places.models import Building
from yishiting.kernel.clock import CHINA
from yishiting.stories.stage import Bar, Cast, Clock, picture, sign_ins, signing_owners
from yishiting.stories.taiyangdao import people, script
from yishiting.timeline import subscribers

GREEN, GREY, BROWN = "#0d5b55", "#33475b", "#734900"


def _version(cast: Cast, playbook: str) -> int:
    found = matters.newest(list(matters.selectable(cast.estate.pk)))
    return next(version.pk for version in found if version.playbook == playbook)


def _tell(cast: Cast, clock: Clock) -> Matter:
    """The owner under the roof tells it with a picture, two neighbours join; the grid worker takes it up."""
    building = Building.objects.get(estate=cast.estate, label=people.LEAKING)
    here = people.neighbours(cast)
    now = clock.at(script.TOLD, 8)
    by = cast.actor("owner_a", now)
    made = matters.report(
        actor=by, estate=cast.estate, category="漏水渗水", title=script.TITLE, words=script.REPORTS[0],
        home_id=here[-1][0].pk, building=building, spot="屋顶", photos=[picture(cast, by, GREY, now)], now=now,
    )  # fmt: skip
    for (home, person), words in zip((here[-3], here[-6]), script.REPORTS[1:], strict=True):
        now = clock.at(script.TOLD, 19)
        matters.join(actor=cast.actor(person, now), matter_id=made.matter_id, words=words, home_id=home.pk, now=now)
    now = clock.at(script.TOLD - 1, 9)
    return matters.triage_accept(
        actor=cast.actor("grid_worker", now), matter_id=made.matter_id, playbook_id=_version(cast, "round-table"),
        reason="一栋楼里的事，请楼栋长去看，再请楼上楼下坐到一起。", now=now,
    )  # fmt: skip


def _look_and_ask(cast: Cast, clock: Clock, matter: Matter) -> None:
    """The head of the building looks with a picture, and asks each of the 24 homes to come."""
    now = clock.at(script.LOOKED, 16)
    head = cast.actor("building_head", now)
    matters.add_evidence(
        actor=head, matter_id=matter.pk, kind="photo", photo=picture(cast, head, GREY, now), note="防水层裂了一道缝",
        now=now,
    )  # fmt: skip
    matters.end_step(actor=head, matter_id=matter.pk, outcome="done", note="看过了，是屋面防水层裂开。", now=now)
    for at, (home, _person) in enumerate(people.neighbours(cast)):
        now = clock.at(script.ASKED, 18, at * 2)
        matters.add_evidence(
            actor=head, matter_id=matter.pk, kind="contacted", home_ids=[home.pk], note="当面请了", now=now
        )
    now = clock.at(script.ASKED - 1, 9)
    matters.end_step(actor=head, matter_id=matter.pk, outcome="done", note="24 户都请到了。", now=now)


def _sit(cast: Cast, clock: Clock, matter: Matter) -> Meeting:
    """The round table: whom the heaters belong to is asked to come; two sources of money, one task, one plan."""
    now = clock.at(script.ASKED - 2, 9)
    secretary = cast.actor("branch_secretary", now)
    estate = cast.estate
    building = Building.objects.get(estate=estate, label=people.LEAKING)
    meeting = meetings.plan_meeting(
        actor=secretary, estate=estate, title="823栋屋顶漏水圆桌会", place=cast.place, kind="round_table",
        building_id=building.pk, starts_at=clock.planned(script.SAT, 19),
        parties=[(side, True) for side in script.SIDES], matters=[matter.pk], now=now,
    )  # fmt: skip
    at: dict[str, Any] = {"actor": secretary, "estate_id": estate.pk, "no": meeting.no}
    here: dict[str, Any] = {"actor": secretary, "estate_id": estate.pk}
    concerned = [
        meetings.name_concerned(**here, matter_no=matter.no, home_id=home.pk, now=now)
        for home, _person in people.neighbours(cast)[-script.HEATERS :]
    ]
    meetings.invite(**at, now=clock.at(script.ASKED - 2, 10))
    for row in concerned:
        meetings.ask_concerned(**at, concerned_id=row.pk, how="face", now=clock.at(script.SAT + 1, 18))
    parties = {party.name: party.pk for party in meeting.parties.all()}
    for side, count in script.SIDES.items():
        meetings.attend(**at, party_id=parties[side], count=count, now=clock.at(script.SAT, 18, 50))
    meetings.open_meeting(**at, now=clock.at(script.SAT, 19))
    item = meeting.agenda.get()
    for side, text in script.STATEMENTS:
        meetings.take_statement(
            **at, item_id=item.pk, party_id=parties[side], text=text, now=clock.at(script.SAT, 19, 10)
        )
    for number, said in enumerate(script.SAID, 1):
        now = clock.at(script.SAT, 19, 30)
        meetings.propose(**at, item_id=item.pk, party_id=parties[said.party], text=said.text, now=now)
        meetings.decide_proposal(
            **at, proposal_no=number, outcome=said.outcome, reason=said.reason, now=clock.at(script.SAT, 19, 50)
        )
    meetings.close_meeting(
        **at,
        minutes=f"到会{sum(script.SIDES.values())}人，五方到齐，平等商量。\n{script.RESOLUTION}",
        decisions={1: Decision(outcome="vote", resolution=script.RESOLUTION)},
        now=clock.at(script.SAT, 20, 30),
    )
    return meeting


def _vote(cast: Cast, clock: Clock, matter: Matter, bar: Bar) -> Vote:
    """The 24 homes of the building decide on using its maintenance fund; three do not answer."""
    estate = cast.estate
    building = Building.objects.get(estate=estate, label=people.LEAKING)
    now = clock.at(script.VOTED, 9)
    chair = cast.actor("committee_chair", now)
    closes_at = clock.planned(script.COUNTED, 18)
    vote = votes.draft_vote(
        actor=chair, estate=estate, title="动用823栋维修资金翻修屋面", explanation="圆桌会的决议；只有本栋业主投票。",
        items=[votes.ItemDraft(script.QUESTION, "ordinary", "《民法典》第278条第1款第5项")], closes_at=closes_at, building=building,
        thread=matter.thread, now=now,
    )  # fmt: skip
    vote = votes.open_vote(actor=chair, vote_id=vote.pk, now=clock.at(script.VOTED, 10))
    item = vote.items.get()
    voters = people.neighbours(cast)[::-1][: script.ONLINE + script.PAPER]
    for at, (home, person) in enumerate(voters):
        choice = {item.pk: "against" if at >= len(voters) - script.AGAINST else "for"}
        now = clock.at(script.VOTED - 1 - at // 3, 19, at)
        if at < script.ONLINE:
            bar.act(votes.cast_online, actor=cast.actor(person, now), vote_id=vote.pk, choices=choice, now=now)
            continue
        slip = votes.receive_paper(
            actor=cast.actor("grid_worker", now), vote_id=vote.pk, home_id=home.pk, received_at=now, choices=choice,
            now=now,
        )  # fmt: skip
        again = cast.actor("community_worker", now)
        bar.act(votes.read_paper_again, actor=again, slip_id=slip.pk, choices=choice, now=now)
    votes.close_vote(actor=chair, vote_id=vote.pk, now=clock.at(script.COUNTED, 18), all_keyed=True)
    return vote


def _carry_out(cast: Cast, clock: Clock, matter: Matter) -> Project:
    """Money from two sources, the heaters first, then the roof; what came is received before the step ends."""
    now = clock.at(script.SET_UP, 9)
    worker = cast.actor("community_worker", now)
    estate_id = cast.estate.pk
    project = projects.create_project(
        actor=worker, estate=cast.estate, title="823栋屋面翻修", unit="处", total=1, phases=[("屋面防水", 1, None)],
        matter_no=matter.no, post_kind="community_worker", now=now,
    )  # fmt: skip
    at: dict[str, Any] = {"actor": worker, "estate_id": estate_id, "no": project.no}
    projects.add_task(**at, title=script.TASK, who="支部", now=clock.at(script.SET_UP, 9, 30))
    projects.plan_funding(**at, total=script.BUDGET, lines=script.LINES, now=clock.at(script.SET_UP, 10))

    def told(line: int, kind: str, said_by: str, days: int, amount: Decimal | None = None, note: str = "") -> None:
        then = clock.at(days, 15)
        projects.tell_funding(
            **at, line_no=line, kind=kind, said_by=said_by, on=then.astimezone(CHINA).date(), amount=amount, note=note,
            now=then,
        )  # fmt: skip

    first, second = (line.planned for line in script.LINES)
    told(1, "applied", "太阳岛社区居委会", script.SET_UP - 1)
    told(2, "applied", "太阳岛业主委员会", script.SET_UP - 2)
    told(2, "approved", "市维修资金管理中心", script.MOVED + 4, second, "823栋业主表决通过")
    now = clock.at(script.MOVED, 17)
    projects.finish_task(
        **at, task_no=1, note="支部组织党员抬了两个周末，六台都挪到南坡，试过能用。",
        photo=picture(cast, worker, BROWN, now), now=now,
    )  # fmt: skip
    told(1, "approved", "沿江街道办事处", script.GRANTED, first)
    told(1, "received", "沿江街道办事处", script.GRANTED - 1, first)
    phase = {**at, "phase_no": 1}
    now = clock.at(script.BUILT, 9)
    projects.start_phase(**phase, photo=picture(cast, worker, BROWN, now), now=now)
    told(2, "received", "市维修资金管理中心", script.BUILT - 2, second - 10000)
    now = clock.at(script.ACCEPTED + 1, 16)
    projects.finish_phase(**phase, photo=picture(cast, worker, GREY, now), now=now)
    told(2, "received", "市维修资金管理中心", script.ACCEPTED, Decimal(10000))
    now = clock.at(script.ACCEPTED, 17)
    projects.accept_phase(
        **phase, note="蓄水一天一夜，顶楼三家都到场看过，没有渗。", photo=picture(cast, worker, GREEN, now), now=now
    )
    return project


def _answer(cast: Cast, clock: Clock, matter: Matter) -> None:
    """The head of the building looks once more with whoever told it; everybody who told it is answered."""
    now = clock.at(script.ANSWERED + 1, 10)
    head = cast.actor("building_head", now)
    matters.add_evidence(
        actor=head, matter_id=matter.pk, kind="photo", photo=picture(cast, head, GREEN, now), note="雨后看的", now=now
    )
    matters.end_step(actor=head, matter_id=matter.pk, outcome="solved", note="下过两场雨，没有再漏。", now=now)
    now = clock.at(script.ANSWERED, 10)
    matters.answer(actor=cast.actor("community_worker", now), matter_id=matter.pk, texts=script.ANSWER, now=now)
    first = Report.objects.filter(matter=matter).order_by("pk")[0]
    now = clock.at(script.ANSWERED - 1, 20)
    matters.rate(actor=cast.actor("owner_a", now), report_id=first.pk, rating=5, words="总算不接盆了。", now=now)


def _gate(cast: Cast, clock: Clock) -> tuple[Matter, Meeting, Meeting]:
    """A barrier at the gate: the first meeting settles two of three questions, the second is invited."""
    owners = signing_owners(cast.estate)
    now = clock.at(script.ANSWERED - 4, 19)
    by = cast.actor("owner_b", now)
    made = matters.report(
        actor=by, estate=cast.estate, category="停车充电", title=script.GATE, words=script.GATE_REPORTS[0],
        home_id=owners[0][0].pk, spot="北门", now=now,
    )  # fmt: skip
    home, person = owners[60]
    now = clock.at(script.ANSWERED - 5, 19)
    by = cast.actor(person, now)
    matters.join(actor=by, matter_id=made.matter_id, words=script.GATE_REPORTS[1], home_id=home.pk, now=now)
    now = clock.at(script.ANSWERED - 6, 9)
    matter = matters.triage_accept(
        actor=cast.actor("community_worker", now), matter_id=made.matter_id, playbook_id=_version(cast, "owners-talk"),
        reason="全小区的事，几个问题要业主一个一个议定。", now=now,
    )  # fmt: skip
    now = clock.at(script.ANSWERED - 7, 9)
    worker = cast.actor("community_worker", now)
    matters.end_step(actor=worker, matter_id=matter.pk, outcome="done", note="贴了告示，全体业主都知道了。", now=now)
    moderator = cast.actor("moderator", now)
    sides = [("业主", True), ("社区", True)]
    meeting = meetings.plan_meeting(
        actor=moderator, estate=cast.estate, title="业主协商会：北门装道闸", place="北门岗亭旁", kind="owners_talk",
        starts_at=clock.planned(script.GATE_SAT, 19), parties=sides, matters=[matter.pk], now=now,
    )  # fmt: skip
    at: dict[str, Any] = {"actor": moderator, "estate_id": cast.estate.pk, "no": meeting.no}
    meetings.invite(**at, now=clock.at(script.ANSWERED - 8, 9))
    for party, count in zip(meeting.parties.order_by("pk"), (31, 2), strict=True):
        meetings.attend(**at, party_id=party.pk, count=count, now=clock.at(script.GATE_SAT, 18, 50))
    meetings.open_meeting(**at, now=clock.at(script.GATE_SAT, 19))
    for question, said in zip(Question.objects.filter(matter=matter).order_by("no"), script.GATE_SETTLED, strict=False):
        meetings.settle_question(
            **at, question_id=question.pk, text=said, now=clock.at(script.GATE_SAT, 19, 20 * question.no)
        )
    meetings.close_meeting(
        **at, minutes="到会33人。议定了装、怎么收费；收入怎么用，下一次再议。", decisions={1: Decision("adjourned")},
        now=clock.at(script.GATE_SAT, 20, 30),
    )  # fmt: skip
    again = meetings.plan_meeting(
        actor=moderator, estate=cast.estate, title="业主协商会：道闸的收入怎么用", place="北门岗亭旁", kind="owners_talk",
        starts_at=clock.ahead(3, 19), parties=sides, matters=[matter.pk], now=clock.at(script.GATE_SAT - 2, 9),
    )  # fmt: skip
    meetings.invite(**{**at, "no": again.no}, now=clock.at(script.GATE_SAT - 2, 10))
    return matter, meeting, again


def replay(*, anchor: datetime, bar: TextIO) -> dict[str, Any]:
    """Replay the story so that it ends at ``anchor``; return sign-ins and ids for ``demo.json``.

    Raises whatever a verb refuses: a story that no longer fits the rules fails loudly.
    """
    clock = Clock(anchor)
    start = clock.at(130)
    progress = Bar(9 + script.ONLINE + script.PAPER, bar)
    matters.ensure_library(now=start)
    progress.say("登记名册")
    estate = progress.act(people.found_estate, start)
    cast = progress.act(people.give_posts, estate, start)
    progress.say("屋顶漏水")
    roof = progress.act(_tell, cast, clock)
    progress.act(_look_and_ask, cast, clock, roof)
    table = progress.act(_sit, cast, clock, roof)
    progress.say("本栋表决")
    vote = _vote(cast, clock, roof, progress)
    progress.say("先腾挪，再翻修")
    project = progress.act(_carry_out, cast, clock, roof)
    progress.act(_answer, cast, clock, roof)
    progress.say("北门道闸")
    gate, first, again = progress.act(_gate, cast, clock)
    subscribers.sweep()
    progress.close()
    return {
        "estate": {"name": estate.name, "slug": estate.slug},
        "sign_ins": sign_ins(cast, people.LABELS),
        "ids": {
            "matters": [roof.no, gate.no],
            "votes": [vote.no],
            "meetings": [table.no, first.no, again.no],
            "projects": [project.no],
        },
    }
