"""Bad input: each is a sentence that says what to do, and nothing of what was typed is lost. The acts that matter most,
at both widths, with and without JavaScript.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload

from tests.journeys.acts import WINDOWS, Neighbourhood, choose_home, photograph
from tests.journeys.browser import Visitors
from tests.journeys.looking import look_at
from tests.journeys.neighbourhood import STILL
from tests.journeys.serving import Demo


@pytest.mark.parametrize(("width", "js"), WINDOWS)
def test_a_picture_that_is_none_loses_nothing_that_was_typed(here: Neighbourhood) -> None:
    """The words stay, the good picture stays, and the page says what to do about the bad one."""
    with here.at("owner_1") as visitor:
        visitor.go(here.page("matters/new/"))
        visitor.fill(title="花坛里的水管漏水", category="漏水渗水", spot="南门花坛", words="从早上漏到现在。")
        choose_home(visitor)
        bad = FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=b"this is no picture at all")
        visitor.page.locator('main input[type="file"]').first.set_input_files([photograph(), bad])
        visitor.press("反映")
        visitor.sees("处要改", "已经收好 1 张照片")
        for name, typed in {"title": "花坛里的水管漏水", "spot": "南门花坛", "words": "从早上漏到现在。"}.items():
            assert visitor.page.locator(f'main [name="{name}"]').input_value() == typed
        assert visitor.page.locator('main [name="category"]').input_value() == "漏水渗水"


@pytest.mark.parametrize(("width", "js"), WINDOWS)
def test_a_blank_report_says_field_by_field_what_is_missing(here: Neighbourhood) -> None:
    """Blanks pass the browser and not the page; its summary leads to each field."""
    with here.at("owner_2") as visitor:
        visitor.go(here.page("matters/new/"))
        visitor.fill(title="  ", words="  ", category="养犬")
        visitor.press("反映")
        summary = visitor.page.locator("#errors a")
        assert summary.count() >= 2
        for link in summary.all():
            target = (link.get_attribute("href") or "").removeprefix("#")
            assert visitor.page.locator(f'[id="{target}"]').count() == 1, (
                f"the summary leads to {target}, which is not there"
            )


def test_what_is_typed_is_still_there_after_a_look_elsewhere(here: Neighbourhood) -> None:
    """With JavaScript a draft is kept until the tab is closed."""
    with here.at("owner_3") as visitor:
        visitor.go(here.page("matters/new/"))
        visitor.fill(title="想到一半", words="先去看一眼再写。")
        visitor.go(here.page("matters/"))
        visitor.go(here.page("matters/new/"))
        assert visitor.page.locator('main [name="title"]').input_value() == "想到一半"
        assert visitor.page.locator('main [name="words"]').input_value() == "先去看一眼再写。"


def test_a_headcount_that_cannot_be_comes_back_with_its_form(demo: Demo, visitors: Visitors) -> None:
    """The form on a meeting's page sends to a page of its own, which shows the mistake."""
    still = demo.slug_of(STILL)
    with visitors.window(demo.person("moderator", still)) as visitor:
        visitor.go(f"/desk/{still}/meetings/2/")
        visitor.page.locator('main [name="count"]').evaluate("box => { box.max = ''; box.form.noValidate = true; }")
        visitor.fill(count="501")
        visitor.press("签到")
        assert visitor.page.locator('main [name="count"]').input_value() == "501"
        visitor.sees("处要改")
        assert not look_at(visitor)


@pytest.mark.parametrize(("width", "js"), [WINDOWS[0], WINDOWS[3]])
def test_two_clerks_who_read_a_slip_otherwise_withdraw_it_and_the_count_goes_on(here: Neighbourhood) -> None:
    """The page says why the count waits and what to do; who read first has no button; the paper is keyed anew."""
    home = "1栋2单元102"
    vote = here.draft_vote(
        "committee_chair", path=here.desk("votes/new/"), title="公告栏换新", question="是否同意换一块公告栏？"
    )
    here.open_vote("committee_chair", vote)
    here.read_slip("committee_member", vote, "2单元", "102", "for")
    with here.at("grid_worker") as second:
        second.go(here.desk(f"votes/{vote}/paper/"))
        second.follow(re.compile(f"^{home}"))
        second.page.locator('main input[type="radio"][value="against"]').check()
        second.press("录好这一遍")
        second.sees("没有第三位的，撤回后重新录")
    with here.at("committee_chair") as chair:
        chair.go(here.desk(f"votes/{vote}/close/"))
        chair.page.locator('[name="early"]').check()
        chair.press("提前截止")
        chair.sees("纸票核对完以后，请再来计票", "两遍不一样的，请第三个人再录，或撤回后重新录")
    with here.at("committee_member") as first:
        first.go(here.desk(f"votes/{vote}/paper/"))
        first.sees("谁录的第一遍，就请另一个人来撤回", "您录过了，请换一个人")
        assert not first.page.locator('main a[href$="/withdraw/"]').count(), "one person makes a slip vanish"
    here.withdraw_slip("grid_worker", vote, home, "两遍不一样，没有第三个人。")
    with here.at("grid_worker") as again:
        again.go(here.desk(f"votes/{vote}/paper/"))
        again.follow(re.compile(f"重新录这户：{home}"))
        again.sees("这户撤回过一张纸票", "已照它填好")
        again.page.locator('main input[type="radio"][value="for"]').check()
        again.press("录好第一遍")
        again.sees("第一遍录好了", "这户后来另录了一张")
    here.read_slip_again("committee_member", vote, home, "for")
    with here.at("committee_chair") as chair:
        chair.go(here.desk(f"votes/{vote}/close/"))
        chair.press("纸票都录完了，现在计票")
        chair.sees("计票完成")


def test_an_address_of_nothing_says_so_in_chinese(here: Neighbourhood) -> None:
    """No estate, no matter, no page: each says where to go."""
    with here.at("nobody") as visitor:
        for path in ("/e/nowhere/", here.page("matters/9999/"), here.page("votes/9999/"), "/no/such/page/"):
            assert visitor.go(path) == 404
            visitor.sees("没有")
