"""Objections to a notice: made and taken back by a neighbour, read and answered by whoever sees to notices."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yishiting.ground.places.models import Home
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import attempt_and_tell, carry_out, estate_at, only_where, page_of, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.notices import objection_forms as forms
from yishiting.reach.web.notices import reading
from yishiting.reach.web.once_more import goes_back, is_new, look_again
from yishiting.record.notices import hearing, policy, rules, selectors, services
from yishiting.record.notices.services.drafting import fetch
from yishiting.record.notices.services.objecting import window_of

SECTION = "notices"


def objecting(request: Request, slug: str, no: int) -> HttpResponse:
    """Object to what hangs: in one's own words, once, while its days run."""
    estate = estate_at(slug)
    version = selectors.published_version(estate.pk, no)
    homes = policy.homes_within(request.actor, version)
    policy.can_object(request.actor, homes).enforce()
    if request.method in ("GET", "HEAD"):
        rules.check_objecting(window_of(version, request.now.astimezone(CHINA).date()))
        standing = [row for row in hearing.mine(request.actor, version.notice) if row.version_id == version.pk]
        if kept := next((row for row in standing if row.state != "withdrawn"), None):
            return redirect("web:notice_objection", slug=slug, no=no, objection=kept.no)
    rows = list(Home.objects.filter(pk__in=homes).select_related("entrance__building"))
    form = forms.ObjectionForm(posted(request), initial={"version": version.no}, homes=rows)

    def verb(data: dict[str, Any]) -> object:
        return services.object_to_notice(
            actor=request.actor, estate_id=estate.pk, no=no, words=data["words"], home_id=data.get("home"),
            version_no=data["version"], now=request.now,
        )  # fmt: skip

    if carry_out(request, form, verb, said=_("异议交上去了。答复会出现在您的消息里。")):
        return redirect("web:notice", slug=slug, no=no)
    context = {"estate": estate, "section": "home", "version": version, "form": form, "homes": rows}
    return show_form(request, "notices/object.html", context, form)


def objection(request: Request, slug: str, no: int, objection: int) -> HttpResponse:
    """An objection of one's own with its answer; until that is there it can be taken back."""
    estate = estate_at(slug)
    row = hearing.own(request.actor, estate.pk, no, objection)
    if request.method == "POST":
        attempt_and_tell(
            request,
            lambda: services.withdraw_objection(
                actor=request.actor, estate_id=estate.pk, no=no, objection_no=objection, now=request.now
            ),
            _("撤回了。公示期里还可以再提。"),
        )
        return redirect("web:notice_objection", slug=slug, no=no, objection=objection)
    return render(request, "notices/objection.html", {"estate": estate, "section": "home", "row": row})


# -------------------------------------------------------------------------------------------------------- at the desk
def desk_objections(request: Request, slug: str, no: int) -> HttpResponse:
    """All objections to a notice, what is due first before the others. That they were read is on record."""
    estate = estate_at(slug)
    notice = services.read_objections(actor=request.actor, estate_id=estate.pk, no=no, now=request.now)
    state = request.GET.get("state", "")
    return render(
        request,
        "notices/desk_objections.html",
        {
            "estate": estate,
            "section": SECTION,
            "notice": notice,
            "page_obj": page_of(request, hearing.listed(notice, state=state)),
            "state": state,
            "states": [(key, _(word)) for key, (_look, _icon, word) in reading.OBJECTIONS.items()],
            "looks": reading.OBJECTIONS,
        },
    )


def desk_objection(request: Request, slug: str, no: int, objection: int) -> HttpResponse:
    """One objection: what it says, and the form of the answer. That it was read is on record."""
    estate = estate_at(slug)
    policy.can_hear(request.actor, estate.pk).enforce()
    row = hearing.numbered(fetch(request.actor, estate.pk, no), objection)
    hangs = row.version.replaced_at is None and row.version.archived_at is None
    form = forms.ObjectionAnswerForm(posted(request), hangs=hangs)

    def verb(data: dict[str, Any]) -> object:
        return services.answer_objection(
            actor=request.actor, estate_id=estate.pk, no=no, objection_no=objection, outcome=data["outcome"],
            remedy=data.get("remedy", ""), text=data["text"], now=request.now,
        )  # fmt: skip

    may = policy.can_answer(request.actor, row)
    if may and is_new(request, form):
        return look_again(
            request, form, title=_("第 %(no)s 条异议") % {"no": row.no}, button=_("发出答复"), lines=form.told(), staff=True,
            warning=_("答复发出去就不能改了，提异议的人马上收到消息。"), context={"estate": estate, "section": SECTION},
        )  # fmt: skip
    if not goes_back(request) and carry_out(request, form, verb, said=_("答复好了。提异议的人会收到消息。")):
        return redirect("web:desk_notice_objections", slug=slug, no=no)
    notice = services.read_objections(actor=request.actor, estate_id=estate.pk, no=no, now=request.now)
    context = {
        "estate": estate,
        "section": SECTION,
        "notice": notice,
        "row": row,
        "shown": reading.OBJECTIONS[row.state],
        "form": form,
        "may": bool(may),
        "why_not": may.reason,
        "back": forms.TakeBackForm(auto_id="back-%s"),
    }
    return show_form(request, "notices/desk_objection.html", context, form)


@require_POST
def desk_take_back(request: Request, slug: str, no: int, objection: int) -> HttpResponse:
    """Take back an objection on paper."""
    estate = estate_at(slug)
    policy.can_hear(request.actor, estate.pk).enforce()
    attempt_and_tell(
        request,
        lambda: services.withdraw_objection(
            actor=request.actor,
            estate_id=estate.pk,
            no=no,
            objection_no=objection,
            note=request.POST.get("note", ""),
            now=request.now,
        ),
        _("撤回了。"),
    )
    return redirect("web:desk_notice_objection", slug=slug, no=no, objection=objection)


def desk_write_down(request: Request, slug: str, no: int) -> HttpResponse:
    """Write down what a home of the scope handed in on paper."""
    estate = estate_at(slug)
    policy.can_hear(request.actor, estate.pk).enforce()
    version = selectors.published_version(estate.pk, no)
    heard = window_of(version, request.now.astimezone(CHINA).date())
    only_where(heard.state != "none" and version.archived_at is None, request, gettext_noop("这份公示现在不收异议。"))
    homes = Home.objects.filter(entrance__in=version.places.values("entrance"))
    homes = homes.select_related("entrance__building").order_by("entrance__building__order", "entrance__order", "order")
    initial = {"on": request.now.astimezone(CHINA).date()}
    form = forms.PaperObjectionForm(posted(request), initial=initial, homes=list(homes))

    def verb(data: dict[str, Any]) -> object:
        return services.write_down_objection(
            actor=request.actor, estate_id=estate.pk, no=no, home_id=data["home"], words=data["words"], on=data["on"],
            now=request.now,
        )  # fmt: skip

    if carry_out(request, form, verb, said=_("录好了。答复以后，请告诉这一户。")):
        return redirect("web:desk_notice_objections", slug=slug, no=no)
    context = {"estate": estate, "section": SECTION, "version": version, "heard": heard, "form": form}
    return show_form(request, "notices/desk_objection_new.html", context, form)
