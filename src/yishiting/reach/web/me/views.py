"""Pages of whoever is signed in, about himself alone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yishiting.council.appraisals import selectors as appraisals
from yishiting.council.matters import selectors as matters
from yishiting.council.votes import selectors as votes
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Estate, Home
from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import gettext_noop
from yishiting.reach.messages import selectors as inboxes
from yishiting.reach.messages import services
from yishiting.reach.web.doorway import page_of
from yishiting.reach.web.http import Request

SECTION = "me"


def _signed_in(request: Request) -> Actor:
    if request.actor.is_nobody:
        raise NotAllowed(gettext_noop("请先登录，再看“我的”。"))
    return request.actor


@require_safe
def me(request: Request) -> HttpResponse:
    """My reports with their answers, the votes that wait for me, my homes, my posts."""
    actor = _signed_in(request)
    homes = list(
        Home.objects.filter(pk__in=[home for _estate, home in actor.homes]).select_related(
            "estate", "entrance__building"
        )
    )
    owned = {home for _estate, home in actor.owned}
    ids = {estate for estate, _home in actor.homes} | actor.estates_served
    estates = list(Estate.objects.filter(pk__in=ids).order_by("name"))
    return render(
        request,
        "me/me.html",
        {
            "section": SECTION,
            "estate": estates[0] if len(estates) == 1 else None,
            "person": Person.objects.only("name").get(pk=actor.person_id or 0),
            "reports": matters.my_reports(actor),
            "waiting": list(votes.waiting_for(actor, now=request.now).select_related("estate")[:20]),
            "invitations": list(appraisals.invitations(actor, now=request.now)[:20]),
            "ballots": votes.my_ballots(actor)[:20],
            "homes": [(home, home.pk in owned) for home in homes],
            "estates": estates,
            "posts": [_(post_label(office.kind)) for office in actor.offices],
            "unread": inboxes.unread(actor),
        },
    )


@require_safe
def inbox(request: Request) -> HttpResponse:
    """What I was told, newest first."""
    actor = _signed_in(request)
    page = page_of(request, inboxes.inbox(actor))
    return render(
        request,
        "me/inbox.html",
        {
            "section": SECTION,
            "page_obj": page,
            "lines": [(message, inboxes.words(message)) for message in page.object_list],
            "unread": inboxes.unread(actor),
        },
    )


@require_POST
def read_all(request: Request) -> HttpResponse:
    """Mark everything that I was told as read."""
    services.mark_read(actor=_signed_in(request), now=request.now)
    messages.success(request, _("都标为看过了。"))
    return redirect("web:inbox")
