"""Withdrawing a paper slip that was keyed wrongly or on which nobody can agree, so that no count waits for it for ever."""

from __future__ import annotations

from datetime import datetime

from yishiting.council.votes import affairs, lifecycle, policy
from yishiting.council.votes.models import PaperSlip, WithdrawnSlip
from yishiting.council.votes.services.fetching import times_of, vote_for
from yishiting.council.votes.services.paper import buildings_of, place_of_slip
from yishiting.ground.organisations.actors import Actor
from yishiting.timeline.services import book


def withdraw_slip(*, actor: Actor, slip_id: int, reason: str, now: datetime) -> PaperSlip:
    """Withdraw a slip that is not settled; it stays on record, never counts, and the head's slip may be keyed again.

    Four eyes: whoever may key the slip may withdraw it, except the person who made its first reading; who made the second
    may. ``reason`` (at most 200 characters) is for staff alone: it is kept in the row, and the entry attests it by the row's
    digest. The slip that is keyed in its place bears the time at which the paper was handed in, so nobody loses his turn.
    Raises :class:`NotAllowed`, :class:`BadInput` (field ``reason``), and :class:`WrongState` where the slip is settled or
    withdrawn already, or the vote counted or cancelled.
    """
    vote_id, estate_id = place_of_slip(slip_id)
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        vote = vote_for(actor, vote_id)
        slip = PaperSlip.objects.select_related("head").get(pk=slip_id)
        first = slip.entries.order_by("pk").values_list("entered_by_id", flat=True).first()
        places = buildings_of(slip.head)
        policy.can_withdraw_slip(actor, vote, first_reader=first, building_ids=places).enforce()
        affairs.may_count(actor, vote, now).enforce()
        slip.withdraw_reason = lifecycle.may_withdraw(
            times_of(vote), settled=bool(slip.settled_at), withdrawn=bool(slip.withdrawn_at), reason=reason
        )
        slip.withdrawn_at, slip.withdrawn_by_id = now, actor.person_id
        slip.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
        record.write(
            "votes.paper_withdrawn",
            subject=("vote", vote.pk),
            facts={"vote": vote.no, "slip": slip.pk},
            attests=[WithdrawnSlip.only.get(pk=slip.pk)],
        )
    return slip
