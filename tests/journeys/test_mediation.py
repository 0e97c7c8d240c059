"""Two neighbours who cannot agree: asked for, agreed to, talked over, signed, in force; and one who would rather not."""

from __future__ import annotations

import pytest

from tests.journeys.acts import WINDOWS, Neighbourhood, number_in
from tests.journeys.looking import look_at


def ask(here: Neighbourhood, role: str, words: str) -> int:
    """Ask for mediation with the home of owner_2; return the number of the case."""
    with here.at(role) as visitor:
        visitor.go("/me/")
        visitor.follow("我的调解，申请调解")
        visitor.follow("申请调解")
        visitor.fill(topic="leak", words=words, other="1栋1单元202")
        visitor.press("申请调解")
        visitor.sees("收到了", words, "等定调解员")
        return number_in(visitor.path)


def mine(here: Neighbourhood, no: int) -> str:
    """Return the address of a case for its parties."""
    return f"/me/cases/{here.slug}/{no}/"


@pytest.mark.parametrize(("width", "js"), WINDOWS)
def test_a_case_of_two_homes_comes_to_an_agreement_in_force(here: Neighbourhood) -> None:
    """Each of them at his own window; nobody else finds the case."""
    mark = here.own("甲", "乙", "丙", "丁")
    words, said, terms = f"{mark}：楼上漏水到我家。", f"{mark}：都愿意修。", f"{mark}：十天内修好防水。"
    no = ask(here, "owner_1", words)
    with here.at("community_worker") as worker:
        worker.go("/desk/cases/")
        worker.follow(f"第 {no} 件 · 漏水渗水")
        worker.sees(words, "您这次看，已经记下来")
        worker.follow("定调解员")
        worker.page.locator('main [name="mediator"]').select_option(label="茅一鸣")
        worker.press("就定这一位")
        worker.sees("调解员定好了", "等 1 方同意调解")
    with here.at("owner_2") as other:
        other.go(mine(here, no))
        other.sees("您这一方还没有表态", "负责调解的岗位")
        other.sees_not(words)
        other.follow("同意调解")
        other.press("我同意调解")
        other.sees("记下了", "等开调解会")
    with here.at("grid_worker") as mediator:
        mediator.go(here.desk(f"cases/{no}/session/"))
        mediator.fill(place="调解室", said=said)
        mediator.choose("came", "1", "2")
        assert not (faults := look_at(mediator)), "\n".join(faults)
        mediator.press("记下")
        mediator.sees("调解会记下了", said)
        mediator.follow("写协议")
        mediator.fill(terms=terms, follow_up_on="2026-04-30")
        mediator.press("记下协议")
        mediator.sees("协议记下了", "还没有生效")
        mediator.follow("登记签字")
        mediator.choose("signed", "1", "2", "mediator")
        mediator.press("登记")
        mediator.sees("等盖章")
    with here.at("community_worker") as worker:
        worker.go(here.desk(f"cases/{no}/"))
        worker.follow("登记盖章")
        worker.page.locator('main [name="sure"]').check()
        worker.press("登记盖章，协议生效")
        worker.sees("协议生效了", "等回访")
    with here.at("owner_1") as asker:
        asker.go(mine(here, no))
        asker.sees(words, said, terms, "生效", "最晚 5月15日", "谁看过", "调解员")
        asker.sees_not("扈晚亭", "202")
    for role in ("moderator", "committee_chair", "nobody"):
        with here.at(role) as stranger:
            status = stranger.go(mine(here, no))
            assert status == 404 or "/account/login/" in stranger.path
            stranger.sees_not(words, said, terms)


@pytest.mark.parametrize(("width", "js"), WINDOWS)
def test_one_who_would_rather_not_ends_it(here: Neighbourhood) -> None:
    """A page asks once more; then it is over, without a reason asked for."""
    no = ask(here, "owner_3", here.own("太吵一", "太吵二", "太吵三", "太吵四"))
    with here.at("owner_2") as other:
        other.go(mine(here, no))
        other.follow("不愿意调解")
        other.sees("这件调解就结束")
        assert not (faults := look_at(other)), "\n".join(faults)
        other.press("我不愿意，结束调解")
        other.sees("有一方不愿调解", "您这一方不愿调解")
    with here.at("owner_3") as asker:
        asker.go(mine(here, no))
        asker.sees("有一方不愿调解")
