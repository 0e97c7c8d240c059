"""Whom a meeting's matters are about: named, asked to come, taken off. At the desk of those who run it, and nowhere else."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yishiting.council.meetings import policy, selectors, services
from yishiting.council.meetings.lifecycle import BEFORE
from yishiting.council.meetings.models import ConcernedInvitation
from yishiting.reach.web.doorway import attempt_and_tell, carry_out, estate_at, only_where, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.meetings import forms
from yishiting.reach.web.meetings.desk_views import NOT_NOW


def concerned(request: Request, slug: str, no: int) -> HttpResponse:
    """Who is concerned and whether they were asked to come; a form to name another. That it was read is on record."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    found = selectors.meeting_page(request.actor, estate.pk, no)
    only_where(found.ended_at is None or bool(selectors.concerned_of(request.actor, found)), request, NOT_NOW)
    homes = estate.homes.select_related("entrance__building")
    form = forms.ConcernedForm(posted(request), meeting=found, homes=list(homes))

    def verb(data: dict[str, Any]) -> object:
        return services.name_concerned(
            actor=request.actor,
            estate_id=estate.pk,
            matter_no=form.matters[data["item"]],
            home_id=data["home"],
            who=data["who"],
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("登记好了。请在开会前通知到他们，并记下来。")):
        return redirect("web:desk_meeting_concerned", slug=slug, no=no)
    context = {
        "estate": estate,
        "section": "meetings",
        "meeting": found,
        "form": form,
        "rows": services.read_concerned(actor=request.actor, meeting=found, now=request.now),
        "before": found.state in BEFORE,
        "ways": ConcernedInvitation.How.choices,
    }
    return show_form(request, "meetings/concerned.html", context, form)


@require_POST
def ask(request: Request, slug: str, no: int, concerned_id: int) -> HttpResponse:
    """Put down that somebody concerned was asked to come."""
    estate = estate_at(slug)
    attempt_and_tell(
        request,
        lambda: services.ask_concerned(
            actor=request.actor,
            estate_id=estate.pk,
            no=no,
            concerned_id=concerned_id,
            how=request.POST.get("how", ""),
            now=request.now,
        ),
        _("邀请记下了。"),
    )
    return redirect("web:desk_meeting_concerned", slug=slug, no=no)


@require_POST
def lift(request: Request, slug: str, no: int, concerned_id: int) -> HttpResponse:
    """Take somebody off whom the matter is not about."""
    estate = estate_at(slug)
    attempt_and_tell(
        request,
        lambda: services.lift_concerned(
            actor=request.actor,
            estate_id=estate.pk,
            concerned_id=concerned_id,
            reason=request.POST.get("reason", ""),
            now=request.now,
        ),
        _("这一条撤掉了。"),
    )
    return redirect("web:desk_meeting_concerned", slug=slug, no=no)
