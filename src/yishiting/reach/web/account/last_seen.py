"""When and whence a session was last used, for its owner's list of sessions."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yishiting.kernel import clock

#: How often it is written, in seconds; with every page, each read would be a write.
EVERY = 600
_KEY = "seen_at"
_OPENED = "session_opened"


def begin(request: HttpRequest) -> None:
    """Follow the session that a sign-in has just opened."""
    request.session[_KEY] = int(time.time())
    # The library writes its row after this, within the same request.
    vars(request)[_OPENED] = True


def _by_the_clock(request: HttpRequest, *columns: str) -> None:
    """Keep the product's time, which the page shows beside its other times, where the library keeps the machine's."""
    row = UserSession.objects.filter(session_key=request.session.session_key)
    row.update(**dict.fromkeys(columns, clock.now()))


class LastSeenMiddleware:
    """Write the last use of a session that a sign-in opened; nothing for who is not signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            seen, now = request.session.get(_KEY), int(time.time())
            if seen is not None and now - seen >= EVERY:
                UserSession.objects.create_from_request(request)
                _by_the_clock(request, "last_seen_at")
                request.session[_KEY] = now
        response = self.get_response(request)
        if vars(request).get(_OPENED):
            _by_the_clock(request, "created_at", "last_seen_at")
        return response
