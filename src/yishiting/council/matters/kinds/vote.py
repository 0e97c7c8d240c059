"""The step that is a vote of the owners: what the desk offers, and how its count ends the step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from yishiting.council.matters.kinds import KindHandler, Offer, register_kind_handler
from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.matters.services import engine
from yishiting.council.votes import services as votes
from yishiting.council.votes.models import Vote
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import subscribers
from yishiting.timeline.models import Entry
from yishiting.timeline.services import Book

KIND = "vote"
CLOSED = "votes.closed"
_STATES = {
    "draft": gettext_noop("第 {no} 次表决还是草稿，核对后开始"),
    "open": gettext_noop("第 {no} 次表决正在投票"),
    "closed": gettext_noop("第 {no} 次表决已截止，等计票"),
    "counted": gettext_noop("第 {no} 次表决已计票"),
}


@dataclass(frozen=True, slots=True)
class VoteDraft:
    """What a resolution hands on to become a vote; ``items`` are what it asks."""

    title: str
    items: tuple[votes.ItemDraft, ...]
    closes_at: datetime
    explanation: str = ""


def standing(run: StepRun) -> list[Vote]:
    """Return the votes of this passage that were not called off."""
    thread = Matter(pk=run.matter_id).thread
    found = Vote.objects.filter(estate_id=run.estate_id, thread=thread, cancelled_at__isnull=True)
    counted = set(_counts(run).values_list("subject_id", flat=True))
    return [vote for vote in found.order_by("no") if vote.counted_at is None or vote.pk in counted]


def _counts(run: StepRun) -> QuerySet[Entry]:
    """Return the counts on record since the passage began.

    By their place in the record and not by the clock: a playbook may have a vote that fails lead to another vote, which then
    begins in the very moment of the count.
    """
    here = Entry.objects.filter(estate_id=run.estate_id, thread=Matter(pk=run.matter_id).thread)
    begun = here.filter(kind="matters.step_started", facts__run=run.pk).values_list("seq", flat=True).first()
    return here.filter(kind=CLOSED, seq__gt=begun or 0)


def offers(run: StepRun) -> tuple[Offer, ...]:
    """The votes that stand for this step with their state; drafting one where there is none."""
    found = standing(run)
    if not found:
        return (Offer("draft_vote", Sentence(gettext_noop("起草表决"))),)
    return tuple(
        Offer(
            "open_vote_page",
            Sentence(gettext_noop("去第 {no} 次表决"), no=vote.no),
            vote.no,
            Sentence(_STATES[vote.state], no=vote.no),
        )
        for vote in found
    )


def pending(run: StepRun) -> str | None:
    """Return the outcome of the latest count since the step began, read from the record."""
    entry = _counts(run).order_by("-seq").first()
    return str(entry.facts.get("outcome") or "") or None if entry else None


def start(run: StepRun, payload: VoteDraft, actor: Actor, now: datetime) -> None:
    """Draft the vote that a resolution asks for; staff look it over and open it."""
    matter = engine.matter_of(run)
    votes.draft_vote(
        actor=actor,
        estate=matter.estate,
        title=payload.title,
        explanation=payload.explanation,
        items=payload.items,
        closes_at=payload.closes_at,
        thread=matter.thread,
        now=now,
    )


def vote_closed(entry: Entry, record: Book) -> None:
    """End the step that waits for this count, in the same transaction.

    A count is never undone by a gate that is not met: the step then stays open, and ends when the evidence is there.
    """
    if not entry.thread.startswith("matter/"):
        return
    run = StepRun.objects.filter(
        matter_id=int(entry.thread.removeprefix("matter/")),
        estate_id=entry.estate_id,
        kind=KIND,
        ended_at__isnull=True,
        matter__status=Matter.Status.OPEN,
    ).first()
    if run is None:
        return
    matter = engine.matter_of(run)
    outcome = str(entry.facts.get("outcome"))
    try:
        engine.finish_run(
            record, matter, run, outcome, note="", actor_id=record.actor_id, now=record.now, reported=True
        )
    except WrongState as refusal:
        if refusal.code != "gate_unmet":
            raise


def register() -> None:
    """Register the kind, and have the counts of votes end its steps."""
    register_kind_handler(KIND, KindHandler(by_hand=False, offers=offers, pending=pending, start=start))
    subscribers.must_agree([CLOSED], vote_closed)
