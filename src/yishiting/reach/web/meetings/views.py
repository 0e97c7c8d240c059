"""Meetings as anyone may read them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yishiting.council.meetings import selectors
from yishiting.council.meetings.models import Meeting, Minutes
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import estate_at, page_of
from yishiting.reach.web.http import Request
from yishiting.reach.web.meetings import calendar as feeding
from yishiting.reach.web.meetings import comparing, paper, reading

#: More than a phone's calendar can show of one compound.
MOST_EVENTS = 500


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


def _announced(request: Request, slug: str, no: int) -> tuple[Estate, Meeting]:
    """Return a meeting that was announced, as anyone may read it; raises :class:`NotFound` for a plan."""
    estate = estate_at(slug)
    found = selectors.meeting_page(request.actor, estate.pk, no)
    if not (found.announced_at or found.invited_at or found.opened_at):
        raise NotFound(gettext_noop("这次会议还没有发出邀请。请从会议列表里看已经公布的。"))
    return estate, found


def _version(request: Request, found: Meeting) -> tuple[Minutes | None, list[Minutes]]:
    """Return the version of the minutes that ``?version=`` asks for (else the last), and all that are public."""
    versions = list(found.minutes.all())
    wanted = request.GET.get("version", "")
    if found.state not in ("closed", "interrupted"):
        versions = []
    shown = next((row for row in versions if str(row.version) == wanted), versions[0] if versions else None)
    if wanted and (shown is None or str(shown.version) != wanted):
        raise NotFound(gettext_noop("会议记录没有这一版。请从会议页里选。"))
    return shown, versions


def meeting(request: Request, slug: str, no: int) -> HttpResponse:
    """One meeting: sides and how many came for each, proposals with what became of them, minutes in versions."""
    estate, found = _announced(request, slug, no)
    shown, versions = _version(request, found)
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
            "irregular": reading.irregular(found),
        },
    )


@require_safe
def invitation(request: Request, slug: str, no: int) -> HttpResponse:
    """The invitation on paper, as long as the meeting is to come."""
    estate, found = _announced(request, slug, no)
    if found.state != "invited":
        raise NotFound(gettext_noop("这次会议现在没有邀请可印：改期的要等新的通知，开过的请看会议记录。"))
    data = paper.invitation(request, estate, found, request.now)
    return paper.answer(data, name=f"meeting-{no}-invitation", now=request.now)


@require_safe
def agenda(request: Request, slug: str, no: int) -> HttpResponse:
    """The agenda on paper, with lines to write on."""
    estate, found = _announced(request, slug, no)
    data = paper.agenda(request, estate, found, request.now)
    return paper.answer(data, name=f"meeting-{no}-agenda", now=request.now)


@require_safe
def minutes(request: Request, slug: str, no: int) -> HttpResponse:
    """The minutes on paper, once the meeting has ended; ``?version=`` for an older one."""
    estate, found = _announced(request, slug, no)
    if found.state not in ("closed", "interrupted"):
        raise NotFound(gettext_noop("会议还没有散会，记录散会以后才公布。"))
    shown, versions = _version(request, found)
    latest = versions[0].version if versions else 0
    data = paper.minutes(request, estate, found, shown, latest, request.now)
    return paper.answer(data, name=f"meeting-{no}-minutes", now=request.now)


@require_safe
def compare(request: Request, slug: str, no: int) -> HttpResponse:
    """Two versions of the minutes against each other: the last two unless ``?a=`` and ``?b=`` say which."""
    estate, found = _announced(request, slug, no)
    _last, versions = _version(request, found)
    by_number = {str(row.version): row for row in versions}
    if len(versions) < 2:
        raise NotFound(gettext_noop("会议记录只有一版，没有可以比较的。"))
    after = by_number.get(request.GET.get("b", str(versions[0].version)))
    before = by_number.get(request.GET.get("a", str(versions[1].version)))
    if before is None or after is None:
        raise NotFound(gettext_noop("会议记录没有这一版。请从会议页里选。"))
    rows = comparing.compare(before.text, after.text)
    pieces = [piece.kind for row in rows for piece in row.pieces]
    context = {
        "estate": estate,
        "section": "matters",
        "meeting": found,
        "versions": versions,
        "before": before,
        "after": after,
        "rows": rows,
        "went": pieces.count(comparing.WENT),
        "came": pieces.count(comparing.CAME),
    }
    return render(request, "meetings/compare.html", context)


@require_safe
def screen(request: Request, slug: str, no: int) -> HttpResponse:
    """The meeting on the wall of its room, in large type. htmx asks for the live part alone; without it one reloads."""
    estate, found = _announced(request, slug, no)
    sides = reading.sides_of(found)
    context = {
        "estate": estate,
        "meeting": found,
        "sides": sides,
        "there": sum(side.there for side in sides),
        "people": sum(side.present for side in sides),
        "lack": reading.lack(found) if found.state == "invited" else None,
        "items": reading.items_of(found),
        "undecided": len(reading.undecided(found)),
        "running": found.ended_at is None,
        "now": request.now,
    }
    live = request.headers.get("HX-Request") == "true"
    found_page = render(request, "meetings/live.html" if live else "meetings/screen.html", {**context, "live": live})
    found_page["Vary"] = "HX-Request"
    return found_page


@require_safe
def book(request: Request, slug: str) -> HttpResponse:
    """The record book: every meeting that was held, every proposal with what became of it; searched and printed."""
    estate = estate_at(slug)
    words = request.GET.get("q", "").strip()[:60]
    return render(
        request,
        "meetings/book.html",
        {
            "estate": estate,
            "section": "matters",
            "page_obj": page_of(request, selectors.book(request.actor, estate.pk, words)),
            "q": words,
            "query": request.GET.urlencode(),
            "figures": selectors.figures(estate.pk),
        },
    )


@require_safe
def book_paper(request: Request, slug: str) -> HttpResponse:
    """The same as one PDF, as far as one reads on paper."""
    estate = estate_at(slug)
    words = request.GET.get("q", "").strip()[:60]
    rows = selectors.book(request.actor, estate.pk, words)
    printed, total = list(rows[: paper.MOST_MEETINGS]), rows.count()
    data = paper.book(request, estate, printed, total, words, request.now)
    return paper.answer(data, name="meetings-book", now=request.now)


@require_safe
def calendar(request: Request, slug: str) -> HttpResponse:
    """The calendar feed of the announced meetings."""
    estate = estate_at(slug)
    rows = selectors.calendar(request.actor, estate.pk, feeding.since(request.now), MOST_EVENTS)
    made = feeding.feed(
        estate,
        rows,
        host=request.get_host().partition(":")[0],
        address_of=lambda row: request.build_absolute_uri(reverse("web:meeting", args=[slug, row.no])),
    )
    found = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    found["Content-Disposition"] = f'inline; filename="{slug}-meetings.ics"'
    return found
