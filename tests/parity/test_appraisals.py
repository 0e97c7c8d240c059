"""Appraisals by page and by call."""

from __future__ import annotations

import pytest

from tests.parity.steps import (
    GRID,
    MODERATOR,
    SURE,
    assert_reached,
)
from tests.parity.twins import Call, Page, Side, Twins
from yishiting.council.appraisals.tests import appraising

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]


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

        def home(s: Side, who=who):
            return s.world.homes[who].pk

        twins.keep("home", home)
        answer = {"score": 1, "words": "没修好"}
        page = Page("e/{slug}/appraisals/{appraisal}/answer/{home}/", {**answer, **SURE})
        call = Call("POST", "appraisals/{appraisal}/answers", {**answer, "home_id": home})
        twins.refuse(7, page, call)
        twins.do(who, page, call, kind="appraisals.answered")
    twins.refuse(who, page, call, says="一户评一次")
    answer = {"score": 2, "words": "一般"}
    page = Page("desk/{slug}/appraisals/{appraisal}/write/", {**answer, "door": "1栋1单元401", **SURE})
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
