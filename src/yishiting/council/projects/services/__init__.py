"""The verbs of projects."""

from yishiting.council.projects.services.creating import add_insurance, asks_for_insurance, create_project
from yishiting.council.projects.services.funding import plan_funding, tell_funding
from yishiting.council.projects.services.phases import (
    accept_phase,
    finish_phase,
    note_progress,
    operate_phase,
    start_phase,
)
from yishiting.council.projects.services.readiness import add_task, drop_task, finish_task
from yishiting.council.projects.services.replanning import change_plan

__all__ = [
    "accept_phase",
    "add_insurance",
    "add_task",
    "asks_for_insurance",
    "change_plan",
    "create_project",
    "drop_task",
    "finish_phase",
    "finish_task",
    "note_progress",
    "operate_phase",
    "plan_funding",
    "start_phase",
    "tell_funding",
]
