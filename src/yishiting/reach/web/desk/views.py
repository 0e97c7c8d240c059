"""The desk's first page, the same list as Excel, and search over the things of all rooms."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.ground.desks import due, search
from yishiting.ground.desks.gathering import MOST
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web import excel
from yishiting.reach.web.desk import reading
from yishiting.reach.web.desk.reading import Line
from yishiting.reach.web.doorway import page_of
from yishiting.reach.web.http import Request

SECTION = "desk"


def served(actor: Actor) -> dict[int, Estate]:
    """Return the estates that the actor's posts answer for, by name; refuses whoever holds none."""
    if not actor.offices:
        raise NotAllowed(gettext_noop("工作台给办事的人用。您要办事，请从“我的”或小区首页进。"))
    return {row.pk: row for row in Estate.objects.filter(pk__in=actor.estates_served).order_by("name")}


@require_safe
def desk(request: Request) -> HttpResponse:
    """What is due to me, by clock, over all rooms and all estates that my posts answer for."""
    actor = request.actor
    estates = served(actor)
    filters = reading.saved(actor, request.GET.urlencode())
    # A page of the list that it opened with is still that list.
    asks = any(key != "page" for key in request.GET)
    opens = next((each for each in filters if each["default"]), None) if not asks else None
    if opens is not None:
        opens["here"] = True
    asked = reading.asked_in(opens["query"]) if opens else request.GET
    wanted = reading.wanted_of(asked, estates.keys())
    rows = reading.due_list(actor, wanted, request.now)
    page = page_of(request, rows)
    drawn = reading.lines(list(page.object_list), estates)
    query = opens["query"] if opens else request.GET.urlencode()
    return render(
        request,
        "desk/desk.html",
        {
            "section": SECTION,
            "estate": next(iter(estates.values())) if len(estates) == 1 else None,
            "page_obj": page,
            "groups": reading.grouped(drawn),
            "counts": rows.counts,
            "wanted": wanted,
            "query": query,
            "opens": opens,
            "stale": reading.is_stale(asked, wanted),
            "saved": filters,
            "here_is_saved": any(each["here"] for each in filters),
            "narrowed": bool(wanted.search or wanted.estate_id or wanted.room or wanted.bucket or wanted.whose),
            "unknown_years": reading.unknown_years(page.object_list, estates.keys(), request.now),
            "most": MOST,
            **reading.choices(actor, estates.values()),
        },
    )


@require_safe
def export(request: Request) -> HttpResponse:
    """The same list as an Excel file, whole."""
    estates = served(request.actor)
    rows = reading.due_list(request.actor, reading.wanted_of(request.GET, estates.keys()), request.now)
    columns = [
        *((_("期限"), 18), (_("还有多久"), 12), (_("要办什么"), 40), (_("事由"), 36), (_("哪一类"), 10)),
        *((_("小区"), 14), (_("地点"), 14), (_("编号"), 6), (_("从什么时候起"), 18), (_("谁的岗位"), 14)),
        (_("代谁办"), 12),
    ]
    shown = reading.lines(rows[: excel.MOST_ROWS], estates)
    return excel.answer(name="desk", title=_("待办"), columns=columns, rows=_rows(shown), now=request.now)


def _rows(shown: list[Line]) -> Iterator[list[excel.Value]]:
    for line in shown:
        row = line.due
        yield [
            *(row.due_at, _(due.BUCKETS[row.bucket]), line.says, row.called, line.room, line.estate, row.place, row.no),
            *(row.since, line.post, line.in_stead_of),
        ]


@require_safe
def find(request: Request) -> HttpResponse:
    """Things of all rooms that hold the words asked for, due or not, as far as the reader's posts open them."""
    estates = served(request.actor)
    asked = request.GET.get("q", "").strip()[:60]
    wanted = reading.wanted_of(request.GET, estates.keys())
    hits, more = search.search(request.actor, asked, estate_id=wanted.estate_id) if asked else ([], False)
    found = []
    for hit in hits:
        page, icon = reading.FOUND[hit.kind]
        estate = estates.get(hit.estate_id)
        if estate is not None:
            href = reverse(page, args=[estate.slug, hit.no])
            found.append({"hit": hit, "href": href, "icon": icon, "label": _(hit.label), "estate": estate.name})
    return render(
        request,
        "desk/search.html",
        {
            "section": SECTION,
            "asked": asked,
            "found": found,
            "more": more,
            "estates": list(estates.values()),
            "wanted": wanted,
        },
    )
