"""Ending the voting and counting: once, in one step where there is no paper, else when the paper is keyed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from yishiting.council.votes import affairs, lifecycle, policy
from yishiting.council.votes.archive import contents
from yishiting.council.votes.models import PaperSlip, Result, SlipQuerySet, Vote
from yishiting.council.votes.recount import recount
from yishiting.council.votes.services.fetching import estate_of, times_of, vote_for
from yishiting.ground.organisations.actors import SYSTEM, Actor
from yishiting.kernel.errors import WrongState
from yishiting.timeline.services import Book, book


def close_vote(*, actor: Actor, vote_id: int, now: datetime, early: bool = False, all_keyed: bool = False) -> Vote:
    """End the voting, and count where no paper can be outstanding; called again, count what had waited.

    Before ``closes_at`` it needs ``early``, which the record tells everyone. The end of voting alone is the entry
    ``votes.ended``; the count is ``votes.closed`` with the outcome, which ends the matter's step in the same transaction.
    Where any slip was taken in, the count waits a day after the end, or for a person who says that the paper is
    ``all_keyed``; where one was withdrawn of late and not keyed again, for a person to ask for it, or for a day.
    Raises :class:`WrongState` where slips still wait, while that day runs, or once the vote is counted.
    """
    with book(estate_of(vote_id), actor_id=actor.person_id, now=now) as record:
        vote = vote_for(actor, vote_id)
        policy.can_close_vote(actor, vote).enforce()
        affairs.may_run(actor, vote, now).enforce()
        waiting = PaperSlip.objects.waiting().filter(vote=vote).count()
        withdrawn = _just_withdrawn(now).filter(vote=vote).count()
        step = lifecycle.may_close(
            times_of(vote),
            now=now,
            early=early,
            waiting=waiting,
            on_paper=PaperSlip.objects.filter(vote=vote).exists(),
            all_keyed=all_keyed,
            to_key_again=withdrawn,
            asked=not actor.is_system,
        )
        if step.ends:
            before_time = now < vote.closes_at
            vote.closed_at = now
            vote.save(update_fields=["closed_at"])
            if before_time or not step.counts:
                facts = {"vote": vote.no, "waiting": waiting, "early": before_time}
                waits_for_paper = not (step.counts or waiting)
                more = {"withdrawn": withdrawn} if withdrawn else {"keying": True} if waits_for_paper else {}
                record.write(
                    "votes.ended",
                    subject=("vote", vote.pk),
                    facts=facts | more,
                    attests=[vote],
                    thread=vote.thread,
                )
        if step.counts:
            _count(record, vote, now=now)
    return vote


def _just_withdrawn(now: datetime) -> SlipQuerySet:
    return PaperSlip.objects.to_key_again().filter(withdrawn_at__gt=now - lifecycle.KEYING_TIME)


def _count(record: Book, vote: Vote, *, now: datetime) -> None:
    counted = recount(vote, vote.roll)
    results = [
        Result(
            estate_id=vote.estate_id,
            item=again.item,
            outcome=again.result.outcome,
            figures=again.figures,
            counted_at=now,
        )
        for again in counted
    ]
    Result.objects.bulk_create(results)
    vote.counted_at = now
    roots = contents.roots_of(vote)
    vote.owners_root, vote.supervisors_root = roots[contents.Edition.OWNERS], roots[contents.Edition.SUPERVISORS]
    vote.save(update_fields=["counted_at", "owners_root", "supervisors_root"])
    record.write(
        "votes.closed",
        subject=("vote", vote.pk),
        facts={
            "vote": vote.no,
            "outcome": str(lifecycle.overall([again.result.outcome for again in counted])),
            "outcomes": {str(again.item.no): str(again.result.outcome) for again in counted},
            "archive": vote.owners_root,
            "archive_of_supervisors": vote.supervisors_root,
        },
        attests=[vote, *results],
        thread=vote.thread,
    )


def close_due(now: datetime) -> int:
    """Close every vote whose time is over and count what no slip holds up; return how many were touched.

    For the worker. Each vote is a transaction of its own, and running twice does nothing twice.
    """
    of_vote = {"vote": OuterRef("pk")}
    waiting = Exists(PaperSlip.objects.waiting().filter(**of_vote)) | Exists(_just_withdrawn(now).filter(**of_vote))
    on_paper = Exists(PaperSlip.objects.filter(**of_vote))
    keyed = ~on_paper | Q(closed_at__lte=now - lifecycle.KEYING_TIME)
    due = (
        Vote.objects.filter(opened_at__isnull=False, cancelled_at__isnull=True, counted_at__isnull=True)
        .filter(Q(closed_at__isnull=True, closes_at__lte=now) | (Q(closed_at__isnull=False) & ~waiting & keyed))
        .order_by("closes_at", "pk")
    )
    touched = 0
    for vote_id in list(due.values_list("pk", flat=True)):
        try:
            close_vote(actor=SYSTEM, vote_id=vote_id, now=now)
        except WrongState:
            # Somebody closed or cancelled it in between: then it is as it should be.
            continue
        touched += 1
    return touched
