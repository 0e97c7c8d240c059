"""Casting a ballot on a screen, and recording ballots of either channel so that one stands."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from yishiting.council.votes import lifecycle, policy, rules, selectors
from yishiting.council.votes.figures import cast_of, head_id
from yishiting.council.votes.models import Ballot, Item, PaperSlip, RollHead, Vote
from yishiting.council.votes.services.fetching import estate_of, times_of, vote_for
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import book

#: Digits and capitals that nobody mistakes for one another: no 0 and O, no 1, I and L.
RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECEIPT_LENGTH = 8


def cast_online(
    *, actor: Actor, vote_id: int, choices: Mapping[int, str], now: datetime, head_id: int | None = None
) -> str:
    """Hand in the ballot of the actor's owner group, all items at once, and return its receipt code.

    ``choices`` maps each item's id to ``for``, ``against`` or ``abstain``. ``head_id`` (a row of the roll) is needed only by
    somebody who belongs to two owner groups. A further ballot of the same head is recorded and does not stand: the receipt
    page says which one counts. Raises :class:`NotAllowed`, :class:`WrongState` before opening and after closing, and
    :class:`BadInput` where an item has no choice.
    """
    with book(estate_of(vote_id), actor_id=actor.person_id, now=now) as record:
        vote = vote_for(actor, vote_id)
        lifecycle.may_cast(times_of(vote), now=now)
        heads = selectors.heads_of_person(vote, actor)
        policy.can_cast_online(actor, vote, heads).enforce()
        head = _pick(heads, head_id)
        items = list(vote.items.all())
        chosen = lifecycle.check_choices([item.pk for item in items], choices)
        receipt = new_receipt()
        ballots = record_ballots(
            vote=vote, head=head, items=items, choices=chosen, channel=Ballot.Channel.ONLINE, at=now,
            person_id=actor.person_id, receipt=receipt, now=now,
        )  # fmt: skip
        record.write(
            "votes.cast",
            subject=("vote", vote.pk),
            facts={"vote": vote.no, "channel": "online", "items": len(ballots)},
            attests=ballots,
        )
    return receipt


def _pick(heads: Sequence[RollHead], head: int | None) -> RollHead:
    if head is None and len(heads) == 1:
        return heads[0]
    for candidate in heads:
        if candidate.pk == head:
            return candidate
    raise BadInput(Sentence(gettext_noop("您名下有 {n} 张票，请先选这次投哪一张。"), n=len(heads)), code="which_head")


def new_receipt() -> str:
    """Return a code that can be read aloud and typed again; it tells nothing of the voter or the choice."""
    return "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(RECEIPT_LENGTH))


def record_ballots(
    *,
    vote: Vote,
    head: RollHead,
    items: Sequence[Item],
    choices: Mapping[int, rules.Choice],
    channel: str,
    at: datetime,
    person_id: int | None,
    receipt: str,
    now: datetime,
    slip: PaperSlip | None = None,
) -> list[Ballot]:
    """Add one ballot an item and mark which of the head's ballots stand. Call inside the estate's lock alone.

    The pure rule decides over all of the head's ballots on an item, so a slip that was handed in earlier and keyed later
    stands where the policy says so. The one that stood is marked before the new one is written: the database holds "one
    effective ballot a head" at every statement.
    """
    key = head_id(head.pk, head.kind)
    earlier: dict[int, list[Ballot]] = defaultdict(list)
    for ballot in Ballot.objects.filter(head=head, item__in=items):
        earlier[ballot.item_id].append(ballot)
    beaten: list[int] = []
    fresh: list[Ballot] = []
    for item in items:
        ballot = Ballot(
            estate_id=vote.estate_id,
            item=item,
            head=head,
            channel=channel,
            choice=choices[item.pk],
            cast_at=at,
            cast_by_id=person_id,
            slip=slip,
            receipt=receipt,
            salt=secrets.token_hex(16),
        )
        held = earlier[item.pk]
        last = max((other.pk for other in held), default=0)
        casts = [*(cast_of(other, key) for other in held), _as_cast(ballot, key, order=last + 1)]
        stands = rules.settle(casts, rules.Precedence(vote.precedence))[key].order
        if stands != last + 1:
            ballot.superseded_at = now
        beaten += [other.pk for other in held if other.superseded_at is None and other.pk != stands]
        fresh.append(ballot)
    if beaten:
        Ballot.objects.filter(pk__in=beaten).update(superseded_at=now)
    return Ballot.objects.bulk_create(fresh)


def _as_cast(ballot: Ballot, head: str, *, order: int) -> rules.Cast:
    return rules.Cast(
        head=head,
        channel=rules.Channel(ballot.channel),
        at=ballot.cast_at,
        choice=rules.Choice(ballot.choice),
        order=order,
    )
