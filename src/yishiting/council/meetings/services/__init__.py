"""The verbs of meetings. Each takes the estate's book, asks the policy, asks the lifecycle, saves, and writes one entry."""

from yishiting.council.meetings.services.attending import attend, withdraw_attendance
from yishiting.council.meetings.services.concerned import (
    ask_concerned,
    lift_concerned,
    name_concerned,
    read_concerned,
)
from yishiting.council.meetings.services.planning import (
    call_off,
    cancel_meeting,
    invite,
    move_meeting,
    plan_meeting,
)
from yishiting.council.meetings.services.questions import ask_question, lift_question, settle_question
from yishiting.council.meetings.services.recurring import end_series, plan_series, put_on_agenda
from yishiting.council.meetings.services.sitting import (
    close_meeting,
    decide_proposal,
    open_meeting,
    propose,
    take_statement,
    write_minutes,
)

__all__ = [
    "ask_concerned",
    "ask_question",
    "attend",
    "call_off",
    "cancel_meeting",
    "close_meeting",
    "decide_proposal",
    "end_series",
    "invite",
    "lift_concerned",
    "lift_question",
    "move_meeting",
    "name_concerned",
    "open_meeting",
    "plan_meeting",
    "plan_series",
    "propose",
    "put_on_agenda",
    "read_concerned",
    "settle_question",
    "take_statement",
    "withdraw_attendance",
    "write_minutes",
]
