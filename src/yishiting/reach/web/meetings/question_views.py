"""Questions that a meeting has to settle one by one, as staff list and settle them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yishiting.council.meetings import policy, selectors, services
from yishiting.council.meetings.lifecycle import BEFORE
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import attempt_and_tell, carry_out, estate_at, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.meetings import forms


def questions(request: Request, slug: str, no: int) -> HttpResponse:
    """What the matters of a meeting have to settle, and, before it is announced, a form to list one more."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    found = selectors.meeting_page(request.actor, estate.pk, no)
    items = list(found.agenda.all())
    form = forms.QuestionForm(posted(request), items=items)

    def verb(data: dict[str, Any]) -> object:
        return services.ask_question(
            actor=request.actor,
            estate_id=estate.pk,
            no=no,
            item_id=data["item"],
            text=data["text"],
            options=data["options"].splitlines(),
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("列上了。问题会写进邀请和议程。")):
        return redirect("web:desk_meeting_questions", slug=slug, no=no)
    asked = selectors.questions_of([item.matter_id for item in items], at=found)
    context = {
        "estate": estate,
        "section": "meetings",
        "meeting": found,
        "form": form,
        "rows": [(item, one) for item in items for one in asked.get(item.matter_id, ())],
        "may_ask": bool(items) and found.state in BEFORE and found.announced_at is None,
    }
    return show_form(request, "meetings/ask.html", context, form)


@require_POST
def lift(request: Request, slug: str, no: int, question_id: int) -> HttpResponse:
    """Take back a question that was listed by mistake."""
    estate = estate_at(slug)
    attempt_and_tell(
        request,
        lambda: services.lift_question(
            actor=request.actor,
            estate_id=estate.pk,
            question_id=question_id,
            reason=request.POST.get("reason", ""),
            now=request.now,
        ),
        _("这个问题撤掉了。"),
    )
    return redirect("web:desk_meeting_questions", slug=slug, no=no)


def settle(request: Request, slug: str, no: int, question_id: int) -> HttpResponse:
    """Write down what the meeting settled on a question."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    found = selectors.meeting_page(request.actor, estate.pk, no)
    asked = selectors.questions_of([item.matter_id for item in found.agenda.all()], at=found)
    one = next((each for rows in asked.values() for each in rows if each.row.pk == question_id), None)
    if one is None:
        raise NotFound(gettext_noop("没有这个问题。请回到会议页重新选。"))
    form = forms.SettleForm(
        posted(request), options=one.row.choices, initial={"text": one.so_far.text if one.so_far else ""}
    )

    def verb(data: dict[str, Any]) -> object:
        return services.settle_question(
            actor=request.actor, estate_id=estate.pk, no=no, question_id=question_id, text=data["text"], now=request.now
        )

    if carry_out(request, form, verb, said=_("结果记下了，散会后生效。")):
        return redirect("web:desk_meeting", slug=slug, no=no)
    context = {
        "estate": estate,
        "section": "meetings",
        "meeting": found,
        "form": form,
        "heading": _("议定这个问题"),
        "quote": one.row.text,
        "send": _("记下结果"),
    }
    return show_form(request, "meetings/form.html", context, form)
