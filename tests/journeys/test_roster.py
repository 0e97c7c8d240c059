"""A roster through the pages: what cannot be read is said, a difference is seen before it is taken in."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import FilePayload

from tests.journeys.acts import Neighbourhood
from tests.journeys.browser import DESK, PHONE
from tests.journeys.looking import look_at
from tests.journeys.neighbourhood import JOURNEYS, roster


def sheet(rows: list[list[str]]) -> FilePayload:
    """Return rows as the file that a property company sends."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return FilePayload(name="业主名册.csv", mimeType="text/csv", buffer=out.getvalue().encode("gb18030"))


@pytest.mark.parametrize(
    ("width", "js", "line", "residents"),
    [pytest.param(DESK, True, 1, "6", id="desk"), pytest.param(PHONE, False, 3, "7", id="phone-without-javascript")],
)
def test_a_new_roster_is_compared_before_it_is_taken_in(here: Neighbourhood, line: int, residents: str) -> None:
    """No workbook: a sentence. Who lives in a home has changed: seen, confirmed, counted."""
    rows = [list(row) for row in roster(JOURNEYS)]
    rows[line][6] = residents
    with here.at("community_worker") as worker:
        worker.go(here.desk("roster/import/"))
        no_workbook = FilePayload(name="名册.xlsx", mimeType="application/octet-stream", buffer=b"no workbook")
        worker.page.locator('main input[type="file"]').set_input_files(no_workbook)
        worker.press("上传，看对比")
        worker.sees("有 1 处要改")
        worker.page.locator('main input[type="file"]').set_input_files(sheet(rows))
        worker.press("上传，看对比")
        worker.sees("新增 0 户", "已知 7 位", "共 7 票", f"{residents} 人")
        changed = re.search(r"变更 (\d) 户", worker.text)
        assert changed, "the difference is told"
        faults = look_at(worker)
        worker.press("确认导入")
        worker.sees("名册已导入", f"新增 0 户，变更 {changed[1]} 户")
        faults += look_at(worker)
        assert not faults, "\n".join(faults)
    with here.at("committee_member") as member:
        assert member.go("/desk/roster/") == 403, "a roster is for those who keep it"
