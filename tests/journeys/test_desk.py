"""A member of staff at the desk without a mouse: several reports in one go, a filter kept, a post looked after by another."""

from __future__ import annotations

import pytest

from tests.journeys.acts import WINDOWS, Neighbourhood
from tests.journeys.looking import look_at


@pytest.mark.parametrize(("width", "js"), WINDOWS)
def test_reports_are_taken_up_together_and_a_post_is_looked_after(here: Neighbourhood) -> None:
    """The list is narrowed, ticked, looked at and done; then the desk is searched and the post handed over and taken back."""
    mark = here.own("东", "西", "南", "北")
    for place in ("一", "二"):
        here.report(
            "owner_1",
            title=f"{mark}字{place}号灯灭了",
            category="设施维修",
            spot=f"{mark}{place}",
            words=f"{mark}：黑。",
        )
    with here.at("community_worker") as worker:
        worker.go(f"/desk/?q={mark}字")
        worker.sees(f"{mark}字一号灯灭了", f"{mark}字二号灯灭了", "受理：选一种工作法")
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.follow(f"到处找“{mark}字”")
        worker.sees("找到 2 件")
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.go(f"/desk/matters/?q={mark}字")
        ticks = worker.page.locator('main input[name="chosen"]')
        if here.js:
            keys = worker.page.keyboard
            keys.press("j")
            keys.press("x")
            keys.press("j")
            keys.press("x")
            assert [ticks.nth(place).is_checked() for place in (0, 1)] == [True, True]
            keys.press("?")
            worker.sees("上一件")
            keys.press("/")
            assert worker.page.evaluate("document.activeElement.id") == "q"
        else:
            for place in (0, 1):
                ticks.nth(place).check()
        worker.page.locator('main [name="verb"]').select_option("decline")
        worker.press("下一步")
        worker.sees("选了 2 件")
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.fill(reason=f"{mark}：归路灯所管，已经转告，电话请看公告栏。")
        worker.press("先看会怎样")
        worker.sees("能办 2 件，办不了 0 件", "现在还什么都没有办")
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.press("答复这 2 件不予采纳")
        worker.sees("办好了 2 件，没办成 0 件")
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.go(f"/desk/?q={mark}&room=matters")
        worker.follow("存下这个筛选")
        worker.fill(name=f"{mark}的事")
        worker.press("存下")
        worker.sees("存好了", f"{mark}的事")
        worker.follow(f"改名或删去“{mark}的事”")
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.press("删去这个筛选")
        worker.sees_not(f"{mark}的事")
        worker.go("/desk/hand-overs/new/")
        worker.page.locator('main [name="stand_in"]').select_option(index=1)
        worker.fill(reason=f"{mark}：年休假。")
        worker.press("请他代办")
        worker.sees("办好了", "正在代办")
        worker.follow("社区工作人员", within=worker.page.locator("main tr", has_text="正在代办").first)
        worker.sees(f"{mark}：年休假。", "还没有")
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.press("现在就结束代办")
        worker.sees("再看一遍", "不能恢复")
        assert not (faults := look_at(worker)), "\n".join(faults)
        worker.press("现在就结束代办")
        worker.sees("代办结束了")
