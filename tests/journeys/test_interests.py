"""A chair of the committee with shares in the company keeps out of the vote on it: declared, told by post, handed on, over."""

from __future__ import annotations

import pytest

from tests.journeys.acts import WINDOWS, Neighbourhood
from tests.journeys.looking import look_at


@pytest.mark.parametrize(("width", "js"), WINDOWS)
def test_the_chair_says_that_he_has_shares_and_another_opens_the_vote(here: Neighbourhood) -> None:
    """By forms alone; the public page names posts and nobody, and his ballot stays his."""
    mark = here.own("子", "丑", "寅", "卯")
    title = f"{mark}号门换不换保洁公司"
    no = here.draft_vote("committee_chair", path=here.desk("votes/new/"), title=title, question="换吗？")
    with here.at("committee_chair") as chair:
        chair.go("/me/")
        chair.follow("我的利害关系")
        chair.follow("登记一条")
        assert not (faults := look_at(chair)), "\n".join(faults)
        chair.fill(in_what="vote", relation="owns", reason="在这家公司有股份。")
        chair.press("登记")
        chair.sees("请写编号")
        chair.fill(no=str(no))
        chair.press("登记")
        chair.sees("登记好了", title, "有效")
        chair.go(here.desk(f"votes/{no}/"))
        chair.sees("要回避", "请交给社区工作人员")
        chair.sees_not("核对名册，开始表决")
    here.open_vote("moderator", no)
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"votes/{no}/"))
        anyone.sees("回避和兼职", "业委会主任因登记过利害关系回避，不办理表决、经手选票，由社区工作人员办。")
        anyone.sees_not("郗明远", "股份")
    with here.at("committee_chair") as chair:
        chair.go(here.page(f"votes/{no}/"))
        chair.sees("去投票")
    with here.at("community_worker") as worker:
        worker.go("/desk/posts/")
        worker.sees("岗位名册", "业委会主任")
        worker.follow("利害关系登记")
        worker.sees(title)
        worker.follow("登记一条")
        worker.page.locator('main [name="who"]').select_option(label="宓小满")
        worker.fill(in_what="vote", no=str(no + 900), relation="family", reason="妹妹是经理。")
        worker.press("登记")
        worker.sees("这个小区没有这个编号的")
        worker.fill(no=str(no))
        worker.press("登记")
        worker.sees("登记好了", "宓小满")
    with here.at("committee_chair") as chair:
        chair.go("/me/interests/")
        chair.follow(f"第 {no} 次表决“{title}”")
        chair.fill(reason="股份已经转让。")
        chair.press("撤销这一条")
        chair.sees("撤销了", "已撤销")
        chair.go(here.desk(f"votes/{no}/"))
        chair.sees_not("要回避")
    with here.at("nobody") as anyone:
        anyone.go(here.page(f"votes/{no}/"))
        anyone.sees_not("业委会主任因登记过", "宓小满")
        anyone.sees("业委会委员因登记过利害关系回避")
