"""The estate's meetings as a calendar (RFC 5545) that a phone can subscribe to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import icalendar
from django.utils.translation import gettext

from yishiting.council.meetings.models import Meeting
from yishiting.ground.places.models import Estate

#: How long a meeting is taken to last until it has ended.
LASTS: Final = timedelta(hours=2)
STATUS: Final = {
    "planned": "TENTATIVE",  # it was moved, and the new time is not announced yet
    "invited": "CONFIRMED",
    "open": "CONFIRMED",
    "closed": "CONFIRMED",
    "interrupted": "CONFIRMED",
    "cancelled": "CANCELLED",
}


def _revision(meeting: Meeting) -> int:
    """Return how often what a subscriber holds of it was put right: each move, and the end or calling off."""
    return meeting.moves + (meeting.ended_at is not None)


def _event(meeting: Meeting, host: str, address: str) -> icalendar.Event:
    event = icalendar.Event()
    # The same meeting keeps its name in the calendar, whatever becomes of its time.
    event.add("uid", f"meeting-{meeting.no}-{meeting.estate.slug}@{host}")
    told = meeting.ended_at or meeting.opened_at or meeting.invited_at or meeting.announced_at or meeting.planned_at
    event.add("dtstamp", told.astimezone(UTC))
    start = meeting.opened_at or meeting.starts_at
    event.add("sequence", _revision(meeting))
    event.add("dtstart", start.astimezone(UTC))
    end = meeting.ended_at if meeting.opened_at else None
    event.add("dtend", (max(end, start + timedelta(minutes=1)) if end else start + LASTS).astimezone(UTC))
    event.add("summary", meeting.title)
    event.add("location", meeting.place)
    event.add("status", STATUS[meeting.state])
    event.add("url", address)
    event.add("description", "\n".join(f"{item.no}. {item.matter.title}" for item in meeting.agenda.all()))
    return event


def feed(estate: Estate, meetings: Iterable[Meeting], *, host: str, address_of: Callable[[Meeting], str]) -> bytes:
    """Return the calendar of these meetings; ``address_of`` gives the page of each."""
    found = icalendar.Calendar()
    found.add("prodid", "-//yishiting//meetings//ZH")
    found.add("version", "2.0")
    found.add("x-wr-calname", gettext("%(estate)s的会议") % {"estate": estate.name})
    found.add("x-wr-timezone", "Asia/Shanghai")
    for meeting in meetings:
        found.add_component(_event(meeting, host, address_of(meeting)))
    return found.to_ical()


def since(now: datetime) -> datetime:
    """Return from when on the feed shows meetings: a year back is enough for a phone."""
    return now - timedelta(days=365)
