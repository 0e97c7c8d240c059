"""What is done through a page and what is done through the interface is the same: on record, and in what is refused."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from tests.parity.twins import APART, Call, Page, Side, Twins, assert_driven
from yishiting.council.appraisals.tests import appraising
from yishiting.council.matters.models import Matter, Photo, PlaybookVersion, Report
from yishiting.council.matters.services import resolve
from yishiting.council.matters.tests import making
from yishiting.council.meetings.models import AgendaItem, Attendance, Concerned, Meeting, Party, Question, Series
from yishiting.council.projects.tests.building import PLAYBOOK as BUILD
from yishiting.council.projects.tests.building import jpeg
from yishiting.council.votes.models import Item, PaperSlip, Vote
from yishiting.ground.desks.models import HandOver, SavedFilter
from yishiting.ground.organisations.models import Organisation, Term
from yishiting.ground.people.models import Person, UnsettledPhone
from yishiting.ground.places.models import WorkdayOverride
from yishiting.reach.api import door
from yishiting.reach.api.tests import inventory
from yishiting.record.notices.models import Attempt
from yishiting.timeline.services import book

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORKER, CHAIR, MODERATOR, GRID = "community_worker", "committee_chair", "moderator", "grid_worker"
SURE = {"confirm": "1"}
MATTER = "desk/{slug}/matters/{no}/"
FORBIDDEN = "supervisor"


class File(BytesIO):
    """A file as a form sends it."""

    def __init__(self, content: bytes, name: str = "现场.jpg") -> None:
        super().__init__(content)
        self.name = name


def scene() -> File:
    """A picture of what was done."""
    return File(jpeg().read())


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> Twins:
    monkeypatch.setattr(door, "RATES", {})
    return Twins(monkeypatch)


def newest(side: Side, model: Any, **given: Any) -> Any:
    return model.objects.filter(estate=side.world.estate, **given).order_by("-pk").first()


def number(side: Side, model: Any = Matter) -> int:
    return int(newest(side, model).no)


def run(side: Side) -> int:
    """Return the passage that a worker looks at."""
    return making.run_of(Matter.objects.get(estate=side.world.estate, no=side.kept["no"])).pk


def version_of(name: str) -> PlaybookVersion:
    return PlaybookVersion.objects.filter(playbook=name).order_by("-version")[0]


def report(twins: Twins, who: int, title: str, **more: Any) -> None:
    """Report in both, and keep the matter's number as ``no``."""
    said = {"category": "停车充电", "title": title, "words": "天天堵着门", **more}
    twins.do(
        who,
        Page("e/{slug}/matters/new/", {**said, **SURE}),
        Call("POST", "matters", said),
        kind="matters.reported",
    )
    twins.keep("no", number)
    twins.keep("report", lambda side: newest(side, Report).pk)


def take_in(twins: Twins, text: str) -> None:
    twins.do(
        WORKER,
        Page("desk/{slug}/playbooks/new/", {"text": text}),
        Call("POST", "playbooks", {"text": text}),
        kind="matters.playbook_added",
    )


def accept(twins: Twins, name: str) -> None:
    def pk(side: Side) -> int:
        rows = PlaybookVersion.objects.filter(playbook=name)
        return int((rows.filter(estate=side.world.estate).first() or rows.get(estate=None)).pk)

    page = Page(MATTER + "accept/", {"playbook": pk, "reason": "确有其事", "title": "公开的题目", "spot": "东门"})
    body = {"playbook": name, "version": 1, "reason": "确有其事", "title": "公开的题目", "spot": "东门"}
    call = Call("POST", "desk/matters/{no}/acceptance", {**body, "version": version_of(name).version})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(WORKER, page, call, kind="matters.accepted")


def end_step(twins: Twins, who: Any, outcome: str = "done", note: str = "看过了") -> None:
    body = {"run": run, "outcome": outcome, "note": note}
    twins.do(
        who,
        Page(MATTER + "step/", {**body, **SURE}),
        Call("POST", "desk/matters/{no}/step", body),
        kind="matters.step_ended",
    )


def photo(twins: Twins, who: Any) -> None:
    """Send a picture to both; the page keeps one when the form with it is sent, so there it is kept by the verb."""
    from yishiting.council.matters import services

    twins.acting = twins.by_page
    kept = services.store_photo(
        actor=twins.by_page.world.actor(who),
        estate=twins.by_page.world.estate,
        upload=making.picture(),
        now=twins.now,
    )
    twins.by_page.kept["photo"] = kept.pk
    twins.acting = twins.by_call
    call = Call("POST", "photos", {"file": lambda _side: scene()}, as_form=True)
    method, path, body, more = call.on(twins.by_call)
    twins.by_call.kept["photo"] = twins.by_call.caller(who).does(method, path, body, **more)["id"]


def matters(twins: Twins) -> None:
    said = {"category": "停车充电", "title": "楼道停车", "words": "天天堵着门"}
    page = Page("e/{slug}/matters/new/", {**said, **SURE})
    twins.refuse(None, page, Call("POST", "matters", said))
    photo(twins, 0)
    twins.do(
        0,
        Page("e/{slug}/matters/new/", {**said, **SURE, "kept": lambda s: str(s.kept["photo"])}),
        Call("POST", "matters", {**said, "photos": [lambda s: s.kept["photo"]]}),
        kind="matters.reported",
    )
    twins.keep("main", number)
    for key, row in (("building", lambda s: s.world.buildings[0].pk), ("entrance", lambda s: s.world.entrances[0].pk)):
        place = lambda s, key=key, row=row: f"{key[0]}{row(s)}"  # noqa: E731
        page = Page(
            "e/{slug}/matters/new/", {**said, "title": f"{key}里的", "place": place, "door": "1栋2单元601", **SURE}
        )
        body = {**said, "title": f"{key}里的", f"{key}_id": row, "home_id": lambda s: s.world.homes[11].pk}
        call = Call("POST", "matters", {**body, "written_for_id": lambda s: s.world.owners[11].pk})
        twins.do(WORKER, page, call, kind="matters.reported")
    report(twins, 1, "楼道有车", spot="一楼", urgent=True)
    own = "?report={report}"
    words = {"words": "不是堵门，是堵楼梯"}
    page, call = (
        Page("e/{slug}/matters/{no}/correct/" + own, words),
        Call("POST", "/api/v1/me/reports/{report}/correction", words),
    )
    twins.refuse(2, page, call, says="您没有反映过这件事")
    twins.do(1, page, call, kind="matters.report_corrected")
    merge = Page(
        MATTER + "merge/",
        {
            "into": lambda s: Matter.objects.get(estate=s.world.estate, no=s.kept["main"]).pk,
            "reason": "同一件事",
            **SURE,
        },
    )
    into = Call("POST", "desk/matters/{no}/merger", {"into": lambda s: s.kept["main"], "reason": "同一件事"})
    twins.refuse(FORBIDDEN, merge, into)
    twins.do(WORKER, merge, into, kind="matters.merged")
    reason = {"reason": "其实是两处"}
    page, call = Page(MATTER + "unmerge/", {**reason, **SURE}), Call("POST", "desk/matters/{no}/separation", reason)
    twins.refuse(0, page, call)
    twins.do(WORKER, page, call, kind="matters.unmerged")
    twins.refuse(WORKER, page, call)
    twins.keep("no", lambda s: s.kept["main"])
    for who, words in ((2, "我家也出不去"), (3, "我家灯不亮")):
        twins.do(who, Page("e/{slug}/matters/{no}/join/", {"words": words}), Call("POST", "matters/{no}/reports", {"words": words}), kind="matters.joined")  # fmt: skip
        twins.keep(f"joined{who}", lambda s: newest(s, Report).pk)
    door = {"home_id": lambda s: s.world.homes[4].pk, "written_for_id": lambda s: s.world.owners[4].pk}
    twins.do(
        WORKER,
        Page("e/{slug}/matters/{no}/join/", {"words": "替他说的", "door": "1栋1单元501"}),
        Call("POST", "matters/{no}/reports", {"words": "替他说的", **door}),
        kind="matters.joined",
    )
    apart = {"reason": "说的是灯", "title": "灯不亮", "category": "停车充电"}
    page = Page(MATTER + "reports/{joined3}/separate/", {**apart, **SURE})
    call = Call("POST", "desk/matters/{no}/reports/{joined3}/separation", apart)
    twins.refuse(FORBIDDEN, page, call)
    twins.do(WORKER, page, call, kind="matters.separated")
    judged = Page(MATTER + "reports/{joined2}/judge/", {"valid": "no", "reason": "不在这个单元。"})
    call = Call("POST", "desk/matters/{no}/reports/{joined2}/judgement", {"valid": False, "reason": "不在这个单元。"})
    twins.refuse(0, judged, call)
    twins.do(WORKER, judged, call, kind="matters.rejected")
    report(twins, 4, "说错了")
    page, call = Page("e/{slug}/matters/{no}/withdraw/" + own), Call("POST", "/api/v1/me/reports/{report}/withdrawal")
    twins.refuse(5, page, call)
    twins.do(4, page, call, kind="matters.withdrawn")
    report(twins, 4, "树枝断了")
    reason = {"reason": "已经报给园林公司。"}
    page, call = Page(MATTER + "decline/", {**reason, **SURE}), Call("POST", "desk/matters/{no}/refusal", reason)
    twins.refuse(FORBIDDEN, page, call)
    twins.do(MODERATOR, page, call, kind="matters.declined")
    twins.refuse(MODERATOR, page, call)
    report(twins, 5, "管子爆了")
    reason = {"reason": "漏水", "tier": 4}
    page, call = Page(MATTER + "emergency/", {**reason, **SURE}), Call("POST", "desk/matters/{no}/emergency", reason)
    twins.refuse(FORBIDDEN, page, call)
    twins.refuse(WORKER, page, call, says="报不上去")
    page = Page(MATTER + "emergency/", {"reason": "漏水", "tier": 3, **SURE})
    twins.do(GRID, page, Call("POST", "desk/matters/{no}/emergency", {"reason": "漏水", "tier": 3}), kind="matters.emergency")  # fmt: skip
    twins.keep("no", lambda s: s.kept["main"])
    through(twins)
    raised(twins)
    gates(twins)


def gates(twins: Twins) -> None:
    report(twins, 0, "清楼道")
    text = making.SIMPLE.format(needs='needs = ["posted:each_entrance", "channels:2", "contacted:each_home"]')
    take_in(twins, text.replace('"simple"', '"gates"').replace("直接办理", "先通知"))
    accept(twins, "gates")
    entrance = lambda s: s.world.entrances[0].pk  # noqa: E731
    photo(twins, WORKER)
    posted = {"run": run, "note": "贴了"}
    page = Page(MATTER + "evidence/posted/", {**posted, "entrance": entrance, "photo": lambda _side: scene()})
    body = {**posted, "kind": "posted", "entrance_id": entrance, "photo_id": lambda s: s.kept["photo"]}
    call = Call("POST", "desk/matters/{no}/evidence", body)
    twins.do(WORKER, page, call, kind="matters.evidence_added")
    channel = {"run": run, "label": "业主群", "note": "发在群里"}
    page = Page(MATTER + "evidence/channel/", channel)
    call = Call("POST", "desk/matters/{no}/evidence", {**channel, "kind": "channel"})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(WORKER, page, call, kind="matters.evidence_added")
    homes = {"run": run, "note": "上门说了"}
    told = [lambda s: s.world.homes[0].pk, lambda s: s.world.homes[1].pk]
    page = Page(MATTER + "evidence/contacted/", {**homes, "homes": told})
    call = Call("POST", "desk/matters/{no}/evidence", {**homes, "kind": "contacted", "home_ids": told})
    twins.do(WORKER, page, call, kind="matters.evidence_added")
    step = {"run": run, "outcome": "done", "note": ""}
    twins.refuse(WORKER, Page(MATTER + "step/", {**step, **SURE}), Call("POST", "desk/matters/{no}/step", step))


def through(twins: Twins) -> None:
    take_in(twins, making.SIMPLE.format(needs=""))
    accept(twins, "simple")
    photo(twins, WORKER)
    note = {"note": "看过现场", "run": run}
    twins.do(
        WORKER,
        Page(MATTER + "evidence/note/", {**note, "photo": lambda _side: scene()}),
        Call("POST", "desk/matters/{no}/evidence", {**note, "kind": "note", "photo_id": lambda s: s.kept["photo"]}),
        kind="matters.evidence_added",
    )
    twins.keep("photo", lambda s: newest(s, Photo).pk)
    page = Page(MATTER + "photos/{photo}/publish/", {"public": "1"})
    call = Call("PUT", "desk/matters/{no}/photos/{photo}", {"public": True})
    twins.refuse(CHAIR, page, call)
    twins.do(WORKER, page, call, kind="matters.photo_published")
    step = {"run": run, "outcome": "done", "note": "清走了"}
    twins.refuse(FORBIDDEN, Page(MATTER + "step/", {**step, **SURE}), Call("POST", "desk/matters/{no}/step", step))
    end_step(twins, WORKER, note="清走了")
    answer = {"text": "已经清走了。", "run": run}
    outcome = {"outcome": "answered"}
    page = Page(MATTER + "answer/", {**answer, **SURE})
    call = Call("POST", "desk/matters/{no}/answers", {**answer, **outcome})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(WORKER, page, call, kind="matters.closed")
    twins.keep("report", lambda s: Report.objects.get(matter__no=s.kept["no"], estate=s.world.estate, person=s.world.owners[0]).pk)  # fmt: skip
    rating = {"rating": 4, "words": "还行"}
    page, call = Page("e/{slug}/matters/{no}/rate/?report={report}", rating), Call("POST", "/api/v1/me/reports/{report}/rating", rating)  # fmt: skip
    twins.refuse(1, page, call)
    twins.do(0, page, call, kind="matters.rated")
    twins.later(hours=1)
    reason = {"reason": "又停上了"}
    page, call = Page("e/{slug}/matters/{no}/reopen/?report={report}", reason), Call("POST", "/api/v1/me/reports/{report}/reopening", reason)  # fmt: skip
    twins.refuse(1, page, call)
    twins.do(0, page, call, kind="matters.reopened")
    reason = {"reason": "用不上了"}
    page = Page("desk/{slug}/playbooks/simple/retire/", reason)
    call = Call("POST", "playbooks/simple/retirement", reason)
    twins.refuse(FORBIDDEN, page, call)
    twins.do(WORKER, page, call, kind="matters.playbook_retired")
    twins.do(WORKER, page, Call("POST", "playbooks/simple/restoration", reason), kind="matters.playbook_restored")


def raised(twins: Twins) -> None:
    report(twins, 0, "要上级办")
    text = making.SIMPLE.format(needs="").replace('"simple"', '"lower"').replace("直接办理", "网格办理")
    take_in(twins, text.replace("community_worker", "grid_worker", 1))
    accept(twins, "lower")
    post = {"post": lambda s: making.run_of(newest(s, Matter)).post_id}
    reason = {"reason": "要街道协调", "run": run, **post}
    page, call = Page(MATTER + "raise/", {**reason, **SURE}), Call("POST", "desk/matters/{no}/raise", reason)
    twins.refuse(CHAIR, page, call)
    twins.do(GRID, page, call, kind="matters.raised")


def test_matters_by_page_and_by_call(twins: Twins) -> None:
    matters(twins)
    assert_reached(twins, "matters")


def assert_reached(twins: Twins, *rooms: str) -> None:
    """Each verb of the rooms was called by its page and by its operation, with everything that it takes."""
    assert_driven(twins, {name for name in inventory.REACHED if name.partition(".")[0] in rooms} - APART)


# ---------------------------------------------------------------------------------------------------------- meetings
MEETING = "desk/{slug}/meetings/{meeting}/"
SIDES = ("社区", "住户代表", "物业")


def wait_for_meeting(twins: Twins, who: int, title: str) -> None:
    report(twins, who, title)
    accept(twins, "five-step")
    end_step(twins, WORKER)


def plan(twins: Twins, day: str) -> None:
    said = {"title": "议事会", "place": "物业办公室"}
    page = Page(
        "desk/{slug}/meetings/new/",
        {
            **said,
            "day": day,
            "time": "15:00",
            "parties": "社区 2人\n住户代表\n物业\n?志愿者",
            "matters": [lambda s: Matter.objects.get(estate=s.world.estate, no=s.kept["no"]).pk],
        },
    )
    parties = [
        {"name": "社区", "least": 2},
        {"name": "住户代表"},
        {"name": "物业"},
        {"name": "志愿者", "required": False},
    ]
    body = {**said, "starts_at": f"{day}T15:00:00+08:00", "parties": parties, "matters": [lambda s: s.kept["no"]]}
    call = Call("POST", "meetings", body)
    twins.refuse(FORBIDDEN, page, call)
    twins.do(MODERATOR, page, call, kind="meetings.planned")
    twins.keep("meeting", lambda s: number(s, Meeting))


def side_id(name: str) -> Any:
    return lambda s: Party.objects.get(meeting=newest(s, Meeting), name=name).pk


def item_id(s: Side) -> int:
    return int(AgendaItem.objects.filter(meeting=newest(s, Meeting)).order_by("no")[0].pk)


def step(twins: Twins, act: str, form: dict[str, Any], call: Call, kind: str) -> None:
    """Do something to a meeting, after who does not run meetings was refused it."""
    page = Page(MEETING + act, form)
    twins.refuse(FORBIDDEN, page, call)
    twins.do(MODERATOR, page, call, kind=kind)


def meetings(twins: Twins) -> None:
    wait_for_meeting(twins, 0, "飞线充电")
    plan(twins, "2026-03-05")
    step(twins, "cancel/", {}, Call("POST", "meetings/{meeting}/cancellation"), "meetings.cancelled")
    plan(twins, "2026-03-05")
    item = {"item": item_id, "home": "", "who": ""}
    concerned = Page(MEETING + "concerned/", {**item, "who": "拉线的那一家"})
    named = Call("POST", "desk/matters/{no}/concerned", {"who": "拉线的那一家"})
    twins.refuse(FORBIDDEN, concerned, named)
    twins.do(MODERATOR, concerned, named, kind="meetings.concerned_named")
    twins.keep("named", lambda s: newest(s, Concerned).pk)
    home = lambda s: s.world.homes[1].pk  # noqa: E731
    twins.do(
        MODERATOR,
        Page(MEETING + "concerned/", {**item, "home": home}),
        Call("POST", "desk/matters/{no}/concerned", {"home_id": home}),
    )
    twins.keep("also", lambda s: newest(s, Concerned).pk)
    twins.read(MODERATOR, Page(MEETING + "concerned/"), Call("GET", "meetings/{meeting}/concerned"))
    reason = {"reason": "查过，不是他家"}
    step(twins, "concerned/{also}/lift/", reason, Call("POST", "concerned/{also}/lifting", reason), "meetings.concerned_lifted")  # fmt: skip
    questions(twins)
    step(twins, "invite/", {}, Call("POST", "meetings/{meeting}/invitation"), "meetings.invited")
    moved = {"starts_at": "2026-03-06T15:30:00+08:00", "place": "活动室"}
    step(twins, "move/", {"day": "2026-03-06", "time": "15:30", "place": "活动室"}, Call("PUT", "meetings/{meeting}/time", moved), "meetings.moved")  # fmt: skip
    step(twins, "invite/", {}, Call("POST", "meetings/{meeting}/invitation"), "meetings.invited")
    step(twins, "concerned/{named}/ask/", {"how": "face"}, Call("POST", "meetings/{meeting}/concerned/{named}", {"how": "face"}), "meetings.concerned_asked")  # fmt: skip
    twins.later(days=4, hours=6)
    # A refusal leads back to the page, which names them; that day's reading is on record in both.
    twins.read(MODERATOR, Page(MEETING + "concerned/"), Call("GET", "meetings/{meeting}/concerned"))
    opening = Call("POST", "meetings/{meeting}/opening")
    twins.refuse(MODERATOR, Page(MEETING + "open/"), opening)
    for name in SIDES:
        form = {"party": side_id(name), "count": 2, "person": "", "stands_for": ""}
        step(twins, "attend/", form, Call("POST", "meetings/{meeting}/attendances", {"party_id": side_id(name), "count": 2}), "meetings.attended")  # fmt: skip
    person = lambda s: s.world.staff[GRID].pk  # noqa: E731
    post = lambda s: Term.objects.get(person=s.world.staff[CHAIR]).post_id  # noqa: E731
    form = {"party": side_id("物业"), "count": 1, "person": person, "stands_for": post}
    body = {"party_id": side_id("物业"), "person_id": person, "stands_for_id": post}
    step(twins, "attend/", form, Call("POST", "meetings/{meeting}/attendances", body), "meetings.attended")
    twins.refuse(MODERATOR, Page(MEETING + "attend/", form), Call("POST", "meetings/{meeting}/attendances", body))
    twins.keep("attendance", lambda s: newest(s, Attendance).pk)
    step(twins, "attend/{attendance}/withdraw/", {}, Call("DELETE", "meetings/{meeting}/attendances/{attendance}"), "meetings.attendance_withdrawn")  # fmt: skip
    step(twins, "open/", {}, opening, "meetings.opened")
    said = {"text": "电费按表算"}
    form = {**said, "item": item_id, "party": side_id("物业")}
    body = {**said, "item_id": item_id, "party_id": side_id("物业")}
    step(twins, "state/", form, Call("POST", "meetings/{meeting}/statements", body), "meetings.stated")
    step(twins, "propose/", form, Call("POST", "meetings/{meeting}/proposals", body), "meetings.proposed")
    settled = {"text": "收"}
    step(twins, "questions/{question}/", settled, Call("PUT", "meetings/{meeting}/questions/{question}", settled), "meetings.question_settled")  # fmt: skip
    decided = {"outcome": "rejected", "reason": ""}
    page, call = Page(MEETING + "proposals/1/", decided), Call("PUT", "meetings/{meeting}/proposals/1", decided)
    twins.refuse(MODERATOR, page, call)
    decided = {"outcome": "adopted", "reason": "大家同意"}
    step(twins, "proposals/1/", decided, Call("PUT", "meetings/{meeting}/proposals/1", decided), "meetings.decided")  # fmt: skip
    decision = {"outcome": "project", "resolution": "按表算电费"}
    form = {"minutes": "三方到齐。", "sure": "on", "outcome_1": "project", "resolution_1": "按表算电费"}
    body = {"minutes": "三方到齐。", "decisions": {"1": decision}}
    step(twins, "close/", form, Call("POST", "meetings/{meeting}/closing", body), "meetings.closed")
    minutes = {"text": "三方到齐，各方发言。", "reason": "补记"}
    step(twins, "minutes/", minutes, Call("POST", "meetings/{meeting}/minutes", minutes), "meetings.minuted")
    broken_off(twins)
    series(twins)


def questions(twins: Twins) -> None:
    for text in ("收不收费？", "几点关？"):
        asked = Call(
            "POST", "meetings/{meeting}/questions", {"item_id": item_id, "text": text, "options": ["收", "不收"]}
        )
        form = {"item": item_id, "text": text, "options": "收\n不收"}
        step(twins, "questions/", form, asked, "meetings.question_asked")
        twins.keep("lifted" if text == "几点关？" else "question", lambda s: newest(s, Question).pk)
    reason = {"reason": "不用定"}
    lift = Call("POST", "questions/{lifted}/lifting", reason)
    step(twins, "questions/{lifted}/lift/", reason, lift, "meetings.question_lifted")


def broken_off(twins: Twins) -> None:
    wait_for_meeting(twins, 2, "晾衣")
    plan(twins, "2026-03-09")
    step(twins, "invite/", {}, Call("POST", "meetings/{meeting}/invitation"), "meetings.invited")
    twins.later(days=3)
    for name in SIDES:
        form = {"party": side_id(name), "count": 2, "person": "", "stands_for": ""}
        step(twins, "attend/", form, Call("POST", "meetings/{meeting}/attendances", {"party_id": side_id(name), "count": 2}), "meetings.attended")  # fmt: skip
    step(twins, "open/", {}, Call("POST", "meetings/{meeting}/opening"), "meetings.opened")
    reason = {"reason": "停电"}
    step(twins, "cancel/", reason, Call("POST", "meetings/{meeting}/interruption", reason), "meetings.interrupted")


def series(twins: Twins) -> None:
    said = {"title": "每月圆桌会", "kind": "round_table", "place": "架空层", "count": 2, "workdays_only": True}
    building = lambda s: s.world.buildings[0].pk  # noqa: E731
    page = Page(
        "desk/{slug}/meetings/series/",
        {
            **said,
            "month_day": 20,
            "time": "19:00",
            "parties": "社区\n居民代表 2人\n?楼栋长\n所涉住户",
            "building": building,
        },
    )
    parties = [
        {"name": "社区"},
        {"name": "居民代表", "least": 2},
        {"name": "楼栋长", "required": False},
        {"name": "所涉住户"},
    ]
    call = Call("POST", "meeting-series", {**said, "month_day": 20, "at": "19:00", "parties": parties, "building_id": building})  # fmt: skip
    twins.refuse(FORBIDDEN, page, call)
    twins.do(MODERATOR, page, call, kind="meetings.series_planned")
    twins.keep("meeting", lambda s: newest(s, Meeting).no - 1)
    report(twins, 3, "楼道堆物")
    accept(twins, "five-step")
    end_step(twins, WORKER)
    pk = lambda s: Matter.objects.get(estate=s.world.estate, no=s.kept["no"]).pk  # noqa: E731
    planned = {"title": "楼里的会", "place": "架空层"}
    sides = "社区\n居民代表 2人\n所涉住户\n住户代表\n物业"
    form = {**planned, "day": "2026-03-25", "time": "15:00", "matters": [pk], "building": building, "parties": sides}
    asked = [
        {"name": name, "least": 2 if name == "居民代表" else 1} for name in ("社区", "居民代表", "所涉住户", *SIDES[1:])
    ]
    body = {**planned, "kind": "round_table", "building_id": building, "parties": asked}
    body |= {"starts_at": "2026-03-25T15:00:00+08:00", "matters": [lambda s: s.kept["no"]]}
    page = Page("desk/{slug}/meetings/new/?kind=round_table", form)
    twins.do(MODERATOR, page, Call("POST", "meetings", body), kind="meetings.planned")
    twins.keep("round", lambda s: newest(s, Meeting).no)
    cancel = Call("POST", "meetings/{round}/cancellation")
    twins.do(MODERATOR, Page("desk/{slug}/meetings/{round}/cancel/"), cancel, kind="meetings.cancelled")
    topics = Call("POST", "meetings/{meeting}/topics", {"matters": [lambda s: s.kept["no"]]})
    step(twins, "topics/", {"matters": [pk]}, topics, "meetings.agenda_set")
    twins.keep("series", lambda s: newest(s, Series).pk)
    end = Call("POST", "meeting-series/{series}/end")
    twins.refuse(FORBIDDEN, Page("desk/{slug}/meetings/series/{series}/end/"), end)
    twins.do(MODERATOR, Page("desk/{slug}/meetings/series/{series}/end/"), end, kind="meetings.series_ended")
    twins.refuse(MODERATOR, Page("desk/{slug}/meetings/series/{series}/end/"), end)


def test_meetings_by_page_and_by_call(twins: Twins) -> None:
    meetings(twins)
    assert_reached(twins, "meetings")


# ---------------------------------------------------------------------------------------------------------- projects
PROJECT = "desk/{slug}/projects/{project}/"


def resolved(side: Side) -> int:
    """Leave the resolution of a meeting on the last matter, without which no project is set up; return its number."""
    moderator = side.world.actor(MODERATOR)
    matter = Matter.objects.filter(estate=side.world.estate).latest("pk")
    with book(side.world.estate.pk, actor_id=moderator.person_id, now=side.world.now) as record:
        made = resolve(record=record, matter=matter, text="装五个充电桩。", now=side.world.now, actor=moderator)
    side.entries()
    return made.no


def test_projects_by_page_and_by_call(twins: Twins) -> None:
    take_in(twins, BUILD.format(id="straight", needs=""))
    report(twins, 0, "加装充电桩")
    accept(twins, "straight")
    twins.keep("resolution", resolved)
    said = {"title": "加装充电桩", "unit": "个", "total": 5, "post_kind": CHAIR}
    page = Page("desk/{slug}/projects/new/?matter={no}", {**said, "phases": "3+2", "needs_insurance": "on"})
    phases = [{"planned": 3}, {"planned": 2}]
    call = Call(
        "POST", "projects", {**said, "phases": phases, "needs_insurance": True, "matter": lambda s: s.kept["no"]}
    )
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="projects.created")
    twins.keep("project", lambda _s: 1)
    reason = {"reason": "先装南侧"}
    page = Page(PROJECT + "plan/", {**reason, "phases": "4+1"})
    call = Call("PUT", "projects/{project}/plan", {**reason, "phases": [{"planned": 4}, {"planned": 1}]})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="projects.replanned")
    policy = {"insurer": "人保", "policy_no": "P-1", "valid_from": "2026-01-01", "valid_to": "2027-12-31"}
    page, call = Page(PROJECT + "insurance/", policy), Call("POST", "projects/{project}/insurance", policy)
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="projects.insured")
    for kind in ("noted", "started", "finished", "accepted", "operating"):
        done = {"on": "2026-03-02", "note": "照计划"}
        page = Page(PROJECT + f"phases/1/{kind}/", done)
        call = Call("POST", "projects/{project}/phases/1/steps", {**done, "kind": kind})
        twins.refuse(FORBIDDEN, page, call)
        photo(twins, CHAIR)
        kept = {} if kind == "noted" else {"kept": lambda s: s.kept["photo"]}
        body = {**done, "kind": kind, **({} if kind == "noted" else {"photo_id": lambda s: s.kept["photo"]})}
        twins.do(CHAIR, Page(PROJECT + f"phases/1/{kind}/", {**done, **kept}), Call("POST", "projects/{project}/phases/1/steps", body))  # fmt: skip
    twins.refuse(CHAIR, Page(PROJECT + "phases/1/started/", {**done, **kept}), Call("POST", "projects/{project}/phases/1/steps", {**body, "kind": "started"}))  # fmt: skip
    assert_reached(twins, "projects")


# ------------------------------------------------------------------------------------------------------------- votes
VOTE = "desk/{slug}/votes/{vote}/"


def draft(twins: Twins, title: str, place: str, **more: Any) -> None:
    def pk(side: Side) -> int:
        return (side.world.buildings if place == "building" else side.world.entrances)[0].pk

    items = {"items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-0-rule": "special"}
    said = {"title": title, "explanation": "加第十二条。", "precedence": "PAPER_WINS"}
    page = Page(
        "desk/{slug}/votes/new/" + ("?matter={no}" if more else ""),
        {
            **said,
            **items,
            "items-0-question": "写进管理规约吗？",
            "items-0-article": "第278条",
            "scope": lambda s: f"{place[0]}{pk(s)}",
            "closes_at": "2026-03-12",
            "closes_clock": "18:00",
        },
    )
    item = {"question": "写进管理规约吗？", "rule": "special", "article": "第278条"}
    body = {**said, "items": [item], "closes_at": "2026-03-12T18:00:00+08:00", **more}
    call = Call("POST", "votes", {**body, f"{place}_id": pk})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="votes.drafted")
    twins.keep("vote", lambda s: number(s, Vote))
    twins.keep("item", lambda s: newest(s, Item).pk)


def edit(twins: Twins) -> None:
    items = {"items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-0-rule": "ordinary", "items-0-article": ""}
    said = {"title": "单元里的", "explanation": "再说一遍。", "precedence": "FIRST_WINS"}
    entrance = lambda s: s.world.entrances[0].pk  # noqa: E731
    form = {"scope": lambda s: f"e{entrance(s)}", "closes_at": "2026-03-13", "closes_clock": "18:00"}
    page = Page(VOTE + "edit/", {**said, **items, **form, "items-0-question": "换门禁吗？"})
    body = {**said, "items": [{"question": "换门禁吗？"}], "closes_at": "2026-03-13T18:00:00+08:00"}
    twins.do(CHAIR, page, Call("PUT", "votes/{vote}", {**body, "entrance_id": entrance}), kind="votes.draft_edited")
    page = Page(VOTE + "edit/", {**said, **items, **form, "scope": lambda s: f"b{s.world.buildings[0].pk}", "items-0-question": "换门禁吗？"})  # fmt: skip
    call = Call("PUT", "votes/{vote}", {**body, "building_id": lambda s: s.world.buildings[0].pk})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="votes.draft_edited")
    twins.keep(
        "item", lambda s: Item.objects.filter(vote__no=s.kept["vote"], estate=s.world.estate).order_by("-pk")[0].pk
    )


def test_votes_by_page_and_by_call(twins: Twins) -> None:
    take_in(twins, making.VOTING.format(needs=""))
    report(twins, 0, "电动车上楼")
    accept(twins, "voting")
    draft(twins, "写错的", "entrance")
    reason = {"reason": "题目写错了"}
    page, call = Page(VOTE + "cancel/", reason), Call("POST", "votes/{vote}/cancellation", reason)
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="votes.draft_dropped")
    draft(twins, "电动车不上楼", "building", matter=lambda s: s.kept["no"])
    edit(twins)
    page, call = Page(VOTE + "open/"), Call("POST", "votes/{vote}/opening")
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="votes.opened")
    twins.refuse(CHAIR, page, call)
    twins.later(hours=1)
    item = "item_{item}"
    for who in range(5):
        ballot = Page("e/{slug}/votes/{vote}/ballot/confirm/", {item: "for", "head": str(who + 1), "sure": "1"})
        cast = Call("POST", "votes/{vote}/ballots", {"choices": {"1": "for"}, "head": who + 1})
        twins.do(who, ballot, cast)
    twins.refuse(11, ballot, cast)
    twins.refuse(None, ballot, cast)
    paper(twins, item)
    page, call = Page(VOTE + "close/", {"early": "on", "all_keyed": "on"}), Call("POST", "votes/{vote}/closing", {"early": True, "all_keyed": True})  # fmt: skip
    twins.refuse(GRID, page, call)
    twins.do(CHAIR, page, call, kind="votes.closed")
    assert_reached(twins, "votes")


def paper(twins: Twins, item: str) -> None:
    def receive(who: Any, home: int) -> tuple[Page, Call]:
        pk = lambda s: s.world.homes[home].pk  # noqa: E731
        twins.keep("home", pk)
        page = Page(
            VOTE + "paper/?home={home}", {item: "invalid", "received_at": "2026-03-02", "received_clock": "11:00"}
        )
        body = {"received_at": "2026-03-02T11:00:00+08:00", "home_id": pk, "choices": {"1": "invalid"}}
        return page, Call("POST", "votes/{vote}/slips", body)

    page, call = receive(GRID, 6)
    twins.refuse(FORBIDDEN, page, call)
    twins.do(GRID, page, call, kind="votes.paper_received")
    twins.keep("slip", lambda s: newest(s, PaperSlip).pk)
    reading = Page(VOTE + "paper/{slip}/", {item: "invalid"})
    again = Call("POST", "votes/{vote}/slips/{slip}/readings", {"choices": {"1": "invalid"}})
    twins.refuse(GRID, reading, again)
    twins.refuse(FORBIDDEN, reading, again)
    twins.do("committee_member", reading, again)
    page, call = receive(GRID, 7)
    twins.do(GRID, page, call, kind="votes.paper_received")
    twins.keep("slip", lambda s: newest(s, PaperSlip).pk)
    reason = {"reason": "认错了门牌"}
    page, call = Page(VOTE + "paper/{slip}/withdraw/", reason), Call("POST", "votes/{vote}/slips/{slip}/withdrawal", reason)  # fmt: skip
    twins.refuse(GRID, page, call)
    twins.do("committee_member", page, call)


# ------------------------------------------------------------------------------------------------------------- cases
CASE = "desk/{slug}/cases/{case}/"
LEADER, SUPERVISOR = "grid_worker", "case_supervisor"


def both(act: str, form: dict[str, Any], path: str, body: Any = None, method: str = "POST") -> tuple[Page, Call]:
    return Page(CASE + act, form), Call(method, "desk/cases/{case}/" + path, body)


def test_mediation_by_page_and_by_call(twins: Twins) -> None:
    asked = {"topic": "leak", "words": "楼上卫生间漏水。"}
    mine, theirs = (lambda s: s.world.homes[0].pk), (lambda s: s.world.homes[1].pk)
    page = Page("me/cases/{slug}/new/", {**asked, "as_home": mine, "other": "1栋1单元201"})
    call = Call("POST", "cases", {**asked, "as_home_id": mine, "other_home_id": theirs})
    twins.refuse(None, page, call)
    twins.do(0, page, call, kind="cases.opened")
    twins.keep("case", lambda _s: 1)
    page, call = both("mediator/", {"mediator": lambda s: s.world.staff[LEADER].pk}, "mediator", {"person_id": lambda s: s.world.staff[LEADER].pk}, "PUT")  # fmt: skip
    twins.refuse(CHAIR, page, call)
    twins.do(SUPERVISOR, page, call, kind="cases.mediator_chosen")
    twins.refuse(SUPERVISOR, page, call, says="已经是这一位")
    third = lambda s: s.world.homes[2].pk  # noqa: E731
    page, call = both(
        "party/", {"side": "b", "door": "1栋1单元301", "name": ""}, "parties", {"side": "b", "home_id": third}
    )
    twins.refuse(5, page, call)
    twins.do(LEADER, page, call, kind="cases.party_added")
    word = Page("me/cases/{slug}/{case}/2/agreed/"), Call("POST", "/api/v1/me/cases/{slug}/{case}/parties/2/words", {"act": "agreed"})  # fmt: skip
    twins.refuse(5, *word)
    twins.do(1, *word, kind="cases.consent")
    twins.later(hours=1)
    said = {"party": 3, "act": "agreed", "how": "phone"}
    page, call = both("consent/", {**said, "day": "2026-03-02", "clock": "10:30"}, "consents", {**said, "at": "2026-03-02T10:30:00+08:00"})  # fmt: skip
    twins.refuse(5, page, call)
    twins.do(LEADER, page, call, kind="cases.consent")
    twins.later(hours=1)
    held = {"place": "居委会调解室", "came": [1, 2, 3], "said": "楼上说愿意修。"}
    page, call = both("session/", {**held, "day": "2026-03-02", "clock": "11:30"}, "sessions", {**held, "held_at": "2026-03-02T11:30:00+08:00"})  # fmt: skip
    twins.refuse(SUPERVISOR, page, call)
    twins.do(LEADER, page, call, kind="cases.session")
    terms = {"kind": "written", "terms": "十天内修好防水。", "follow_up_on": "2026-03-20"}
    page, call = both("agreement/", terms, "agreement", terms)
    twins.refuse(SUPERVISOR, page, call)
    twins.do(LEADER, page, call, kind="cases.agreement")
    for party in (1, 2, 3, None):
        page, call = both("sign/", {"signed": ["mediator" if party is None else str(party)]}, "signatures", {"party": party})  # fmt: skip
        twins.do(LEADER, page, call, kind="cases.signed")
    twins.refuse(SUPERVISOR, page, call)
    page, call = both("seal/", {"sure": "on"}, "seal")
    twins.refuse(LEADER, page, call)
    twins.do(SUPERVISOR, page, call, kind="cases.sealed")
    on = {"on": "2026-03-02"}
    page, call = both("court/", on, "court", on)
    twins.refuse(5, page, call)
    twins.do(LEADER, page, call, kind="cases.court")
    looked = {"words": "做了一半"}
    page, call = both("follow-up/", {**looked, "fulfilled": "no", "follow_up_on": "2026-04-01"}, "follow-ups", {**looked, "fulfilled": False, "again_on": "2026-04-01"})  # fmt: skip
    twins.refuse(5, page, call)
    twins.do(LEADER, page, call, kind="cases.follow_up")
    ended(twins)
    company = lambda s: newest(s, Organisation, kind="property").pk  # noqa: E731
    page = Page("me/cases/{slug}/new/", {**asked, "as_home": "", "other": "", "company": company})
    twins.do(5, page, Call("POST", "cases", {**asked, "other_organisation_id": company}), kind="cases.opened")
    assert_reached(twins, "cases")


def ended(twins: Twins) -> None:
    opened = {"topic": "noise", "words": "半夜装修。"}
    report(twins, 0, "半夜装修")
    third, fourth = (lambda s: s.world.homes[2].pk), (lambda s: s.world.homes[3].pk)
    doors = {"a_door": "1栋1单元301", "a_name": "", "b_door": "1栋1单元401", "b_name": ""}
    page = Page("desk/{slug}/cases/new/", {**opened, **doors, "matter": lambda s: s.kept["no"]})
    parties = [{"side": "a", "home_id": third}, {"side": "b", "home_id": fourth}]
    call = Call("POST", "desk/cases", {**opened, "parties": parties, "matter": lambda s: s.kept["no"]})
    twins.refuse(CHAIR, page, call)
    twins.do(LEADER, page, call, kind="cases.opened")
    twins.keep("case", lambda _s: 2)
    over = {"outcome": "failed", "words": "说不到一起。"}
    page, call = both("end/", over, "end", over)
    twins.refuse(5, page, call)
    twins.do(LEADER, page, call, kind="cases.ended")
    twins.refuse(LEADER, page, call)
    twins.do(LEADER, Page("desk/{slug}/cases/new/", {**opened, **doors, "matter": ""}), Call("POST", "desk/cases", {**opened, "parties": parties}))  # fmt: skip
    twins.later(hours=1)
    for side in twins.sides:
        Term.objects.filter(person=side.world.staff[SUPERVISOR]).update(until=twins.now)
    twins.later(hours=1)
    page, call = Page("desk/{slug}/cases/take-over/"), Call("POST", "desk/cases-left-alone/taking-over")
    twins.refuse(LEADER, page, call)
    twins.do(WORKER, page, call, kind="cases.taken_over")


# -------------------------------------------------------------------------------------------------------- appraisals
def test_appraisals_by_page_and_by_call(twins: Twins) -> None:
    for side in twins.sides:
        side.world.now = twins.now
        side.kept["no"] = appraising.finished(side.world, reporters=4).no
        side.entries()
    twins.later(hours=3)
    said = {"matter": lambda s: s.kept["no"], "scope": "reporters"}
    page = Page("desk/{slug}/appraisals/new/", {**said, "building": "", "entrance": "", "threshold": "3.0", "closes_on": "2026-03-10"})  # fmt: skip
    call = Call("POST", "appraisals", {**said, "threshold": 30, "closes_at": "2026-03-10T18:00:00+08:00"})
    twins.refuse(GRID, page, call)
    twins.do(MODERATOR, page, call, kind="appraisals.opened")
    twins.keep("appraisal", lambda _s: 1)
    for who in range(3):
        home = lambda s, who=who: s.world.homes[who].pk  # noqa: E731
        twins.keep("home", home)
        answer = {"score": 1, "words": "没修好"}
        page = Page("e/{slug}/appraisals/{appraisal}/answer/{home}/", answer)
        call = Call("POST", "appraisals/{appraisal}/answers", {**answer, "home_id": home})
        twins.refuse(7, page, call)
        twins.do(who, page, call, kind="appraisals.answered")
    twins.refuse(who, page, call, says="一户评一次")
    answer = {"score": 2, "words": "一般"}
    page = Page("desk/{slug}/appraisals/{appraisal}/write/", {**answer, "door": "1栋1单元401"})
    call = Call("POST", "appraisals/{appraisal}/written-answers", {**answer, "home_id": lambda s: s.world.homes[3].pk})
    twins.refuse("property_manager", page, call)
    twins.do(MODERATOR, page, call, kind="appraisals.answered")
    page, call = Page("desk/{slug}/appraisals/{appraisal}/close/"), Call("POST", "appraisals/{appraisal}/closing")
    twins.refuse(MODERATOR, page, call, says="还没到截止的时候")
    twins.later(days=9)
    twins.refuse("property_manager", page, call)
    twins.do(MODERATOR, page, call, kind="appraisals.closed")
    twins.read(MODERATOR, Page("desk/{slug}/appraisals/{appraisal}/"), Call("GET", "appraisals/{appraisal}/answers"))
    text = {"text": "换一家来修，月底前修好。"}
    page, call = Page("desk/{slug}/appraisals/{appraisal}/note/", text), Call("POST", "appraisals/{appraisal}/notes", text)  # fmt: skip
    twins.refuse("property_manager", page, call)
    twins.do(MODERATOR, page, call, kind="appraisals.noted")
    for scope, place in (
        ("building", lambda s: s.world.buildings[0].pk),
        ("entrance", lambda s: s.world.entrances[0].pk),
    ):
        for side in twins.sides:
            side.world.now = twins.now
            side.kept["no"] = appraising.finished(side.world, f"{scope}里的灯").no
            side.entries()
        twins.later(hours=3)
        said = {"matter": lambda s: s.kept["no"], "scope": scope}
        page = Page("desk/{slug}/appraisals/new/", {**said, "building": "", "entrance": "", scope: place, "threshold": "3.0", "closes_on": "2026-03-20"})  # fmt: skip
        call = Call("POST", "appraisals", {**said, f"{scope}_id": place, "threshold": 30, "closes_at": "2026-03-20T18:00:00+08:00"})  # fmt: skip
        twins.do(MODERATOR, page, call, kind="appraisals.opened")
    assert_reached(twins, "appraisals")


# ------------------------------------------------------------------------------------------- notices, rounds, places
def notice(act: str, form: dict[str, Any], path: str, body: Any) -> tuple[Page, Call]:
    return Page("desk/{slug}/notices/{notice}/" + act, form), Call("POST", "desk/notices/{notice}/" + path, body)


def test_notices_by_page_and_by_call(twins: Twins) -> None:
    take_in(twins, making.SIMPLE.format(needs="").replace('"simple"', '"sheet"').replace('kind = "work"', 'kind = "notice"').replace("done =", "posted =").replace(', not_done = "answer"', ""))  # fmt: skip
    report(twins, 0, "雨棚")
    accept(twins, "sheet")
    entrance = lambda s: s.world.entrances[0].pk  # noqa: E731
    said = {"kind": "plan", "title": "雨棚整改", "text": "302室的雨棚请拆。", "least_days": 1, "channels": ["entrance", "other"]}  # fmt: skip
    page = Page("desk/{slug}/notices/new/?matter={no}", {**said, "names_homes": "on", "entrances": [lambda s: f"e{entrance(s)}"]})  # fmt: skip
    body = {**said, "names_homes": True, "entrance_ids": [entrance]}
    call = Call("POST", "desk/notices", {**body, "matter": lambda s: s.kept["no"]})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(WORKER, page, call, kind="notices.drafted")
    twins.keep("notice", lambda _s: 1)
    returned = {"note": "写上依据"}
    page, call = notice("review/", {**returned, "agrees": "no"}, "review", {**returned, "agrees": False, "version": 1})
    twins.refuse("property_manager", page, call)
    twins.refuse(WORKER, page, call, says="要请另一个人复核")
    twins.do(CHAIR, page, call, kind="notices.returned")
    body = {**body, "text": "依据规约，302室的雨棚请拆。"}
    form = {**said, "text": body["text"], "names_homes": "on", "entrances": [lambda s: f"e{entrance(s)}"]}
    page, call = notice("revise/", form, "versions", {**body, "version": 1})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(WORKER, page, call, kind="notices.drafted")
    page, call = notice("review/", {"agrees": "yes", "note": ""}, "review", {"agrees": True, "version": 2})
    twins.do(CHAIR, page, call, kind="notices.reviewed")
    page, call = notice("publish/", {"version": 2}, "publication", {"version": 2})
    twins.refuse(WORKER, page, call, says="要请另一个人发布")
    twins.do(CHAIR, page, call, kind="notices.published")
    shown = {"channel": "entrance", "label": "", "note": "贴在门内", "on": "2026-03-02"}
    page, call = notice("post/", {**shown, "entrances": [entrance]}, "postings", {**shown, "entrance_ids": [entrance], "version": 2})  # fmt: skip
    twins.refuse(FORBIDDEN, page, call)
    twins.do(WORKER, page, call, kind="notices.posted")
    shown = {"channel": "other", "label": "电子屏", "note": "大门口", "on": "2026-03-02"}
    page, _call = notice("post/", {**shown, "picture": lambda _s: scene()}, "", None)
    call = Call(
        "POST", "desk/notices/{notice}/pictures", {**shown, "version": 2, "file": lambda _s: scene()}, as_form=True
    )
    twins.do(WORKER, page, call, kind="notices.posted")
    objections(twins)
    note = {"note": ""}
    page, call = notice("archive/", note, "archive", note)
    twins.refuse(FORBIDDEN, page, call)
    twins.refuse(WORKER, page, call, says="提前收起来")
    note = {"note": "另行通知"}
    twins.do(WORKER, *notice("archive/", note, "archive", note), kind="notices.archived")
    rounds(twins)
    assert_reached(twins, "notices")


def objections(twins: Twins) -> None:
    said = {"words": "雨棚是物业让装的。"}
    page, call = Page("e/{slug}/notices/{notice}/object/", {**said, "version": 2}), Call("POST", "notices/{notice}/objections", {**said, "version": 2})  # fmt: skip
    twins.refuse(None, page, call)
    twins.refuse("supervisor", page, call, says="公示范围里")
    twins.do(0, page, call, kind="notices.objected")
    twins.refuse(0, page, call, says="先撤回原来的")
    back = Page("e/{slug}/notices/{notice}/objections/1/"), Call("POST", "notices/{notice}/objections/1/withdrawal", {})
    twins.do(0, *back, kind="notices.objection_withdrawn")
    home = lambda s: s.world.homes[1].pk  # noqa: E731
    paper = {**said, "on": "2026-03-02"}
    page, call = notice("objections/new/", {**paper, "home": home}, "objections", {**paper, "home_id": home})
    twins.refuse("supervisor", page, call)
    twins.do(WORKER, page, call, kind="notices.objection_written")
    twins.refuse(WORKER, page, call, says="录过了")
    note = {"note": "录错了"}
    page = Page("desk/{slug}/notices/{notice}/objections/2/back/", note)
    twins.do(WORKER, page, Call("POST", "notices/{notice}/objections/2/withdrawal", note), kind="notices.objection_withdrawn")  # fmt: skip
    row = lambda s: s.world.homes[0].pk  # noqa: E731
    page, call = Page("e/{slug}/notices/{notice}/object/", {**said, "home": row, "version": 2}), Call("POST", "notices/{notice}/objections", {**said, "home_id": row, "version": 2})  # fmt: skip
    twins.do(0, page, call, kind="notices.objected")
    twins.read(CHAIR, Page("desk/{slug}/notices/{notice}/objections/"), Call("GET", "desk/notices/{notice}/objections"))
    answer = {"outcome": "partly", "text": "量过了。", "remedy": ""}
    page, call = notice("objections/3/", answer, "objections/3/answer", answer)
    twins.refuse(CHAIR, page, call, says="还是改一版再公示")
    answer = {**answer, "remedy": "revise"}
    twins.do(CHAIR, *notice("objections/3/", answer, "objections/3/answer", answer), kind="notices.objection_answered")
    form = {"kind": "plan", "title": "雨棚整改", "text": "改过：302室的雨棚月底前请拆。", "least_days": 1, "answer_days": 7, "channels": ["entrance"]}  # fmt: skip
    scope = {"entrances": [lambda s: f"e{s.world.entrances[0].pk}"]}
    body = {**form, "names_homes": True, "entrance_ids": [lambda s: s.world.entrances[0].pk], "version": 2}
    twins.do(WORKER, *notice("revise/", {**form, **scope, "names_homes": "on"}, "versions", body), kind="notices.drafted")  # fmt: skip
    twins.do(CHAIR, *notice("review/", {"agrees": "yes", "note": ""}, "review", {"agrees": True}), kind="notices.reviewed")  # fmt: skip
    twins.do(CHAIR, *notice("publish/", {"version": 3}, "publication", {"version": 3}), kind="notices.published")


def rounds(twins: Twins) -> None:
    text = making.SIMPLE.format(needs="").replace('"simple"', '"round"').replace('kind = "work"', 'kind = "canvass"')
    take_in(twins, text.replace("done =", "reached =").replace(', not_done = "answer"', ""))
    report(twins, 0, "停水")
    accept(twins, "round")
    entrance = lambda s: s.world.entrances[0].pk  # noqa: E731
    said = {"title": "停水通知", "words": "您好", "notes_suffice": 2}
    page = Page("desk/{slug}/canvasses/new/?matter={no}", {**said, "entrances": [lambda s: f"e{entrance(s)}"]})
    call = Call("POST", "desk/canvasses", {**said, "entrance_ids": [entrance], "matter": lambda s: s.kept["no"]})
    twins.refuse("building_head", page, call)
    twins.do(WORKER, page, call, kind="notices.canvass_begun")
    twins.keep("canvass", lambda _s: 1)
    twins.keep("home", lambda s: s.world.homes[0].pk)
    twins.later(hours=1)
    went = {"outcome": "met", "how": "phone", "note": "说知道了"}
    page = Page("desk/{slug}/canvasses/{canvass}/homes/{home}/", {**went, "at": "2026-03-02T10:30"})
    path = "desk/canvasses/{canvass}/doors/{home}/attempts"
    call = Call("POST", path, {**went, "at": "2026-03-02T10:30:00+08:00"})
    twins.refuse(FORBIDDEN, page, call)
    twins.do("building_head", page, call, kind="notices.attempted")
    twins.keep("attempt", lambda s: newest(s, Attempt).pk)
    page = Page("desk/{slug}/canvasses/{canvass}/homes/{home}/", {"withdraw": lambda s: s.kept["attempt"]})
    call = Call("DELETE", path + "/{attempt}")
    twins.refuse(FORBIDDEN, page, call)
    twins.do("building_head", page, call, kind="notices.attempt_withdrawn")
    page, call = Page("desk/{slug}/canvasses/{canvass}/close/", {"reason": ""}), Call("POST", "desk/canvasses/{canvass}/closing", {"reason": ""})  # fmt: skip
    twins.refuse("building_head", page, call)
    twins.refuse(WORKER, page, call, says="请写明为什么")
    reason = {"reason": "都在外地"}
    twins.do(WORKER, Page("desk/{slug}/canvasses/{canvass}/close/", reason), Call("POST", "desk/canvasses/{canvass}/closing", reason), kind="notices.canvass_closed")  # fmt: skip


def test_the_calendar_by_page_and_by_call(twins: Twins) -> None:
    said = {"day": "2026-03-18", "reason": "停电检修"}
    page, call = Page("desk/{slug}/calendar/day/", {**said, "worked": "0"}), Call("POST", "calendar/days", {**said, "worked": False})  # fmt: skip
    twins.refuse(GRID, page, call)
    twins.do(WORKER, page, call, kind="places.day_set")
    twins.refuse(WORKER, page, call, says="已经登记为休息")
    twins.keep("day", lambda s: newest(s, WorkdayOverride).pk)
    reason = {"reason": "不停了"}
    page, call = Page("desk/{slug}/calendar/{day}/lift/", reason), Call("POST", "calendar/days/{day}/lifting", reason)
    twins.refuse(GRID, page, call)
    twins.do(WORKER, page, call, kind="places.day_lifted")
    twins.refuse(WORKER, page, call)
    days = {"days": "2027-02-05 休\n2027-02-07 班 春节补班", "reason": "放假通知"}
    page, call = Page("desk/{slug}/calendar/list/", days), Call("POST", "calendar/lists", days)
    twins.refuse(GRID, page, call)
    twins.do(WORKER, page, call, kind="places.days_imported")
    wrong = {**days, "days": "2027-02-30 休"}
    twins.refuse(WORKER, Page("desk/{slug}/calendar/list/", wrong), Call("POST", "calendar/lists", wrong))
    assert_reached(twins, "places")


ROSTER = "楼栋,单元,房号,建筑面积,业主姓名,联系电话,租户姓名,租户电话\n1栋,1单元,101,90.5,业主零,13900001111,,\n1栋,1单元,201,91,业主壹,13900001111,租客,13900001112\n"


def test_the_roster_by_page_and_by_call(twins: Twins) -> None:
    file = lambda _s: File(ROSTER.encode(), "名册.csv")  # noqa: E731
    send = Page("desk/{slug}/roster/import/", {"file": file, "allow_new": ""})
    twins.refuse(GRID, send, Call("POST", "roster/files", {"file": file}, as_form=True))
    for side in twins.sides:
        if side is twins.by_page:
            address, form = send.on(side)
            side.kept["token"] = side.page(WORKER).post(address, form)["Location"].rstrip("/").rpartition("/")[2]
        else:
            method, path, body, more = Call("POST", "roster/files", {"file": file}, as_form=True).on(side)
            side.kept["token"] = side.caller(WORKER).does(method, path, body, **more)["token"]
    page = Page("desk/{slug}/roster/import/{token}/")
    told = twins.read(WORKER, page, Call("GET", "roster/files/{token}"))
    assert told["counts"]["changed"] == 2
    assert "13900001111" not in str(told)
    moved = Call("POST", "roster/files/{token}/taking-in", {"seal": "x"})
    twins.refuse(WORKER, Page("desk/{slug}/roster/import/{token}/", {"seal": "x"}), moved, says="名册又有了变动")
    twins.by_call.kept["seal"] = told["seal"]
    twins.by_page.kept["seal"] = twins.by_page.page(WORKER).get(page.on(twins.by_page)[0]).context["seal"]
    seal = {"seal": lambda s: s.kept["seal"]}
    taken = Page("desk/{slug}/roster/import/{token}/", seal)
    twins.do(WORKER, taken, Call("POST", "roster/files/{token}/taking-in", seal), kind="people.roster_imported")
    twins.refuse(WORKER, taken, Call("POST", "roster/files/{token}/taking-in", seal), says="已经用过")
    twins.keep("phone", lambda s: newest(s, UnsettledPhone).pk)
    who = lambda s: Person.objects.get(name="业主零", holdings__estate=s.world.estate).pk  # noqa: E731
    page, call = Page("desk/{slug}/roster/phones/{phone}/", {"person": who}), Call("POST", "roster/phones/{phone}/settlement", {"person_id": who})  # fmt: skip
    twins.refuse(GRID, page, call)
    twins.read(WORKER, page, Call("GET", "roster/phones/{phone}"))
    twins.do(WORKER, page, call, kind="people.phone_settled")
    twins.keep("home", lambda s: s.world.homes[2].pk)
    area = {"area": "89.47", "source": "register", "reason": "document"}
    page, call = Page("desk/{slug}/roster/homes/{home}/", area), Call("PUT", "roster/homes/{home}/area", area)
    twins.refuse(GRID, page, call)
    twins.do(WORKER, page, call, kind="people.area_set")
    twins.refuse(WORKER, page, call, says="不用改")
    twins.read(WORKER, Page("desk/roster/?estate={slug}"), Call("GET", "roster/homes"))
    assert_reached(twins, "people")


def test_the_desk_by_page_and_by_call(twins: Twins) -> None:
    query = {"name": "我急的", "default": True}
    twins.keep("now", lambda _s: 0)
    saved = Page("desk/filters/?due=late", {"name": "我急的", "default": "on"})
    twins.do(WORKER, saved, Call("POST", "/api/v1/me/desk/filters", {**query, "query": "due=late"}))
    twins.refuse(0, saved, Call("POST", "/api/v1/me/desk/filters", {**query, "query": "due=late"}))
    twins.keep("filter", lambda s: SavedFilter.objects.get(person=s.world.staff[WORKER]).pk)
    named = {"name": "超期的"}
    page, call = Page("desk/filters/{filter}/", named), Call("PUT", "/api/v1/me/desk/filters/{filter}", {**named, "default": True})  # fmt: skip
    twins.refuse(GRID, page, call)
    twins.do(WORKER, page, call)
    twins.do(
        WORKER, Page("desk/filters/{filter}/", {"delete": "1"}), Call("DELETE", "/api/v1/me/desk/filters/{filter}")
    )
    term = lambda s: Term.objects.get(person=s.world.staff[WORKER]).pk  # noqa: E731
    who = lambda s: s.world.staff[GRID].pk  # noqa: E731
    page = Page("desk/hand-overs/new/", {"term": term, "stand_in": who, "since": "2026-03-03", "until": "2026-03-05", "reason": "培训"})  # fmt: skip
    moments = {"since": "2026-03-03T00:00:00+08:00", "until": "2026-03-06T00:00:00+08:00", "reason": "培训"}
    call = Call("POST", "/api/v1/me/desk/hand-overs", {"term_id": term, "stand_in_id": who, **moments})
    twins.refuse(0, page, call)
    twins.do(WORKER, page, call, kind="desks.handed_over")
    twins.refuse(WORKER, page, call)
    twins.keep("given", lambda s: newest(s, HandOver).pk)
    page, call = Page("desk/hand-overs/{given}/"), Call("POST", "/api/v1/me/desk/hand-overs/{given}/end")
    twins.refuse(0, page, call)
    twins.do(WORKER, page, call, kind="desks.hand_over_ended")
    assert_reached(twins, "desks")
