"""Meetings by page and by call: planned, asked to, held, broken off and held again and again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.steps import (
    CHAIR,
    FORBIDDEN,
    GRID,
    MODERATOR,
    SURE,
    WORKER,
    accept,
    assert_reached,
    end_step,
    newest,
    number,
    report,
)
from tests.parity.twins import Call, Page, Side, Twins
from yishiting.council.matters.models import Matter
from yishiting.council.meetings.models import AgendaItem, Attendance, Concerned, Meeting, Party, Question, Series
from yishiting.ground.organisations.models import Term

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
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

    def home(s: Side):
        return s.world.homes[1].pk

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

    def person(s: Side):
        return s.world.staff[GRID].pk

    def post(s: Side):
        return Term.objects.get(person=s.world.staff[CHAIR]).post_id

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

    def building(s: Side):
        return s.world.buildings[0].pk

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

    def pk(s: Side):
        return Matter.objects.get(estate=s.world.estate, no=s.kept["no"]).pk

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
    twins.refuse(FORBIDDEN, Page("desk/{slug}/meetings/series/{series}/end/", SURE), end)
    twins.do(MODERATOR, Page("desk/{slug}/meetings/series/{series}/end/", SURE), end, kind="meetings.series_ended")
    twins.refuse(MODERATOR, Page("desk/{slug}/meetings/series/{series}/end/", SURE), end)


def test_meetings_by_page_and_by_call(twins: Twins) -> None:
    meetings(twins)
    assert_reached(twins, "meetings")
