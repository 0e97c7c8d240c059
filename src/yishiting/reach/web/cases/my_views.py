"""Mediation as a party sees it: what he said and was told, what he may say, who looked at it."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as mark
from django.views.decorators.http import require_safe

from yishiting.council.cases import policy, selectors, services
from yishiting.council.cases.models import CaseFile
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Estate, Home
from yishiting.kernel.errors import NotAllowed, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.cases import forms
from yishiting.reach.web.doorway import carry_out, estate_at, page_of, posted, show_form
from yishiting.reach.web.http import Request

SECTION = "me"
#: What a party may say: heading, what follows from it, the button.
SAYINGS = {
    "agreed": (
        mark("同意调解"),
        mark("同意以后，调解员会约双方来谈。您随时可以不谈了，不用说理由。"),
        mark("我同意调解"),
    ),
    "refused": (
        mark("不愿意调解"),
        mark("调解要双方自愿。您说不愿意，这件调解就结束，不影响您用别的办法解决。"),
        mark("我不愿意，结束调解"),
    ),
    "open": (
        mark("同意公开调解"),
        mark("平时调解不公开。每一方都同意了，调解会才能让别人来听。"),
        mark("我同意公开"),
    ),
    "closed": (mark("还是不公开"), mark("以后的调解会不公开。"), mark("我要不公开")),
}


def _signed_in(request: Request) -> Actor:
    if request.actor.is_nobody:
        raise NotAllowed(gettext_noop("请先登录，再看您的调解。"))
    return request.actor


@require_safe
def cases(request: Request) -> HttpResponse:
    """The cases that I am a party of, and where to ask for mediation."""
    actor = _signed_in(request)
    page = page_of(request, selectors.my_cases(actor))
    estates = Estate.objects.filter(pk__in={estate for estate, _home in actor.homes}).order_by("name")
    return render(
        request,
        "cases/my_list.html",
        {
            "section": SECTION,
            "page_obj": page,
            "rows": selectors.desk_rows(list(page.object_list)),
            "estates": list(estates),
        },
    )


def ask(request: Request, slug: str) -> HttpResponse:
    """Ask for mediation."""
    actor = _signed_in(request)
    estate = estate_at(slug)
    policy.can_ask(actor, estate.pk).enforce()
    mine = [home for where, home in actor.homes if where == estate.pk]
    homes = Home.objects.filter(pk__in=mine).select_related("entrance__building").order_by("order")
    form = forms.AskForm(posted(request), estate=estate, homes=[(home.pk, str(home)) for home in homes])
    asked: list[CaseFile] = []

    def verb(data: dict[str, Any]) -> object:
        asked.append(
            services.ask_for_mediation(
                actor=actor,
                estate=estate,
                topic=data["topic"],
                words=data["words"],
                as_home_id=data["as_home"],
                other_home_id=data["other"],
                other_organisation_id=data.get("company"),
                now=request.now,
            )
        )
        return asked

    if carry_out(request, form, verb, said=_("收到了。会有一位调解员来问您，也会问另一方愿不愿意。")):
        return redirect("web:my_case", slug=slug, no=asked[0].no)
    return show_form(request, "cases/ask.html", {"estate": estate, "section": SECTION, "form": form}, form)


def _sayings(mine: selectors.PartyShown, may_speak: bool) -> list[tuple[str, str]]:
    if not may_speak:
        return []
    if mine.facts.word != "agreed":
        keys = ["agreed", "refused"]
    else:
        keys = ["closed" if mine.facts.open_word == "open" else "open", "refused"]
    return [(key, _(SAYINGS[key][0])) for key in keys]


@require_safe
def case(request: Request, slug: str, no: int) -> HttpResponse:
    """My case."""
    actor = _signed_in(request)
    estate = estate_at(slug)
    found = selectors.my_case(actor, estate.pk, no)
    return render(
        request,
        "cases/my_case.html",
        {
            "estate": estate,
            "section": SECTION,
            "my": found,
            "case": found.case,
            "mine": [(each, _sayings(each, found.may_speak)) for each in found.mine],
            "read": [(entry.at, entry.actor_id == found.case.mediator_id) for entry in found.readings],
        },
    )


def say(request: Request, slug: str, no: int, party: int, act: str) -> HttpResponse:
    """A page that asks once more, since a refusal ends the case."""
    actor = _signed_in(request)
    estate = estate_at(slug)
    found = selectors.my_case(actor, estate.pk, no)
    if act not in SAYINGS or not any(each.row.no == party for each in found.mine):
        raise NotFound(gettext_noop("没有这一步。请回到您的调解重新选。"))
    form = django_forms.Form(posted(request))

    def verb(_data: dict[str, Any]) -> object:
        return services.say(actor=actor, estate_id=estate.pk, no=no, party=party, act=act, now=request.now)

    if carry_out(request, form, verb, said=_("记下了。")):
        return redirect("web:my_case", slug=slug, no=no)
    heading, words, send = (_(each) for each in SAYINGS[act])
    context = {
        "estate": estate,
        "section": SECTION,
        "case": found.case,
        "form": form,
        "heading": heading,
        "words": words,
        "send": send,
        "ends": act == "refused",
    }
    return show_form(request, "cases/say.html", context, form)
