"""How staff find a matter: by its title and spot as they read them, its category, its building. No words of a report."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from yishiting.council.matters.models import Matter
from yishiting.council.matters.policy import DESK_DUTIES
from yishiting.ground.desks import search
from yishiting.ground.desks.search import Searched, Text
from yishiting.kernel.words import gettext_noop


def texts(refs: Collection[int] | None) -> Iterator[Text]:
    """Yield the words of matters."""
    rows = Matter.objects.select_related("building", "entrance__building").order_by("pk")
    for row in rows.iterator(chunk_size=1000) if refs is None else rows.filter(pk__in=refs):
        words = (row.title, row.proposed_title, row.spot, row.proposed_spot, row.category, row.said_where)
        yield Text(row.estate_id, row.pk, row.no, row.said_title, " ".join(words), row.building_id)


def register() -> None:
    """Have search find matters."""
    search.register(
        Searched("matter", gettext_noop("事项"), texts, DESK_DUTIES),
        entries=(
            *("matters.reported", "matters.report_corrected", "matters.separated", "matters.accepted"),
            "matters.emergency",
        ),
    )
