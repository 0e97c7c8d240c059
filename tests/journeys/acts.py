"""What people do, page by page, so that a journey reads as its story. Each act ends by looking at what the page says."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload

from tests.journeys.browser import DESK, PHONE, Visitor, Visitors
from tests.journeys.looking import look_at
from tests.journeys.neighbourhood import JOURNEYS
from tests.journeys.serving import Person

#: Both widths, with and without JavaScript: what the people of this product sit at. A phone with scripts and a desk without
#: them meet everything that differs; the other two are walked by `make test-all`.
WINDOWS = [
    pytest.param(PHONE, True, id="390"),
    pytest.param(PHONE, False, id="390-without-javascript", marks=pytest.mark.long),
    pytest.param(DESK, True, id="1280", marks=pytest.mark.long),
    pytest.param(DESK, False, id="1280-without-javascript"),
]


def photograph(colour: str = "#33475b") -> FilePayload:
    """Return a small picture as a phone would send it."""
    image = Image.new("RGB", (640, 480), "#dfe2d8")
    ImageDraw.Draw(image).rectangle((220, 80, 420, 400), fill=colour)
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=80)
    return FilePayload(name="IMG_2041.JPG", mimeType="image/jpeg", buffer=kept.getvalue())


@dataclass
class Neighbourhood:
    """梧桐里 with its people at their windows, all of one width, with or without JavaScript."""

    visitors: Visitors
    width: int
    js: bool
    _came: set[str] = field(default_factory=set)

    def own(self, *names: str) -> str:
        """Return this window's own name of four, so that what it writes is told from what the others write."""
        return names[[param.values for param in WINDOWS].index((self.width, self.js))]

    @property
    def slug(self) -> str:
        """The estate's word in addresses."""
        return self.visitors.demo.slug_of(JOURNEYS)

    def person(self, role: str) -> Person:
        """Return who plays a role."""
        return self.visitors.demo.person(role, self.slug)

    @contextmanager
    def at(self, role: str) -> Iterator[Visitor]:
        """Yield the window of a role, or of ``nobody``; at its end no page may have been broken.

        It stays open for his next act, in this journey and the next, as people leave theirs open: a new one each time
        would fetch and draw everything anew, which is a third of a journey's time. What was typed there and not sent is
        forgotten between journeys, as by closing a tab; a window in which something went wrong is closed.
        """
        person = None if role == "nobody" else self.person(role)
        visitor = self.visitors.left_open(person, width=self.width, js=self.js)
        if role not in self._came:
            self._came.add(role)
            visitor.begin_anew()
        try:
            yield visitor
            visitor.assert_clean()
        except BaseException:
            self.visitors.close(visitor)
            raise

    def page(self, path: str) -> str:
        """Return the address of a page of the estate."""
        return f"/e/{self.slug}/{path}"

    def desk(self, path: str) -> str:
        """Return the address of a page of the estate's desk."""
        return f"/desk/{self.slug}/{path}"

    # ------------------------------------------------------------------------------------------------------ matters
    def report(self, role: str, *, title: str, category: str, spot: str, words: str) -> int:
        """Report with a photograph; return the number of the matter."""
        with self.at(role) as visitor:
            visitor.go(self.page("matters/"))
            visitor.follow(re.compile("反映"))
            visitor.fill(title=title, category=category, spot=spot, words=words)
            choose_home(visitor)
            visitor.page.locator('main input[type="file"]').first.set_input_files(photograph())
            visitor.press("反映")
            if visitor.path.startswith(self.page("matters/new/")):
                visitor.sees("是同一件吗")
                visitor.press("都不是，单独反映")
            visitor.sees("收到了", title, "您反映的", words)
            assert visitor.page.locator('main img[src*="/photos/"]').count() == 1, (
                "the picture is not shown to its owner"
            )
            return number_in(visitor.path)

    def join_on_offer(self, role: str, *, title: str, category: str, spot: str, words: str, into: int) -> None:
        """Report the same in other words; take up the offer to join what is there."""
        with self.at(role) as visitor:
            visitor.go(self.page("matters/new/"))
            visitor.fill(title=title, category=category, spot=spot, words=words)
            choose_home(visitor)
            visitor.press("反映")
            visitor.sees("是同一件吗", f"第 {into} 件")
            visitor.press(re.compile(f"加进第 {into} 件"))
            visitor.sees("收到了", f"是第 {into} 件", words)

    def join(self, role: str, no: int, words: str) -> None:
        """Join a matter from its page."""
        with self.at(role) as visitor:
            visitor.go(self.page(f"matters/{no}/"))
            visitor.follow(re.compile("我也说一句"))
            visitor.fill(words=words)
            choose_home(visitor)
            visitor.press("我也反映")
            visitor.sees("收到了", words)

    def accept(self, role: str, no: int, playbook: str, reason: str) -> None:
        """Take a matter up with the playbook of that name."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"matters/{no}/"))
            visitor.follow("受理")
            label = visitor.page.locator("main label", has_text=playbook).first
            label.click()
            visitor.fill(reason=reason)
            visitor.press("受理")
            visitor.sees("受理了")

    def end_step(self, role: str, no: int, outcome: str, note: str = "") -> None:
        """End the present step with the outcome of these words, after the page that asks once more."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"matters/{no}/"))
            visitor.follow("办完这一步")
            visitor.page.locator("main label", has_text=outcome).first.click()
            visitor.fill(note=note)
            visitor.press("下一步：核对")
            visitor.sees("再看一遍", outcome, note)
            visitor.press("办完这一步")
            visitor.sees("这一步办完了")

    def show_evidence(self, role: str, no: int, what: str, *, picture: bool = False, **fields: str) -> None:
        """Record what a gate asks for, by the link of these words."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"matters/{no}/"))
            visitor.follow(what)
            visitor.fill(**fields)
            if picture:
                visitor.page.locator('main input[type="file"]').set_input_files(photograph("#0d5b55"))
            visitor.press(re.compile("登记|传|记下"))
            visitor.sees("登记好了")

    def answer(self, role: str, no: int, text: str, reports: int) -> None:
        """Answer every reporter with one text."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"matters/{no}/"))
            visitor.sees(f"{reports} 条没答复")
            visitor.follow(re.compile("答复"), within=visitor.page.locator("main"))
            visitor.fill(text=text)
            visitor.press("下一步：核对")
            visitor.sees("再看一遍", text)
            visitor.press("发出答复")
            visitor.sees("答复发出去了")

    def rate(self, role: str, no: int, rating: int, text: str) -> None:
        """Read the answer and rate it."""
        with self.at(role) as visitor:
            visitor.go(self.page(f"matters/{no}/"))
            visitor.sees("给您的答复", text)
            visitor.follow("评价")
            visitor.choose("rating", str(rating))
            visitor.fill(words="看到了，谢谢。")
            visitor.press("评价")
            visitor.sees("记下了", f"您评了 {rating} 分")

    # ----------------------------------------------------------------------------------------------------- meetings
    def plan_meeting(self, role: str, no: int) -> int:
        """Plan a meeting from the matter's step and invite; return its number."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"matters/{no}/"))
            visitor.follow("安排会议")
            sides = visitor.page.locator('main [name="parties"]').input_value()
            assert sides.split("\n") == ["社区", "住户代表", "物业"], "the playbook's sides are filled in already"
            visitor.fill(day="2026-04-20", time="15:00", place="一楼活动室")
            visitor.press("排好会议")
            visitor.sees("会议排好了")
            visitor.press("发出邀请")
            visitor.sees("邀请已发出")
            return number_in(visitor.path)

    def seat(self, role: str, meeting: int, sides: dict[str, int]) -> None:
        """Take down who came; before the last side is there the meeting cannot be opened."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"meetings/{meeting}/"))
            for left, (side, count) in zip(range(len(sides) - 1, -1, -1), sides.items(), strict=True):
                assert not visitor.page.get_by_role("button", name="宣布开会").count(), "opened with a side missing"
                visitor.page.locator('main [name="party"]').select_option(label=side)
                visitor.fill(count=str(count))
                visitor.press("签到")
                visitor.sees("已签到")
                if left:
                    visitor.sees("还缺")
            visitor.press("宣布开会")
            visitor.sees("会议开始了")

    def propose(self, role: str, meeting: int, side: str, text: str) -> None:
        """Minute a proposal."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"meetings/{meeting}/"))
            visitor.follow("记一条方案")
            visitor.page.locator('main [name="party"]').select_option(label=side)
            visitor.fill(text=text)
            visitor.press("记下")
            visitor.sees("方案已记下", text)

    def decide(self, role: str, meeting: int, proposal: int, outcome: str, reason: str = "") -> None:
        """Say what became of a proposal."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"meetings/{meeting}/proposals/{proposal}/"))
            visitor.choose("outcome", outcome)
            visitor.fill(reason=reason)
            visitor.press("记下结论")
            visitor.sees("结论已记下")

    def close_meeting(self, visitor: Visitor, *, minutes: str, outcome: str, resolution: str) -> None:
        """Send the form that closes a meeting, as it stands on the page."""
        visitor.fill(minutes=minutes, resolution_1=resolution)
        visitor.choose("outcome_1", outcome)
        visitor.page.locator('main input[name="sure"]').check()
        visitor.press(re.compile("散会"))

    # -------------------------------------------------------------------------------------------------------- votes
    def draft_vote(self, role: str, *, path: str, title: str, question: str) -> int:
        """Draft a vote on the page that the matter's step leads to; return its number."""
        with self.at(role) as visitor:
            visitor.go(path)
            visitor.fill(title=title, explanation="议事会第一项的决议。", closes_at="2026-05-05", closes_clock="18:00")
            visitor.fill(**{"items-0-question": question, "items-0-rule": "ordinary"})
            visitor.press("存草稿")
            visitor.sees("草稿存好了")
            return number_in(visitor.path)

    def open_vote(self, role: str, no: int) -> None:
        """Look at the roll, then open."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"votes/{no}/"))
            visitor.follow(re.compile("开始表决"))
            visitor.sees("7 人", "8 户")
            visitor.press(re.compile("开始表决"))
            visitor.sees("表决开始了")

    def vote(self, role: str, no: int, choice: str, *, look: bool = False) -> str:
        """Vote in three taps from the vote's page; return the receipt's code. ``look`` at the page that asks once more."""
        with self.at(role) as visitor:
            visitor.go(self.page(f"votes/{no}/"))
            visitor.follow("去投票")
            visitor.page.locator(f'main input[type="radio"][value="{choice}"]').check()
            visitor.press("下一步：核对")
            visitor.sees("核对一下", {"for": "赞成", "against": "反对", "abstain": "弃权"}[choice])
            if look:
                assert not (faults := look_at(visitor)), "\n".join(faults)
            visitor.press("确认，投出这一票")
            visitor.sees("您的票收到了")
            visitor.sees_not("赞成", "反对")
            return visitor.path.rstrip("/").rsplit("/", 1)[1]

    def read_slip(self, role: str, no: int, entrance: str, room: str, choice: str) -> None:
        """Find the home of a slip and record the first reading."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"votes/{no}/paper/"))
            visitor.fill(room=room)
            visitor.page.locator('main [name="entrance"]').select_option(label=f"1栋{entrance}")
            visitor.press("找这户")
            visitor.follow(re.compile(rf"1栋{entrance}{room}"))
            visitor.page.locator(f'main input[type="radio"][value="{choice}"]').check()
            visitor.press("录好第一遍")
            visitor.sees("第一遍录好了")

    def read_slip_again(self, role: str, no: int, home: str, choice: str) -> None:
        """Record the second reading, without seeing the first."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"votes/{no}/paper/"))
            visitor.follow(re.compile(home))
            assert not visitor.page.locator("main input:checked").count(), "the first reading shows through"
            visitor.page.locator(f'main input[type="radio"][value="{choice}"]').check()
            visitor.press("录好这一遍")
            visitor.sees("核对完了")

    def withdraw_slip(self, role: str, no: int, home: str, reason: str) -> None:
        """Follow the button of the slip of a home to the page that asks why, and withdraw it."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"votes/{no}/paper/"))
            visitor.follow(re.compile(f"撤回这张：{home}"))
            visitor.sees("撤回以后不能恢复", home)
            visitor.fill(reason="  ")
            visitor.press("撤回这张纸票")
            visitor.sees("写明为什么撤回")
            visitor.fill(reason=reason)
            visitor.press("撤回这张纸票")
            visitor.sees("这张纸票撤回了", "已撤回：1 张", reason)

    # ----------------------------------------------------------------------------------------------------- projects
    def step(self, role: str, project: int, phase: int, kind: str, *, note: str = "") -> None:
        """Record a step of a phase."""
        with self.at(role) as visitor:
            visitor.go(self.desk(f"projects/{project}/phases/{phase}/{kind}/"))
            self.send_step(visitor, note=note)
            visitor.sees("登记好了")

    def send_step(self, visitor: Visitor, *, note: str = "") -> None:
        """Send the form of a step with its picture."""
        visitor.fill(note=note)
        visitor.page.locator('main input[type="file"]').set_input_files(photograph("#0d5b55"))
        visitor.press(re.compile("登记|记一条"))


def choose_home(visitor: Visitor) -> None:
    """Whoever owns two homes says for which he speaks."""
    homes: Any = visitor.page.locator('main select[name="home"]')
    if homes.count():
        homes.select_option(index=0)


def number_in(path: str) -> int:
    """Return the number that an address ends with."""
    found = re.findall(r"/(\d+)/", path)
    assert found, f"{path} names no number"
    return int(found[-1])
