"""One leak told twice and joined by mistake to something else: merged, taken apart, corrected, judged, each told."""

from __future__ import annotations

import re

import pytest

from tests.journeys.acts import WINDOWS, Neighbourhood
from tests.journeys.looking import look_at


@pytest.mark.parametrize(("width", "js"), WINDOWS)
def test_what_was_joined_by_mistake_is_taken_apart_and_each_reporter_reads_why(here: Neighbourhood) -> None:
    """At the windows of three neighbours and of who takes reports up; each page that can be opened is looked at."""
    mark = here.own("春", "夏", "秋", "冬")
    title, other = f"{mark}字号墙面渗水", f"{mark}字号墙面渗水了"
    first = here.report("owner_1", title=title, category="漏水渗水", spot=f"{mark}墙", words=f"{mark}：墙湿了一片。")
    second = here.report("owner_2", title=other, category="漏水渗水", spot=f"{mark}墙", words=f"{mark}：我家也湿了。")
    here.join("owner_3", first, f"{mark}：我家是门锁坏了。")
    with here.at("owner_1") as mine:
        mine.go(here.page(f"matters/{first}/"))
        mine.follow("更正")
        assert not (faults := look_at(mine)), "\n".join(faults)
        mine.fill(words=f"{mark}：是东面的墙。")
        mine.press("改好了")
        mine.sees("改好了", f"{mark}：是东面的墙。")
    with here.at("community_worker") as worker:
        worker.go(here.desk(f"matters/{second}/"))
        worker.sees("可能是同一件")
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.follow(f"并入第 {first} 件")
        worker.fill(reason=f"{mark}：同一面墙。")
        worker.press("下一步：核对")
        worker.sees("再看一遍", f"第 {first} 件")
        worker.press("并入")
        worker.sees("并好了", f"已并入第 {first} 件")
        worker.go(here.desk(f"matters/{first}/"))
        worker.sees("3 户反映", "并进来的", "本人更正前说的是", f"从第 {second} 件转来")
        worker.follow("并错了，分开")
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.fill(reason=f"{mark}：是两面墙。")
        worker.press("下一步：核对")
        worker.press("分开")
        worker.sees("分开了", "受理")
        worker.go(here.desk(f"matters/{first}/"))
        worker.sees("2 户反映")
        worker.follow("是另一件事，分出去", within=worker.page.locator("main li", has_text="门锁坏了"))
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.fill(title=f"{mark}字号门锁坏了", reason=f"{mark}：说的是门锁。")
        worker.page.locator('main [name="category"]').select_option("设施维修")
        worker.press("下一步：核对")
        worker.press("分出去")
        worker.sees("分出来了", f"{mark}字号门锁坏了", f"从第 {first} 件转来")
    here.join("owner_2", first, f"{mark}：别的小区的墙。")
    with here.at("community_worker") as worker:
        worker.go(here.desk(f"matters/{first}/"))
        worker.follow("认定是否有效", within=worker.page.locator("main li", has_text="别的小区"))
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.choose("valid", "no")
        worker.fill(reason=f"{mark}：请找隔壁物业。")
        worker.press("记下来")
        worker.sees("已经答复本人", "意见不成立", "1 户反映")
        worker.go("/desk/reports/?standing=invalid")
        worker.sees(f"{mark}：别的小区的墙。", "不成立")
        assert not (faults := look_at(worker)), "\n".join(faults)
    with here.at("owner_2") as told:
        told.go(here.page(f"matters/{first}/"))
        told.sees(f"{mark}：请找隔壁物业。")
        told.follow("评价")
        told.choose("rating", "2")
        told.press("评价")
        told.sees("您评了 2 分")
        told.go(here.page(f"matters/{second}/"))
        told.sees(f"从第 {first} 件里分开")
        told.follow("撤回")
        assert not (faults := look_at(told)), "\n".join(faults)
        told.press(re.compile("^撤回$"))
        told.sees("撤回了", "反映人自己撤回了")
    with here.at("nobody") as anyone:
        anyone.go(here.page(""))
        anyone.sees("有效意见", "解决民生问题")
        anyone.sees_not("请找隔壁物业")
