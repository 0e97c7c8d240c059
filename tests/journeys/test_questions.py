"""Three questions that have to be settled before anything is bought: two at this meeting, the third left open."""

from __future__ import annotations

import re

import pytest

from tests.journeys.acts import WINDOWS, Neighbourhood, number_in
from tests.journeys.looking import look_at


@pytest.mark.parametrize(("width", "js"), [WINDOWS[0], WINDOWS[-1]])
def test_what_is_left_open_at_a_meeting_holds_the_matter_back(here: Neighbourhood) -> None:
    """The playbook asks three questions and the convener none more; two outcomes, and the third named in a refusal."""
    mark = here.own("甲", "乙", "丙", "丁")
    title = f"{mark}门装道闸"
    no = here.report("owner_1", title=title, category="停车充电", spot=f"{mark}门", words="外面的车停满了。")
    here.accept("grid_worker", no, "业主协商会", "大家的事，要业主一起定。")
    here.end_step("community_worker", no, "已完成", "告诉了全体业主。")
    with here.at("moderator") as moderator:
        moderator.go(here.desk(f"meetings/new/?matter={no}&kind=owners_talk"))
        moderator.fill(day="2026-04-20", time="15:00", place="一楼活动室", parties="业主\n社区")
        moderator.press("排好会议")
        meeting = number_in(moderator.path)
        moderator.follow("列出要议定的问题")
        moderator.sees("装不装", "工作法规定的")
        moderator.fill(text="什么时候装？", options="春天\n秋天")
        moderator.press("列上")
        moderator.sees("列上了", "春天；秋天")
        assert not (faults := look_at(moderator)), "\n".join(faults)
        moderator.page.locator("main summary").first.click()
        moderator.fill(reason="先不定日子。")
        moderator.press(re.compile("^撤掉"))
        moderator.sees("这个问题撤掉了")
        moderator.sees_not("什么时候装")
        moderator.go(here.desk(f"meetings/{meeting}/"))
        moderator.press("发出邀请")
    here.seat("moderator", meeting, {"业主": 12, "社区": 2})
    with here.at("moderator") as moderator:
        for said in ("装两道", "每月三十元，业主不收"):
            moderator.follow(re.compile("写结果"))
            moderator.fill(text=said)
            assert not (faults := look_at(moderator)), "\n".join(faults)
            moderator.press("记下结果")
            moderator.sees("结果记下了", said, "散会后生效")
        moderator.go(here.desk(f"meetings/{meeting}/close/"))
        moderator.sees("还没议定：收入归谁，怎么用？")
        here.close_meeting(moderator, minutes="议定了两个。", outcome="project", resolution="装两道道闸。")
        moderator.sees("还有问题没有议定：收入归谁，怎么用？", "不能先往下办")
        here.close_meeting(moderator, minutes="议定了两个，还有一个下次议。", outcome="adjourned", resolution="")
        moderator.sees("散会了")
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"matters/{no}/"))
        anyone.sees("逐项议定", "装两道", f"第 {meeting} 次会议议定", "收入归谁，怎么用？", "还没议定")
        assert not (faults := look_at(anyone)), "\n".join(faults)
