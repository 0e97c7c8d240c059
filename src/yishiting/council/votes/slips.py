"""Reads of paper slips for the desk: those that wait, and those that were withdrawn. No function here gives a choice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from yishiting.council.votes.models import PaperEntry, PaperSlip, RollHead, RollHome, Vote
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A slip on the desk: whose homes, when handed in, how many have read it, whether the actor has. Never a choice.

    ``first_by_me`` where the actor made the first reading: then another person withdraws it. ``home_id`` is the first of
    the homes, by which the slip is found on the roll again.
    """

    slip: PaperSlip
    homes: tuple[str, ...]
    home_id: int | None
    readings: int
    read_by_me: bool
    first_by_me: bool


def slips_of(vote: Vote, actor: Actor) -> list[SlipLine]:
    """Return a vote's slips that wait for a reading, oldest first (three queries)."""
    return _lines(PaperSlip.objects.waiting().filter(vote=vote).order_by("received_at", "pk"), actor)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A slip that was withdrawn, with who did it and why on its row; for staff alone."""

    line: SlipLine
    keyed_again: bool


def withdrawals_of(vote: Vote, actor: Actor) -> list[Withdrawal]:
    """Return a vote's slips that were withdrawn, the newest withdrawal first (four queries)."""
    slips = PaperSlip.objects.withdrawn().filter(vote=vote).select_related("withdrawn_by")
    lines = _lines(slips.order_by("-withdrawn_at", "-pk"), actor)
    keyed = set(PaperSlip.objects.standing().filter(vote=vote).order_by().values_list("head_id", flat=True))
    return [Withdrawal(line, line.slip.head_id in keyed) for line in lines]


def received_before(vote: Vote, head: RollHead) -> datetime | None:
    """Return when the slip of a head that was withdrawn last was handed in; None where another is in, or none ever was."""
    slips = PaperSlip.objects.to_key_again().filter(vote=vote, head=head).order_by("-withdrawn_at", "-pk")
    return slips.values_list("received_at", flat=True).first()


def slip_line(vote: Vote, actor: Actor, slip_id: int) -> SlipLine:
    """Return one slip of a vote; raises :class:`NotFound`."""
    found = _lines(PaperSlip.objects.filter(vote=vote, pk=slip_id), actor)
    if not found:
        raise NotFound(gettext_noop("没有找到这张纸票，请回到“纸票”页再找。"))
    return found[0]


def _lines(slips: Iterable[PaperSlip], actor: Actor) -> list[SlipLine]:
    slips = list(slips)
    homes: dict[int, dict[int, str]] = defaultdict(dict)
    rows = RollHome.objects.filter(head__in=[slip.head_id for slip in slips])
    for row in rows.select_related("home__entrance__building").order_by("home__order", "pk"):
        homes[row.head_id][row.home_id] = str(row.home)
    # By slip, who read it, in the order of the readings.
    readers: dict[int, list[int]] = defaultdict(list)
    read = PaperEntry.objects.filter(slip__in=slips).order_by("pk").values_list("slip_id", "entered_by_id")
    for slip_id, person_id in read:
        if person_id not in readers[slip_id]:
            readers[slip_id].append(person_id)
    return [
        SlipLine(
            slip=slip,
            homes=tuple(homes[slip.head_id].values()),
            home_id=next(iter(homes[slip.head_id]), None),
            readings=len(readers[slip.pk]),
            read_by_me=actor.person_id in readers[slip.pk],
            first_by_me=readers[slip.pk][:1] == [actor.person_id],
        )
        for slip in slips
    ]
