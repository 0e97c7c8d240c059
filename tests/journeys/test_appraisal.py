"""Work that is done is appraised by the homes that it was done for: three answers, none shown, one home once."""

from __future__ import annotations

import pytest

from tests.journeys.acts import WINDOWS, Neighbourhood, number_in
from tests.journeys.looking import look_at


@pytest.mark.parametrize(("width", "js"), WINDOWS)
def test_three_homes_say_how_well_a_matter_was_dealt_with(here: Neighbourhood) -> None:
    """Opened by the moderator on what the grid worker did at once; the grid worker himself has no button."""
    mark = here.own("甲", "乙", "丙", "丁")
    title = f"{mark}井盖松了"
    no = here.report("owner_1", title=title, category="设施维修", spot=f"{mark}号井", words="踩上去会翻。")
    with here.at("grid_worker") as grid:
        grid.go(here.desk(f"matters/{no}/emergency/"))
        grid.fill(reason="会伤人，马上换。")
        grid.press("下一步：核对")
        grid.press("应急处理")
    here.answer("grid_worker", no, f"{mark}号井盖换了新的。", reports=1)
    with here.at("moderator") as moderator:
        moderator.go("/desk/appraisals/")
        moderator.go(here.desk(f"appraisals/new/?matter={no}"))
        moderator.fill(scope="building", closes_on="2026-04-22")
        moderator.page.locator('main [name="building"]').select_option(label="1栋")
        assert not (faults := look_at(moderator)), "\n".join(faults)
        moderator.press("开始评议")
        moderator.sees("开始了", title, "8 户里评了 0 户")
        appraisal = number_in(moderator.path)
    with here.at("owner_2") as owner:
        owner.go("/me/")
        owner.sees("请您评一评", title)
        owner.follow(title)
        owner.sees("一户一次")
        owner.choose("score", "4")
        owner.fill(words="换得快。")
        assert not (faults := look_at(owner)), "\n".join(faults)
        owner.press("就这样评")
        owner.sees("再看一遍", "4 分，满意", "换得快。", "交上去就不能改了")
        assert not (faults := look_at(owner)), "\n".join(faults)
        owner.press("交上去")
        owner.sees("收到了", "您家评过了", "谁都看不到评了多少分")
        owner.sees_not("换得快", "4 分")
    with here.at("moderator") as moderator:
        moderator.go(here.desk(f"appraisals/{appraisal}/"))
        moderator.follow("替住户写下评价")
        moderator.fill(door="1栋1单元202")
        moderator.choose("score", "5")
        moderator.press("记下")
        moderator.press("记下")
        moderator.sees("您家已经评过了")
        moderator.fill(door="1栋2单元101")
        moderator.press("记下")
        moderator.sees("再看一遍", "1栋2单元101")
        moderator.press("记下")
        moderator.sees("记下了", "8 户里评了 2 户")
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"matters/{no}/"))
        anyone.follow(f"第 {appraisal} 次评议")
        anyone.sees("正在评", "请 8 户来评", "谁都看不到评了多少分")
        anyone.sees_not("换得快", "我来评")
    with here.at("grid_worker") as grid:
        assert grid.go(here.desk(f"appraisals/{appraisal}/")) == 403
