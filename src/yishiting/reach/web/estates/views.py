"""Pages of an estate as a whole."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from yishiting.ground.places.models import Estate
from yishiting.reach.web.doorway import estate_at, page_of
from yishiting.reach.web.estates import reading
from yishiting.reach.web.estates.kept import render_kept
from yishiting.reach.web.http import Request
from yishiting.timeline import entries
from yishiting.timeline.models import Entry, Head

ELDER_DAYS = 365


def home(request: Request) -> HttpResponse:
    """The estates served here, to choose from; with a single one, its front page."""
    rows = Estate.objects.select_related("region__parent").order_by("name")
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.filter(name__icontains=words)
    page = page_of(request, rows)
    if not words and page.paginator.count == 1:
        return redirect("web:estate", slug=page.object_list[0].slug)
    return render(request, "estates/home.html", {"page_obj": page, "q": words, "section": "home"})


def estate(request: Request, slug: str) -> HttpResponse:
    """What goes on here: the open vote, what is coming, what was settled, the figures."""

    def context() -> dict[str, Any]:
        found, counted = reading.counted_estate(slug)
        return {"estate": found, "section": "home", **reading.front_page(request.actor, found, request.now, counted)}

    return render_kept(request, "estates/estate.html", context)


def record(request: Request, slug: str) -> HttpResponse:
    """The chained record as anyone may read it, the latest first, with where the chain stands."""
    found = estate_at(slug)
    level = entries.Level.ESTATE if request.actor.belongs_to(found.pk) else entries.Level.PUBLIC
    rows = Entry.objects.filter(estate_id=found.pk, kind__in=entries.names_up_to(level)).order_by("-seq")
    page = page_of(request, rows, per_page=30)
    head = Head.objects.filter(pk=found.pk).first()
    return render(
        request,
        "estates/record.html",
        {
            "estate": found,
            "section": "home",
            "page_obj": page,
            "lines": reading.lines(list(page.object_list)),
            "head": head,
        },
    )


@require_POST
def elder(request: Request) -> HttpResponse:
    """Switch to large type or back, and return to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    if request.POST.get("elder") == "1":
        response.set_cookie("elder", "1", max_age=ELDER_DAYS * 86400, samesite="Lax", httponly=True)
    else:
        response.delete_cookie("elder")
    return response


def healthz(request: Request) -> JsonResponse:
    """Whether this node can reach its database; for load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
