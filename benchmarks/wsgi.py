"""The product's own door, with bare pages beside it in the same process, on the same threads and connections.

``/plain/<slug>/`` and ``/plain/insert/`` are what a bare Django view costs on this server: one query or one insert by the
ORM, behind the same middleware as every page. ``/bare/…`` are the same two views without any middleware, which no page of
a product can do without. Any other address is the product's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yishiting.config.settings")

from django.core.handlers.wsgi import WSGIHandler
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import ResolverMatch, path
from django.views.decorators.csrf import csrf_exempt

from yishiting.config.wsgi import application as product
from yishiting.ground.places.models import Estate


class Bare(models.Model):
    """A row of the bare table, which :mod:`benchmarks.prepare` makes."""

    head = models.IntegerField(unique=True)
    choice = models.TextField()

    class Meta:
        app_label = "benchmarks"
        db_table = "bench_bare"
        managed = False

    def __str__(self) -> str:
        return f"bare row {self.pk}"


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with one query and one word."""
    body = Estate.objects.get(slug=slug).name.encode()
    return HttpResponse(body, headers={"Content-Length": str(len(body))})


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    """Insert one row into a table with one unique constraint."""
    Bare.objects.create(head=int(request.POST["head"]), choice="for")
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
