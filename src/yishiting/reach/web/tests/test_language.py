"""Chinese for everybody who chose nothing, English for whoever asks for it, and each in its own manner."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import gettext as _
from django.utils.translation import override

from tests.support.world import make_world
from yishiting.council.meetings import fixed
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.projects import funding
from yishiting.ground.organisations.charting.drawn import Node
from yishiting.ground.organisations.models import ChartArea, ChartUnit
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Listed, Sentence
from yishiting.reach.web.charts.views import places_of
from yishiting.reach.web.language import as_english
from yishiting.reach.web.templatetags import moments, tallies, ui
from yishiting.record.notices.rules import span
from yishiting.timeline import entries

LOGIN = "/account/login/"
NOW = datetime(2026, 4, 15, 10, 0, tzinfo=CHINA)


# ---------------------------------------------------------------- whose language it is
@pytest.mark.django_db
def test_a_browser_that_says_english_is_answered_in_chinese() -> None:
    answer = Client(headers={"accept-language": "en-GB,en;q=0.9"}).get(LOGIN)

    assert answer.headers["Content-Language"] == "zh-hans"
    assert "用手机号登录" in answer.content.decode()


@pytest.mark.django_db
def test_the_switch_is_remembered_and_leads_back_to_the_page(client: Client) -> None:
    there = f"{LOGIN}?next=/me/"

    answer = client.post("/language/", {"language": "en", "next": there})

    assert (answer.status_code, answer.headers["Location"]) == (302, there)
    page = client.get(there)
    assert page.headers["Content-Language"] == "en"
    assert "Cookie" in page.headers["Vary"]
    assert '<html lang="en"' in page.content.decode()
    assert "Sign in with your phone" in page.content.decode()
    assert int(page.headers["Content-Length"]) == len(page.content)

    client.post("/language/", {"language": "zh-hans", "next": there})
    assert '<html lang="zh-Hans"' in client.get(there).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["tlh", "", "zh-hans"])
def test_a_language_that_is_not_there_is_chinese(client: Client, asked: str) -> None:
    client.post("/language/", {"language": asked, "next": "/"})

    assert "language" not in {name for name, kept in client.cookies.items() if kept.value}


@pytest.mark.django_db
def test_the_switch_leads_to_no_other_host(client: Client) -> None:
    assert client.post("/language/", {"language": "en", "next": "https://example.com/"}).headers["Location"] == "/"
    assert client.get("/language/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_the_kept_front_page_is_kept_for_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are asked twice, so that each comes once anew and once from memory."""
    monkeypatch.setenv("YISHITING_NOW", NOW.isoformat())
    address = f"/e/{make_world(3).estate.slug}/"
    chinese, english = Client(), Client()
    english.cookies["language"] = "en"

    for _time in range(2):
        assert "有事要说" in chinese.get(address).content.decode()
        assert "Something to say?" in english.get(address).content.decode()


@pytest.mark.django_db
def test_a_programme_chooses_by_its_header_and_no_cookie() -> None:
    reader = Client()
    reader.cookies["language"] = "en"

    assert reader.get("/api/v1/nowhere").json()["title"] == "没有找到"
    told = reader.get("/api/v1/nowhere", headers={"accept-language": "fr, en-GB;q=0.8"})
    assert (told.json()["title"], told.headers["Content-Language"]) == ("Not found", "en")
    assert "Accept-Language" in told.headers["Vary"]


def test_a_page_that_fails_says_so_in_the_language_of_its_reader() -> None:
    with override("en"):
        assert 'lang="en"' in render_to_string("500.html")
    assert 'lang="zh-Hans"' in render_to_string("500.html")


# ---------------------------------------------------------------- people's own words
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<h1>楼道的灯</h1>", '<h1><span lang="zh-Hans">楼道的灯</span></h1>'),
        (
            "<p>Matter 3: 1栋 2单元。 Now</p>",
            '<p><span>Matter 3: 1<span lang="zh-Hans">栋 2单元。</span> Now</span></p>',
        ),
        ("<title>楼道的灯</title><textarea>灯</textarea>", "<title>楼道的灯</title><textarea>灯</textarea>"),
        ('<a title="灯">Home</a>', '<a title="灯">Home</a>'),
        ("<option>灯</option>", '<option><span lang="zh-Hans">灯</span></option>'),
        ("<select><option>灯</option></select>", "<select><option>灯</option></select>"),
        ("<p>a &lt; b</p>", "<p>a &lt; b</p>"),
        ('<b role="img" class="seal">表决<br>通过</b>', '<b role="img" class="seal">表决<br>通过</b>'),
        ("<p>Enough.Only a few.</p>", "<p>Enough. Only a few.</p>"),
        ("<p><b>Enough?</b>Two thirds.</p><p>One</p>", "<p><b>Enough?</b> Two thirds.</p><p>One</p>"),
        ("<p>3.2 of 4.5, seen at docs/rules.md</p>", "<p>3.2 of 4.5, seen at docs/rules.md</p>"),
    ],
)
def test_what_is_chinese_on_an_english_page_is_marked_for_who_hears_it(before: str, after: str) -> None:
    assert as_english(before) == after


# ---------------------------------------------------------------- dates, figures, units
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (datetime(2026, 11, 25, 18, 0, tzinfo=CHINA), "Wed 25 November, 18:00"),
        (date(2026, 11, 25), "Wed 25 November"),
        (date(2025, 1, 2), "Thu 2 January 2025"),
    ],
)
def test_dates_are_written_as_each_language_writes_them(given: date | datetime, said: str) -> None:
    with override("en"):
        assert moments.moment_words(given, now=NOW) == said


def test_a_date_in_chinese_stays_as_it_was() -> None:
    assert moments.moment_words(datetime(2026, 11, 25, 18, 0, tzinfo=CHINA), now=NOW) == "11月25日（周三）18:00"
    assert ui._short(date(2025, 11, 7), NOW) == "2025年 11.7"


def test_clocks_areas_and_figures_are_said_in_english() -> None:
    with override("en"):
        assert moments.due_words(datetime(2026, 4, 16, 18, 0, tzinfo=CHINA), now=NOW).words == "tomorrow 18:00"
        assert moments.due_words(datetime(2026, 4, 13, 18, 0, tzinfo=CHINA), now=NOW).words == "2 days late"
        assert moments.area_words(Decimal("28922.42")) == "28,922.42\u00a0m²"
        assert [tallies.words(n, "heads") for n in (1, 2)] == ["1\u00a0person", "2\u00a0people"]
        assert ui._short(date(2025, 11, 7), NOW) == "7 Nov 2025"


def test_a_figure_decides_which_word_stands_beside_it() -> None:
    with override("en"):
        assert [_("{n} 天").format(n=n) for n in (1, 2, 0)] == ["1 day", "2 days", "0 days"]
        assert [_("%(n)s 户") % {"n": n} for n in ("1", "1,912")] == ["1 home", "1,912 homes"]
        drawn = ui.figures([("a", 1, _("户")), ("b", 5, _("户"))])["items"]
        assert [each["unit"] for each in drawn] == ["home", "homes"]
        assert _("户") == "homes"


def test_a_sentence_of_a_rule_is_filled_with_words_of_the_same_language() -> None:
    text = Sentence(
        "{post}决定应急处理。越过的阶段：{passed}。", post="网格员", passed=Listed(["收集问题", "我家的灯"])
    )

    assert str(text) == "网格员决定应急处理。越过的阶段：收集问题、我家的灯。"
    with override("en"):
        said = text.render(_)
    assert said == "The grid worker decided that this is an emergency. Stages left out: Collect, 我家的灯."


def test_several_things_named_in_one_sentence_stand_apart_as_each_language_has_it() -> None:
    with pytest.raises(WrongState) as tasks:
        funding.check_begin(tasks=["甲", "乙"], unapproved=[])
    with pytest.raises(WrongState) as money:
        funding.check_begin(tasks=[], unapproved=["甲", "乙"])
    with pytest.raises(BadInput) as questions:
        fixed.check_carried(decisions={1: Decision("project", "")}, left={1: ["甲", "乙"]}, onward={1: ["project"]})
    said = [each.value.message for each in (tasks, money, questions)]
    said += [span(["甲", "乙"]), span(["甲", "乙", *"丙丁戊己庚"])]
    said.append(entries.describe("places.days_imported", {"years": "甲、乙", "free": 1, "worked": 2}))
    assert all("甲、乙" in str(each) for each in said)
    assert str(span(list("甲乙丙丁戊己庚"))) == "甲、乙、丙、丁、戊、己 等 7 处"
    with override("en"):
        assert all("甲, 乙" in each.render(_) for each in said)
        assert (
            places_of(Node(ChartUnit(), "", areas=[ChartArea(), ChartArea()])) == "The whole estate, The whole estate"
        )


@pytest.mark.django_db
def test_the_switch_needs_no_script(client: Client) -> None:
    page = client.get("/account/login/")

    assert isinstance(page.wsgi_request, HttpRequest)
    assert 'action="/language/"' in page.content.decode()
    assert '<button class="tool" lang="en">English</button>' in page.content.decode()
