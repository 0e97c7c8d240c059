"""Notices and canvasses as anyone may read them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yishiting.reach.web.doorway import estate_at, page_of
from yishiting.reach.web.http import Request
from yishiting.reach.web.notices import reading
from yishiting.record.notices import selectors
from yishiting.record.notices.models import Version
from yishiting.record.notices.services.canvassing import canvass_at


def notices(request: Request, slug: str) -> HttpResponse:
    """What hangs here and what hung before, to be searched; below, the rounds from home to home."""
    estate = estate_at(slug)
    words, kind, state = (request.GET.get(name, "").strip() for name in ("q", "kind", "state"))
    rows = selectors.listed(estate.pk, words=words, kind=kind, state=state)
    return render(
        request,
        "notices/list.html",
        {
            "estate": estate,
            "section": "home",
            "page_obj": page_of(request, rows),
            "q": words,
            "kind": kind,
            "state": state,
            "kinds": Version.Kind.choices,
            "states": (("hanging", _("正在公示")), ("past", _("已收起"))),
            "canvasses": selectors.shown_to_all(estate.pk),
        },
    )


def _version_no(request: Request) -> int | None:
    asked = request.GET.get("version", "")
    return int(asked) if asked.isdecimal() and len(asked) < 5 else None


def notice(request: Request, slug: str, no: int) -> HttpResponse:
    """One notice as it hangs; ``?version=n`` shows an earlier one."""
    estate = estate_at(slug)
    version = selectors.published_version(estate.pk, no, _version_no(request))
    return render(
        request,
        "notices/page.html",
        {
            "estate": estate,
            "section": "home",
            "shown": reading.shown(version, request.now),
            "version": version,
            "channels": reading.channels(version),
            "scope": reading.scope(version),
            "versions": selectors.versions_published(version.notice),
            "objections": reading.objections(version, request.actor, request.now),
            "matter": reading.matter_of(version.notice.thread),
        },
    )


def poster(request: Request, slug: str, no: int) -> HttpResponse:
    """The sheet for the wall: one page of A4, with a code that leads back to the notice."""
    estate = estate_at(slug)
    version = selectors.published_version(estate.pk, no, _version_no(request))
    return render(
        request,
        "notices/poster.html",
        {
            "estate": estate,
            "section": "home",
            "shown": reading.shown(version, request.now),
            "version": version,
            "scope": reading.scope(version),
        },
    )


def canvass(request: Request, slug: str, no: int) -> HttpResponse:
    """How far a round is, in counts alone; nothing that would point at a home."""
    estate = estate_at(slug)
    found = canvass_at(estate.pk, no)
    total, parts = selectors.public_counts(found)
    return render(
        request,
        "notices/canvass.html",
        {
            "estate": estate,
            "section": "home",
            "canvass": found,
            "total": total,
            "parts": parts,
            "matter": reading.matter_of(found.thread),
        },
    )
