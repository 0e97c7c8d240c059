"""The verbs of meetings. Each takes the estate's book, asks the policy, asks the lifecycle, saves, and writes one entry."""

from yishiting.council.meetings.services.planning import (
    call_off,
    cancel_meeting,
    invite,
    move_meeting,
    plan_meeting,
)
from yishiting.council.meetings.services.sitting import (
    attend,
    close_meeting,
    decide_proposal,
    open_meeting,
    propose,
    withdraw_attendance,
    write_minutes,
)

__all__ = [
    "attend",
    "call_off",
    "cancel_meeting",
    "close_meeting",
    "decide_proposal",
    "invite",
    "move_meeting",
    "open_meeting",
    "plan_meeting",
    "propose",
    "withdraw_attendance",
    "write_minutes",
]
