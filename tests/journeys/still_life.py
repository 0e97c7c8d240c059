"""静安里: one of everything at rest, each at a stage of its own, so that every page has something to show.

A meeting that is planned and one that is open, a draft, a vote that runs with a slip that waits for its second reading and
one that was withdrawn, a project between two phases, an answer that nobody rated yet. The story cannot hold these: it ends
where it ends.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tests.journeys.neighbourhood import STILL
from tests.journeys.still_charts import chart_of
from tests.journeys.still_notices import hang

CHAT = "大家在群里说了几次，请管一管。"


def _mediate(still: Still) -> None:
    """Cases of mediation: three that came to an agreement, one that waits to be signed, one that was just asked for."""
    from yishiting.council.cases import services as cases
    from yishiting.ground.people.models import Holding

    def home(role: str) -> int:
        held = Holding.objects.filter(estate=still.estate, person=still.cast.parts[role]).order_by("home_id")
        return held.values_list("home_id", flat=True)[0]

    def at(role: str, days: int) -> dict[str, Any]:
        return {"actor": still.actor(role), "estate_id": still.estate.pk, "now": still.ago(days)}

    def heard(topic: str, days: int) -> int:
        case = cases.open_case(
            actor=still.actor("grid_worker"), estate=still.estate, topic=topic, words="两家说了几回，说不拢。",
            parties=[cases.Asked("a", home_id=home("owner_3")), cases.Asked("b", home_id=home("owner_2"))],
            now=still.ago(days),
        )  # fmt: skip
        cases.say(**at("owner_3", days), no=case.no, party=1, act="agreed")
        cases.say(**at("owner_2", days), no=case.no, party=2, act="agreed")
        cases.hold_session(
            **at("grid_worker", days - 1), no=case.no, held_at=still.ago(days - 1), place="调解室", came=[1, 2],
            said="两边都把话说开了，愿意各让一步。",
        )  # fmt: skip
        return case.no

    def agree(no: int, days: int, kind: str) -> None:
        cases.write_agreement(
            **at("grid_worker", days), no=no, kind=kind, terms="晚上十点以后不拖桌椅，白天装修提前说一声。",
            follow_up_on=(still.now + timedelta(days=9)).date(),
        )  # fmt: skip

    for topic, days in (("noise", 40), ("dogs", 30), ("parking", 12)):
        agree(heard(topic, days), days - 2, "oral")
    signing = heard("leak", 6)
    agree(signing, 4, "written")
    cases.sign(**at("grid_worker", 3), no=signing, party=1)
    cases.ask_for_mediation(
        actor=still.actor("owner_3"), estate=still.estate, topic="thrown", words="楼上有人往下扔烟头。",
        other_home_id=home("owner_1"), now=still.ago(1),
    )  # fmt: skip


def _appraise(still: Still, urgent: list[Any], answered: Any) -> None:
    """One that is open, one found wanting that waits for its note, one of work that the community's worker did himself."""
    from yishiting.council.appraisals import services as appraisals
    from yishiting.council.matters import services as matters
    from yishiting.ground.people.models import Holding
    from yishiting.ground.places.models import Building

    building = Building.objects.get(estate=still.estate)
    grid = still.actor("grid_worker")

    def ask(matter: Any, days: int, closes_at: datetime, by: str = "moderator") -> Any:
        return appraisals.open_appraisal(
            actor=still.actor(by), estate=still.estate, matter_no=matter.no, scope="building", building=building,
            threshold=30, closes_at=closes_at, now=still.ago(days),
        )  # fmt: skip

    for matter in urgent:
        matters.emergency(actor=grid, matter_id=matter.pk, reason="等不得，马上修。", now=still.ago(19))
        matters.answer(actor=grid, matter_id=matter.pk, texts="当天就修好了。", now=still.ago(18))
    going, wanting = ask(urgent[0], 4, still.now + timedelta(days=5)), ask(urgent[1], 16, still.ago(9))
    for role, score, words in (("owner_1", 2, "修了还响。"), ("owner_2", 1, ""), ("owner_3", 3, "还行。")):
        held = Holding.objects.filter(estate=still.estate, person=still.cast.parts[role]).order_by("home_id")
        appraisals.answer(
            actor=still.actor(role), estate_id=still.estate.pk, no=wanting.no, home_id=held[0].home_id, score=score,
            words=words, now=still.ago(15),
        )  # fmt: skip
    appraisals.close_appraisal(
        actor=still.actor("moderator"), estate_id=still.estate.pk, no=wanting.no, now=still.ago(8)
    )
    assert going.no == 1
    ask(answered, 6, still.now + timedelta(days=2))


def _lend(still: Still) -> None:
    """A post that another looks after for a week, one that came back early, and a filter that its owner keeps."""
    from yishiting.ground.desks import filters, services
    from yishiting.ground.organisations.models import Term

    def lend(giver: str, stand_in: str, days: int, reason: str) -> int:
        term = Term.objects.get(person=still.cast.parts[giver], until__isnull=True)
        return services.hand_over(
            actor=still.actor(giver), term_id=term.pk, stand_in_id=still.cast.parts[stand_in].pk, since=still.ago(days),
            until=still.now + timedelta(days=6), reason=reason, now=still.ago(days),
        )[0].pk  # fmt: skip

    lend("committee_chair", "community_worker", 0, "年休假")
    back = lend("property_manager", "moderator", 5, "外出培训")
    services.end_hand_over(actor=still.actor("property_manager"), hand_over_id=back, now=still.ago(3))
    filters.save_filter(
        actor=still.actor("community_worker"), name="快到期的会", query="room=meetings&due=later", default=False,
        now=still.now,
    )  # fmt: skip


def _tie(still: Still, matter: Any, vote: Any) -> None:
    """A step that went one post up because its grid worker is tied, a vote that a member of the committee keeps out of."""
    from yishiting.ground.organisations import declaring

    at = {"estate": still.estate, "now": still.ago(1)}
    thing = {"thing_kind": "matter", "thing_no": matter.no}
    people = still.cast.parts
    declaring.declare_interest(
        actor=still.actor("owner_3"), person_id=people["owner_3"].pk, relation="party", reason="是我家先提的。",
        **thing, **at,
    )  # fmt: skip
    declaring.declare_interest(
        actor=still.actor("grid_worker"), person_id=people["grid_worker"].pk, relation="family",
        reason="表弟是做门禁的。", **thing, **at,
    )  # fmt: skip
    over = declaring.declare_interest(
        actor=still.actor("community_worker"), person_id=people["committee_chair"].pk, relation="owns",
        reason="在卖车棚的公司有股份。", thing_kind="vote", thing_no=vote.no, **at,
    )  # fmt: skip
    declaring.withdraw_interest(
        actor=still.actor("community_worker"), interest_id=over.pk, reason="记错了人。", now=still.now
    )
    declaring.declare_interest(
        actor=still.actor("community_worker"), person_id=people["committee_member"].pk, relation="owns",
        reason="在卖车棚的公司有股份。", thing_kind="vote", thing_no=vote.no, **at,
    )  # fmt: skip


class Still:
    """The estate with its people at hand."""

    def __init__(self) -> None:
        from django.conf import settings

        from yishiting.council.matters import services as matters
        from yishiting.ground.people.models import Person
        from yishiting.ground.places.models import Estate
        from yishiting.kernel import clock
        from yishiting.stories.stage import Cast

        self.now = clock.now()
        self.estate = Estate.objects.get(name=STILL)
        told = json.loads((settings.DATA_DIR / "demo.json").read_text(encoding="utf-8"))
        self.cast = Cast(self.estate, place="一楼活动室", sides={})
        for row in told["sign_ins"]:
            if row.get("estate") == self.estate.slug:
                self.cast.parts[row["role"]] = Person.objects.get(pk=row["person"])
        versions = matters.newest(list(matters.selectable(self.estate.pk)))
        self.five_step = next(version for version in versions if version.playbook == "five-step")

    def ago(self, days: int) -> datetime:
        """Return the moment of that many days ago."""
        return self.now - timedelta(days=days)

    def actor(self, role: str) -> Any:
        """Return who plays a role."""
        return self.cast.actor(role, self.now)


def arrange() -> None:
    """Put everything where it shall rest."""
    from yishiting.council.matters import services as matters
    from yishiting.council.matters.models import Report
    from yishiting.council.meetings import services as meetings
    from yishiting.council.meetings.lifecycle import Decision
    from yishiting.council.meetings.recurrence import Rule
    from yishiting.council.projects import services as projects
    from yishiting.council.projects.funding import LineDraft
    from yishiting.council.votes import services as votes
    from yishiting.council.votes.models import RollHome
    from yishiting.ground.people.sign_in import account_for
    from yishiting.stories.stage import picture

    still = Still()
    estate, actor = still.estate, still.actor

    keeper = account_for(still.cast.parts["committee_chair"], now=still.now)
    keeper.set_password("静安里的灯 2026")
    keeper.save()

    _closed_days(still)
    _lend(still)
    hang(still)

    def report(title: str, days: int, by: str = "owner_3", category: str = "环境卫生") -> Any:
        who = actor(by)
        made = matters.report(
            actor=who, estate=estate, category=category, title=title, words=CHAT, spot="楼门口",
            photos=[picture(still.cast, who, "#33475b", still.ago(days))], now=still.ago(days),
            home_id=min((home for place, home in who.homes if place == estate.pk), default=None),
        )  # fmt: skip
        return made.matter

    def take_up(matter: Any, days: int) -> None:
        matters.triage_accept(
            actor=actor("grid_worker"), matter_id=matter.pk, playbook_id=still.five_step.pk, reason="属于大家的事。",
            now=still.ago(days),
        )  # fmt: skip

    def topic(title: str, days: int) -> Any:
        matter = report(title, days)
        take_up(matter, days - 1)
        matters.end_step(
            actor=actor("community_worker"),
            matter_id=matter.pk,
            outcome="done",
            note="定为议题。",
            now=still.ago(days - 1),
        )
        return matter

    def plan(matter: Any, days: int, starts_at: datetime) -> Any:
        return meetings.plan_meeting(
            actor=actor("moderator"), estate=estate, title=f"议事会：{matter.title}", place="一楼活动室",
            starts_at=starts_at, parties=[("社区", True), ("住户代表", True), ("物业", True), ("社区民警", False)],
            matters=[matter.pk], now=still.ago(days),
        )  # fmt: skip

    def sit(matter: Any, days: int, question: str = "") -> Any:
        """A meeting that was opened with a proposal taken down."""
        now = still.ago(days)
        by = actor("moderator")
        meeting = plan(matter, days + 1, now)
        at = {"actor": by, "estate_id": estate.pk, "no": meeting.no}
        asked = None
        if question:
            item = meeting.agenda.get()
            asked = meetings.ask_question(**at, item_id=item.pk, text=question, now=still.ago(days + 1))
        meetings.invite(**at, now=still.ago(days + 1))
        for party in meeting.parties.filter(required=True):
            meetings.attend(**at, party_id=party.pk, count=2, now=now)
        meetings.open_meeting(**at, now=now)
        item = meeting.agenda.get()
        party = meeting.parties.order_by("pk").first()
        assert party is not None
        if asked:
            meetings.settle_question(**at, question_id=asked.pk, text="早上七点到八点半", now=now)
        said = "两头都要顾到，先试一个月。"
        meetings.take_statement(**at, item_id=item.pk, party_id=party.pk, text=said, now=now)
        meetings.propose(**at, item_id=item.pk, party_id=party.pk, text=f"把“{matter.title}”这件事办了", now=now)
        return meeting

    def resolve(matter: Any, days: int, outcome: str, question: str = "") -> None:
        meeting = sit(matter, days, question)
        at = {"actor": actor("moderator"), "estate_id": estate.pk, "no": meeting.no, "now": still.ago(days)}
        meetings.decide_proposal(**at, proposal_no=1, outcome="adopted", reason="")
        meetings.close_meeting(
            **at, minutes="三方到齐，大家同意。", decisions={1: Decision(outcome=outcome, resolution="照方案办。")}
        )
        if question:
            meetings.write_minutes(**at, text="三方到齐，大家同意。\n物业晚到了一会儿。", reason="漏记了一句")

    def draft(title: str, days: int, thread: str = "", closes: int = 20, *, choosing: bool = False) -> Any:
        asked = votes.ItemDraft(f"是否同意{title}？", "ordinary")
        return votes.draft_vote(
            actor=actor("committee_chair"), estate=estate, title=title, explanation="议事会上说定的。",
            items=[votes.ItemDraft(f"{title}？", "options", of="ordinary", options=cleaners) if choosing else asked], closes_at=still.now + timedelta(days=closes), thread=thread,
            now=still.ago(days),
        )  # fmt: skip

    cleaners = (
        votes.OptionDraft("留用现在的", "熟悉楼道", "早上常来得晚"),
        votes.OptionDraft("另请一家", "可以重新谈价", "要重新熟悉"),
        votes.OptionDraft("自己排班打扫", "省下的钱归大家"),
    )

    dark = report("楼道的灯不亮", 1, by="owner_2")
    again = report("3 单元楼道的灯坏了", 1, by="owner_1")
    matters.merge(
        actor=actor("grid_worker"), matter_id=again.pk, into_id=dark.pk, reason="说的是同一盏灯。", now=still.now
    )
    matters.join(actor=actor("owner_3"), matter_id=dark.pk, words="晚上看不清台阶。", now=still.now)
    take_up(report("花坛里总有垃圾", 3), 2)
    lockers = topic("快递柜挡着路", 6)
    soon = plan(lockers, 2, still.now + timedelta(days=3))
    at_desk = {"actor": actor("moderator"), "estate_id": estate.pk, "now": still.ago(1)}
    listed = {**at_desk, "no": soon.no, "item_id": soon.agenda.get().pk}
    for question, options in (("留在原地还是换地方？", ("留在原地", "换到西门")), ("谁来出搬的钱？", ())):
        meetings.ask_question(**listed, text=question, options=options)
    door = meetings.name_concerned(**at_desk, matter_no=lockers.no, home_id=estate.homes.order_by("order")[0].pk)
    meetings.name_concerned(**at_desk, matter_no=lockers.no, who="门口的快递店")
    meetings.ask_concerned(**at_desk, no=soon.no, concerned_id=door.pk, how="face")
    meetings.plan_series(
        actor=actor("moderator"), estate=estate, title="联席例会", place="一楼活动室", kind="one_plus_n", count=2,
        parties=[("党组织", True), ("物业", False), ("居民", False)], rule=Rule(nth=1, weekday=6), at=time(9, 30),
        now=still.ago(1),
    )  # fmt: skip
    asked = plan(topic("雨棚漏水", 7), 2, still.now + timedelta(days=4))
    meetings.invite(**at_desk, no=asked.no)
    sit(topic("广场舞声音大", 8), 0, "几点到几点可以跳？")
    topic("地面砖松了", 5)

    voting = topic("加一道自行车棚", 20)
    resolve(voting, 15, "vote")
    vote = draft("加一道自行车棚", 14, voting.thread)
    vote = votes.open_vote(actor=actor("committee_chair"), vote_id=vote.pk, now=still.ago(13))
    item = vote.items.get()
    votes.cast_online(actor=actor("owner_3"), vote_id=vote.pk, choices={item.pk: "for"}, now=still.ago(12))

    def home_of(role: str) -> int:
        of_owner = RollHome.objects.filter(roll__vote=vote, home__holdings__person=still.cast.parts[role])
        return of_owner.order_by("home_id").values_list("home_id", flat=True)[0]

    votes.receive_paper(
        actor=actor("committee_member"), vote_id=vote.pk, home_id=home_of("owner_2"), received_at=still.ago(11),
        choices={item.pk: "for"}, now=still.ago(11),
    )  # fmt: skip
    withdrawn = votes.receive_paper(
        actor=actor("committee_member"), vote_id=vote.pk, home_id=home_of("owner_1"), received_at=still.ago(10),
        choices={item.pk: "for"}, now=still.ago(10),
    )  # fmt: skip
    votes.withdraw_slip(actor=actor("grid_worker"), slip_id=withdrawn.pk, reason="户录错了。", now=still.ago(9))
    draft("换一家保洁公司", 2, choosing=True)
    chosen = draft("保洁请谁来做", 9, closes=1, choosing=True)
    chosen = votes.open_vote(actor=actor("committee_chair"), vote_id=chosen.pk, now=still.ago(9))
    for role, answer in (("owner_1", "1"), ("owner_2", "2"), ("owner_3", "1")):
        votes.cast_online(
            actor=actor(role), vote_id=chosen.pk, choices={chosen.items.get().pk: answer}, now=still.ago(8)
        )
    votes.close_vote(actor=actor("committee_chair"), vote_id=chosen.pk, now=still.ago(7), early=True)
    dropped = draft("把大门刷成绿色", 9)
    dropped = votes.open_vote(actor=actor("committee_chair"), vote_id=dropped.pk, now=still.ago(9))
    votes.cancel_vote(actor=actor("committee_chair"), vote_id=dropped.pk, reason="颜色还没有商量好。", now=still.ago(8))

    building = topic("修一修凉亭", 30)
    resolve(building, 25, "project", "什么时候可以进凉亭？")
    project = projects.create_project(
        actor=actor("committee_chair"), estate=estate, title="修凉亭", unit="处", total=3,
        phases=[("换柱子", 2, None), ("铺地面", 1, None)], matter_no=building.no, needs_insurance=True, now=still.ago(24),
    )  # fmt: skip
    step = {"actor": actor("committee_chair"), "estate_id": estate.pk, "no": project.no}

    def seen(days: int) -> dict[str, Any]:
        now = still.ago(days)
        return {"phase_no": 1, "now": now, "photo": picture(still.cast, actor("committee_chair"), "#0d5b55", now)}

    now = still.ago(23)
    for task, who in (("先把石凳搬走", "物业"), ("断开凉亭的电", "社区")):
        projects.add_task(**step, title=task, who=who, now=now)
    shown = picture(still.cast, actor("committee_chair"), "#33475b", now)
    projects.finish_task(**step, task_no=1, note="搬到了花坛边。", photo=shown, now=still.ago(22))
    projects.drop_task(**step, task_no=2, reason="电早就断了。", now=still.ago(22))
    lines = [LineDraft("小区公共收益", Decimal("8600.50")), LineDraft("社区惠民资金", Decimal(6000))]
    projects.plan_funding(**step, total=Decimal("14600.50"), lines=lines, now=now)
    for line, kind, amount in (
        (1, "approved", lines[0].planned),
        (2, "applied", None),
        (2, "approved", lines[1].planned),
    ):
        projects.tell_funding(
            **step, line_no=line, kind=kind, amount=amount, said_by="业委会" if line == 1 else "街道办事处",
            on=still.ago(22).date(), now=still.ago(22),
        )  # fmt: skip
    projects.tell_funding(
        **step, line_no=1, kind="received", amount=Decimal(5000), said_by="业委会", on=still.ago(21).date(),
        now=still.ago(21),
    )  # fmt: skip

    resolve(topic("围墙掉砖", 21), 18, "project")
    gate = topic("换一扇院门", 30)
    resolve(gate, 26, "project")
    later = projects.create_project(
        actor=actor("committee_chair"), estate=estate, title="换院门", unit="扇", total=1, phases=[("换门", 1, None)],
        matter_no=gate.no, now=still.ago(24),
    )  # fmt: skip
    before = {**step, "no": later.no}
    projects.add_task(**before, title="先拆旧门", who="物业", now=now)
    projects.add_task(**before, first_no=project.no, now=now)
    projects.plan_funding(**before, total=Decimal(3200), lines=[LineDraft("公共收益", Decimal(3200))], now=now)

    projects.start_phase(**step, **seen(20))
    projects.finish_phase(**step, **seen(10))
    projects.accept_phase(**step, note="逐处看过。", **seen(9))
    # Decided, and nobody has set the project up yet.
    resolve(topic("装两个雨水桶", 12), 10, "project")

    waiting = topic("门禁卡补办太慢", 18)
    resolve(waiting, 16, "work")
    matters.end_step(
        actor=actor("community_worker"), matter_id=waiting.pk, outcome="done", note="已经办好。", now=still.ago(2)
    )
    answered = topic("信箱锁坏了", 40)
    resolve(answered, 36, "work")
    worker = actor("community_worker")
    matters.end_step(actor=worker, matter_id=answered.pk, outcome="done", note="已经办好。", now=still.ago(8))
    matters.answer(actor=worker, matter_id=answered.pk, texts="信箱的锁都换了新的。", now=still.ago(7))
    _tie(still, waiting, vote)
    chart_of(still)
    _mediate(still)
    _appraise(still, [report("水管爆了", 20), report("电箱冒烟", 22)], answered)
    declined = report("请给每户装空调", 12, by="owner_2")
    matters.decline(
        actor=actor("grid_worker"), matter_id=declined.pk, reason="家里的空调由各家自己装，小区不能代办。",
        texts={row.pk: "家里的空调由各家自己装。" for row in Report.objects.filter(matter=declined)}, now=still.ago(11),
    )  # fmt: skip


def _closed_days(still: Still) -> None:
    """A work day of this year that the office is closed, and one that was entered and lifted again."""
    from yishiting.ground.places import selectors as places
    from yishiting.ground.places import services

    known = places.calendar(still.estate.pk)
    today = still.now.date()
    year = [date(today.year, 1, 1) + timedelta(days=n) for n in range(365)]
    first, second = [day for day in year if known.is_workday(day)][-2:]
    keeper = still.actor("community_worker")
    for day, reason in ((first, "办公室搬家"), (second, "停电检修")):
        row = services.set_day(
            actor=keeper, estate=still.estate, day=day, worked=False, reason=reason, now=still.ago(3)
        )
    services.lift_day(actor=keeper, estate=still.estate, override_id=row.pk, reason="改在周末检修", now=still.ago(2))
