"""Meetings as anyone may read them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from yishiting.council.meetings import selectors
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import estate_at, page_of
from yishiting.reach.web.http import Request
from yishiting.reach.web.meetings import reading


def meetings(request: Request, slug: str) -> HttpResponse:
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


def meeting(request: Request, slug: str, no: int) -> HttpResponse:
    """One meeting: sides and how many came for each, proposals with what became of them, minutes in versions."""
    estate = estate_at(slug)
    found = selectors.meeting_page(request.actor, estate.pk, no)
    if not (found.announced_at or found.invited_at or found.opened_at):
        raise NotFound(gettext_noop("这次会议还没有发出邀请。请从会议列表里看已经公布的。"))
    versions = list(found.minutes.all())
    wanted = request.GET.get("version", "")
    if found.state not in ("closed", "interrupted"):
        versions = []
    shown = next((row for row in versions if str(row.version) == wanted), versions[0] if versions else None)
    if wanted and (shown is None or str(shown.version) != wanted):
        raise NotFound(gettext_noop("会议记录没有这一版。请从会议页里选。"))
    sides = reading.sides_of(found)
    return render(
        request,
        "meetings/page.html",
        {
            "estate": estate,
            "section": "matters",
            "meeting": found,
            "items": reading.items_of(found),
            "minutes": shown,
            "versions": versions,
            "sides": sides,
            "people": sum(side.present for side in sides),
        },
    )
