"""太阳岛 as anybody reads it: the roof of 823栋 from the report to the last yuan, and a gate that waits for a third answer."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESK, PHONE, Visitors
from tests.journeys.looking import look_at

ESTATE = "太阳岛"


@pytest.mark.parametrize(("width", "js"), [(PHONE, True), (DESK, False)], ids=["390", "1280-without-javascript"])
def test_a_neighbour_follows_the_roof_from_its_report_to_its_money(visitors: Visitors, width: int, js: bool) -> None:
    """By links alone, from the list of matters to the meeting, the vote, the project; nobody's name on the way."""
    slug = visitors.demo.slug_of(ESTATE)
    with visitors.window(None, width=width, js=js) as anyone:
        anyone.go(f"/e/{slug}/matters/?state=closed")
        anyone.follow("823栋屋顶漏水，顶楼墙都霉了")
        anyone.sees("楼栋圆桌会", "3 户", "第 1 号决议", "动用823栋维修资金翻修屋面", "823栋屋面翻修")
        anyone.follow("823栋屋顶漏水圆桌会")
        anyone.sees("楼栋圆桌会", "823栋", "到会 16 人", "腾挪", "未采纳", "没有规划手续")
        assert not (faults := look_at(anyone)), "\n".join(faults)
        anyone.go(f"/e/{slug}/votes/1/")
        anyone.sees("24 人", "通过")
        anyone.go(f"/e/{slug}/projects/1/")
        anyone.sees("1 / 1 处", "全部办完了", "腾挪屋顶六台太阳能热水器", "支部来办", "一共要 92,480.50 元")
        anyone.sees(
            "批下来 92,480.50 元", "到账 92,480.50 元", "沿江街道办事处说的", "市维修资金管理中心说的", "第 1 次表决"
        )
        assert not (faults := look_at(anyone)), "\n".join(faults)
        anyone.go(f"/e/{slug}/matters/2/")
        anyone.sees(
            "北门口装道闸", "逐项议定", "装，北门一进一出两道", "第 2 次会议议定", "收入归谁，怎么用？", "还没议定"
        )
        assert not (faults := look_at(anyone)), "\n".join(faults)
    with visitors.window(visitors.demo.person("owner_a", slug), width=width, js=js) as owner:
        owner.go(f"/e/{slug}/matters/1/")
        owner.sees("您反映的", "接了三个盆", "您评了 5 分")
