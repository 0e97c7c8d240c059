"""Paper ballots at the desk: find whose slip it is, read it, read it again, withdraw it. No page shows what another read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yishiting.council.votes import policy, selectors, services, slips
from yishiting.council.votes.models import Vote
from yishiting.ground.places.models import Home
from yishiting.kernel.clock import CHINA
from yishiting.reach.web.doorway import attempt, number_in, page_of, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.votes import forms
from yishiting.reach.web.votes.desk_views import SECTION, fetch
from yishiting.reach.web.votes.paper_forms import WithdrawForm


@never_cache
def paper(request: Request, slug: str, no: int) -> HttpResponse:
    """The slips that wait, the search for a home, and for a home that was picked the first reading."""
    estate, found = fetch(request, slug, no)
    policy.can_read_paper(request.actor, found).enforce()
    services.ensure_readable(found)
    finder = forms.FindHomeForm(request.GET or None, estate=estate)
    asked = finder.cleaned_data if finder.is_bound and finder.is_valid() else {}
    homes = None
    if any(asked.values()):
        homes = page_of(
            request,
            selectors.homes_on_roll(
                found, building_id=asked["building"], entrance_id=asked["entrance"], room=asked["room"].strip()
            ),
        )
    picked = selectors.home_on_roll(found, request.GET.get("home", ""))
    unknown = "" if picked else _not_found(found, request.GET.get("home"), asked, bool(homes))
    before = slips.received_before(found, picked.head) if picked else None
    # A slip that is keyed again was handed in when it was handed in, not now.
    local = (before or request.now).astimezone(CHINA)
    form = forms.ReceiveForm(
        forms.posted(request),
        items=found.items.all(),
        initial={"received_at": local.date(), "received_clock": local.time().replace(second=0, microsecond=0)},
    )
    if picked and form.is_valid():
        done = attempt(
            form,
            lambda: services.receive_paper(
                actor=request.actor,
                vote_id=found.pk,
                home_id=picked.home_id,
                received_at=form.received(),
                choices=form.chosen(),
                now=request.now,
            ),
        )
        if done:
            messages.success(request, _("第一遍录好了。请换另一位工作人员再录一遍，两遍一样才算数。"))
            return redirect("web:desk_paper", slug=slug, no=no)
    return show_form(
        request,
        "votes/desk_paper.html",
        {
            "estate": estate,
            "section": SECTION,
            "vote": found,
            "finder": finder,
            "homes": homes,
            "picked": picked,
            "unknown": unknown,
            "form": form,
            "before": before,
            "slips": slips.slips_of(found, request.actor),
            "withdrawals": slips.withdrawals_of(found, request.actor),
            "settled": selectors.settled_slips(found),
        },
        form,
    )


def _not_found(found: Vote, home: str | None, asked: Mapping[str, Any], any_on_roll: bool) -> str:
    """Say that a home which was asked for is none of the estate's, or none of this vote's; empty where neither."""
    if any_on_roll or not (home is not None or any(asked.values())):
        return ""
    homes = Home.objects.filter(estate_id=found.estate_id)
    if home is not None:
        homes = homes.filter(pk=number_in(home) or 0)
    else:
        homes = homes.filter(room__startswith=asked["room"].strip())
        for part in ("building", "entrance"):
            homes = homes.filter(**{f"{part}_id": asked[part]}) if asked[part] else homes
    if homes.exists():
        return _("这户不在这次表决的名册上，这次不投，纸票不能收。请核对楼栋、单元和房号。")
    return _("小区里没有这户。请核对楼栋、单元和房号。")


@never_cache
def again(request: Request, slug: str, no: int, slip: int) -> HttpResponse:
    """The second or third reading of a slip; the form starts empty."""
    estate, found = fetch(request, slug, no)
    policy.can_read_paper(request.actor, found).enforce()
    line = slips.slip_line(found, request.actor, slip)
    form = forms.ReadingForm(forms.posted(request), items=found.items.all())
    if form.is_valid():
        done = attempt(
            form,
            lambda: services.read_paper_again(
                actor=request.actor, slip_id=line.slip.pk, choices=form.chosen(), now=request.now
            ),
        )
        if done:
            if done.settled_at:
                code = selectors.paper_receipt(done)
                messages.success(
                    request,
                    _("核对完了，已记成一张票。回执号 {code}，请抄给交票的人。").format(code=f"{code[:4]} {code[4:]}"),
                )
            else:
                messages.warning(
                    request, _("两遍录得不一样。请第三位工作人员再看一遍，以他看的为准；没有第三位的，撤回后重新录。")
                )
            return redirect("web:desk_paper", slug=slug, no=no)
    return show_form(
        request,
        "votes/desk_again.html",
        {"estate": estate, "section": SECTION, "vote": found, "line": line, "form": form},
        form,
    )


@never_cache
def withdraw(request: Request, slug: str, no: int, slip: int) -> HttpResponse:
    """Say why and what follows, then withdraw the slip; whoever made its first reading is told to ask another."""
    estate, found = fetch(request, slug, no)
    policy.can_read_paper(request.actor, found).enforce()
    line = slips.slip_line(found, request.actor, slip)
    form = WithdrawForm(forms.posted(request))
    if form.is_valid():
        done = attempt(
            form,
            lambda: services.withdraw_slip(
                actor=request.actor, slip_id=line.slip.pk, reason=form.cleaned_data["reason"], now=request.now
            ),
        )
        if done:
            messages.success(request, _("这张纸票撤回了。票还要计的话，请从第一遍重新录，收票时间照原来的填。"))
            return redirect("web:desk_paper", slug=slug, no=no)
        line = slips.slip_line(found, request.actor, slip)
    return show_form(
        request,
        "votes/desk_withdraw.html",
        {"estate": estate, "section": SECTION, "vote": found, "line": line, "form": form},
        form,
    )
