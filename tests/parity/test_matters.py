"""Matters by page and by call: reported, joined, taken in, taken through and told apart."""

from __future__ import annotations

import pytest

from tests.parity.steps import (
    CHAIR,
    FORBIDDEN,
    GRID,
    MATTER,
    MODERATOR,
    SURE,
    WORKER,
    accept,
    assert_reached,
    end_step,
    newest,
    number,
    photo,
    report,
    run,
    scene,
    take_in,
)
from tests.parity.twins import Call, Page, Side, Twins
from yishiting.council.matters.models import Matter, Photo, Report
from yishiting.council.matters.tests import making

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]


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

        def place(s: Side, key=key, row=row):
            return f"{key[0]}{row(s)}"

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

    def entrance(s: Side):
        return s.world.entrances[0].pk

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
