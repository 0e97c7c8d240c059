"""The request as views see it: with who asks and the present moment, put there by the middleware."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from yishiting.ground.organisations.actors import Actor


class Request(HttpRequest):
    """A request that has passed :class:`~yishiting.reach.web.middleware.ActorMiddleware`."""

    actor: Actor
    now: datetime
