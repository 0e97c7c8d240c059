"""A desk's own filters and who stands in, by page and by call."""

from __future__ import annotations

import pytest

from tests.parity.steps import (
    GRID,
    SURE,
    WORKER,
    assert_reached,
    newest,
)
from tests.parity.twins import Call, Page, Side, Twins
from yishiting.ground.desks.models import HandOver, SavedFilter
from yishiting.ground.organisations.models import Term

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]


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

    def term(s: Side):
        return Term.objects.get(person=s.world.staff[WORKER]).pk

    def who(s: Side):
        return s.world.staff[GRID].pk

    page = Page("desk/hand-overs/new/", {"term": term, "stand_in": who, "since": "2026-03-03", "until": "2026-03-05", "reason": "培训"})  # fmt: skip
    moments = {"since": "2026-03-03T00:00:00+08:00", "until": "2026-03-06T00:00:00+08:00", "reason": "培训"}
    call = Call("POST", "/api/v1/me/desk/hand-overs", {"term_id": term, "stand_in_id": who, **moments})
    twins.refuse(0, page, call)
    twins.do(WORKER, page, call, kind="desks.handed_over")
    twins.refuse(WORKER, page, call)
    twins.keep("given", lambda s: newest(s, HandOver).pk)
    page, call = Page("desk/hand-overs/{given}/", SURE), Call("POST", "/api/v1/me/desk/hand-overs/{given}/end")
    twins.refuse(0, page, call)
    twins.do(WORKER, page, call, kind="desks.hand_over_ended")
    assert_reached(twins, "desks")
