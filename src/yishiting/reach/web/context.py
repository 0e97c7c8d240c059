"""What every template may read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Return elder mode, the actor, the present moment and whether this is the demonstration."""
    return {
        "elder": request.COOKIES.get("elder") == "1",
        "actor": getattr(request, "actor", None),
        "now": getattr(request, "now", None),
        "demo": settings.DEMO,
    }
