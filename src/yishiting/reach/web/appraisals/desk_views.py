"""Appraisals as those who run them see them. Whoever did the work is not among them."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as mark
from django.views.decorators.http import require_safe

from yishiting.council.appraisals import lifecycle, policy, selectors, services
from yishiting.council.appraisals.models import Appraisal
from yishiting.council.appraisals.selectors import Shown
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.errors import NotAllowed, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.appraisals import forms
from yishiting.reach.web.doorway import carry_out, estate_at, only_where, page_of, posted, show_form, staffed_estates
from yishiting.reach.web.http import Request
from yishiting.reach.web.once_more import goes_back, is_new, look_again

SECTION = "appraisals"
STATES = (("", mark("全部")), ("open", mark("正在评")), ("closed", mark("已结束")))
#: What is done on an appraisal: heading, button, what is said after it.
ACTS = {
    "write": (mark("替住户写下评价"), mark("记下"), mark("记下了。")),
    "close": (mark("结束评议"), mark("结束，公布结果"), mark("结束了，结果已经公布。")),
    "note": (mark("写整改说明"), mark("公布"), mark("公布了。")),
}


@require_safe
def appraisals(request: Request) -> HttpResponse:
    """The appraisals of the estates served."""
    estates = staffed_estates(request.actor, Duty.APPRAISE)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    rows = selectors.desk_list(request.actor, [estate.pk for estate in estates], search=words, state=state)
    page = page_of(request, rows)
    context = {
        "section": SECTION,
        "estates": estates,
        "page_obj": page,
        "rows": selectors.shown(list(page.object_list)),
        "states": [(key, _(label)) for key, label in STATES],
        "state": state,
        "q": words,
    }
    return render(request, "appraisals/desk_list.html", context)


def new(request: Request, slug: str) -> HttpResponse:
    """Open one; ``?matter=no`` for the one to begin with."""
    estate = estate_at(slug)
    if not request.actor.has_duty(Duty.APPRAISE, estate.pk):
        raise NotAllowed(gettext_noop("评议由议事会召集人、监事或社区工作人员来办。"))
    asked = request.GET.get("matter", "")
    form = forms.OpenForm(
        posted(request),
        estate=estate,
        matters=selectors.appraisable(estate),
        initial={"matter": int(asked)} if asked.isdecimal() and len(asked) < 9 else None,
    )
    opened: list[Appraisal] = []

    def verb(data: dict[str, Any]) -> object:
        opened.append(
            services.open_appraisal(
                actor=request.actor,
                estate=estate,
                matter_no=data["matter"],
                scope=data["scope"],
                building=data["building"],
                entrance=data["entrance"],
                threshold=form.tenths,
                closes_at=form.closes_at,
                now=request.now,
            )
        )
        return opened

    if carry_out(request, form, verb, said=_("开始了。请到的住户在“我的”里看得到。")):
        return redirect("web:desk_appraisal", slug=slug, no=opened[0].no)
    context = {"estate": estate, "section": SECTION, "form": form}
    return show_form(request, "appraisals/new.html", context, form)


def _offered(shown: Shown, over: bool) -> list[str]:
    if shown.row.closed_at is not None:
        return ["note"] if shown.note_owed else []
    return ["close"] if over else ["write"]


@require_safe
def appraisal(request: Request, slug: str, no: int) -> HttpResponse:
    """One appraisal; single answers once it is over, without their homes, and their reading on record.

    Who did the work reads here what everyone reads, and why he stands aside.
    """
    estate = estate_at(slug)
    shown = selectors.page(request.actor, estate.pk, no)
    may = policy.can_run(request.actor, shown.row.matter)
    if not request.actor.has_duty(Duty.APPRAISE, estate.pk):
        may.enforce()
    at: dict[str, Any] = {"actor": request.actor, "estate_id": estate.pk, "no": no, "now": request.now}
    over = lifecycle.is_over(closes_at=shown.row.closes_at, now=request.now)
    context = {
        "estate": estate,
        "section": SECTION,
        "shown": shown,
        "row": shown.row,
        "over": over,
        "aside": None if may else may.reason,
        "came": selectors.turnout(shown.row) if may and not shown.result else None,
        "answers": services.read_answers(**at) if may else [],
        "acts": [(key, _(ACTS[key][0])) for key in _offered(shown, over)] if may else [],
    }
    return render(request, "appraisals/desk_page.html", context)


def act(request: Request, slug: str, no: int, act: str) -> HttpResponse:
    """One thing to do on an appraisal."""
    estate = estate_at(slug)
    found = selectors.fetch(request.actor, estate.pk, no)
    policy.can_run(request.actor, found.matter).enforce()
    if act not in ACTS:
        raise NotFound(gettext_noop("没有这一步。请回到评议页重新选。"))
    due = _offered(
        selectors.page(request.actor, estate.pk, no), lifecycle.is_over(closes_at=found.closes_at, now=request.now)
    )
    only_where(act in due, request, mark("这次评议现在不到这一步。请回评议页，看它走到哪里、现在能办什么。"))
    at: dict[str, Any] = {"actor": request.actor, "estate_id": estate.pk, "no": no, "now": request.now}
    form: django_forms.Form

    def verb(data: dict[str, Any]) -> object:
        if act == "write":
            return services.write_down(**at, home_id=data["door"], score=data["score"], words=data["words"])
        if act == "note":
            return services.note_follow_up(**at, text=data["text"])
        return services.close_appraisal(**at)

    if act == "write":
        form = forms.WriteDownForm(posted(request), estate=estate)
    else:
        form = (forms.NoteForm if act == "note" else forms.CloseForm)(posted(request))
    heading, send, said = (_(words) for words in ACTS[act])
    context = {"estate": estate, "section": SECTION, "row": found, "form": form, "heading": heading, "send": send}
    if isinstance(form, forms.WriteDownForm) and is_new(request, form):
        return look_again(
            request, form, title=found.matter.title, button=send, warning=_("一户评一次，交上去就不能改了。"),
            lines=((_("哪一户"), form.data["door"]), *form.told()), staff=True, context=context,
        )  # fmt: skip
    if not goes_back(request) and carry_out(request, form, verb, said=said):
        return redirect("web:desk_appraisal", slug=slug, no=no)
    return show_form(request, "appraisals/act.html", context, form)
