"""What the desk's first page shows, asked for in a fixed number of queries; and what its address means."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.translation import gettext as _

from yishiting.ground.desks import due, filters, search, selectors
from yishiting.ground.desks.gathering import Due, DueFilter, DueList
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.organisations.restating import posts_kept_out
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import gettext_noop

#: Where a line of each source leads, and the icon that it has.
PAGES: Mapping[str, tuple[str, str]] = {
    "matters": ("web:desk_matter", "collect"),
    "meetings": ("web:desk_meeting", "talk"),
    "votes": ("web:desk_vote", "paper"),
    "projects": ("web:desk_project", "work"),
    "notices": ("web:desk_notice", "topic"),
    "canvasses": ("web:desk_canvass", "people"),
    "cases": ("web:desk_case", "reply"),
    "appraisals": ("web:desk_appraisal", "tick"),
    "charts": ("web:desk_chart", "people"),
}
#: Where what search finds leads.
FOUND: Mapping[str, tuple[str, str]] = {
    "matter": PAGES["matters"],
    "meeting": PAGES["meetings"],
    "vote": PAGES["votes"],
    "project": PAGES["projects"],
    "notice": PAGES["notices"],
    "canvass": PAGES["canvasses"],
}
#: Of what is to be done, that which has a page of its own.
AT_ONCE: Mapping[tuple[str, str], str] = {("votes", "slips"): "web:desk_paper"}
WHOSE = (("", gettext_noop("全部")), ("own", gettext_noop("我自己的")), ("stand_in", gettext_noop("代别人办的")))


def wanted_of(asked: Mapping[str, str], served: Collection[int]) -> DueFilter:
    """Return what an address asks of the desk; what means nothing is left out, as an estate that is not served any more."""
    estate, room, bucket, whose = (asked.get(key, "") for key in ("estate", "room", "due", "whose"))
    number = int(estate) if estate.isascii() and estate.isdigit() and len(estate) < 19 else 0
    return DueFilter(
        search=asked.get("q", "").strip()[:60],
        estate_id=number if number in served else None,
        room=room if room in due.sources() else "",
        bucket=bucket if bucket in due.BUCKETS else "",
        whose=whose if whose in {"own", "stand_in"} else "",
    )


def asked_in(query: str) -> dict[str, str]:
    """Return what a saved filter asks, by the names of the address."""
    return dict(parse_qsl(query))


def is_stale(asked: Mapping[str, str], wanted: DueFilter) -> bool:
    """Return whether something is asked for that means nothing any more, so that the list is wider than its reader thinks."""
    meant = {"estate": wanted.estate_id, "room": wanted.room, "due": wanted.bucket, "whose": wanted.whose}
    return any(asked.get(key) and not value for key, value in meant.items())


def due_list(actor: Actor, wanted: DueFilter, now: datetime) -> DueList:
    """Return the desk of an actor, narrowed."""
    return DueList(actor, wanted, now=now, found=search.found)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is drawn."""

    due: Due
    href: str
    icon: str
    room: str
    says: str
    estate: str
    post: str
    vacant: str
    recused: bool
    in_stead_of: str
    key: str


def lines(rows: Sequence[Due], estates: Mapping[int, Estate]) -> list[Line]:
    """Return lines as they are drawn (a query for the names of those stood in for, one for who keeps out; none where there are none)."""
    names = selectors.names_of({row.stands_for for row in rows if row.stands_for})
    elsewhere = [row for row in rows if row.source == "matters" and row.asked]
    recused = posts_kept_out("matter", {row.ref for row in elsewhere}, {row.estate_id for row in elsewhere})
    drawn = []
    for row in rows:
        estate = estates.get(row.estate_id)
        page, icon = PAGES[row.source]
        page = AT_ONCE.get((row.source, row.what), page)
        drawn.append(
            Line(
                due=row,
                href=reverse(page, args=[estate.slug, row.no]) if estate else "",
                icon="flag" if row.bucket == "late" else icon,
                room=_(due.source(row.source).room),
                says=row.says.render(_),
                estate=estate.name if estate else "",
                post=_(post_label(row.post)) if row.post else "",
                vacant=_(post_label(row.asked)) if row.asked else "",
                recused=(row.ref, row.asked) in recused,
                in_stead_of=names.get(row.stands_for, ""),
                key=f"{row.source}-{row.ref}-{row.what}",
            )
        )
    return drawn


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that are as near, under their heading."""

    bucket: str
    heading: str
    lines: tuple[Line, ...]


def grouped(drawn: Iterable[Line]) -> list[Group]:
    """Return lines in groups as near as they are; their order stays."""
    found: dict[str, list[Line]] = {}
    for line in drawn:
        found.setdefault(line.due.bucket, []).append(line)
    return [Group(bucket, _(due.BUCKETS[bucket]), tuple(some)) for bucket, some in found.items()]


def unknown_years(rows: Iterable[Due], estate_ids: Collection[int], now: datetime) -> list[int]:
    """Return the years into which a clock of these lines runs whose days off nobody knows yet (one query)."""
    last: dict[int, datetime] = {}
    for row in rows:
        if row.due_at is not None and row.estate_id in estate_ids:
            last[row.estate_id] = max(row.due_at, last.get(row.estate_id, row.due_at))
    if not last:
        return []
    today = now.astimezone(CHINA).date()
    calendars = places.calendars(last)
    years = {calendars[estate].unknown(today, max(at.astimezone(CHINA).date(), today)) for estate, at in last.items()}
    return sorted(year for year in years if year is not None)


def choices(actor: Actor, estates: Iterable[Estate]) -> dict[str, Any]:
    """Return what the desk's form offers."""
    return {
        "rooms": [(name, _(source.room)) for name, source in sorted(due.sources().items())],
        "buckets": [(key, _(words)) for key, words in due.BUCKETS.items()],
        "whose": [(key, _(words)) for key, words in WHOSE],
        "stands_in": any(office.stands_for is not None for office in actor.offices),
        "estates": list(estates),
    }


def saved(actor: Actor, query: str) -> list[dict[str, Any]]:
    """Return the actor's own filters as links, the one that is shown marked (one query)."""
    here = filters.tidy(query)
    return [
        {"pk": row.pk, "name": row.name, "query": row.query, "default": row.default, "here": row.query == here}
        for row in filters.filters_of(actor)
    ]
