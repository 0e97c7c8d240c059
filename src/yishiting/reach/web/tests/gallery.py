"""Invented facts for ``ui/components.html``, which shows every part of the look."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

from yishiting.kernel import clock
from yishiting.reach.web.templatetags.ui import STATES

NOW = datetime(2025, 11, 20, 10, 20, tzinfo=clock.CHINA)
TEMPLATES = Path(__file__).resolve().parents[3] / "ui" / "templates"


class Report(forms.Form):
    """A form with one field of each sort."""

    token = forms.CharField(widget=forms.HiddenInput, required=False)
    place = forms.CharField(label="在哪里", help_text="写到楼层就行")
    what = forms.CharField(label="出了什么事", widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label="哪一类", choices=[("stairs", "楼道"), ("parking", "停车")])
    photo = forms.FileField(label="照片", required=False)
    agree = forms.BooleanField(label="贴在议事亭（不写姓名）", required=False)
    via = forms.MultipleChoiceField(
        label="怎么回复您", choices=[("wx", "微信"), ("call", "电话")], widget=forms.CheckboxSelectMultiple
    )


class Ballot(forms.Form):
    """A ballot."""

    choice = forms.ChoiceField(
        label="您怎么投？",
        choices=[("for", "赞成"), ("against", "反对"), ("abstain", "弃权")],
        widget=forms.RadioSelect,
    )


class Search(forms.Form):
    """A row of search fields."""

    q = forms.CharField(label="找", widget=forms.TextInput(attrs={"type": "search", "placeholder": "地点或事由"}))
    stage = forms.ChoiceField(label="到哪步", choices=[("", "全部"), ("topic", "议题")])


class Home(forms.Form):
    """Which home."""

    building = forms.CharField(label="楼栋", initial="南楼")
    room = forms.CharField(label="房号", required=False)


def page_of(layout: str, **more: Any) -> str:
    """Render a whole page with the facts of the gallery, as a reader gets it."""
    facts = gallery()
    return render_to_string(layout, facts | more, request=facts["request"])


def gallery() -> dict[str, Any]:
    """Return invented facts for ``ui/components.html``."""
    request = RequestFactory().get("/e/binhe/", {"stage": "topic", "page": "2"})
    titles = ["楼道堆物挡住消火栓", "化粪池满溢", "电梯夜里有异响"]
    dues = [NOW - timedelta(days=2), NOW.replace(hour=17, minute=30), NOW + timedelta(days=3)]
    form = Report({"place": "南楼 2 单元 11 楼", "kind": "stairs"})
    return {
        "request": request,
        "estate": SimpleNamespace(name="滨河佳苑", slug="binhe"),
        "section": "matters",
        "now": NOW,
        "title": "楼道飞线充电，改装 40 个充电桩",
        "question": "电动车不上楼、不进楼道，写进管理规约吗？",
        "closes": datetime(2025, 11, 25, 18, 0, tzinfo=clock.CHINA),
        "far": date(2026, 1, 8),
        "dates": {"collect": date(2025, 9, 2), "topic": date(2025, 9, 11), "deliberate": date(2025, 10, 31)},
        "steps": [
            {"stage": "collect", "state": "done", "when": date(2024, 12, 28), "note": "10 户反映"},
            {"stage": "topic", "state": "done", "when": date(2025, 1, 9), "note": "定题"},
            {"stage": "deliberate", "state": "now", "note": "第 5 次议事会"},
            {"stage": "carry_out", "state": "todo"},
            {"stage": "feedback", "state": "todo"},
        ],
        "stages": list(STATES),
        "area_all": Decimal("28922.42"),
        "area_in": Decimal("17872.77"),
        "area_for": Decimal("20654.45"),
        "area_against": Decimal("2451.55"),
        "area_abstain": Decimal("1085.23"),
        "area_invalid": Decimal("900.10"),
        "home_area": Decimal("89.47"),
        "many": 1912,
        "figs": [
            ("住户", 282, "户"),
            ("已解决", 5, "件", "", "qing"),
            ("超期", 2, "件", "", "zhe", "#"),
            ("申报总数", 1900, "户", "≥"),
        ],
        "form": form,
        "home": Home(),
        "ballot": Ballot({"choice": "for"}),
        "search": Search(),
        "hints": {"for": "写进规约", "against": "不写进规约", "abstain": "算来了，不算赞成"},
        "said": [
            SimpleNamespace(level_tag="success", message="您反映的事收到了，编号 24。"),
            SimpleNamespace(level_tag="warning", message="还有 2 天截止，您还没投。"),
            SimpleNamespace(level_tag="info", message="每户只算一张票。"),
        ],
        "rows": [
            {"title": title, "stage": stage, "homes": homes, "due": due}
            for title, stage, homes, due in zip(
                titles, ("carry_out", "feedback", "collect"), (3, 11, 1912), dues, strict=True
            )
        ],
        "page": Paginator(range(170), 8).page(2),
        "icons": sorted(path.stem for path in (TEMPLATES / "ui" / "symbols").glob("*.html") if path.stem[1] != "-"),
    }
