"""Votes by page and by call: drafted, opened, cast online and on paper, counted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.steps import (
    CHAIR,
    FORBIDDEN,
    GRID,
    accept,
    assert_reached,
    newest,
    number,
    report,
    take_in,
)
from tests.parity.twins import Call, Page, Side, Twins
from yishiting.council.matters.tests import making
from yishiting.council.votes.models import Item, PaperSlip, Vote

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
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
            "naming": "named",
            "items-0-question": "写进管理规约吗？",
            "items-0-article": "第278条",
            "scope": lambda s: f"{place[0]}{pk(s)}",
            "closes_at": "2026-03-12",
            "closes_clock": "18:00",
        },
    )
    item = {"question": "写进管理规约吗？", "rule": "special", "article": "第278条"}
    body = {**said, "secret": False, "items": [item], "closes_at": "2026-03-12T18:00:00+08:00", **more}
    call = Call("POST", "votes", {**body, f"{place}_id": pk})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="votes.drafted")
    twins.keep("vote", lambda s: number(s, Vote))
    twins.keep("item", lambda s: newest(s, Item).pk)


def edit(twins: Twins) -> None:
    items = {"items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-0-rule": "ordinary", "items-0-article": ""}
    said = {"title": "单元里的", "explanation": "再说一遍。", "precedence": "FIRST_WINS"}

    def entrance(s: Side):
        return s.world.entrances[0].pk

    form = {
        "naming": "unnamed",
        "scope": lambda s: f"e{entrance(s)}",
        "closes_at": "2026-03-13",
        "closes_clock": "18:00",
    }
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
        def pk(s: Side):
            return s.world.homes[home].pk

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
