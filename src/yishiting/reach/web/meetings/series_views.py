"""Regular meetings at the desk: planned ahead, ended, and given their topics."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yishiting.council.meetings import policy, selectors, services
from yishiting.reach.web.doorway import attempt_and_tell, carry_out, estate_at, only_where, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.meetings import forms
from yishiting.reach.web.meetings.desk_views import NOT_NOW
from yishiting.reach.web.once_more import look_again, wants_to_confirm


def series(request: Request, slug: str) -> HttpResponse:
    """The estate's regular meetings, and a form to plan another."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    form = forms.SeriesForm(posted(request), buildings=list(estate.buildings.all()), initial={"time": "15:00"})

    def verb(data: dict[str, Any]) -> object:
        return services.plan_series(
            actor=request.actor,
            estate=estate,
            title=data["title"],
            place=data["place"],
            kind=data["kind"],
            parties=form.party_list(),
            least=form.least(),
            rule=form.rule(),
            at=data["time"],
            count=data["count"],
            building_id=data["building"],
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("例会排好了。每次开会前，放上议题再发邀请。")):
        return redirect("web:desk_meeting_series", slug=slug)
    context = {
        "estate": estate,
        "section": "meetings",
        "form": form,
        "rows": selectors.series_of(estate.pk, request.now),
    }
    return show_form(request, "meetings/series.html", context, form)


@require_POST
def end(request: Request, slug: str, series_id: int) -> HttpResponse:
    """End a series, once it was looked at again."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    rows = selectors.series_of(estate.pk, request.now)
    standing = next((one for one in rows if one.row.pk == series_id), None)
    if standing is not None and not wants_to_confirm(request):
        return look_again(
            request, title=standing.row.title, button=_("不再开了"), staff=True,
            warning=_("停了不能恢复。还没有公布、也没有议题的几次一起取消；要再开，得重新排一个例会。"),
            lines=((_("什么时候"), f"{standing.rule.render(_)} {standing.row.at}"), (_("地点"), standing.row.place)),
            back=reverse("web:desk_meeting_series", args=(slug,)), context={"estate": estate, "section": "meetings"},
        )  # fmt: skip
    attempt_and_tell(
        request,
        lambda: services.end_series(actor=request.actor, estate_id=estate.pk, series_id=series_id, now=request.now),
        _("例会停了。已经公布的会照开。"),
    )
    return redirect("web:desk_meeting_series", slug=slug)


def topics(request: Request, slug: str, no: int) -> HttpResponse:
    """Put matters on the agenda of a meeting that is not announced yet."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    found = selectors.meeting_page(request.actor, estate.pk, no)
    only_where(found.state == "planned" and found.announced_at is None, request, NOT_NOW)
    waiting = list(selectors.waiting_for_meeting([estate.pk]))
    form = forms.TopicsForm(posted(request), waiting=waiting)

    def verb(data: dict[str, Any]) -> object:
        return services.put_on_agenda(
            actor=request.actor,
            estate_id=estate.pk,
            no=no,
            matters=[int(pk) for pk in data["matters"]],
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("议题放上了。工作法要求到场的各方也一并请上。")):
        return redirect("web:desk_meeting", slug=slug, no=no)
    context = {"estate": estate, "section": "meetings", "meeting": found, "form": form, "waiting": waiting}
    return show_form(request, "meetings/topics.html", context, form)
