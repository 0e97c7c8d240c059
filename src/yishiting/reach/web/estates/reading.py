"""What an estate's front page shows, gathered from the rooms in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import Estate
from yishiting.kernel.words import Sentence
from yishiting.timeline import entries
from yishiting.timeline.models import Entry


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a reader sees it."""

    seq: int
    at: datetime
    words: Sentence
    decision: bool


def line(entry: Entry) -> Line:
    """Return how an entry reads."""
    kind = entries.kind(entry.kind)
    return Line(entry.seq, entry.at, entries.describe(entry.kind, entry.facts), bool(kind and kind.decision))


def front_page(actor: Actor, estate: Estate, now: datetime) -> dict[str, Any]:
    """Return the context of the front page."""
    from yishiting.council.matters import selectors as matters
    from yishiting.council.meetings import selectors as meetings
    from yishiting.council.projects import selectors as projects
    from yishiting.council.votes import selectors as votes
    return {
        "totals": places.totals(estate.pk),
        "declared": places.declared(estate.pk),
        "parking": places.parking(estate.pk),
        "open_votes": votes.open_votes(actor, estate.pk, now=now),
        "upcoming": meetings.upcoming(estate.pk, now),
        "solved": matters.recently_solved(actor, estate.pk, limit=3),
        "matter_figures": matters.figures(estate.pk),
        "meeting_figures": meetings.figures(estate.pk),
        "project_figures": projects.figures(estate.pk),
        "under_way": projects.under_way(actor, estate.pk, limit=3),
    }
