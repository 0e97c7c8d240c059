"""The tags and filters that every page is written with: ``{% load ui %}``. ``docs/look.md`` shows each with an example.

They draw; they decide nothing. Words are Chinese message ids, figures are exact, and nothing carries a style or a script
of its own, so that every page works under ``default-src 'self'``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet
from django.forms.boundfield import BoundField
from django.template import Context, TemplateSyntaxError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yishiting.council.votes.rules import Outcome
from yishiting.council.votes.rules.explain import OUTCOME_WORDS
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.kernel import clock as clocks
from yishiting.kernel.words import Counted, Listed, Sentence
from yishiting.reach.web.templatetags import codes, doorways, forms, moments, paging, sprite, tallies

register = template.Library()
register.filter("grouped_code", codes.grouped)

#: Units that stand in no sentence and in no other place where they would be found for translation.
UNITS = (gettext_noop("整天"),)

STAGES: dict[str, tuple[str, str]] = {
    "collect": ("collect", gettext_noop("收集")),
    "topic": ("topic", gettext_noop("议题")),
    "deliberate": ("talk", gettext_noop("协商")),
    "carry_out": ("work", gettext_noop("落实")),
    "feedback": ("reply", gettext_noop("反馈")),
}
# Beside the five stages, the states in which a matter or a vote may stand: look, icon, word.
STATES: dict[str, tuple[str, str, str]] = {
    "collect": ("", *STAGES["collect"]),
    "topic": ("", *STAGES["topic"]),
    "deliberate": ("", *STAGES["deliberate"]),
    "carry_out": ("now", *STAGES["carry_out"]),
    "feedback": ("done", *STAGES["feedback"]),
    "voting": ("vote", "paper", gettext_noop("正在表决")),
    "done": ("done", "tick", gettext_noop("已办成")),
    "closed": ("done", "tick", gettext_noop("已办结")),
    "passed": ("done", "tick", gettext_noop("通过了")),
    "failed": ("off", "bar", gettext_noop("没有通过")),
    "no_quorum": ("off", "bar", gettext_noop("来的人不够")),
    "to_adjudicate": ("due", "warn", gettext_noop("等监票人认定")),
    "declined": ("off", "bar", gettext_noop("没有立项")),
    "merged": ("", "merge", gettext_noop("并到一起办")),
    "withdrawn": ("off", "bar", gettext_noop("反映人撤回了")),
    "emergency": ("due", "warn", gettext_noop("应急处理")),
    "reopened": ("now", "work", gettext_noop("重新办理")),
}
WAY_STATES = {
    "done": gettext_noop("已完成，"),
    "now": gettext_noop("正在进行，"),
    "todo": gettext_noop("还没到，"),
    "passed": gettext_noop("没有单独走，"),
}
_FIGURE = ("label", "value", "unit", "approx", "look", "href")
_PHRASE = re.compile(r"[^，。；：、？！…]*[，。；：、？！…]+[）》」』”’]*|[^，。；：、？！…]+")


# ---------------------------------------------------------------- symbols
@register.simple_tag(takes_context=True)
def icon(context: Context, name: str, cls: str = "", label: str = "") -> SafeString:
    """An icon; with ``label`` it stands alone and is read out."""
    return sprite.draw(context, name, classes=cls, label=label)


@register.simple_tag(name="sprite", takes_context=True)
def sprite_tag(context: Context) -> SafeString:
    """The drawings of the icons used above; once, last on a page or on a part that htmx fetches."""
    return sprite.collect(context)


# ---------------------------------------------------------------- doors
@register.inclusion_tag("ui/doors.html", takes_context=True)
def doors(context: Context, staff: bool = False) -> dict[str, Any]:
    """The doors of residents, or with ``staff=True`` of the desk; only those whose room exists and that open for the reader."""
    estate = context.get("estate")
    slug = getattr(estate, "slug", "") or ""
    shown = doorways.doors(slug=slug, staff=staff, duties=context.get("duties") if staff else None)
    return {"doors": shown, "section": context.get("section", ""), "staff": staff}


# ---------------------------------------------------------------- states
@register.inclusion_tag("ui/badge.html", takes_context=True)
def badge(context: Context, look: str, words: object, icon: str = "") -> dict[str, Any]:
    """A state in a word with its mark; ``look``: empty, ``now``, ``vote``, ``done``, ``due`` or ``off``."""
    return {"look": look, "icon": icon, "words": words}


@register.inclusion_tag("ui/badge.html", takes_context=True)
def stage_badge(context: Context, stage: object) -> dict[str, Any]:
    """The stage of a matter, or how a matter or a vote ended."""
    key = str(getattr(stage, "value", stage))
    if key not in STATES:
        raise TemplateSyntaxError(f"no badge for the stage {key!r}")
    look, mark, words = STATES[key]
    return {"look": look, "icon": mark, "words": _(words)}


@register.inclusion_tag("ui/way.html", takes_context=True)
def way(
    context: Context,
    steps: Iterable[Any] | None = None,
    current: object = None,
    dates: Mapping[str, Any] | None = None,
    closed: bool = False,
    upright: bool = False,
    passed: Collection[str] = (),
) -> dict[str, Any]:
    """The five stages of a matter.

    Either ``steps``: objects or mappings with ``stage``, ``state`` (done, now, todo) and perhaps ``when`` and ``note``;
    or the ``current`` stage with the ``dates`` at which stages began or ended. ``closed`` makes all of them done,
    save those that were ``passed`` over.
    """
    now = clocks.now()
    drawn = []
    for step in steps if steps is not None else _steps(current, dates or {}, closed, passed):
        mark, words = STAGES[str(_of(step, "stage"))]
        state = str(_of(step, "state") or "todo")
        when = _of(step, "when")
        drawn.append(
            {
                "icon": mark,
                "words": _(words),
                "state": state,
                "spoken": _(WAY_STATES[state]),
                "when": when,
                "short": _short(when, now) if when else "",
                "note": _of(step, "note")
                or ("" if when else {"now": _("进行中"), "todo": _("待办"), "passed": _("略过")}.get(state, "")),
            }
        )
    return {"steps": drawn, "upright": upright}


def _steps(current: object, dates: Mapping[str, Any], closed: bool, passed: Collection[str]) -> list[dict[str, Any]]:
    order = list(STAGES)
    here = len(order) if closed else order.index(str(getattr(current, "value", current)))
    states = ["done" if place < here else "now" if place == here else "todo" for place in range(len(order))]
    states = [
        "passed" if state == "done" and key in passed else state for key, state in zip(order, states, strict=True)
    ]
    return [
        {"stage": key, "state": state, "when": dates.get(key) if state == "done" else None}
        for key, state in zip(order, states, strict=True)
    ]


def _of(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def _short(when: date | datetime | str, now: datetime) -> str:
    if isinstance(when, str):
        return when
    day = moments.as_day(when)
    words = _("{month}.{day}") if day.year == moments.as_day(now).year else _("{year}年 {month}.{day}")
    return words.format(year=day.year, month=day.month, day=day.day)


# ---------------------------------------------------------------- counts and figures
@register.inclusion_tag("ui/tally.html", takes_context=True)
def tally(
    context: Context, unit: str, goal: str | Fraction | None = None, name: str = "", **figures: Any
) -> dict[str, Any]:
    """One bar of a count, by ``heads``, ``area`` or ``homes``.

    While a vote runs: ``all`` and ``participating``. Once it is closed: ``for``, ``against``, ``abstain``, ``invalid`` and,
    where it is more than their sum, ``participating``.
    """
    if "all" in figures:
        bar = tallies.turnout(
            unit=unit, everyone=figures["all"], participating=figures.get("participating"), goal=goal, name=name
        )
    else:
        whole = figures.pop("participating", None)
        if unknown := set(figures) - set(tallies.FILLS):
            raise TemplateSyntaxError(f"a tally has no part called {', '.join(sorted(unknown))}")
        bar = tallies.counted(unit=unit, choices=figures, participating=whole, goal=goal, name=name)
    for part in bar.parts:
        if part.fill in {"hatch", "dots"}:
            sprite.use(context, f"p-{part.fill}")
    return {"bar": bar}


@register.inclusion_tag("ui/tally_key.html", takes_context=True)
def tally_key(context: Context, invalid: bool = False) -> dict[str, Any]:
    """What the fillings of the bars mean."""
    for name in ("p-hatch", "p-dots"):
        sprite.use(context, name)
    keys = [key for key in tallies.FILLS if key != "invalid" or invalid]
    return {"keys": [{"fill": tallies.FILLS[key], "words": _(tallies.CHOICES[key])} for key in keys]}


@register.inclusion_tag("ui/figures.html")
def figures(items: Iterable[Any], tight: bool = False) -> dict[str, Any]:
    """Large figures. Each item: ``label``, ``value``, ``unit``, perhaps ``approx`` (约 or ≥), ``look``, ``href``."""
    drawn = []
    for item in items:
        if isinstance(item, tuple | list):
            fields = dict(zip(_FIGURE, item, strict=False))
        else:
            fields = {key: _of(item, key) for key in _FIGURE}
        approx = fields.get("approx")
        fields["prefix"] = "≥" if approx == "≥" else _("约") if approx else ""
        fields["value"] = moments.figure(fields["value"])
        if isinstance(fields["unit"], Counted):
            fields["unit"] = fields["unit"].beside(fields["value"])
        drawn.append(fields)
    return {"items": drawn, "tight": tight}


@register.inclusion_tag("ui/piles.html", takes_context=True)
def piles(context: Context, done: int, total: int, name: str = "", what: str = "") -> dict[str, Any]:
    """Things put up one by one: a drawing for each, full or dashed. Above 120 the figures alone are clearer.

    ``what`` says what is put up: charging piles (桩) are drawn as such, anything else as a plain square.
    """
    shown = 0 < total <= 120
    drawn = "pile" if "桩" in f"{what}{name}" else "unit"
    if shown and done:
        sprite.use(context, drawn)
    if shown and done < total:
        sprite.use(context, f"{drawn}-o")
    words = _("{name}，共 {total} 个，装好 {done} 个") if name else _("共 {total} 个，装好 {done} 个")
    return {
        "done": range(done if shown else 0),
        "todo": range(total - done if shown else 0),
        "words": words.format(name=name, total=total, done=done),
        "drawn": drawn,
    }


@register.filter
def area(value: Decimal | int | str | None) -> str:
    """``28,922.42 ㎡``."""
    return moments.area_words(value)


@register.filter
def figure(value: object) -> str:
    """``1,912``; a decimal with two places."""
    return moments.figure(value)


# ---------------------------------------------------------------- time
@register.filter
def when(moment: date | datetime | None, form: str = "") -> str:
    """``11月25日（周二）18:00``; with ``"day"`` no clock, with ``"date"`` neither clock nor weekday.

    With ``"until"`` what ends at midnight is told as people say it: by the day before, the last that counts.
    """
    if moment is None:
        return ""
    now = clocks.now()
    if form == "until":
        eve = moments.eve_of(moment)
        return moments.day_words(eve, now=now) if eve else moments.moment_words(moment, now=now)
    if form == "day":
        return moments.day_words(moment, now=now)
    if form == "date":
        return moments.day_words(moment, now=now, with_weekday=False)
    return moments.moment_words(moment, now=now)


@register.filter
def when_narrow(moment: date | datetime | None) -> SafeString | str:
    """The day for a narrow column: ``2025年`` and ``11月25日`` stay whole, and break between them alone."""
    words = when(moment, "date")
    year, mark, rest = words.partition("年")
    return format_html("{}{}<wbr>{}", year, mark, rest) if mark else words


@register.inclusion_tag("ui/day.html")
def day(moment: date | datetime) -> dict[str, Any]:
    """A leaf of the calendar."""
    here = moments.as_day(moment)
    return {
        "iso": here.isoformat(),
        "year": here.year if here.year != moments.as_day(clocks.now()).year else None,
        "month": here.month,
        "day": here.day,
    }


@register.inclusion_tag("ui/clock.html", takes_context=True)
def clock(context: Context, due: date | datetime | None, now: datetime | None = None) -> dict[str, Any]:
    """How near a clock is: ``今天 17:30``, ``还有 3 天``, ``超 2 天``. What presses is a badge."""
    if due is None:
        return {"due": None}
    moment = now or context.get("now") or clocks.now()
    return {
        "due": moments.due_words(due, now=moment),
        "iso": moments.local(due).isoformat(),
        "exact": moments.moment_words(due, now=moment),
    }


# ---------------------------------------------------------------- words
@register.filter
def phrases(title: object) -> SafeString:
    """A title that breaks between its phrases, not inside a word."""
    found = _PHRASE.findall(str(title))
    return format_html_join("", '<span class="k">{}</span>', ((phrase,) for phrase in found))


@register.filter
def sentence(text: Sentence | str | None) -> str:
    """A sentence of a rule or a refusal, or a word of the product itself, in the reader's language; people's words pass."""
    if text is None:
        return ""
    if isinstance(text, Sentence):
        return text.render(_)
    return _(text) if isinstance(text, str) and text else str(text)


@register.filter
def listed(parts: Iterable[object]) -> str:
    """Several words, one after the other, with the mark between them that the reader's language has."""
    return Listed(parts).render(_)


@register.simple_tag
def unit(figure: object, word: str) -> str:
    """The unit beside a large figure: ``{{ n }}<small>{% unit n "件" %}</small>``; English says 1 item and 2 items."""
    # A word that stands in a template is marked as safe, and what gettext gives for such a one has lost its other form.
    plain = "".join(word)
    said = _(plain)
    return said.beside(figure) if isinstance(said, Counted) else said


@register.filter
def outcome_words(outcome: str) -> str:
    """What the outcome of a counted item is called: 通过, 没有通过 …"""
    return OUTCOME_WORDS[Outcome(outcome)].render(_)


@register.filter
def post_title(kind: str) -> str:
    """The title of a kind of post as it stands alone: 社区工作人员, 楼栋长 …; English begins it with a capital letter."""
    return capfirst(_(post_label(kind)))


# ---------------------------------------------------------------- forms
@register.inclusion_tag("ui/field.html", takes_context=True)
def field(
    context: Context,
    bound: BoundField,
    style: str = "",
    hints: Mapping[str, Any] | None = None,
    icons: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A field with its label, help and error. ``style="choice"``: big radio buttons with ``hints`` and ``icons`` by value."""
    return {"field": forms.draw(bound, style=style, hints=hints, icons=icons)}


@register.inclusion_tag("ui/form_fields.html", takes_context=True)
def form_fields(context: Context, form: BaseForm) -> dict[str, Any]:
    """All fields of ``form`` in their order, hidden ones first."""
    return {"form": form}


@register.inclusion_tag("ui/error_summary.html", takes_context=True)
def error_summary(context: Context, *several: BaseForm | BaseFormSet[Any] | None) -> dict[str, Any]:
    """What is to be changed, above the form, each with a link to its field. Nothing where nothing is wrong."""
    return {"faults": forms.faults(several)}


# ---------------------------------------------------------------- lists
@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], unit: str = "", param: str = "page") -> dict[str, Any]:
    """Page numbers that keep whatever else the address asks for."""
    query = context["request"].GET.copy() if "request" in context else None
    return paging.drawn(page, query, unit=unit, param=param)


@register.simple_tag(takes_context=True)
def qr(context: Context, url: str, label: str = "") -> SafeString:
    """A code that opens ``url`` (a path becomes an address of this server)."""
    request = context.get("request")
    address = request.build_absolute_uri(url) if request is not None and url.startswith("/") else url
    return codes.drawn(address, label or _("二维码，扫一扫打开这一页"))
