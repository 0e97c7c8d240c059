"""Paper ballots: taken in and read by one person, read again by another, by a third where the two differ."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count

from yishiting.council.votes import affairs, lifecycle, policy
from yishiting.council.votes.figures import answer_of
from yishiting.council.votes.models import Ballot, PaperEntry, PaperSlip, RollHead, RollHome, Vote
from yishiting.council.votes.rules import Answer, Precedence
from yishiting.council.votes.services.casting import marked, new_receipt, record_ballots
from yishiting.council.votes.services.fetching import estate_of, offer_of, standing_of, times_of, vote_for
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.services import Book, book


def receive_paper(
    *, actor: Actor, vote_id: int, home_id: int, received_at: datetime, choices: Mapping[int, str], now: datetime
) -> PaperSlip:
    """Take in a slip of a home's owners and record the first reading.

    ``choices`` maps each item's id to ``for``, ``against``, ``abstain`` or ``invalid``, or to the numbers of the options that are
    marked (``1,2``). ``received_at`` is when the slip was
    handed in: in time it is taken even when it is keyed after the end of voting, as long as nothing is counted. A slip that was
    withdrawn is taken in anew, with the time at which it was handed in then. Raises :class:`WrongState` where a slip of the
    head is in already, and as the lifecycle says.
    """
    with book(estate_of(vote_id), actor_id=actor.person_id, now=now) as record:
        vote = vote_for(actor, vote_id)
        head = _head_of_home(vote, home_id)
        policy.can_read_paper(actor, vote, building_ids=buildings_of(head)).enforce()
        affairs.may_count(actor, vote, now).enforce()
        lifecycle.may_receive(times_of(vote), received_at=received_at, now=now)
        if head.kind == RollHead.Kind.UNKNOWN:
            raise WrongState(
                gettext_noop("这户在名册上没有登记业主，票不能计。请先核实业主是谁，补进名册，下次表决就能投。"),
                code="owner_unknown",
            )
        if PaperSlip.objects.standing().filter(vote=vote, head=head).exists():
            raise WrongState(
                gettext_noop(
                    "这户（或同一位业主的另一户）的纸票已经录过，一位业主只收一张。请核对房号；"
                    "前一张录错了户的，请没有录它第一遍的人先撤回。"
                ),
                code="slip_taken",
            )
        chosen = _checked(vote, choices)
        slip = PaperSlip.objects.create(estate_id=vote.estate_id, vote=vote, head=head, received_at=received_at)
        entries = _write_reading(slip, chosen, actor, now)
        record.write(
            "votes.paper_received",
            subject=("vote", vote.pk),
            facts={"vote": vote.no, "slip": slip.pk, "received_at": received_at.isoformat()},
            attests=[slip, *entries],
        )
    return slip


def read_paper_again(*, actor: Actor, slip_id: int, choices: Mapping[int, str], now: datetime) -> PaperSlip:
    """Record another person's reading of a slip; once the readings decide it, it becomes a ballot.

    Nobody reads one slip twice. Two readings that agree settle it; where they differ it waits for a third person, whose
    reading decides. The ballot bears the time at which the slip was handed in.
    """
    vote_id, estate_id = place_of_slip(slip_id)
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        vote = vote_for(actor, vote_id)
        slip = PaperSlip.objects.select_related("head").get(pk=slip_id)
        policy.can_read_paper(actor, vote, building_ids=buildings_of(slip.head)).enforce()
        affairs.may_count(actor, vote, now).enforce()
        lifecycle.may_read_again(times_of(vote), settled=bool(slip.settled_at), withdrawn=bool(slip.withdrawn_at))
        if slip.entries.filter(entered_by_id=actor.person_id).exists():
            raise NotAllowed(gettext_noop("这张纸票您已经录过一遍，请换一位工作人员来录。"), code="read_already")
        chosen = _checked(vote, choices)
        entries = _write_reading(slip, chosen, actor, now)
        settled = lifecycle.settle_readings(_readings(slip))
        if settled is None:
            record.write(
                "votes.paper_differs",
                subject=("vote", vote.pk),
                facts={"vote": vote.no, "slip": slip.pk},
                attests=entries,
            )
        else:
            _settle(record, vote, slip, settled, entries, now)
    return slip


def _settle(
    record: Book,
    vote: Vote,
    slip: PaperSlip,
    choices: Mapping[int, Answer],
    entries: Sequence[PaperEntry],
    now: datetime,
) -> None:
    slip.settled_at = now
    slip.save(update_fields=["settled_at"])
    ballots = record_ballots(
        head=slip.head, standing=standing_of(vote.pk, slip.head), choices=choices, precedence=Precedence(vote.precedence), channel=Ballot.Channel.PAPER,
        at=slip.received_at, person_id=None, receipt=new_receipt(), now=now, slip=slip,
    )  # fmt: skip
    record.write(
        "votes.paper_settled",
        subject=("vote", vote.pk),
        facts={"vote": vote.no, "slip": slip.pk, "items": len(ballots)},
        attests=[*entries, *ballots],
    )


def _checked(vote: Vote, choices: Mapping[int, str]) -> dict[int, Answer]:
    items = vote.items.annotate(offered=Count("options")).order_by("no").values_list("pk", "rule", "offered")
    offers = {item: offer_of(rule, offered) for item, rule, offered in items}
    return lifecycle.check_choices(offers, choices, allowed=lifecycle.PAPER_CHOICES)


def _write_reading(slip: PaperSlip, choices: Mapping[int, Answer], actor: Actor, now: datetime) -> list[PaperEntry]:
    if actor.person_id is None:
        raise NotAllowed(gettext_noop("纸票要由两位工作人员各看一遍，不能由系统代录。"))
    return PaperEntry.objects.bulk_create(
        [
            PaperEntry(
                estate_id=slip.estate_id,
                slip=slip,
                item_id=item,
                choice=answer.choice,
                marks=marked(answer),
                entered_by_id=actor.person_id,
                entered_at=now,
                salt=secrets.token_hex(16),
            )
            for item, answer in choices.items()
        ]
    )


def _readings(slip: PaperSlip) -> list[dict[int, Answer]]:
    """Return the readings of a slip in the order in which they were made."""
    by_person: dict[int, dict[int, Answer]] = {}
    for entry in PaperEntry.objects.filter(slip=slip).order_by("pk"):
        by_person.setdefault(entry.entered_by_id, {})[entry.item_id] = answer_of(entry.choice, entry.marks)
    return list(by_person.values())


def _head_of_home(vote: Vote, home_id: int) -> RollHead:
    row = RollHome.objects.filter(roll__vote=vote, home_id=home_id).select_related("head").first()
    if row is None:
        raise BadInput(
            gettext_noop("这户不在这次表决的名册上。"),
            code="home_not_on_roll",
            fields={"home": gettext_noop("这户不在这次表决的范围里，请核对楼栋、单元和房号。")},
        )
    return row.head


def buildings_of(head: RollHead) -> list[int]:
    """Return the buildings in which a head has homes: whose slips a post of one of them may key."""
    return list(head.home_rows.values_list("home__building_id", flat=True).distinct())


def place_of_slip(slip_id: int) -> tuple[int, int]:
    """Return the vote and the estate of a slip, which never change; raises :class:`NotFound`."""
    for vote_id, estate_id in PaperSlip.objects.filter(pk=slip_id).order_by().values_list("vote_id", "estate_id"):
        return vote_id, estate_id
    raise NotFound(gettext_noop("没有找到这张纸票，请回到“纸票”页再找。"))
