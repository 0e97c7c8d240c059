"""What has to come first and where the money comes from: kept at the desk, read by anybody, and the works wait for both."""

from __future__ import annotations

import re

import pytest

from tests.journeys.acts import WINDOWS, Neighbourhood, photograph
from tests.journeys.looking import look_at


@pytest.mark.parametrize(("width", "js"), [WINDOWS[0], WINDOWS[-1]])
def test_the_works_wait_for_a_task_and_for_two_sources(here: Neighbourhood) -> None:
    """A resolution becomes a project; a task with a picture, a plan of money that is a cent short, each refused start."""
    mark = here.own("甲", "乙", "丙", "丁")
    title = f"{mark}屋顶漏水"
    no = here.report("owner_2", title=title, category="设施维修", spot=f"{mark}顶", words="一下雨就滴水。")
    here.accept("grid_worker", no, "五步议事", "大家的事。")
    here.end_step("community_worker", no, "已完成", "定为议题。")
    meeting = here.plan_meeting("moderator", no)
    here.seat("moderator", meeting, {"社区": 2, "住户代表": 6, "物业": 1})
    with here.at("moderator") as moderator:
        moderator.go(here.desk(f"meetings/{meeting}/close/"))
        here.close_meeting(moderator, minutes="都同意修。", outcome="project", resolution="翻修屋顶 1 处。")
        moderator.sees("散会了")
    with here.at("committee_chair") as chair:
        chair.go(here.desk(f"projects/new/?matter={no}"))
        chair.fill(title=f"{mark}屋顶翻修", total="1", unit="处", phases="1")
        chair.press("立项")
        chair.sees("立项好了", "等第 1 期开工")
        project = chair.path
        chair.follow("列一件要先办的事")
        chair.fill(title="挪开太阳能", who="支部")
        chair.press("列上")
        chair.sees("等先办完“挪开太阳能”")
        chair.follow("登记资金计划")
        chair.fill(total="92000.50", lines="改造资金 60000\n维修资金 32000.49")
        chair.press("登记")
        chair.sees("少了 0.01 元")
        assert not (faults := look_at(chair)), "\n".join(faults)
        chair.fill(lines="改造资金 60000\n维修资金 32000.50")
        chair.press("登记")
        chair.sees("资金计划登记好了", "92,000.50", "计划中，还没有申请")
        chair.go(f"{project}phases/1/started/")
        chair.page.locator('main input[type="file"]').set_input_files(photograph())
        chair.press("登记")
        chair.sees("要先办完：挪开太阳能")
        chair.go(project)
        chair.follow(re.compile("登记办完"))
        chair.fill(note="六户都挪好了。")
        assert not (faults := look_at(chair)), "\n".join(faults)
        chair.page.locator('main input[type="file"]').set_input_files(photograph("#0d5b55"))
        chair.press("登记办完")
        chair.sees("办完：六户都挪好了", "等“改造资金”的 60,000.00 元批下来")
        for left in ("60000", "32000.50"):
            chair.page.get_by_role("link", name=re.compile("登记申请、批复、到账")).nth(
                0 if left == "60000" else 1
            ).click()
            chair.choose("kind", "approved")
            chair.fill(amount=left, said_by="市房产局")
            assert not (faults := look_at(chair)), "\n".join(faults)
            chair.press("登记")
            chair.sees("登记好了", "市房产局说的")
        chair.sees("等第 1 期开工", "批下来 92,000.50 元")
        number = project.rstrip("/").rsplit("/", 1)[-1]
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"projects/{number}/"))
        anyone.sees("开工前要先办的事", "挪开太阳能", "支部来办", "钱从哪里来", "改造资金", "已批复", "市房产局说的")
        assert not (faults := look_at(anyone)), "\n".join(faults)
