"""Raising a matter one tier from the desk, and at which tier an estate's matters were settled."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yishiting.council.matters import policy, selectors, services
from yishiting.ground.organisations import tiers
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import attempt, estate_at, only_where
from yishiting.reach.web.http import Request
from yishiting.reach.web.matters.desk_views import SECTION, desk_at
from yishiting.reach.web.matters.forms import ReasonForm
from yishiting.reach.web.matters.parts import ask_once_more
from yishiting.reach.web.matters.views import SECTION as PUBLIC_SECTION
from yishiting.reach.web.once_more import goes_back, wants_to_confirm


class RaiseForm(ReasonForm):
    """Why a step is beyond whoever has it; with what he looked at, so that two who raise it at once raise it once."""

    run = django_forms.IntegerField(widget=django_forms.HiddenInput)
    post = django_forms.IntegerField(widget=django_forms.HiddenInput)
    field_order = ("reason", "run", "post")


class EmergencyForm(ReasonForm):
    """Why something cannot wait, and how far up it goes at once."""

    tier = django_forms.TypedChoiceField(
        label=gettext_lazy("直接报到哪一级"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("不用上报的不选。报上去以后由那一级负责，您还看得到结果。"),
    )

    def __init__(self, *given: Any, above: tiers.Tier, **named: Any) -> None:
        super().__init__(*given, **named)
        choices = [(int(tier), tiers.label(tier).render(_)) for tier in tiers.Tier if tier > above]
        field = self.fields["tier"]
        assert isinstance(field, django_forms.TypedChoiceField)
        field.choices = [("", _("不上报，就在这一级处理")), *choices]
        if not choices:
            del self.fields["tier"]


def raise_one_tier(request: Request, slug: str, no: int) -> HttpResponse:
    """Raise the present step one tier, with the reason; asked once more, since it does not come back by itself."""
    estate, desk = desk_at(request, slug, no)
    run = desk.run
    if run is not None:
        policy.can_raise(request.actor, desk.matter, run).enforce()
    only_where(desk.can_raise, request, gettext_noop("这件事现在不用上交。请回事项页，看它走到哪里、现在能办什么。"))
    form = RaiseForm(
        request.POST if request.method == "POST" else None,
        label=_("为什么要上交"),
        help_text=_("上一级和小区的住户看得到，请不要写姓名、电话和门牌号。"),
        initial={"run": run.pk if run else None, "post": run.post_id if run else None},
    )
    above = tiers.kind_above(run.post.kind) if run is not None and run.post is not None else None
    context = {
        "section": SECTION,
        "estate": estate,
        "desk": desk,
        "matter": desk.matter,
        "where": desk.matter.where,
        "above": _(post_label(above)) if above else "",
        "tier": tiers.label(tiers.tier_of(above)).render(_) if above else "",
    }
    if request.method == "POST" and form.is_valid() and not goes_back(request):
        data = form.cleaned_data
        if not wants_to_confirm(request):
            lines = [
                (_("这一步"), run.title if run else ""),
                (_("上交到"), context["tier"]),
                (_("理由"), data["reason"]),
            ]
            return ask_once_more(
                request, form, title=_("上交上一级"), lines=lines, button=_("上交"),
                warning=_("交上去就由上一级负责，不能自己收回。办完会把结果转回给您。"), context=context,
            )  # fmt: skip
        made = attempt(
            form,
            lambda: services.raise_matter(
                actor=request.actor,
                matter_id=desk.matter.pk,
                reason=data["reason"],
                run_id=data["run"],
                from_post_id=data["post"],
                now=request.now,
            ),
        )
        if made is not None:
            messages.success(request, _("上交了。办完会把结果转回给您。"))
            return redirect("web:desk_matter", estate.slug, desk.matter.no)
    wrong = request.method == "POST" and bool(form.errors)
    return render(request, "matters/desk_raise.html", {**context, "form": form}, status=422 if wrong else 200)


@require_safe
def settled(request: Request, slug: str) -> HttpResponse:
    """How many solved matters each tier settled, counted from their steps: small things stay in the estate."""
    estate = estate_at(slug)
    counted = selectors.solved_by_tier(estate.pk)
    rows = [(tiers.label(tier).render(_), counted[tier]) for tier in tiers.Tier]
    here = counted[tiers.Tier.BUILDING] + counted[tiers.Tier.ESTATE]
    return render(
        request,
        "matters/settled.html",
        {"estate": estate, "section": PUBLIC_SECTION, "rows": rows, "total": sum(counted.values()), "here": here},
    )
