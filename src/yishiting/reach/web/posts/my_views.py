"""What I am tied by: declared by myself or of me, and a form to declare it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.ground.organisations import declaring, policy, registers
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotAllowed, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import carry_out, estate_at, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.posts import forms

SECTION = "me"


def _signed_in(request: Request) -> None:
    if request.actor.is_nobody:
        raise NotAllowed(gettext_noop("请先登录，再登记利害关系。"))


@require_safe
def interests(request: Request) -> HttpResponse:
    """What is declared of me, and in which estates I may declare more."""
    _signed_in(request)
    actor = request.actor
    ids = {estate for estate, _home in actor.homes} | actor.estates_served
    context = {
        "section": SECTION,
        "rows": [
            (shown, shown.row.declared_by_id == actor.person_id, shown.row.stands_at(request.now))
            for shown in registers.shown(registers.mine(actor)[:100])
        ],
        "estates": list(Estate.objects.filter(pk__in=ids).order_by("name")),
    }
    return render(request, "posts/mine.html", context)


def declare(request: Request, slug: str) -> HttpResponse:
    """Declare an interest of mine."""
    _signed_in(request)
    estate = estate_at(slug)
    person = request.actor.person_id
    policy.can_declare(request.actor, estate.pk, person_id=person).enforce()
    form = forms.InterestForm(posted(request), estate=estate, bodies=declaring.bodies_of(estate))

    def verb(data: dict[str, Any]) -> object:
        return declaring.declare_interest(
            actor=request.actor, estate=estate, person_id=person, now=request.now, **form.asked()
        )

    if carry_out(request, form, verb, said=_("登记好了。有关的事您从现在起回避。")):
        return redirect("web:my_interests")
    context = {"estate": estate, "section": SECTION, "form": form}
    return show_form(request, "posts/my_declare.html", context, form)


def interest(request: Request, pk: int) -> HttpResponse:
    """Withdraw what I declared."""
    _signed_in(request)
    row = registers.mine(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound(gettext_noop("没有这一条登记。请从“我的”里重新打开。"))
    may = policy.can_withdraw(request.actor, row)
    form = forms.WithdrawForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return declaring.withdraw_interest(actor=request.actor, interest_id=pk, reason=data["reason"], now=request.now)

    if carry_out(request, form, verb, said=_("撤销了。")):
        return redirect("web:my_interests")
    context = {
        "section": SECTION,
        "shown": registers.shown([row])[0],
        "stands": row.withdrawn_at is None,
        "may": bool(may),
        "why_not": None if may else may.reason,
        "form": form,
    }
    return show_form(request, "posts/my_interest.html", context, form)
