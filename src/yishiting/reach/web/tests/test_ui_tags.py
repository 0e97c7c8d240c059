"""The tags of ``{% load ui %}``: what they draw, that they escape, that their figures are exact."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError, engines
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from yishiting.kernel import clock
from yishiting.kernel.words import Sentence
from yishiting.reach.web.templatetags import forms as drawn_forms
from yishiting.reach.web.templatetags import moments, shares
from yishiting.reach.web.templatetags.ui import STATES
from yishiting.reach.web.tests.gallery import NOW, TEMPLATES, Ballot, Home, Report, gallery, page_of


@pytest.fixture(autouse=True)
def _on_the_twentieth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.OVERRIDE, NOW.isoformat())
    monkeypatch.setattr(clock, "_override_allowed", True)


def draw(source: str, **facts: Any) -> str:
    """Render ``source`` with the library loaded."""
    return engines["django"].from_string("{% load ui %}" + source).render(facts)


class Voids(HTMLParser):
    """Notes what a strict content security policy would refuse, ids that occur twice, and tags left open."""

    VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.faults += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not names.get("src")):
            self.faults.append(tag)
        if names.get("id"):
            self.ids.append(str(names["id"]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.faults += [f"{tag} {name}" for name, _ in attrs if name == "style"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


# ---------------------------------------------------------------- symbols
def test_a_page_carries_only_the_symbols_it_shows_and_each_once() -> None:
    html = draw('{% icon "tick" %}{% icon "flag" %}{% icon "tick" %}{% sprite %}')
    assert re.findall(r'<symbol id="([^"]+)"', html) == ["i-tick", "i-flag"]
    assert html.count('href="#i-tick"') == 2


def test_symbols_used_in_includes_and_components_reach_the_sprite_of_the_page() -> None:
    html = draw('{% include "ui/messages.html" %}{% stage_badge "topic" %}{% sprite %}', messages=gallery()["said"])
    assert set(re.findall(r'<symbol id="i-([^"]+)"', html)) == {"tick", "warn", "info", "topic"}


def test_a_page_without_icons_carries_no_sprite() -> None:
    assert draw("{% sprite %}") == ""


def test_two_pages_do_not_share_their_symbols() -> None:
    draw('{% icon "tick" %}{% sprite %}')
    assert "i-tick" not in draw('{% icon "flag" %}{% sprite %}')


def test_an_unknown_symbol_is_an_error_not_an_empty_place() -> None:
    with pytest.raises(TemplateSyntaxError, match="no-such"):
        draw('{% icon "no-such" %}')


def test_an_icon_alone_says_what_it_means() -> None:
    assert 'role="img" aria-label="已&quot;办成"' in draw('{% icon "tick" label=words %}', words='已"办成')


@pytest.mark.parametrize("path", sorted((TEMPLATES / "ui" / "symbols").glob("*.html")), ids=lambda path: path.stem)
def test_every_symbol_bears_the_name_of_its_file(path: Path) -> None:
    name = path.stem if path.stem.startswith("p-") else f"i-{path.stem}"
    assert re.match(rf'<(symbol|pattern) id="{name}"', path.read_text("utf-8"))


# ---------------------------------------------------------------- words
def test_a_title_breaks_after_its_punctuation_and_is_escaped() -> None:
    assert draw("{{ t|phrases }}", t="不上楼、<b>不进</b>，“写进规约。”好吗？") == (
        '<span class="k">不上楼、</span><span class="k">&lt;b&gt;不进&lt;/b&gt;，</span>'
        '<span class="k">“写进规约。”</span><span class="k">好吗？</span>'
    )


@given(st.text(alphabet="甲乙丙，。：？！…）《<&", max_size=40))
def test_phrases_lose_no_character(text: str) -> None:
    html = draw("{{ t|phrases }}", t=text)
    plain = re.sub(r'<span class="k">|</span>', "", html)
    assert plain == text.replace("&", "&amp;").replace("<", "&lt;")


def test_a_sentence_is_shown_with_its_figures_and_escaped() -> None:
    assert draw("{{ s|sentence }}", s=Sentence("还差 {n} 人", n="<5>")) == "还差 &lt;5&gt; 人"
    assert draw("{{ s|sentence }}", s="{不是} 占位") == "{不是} 占位"
    assert draw("{{ s|sentence }}", s=None) == ""


def test_an_area_keeps_its_unit_beside_it() -> None:
    assert draw("{{ a|area }}", a=Decimal("28922.42")) == "28,922.42\u00a0㎡"
    assert draw("{{ a|area }}", a=None) == "面积待定"


def test_the_unit_beside_a_large_figure_has_the_form_that_goes_with_it() -> None:
    source = '{% unit n "件" %}'
    assert draw(source, n=1) == "件"
    with translation.override("en"):
        assert [draw(source, n=n) for n in (0, 1, 2, "≥300")] == ["items", "item", "items", "items"]


# ---------------------------------------------------------------- time
def test_a_moment_is_said_in_china_time_with_its_weekday_and_another_year_by_name() -> None:
    utc = datetime.fromisoformat("2025-11-25T10:00:00+00:00")
    assert draw("{{ m|when }}", m=utc) == "11月25日（周二）18:00"
    assert draw("{{ m|when:'day' }}", m=utc) == "11月25日（周二）"
    assert draw("{{ m|when:'until' }}", m=datetime.fromisoformat("2025-11-25T16:00:00+00:00")) == "11月25日（周二）"
    assert draw("{{ m|when:'until' }}", m=utc) == draw("{{ m|when }}", m=utc)
    assert draw("{{ m|when:'date' }}", m=utc) == "11月25日"
    assert draw("{{ m|when }}", m=date(2024, 2, 29)) == "2024年2月29日（周四）"


def test_the_day_is_the_day_in_china_when_it_is_still_yesterday_in_greenwich() -> None:
    assert moments.as_day(datetime.fromisoformat("2025-11-24T17:00:00+00:00")) == date(2025, 11, 25)


@pytest.mark.parametrize(
    ("due", "words", "presses"),
    [
        (NOW.replace(hour=17, minute=30), "今天 17:30", True),
        (NOW.replace(hour=9, minute=0), "今天 09:00 已过", True),
        (NOW - timedelta(days=2), "超 2 天", True),
        (NOW + timedelta(days=1), "明天 10:20", False),
        (NOW + timedelta(days=3), "还有 3 天", False),
        (date(2025, 11, 20), "今天 18:00", True),
        (date(2025, 11, 19), "超 1 天", True),
    ],
)
def test_a_clock_says_how_near_it_is_and_presses_only_today_and_after(due: datetime, words: str, presses: bool) -> None:
    html = draw("{% clock due now %}", due=due, now=NOW)
    assert f"{words}</time>" in html
    assert ("badge due" in html) is presses


def test_what_has_no_clock_says_so() -> None:
    assert "没有时限" in draw("{% clock due now %}", due=None, now=NOW)


def test_a_leaf_of_the_calendar_names_the_year_only_when_it_is_another() -> None:
    assert "<span>11月</span><b>25</b>" in draw("{% day d %}", d=date(2025, 11, 25))
    assert "<span>2026年</span>" in draw("{% day d %}", d=date(2026, 1, 8))


# ---------------------------------------------------------------- counts
def test_the_bar_of_a_running_vote_says_the_gap_the_line_and_the_totals() -> None:
    html = draw('{% tally "heads" all=279 participating=171 goal="2/3" %}').replace("\u00a0", " ")
    assert 'aria-label="人数：已投 171 人，共 279 人；三分之二是 186 人；还差 15 人"' in html
    assert 'width="61.290%"' in html
    assert 'x1="66.667%"' in html


def test_a_vote_that_has_enough_lacks_nothing() -> None:
    assert "已经够了" in draw('{% tally "heads" all=270 participating=180 goal="2/3" %}')
    assert "还差" not in draw('{% tally "heads" all=270 participating=190 goal="2/3" %}')


def test_areas_are_drawn_to_the_cent_and_the_parts_of_a_count_meet() -> None:
    html = draw(
        '{% tally "area" for=a against=b abstain=c goal="3/4" %}',
        a=Decimal("20654.45"),
        b=Decimal("2451.55"),
        c=Decimal("1085.23"),
    )
    assert re.findall(r' x="([\d.]+)%" y="1.4em" width="([\d.]+)%"', html) == [
        ("0.000", "85.380"),
        ("85.380", "10.134"),
        ("95.514", "4.486"),
    ]
    assert "18,143.43\u00a0㎡" in html


def test_a_count_with_nobody_in_it_is_drawn_empty() -> None:
    assert 'width="0.000%"' in draw('{% tally "heads" all=0 participating=0 goal="2/3" %}')
    assert "赞成 0" in draw('{% tally "heads" for=0 against=0 abstain=0 goal="1/2" %}')


def test_a_float_is_never_drawn() -> None:
    with pytest.raises(TypeError, match="float"):
        draw('{% tally "area" all=a participating=b goal="2/3" %}', a=1.5, b=1.0)


def test_parts_that_exceed_their_whole_and_unknown_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="more than the whole"):
        draw('{% tally "heads" for=5 against=1 participating=4 goal="1/2" %}')
    with pytest.raises(TemplateSyntaxError, match="yes"):
        draw('{% tally "heads" yes=5 goal="1/2" %}')


@pytest.mark.parametrize(
    ("goal", "whole", "needed"),
    [
        ("2/3", 270, 180),
        ("2/3", 279, 186),
        ("2/3", 280, 187),
        ("3/4", 231, 174),
        ("1/2", 190, 96),
        ("1/2", 191, 96),
        ("2/3", Decimal("28922.42"), Decimal("19281.62")),
        ("1/2", Decimal("100.00"), Decimal("50.01")),
        ("1/1", 30, 30),
    ],
)
def test_the_least_figure_that_is_enough(goal: str, whole: int | Decimal, needed: int | Decimal) -> None:
    assert shares.Goal.parse(goal).needed(whole) == needed


@given(st.integers(1, 100_000), st.sampled_from(["1/2", "2/3", "3/4", "1/1"]))
def test_the_least_figure_reaches_the_goal_and_one_less_does_not(whole: int, text: str) -> None:
    goal = shares.Goal.parse(text)
    needed = int(goal.needed(whole))
    assert goal.reached(needed, whole)
    assert not goal.reached(needed - 1, whole)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=4))
def test_the_parts_of_a_bar_fill_it_exactly(parts: list[int]) -> None:
    whole = sum(parts)
    places = shares.runs(parts, whole)
    ends = [Decimal(left) + Decimal(width) for left, width in places]
    assert [Decimal(left) for left, _ in places[1:]] == ends[:-1]
    assert ends[-1] == (100 if whole else 0)


@given(st.fractions(min_value=0, max_value=1))
def test_a_percentage_never_claims_the_whole_or_nothing_wrongly(value: Fraction) -> None:
    words = shares.percent_words(value)
    assert (words == "100.0%") is (value == 1)
    assert (words == "0.0%") is (value == 0)


def test_large_figures_are_grouped_and_what_is_not_exact_says_so() -> None:
    html = draw(
        "{% figures f %}", f=[("住户", 1912, "户", "≥"), {"label": "<b>", "value": Decimal("7.5"), "unit": "元"}]
    )
    assert "≥</small>1,912<small>户" in html
    assert "&lt;b&gt;" in html
    assert "7.50<small>元" in html


@pytest.mark.parametrize(("what", "drawn"), [("充电桩", "pile"), ("非机动车位", "unit")])
def test_each_thing_put_up_is_drawn_as_what_it_is_and_read_out(what: str, drawn: str) -> None:
    html = draw("{% piles 27 40 what=what %}", what=what)
    assert html.count(f'"#i-{drawn}"') == 27
    assert html.count(f'"#i-{drawn}-o"') == 13
    assert "共 40 个，装好 27 个" in html


# ---------------------------------------------------------------- states
@pytest.mark.parametrize("stage", sorted(STATES))
def test_every_state_has_its_mark_and_its_word(stage: str) -> None:
    html = draw("{% stage_badge s %}", s=stage)
    assert "<svg" in html
    assert re.search(r"</svg>[\u4e00-\u9fff]+</span>", html)


def test_a_stage_that_nobody_knows_is_an_error_and_never_a_raw_key() -> None:
    with pytest.raises(TemplateSyntaxError, match="limbo"):
        draw('{% stage_badge "limbo" %}')


def test_the_way_marks_where_a_matter_stands() -> None:
    html = draw('{% way current="deliberate" dates=d %}', d={"collect": date(2025, 9, 2), "topic": date(2024, 9, 11)})
    assert re.findall(r'<li class="(\w+)"', html) == ["done", "done", "now", "todo", "todo"]
    assert html.count('aria-current="step"') == 1
    assert "已完成，</span>9.2<" in html
    assert "2024年 9.11" in html


def test_a_closed_matter_has_gone_the_whole_way() -> None:
    assert re.findall(r'<li class="(\w+)"', draw('{% way current="feedback" closed=True %}')) == ["done"] * 5


# ---------------------------------------------------------------- forms
def test_a_field_ties_its_help_and_its_error_to_its_control() -> None:
    html = draw("{% field f.place %}", f=Report({"place": ""}))
    control = re.search(r"<input[^>]+>", html)
    assert control is not None
    assert 'aria-describedby="id_place_help id_place_error"' in control[0]
    assert 'aria-invalid="true"' in control[0]
    assert 'id="id_place_help"' in html
    assert 'id="id_place_error"' in html
    assert '<label for="id_place">' in html


def test_what_was_left_empty_is_said_in_plain_words_unless_the_form_has_its_own() -> None:
    assert "还没填。" in draw("{% field f.what %}", f=Report({}))
    assert "还没选。" in draw("{% field f.via %}", f=Report({}))
    own = forms.Form({})
    own.fields["note"] = forms.CharField(label="说明", error_messages={"required": "写一句理由，居民要看。"})
    assert "写一句理由，居民要看。" in draw("{% error_summary f %}", f=own)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (forms.ChoiceField(choices=[("a", "甲")]), "outcome_key", "请从列出的里面选。"),
        (forms.TypedMultipleChoiceField(choices=[("a", "甲")]), ["b1"], "请从列出的里面选。"),
        (forms.DateField(), "2026-02-30", "请写成 2026-05-01 这样。"),
        (forms.TimeField(), "25:00", "请写成 18:30 这样。"),
        (forms.IntegerField(), "abc", "请填一个整数"),
        (forms.IntegerField(min_value=1), "-3", "最少填 1。"),
        (forms.IntegerField(max_value=500), "999999", "最多填 500。"),
        (forms.CharField(max_length=3), "一二三四", "最多 3 个字，现在有 4 个。"),
        (forms.CharField(), "甲\x00", "看不见的符号"),
        (forms.CharField(max_length=3, error_messages={"max_length": "请写短些。"}), "一二三四", "请写短些。"),
    ],
)
def test_what_cannot_be_read_is_said_in_plain_words_and_never_by_its_key(
    field: forms.Field, typed: str | list[str], words: str
) -> None:
    form = forms.Form({"f": typed})
    form.fields["f"] = field

    html = draw("{% field form.f %}{% error_summary form %}", form=form)

    assert html.count(words) == 2
    assert "不在可用的选项中" not in html
    assert "确保" not in html


def test_a_field_without_faults_is_not_marked() -> None:
    html = draw("{% field f.what %}", f=Report())
    assert "aria-invalid" not in html
    assert "aria-describedby" not in html


def test_what_was_typed_is_escaped_and_kept() -> None:
    assert 'value="&lt;script&gt;"' in draw("{% field f.place %}", f=Report({"place": "<script>"}))


def test_what_may_stay_empty_says_so() -> None:
    assert "可以不填" in draw("{% field f.photo %}", f=Report())
    assert "可以不填" not in draw("{% field f.place %}", f=Report())


def test_a_choice_shows_every_option_alike_with_its_hint_and_mark() -> None:
    html = draw('{% field f.choice style="choice" hints=h %}', f=Ballot({}), h={"for": "<写进>"})
    assert html.count("<label") == 3
    assert "&lt;写进&gt;" in html
    assert [name for name in re.findall(r'href="#i-(\w+)"', html) if name != "warn"] == ["ring", "cross", "bar"]
    assert 'role="radiogroup" aria-invalid="true"' in html
    for control in re.findall(r"<input[^>]+>", html):
        assert "aria-invalid" not in control


@pytest.mark.parametrize(
    ("label", "lead"),
    [
        ("理由", "理由："),
        ("是否同意：装三处门禁。", "是否同意：装三处门禁："),
        ("您怎么投？", "您怎么投？"),
        ("就这样办！", "就这样办！"),
        ("哪一天：", "哪一天："),
        ("", ""),
    ],
)
def test_a_faults_label_and_its_message_have_one_mark_between_them(label: str, lead: str) -> None:
    assert drawn_forms.Fault("f", label, "请选一个。").lead == lead


def test_the_summary_links_each_fault_to_a_control_that_exists() -> None:
    form = Report({})
    html = draw("{% error_summary f %}{% form_fields f %}", f=form)
    targets = re.findall(r'<a href="#([^"]+)"', html)
    assert targets == ["id_place", "id_what", "id_kind", "id_via_0"]
    for target in targets:
        assert f'id="{target}"' in html
    assert "有 4 处要改" in html


def test_a_form_without_faults_has_no_summary() -> None:
    assert draw("{% error_summary f None %}", f=Report()).strip() == ""


def test_faults_of_several_forms_stand_in_one_summary() -> None:
    several = forms.formset_factory(Home, extra=0)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-room": "1103", "form-0-building": ""}
    )
    several.forms[0].empty_permitted = False
    found = drawn_forms.faults([Ballot({}), several])
    assert [fault.target for fault in found] == ["id_choice_0", "id_form-0-building"]


# ---------------------------------------------------------------- lists
def test_the_pager_keeps_the_rest_of_the_address() -> None:
    html = draw("{% pager p unit='件' %}", p=Paginator(range(170), 8).page(2), request=gallery()["request"])
    assert 'href="?stage=topic&amp;page=3"' in html
    assert 'rel="prev"' in html
    assert "共 170 件，每页 8 件" in html


def test_one_page_needs_no_pager() -> None:
    assert draw("{% pager p %}", p=Paginator(range(3), 8).page(1)).strip() == ""


def test_a_code_of_a_path_opens_this_server_and_carries_no_style() -> None:
    html = draw('{% qr "/e/binhe/" %}', request=gallery()["request"])
    assert html == draw('{% qr "http://testserver/e/binhe/" %}')
    assert "style" not in html
    assert 'class="qr"' in html


# ---------------------------------------------------------------- whole pages
@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("layout", ["ui/base.html", "ui/narrow.html", "ui/desk.html", "ui/components.html"])
def test_a_page_obeys_the_content_security_policy_and_repeats_no_id(layout: str, elder: bool) -> None:
    html = page_of(layout, elder=elder)
    page = Voids()
    page.feed(html)
    assert page.faults == []
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert not re.search(r'(src|href)="(https?:)?//', html)
    assert ('elder"' in html.split("<head>")[0]) is elder


def test_the_gallery_has_no_english_word_and_no_raw_key() -> None:
    page = Voids()
    page.feed(page_of("ui/components.html"))
    # The switch at the foot says it to those who read no Chinese.
    assert set(re.findall(r"[A-Za-z_]{3,}", " ".join(page.text))) == {"English"}


def test_every_symbol_a_page_refers_to_is_defined_in_it() -> None:
    html = page_of("ui/components.html")
    wanted = set(re.findall(r'<use href="#([^"]+)"', html)) | set(re.findall(r"url\(#([^)]+)\)", html))
    assert wanted == set(re.findall(r'<(?:symbol|pattern) id="([^"]+)"', html))


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_stands_without_a_request_and_leads_home(name: str) -> None:
    html = render_to_string(name)
    page = Voids()
    page.feed(html)
    assert page.faults == []
    assert 'href="/"' in html
    assert re.findall(r"[A-Za-z]{3,}", " ".join(page.text)) == []


def test_no_template_of_the_look_carries_a_style_or_a_script_of_its_own() -> None:
    for path in TEMPLATES.rglob("*.html"):
        source = re.sub(r"{%.*?%}", "", path.read_text("utf-8"))
        assert not re.search(r"\sstyle=|<style|javascript:|\son\w+=", source), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", source), path


def test_a_stage_that_was_passed_over_is_not_said_to_be_done() -> None:
    drawn = draw('{% way current="feedback" dates=dates passed=passed %}', dates={}, passed={"carry_out"})
    assert '<li class="passed">' in drawn
    assert "没有单独走，" in drawn
    assert drawn.count('<li class="done">') == 3
