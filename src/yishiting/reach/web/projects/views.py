"""Projects as anyone may read them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from yishiting.council.projects import selectors
from yishiting.reach.web.doorway import estate_at, page_of
from yishiting.reach.web.http import Request
from yishiting.reach.web.projects import reading


def projects(request: Request, slug: str) -> HttpResponse:
    """What was set up here, those under way first: how far each is, and what it waits for."""
    estate = estate_at(slug)
    words = request.GET.get("q", "").strip()
    rows = selectors.listed(request.actor, [estate.pk])
    if words:
        rows = rows.filter(title__icontains=words)
    page = page_of(request, rows)
    return render(
        request,
        "projects/list.html",
        {
            "estate": estate,
            "section": "projects",
            "page_obj": page,
            "rows": [reading.shown(project, request.now, with_steps=False) for project in page.object_list],
            "q": words,
            "figures": selectors.figures(estate.pk),
        },
    )


def project(request: Request, slug: str, no: int) -> HttpResponse:
    """One project: phases with days and pictures, insurance, what it waits for, what it came from."""
    estate = estate_at(slug)
    found = selectors.project_page(request.actor, estate.pk, no)
    return render(
        request,
        "projects/page.html",
        {
            "estate": estate,
            "section": "projects",
            "shown": reading.shown(found, request.now),
            "project": found,
            "meeting": reading.meeting_of(found),
        },
    )
