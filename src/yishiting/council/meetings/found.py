"""How staff find a meeting."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from yishiting.council.meetings.models import Meeting
from yishiting.ground.desks import search
from yishiting.ground.desks.search import Searched, Text
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.models import Entry


def texts(refs: Collection[int] | None) -> Iterator[Text]:
    """Yield the words of meetings."""
    rows = Meeting.objects.order_by("pk")
    for row in rows if refs is None else rows.filter(pk__in=refs):
        yield Text(row.estate_id, row.pk, row.no, row.title, f"{row.title} {row.place}", row.building_id)


def _of_series(entry: Entry) -> list[int]:
    return list(Meeting.objects.filter(series_id=entry.subject_id).values_list("pk", flat=True))


def register() -> None:
    """Have search find meetings."""
    search.register(
        Searched("meeting", gettext_noop("会议"), texts, frozenset({Duty.MEET})),
        entries=("meetings.planned", "meetings.moved"),
        others={"meetings.series_planned": _of_series},
    )
