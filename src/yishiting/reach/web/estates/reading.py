"""What an estate's front page shows, gathered from the rooms in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from yishiting.council.cases import selectors as cases
from yishiting.council.matters import selectors as matters
from yishiting.council.matters.models import Matter
from yishiting.council.matters.selectors import front
from yishiting.council.meetings import selectors as meetings
from yishiting.council.meetings.models import Meeting
from yishiting.council.projects import selectors as projects
from yishiting.council.projects.models import Project
from yishiting.council.votes import selectors as votes
from yishiting.council.votes.models import Vote
from yishiting.council.votes.rules import Turnout
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence
from yishiting.reach.web.doorway import estate_at
from yishiting.reach.web.templatetags.shares import percent_words
from yishiting.record.notices import selectors as notices
from yishiting.timeline import entries
from yishiting.timeline.models import Entry

MOST_VOTES = 4
THREAD = "matter/"


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a reader sees it."""

    seq: int
    at: datetime
    words: Sentence
    decision: bool
    matter: Matter | None = None


def line(entry: Entry, matter: Matter | None = None) -> Line:
    """Return how an entry reads, with the matter on whose way it stands where the reader is to be told."""
    kind = entries.kind(entry.kind)
    words = entries.describe(entry.kind, entry.facts)
    return Line(entry.seq, entry.at, words, bool(kind and kind.decision), matter)


def lines(entries_shown: Sequence[Entry]) -> list[Line]:
    """Return how entries read, each with the matter on whose way it stands (one query for all)."""
    ids = {int(entry.thread.removeprefix(THREAD)) for entry in entries_shown if entry.thread.startswith(THREAD)}
    of = Matter.objects.only("no", "title").in_bulk(ids)
    return [
        line(entry, of.get(int(entry.thread.removeprefix(THREAD))) if entry.thread.startswith(THREAD) else None)
        for entry in entries_shown
    ]


@dataclass(frozen=True, slots=True)
class OpenVote:
    """A vote that runs: how many came, never how they chose; ``mine`` where the reader has a ballot to cast."""

    vote: Vote
    turnout: Turnout
    mine: bool


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A project that goes on, with what was accepted of its total and what it waits for."""

    project: Project
    done: int
    total: int
    waits: Sentence | None


def running_votes(actor: Actor, estate: Estate, now: datetime) -> list[tuple[Vote, bool]]:
    """Return the votes that run, the one that ends first before the others; anybody may know of them (one query).

    With each whether the actor has a ballot to cast in it.
    """
    waits = Exists(votes.waiting_for(actor, now=now).filter(pk=OuterRef("pk")))
    running = Vote.objects.filter(votes.IN_STATE["open"], estate=estate, closes_at__gt=now).annotate(
        # Who is not signed in has none, and the database need not look.
        waits=waits if actor.person_id is not None else Value(False)
    )
    return [(vote, vote.waits) for vote in running.select_related("roll").order_by("closes_at", "no")[:MOST_VOTES]]


def counted_estate(slug: str) -> tuple[Estate, dict[str, int]]:
    """Return an estate with the meetings that it held and its cases of mediation by their ends (one query).

    Raises ``NotFound`` for an address that is none.
    """
    held = Meeting.objects.filter(estate=OuterRef("pk"), closed_at__isnull=False)
    sat = Subquery(held.order_by().values("estate").annotate(n=Count("pk")).values("n"))
    columns = {"sat": Coalesce(sat, 0), **cases.counts()}
    found = Estate.objects.select_related("region").filter(slug=slug).annotate(**columns).first()
    if found is None:
        return estate_at(slug), dict.fromkeys(columns, 0)
    return found, {name: getattr(found, name) for name in columns}


def front_page(actor: Actor, estate: Estate, now: datetime, counted: dict[str, int]) -> dict[str, Any]:
    """Return the context of the front page: at most 15 queries for anyone, whatever the estate holds."""
    running = running_votes(actor, estate, now)
    told = front.front_figures(estate.pk)
    opinions = matters.opinion_figures(estate.pk) if told.judges else None
    going = [
        UnderWay(project, *projects.progress(project), projects.waits_for(project, now.astimezone(CHINA).date()))
        for project in projects.listed(actor, [estate.pk]).filter(ended_at=None)[:3]
    ]
    return {
        "totals": places.totals(estate.pk),
        "parking": places.parking(estate.pk),
        "open_votes": [OpenVote(vote, votes.turnout(vote), waits) for vote, waits in running[:1]],
        "closing": [vote for vote, _ in running[1:]],
        "upcoming": meetings.upcoming(estate.pk, now),
        "solved": matters.recently_solved(actor, estate.pk, limit=3),
        "matter_figures": told,
        "opinions": opinions,
        "opinions_share": percent_words(opinions.share) if opinions and opinions.share is not None else "",
        "meetings_held": counted["sat"],
        "under_way": going,
        "hanging": list(notices.listed(estate.pk, state="hanging")[:3]),
        "mediation": cases.shown_figures(counted),
    }
