"""The verbs of people: taking in a roster, settling a phone."""

from yishiting.ground.people.services.rosters import Taken, apply_roster, preview_roster
from yishiting.ground.people.services.settling import settle_phone

__all__ = ["Taken", "apply_roster", "preview_roster", "settle_phone"]
