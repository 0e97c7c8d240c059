"""Votes as residents see them: the list, a vote, the ballot in three taps, the receipt."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from yishiting.council.matters.selectors.public import matter_on
from yishiting.council.votes import policy, selectors, services
from yishiting.council.votes.models import Vote
from yishiting.council.votes.selectors import MyHead
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import estate_at, number_in, page_of, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.votes import confirming, forms, showing


def votes(request: Request, slug: str) -> HttpResponse:
    """Every vote that was opened, those that run first."""
    estate = estate_at(slug)
    page = page_of(request, selectors.votes_of(request.actor, estate))
    mine = set(selectors.waiting_for(request.actor, now=request.now).values_list("pk", flat=True))
    rows = [showing.Line(row, showing.badge_of(row, request.now), row.pk in mine) for row in page.object_list]
    return render(request, "votes/list.html", {"estate": estate, "section": "votes", "page_obj": page, "rows": rows})


def _opened(request: Request, slug: str, no: int) -> tuple[Estate, Vote]:
    estate = estate_at(slug)
    found = selectors.vote_by_no(request.actor, estate, no)
    if found.opened_at is None:
        raise NotFound(gettext_noop("这次表决还没有开始。开始以后，这里就能看到。"))
    return estate, found


def vote(request: Request, slug: str, no: int) -> HttpResponse:
    """One vote: who has come while it runs, what came out and why once it is counted."""
    estate, found = _opened(request, slug, no)
    mine = selectors.my_heads(found, request.actor)
    return render(
        request,
        "votes/vote.html",
        {
            "estate": estate,
            "section": "votes",
            "vote": found,
            "badge": showing.badge_of(found, request.now),
            "running": _takes_ballots(request, found),
            "turnout": selectors.turnout(found),
            "matter": matter_on(request.actor, found.thread),
            "mine": mine,
            "may_cast": any(row.may_still_cast(found) for row in mine),
            "results": [showing.shown(result) for result in selectors.results(found)],
        },
    )


def _my_heads(request: Request, found: Vote) -> list[MyHead]:
    if request.actor.is_nobody:
        raise NotAllowed(gettext_noop("投票要先登录。"))
    mine = selectors.my_heads(found, request.actor)
    policy.can_cast_online(request.actor, found.estate_id, [row.head for row in mine]).enforce()
    return mine


def _picked(request: Request, mine: list[MyHead]) -> MyHead | None:
    """Return the ballot that is meant: the only one, or the one that ``head`` names by its number on the roll."""
    wanted = request.POST.get("head") or request.GET.get("head", "")
    if len(mine) == 1:
        return mine[0]
    return next((row for row in mine if str(row.head.no) == wanted), None)


def _takes_ballots(request: Request, found: Vote) -> bool:
    return found.state == "open" and request.now <= found.closes_at


def _ended(request: Request, estate: Estate, found: Vote) -> HttpResponse:
    """Say to somebody who merely opens the page that voting is over, since when, and where the result stands."""
    context = {"estate": estate, "section": "votes", "vote": found, "mine": selectors.my_heads(found, request.actor)}
    return render(request, "votes/ended.html", context, status=409)


@never_cache
def ballot(request: Request, slug: str, no: int) -> HttpResponse:
    """The first tap: choose. Nothing is written yet."""
    estate, found = _opened(request, slug, no)
    if not _takes_ballots(request, found):
        return _ended(request, estate, found)
    mine = _my_heads(request, found)
    context = {"estate": estate, "section": "votes", "vote": found, "mine": mine}
    head = _picked(request, mine)
    if head is None:
        return render(request, "votes/which.html", context)
    form = forms.BallotForm(items=found.items.all())
    return render(
        request, "votes/ballot.html", {**context, "head": head, "form": form, "open": head.may_still_cast(found)}
    )


@never_cache
def ballot_confirm(request: Request, slug: str, no: int) -> HttpResponse:
    """The second tap shows what was chosen; the third, from that page, hands the ballot in."""
    if request.method != "POST":
        return redirect("web:ballot", slug=slug, no=no)
    refusal = None
    if "sure" in request.POST:
        try:
            code = _hand_in(request, slug, no)
        except (WrongState, BadInput) as refused:
            # The page is drawn again below: what was chosen stays on the screen, with why it was not taken.
            refusal = refused
        else:
            return redirect("web:receipt", slug=slug, no=no, code=code)
    estate, found = _opened(request, slug, no)
    if refusal is None and not _takes_ballots(request, found):
        return _ended(request, estate, found)
    mine = _my_heads(request, found)
    head = _picked(request, mine)
    if head is None:
        return redirect("web:ballot", slug=slug, no=no)
    form = forms.BallotForm(request.POST, items=found.items.all())
    context = {
        "estate": estate,
        "section": "votes",
        "vote": found,
        "mine": mine,
        "head": head,
        "form": form,
        "open": True,
    }
    if refusal is None and not head.may_still_cast(found):
        # Back from the receipt, the browser asks for this page again: another confirmation would be a ballot in vain.
        return render(request, "votes/ballot.html", {**context, "open": False})
    if not form.is_valid():
        return show_form(request, "votes/ballot.html", context, form)
    context["chosen"] = form.said()
    if refusal:
        return render(request, "votes/confirm.html", {**context, "refusal": refusal.message}, status=409)
    context["confirmation"] = confirming.seal(request.actor, found, head.head.no)
    return render(request, "votes/confirm.html", context)


def _hand_in(request: Request, slug: str, no: int) -> str:
    """Cast the ballot as it was sent, once however often it is sent. The verb checks all of it."""
    if request.actor.is_nobody:
        raise NotAllowed(gettext_noop("投票要先登录。"))
    # What is no number is no item either, and is refused as one that this vote does not have.
    choices = {
        number_in(name.removeprefix("item_")) or 0: str(value)
        for name, value in request.POST.items()
        if name.startswith("item_")
    }
    head_no = number_in(request.POST.get("head", ""))
    vote_id = selectors.opened_vote_id(slug, no)
    if vote_id is None:
        raise NotFound(gettext_noop("没有找到这次表决，可能是网址写错了。请回到小区的“表决”页再找。"))
    return services.cast_online(
        actor=request.actor, vote_id=vote_id, choices=choices, now=request.now, head_no=head_no,
        receipt=confirming.code_in(request.POST.get(confirming.FIELD, ""), request.actor, vote_id, head_no),
    )  # fmt: skip


@never_cache
def receipt(request: Request, slug: str, no: int, code: str) -> HttpResponse:
    """What a receipt code tells: recorded, when, whether it counts. Never the choice."""
    estate, found = _opened(request, slug, no)
    return render(
        request,
        "votes/receipt.html",
        {
            "estate": estate,
            "section": "votes",
            "vote": found,
            "receipt": selectors.receipt_of(request.actor, found, code),
        },
    )


def receipt_find(request: Request, slug: str, no: int) -> HttpResponse:
    """Look a receipt up by its code."""
    estate, found = _opened(request, slug, no)
    code = selectors.tidy(request.GET.get("code", ""))
    refusal = None
    if code:
        try:
            selectors.receipt_of(request.actor, found, code)
        except NotFound as missing:
            refusal = missing.message
        else:
            return redirect(reverse("web:receipt", kwargs={"slug": slug, "no": no, "code": code}))
    return render(
        request,
        "votes/receipt_find.html",
        {"estate": estate, "section": "votes", "vote": found, "code": request.GET.get("code", ""), "refusal": refusal},
    )
