"""Each public verb of the rooms is reached through the interface, or stands here with the reason why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from io import BytesIO
from types import FunctionType
from typing import Any

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from yishiting.council.matters.tests import making
from yishiting.council.projects.tests.building import PLAYBOOK as BUILD
from yishiting.council.projects.tests.building import jpeg
from yishiting.council.votes.models import Vote
from yishiting.kernel import clock
from yishiting.reach.api.tests.calling import Caller
from yishiting.reach.api.v1 import api

pytestmark = pytest.mark.django_db

#: Where the verbs stand that pages call.
SERVICES = {
    "votes": "yishiting.council.votes.services",
    "matters": "yishiting.council.matters.services",
    "meetings": "yishiting.council.meetings.services",
    "projects": "yishiting.council.projects.services",
    "people": "yishiting.ground.people.services",
    "places": "yishiting.ground.places.services",
    "organisations": "yishiting.ground.organisations.services",
}
#: Which operation reaches which verb.
REACHED = {
    "votes.draft_vote": "draft_vote",
    "votes.edit_draft": "edit_draft",
    "votes.open_vote": "open_vote",
    "votes.cast_online": "cast_ballot",
    "votes.close_vote": "close_vote",
    "votes.cancel_vote": "cancel_vote",
    "votes.receive_paper": "receive_slip",
    "votes.read_paper_again": "read_slip_again",
    "votes.withdraw_slip": "withdraw_slip",
    "matters.report": "report_matter",
    "matters.join": "join_matter",
    "matters.correct_report": "correct_report",
    "matters.withdraw_report": "withdraw_report",
    "matters.store_photo": "add_photo",
    "matters.publish_photo": "publish_photo",
    "matters.triage_accept": "accept_matter",
    "matters.decline": "decline_matter",
    "matters.merge": "merge_matter",
    "matters.unmerge": "unmerge_matter",
    "matters.judge_report": "judge_report",
    "matters.separate_report": "separate_report",
    "matters.raise_matter": "raise_matter",
    "matters.emergency": "declare_emergency",
    "matters.end_step": "end_step",
    "matters.add_evidence": "add_evidence",
    "matters.answer": "answer_matter",
    "matters.rate": "rate_answer",
    "matters.reopen": "reopen_matter",
    "matters.add_playbook": "add_playbook",
    "meetings.plan_meeting": "plan_meeting",
    "meetings.invite": "invite",
    "meetings.move_meeting": "move_meeting",
    "meetings.cancel_meeting": "cancel_meeting",
    "meetings.call_off": "call_off_meeting",
    "meetings.attend": "attend",
    "meetings.withdraw_attendance": "withdraw_attendance",
    "meetings.open_meeting": "open_meeting",
    "meetings.take_statement": "take_statement",
    "meetings.propose": "propose",
    "meetings.decide_proposal": "decide_proposal",
    "meetings.write_minutes": "write_minutes",
    "meetings.close_meeting": "close_meeting",
    "meetings.name_concerned": "name_concerned",
    "meetings.lift_concerned": "lift_concerned",
    "meetings.ask_concerned": "ask_concerned",
    "projects.create_project": "create_project",
    "projects.change_plan": "change_plan",
    "projects.add_insurance": "add_insurance",
    "projects.start_phase": "record_phase_step",
    "projects.finish_phase": "record_phase_step",
    "projects.accept_phase": "record_phase_step",
    "projects.operate_phase": "record_phase_step",
    "projects.note_progress": "record_phase_step",
    "people.note_viewing": "list_homes",
}
_READ = "asks and writes nothing; its answer is part of what is read"
_ROOM = "one room calls it of another, inside a verb"
_HAND = "the roster is imported and corrected by hand, on a page that shows what will change before it does"
_DAYS = "days off and days made up hold for every estate, and are entered by hand with their source"
_FOUNDED = "an estate and its posts are founded from the command line; no page does it either"
#: Verbs that are not reached, each with the reason.
NOT_REACHED = {
    "votes.close_due": "the worker's own",
    "votes.ensure_open": _READ,
    "votes.ensure_readable": _READ,
    "votes.new_receipt": "makes a code; the page gives its own so that a form sent twice is one ballot, a key does it here",
    **dict.fromkeys(
        (
            *("matters.carries_on", "matters.gate_of", "matters.questions_of"),
            *("matters.categories_of", "matters.labels_of", "matters.newest", "matters.outcomes_of"),
            *("matters.parties_of", "matters.people_of", "matters.playbook_of", "matters.selectable"),
            *("matters.step_of", "matters.triages_itself", "matters.usable", "matters.untouched"),
            "projects.asks_for_insurance",
        ),
        _READ,
    ),
    **dict.fromkeys(("matters.finish_step", "matters.resolve", "matters.start_step", "matters.try_pending"), _ROOM),
    **dict.fromkeys(("places.import_days", "places.set_day", "places.lift_day"), _DAYS),
    "matters.post_kind": _READ,
    **dict.fromkeys(
        ("matters.retire_playbook", "matters.restore_playbook"),
        "not offered to programmes yet: it is done on the page that shows which matters still run on the playbook",
    ),
    **dict.fromkeys(
        ("meetings.ask_question", "meetings.lift_question", "meetings.settle_question"),
        "not offered to programmes yet: questions are listed and settled on the meeting's pages",
    ),
    **dict.fromkeys(
        ("meetings.plan_series", "meetings.end_series", "meetings.put_on_agenda"),
        "not offered to programmes yet: regular meetings are planned on their page",
    ),
    "matters.ensure_library": "at every start of the product",
    **dict.fromkeys(
        (
            *("people.apply_roster", "people.import_roster", "people.preview_roster", "people.set_area"),
            *("people.settle_phone", "people.note_export", "people.note_tenants"),
        ),
        _HAND,
    ),
    **dict.fromkeys(
        (
            *("places.region_at", "places.slug_for", "places.create_estate", "places.declare", "places.set_zone"),
            *("organisations.found_organisation", "organisations.create_post", "organisations.appoint"),
            *("organisations.end_term", "organisations.fill_post"),
        ),
        _FOUNDED,
    ),
}
#: Rooms of verbs that have no router yet; each gets one, with its scope, once its pages stand.
LATER = {
    "cases": "confidential, so that a scope of its own and a read log come with it",
    "appraisals": "its scope comes with its router",
    "notices": "its scope comes with its router",
}


def verbs() -> Iterator[str]:
    """Return every public verb: what a room's services name, or define where they name nothing."""
    for room, module in SERVICES.items():
        found = import_module(module)
        names = getattr(found, "__all__", None) or [
            name
            for name, value in vars(found).items()
            if isinstance(value, FunctionType) and value.__module__ == module and not name.startswith("_")
        ]
        yield from (f"{room}.{name}" for name in names if isinstance(getattr(found, name), FunctionType))


def operations() -> list[str]:
    return [way["operationId"] for ways in api.get_openapi_schema()["paths"].values() for way in ways.values()]


def test_each_verb_is_reached_or_stands_here_with_its_reason() -> None:
    known = set(verbs())
    assert sorted(known - REACHED.keys() - NOT_REACHED.keys()) == []
    assert sorted(REACHED.keys() - known) == []
    assert not REACHED.keys() & NOT_REACHED.keys()
    assert set(REACHED.values()) <= set(operations())
    assert all(NOT_REACHED.values())
    assert all(LATER.values())


def test_every_write_of_the_interface_is_a_verb_of_a_room() -> None:
    told = api.get_openapi_schema()["paths"]
    writes = {op["operationId"] for ways in told.values() for method, op in ways.items() if method != "get"}
    assert writes <= set(REACHED.values())


def test_no_two_operations_and_no_two_shapes_have_one_name() -> None:
    assert [name for name, times in Counter(operations()).items() if times > 1] == []
    shapes: dict[str, set[object]] = {}
    for room in vars(import_module("yishiting.reach.api.v1"))["ROUTERS"]:
        for name, value in vars(room).items():
            if isinstance(value, type) and hasattr(value, "model_json_schema"):
                shapes.setdefault(name, set()).add(value)
    assert [name for name, values in shapes.items() if len(values) > 1] == []


class Walk:
    """An estate that is lived in through the interface alone, with what was called of the rooms meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = making.prepared()
        self.called: set[str] = set()
        monkeypatch.setattr(clock, "now", lambda: self.world.now)
        for room, module in SERVICES.items():
            found = import_module(module)
            for name in {each.partition(".")[2] for each in REACHED if each.startswith(f"{room}.")}:
                monkeypatch.setattr(found, name, self._spied(f"{room}.{name}", getattr(found, name)))
        self.worker = Caller(self.world, "community_worker")
        self.chair = Caller(self.world, "committee_chair")
        self.moderator = Caller(self.world, "moderator")
        self.owners = [Caller(self.world, each) for each in range(6)]

    def _spied(self, name: str, verb: Any) -> Any:
        def spied(*args: Any, **kwargs: Any) -> Any:
            self.called.add(name)
            return verb(*args, **kwargs)

        return spied

    def later(self, **by: int) -> datetime:
        self.world.now += timedelta(**by)
        return self.world.now

    def photo(self, caller: Caller) -> int:
        body = encode_multipart(BOUNDARY, {"file": BytesIOWithName(jpeg())})
        made = caller.does("POST", "photos", body, content_type=MULTIPART_CONTENT)
        return int(made["id"])

    def report(self, who: int, title: str, **more: Any) -> int:
        made = self.owners[who].does(
            "POST", "matters", {"category": "停车充电", "title": title, "words": "天天堵着门", **more}
        )
        return int(made["matter"])

    def run(self, no: int) -> int:
        return int(self.worker.told(f"desk/matters/{no}")["run"])

    def accept(self, no: int, playbook: str) -> None:
        version = next(each for each in self.worker.told("playbooks")["items"] if each["playbook"] == playbook)[
            "version"
        ]
        self.worker.does(
            "POST",
            f"desk/matters/{no}/acceptance",
            {"playbook": playbook, "version": version, "reason": "确有其事", "title": ""},
        )


class BytesIOWithName(BytesIO):
    """A file as a form sends it."""

    name = "现场.jpg"

    def __init__(self, other: BytesIO) -> None:
        super().__init__(other.read())


def test_an_estate_is_lived_in_through_the_interface_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """From a report to its rating with a meeting, a project and votes on paper and online; each verb is really called."""
    walk = Walk(monkeypatch)
    matters(walk)
    meeting(walk)
    projects(walk)
    votes(walk)
    assert walk.worker.told("roster")["homes"] == 12
    assert walk.worker.told("roster/homes?limit=1")["next"]
    assert sorted(REACHED.keys() - walk.called) == []


def matters(walk: Walk) -> None:
    owners, worker = walk.owners, walk.worker
    no = walk.report(0, "楼道停车", photos=[walk.photo(owners[0])])
    first = walk.report(1, "楼道有车")
    mine = owners[1].told("/api/v1/me/reports")["items"][0]["id"]
    owners[1].does("POST", f"/api/v1/me/reports/{mine}/correction", {"words": "不是堵门，是堵楼梯"})
    worker.does("POST", f"desk/matters/{first}/merger", {"into": no, "reason": "同一件事"})
    assert owners[2].told(f"matters/{no}")["homes"] == 2
    worker.does("POST", f"desk/matters/{first}/separation", {"reason": "其实是两处"})
    joined = owners[2].does("POST", f"matters/{no}/reports", {"words": "我家也出不去"})["report"]
    wrong = owners[3].does("POST", f"matters/{no}/reports", {"words": "我家灯不亮"})["report"]
    apart = worker.does(
        "POST",
        f"desk/matters/{no}/reports/{wrong}/separation",
        {"reason": "说的是灯", "title": "灯不亮", "category": "停车充电"},
    )["no"]
    worker.does("POST", f"desk/matters/{no}/reports/{joined}/judgement", {"valid": False, "reason": "不在这个单元。"})
    gone = walk.report(4, "说错了")
    mine = owners[4].told("/api/v1/me/reports")["items"][0]["id"]
    assert owners[4].does("POST", f"/api/v1/me/reports/{mine}/withdrawal")["no"] == gone
    worker.does("POST", f"desk/matters/{apart}/refusal", {"reason": "已经报给供电公司。"})
    urgent = walk.report(5, "管子爆了")
    worker.does("POST", f"desk/matters/{urgent}/emergency", {"reason": "漏水"})
    worker.does("POST", "playbooks", {"text": making.SIMPLE.format(needs="")})
    walk.accept(no, "simple")
    photo = walk.photo(worker)
    worker.does(
        "POST",
        f"desk/matters/{no}/evidence",
        {"kind": "note", "note": "看过现场", "photo_id": photo, "run": walk.run(no)},
    )
    worker.does("PUT", f"desk/matters/{no}/photos/{photo}", {"public": True})
    assert photo in Caller(walk.world).told(f"matters/{no}")["photos"]
    worker.does("POST", f"desk/matters/{no}/step", {"outcome": "done", "note": "清走了", "run": walk.run(no)})
    worker.does("POST", f"desk/matters/{no}/answers", {"text": "已经清走了。", "run": walk.run(no)})
    mine = owners[0].told("/api/v1/me/reports")["items"][0]
    assert mine["answers"][0]["text"] == "已经清走了。"
    owners[0].does("POST", f"/api/v1/me/reports/{mine['id']}/rating", {"rating": 4})
    walk.later(hours=1)
    owners[0].does("POST", f"/api/v1/me/reports/{mine['id']}/reopening", {"reason": "又停上了"})
    assert owners[0].told(f"matters/{no}")["status"] == "open"
    raised(walk)


def raised(walk: Walk) -> None:
    no = walk.report(0, "要上级办")
    text = making.SIMPLE.format(needs="").replace('"simple"', '"lower"').replace("直接办理", "网格办理")
    walk.worker.does("POST", "playbooks", {"text": text.replace("community_worker", "grid_worker", 1)})
    walk.accept(no, "lower")
    grid = Caller(walk.world, "grid_worker")
    run = grid.told(f"desk/matters/{no}")["run"]
    told = grid.does("POST", f"desk/matters/{no}/raise", {"reason": "要街道协调", "run": run})
    assert told["to_tier"] > told["from_tier"]


def meeting(walk: Walk) -> None:
    no = walk.report(0, "飞线充电")
    walk.accept(no, "five-step")
    walk.worker.does("POST", f"desk/matters/{no}/step", {"outcome": "done", "run": walk.run(no)})
    chair = walk.moderator
    plan = {
        "title": "充电桩议事会",
        "place": "物业办公室",
        "starts_at": (walk.world.now + timedelta(days=1)).isoformat(),
        "parties": [{"name": side} for side in ("社区", "住户代表", "物业")],
        "matters": [no],
    }
    given_up = chair.does("POST", "meetings", plan)["no"]
    chair.does("POST", f"meetings/{given_up}/cancellation")
    held = chair.does("POST", "meetings", plan)["no"]
    named = chair.does("POST", f"desk/matters/{no}/concerned", {"who": "拉线的那一家"})["id"]
    also = chair.does("POST", f"desk/matters/{no}/concerned", {"home_id": walk.world.homes[1].pk})["id"]
    chair.does("POST", f"concerned/{also}/lifting", {"reason": "查过，不是他家"})
    chair.does("POST", f"meetings/{held}/invitation")
    moved = {"starts_at": (walk.world.now + timedelta(days=2)).isoformat(), "place": "活动室"}
    chair.does("PUT", f"meetings/{held}/time", moved)
    chair.does("POST", f"meetings/{held}/invitation")
    chair.does("POST", f"meetings/{held}/concerned/{named}", {"how": "face"})
    assert chair.told(f"meetings/{held}/concerned")["items"][0]["asked"] == "face"
    walk.later(days=2)
    sides = {party["name"]: party["id"] for party in chair.told(f"meetings/{held}")["parties"]}
    for side in (*sides.values(), sides["物业"]):
        last = chair.does("POST", f"meetings/{held}/attendances", {"party_id": side, "count": 2})["id"]
    chair.does("DELETE", f"meetings/{held}/attendances/{last}")
    chair.does("POST", f"meetings/{held}/opening")
    item = chair.told(f"meetings/{held}")["agenda"][0]["id"]
    said = {"item_id": item, "party_id": sides["物业"], "text": "电费按表算"}
    chair.does("POST", f"meetings/{held}/statements", said)
    chair.does("POST", f"meetings/{held}/proposals", {**said, "text": "加装40个充电桩"})
    chair.does("PUT", f"meetings/{held}/proposals/1", {"outcome": "adopted"})
    decisions = {"1": {"outcome": "project", "resolution": "加装40个充电桩，分三期"}}
    chair.does("POST", f"meetings/{held}/closing", {"minutes": "三方到齐。", "decisions": decisions})
    chair.does("POST", f"meetings/{held}/minutes", {"text": "三方到齐，各方发言。", "reason": "补记"})
    assert Caller(walk.world).told(f"meetings/{held}")["minutes"] == "三方到齐，各方发言。"
    broken_off(walk)


def broken_off(walk: Walk) -> None:
    no = walk.report(2, "晾衣")
    walk.accept(no, "five-step")
    walk.worker.does("POST", f"desk/matters/{no}/step", {"outcome": "done", "run": walk.run(no)})
    plan = {
        "title": "晾衣议事会",
        "place": "活动室",
        "starts_at": (walk.world.now + timedelta(days=1)).isoformat(),
        "parties": [{"name": side} for side in ("社区", "住户代表", "物业")],
        "matters": [no],
    }
    chair = walk.moderator
    held = chair.does("POST", "meetings", plan)["no"]
    chair.does("POST", f"meetings/{held}/invitation")
    walk.later(days=1)
    for party in chair.told(f"meetings/{held}")["parties"]:
        chair.does("POST", f"meetings/{held}/attendances", {"party_id": party["id"]})
    chair.does("POST", f"meetings/{held}/opening")
    chair.does("POST", f"meetings/{held}/interruption", {"reason": "停电"})
    assert chair.told(f"meetings/{held}")["cancel_reason"] == "停电"


def projects(walk: Walk) -> None:
    walk.worker.does("POST", "playbooks", {"text": BUILD.format(id="straight", needs="")})
    no = walk.report(0, "加装充电桩")
    walk.accept(no, "straight")
    chair = walk.chair
    made = chair.does(
        "POST",
        "projects",
        {
            "title": "加装充电桩",
            "unit": "个",
            "total": 5,
            "phases": [{"planned": 3}, {"planned": 2}],
            "matter": no,
            "needs_insurance": True,
        },
    )["no"]
    chair.does("PUT", f"projects/{made}/plan", {"phases": [{"planned": 4}, {"planned": 1}], "reason": "先装南侧"})
    policy = {"insurer": "人保", "policy_no": "P-1", "valid_from": "2026-01-01", "valid_to": "2027-12-31"}
    chair.does("POST", f"projects/{made}/insurance", policy)
    chair.does("POST", f"projects/{made}/phases/1/steps", {"kind": "noted", "note": "照计划"})
    for kind in ("started", "finished", "accepted", "operating"):
        chair.does("POST", f"projects/{made}/phases/1/steps", {"kind": kind, "photo_id": walk.photo(chair)})
    told = Caller(walk.world).told(f"projects/{made}")
    assert (told["accepted"], told["total"]) == (4, 5)
    assert told["phases"][0]["operating"]


def votes(walk: Walk) -> None:
    chair, owners, world = walk.chair, walk.owners, walk.world
    draft = {
        "title": "电动车不上楼",
        "items": [{"question": "写进管理规约吗？"}, {"question": "换门禁吗？", "rule": "special"}],
        "closes_at": (world.now + timedelta(days=7)).isoformat(),
    }
    off = chair.does("POST", "votes", draft)["no"]
    chair.does("POST", f"votes/{off}/cancellation", {"reason": "题目写错了"})
    no = chair.does("POST", "votes", {**draft, "title": "楼上"})["no"]
    assert Caller(world, 0).get(f"votes/{no}").status_code == 404
    chair.does("PUT", f"votes/{no}", {**draft, "explanation": "加第十二条。"})
    chair.does("POST", f"votes/{no}/opening")
    walk.later(hours=1)
    both = {"choices": {"1": "for", "2": "against"}}
    receipt = owners[0].does("POST", f"votes/{no}/ballots", both)["receipt"]
    for owner in owners[1:5]:
        owner.does("POST", f"votes/{no}/ballots", both)
    assert Caller(world).told(f"votes/{no}/receipts/{receipt}")["counts"] is True
    assert owners[0].told("/api/v1/me/ballots")["items"][0]["receipt"] == receipt
    reader, second = Caller(world, "grid_worker"), Caller(world, "committee_member")
    slip = {"received_at": world.now.isoformat(), "home_id": world.homes[6].pk, **both}
    kept = reader.does("POST", f"votes/{no}/slips", slip)["id"]
    told = second.does("POST", f"votes/{no}/slips/{kept}/readings", both)
    assert told["settled"]
    assert told["receipt"]
    wrong = reader.does("POST", f"votes/{no}/slips", {**slip, "home_id": world.homes[7].pk})["id"]
    assert [row["id"] for row in reader.told(f"votes/{no}/slips")["items"]] == [wrong]
    second.does("POST", f"votes/{no}/slips/{wrong}/withdrawal", {"reason": "认错了门牌"})
    again = reader.does("POST", f"votes/{no}/slips", {**slip, "home_id": world.homes[7].pk})["id"]
    second.does("POST", f"votes/{no}/slips/{again}/readings", both)
    running = Caller(world).told(f"votes/{no}")
    assert running["turnout"]["participating"]["heads"] == 7
    assert running["results"] == []
    chair.does("POST", f"votes/{no}/closing", {"early": True, "all_keyed": True})
    counted = Caller(world).told(f"votes/{no}")
    assert counted["state"] == "counted"
    assert counted["results"][0]["heads"]["for"] == 7
    assert Vote.objects.get(estate=world.estate, no=no).counted_at == world.now
