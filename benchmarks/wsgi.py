"""The product's own door, with two bare pages beside it in the same process, on the same threads and connections.

``/bare/<slug>/`` and ``/bare/insert/`` pass no middleware at all: the least that Django can answer with one query, or with
one insert under one unique constraint. ``/plain/…`` are the same views behind the product's middleware. Any other address
is the product's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yishiting.config.settings")

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import ResolverMatch, path
from django.views.decorators.csrf import csrf_exempt

from yishiting.config.wsgi import application as product
from yishiting.ground.places.models import Estate


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with one query and one word."""
    body = Estate.objects.get(slug=slug).name.encode()
    return HttpResponse(body, headers={"Content-Length": str(len(body))})


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    """Insert one row into a table with one unique constraint."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (head, choice) VALUES (%s, %s)", [int(request.POST["head"]), "for"])
    return HttpResponse(status=200, headers={"Content-Length": "0"})


urlpatterns = [
    path("bare/insert/", insert),
    path("bare/<slug:slug>/", page),
    path("plain/insert/", insert),
    path("plain/<slug:slug>/", page),
]


class Beside(WSGIHandler):
    """A handler with the addresses of this module."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Look among this module's addresses."""
        request.urlconf = __name__  # type: ignore[attr-defined]
        return super().resolve_request(request)


plain = Beside()
with override_settings(MIDDLEWARE=[]):
    bare = Beside()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Send a request through its door."""
    where = environ["PATH_INFO"]
    door = bare if where.startswith("/bare/") else plain if where.startswith("/plain/") else product
    answer: Iterable[bytes] = door(environ, start_response)
    return answer
