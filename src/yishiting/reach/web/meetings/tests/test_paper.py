"""Invitation, agenda and minutes as PDF: who may have which when, and that nobody's name stands on them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typst

from tests.interests.tying import company, declare, second_post
from tests.support.world import START, World, make_world
from yishiting.council.meetings import services
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting
from yishiting.council.meetings.tests import sitting
from yishiting.ground.people.models import Person
from yishiting.reach.paper import typesetting
from yishiting.reach.web.meetings import paper
from yishiting.reach.web.meetings.tests.pages import Reader
from yishiting.timeline import entries
from yishiting.timeline.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("YISHITING_NOW", START.isoformat())
    return make_world(6)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was set on each sheet, as the text of its data."""
    sheets: list[str] = []

    def spy(template: Any, data: Any, **more: Any) -> bytes:
        sheets.append(re.sub(r"<svg.*</svg>", "", json.dumps(data, ensure_ascii=False)))
        return typesetting.pdf(template, data, **more)

    monkeypatch.setattr(paper, "pdf", spy)
    return sheets


def at(world: World, meeting: Meeting, name: str) -> str:
    return f"/e/{world.estate.slug}/meetings/{meeting.no}/{name}.pdf"


@pytest.mark.parametrize(
    ("announced", "moved", "hours", "told"),
    [
        (True, False, 24, ()),
        (True, False, 23.8, ()),
        (True, False, 30, ()),
        (True, False, 2, ("提前开会",)),
        (True, True, 48, ("没有事先公告",)),
        (False, False, 1, ("没有事先公告", "提前开会")),
    ],
)
def test_that_a_meeting_opened_before_its_hour_or_unannounced_is_told_wherever_it_is_read(
    world: World, printed: list[str], announced: bool, moved: bool, hours: float, told: tuple[str, ...]
) -> None:
    here: dict[str, Any] = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": 1}
    meeting = (sitting.invited if announced else sitting.planned)(world)
    if moved:
        later = {"starts_at": meeting.starts_at + timedelta(days=1), "place": "活动室"}
        services.move_meeting(**here, **later, now=world.now)
    sitting.sign_in(world, meeting, *sitting.SIDES)
    services.open_meeting(**here, now=START + timedelta(hours=hours))
    services.call_off(**here, reason="停电了", now=START + timedelta(days=3))
    anyone = Reader()
    page = anyone.go(f"/e/{world.estate.slug}/meetings/1/").says
    anyone.go(at(world, meeting, "minutes"))
    entry = Entry.objects.get(kind="meetings.opened")
    said = str(entries.describe(entry.kind, entry.facts))
    for words in ("提前开会", "没有事先公告"):
        assert [words in text for text in (page, printed[-1], said)] == [words in told] * 3


def test_each_sheet_is_there_when_its_time_has_come(world: World, printed: list[str]) -> None:
    anyone = Reader()
    meeting = sitting.planned(world)
    for name in ("invitation", "agenda", "minutes"):
        anyone.go(at(world, meeting, name), status=404)
    services.invite(actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now)
    anyone.go(at(world, meeting, "minutes"), status=404)
    for name in ("invitation", "agenda"):
        anyone.go(at(world, meeting, name))
        assert anyone.page["Content-Type"] == "application/pdf"
        assert anyone.page.content.startswith(b"%PDF-")
        assert f"meeting-1-{name}.pdf" in anyone.page["Content-Disposition"]
    assert "请这几方来" in printed[0]
    assert "社区" in printed[0]
    assert "第 1 项：飞线充电" in printed[1]
    anyone.client.cookies["language"] = "en"
    anyone.go(at(world, meeting, "invitation"))
    assert "Property company" in printed[2]
    assert '物业"' not in printed[2]
    anyone.client.cookies["language"] = "zh-hans"
    later = world.now + timedelta(days=9)
    services.move_meeting(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, starts_at=later, place="居委会",
        now=world.now,
    )  # fmt: skip
    anyone.go(at(world, meeting, "agenda"))
    assert "会议改期了" in printed[3]


def test_the_minutes_hold_sides_what_was_said_proposals_and_the_resolution_and_nobodys_name(
    world: World, printed: list[str]
) -> None:
    matter = sitting.matter_for(world)
    chair = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "now": world.now}
    row = services.name_concerned(**chair, matter_no=matter.no, home_id=world.homes[3].pk)
    meeting = sitting.invited(world, matter)
    services.ask_concerned(**chair, no=meeting.no, concerned_id=row.pk, how="face")
    side = meeting.parties.all()[0]
    services.attend(**chair, no=meeting.no, party_id=side.pk, person_id=world.staff["grid_worker"].pk)
    sitting.sign_in(world, meeting, *sitting.SIDES)
    services.open_meeting(**chair, no=meeting.no)
    item = meeting.agenda.get()
    services.take_statement(**chair, no=meeting.no, item_id=item.pk, party_id=side.pk, text="#panic() 电容量够")
    sitting.propose(world, meeting, "装十个")
    sitting.decide(world, meeting, 1)
    sitting.close(world, meeting, Decision("project", "先装十个。"))
    services.write_minutes(**chair, no=meeting.no, text="改过的记录。", reason="人数写错了")

    Reader().go(at(world, meeting, "minutes"))
    Reader().go(at(world, meeting, "minutes") + "?version=1")
    Reader().go(at(world, meeting, "minutes") + "?version=7", status=404)

    for said in ("#panic() 电容量够", "装十个", "结论：采纳", "先装十个。", "改过的记录。", "人数写错了", "转落实项目"):
        assert said in printed[0], said
    assert "三方到齐" in printed[1]
    assert "这是第 1 版，后来更正过，最新的是第 2 版。" in printed[1]
    assert "后来更正过" not in printed[0]
    assert "以上是第 1 次会议的记录（第 2 版）" in printed[0]
    names = [str(person) for person in Person.objects.all()]
    assert names
    for private in (*names, str(world.homes[3])):
        assert private not in printed[0]
    anyone = Reader().go(f"/e/{world.estate.slug}/meetings/{meeting.no}/")
    assert "打印这份记录" in anyone.says


def test_an_address_with_a_code_leads_back_to_the_meeting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = sitting.invited(world)
    asked: list[str] = []
    monkeypatch.setattr(paper, "qr_svg", lambda address: asked.append(address) or typesetting.qr_svg(address))

    Reader().go(at(world, meeting, "invitation"))

    assert asked == [f"http://testserver/e/{world.estate.slug}/meetings/{meeting.no}/"]


def test_the_minutes_say_by_post_who_kept_out_and_what_one_person_holds(world: World, printed: list[str]) -> None:
    manager = world.staff["property_manager"]
    second_post(world, manager, "moderator", "council")
    matter = sitting.matter_for(world)
    declare(world, body_id=company(world).pk, relation="paid", thing_kind="matter", thing_no=matter.no)
    meeting = sitting.closed(world, matter)

    Reader().go(at(world, meeting, "minutes"))

    told = next(part["rows"] for part in json.loads(printed[0])["parts"] if part["title"] == "回避和兼职")
    assert any("议事会召集人兼物业经理因" in row for row in told), told
    assert manager.name not in printed[0]


def test_the_printed_book_goes_by_matter_and_says_what_it_leaves_out(
    world: World, printed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = f"/e/{world.estate.slug}/meetings/book.pdf"
    Reader().go(book)
    for title in ("路灯", "车棚😀"):
        meeting = sitting.opened(world, sitting.matter_for(world, title))
        services.take_statement(
            actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, item_id=meeting.agenda.get().pk,
            party_id=meeting.parties.all()[0].pk, text=f"{title}坏了", now=world.now,
        )  # fmt: skip
        sitting.close(world, meeting, Decision("adjourned"))
    Reader().go(book)
    monkeypatch.setattr(paper, "MOST_MEETINGS", 1)
    Reader().go(book)

    assert "开过会以后，每条方案都会记在这里。" in printed[0]
    told = json.loads(printed[1])
    assert [[section["label"] for section in part["sections"]] for part in told["parts"]] == [["车棚😀"], ["路灯"]]
    assert told["parts"][1]["sections"][0]["rows"] == [["社区", "路灯坏了"], ["", "没有记下方案。"]]
    assert "这里只印最近的" not in printed[1]
    assert "2 次会议" in printed[2]
    assert "这里只印最近的 1 次" in printed[2]


def test_signatures_never_stand_alone_on_a_sheet(tmp_path: Path) -> None:
    """However much stands before them: the last words that are signed stand on the same page."""
    probe = "#context [#metadata(query(heading).map(it => it.location().position())) <where>]"
    template = tmp_path / "probe.typ"
    template.write_text(paper.TEMPLATE.read_text(encoding="utf-8") + probe, encoding="utf-8")
    below_head = 90
    turned = 0
    for rows in range(9, 19):
        for words in ("", "三方到齐。", "一行\n" * 6):
            signs, pages = _last_heading(template, _minutes_of(rows, words))
            turned += pages > 1
            assert signs > below_head, (rows, words)
    assert 0 < turned < 30


def _minutes_of(rows: int, words: str) -> dict[str, Any]:
    said = [[f"第 {no} 条，社区", "先装十个\n结论：采纳"] for no in range(rows)]
    section = {"label": "方案和结论", "rows": said, "none": "", "ends": [], "wide": False}
    ends = [["议的结果", "转落实项目"]]
    signs = {"kind": "signs", "title": "签字", "text": "以上。", "rows": ["召集人", "记录人"]}
    text = [{"kind": "text", "title": "会议记录", "text": words}] if words else []
    return {
        "lang": "zh", "place": "滨河佳苑", "title": "会议记录", "sub": "", "foot": "", "pages": "{n} {all}", "scan": "",
        "qr": "", "facts": [], "parts": [{"kind": "item", "title": "第 1 项", "under": "", "sections": [section],
        "ends": ends}, *text, signs],
    }  # fmt: skip


def _last_heading(template: Path, data: dict[str, Any]) -> tuple[float, int]:
    """Return how far down (points) and on which page the last heading stands."""
    files: Any = {"main.typ": template.read_bytes(), "sheet.typ": typesetting.SHEET.read_bytes()}
    asked = typst.query(
        files, "<where>", field="value", one=True, ignore_system_fonts=True, font_paths=[str(typesetting.FONTS)],
        sys_inputs={"data": json.dumps(data)},
    )  # fmt: skip
    last = json.loads(asked)[-1]
    return float(last["y"].removesuffix("pt")), last["page"]
