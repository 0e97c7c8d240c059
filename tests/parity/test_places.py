"""The calendar and the roster by page and by call."""

from __future__ import annotations

import pytest

from tests.parity.steps import (
    GRID,
    WORKER,
    File,
    assert_reached,
    newest,
)
from tests.parity.twins import Call, Page, Side, Twins
from yishiting.ground.packs.shipped import source_of
from yishiting.ground.people.models import Person, UnsettledPhone
from yishiting.ground.places.models import WorkdayOverride

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]


PACK = """id = "ours"
version = 1
name = "本小区"
base = "beijing"

[[figure]]
key = "vote.least"
value = "7 days"
source = "业主大会通过的议事规则"
read_on = 2026-03-01
verified = true
"""


def test_the_calendar_and_the_rules_by_page_and_by_call(twins: Twins) -> None:
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
    _rules(twins)
    assert_reached(twins, "places")


def _rules(twins: Twins) -> None:
    said = {"reason": "业主大会通过的议事规则"}
    page, call = Page("desk/{slug}/rules/bring/", {**said, "pack": PACK}), Call("POST", "rules", {**said, "text": PACK})
    twins.refuse(GRID, page, call)
    twins.do(WORKER, page, call, kind="places.pack_adopted")
    twins.refuse(WORKER, page, call, says="现在用的就是这一个")
    wrong = PACK.replace("7 days", "7")
    page = Page("desk/{slug}/rules/bring/", {**said, "pack": wrong})
    twins.refuse(WORKER, page, Call("POST", "rules", {**said, "text": wrong}), says="有 1 处要改")
    page = Page("desk/{slug}/rules/choose/", {**said, "pack": "hangzhou"})
    twins.do(WORKER, page, Call("POST", "rules", {**said, "text": source_of("hangzhou")}), kind="places.pack_adopted")


ROSTER = "楼栋,单元,房号,建筑面积,业主姓名,联系电话,租户姓名,租户电话\n1栋,1单元,101,90.5,业主零,13900001111,,\n1栋,1单元,201,91,业主壹,13900001111,租客,13900001112\n"


def test_the_roster_by_page_and_by_call(twins: Twins) -> None:
    def file(_s):
        return File(ROSTER.encode(), "名册.csv")

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

    def who(s: Side):
        return Person.objects.get(name="业主零", holdings__estate=s.world.estate).pk

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
