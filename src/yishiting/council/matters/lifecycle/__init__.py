"""How a matter moves: pure, so that every way through every playbook can be tried without a database.

Each function takes what is known and the present moment, and returns what follows with a sentence that explains it, or
raises a refusal (:class:`WrongState`, :class:`BadInput`) whose sentence says what to do. It stores nothing.
``state`` says what a matter is, ``way`` moves it along its playbook, ``leaving`` takes it out of it and back in.
"""

from yishiting.council.matters.lifecycle.leaving import (
    Departure,
    close_emergency,
    decline,
    emergency,
    merge_into,
    reopen,
)
from yishiting.council.matters.lifecycle.parting import take_out
from yishiting.council.matters.lifecycle.state import (
    ANSWERED,
    Advance,
    GateState,
    MatterState,
    ReportState,
    Run,
    Status,
    may_close,
)
from yishiting.council.matters.lifecycle.way import (
    choices,
    due,
    elapsed,
    end_step,
    escalates,
    overdue,
    passed_by_triage,
    start,
    unmet,
)

__all__ = [
    "ANSWERED",
    "Advance",
    "Departure",
    "GateState",
    "MatterState",
    "ReportState",
    "Run",
    "Status",
    "choices",
    "close_emergency",
    "decline",
    "due",
    "elapsed",
    "emergency",
    "end_step",
    "escalates",
    "may_close",
    "merge_into",
    "overdue",
    "passed_by_triage",
    "reopen",
    "start",
    "take_out",
    "unmet",
]
