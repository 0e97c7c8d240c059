"""A matter from report to answer, by the people of 梧桐里, on a phone and at a desk, with and without JavaScript."""

from __future__ import annotations

import re

import pytest

from tests.journeys.acts import Neighbourhood
from tests.journeys.browser import DESK, PHONE, Visitors
from tests.journeys.neighbourhood import JOURNEYS
from tests.journeys.serving import Demo

WAYS = [
    pytest.param(PHONE, True, id="phone"),
    pytest.param(DESK, False, id="desk-without-javascript"),
]
SIDES = {"社区": 2, "住户代表": 3, "物业": 1}


@pytest.mark.parametrize(("width", "js"), WAYS)
def test_a_matter_goes_from_report_to_answer(demo: Demo, visitors: Visitors, width: int, js: bool) -> None:
    """Two neighbours report, the council meets, the owners vote online and on paper, a project carries it out."""
    here = Neighbourhood(visitors, width, js)
    place = "东门" if js else "西门"
    title = f"电动车堵着{place}单元口"

    # -- two neighbours
    matter = here.report(
        "owner_2", title=title, category="停车充电", spot=f"{place}门口", words=f"轮椅推不出去，{place}天天这样。"
    )
    here.join_on_offer(
        "owner_3", title=f"{place}单元口被电动车堵着", category="停车充电", spot=f"{place}门口",
        words="晚上绊了一跤。", into=matter,
    )  # fmt: skip
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"matters/{matter}/"))
        anyone.sees(title, "2 户说了 2 次")
        anyone.sees_not("轮椅推不出去", "晚上绊了一跤", "扈晚亭", "佘知夏")

    # -- staff take it up
    here.accept("grid_worker", matter, "五步议事", "两户都说到，属于大家的事。")
    here.end_step("community_worker", matter, "已完成", "定为议题。")

    # -- the council
    meeting = here.plan_meeting("moderator", matter)
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"meetings/{meeting}/"))
        anyone.sees(title, "一楼活动室", *SIDES)
    here.seat("moderator", meeting, SIDES)
    here.propose("moderator", meeting, "物业", "门口装阻车桩，另划停车位")
    here.propose("moderator", meeting, "住户代表", "发现一次罚两百")
    here.decide("moderator", meeting, 1, "adopted")
    minutes = "三方到齐，说了两条方案，逐条有结论。"
    resolution = "门口装阻车桩 6 个，分两期装；先请业主表决。"
    with here.at("moderator") as moderator:
        moderator.go(here.desk(f"meetings/{meeting}/close/"))
        here.close_meeting(moderator, minutes=minutes, outcome="vote", resolution=resolution)
        moderator.sees("还有方案没有结论：第 2 条")
        assert moderator.page.locator('[name="minutes"]').input_value() == minutes, "what was typed is lost"
        assert moderator.page.locator('[name="resolution_1"]').input_value() == resolution, "what was typed is lost"
        assert moderator.page.locator('input[name="outcome_1"][value="vote"]').is_checked(), "what was chosen is lost"
    here.decide("moderator", meeting, 2, "rejected", "小区没有罚款的权力。")
    with here.at("moderator") as moderator:
        moderator.go(here.desk(f"meetings/{meeting}/close/"))
        here.close_meeting(moderator, minutes=minutes, outcome="vote", resolution=resolution)
        moderator.sees("散会", resolution)
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"meetings/{meeting}/"))
        anyone.sees("未采纳", "小区没有罚款的权力", resolution, minutes)

    # -- the vote: the step leads to its draft
    with here.at("committee_chair") as chair:
        chair.go(here.desk(f"matters/{matter}/"))
        chair.follow(re.compile("起草表决"))
        path = chair.path
    vote = here.draft_vote(
        "committee_chair", path=path, title=f"{place}装阻车桩", question=f"是否同意在{place}装阻车桩 6 个？"
    )
    here.open_vote("committee_chair", vote)
    receipt = here.vote("owner_1", vote, "for")
    here.vote("owner_2", vote, "for")
    here.vote("owner_3", vote, "against")
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"votes/{vote}/"))
        anyone.sees("已投 3 人，共 7 人", "还差 2 人", "计票前谁也看不到")
        anyone.sees_not("赞成 2 人", "反对 1 人")
    here.read_slip("committee_member", vote, "2单元", "102", "for")
    with here.at("committee_member") as member:
        member.go(here.desk(f"votes/{vote}/paper/"))
        member.sees("您录过了，请换一个人")
    here.read_slip_again("grid_worker", vote, "1栋2单元102", "for")
    here.read_slip("committee_member", vote, "2单元", "201", "for")
    here.read_slip_again("grid_worker", vote, "1栋2单元201", "for")
    with here.at("committee_chair") as chair:
        chair.go(here.desk(f"votes/{vote}/close/"))
        assert chair.page.locator('[name="early"]').evaluate("box => box.required"), "early is said in so many words"
        chair.page.locator('[name="early"]').check()
        chair.press("提前截止")
        chair.sees("计票完成")
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"votes/{vote}/"))
        anyone.sees("通过", "5 人投票，4 人赞成", "赞成 4 人，反对 1 人，弃权 0 人，无效票 0 人", "7 人（8 户）")
        anyone.go(here.page(f"votes/{vote}/receipt/?code={receipt.lower()}"))
        anyone.sees("已经计票，这一票在里面")
        anyone.sees_not("赞成")
    with here.at("owner_3") as late:
        assert late.go(here.page(f"votes/{vote}/ballot/")) == 409
        late.sees("截止", "结果")

    # -- the project in two phases
    with here.at("committee_chair") as chair:
        chair.go(here.desk(f"matters/{matter}/"))
        chair.follow(re.compile("立项"))
        assert chair.page.locator('[name="total"]').input_value() == "6", "the resolution's total is filled in"
        chair.fill(title=f"{place}阻车桩", total="6", unit="个", phases="左侧 4\n右侧 3")
        chair.page.locator('[name="needs_insurance"]').check()
        chair.press("立项")
        chair.sees("7", "6")
        assert chair.page.locator('[name="phases"]').input_value().split() == ["左侧", "4", "右侧", "3"]
        chair.fill(phases="左侧 4\n右侧 2")
        chair.press("立项")
        chair.sees("立项好了")
        project = int(chair.path.strip("/").split("/")[-1])
    here.step("committee_chair", project, 1, "started", note="先做左侧。")
    with here.at("committee_chair") as chair:
        chair.go(here.desk(f"projects/{project}/phases/2/started/"))
        here.send_step(chair, note="右侧也一起做。")
        chair.sees("验收")
        assert chair.page.locator('[name="note"]').input_value() == "右侧也一起做。", "what was typed is lost"
    here.step("committee_chair", project, 1, "finished")
    here.step("committee_chair", project, 1, "accepted", picture=True, note="业主代表到场看过。")
    with here.at("committee_chair") as chair:
        chair.go(here.desk(f"projects/{project}/phases/1/operating/"))
        here.send_step(chair, note="启用。")
        chair.sees("保险")
        chair.go(here.desk(f"projects/{project}/insurance/"))
        chair.fill(insurer="江宁财产保险", policy_no="JN-2026-1", valid_from="2026-04-01", valid_to="2027-03-31")
        chair.press("登记")
        chair.sees("保单登记好了")
    for phase in (1, 2):
        if phase == 2:
            here.step("committee_chair", project, 2, "started")
            here.step("committee_chair", project, 2, "finished")
            here.step("committee_chair", project, 2, "accepted", picture=True, note="看过。")
        here.step("committee_chair", project, phase, "operating", note="启用。")
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"projects/{project}/"))
        anyone.sees("6 / 6 个", "全部办完了", "业主代表到场看过")
        assert anyone.page.locator('main img[src*="/photos/"]').count() == 2, (
            "the pictures of both acceptances are public"
        )

    # -- both are answered and rate
    text = f"{place}的阻车桩都装好了，门口通了。谢谢您提出来。"
    here.answer("community_worker", matter, text, reports=2)
    here.rate("owner_2", matter, 5, text)
    here.rate("owner_3", matter, 4, text)

    # -- the way, the record, the chain
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"matters/{matter}/"))
        anyone.sees("已答复 2 条", "5 分 1 人", "4 分 1 人", resolution)
        for words in ("阻车桩", "议事会"):
            assert anyone.page.get_by_role("link", name=re.compile(words)).count(), f"the way shows no {words}"
        anyone.sees_not("轮椅推不出去", "扈晚亭", "佘知夏", text)
        anyone.go(here.page("record/"))
        mark = anyone.page.locator("main").inner_text()
        found = re.search(r"\d+:[0-9a-f]{64}", mark)
        assert found, "the record page shows no SEQ:HASH"
    done = demo.run("verify", "--estate", JOURNEYS, "--expect", found[0])
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"\d+:[0-9a-f]{64}\n", done.stdout)


PLAYBOOK = """id = "lamp-round"
version = {version}
name = "楼灯专项{mark}"
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


@pytest.mark.parametrize(
    ("width", "js"), [pytest.param(DESK, True, id="desk"), pytest.param(PHONE, False, id="phone-without-javascript")]
)
def test_a_playbook_of_their_own_carries_a_matter(visitors: Visitors, width: int, js: bool) -> None:
    """A step that leads nowhere is named by its line and nothing typed is lost; mended, it runs with all its gates."""
    here = Neighbourhood(visitors, width, js)
    mark = "甲" if js else "乙"
    version = 1 if js else 2
    with here.at("community_worker") as worker:
        worker.go("/desk/playbooks/")
        worker.go(here.desk("playbooks/new/"))
        faulty = PLAYBOOK.format(mark=mark, version=version, after="nowhere")
        worker.fill(text=faulty)
        worker.press("检查并收进来")
        worker.sees("第 26 行", "nowhere")
        assert worker.page.locator('[name="text"]').input_value().strip() == faulty.strip(), "what was typed is lost"
        worker.fill(text=faulty.replace("nowhere", "answer"))
        worker.press("检查并收进来")
        worker.sees("收进来了", f"楼灯专项{mark}", "贴出告知", "换灯")
    matter = here.report(
        "owner_1", title=f"{mark}号路灯三天没亮了", category="设施维修", spot=f"{mark}号灯杆", words="晚上看不清台阶。"
    )
    here.accept("grid_worker", matter, f"楼灯专项{mark}", "物业的事，按专项办。")
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
        anyone.sees("贴出告知", "换灯", f"楼灯专项{mark}", "已答复 1 条")
        # One rating alone would tell whose it is.
        anyone.sees_not("5 分")
        anyone.follow(f"楼灯专项{mark}")
        anyone.sees(f"楼灯专项{mark}", "换灯")
