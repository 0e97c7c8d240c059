"""Appraisals as anyone reads them, and the one page on which a home answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.council.appraisals import lifecycle, policy, selectors, services
from yishiting.kernel.errors import NotAllowed, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.appraisals import forms
from yishiting.reach.web.doorway import carry_out, estate_at, page_of, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.once_more import goes_back, is_new, look_again

SECTION = "matters"


@require_safe
def appraisals(request: Request, slug: str) -> HttpResponse:
    """What was appraised, by how many homes, how well."""
    estate = estate_at(slug)
    words = request.GET.get("q", "").strip()[:60]
    page = page_of(request, selectors.public_list(request.actor, estate.pk, search=words))
    context = {
        "estate": estate,
        "section": SECTION,
        "page_obj": page,
        "rows": selectors.shown(list(page.object_list)),
        "q": words,
    }
    return render(request, "appraisals/list.html", context)


@require_safe
def appraisal(request: Request, slug: str, no: int) -> HttpResponse:
    """One appraisal: who is asked, until when; once it is over, the counts, and what is done about a low score."""
    estate = estate_at(slug)
    shown = selectors.page(request.actor, estate.pk, no)
    over = lifecycle.is_over(closes_at=shown.row.closes_at, now=request.now)
    mine = [] if request.actor.is_nobody else selectors.invited_homes(request.actor, shown.row)
    context = {
        "estate": estate,
        "section": SECTION,
        "shown": shown,
        "row": shown.row,
        "over": over,
        "mine": [(asked.home, hasattr(asked, "answer")) for asked in mine],
        "may_answer": not over and bool(mine) and bool(policy.can_answer(request.actor, shown.row.matter)),
        "runs": not request.actor.is_nobody and bool(policy.can_run(request.actor, shown.row.matter)),
    }
    return render(request, "appraisals/page.html", context)


def answer(request: Request, slug: str, no: int, home: int) -> HttpResponse:
    """The one question."""
    estate = estate_at(slug)
    if request.actor.is_nobody:
        raise NotAllowed(gettext_noop("请先登录，再评。"))
    found = selectors.fetch(request.actor, estate.pk, no)
    asked = next((row for row in selectors.invited_homes(request.actor, found) if row.home_id == home), None)
    if asked is None:
        raise NotFound(gettext_noop("这次评议没有请这一户。请从“我的”里打开请您评的。"))
    form = forms.AnswerForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return services.answer(
            actor=request.actor,
            estate_id=estate.pk,
            no=no,
            home_id=home,
            score=data["score"],
            words=data["words"],
            now=request.now,
        )

    context = {"estate": estate, "section": SECTION, "row": found, "home": asked.home, "form": form}
    if is_new(request, form):
        return look_again(
            request, form, title=found.matter.title, button=_("交上去"), warning=_("一户评一次，交上去就不能改了。"),
            lines=((_("哪一户"), str(asked.home)), *form.told()), context=context,
        )  # fmt: skip
    if not goes_back(request) and carry_out(request, form, verb, said=_("收到了，谢谢。截止以后公布结果。")):
        return redirect("web:appraisal", slug=slug, no=no)
    return show_form(request, "appraisals/answer.html", context, form)
