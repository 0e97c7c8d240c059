"""The verbs of people: taking in a roster, correcting it, settling a phone, saying who looked."""

from yishiting.ground.people.services.correcting import set_area
from yishiting.ground.people.services.rosters import (
    Preview,
    RosterMoved,
    Taken,
    apply_roster,
    import_roster,
    preview_roster,
)
from yishiting.ground.people.services.settling import settle_phone
from yishiting.ground.people.services.viewing import note_export, note_tenants, note_viewing

__all__ = [
    "Preview",
    "RosterMoved",
    "Taken",
    "apply_roster",
    "import_roster",
    "note_export",
    "note_tenants",
    "note_viewing",
    "preview_roster",
    "set_area",
    "settle_phone",
]
