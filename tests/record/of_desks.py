"""Posts that were handed over: one that is being looked after, and one that came back early."""

from __future__ import annotations

from datetime import timedelta

from tests.support.world import World
from yishiting.ground.desks import services
from yishiting.ground.desks.models import HandOver
from yishiting.ground.organisations.models import Term

DAY = timedelta(days=1)


def happen(world: World) -> None:
    """Have two posts looked after by others."""
    _hand(world, "committee_member", "property_manager")
    back = _hand(world, "police_officer", "committee_chair")
    services.end_hand_over(actor=world.actor("police_officer"), hand_over_id=back.pk, now=world.now + DAY)
    world.now += 2 * DAY


def _hand(world: World, giver: str, stand_in: str) -> HandOver:
    term = Term.objects.get(person=world.staff[giver], until__isnull=True)
    return services.hand_over(
        actor=world.actor(giver), term_id=term.pk, stand_in_id=world.staff[stand_in].pk, since=world.now,
        until=world.now + 7 * DAY, reason="年休假", now=world.now,
    )[0]  # fmt: skip
