"""A playbook that an estate wrote itself, from its text to the answer."""

from __future__ import annotations

import pytest

from tests.journeys.acts import WINDOWS, Neighbourhood
from tests.journeys.looking import look_at

PLAYBOOK = """id = "lamp-round-{mark}"
version = 1
name = "{name}"
source = "小区自己定的做法"
matters = ["设施维修"]
parties = ["社区", "物业"]

[[step]]
id = "ask"
stage = "topic"
kind = "work"
title = "贴出告知"
who = "grid_worker"
within = "2 workdays"
needs = ["channels:2"]
next = {{ done = "repair" }}

[[step]]
id = "repair"
stage = "carry_out"
kind = "work"
title = "换灯"
who = "property_manager"
within = "5 workdays"
needs = ["photo:before_and_after"]
next = {{ done = "{after}" }}

[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复反映人"
who = "community_worker"
within = "3 workdays"
next = {{ answered = "end" }}
"""


@pytest.mark.parametrize(("width", "js"), WINDOWS)
def test_a_playbook_of_their_own_carries_a_matter(here: Neighbourhood) -> None:
    """A step that leads nowhere is named by its line and nothing typed is lost; mended, it runs with all its gates."""
    mark = here.own("甲", "乙", "丙", "丁")
    name = f"楼灯专项{mark}"
    with here.at("community_worker") as worker:
        worker.go("/desk/playbooks/")
        worker.go(here.desk("playbooks/new/"))
        faulty = PLAYBOOK.format(mark=here.own("a", "b", "c", "d"), name=name, after="nowhere")
        worker.fill(text=faulty)
        worker.press("检查并收进来")
        worker.sees("第 26 行", "nowhere")
        assert worker.page.locator('[name="text"]').input_value().strip() == faulty.strip(), "what was typed is lost"
        worker.fill(text=faulty.replace("nowhere", "answer"))
        worker.press("检查并收进来")
        worker.sees("收进来了", name, "贴出告知", "换灯")
        worker.follow("停用这个工作法")
        worker.sees(name, "停用")
        assert not (faults := look_at(worker)), "\n".join(faults)
    matter = here.report(
        "owner_1", title=f"{mark}号路灯三天没亮了", category="设施维修", spot=f"{mark}号灯杆", words="晚上看不清台阶。"
    )
    here.accept("grid_worker", matter, name, "物业的事，按专项办。")
    with here.at("grid_worker") as grid:
        grid.go(here.desk(f"matters/{matter}/step/"))
        grid.page.locator('main input[name="outcome"]').first.check()
        grid.press("下一步：核对")
        grid.sees("种渠道")
    here.show_evidence("grid_worker", matter, "登记一种渠道", label="公告栏", note="贴在门口", picture=True)
    here.show_evidence("grid_worker", matter, "登记一种渠道", label="业主群", note="发在群里")
    here.end_step("grid_worker", matter, "已完成", "两处都告知了。")
    here.show_evidence("property_manager", matter, "传办理前的照片", picture=True)
    here.show_evidence("property_manager", matter, "传办理后的照片", picture=True)
    here.end_step("property_manager", matter, "已完成", "换了三盏。")
    text = f"{mark}号灯杆的三盏灯都换了。"
    here.answer("community_worker", matter, text, reports=1)
    here.rate("owner_1", matter, 5, text)
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"matters/{matter}/"))
        anyone.sees("贴出告知", "换灯", name, "已答复 1 条")
        # One rating alone would tell whose it is.
        anyone.sees_not("5 分")
        anyone.follow(name)
        anyone.sees(name, "换灯")
