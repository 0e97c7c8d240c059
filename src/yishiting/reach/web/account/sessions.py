"""Where I am signed in, and ending it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.web.account.devices import device
from yishiting.reach.web.account.views import may_hold_password
from yishiting.reach.web.doorway import number_in
from yishiting.reach.web.http import Request


@dataclass(frozen=True, slots=True)
class Place:
    """One device on which the person is signed in."""

    id: int
    device: str
    ip: str
    since: datetime
    last_seen: datetime
    here: bool


def places(request: HttpRequest) -> list[Place]:
    """Return where the account is signed in, this device first, then the latest used (two queries)."""
    rows = list(UserSession.objects.filter(user_id=request.user.pk).order_by("-last_seen_at"))
    alive = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    found = [
        Place(
            id=row.pk,
            device=device(row.user_agent),
            ip=row.ip,
            since=row.created_at,
            last_seen=row.last_seen_at,
            here=row.session_key == request.session.session_key,
        )
        for row in rows
        if row.session_key in alive
    ]
    return sorted(found, key=lambda place: not place.here)


@never_cache
@require_http_methods(["GET", "POST"])
def sessions(request: Request) -> HttpResponse:
    """List them; a post ends one of the person's own (``end``) or all but this one (``others``), at once."""
    if not request.user.is_authenticated:
        raise NotAllowed(Sentence(gettext_noop("请先登录，再看您在哪些设备上登录着。")))
    if request.method == "POST":
        if "others" in request.POST:
            end_other_sessions(request, request.user)
            messages.success(request, _("别的设备上都已经退出，只剩这一台。"))
        else:
            asked = request.POST.get("end", "")
            own = UserSession.objects.filter(user_id=request.user.pk, pk=number_in(asked) or 0)
            ended = list(own.exclude(session_key=request.session.session_key))
            end_sessions(request, ended)
            if ended:
                messages.success(request, _("那台设备上已经退出。"))
            else:
                messages.info(request, _("那台设备上已经没有登录。"))
        return HttpResponseRedirect(reverse("web:sessions"))
    listed = places(request)
    context = {
        "places": listed,
        "others": sum(not place.here for place in listed),
        "has_password": request.user.has_usable_password(),
        "may_hold_password": bool(may_hold_password(request)),
        "section": "me",
    }
    return render(request, "usersessions/usersession_list.html", context)
