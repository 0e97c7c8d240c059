"""When and whence a session was last used, for its owner's list of sessions."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from yishiting.kernel import clock

#: How often it is written, in seconds; with every page, each read would be a write.
EVERY = 600
_KEY = "seen_at"


@receiver(pre_save, sender=UserSession)
def by_the_clock(instance: UserSession, **_: Any) -> None:
    """Keep the product's time, which the page shows beside its other times, where the library keeps the machine's."""
    instance.last_seen_at = clock.now()
    if instance.pk is None:
        instance.created_at = instance.last_seen_at


def begin(request: HttpRequest) -> None:
    """Follow the session that a sign-in has just opened."""
    request.session[_KEY] = int(time.time())


class LastSeenMiddleware:
    """Write the last use of a session that a sign-in opened; nothing for who is not signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            seen, now = request.session.get(_KEY), int(time.time())
            if seen is not None and now - seen >= EVERY:
                UserSession.objects.create_from_request(request)
                request.session[_KEY] = now
        return self.get_response(request)
