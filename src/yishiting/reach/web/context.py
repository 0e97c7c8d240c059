"""What every template may read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def page(request: HttpRequest) -> dict[str, Any]:
    """Return elder mode, the actor, the present moment and whether this is the demonstration."""
    actor = getattr(request, "actor", None)
    return {
        "elder": request.COOKIES.get("elder") == "1",
        "actor": actor,
        # Asked by the staff's layout alone, so that a resident's page does not look posts up for it.
        "duties": SimpleLazyObject(lambda: actor.duties if actor is not None else frozenset()),
        "now": getattr(request, "now", None),
        "demo": settings.DEMO,
    }
