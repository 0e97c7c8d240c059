"""The way of a matter, chapter by chapter: from two reports over council, vote and project to both answers and the record.

Every window walks it with a matter of its own, named after another gate of 梧桐里.
"""

from __future__ import annotations

import re

from tests.journeys.acts import Neighbourhood
from tests.journeys.neighbourhood import JOURNEYS
from tests.journeys.serving import Demo

SIDES = {"社区": 2, "住户代表": 3, "物业": 1}


def from_report_to_answer(here: Neighbourhood, demo: Demo) -> None:
    """Two neighbours report, the council meets, the owners vote online and on paper, a project carries it out."""
    place = here.own("东门", "西门", "南门", "北门")
    title = f"电动车堵着{place}单元口"
    matter = _two_neighbours(here, place, title)
    here.accept("grid_worker", matter, "五步议事", "两户都说到，属于大家的事。")
    here.end_step("community_worker", matter, "已完成", "定为议题。")
    resolution = "门口装阻车桩 6 个，分两期装；先请业主表决。"
    _council(here, matter, title, resolution)
    _vote(here, matter, place)
    _project(here, matter, place)
    _answers_and_record(here, demo, matter, place, resolution)


def _two_neighbours(here: Neighbourhood, place: str, title: str) -> int:
    matter = here.report(
        "owner_2", title=title, category="停车充电", spot=f"{place}门口", words=f"轮椅推不出去，{place}天天这样。"
    )
    here.join_on_offer(
        "owner_3", title=f"{place}单元口被电动车堵着", category="停车充电", spot=f"{place}门口",
        words="晚上绊了一跤。", into=matter,
    )  # fmt: skip
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"matters/{matter}/"))
        anyone.sees("停车充电：题目核对后公布", "2 户说了 2 次")
        anyone.sees_not(title, "轮椅推不出去", "晚上绊了一跤", "扈晚亭", "佘知夏")
    return matter


def _council(here: Neighbourhood, matter: int, title: str, resolution: str) -> None:
    meeting = here.plan_meeting("moderator", matter)
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"meetings/{meeting}/"))
        anyone.sees(title, "一楼活动室", *SIDES)
    here.seat("moderator", meeting, SIDES)
    here.propose("moderator", meeting, "物业", "门口装阻车桩，另划停车位")
    here.propose("moderator", meeting, "住户代表", "发现一次罚两百")
    here.decide("moderator", meeting, 1, "adopted")
    minutes = "三方到齐，说了两条方案，逐条有结论。"
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


def _vote(here: Neighbourhood, matter: int, place: str) -> None:
    with here.at("committee_chair") as chair:
        chair.go(here.desk(f"matters/{matter}/"))
        chair.follow(re.compile("起草表决"))
        path = chair.path
    vote = here.draft_vote(
        "committee_chair", path=path, title=f"{place}装阻车桩", question=f"是否同意在{place}装阻车桩 6 个？"
    )
    here.open_vote("committee_chair", vote)
    receipt = here.vote("owner_1", vote, "for", look=True)
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
        chair.page.locator('[name="all_keyed"]').check()
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


def _project(here: Neighbourhood, matter: int, place: str) -> None:
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
    here.step("committee_chair", project, 1, "accepted", note="业主代表到场看过。")
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
            here.step("committee_chair", project, 2, "accepted", note="看过。")
        here.step("committee_chair", project, phase, "operating", note="启用。")
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"projects/{project}/"))
        anyone.sees("6 / 6 个", "全部办完了", "业主代表到场看过")
        assert anyone.page.locator('main img[src*="/photos/"]').count() == 8, "the pictures of all steps are public"


def _answers_and_record(here: Neighbourhood, demo: Demo, matter: int, place: str, resolution: str) -> None:
    text = f"{place}的阻车桩都装好了，门口通了。谢谢您提出来。"
    here.answer("community_worker", matter, text, reports=2)
    here.rate("owner_2", matter, 5, text)
    here.rate("owner_3", matter, 4, text)
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
