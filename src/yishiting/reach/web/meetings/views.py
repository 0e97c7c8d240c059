"""Meetings as anyone may read them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yishiting.council.meetings import selectors
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import estate_at, page_of


def meetings(request: HttpRequest, slug: str) -> HttpResponse:
    """The estate's record book: announced and held meetings, the latest first."""
    estate = estate_at(slug)
    words = request.GET.get("q", "").strip()
    rows = selectors.public_list(request.actor, estate.pk)
    if words:
        rows = rows.filter(title__icontains=words)
    return render(
        request,
        "meetings/list.html",
        {
            "estate": estate,
            "section": "matters",
            "page_obj": page_of(request, rows),
            "q": words,
            "figures": selectors.figures(estate.pk),
        },
    )


def meeting(request: HttpRequest, slug: str, no: int) -> HttpResponse:
    """One meeting: sides and how many came for each, proposals with what became of them, minutes in versions."""
    estate = estate_at(slug)
    found = selectors.meeting_page(request.actor, estate.pk, no)
    if found.state == "planned" or (found.state == "cancelled" and found.invited_at is None):
        raise NotFound(gettext_noop("这次会议还没有发出邀请。"))
    versions = list(found.minutes.all())
    wanted = request.GET.get("version")
    shown = next((row for row in versions if str(row.version) == wanted), versions[0] if versions else None)
    return render(
        request,
        "meetings/page.html",
        {
            "estate": estate,
            "section": "matters",
            "meeting": found,
            "minutes": shown if found.state == "closed" else None,
            "versions": versions,
        },
    )
