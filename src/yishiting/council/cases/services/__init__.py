"""The verbs of mediation."""

from yishiting.council.cases.services.agreeing import ask_court, follow_up, set_seal, sign, write_agreement
from yishiting.council.cases.services.leading import end_case, hold_session, record_consent, say
from yishiting.council.cases.services.opening import (
    Asked,
    add_party,
    ask_for_mediation,
    choose_mediator,
    open_case,
    take_over,
)
from yishiting.council.cases.services.reading import read_case

__all__ = [
    "Asked",
    "add_party",
    "ask_court",
    "ask_for_mediation",
    "choose_mediator",
    "end_case",
    "follow_up",
    "hold_session",
    "open_case",
    "read_case",
    "record_consent",
    "say",
    "set_seal",
    "sign",
    "take_over",
    "write_agreement",
]
