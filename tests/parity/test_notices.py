"""Notices by page and by call, what is said against them, and rounds from door to door."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.steps import (
    CHAIR,
    FORBIDDEN,
    SURE,
    WORKER,
    accept,
    assert_reached,
    newest,
    report,
    scene,
    take_in,
)
from tests.parity.twins import Call, Page, Side, Twins
from yishiting.council.matters.tests import making
from yishiting.record.notices.models import Attempt

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]


def notice(act: str, form: dict[str, Any], path: str, body: Any) -> tuple[Page, Call]:
    return Page("desk/{slug}/notices/{notice}/" + act, form), Call("POST", "desk/notices/{notice}/" + path, body)


def test_notices_by_page_and_by_call(twins: Twins) -> None:
    take_in(twins, making.SIMPLE.format(needs="").replace('"simple"', '"sheet"').replace('kind = "work"', 'kind = "notice"').replace("done =", "posted =").replace(', not_done = "answer"', ""))  # fmt: skip
    report(twins, 0, "雨棚")
    accept(twins, "sheet")

    def entrance(s: Side):
        return s.world.entrances[0].pk

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

    def home(s: Side):
        return s.world.homes[1].pk

    paper = {**said, "on": "2026-03-02"}
    page, call = notice("objections/new/", {**paper, "home": home}, "objections", {**paper, "home_id": home})
    twins.refuse("supervisor", page, call)
    twins.do(WORKER, page, call, kind="notices.objection_written")
    twins.refuse(WORKER, page, call, says="录过了")
    note = {"note": "录错了"}
    page = Page("desk/{slug}/notices/{notice}/objections/2/back/", note)
    twins.do(WORKER, page, Call("POST", "notices/{notice}/objections/2/withdrawal", note), kind="notices.objection_withdrawn")  # fmt: skip

    def row(s: Side):
        return s.world.homes[0].pk

    page, call = Page("e/{slug}/notices/{notice}/object/", {**said, "home": row, "version": 2}), Call("POST", "notices/{notice}/objections", {**said, "home_id": row, "version": 2})  # fmt: skip
    twins.do(0, page, call, kind="notices.objected")
    twins.read(CHAIR, Page("desk/{slug}/notices/{notice}/objections/"), Call("GET", "desk/notices/{notice}/objections"))
    answer = {"outcome": "partly", "text": "量过了。", "remedy": ""}
    page, call = notice("objections/3/", {**answer, **SURE}, "objections/3/answer", answer)
    twins.refuse(CHAIR, page, call, says="还是改一版再公示")
    answer = {**answer, "remedy": "revise"}
    page, call = notice("objections/3/", {**answer, **SURE}, "objections/3/answer", answer)
    twins.do(CHAIR, page, call, kind="notices.objection_answered")
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

    def entrance(s: Side):
        return s.world.entrances[0].pk

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
