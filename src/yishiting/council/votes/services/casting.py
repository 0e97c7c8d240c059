"""Casting a ballot on a screen, and recording ballots of either channel so that one stands."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from yishiting.council.votes import lifecycle, policy, rules, selectors
from yishiting.council.votes.figures import head_id as id_of
from yishiting.council.votes.models import Ballot, PaperSlip, RollHead
from yishiting.council.votes.services.fetching import Standing, asked_in, standing_of
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import book

#: Digits and capitals that nobody mistakes for one another: no 0 and O, no 1, I and L.
RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECEIPT_LENGTH = 8


def cast_online(
    *,
    actor: Actor,
    vote_id: int,
    choices: Mapping[int, str],
    now: datetime,
    head_no: int | None = None,
    receipt: str = "",
) -> str:
    """Hand in the ballot of the actor's owner group, all items at once, and return its receipt code.

    ``choices`` maps each item's id to ``for``, ``against`` or ``abstain``, or to the number of an option where it offers some. ``head_no`` (a head's number on the roll) is needed
    only by somebody who belongs to two owner groups. A further ballot of the same head is recorded and does not stand: the receipt
    page says which one counts. ``receipt`` is a code that :func:`new_receipt` gave to this person beforehand: sent once more, it
    is the same ballot, which is not recorded twice, and the code is returned again whatever else is so by now. Raises :class:`NotAllowed`, :class:`WrongState` before opening and after closing, and
    :class:`BadInput` where an item has no choice.
    """
    # What was asked and who is on the roll never changes once a vote is open, so it is read before the lock that all
    # ballots of the estate queue for. Whether the vote is still open is asked within.
    asked = asked_in(vote_id)
    heads = selectors.heads_of_person(vote_id, actor)
    policy.can_cast_online(actor, asked.estate_id, heads).enforce()
    head = _pick(heads, head_no)
    chosen = lifecycle.check_choices(asked.items, choices)
    receipt = receipt or new_receipt()
    with book(asked.estate_id, actor_id=actor.person_id, now=now) as record:
        standing = standing_of(vote_id, head)
        if receipt in standing.receipts:
            return receipt
        lifecycle.may_cast(standing.times, now=now)
        ballots = record_ballots(
            head=head, standing=standing, choices=chosen, precedence=asked.precedence, channel=Ballot.Channel.ONLINE, at=now,
            person_id=actor.person_id, receipt=receipt, now=now,
        )  # fmt: skip
        record.write(
            "votes.cast",
            subject=("vote", vote_id),
            facts={"vote": asked.no, "channel": "online", "items": len(ballots)},
            attests=ballots,
        )
    return receipt


def _pick(heads: Sequence[RollHead], no: int | None) -> RollHead:
    if no is None and len(heads) == 1:
        return heads[0]
    for candidate in heads:
        if candidate.no == no:
            return candidate
    raise BadInput(Sentence(gettext_noop("您名下有 {n} 张票，请先选这次投哪一张。"), n=len(heads)), code="which_head")


def new_receipt() -> str:
    """Return a code that can be read aloud and typed again; it tells nothing of the voter or the choice."""
    return "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(RECEIPT_LENGTH))


def marked(answer: rules.Answer) -> str:
    """Return the marks of an answer as rows hold them: ``1,3``."""
    return ",".join(map(str, answer.marks))


def record_ballots(
    *,
    head: RollHead,
    standing: Standing,
    choices: Mapping[int, rules.Answer],
    precedence: rules.Precedence,
    channel: str,
    at: datetime,
    person_id: int | None,
    receipt: str,
    now: datetime,
    slip: PaperSlip | None = None,
) -> list[Ballot]:
    """Add one ballot an item and mark which of the head's ballots stand. Call inside the estate's lock alone, with the
    head's ``standing`` as it was read there.

    The pure rule decides over all of the head's ballots on an item, so a slip that was handed in earlier and keyed later
    stands where the policy says so. The one that stood is marked before the new one is written: the database holds "one
    effective ballot a head" at every statement.
    """
    key = id_of(head.pk, head.kind)
    beaten: list[int] = []
    fresh: list[Ballot] = []
    for item, answer in choices.items():
        ballot = Ballot(
            estate_id=head.estate_id,
            item_id=item,
            head=head,
            channel=channel,
            choice=answer.choice,
            marks=marked(answer),
            cast_at=at,
            cast_by_id=person_id,
            slip=slip,
            receipt=receipt,
            salt=secrets.token_hex(16),
        )
        earlier = standing.casts.get(item, ())
        # It will be recorded after all of them, and its key will say so.
        order = max((cast.order for cast in earlier), default=0) + 1
        this = rules.Cast(head=key, channel=rules.Channel(channel), at=at, choice=answer.choice, order=order)
        stands = rules.settle([*earlier, this], precedence)[key].order
        if stands != order:
            ballot.superseded_at = now
        beaten += [cast.order for cast in earlier if cast.order in standing.effective and cast.order != stands]
        fresh.append(ballot)
    if beaten:
        Ballot.objects.filter(pk__in=beaten).update(superseded_at=now)
    return Ballot.objects.bulk_create(fresh)
