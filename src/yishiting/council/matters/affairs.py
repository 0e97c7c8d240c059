"""What an interest may touch in a matter, and the question that its verbs ask of whoever acts."""

from __future__ import annotations

from datetime import datetime

from yishiting.council.matters.models import Matter
from yishiting.ground.organisations import interests
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.recusal import Act, Affair
from yishiting.kernel.verdict import Verdict

KIND = "matter"
DUTIES = frozenset({Duty.TRIAGE, Duty.STEP})


def affair(matter: Matter) -> Affair:
    """Return a matter as far as interests go: taking it up, ending its steps, answering and closing it."""
    return Affair((KIND, matter.pk), matter.no, frozenset({(KIND, matter.pk)}), (Act.CLOSE,), DUTIES, matter.thread)


def is_free(actor: Actor, matter: Matter, now: datetime) -> Verdict:
    """Take up, decline, merge, judge, end a step, answer: not by whoever has an interest in the matter.

    To raise it, to declare an emergency and to write down evidence stay allowed: they decide nothing.
    """
    return interests.free(actor, affair(matter), Act.CLOSE, estate=matter.estate, now=now)


def kept_out(matter: Matter, now: datetime) -> frozenset[int]:
    """Return the holders of posts who keep out of a matter: no step of it is theirs."""
    return frozenset(interests.tied_people(affair(matter), estate=matter.estate, now=now))
