"""Two versions of minutes side by side: nothing is lost, nothing is made up, and the page says what went and came."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.world import START, World, make_world
from yishiting.council.meetings import services
from yishiting.council.meetings.tests import sitting
from yishiting.reach.web.meetings.comparing import CAME, CHANGED, SAME, WENT, compare
from yishiting.reach.web.meetings.tests.pages import Reader

TEXTS = st.text(alphabet="到会三五人。同意装\n", max_size=40)


@given(TEXTS, TEXTS)
def test_each_version_can_be_read_out_of_the_comparison(before: str, after: str) -> None:
    rows = compare(before, after)
    for kept, gone in ((WENT, CAME), (CAME, WENT)):
        lines = [
            "".join(piece.text for piece in row.pieces if piece.kind in (SAME, kept))
            for row in rows
            if row.kind != gone
        ]
        assert lines == (before if kept == WENT else after).splitlines()


def test_a_number_that_was_put_right_is_shown_within_its_line() -> None:
    (same, changed, came) = compare("三方到齐。\n到会十三人。", "三方到齐。\n到会十六人。\n散会。")
    assert (same.kind, changed.kind, came.kind) == (SAME, CHANGED, CAME)
    assert [(piece.kind, piece.text) for piece in changed.pieces] == [
        (SAME, "到会十"), (WENT, "三"), (CAME, "六"), (SAME, "人。"),
    ]  # fmt: skip


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("YISHITING_NOW", START.isoformat())
    return make_world(6)


def test_minutes_are_drafted_while_the_meeting_sits_and_corrections_are_compared(world: World) -> None:
    meeting = sitting.opened(world)
    at = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}
    services.write_minutes(**at, text="各方到齐。")
    services.write_minutes(**at, text="各方到齐。\n到会十三人。")
    page = f"/e/{world.estate.slug}/meetings/{meeting.no}/"
    Reader().go(f"{page}minutes/", status=404)
    sitting.propose(world, meeting)
    sitting.decide(world, meeting, 1)
    services.close_meeting(**at, minutes="", decisions={1: sitting.Decision("project", "装桩")})
    services.write_minutes(
        **{**at, "now": world.now + timedelta(hours=1)}, text="各方到齐。\n到会十六人。", reason="人数写错了"
    )
    reader = Reader().go(page).follow("比较两版")
    assert "第 2 版" in reader.says
    assert "更正的原因：人数写错了" in reader.says
    assert "去掉：</span>三</del>" in reader.html
    assert "加上：</span>六</ins>" in reader.html
    reader.go(f"{page}minutes/?a=1&b=3")
    assert "到会十六人" in reader.says
    for wrong in ("?a=9", "?b=x", "?a=-1&b=2"):
        Reader().go(f"{page}minutes/{wrong}", status=404)
