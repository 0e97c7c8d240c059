"""An estate in which something of everything has happened, all of it through the verbs: for tests of the record."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from tests.record import kept, of_charts, of_desks, of_interests, of_notices
from tests.support.world import START, World
from yishiting.council.appraisals import services as appraisals
from yishiting.council.appraisals.tests import appraising
from yishiting.council.cases import services as cases
from yishiting.council.cases.tests import mediating
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Report
from yishiting.council.matters.tests import making
from yishiting.council.meetings import services as meetings
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting
from yishiting.council.meetings.recurrence import Rule
from yishiting.council.meetings.tests import sitting
from yishiting.council.projects import services as projects
from yishiting.council.projects.funding import LineDraft
from yishiting.council.projects.models import Project
from yishiting.council.projects.tests import building as works
from yishiting.council.votes import services as votes
from yishiting.council.votes.tests import voting
from yishiting.ground.organisations import services as organisations
from yishiting.ground.organisations.models import Post
from yishiting.ground.packs.shipped import source_of
from yishiting.ground.people.models import Holding, Person, UnsettledPhone
from yishiting.ground.people.roster import parse, read_workbook
from yishiting.ground.people.services import apply_roster, set_area, settle_phone
from yishiting.ground.people.services.settling import sharing
from yishiting.ground.places import services as places
from yishiting.ground.places.models import Building, DeclaredFigure, Entrance, Home

NAME = "样样苑"
ROSTER = """楼栋,单元,房号,建筑面积,业主姓名,联系电话,租户姓名,租户电话
1栋,1单元,101,80.5,业主甲,13900000001,租客子,13900000101
1栋,1单元,102,90,业主乙,13900000002,,
1栋,2单元,101,88,业主丙,13900000003,租客丑,13900000102
2栋,1单元,101,100,业主丁,13900000004,,
2栋,1单元,102,101,业主戊,13900000005,,
2栋,2单元,101,102,业主己,13900000006,,
2栋,2单元,102,103,业主庚,13900000007,,
2栋,2单元,201,104,业主辛,13900000007,,
2栋,2单元,202,105,业主壬,13900000008,,
2栋,2单元,301,106,业主癸,13900000008,,
2栋,3单元,101,107,业主子,13900000009,,
"""
IN_THE_ESTATE = (
    "grid_worker",
    "moderator",
    "committee_chair",
    "committee_member",
    "property_manager",
    "police_officer",
    "supervisor",
)
HOUR = timedelta(hours=1)
TURNED_DOWN = "这件事不归小区管，请找市政热线。"


def live() -> World:
    """Found an estate, and let everything happen in it that the verbs know, once in a process (see ``kept``).

    Returns it with the clock at the end.
    """
    return kept.once(_happen)


def _happen() -> World:
    world = _ground()
    matters.ensure_library(now=world.now)
    _retired(world)
    _one_matter_through(world)
    _others(world)
    _votes(world)
    _cases(world)
    _appraisals(world)
    of_notices.happen(world)
    of_desks.happen(world)
    of_interests.happen(world)
    of_charts.happen(world)
    return world


def _ground() -> World:
    region = places.region_at(("示范市", "河东区", "滨江街道", "滨河社区"))
    assert region is not None
    estate = places.create_estate(name=NAME, region=region, actor_id=None, now=START)
    # Another one of the region, for hands that would move a row over to it.
    places.create_estate(name="隔壁苑", region=region.parent, actor_id=None, now=START)
    roster = parse(read_workbook(ROSTER.encode(), "名册.csv"), NAME)
    apply_roster(estate=estate, roster=roster, actor_id=None, now=START)
    homes = list(Home.objects.filter(estate=estate).order_by("order"))
    owners = [Holding.objects.get(home=home).person for home in homes]
    world = World(estate, homes, owners, {}, now=START)
    world.buildings = list(Building.objects.filter(estate=estate))
    world.entrances = list(Entrance.objects.filter(estate=estate))
    body = organisations.found_organisation(kind="community", name="滨河社区居委会", region=region)
    above = organisations.create_post(organisation=body, kind="community_worker", region=region)
    world.staff["community_worker"] = _person("社工", "13800000000")
    organisations.appoint(
        post=above, person=world.staff["community_worker"], since=START, actor_id=None, name_public=True
    )
    for number, kind in enumerate(IN_THE_ESTATE, 1):
        world.staff[kind] = _person(f"{kind}", f"1380000{number:04d}")
        organisations.fill_post(estate=estate, kind=kind, person=world.staff[kind], since=START, actor_id=None)
    world.staff["building_head"] = _person("楼长", "13800000099")
    first = organisations.fill_post(
        estate=estate, kind="building_head", person=world.owners[0], since=START, actor_id=None,
        building=world.buildings[0],
    )  # fmt: skip
    organisations.end_term(term=first, now=making.later(world, hours=1), actor_id=None)
    organisations.appoint(post=first.post, person=world.staff["building_head"], since=world.now, actor_id=None)
    worker = world.actor("community_worker")
    for name, value in ((DeclaredFigure.Name.HOMES, 9), (DeclaredFigure.Name.BIKE_PLACES, 30)):
        places.declare(estate=estate, name=name, value=value, source="社区台账", actor_id=None, now=world.now)
    places.set_zone(estate=estate, label="南门", capacity=20, actor_id=None, now=world.now)
    places.set_zone(estate=estate, label="北门", capacity=12, actor_id=None, now=world.now)
    for text in ("2026-03-14 班 搬家", "2026-03-16 休 搬家"):
        places.import_days(actor=worker, estate=estate, text=text, reason="社区搬家", now=world.now)
    lifted = places.set_day(
        actor=worker, estate=estate, day=date(2026, 3, 18), worked=False, reason="停电", now=world.now
    )
    places.lift_day(actor=worker, estate=estate, override_id=lifted.pk, reason="不停了", now=world.now)
    home = world.homes[0]
    assert home.area is not None
    set_area(
        actor=worker, estate=estate, home_id=home.pk, area=home.area + 1, source="register", reason="document",
        now=world.now,
    )  # fmt: skip
    row = UnsettledPhone.objects.filter(estate=estate).order_by("pk")[0]
    here, _ = sharing(estate, row.phone_hash)
    settle_phone(actor=worker, estate=estate, unsettled_id=row.pk, person_id=here[0].pk, now=world.now)
    return world


def _person(name: str, phone: str) -> Person:
    person = Person(name=name)
    person.phone = phone
    person.save()
    return person


def _retired(world: World) -> None:
    """A playbook that is retired, and one that was and is used again."""
    worker, estate = world.actor("community_worker"), world.estate
    for name in ("garden-council", "demand-survey"):
        now = making.later(world, hours=1)
        matters.retire_playbook(actor=worker, estate=estate, playbook=name, reason="用不上", now=now)
    now = making.later(world, hours=1)
    matters.restore_playbook(actor=worker, estate=estate, playbook="demand-survey", reason="又用得上", now=now)


def _one_matter_through(world: World) -> None:
    """From the report to the rating, by way of a meeting and a project, with a second reporter and pictures."""
    worker = world.actor("community_worker")
    report = making.reported(
        world, photos=[making.stored(world), making.stored(world)], entrance=world.entrances[0], spot="门厅"
    )
    joined = matters.join(
        actor=world.actor(3),
        matter_id=report.matter_id,
        words="我家也出不去",
        urgent=True,
        now=making.later(world, hours=1),
    )
    matter = making.accepted(world, report.matter, making.shipped("five-step"))
    making.later(world, hours=1)
    photo = making.stored(world, making.STAFF)
    matters.add_evidence(
        actor=worker,
        matter_id=matter.pk,
        kind="note",
        label="看过现场",
        note="门口停了九辆",
        photo=photo,
        now=world.now,
    )
    shown = report.photos.order_by("pk")[0]
    matters.publish_photo(actor=worker, matter_id=matter.pk, photo_id=shown.pk, public=True, now=world.now)
    matters.end_step(actor=worker, matter_id=matter.pk, outcome="done", note="列为议题", now=world.now)
    matter.refresh_from_db()
    meeting = sitting.planned(world, matter)
    chair = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no}
    here = {"actor": chair["actor"], "estate_id": world.estate.pk}
    about = meetings.name_concerned(**here, matter_no=matter.no, home_id=world.homes[1].pk, now=world.now)
    other = meetings.name_concerned(**here, matter_no=matter.no, who="门口的小卖部", now=world.now)
    meetings.lift_concerned(**here, concerned_id=other.pk, reason="不是他家的", now=making.later(world, hours=1))
    item = meeting.agenda.get()
    for text in ("建在哪里？", "多说了一个"):
        asked = meetings.ask_question(**chair, item_id=item.pk, text=text, options=("东门", "西门"), now=world.now)
    meetings.lift_question(**here, question_id=asked.pk, reason="列错了", now=world.now)
    meetings.invite(**chair, now=world.now)
    meetings.move_meeting(**chair, starts_at=world.now + 3 * HOUR, place="居委会二楼", now=making.later(world, hours=1))
    meetings.invite(**chair, now=world.now)
    meetings.ask_concerned(**chair, concerned_id=about.pk, how="face", now=world.now)
    _sit(world, meeting)
    project = works.create(world, 2, 1, matter=matter, needs_insurance=True)
    works.insure(world, project)
    _paid_and_ready(world, project)
    works.through(world, project, 1, 2, operate=True)
    making.later(world, hours=1)
    matters.answer(actor=worker, matter_id=matter.pk, texts="车棚已经建好了。", now=world.now)
    matters.rate(actor=world.actor(0), report_id=report.pk, rating=5, words="好", now=making.later(world, hours=1))
    matters.rate(actor=world.actor(3), report_id=joined.pk, rating=2, now=world.now)
    assert Report.objects.get(pk=joined.pk).matter.status == "closed"


def _paid_and_ready(world: World, project: Project) -> None:
    """Money from two sources, planned twice; a task done with a picture, one dropped, and another project to come first."""
    at = {"actor": world.actor("committee_chair"), "estate_id": world.estate.pk, "no": project.no}
    now, on = world.now, works.today(world)
    first = projects.add_task(**at, title="挪车", who="物业", now=now)
    other = projects.add_task(**at, title="断电", now=now)
    before = works.create(world, 1)
    projects.add_task(**at, first_no=before.no, now=now)
    works.through(world, before, 1)
    projects.finish_task(**at, task_no=first.no, note="都挪走了", photo=works.picture(world), now=now)
    projects.drop_task(**at, task_no=other.no, reason="不用断", now=now)
    lines = [LineDraft("维修资金", Decimal("300.50")), LineDraft("居民自筹", Decimal(200))]
    projects.plan_funding(**at, total=Decimal("500.50"), lines=lines, now=now)
    lines[1] = LineDraft("社区经费", Decimal(200))
    projects.plan_funding(**at, total=Decimal("500.50"), lines=lines, reason="社区出", now=now)
    for line, amount in ((1, Decimal("300.50")), (3, Decimal(200))):
        projects.tell_funding(**at, line_no=line, kind="applied", said_by="社区", on=on, note="递了表", now=now)
        for kind in ("approved", "received"):
            projects.tell_funding(**at, line_no=line, kind=kind, said_by="房产局", on=on, amount=amount, now=now)


def _sit(world: World, meeting: Meeting) -> None:
    making.later(world, hours=4)
    sitting.sign_in(world, meeting, *sitting.SIDES)
    chair = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no}
    extra = meetings.attend(**chair, party_id=meeting.parties.all()[0].pk, count=3, now=world.now)
    meetings.withdraw_attendance(**chair, attendance_id=extra.pk, now=world.now)
    post = Post.objects.get(terms__person=world.staff["grid_worker"])
    meetings.attend(**chair, party_id=extra.party_id, stands_for_id=post.pk, now=world.now)
    meetings.open_meeting(**chair, now=world.now)
    item, side = meeting.agenda.get(), meeting.parties.all()[2]
    for place in ("东门", "西门"):
        question = item.matter.questions.order_by("no")[0]
        meetings.settle_question(**chair, question_id=question.pk, text=place, now=world.now)
    meetings.take_statement(**chair, item_id=item.pk, party_id=side.pk, text="电容量够。", now=world.now)
    sitting.propose(world, meeting, "建车棚")
    sitting.propose(world, meeting, "什么都不做", side="物业")
    sitting.decide(world, meeting, 1, "rejected", "太贵")
    sitting.decide(world, meeting, 1)
    sitting.decide(world, meeting, 2, "rejected", "不行")
    sitting.close(world, meeting, Decision("project", "建车棚"))
    meetings.write_minutes(**chair, text="改过一处的记录。", reason="人数写错了", now=making.later(world, hours=1))


def _parted(world: World, merged: Report, into: Report) -> None:
    """A merge taken apart and done again, a report that was given its own matter, one judged, said anew, taken back."""
    worker = world.actor("community_worker")
    at = {"actor": worker, "reason": "不是一回事", "now": making.later(world, hours=1)}
    matters.unmerge(matter_id=merged.matter_id, **at)
    matters.merge(matter_id=merged.first_matter_id, into_id=into.matter_id, **at)
    wrong, off, back = (
        matters.join(actor=world.actor(who), matter_id=into.matter_id, words=words, now=making.later(world, hours=1))
        for who, words in ((5, "楼上漏水"), (6, "隔壁小区的灯"), (7, "不是我家"))
    )
    at["now"] = world.now
    matters.separate_report(report_id=wrong.pk, title="一处漏水", category="漏水渗水", **at)
    matters.judge_report(report_id=off.pk, valid=False, **at)
    matters.judge_report(report_id=into.pk, valid=True, **at)
    again = matters.correct_report(actor=world.actor(7), report_id=back.pk, words="说错了", now=world.now)
    matters.withdraw_report(actor=world.actor(7), report_id=again.pk, now=making.later(world, hours=1))


def _others(world: World) -> None:
    """Matters that were merged, turned down, dealt with at once, reopened, and one that waits."""
    worker = world.actor("community_worker")
    waiting, merged, declined, urgent, again = (
        making.reported(world, who, title=title)
        for who, title in enumerate(("路灯", "灯不亮", "公交站", "漏水", "门禁"))
    )
    making.later(world, hours=1)
    at = {"actor": worker, "reason": "理由", "now": world.now}
    matters.merge(matter_id=merged.matter_id, into_id=waiting.matter_id, **at)
    _parted(world, merged, waiting)
    matters.decline(matter_id=declined.matter_id, **at)
    matters.emergency(matter_id=urgent.matter_id, **at)
    matters.decline(matter_id=again.matter_id, **at)
    matters.reopen(actor=world.actor(4), report_id=again.pk, reason="还是坏的", now=making.later(world, hours=1))
    by_company = making.SIMPLE.replace("simple", "by-company").replace(making.STAFF, "property_manager", 1)
    left = making.accepted(
        world, making.reported(world, title="门禁坏了").matter, making.own_playbook(world, by_company)
    )
    company = world.actor("property_manager")
    matters.raise_matter(actor=company, matter_id=left.pk, reason="要换整套", now=making.later(world, hours=1))
    other = works.matter_for(world)
    project = works.create(world, 3, 2, matter=other)
    projects.change_plan(
        actor=world.actor("committee_chair"), estate_id=world.estate.pk, no=project.no, now=world.now,
        phases=[("第1期", 3, None), ("第2期", 1, None), ("第3期", 1, None)], reason="先修一段",
    )  # fmt: skip
    matters.end_step(actor=worker, matter_id=other.pk, outcome="stopped", now=making.later(world, hours=1))
    making.own_playbook(world)
    regular = meetings.plan_series(
        actor=world.actor("moderator"), estate=world.estate, title="例会", place="活动室", kind="garden", count=2,
        parties=[("牵头人", True), ("本楼住户", True)], least={"牵头人": 3}, rule=Rule(nth=1, weekday=6, workdays_only=True),
        at=time(9, 30), building_id=world.homes[0].building_id, now=world.now,
    )  # fmt: skip
    meetings.end_series(
        actor=world.actor("moderator"),
        estate_id=world.estate.pk,
        series_id=regular.pk,
        now=making.later(world, hours=1),
    )
    meetings.plan_series(
        actor=world.actor("moderator"), estate=world.estate, title="月会", place="活动室", kind="council", count=1,
        parties=[("社区", True)], rule=Rule(month_day=20), at=time(15), now=world.now,
    )  # fmt: skip
    two = [sitting.matter_for(world, title) for title in ("晾衣", "遛狗")]
    planned = meetings.plan_meeting(
        actor=world.actor("moderator"), estate=world.estate, title="圆桌会", place="楼下", now=world.now,
        starts_at=world.now + 24 * HOUR, matters=[each.pk for each in two], kind="round_table",
        building_id=world.homes[0].building_id, least={"居民代表": 2},
        parties=[*((side, True) for side in (*sitting.SIDES, "居民代表")), ("监督员", False)],
    )  # fmt: skip
    meetings.cancel_meeting(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=planned.no, now=making.later(world, hours=1)
    )


def _votes(world: World) -> None:
    """A pack that the estate took; a vote that was counted, with paper and a second ballot; an open one; one called off; a draft."""
    places.adopt_pack(
        actor=world.actor("community_worker"),
        estate=world.estate,
        text=source_of("ningbo"),
        reason="本市",
        now=world.now,
    )
    counted = voting.opened(world, items=[*voting.ONE, ("换门禁吗？", "special", "")])
    voting.online(world, counted, 0, "for")
    voting.online(world, counted, 0, "against", at=world.now + 2 * HOUR)
    voting.online(world, counted, 1, "abstain")
    voting.paper(world, counted, 3, "against", received_at=world.now + 3 * HOUR)
    voting.closed(world, counted)
    world.now = counted.closes_at + HOUR
    going = voting.opened(world, title="还在投", building=world.buildings[0])
    voting.online(world, going, 0, "for")
    voting.receive(world, going, 1, "for", received_at=world.now + HOUR)
    wrong = voting.receive(world, going, 2, "for", received_at=world.now + HOUR)
    votes.withdraw_slip(
        actor=world.actor("committee_member"), slip_id=wrong.pk, reason="户录错了", now=world.now + 2 * HOUR
    )
    off = voting.opened(world, title="不投了")
    votes.cancel_vote(actor=world.actor("committee_chair"), vote_id=off.pk, reason="另行安排", now=world.now + HOUR)
    choosing = votes.ItemDraft(
        "保洁请谁？",
        "options",
        of="ordinary",
        options=(votes.OptionDraft("留用", "熟", "慢"), votes.OptionDraft("换人")),
    )
    between = voting.opened(world, title="选一个", items=[choosing])
    voting.online(world, between, 0, "2")
    voting.draft(world, title="还没开始", items=[choosing])


def _cases(world: World) -> None:
    """Mediation: one agreed and looked back on, one of three kinds of parties that was refused, one that failed."""
    body = organisations.found_organisation(kind="property", name="好管家物业", estate=world.estate)
    organisations.appoint(
        post=organisations.create_post(organisation=body, kind="property_manager", estate=world.estate),
        person=world.staff["property_manager"], since=world.now, actor_id=None,
    )  # fmt: skip
    kept = mediating.settled(world)
    making.later(world, hours=1)
    cases.ask_court(
        actor=world.actor("grid_worker"), estate_id=world.estate.pk, no=kept.no, on=mediating.in_days(world, 0),
        now=world.now,
    )  # fmt: skip
    mediating.follow(world, kept, fulfilled=False, again=10)
    mediating.follow(world, kept, fulfilled=True)
    mediating.follow(world, mediating.settled(world, 0, 2, kind="oral"), fulfilled=False, again=10)
    asked = mediating.asked(world, 2, None)
    cases.add_party(
        actor=world.actor("community_worker"), estate_id=world.estate.pk, no=asked.no,
        party=cases.Asked("b", organisation_id=body.pk), now=world.now,
    )  # fmt: skip
    mediating.say(world, asked, 2, "refused", party=1)
    mediating.end(world, mediating.agreed(world, 3, 4))
    mediating.opened(world, 5, 6)
    # One whose other side nobody has named yet, and one whose agreement waits to be signed.
    mediating.asked(world, 7, None)
    waiting = mediating.agreed(world, 6, 7)
    mediating.hold(world, waiting)
    mediating.write(world, waiting)


def _appraisals(world: World) -> None:
    """Work that was found wanting, with what is done about it; an entrance that is asked; a building whose time is over."""
    matter = appraising.finished(world, "单元门")
    low = appraising.opened(world, matter)
    appraising.answer(world, low, 0, 2, "还是关不上")
    appraising.answer(world, low, 1, 1)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": low.no}
    appraisals.write_down(**at, home_id=world.homes[2].pk, score=2, now=world.now)
    appraising.closed(world, low)
    appraisals.note_follow_up(**at, text="换一把锁，再请大家评。", now=world.now)
    appraising.opened(world, matter, scope="building", building=world.buildings[1])
    making.later(world, hours=1)
    some = appraising.finished(world, "水箱")
    going = appraising.opened(world, some, scope="building", building=world.buildings[0])
    appraising.answer(world, going, 1, 4)
    appraising.opened(world, appraising.finished(world, "栏杆"), scope="entrance", entrance=_widest(world))


def _widest(world: World) -> Entrance:
    return max(world.entrances, key=lambda entrance: entrance.homes.count())
