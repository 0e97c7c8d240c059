"""The verbs of projects."""

from yishiting.council.projects.services.creating import add_insurance, asks_for_insurance, create_project
from yishiting.council.projects.services.phases import (
    accept_phase,
    finish_phase,
    note_progress,
    operate_phase,
    start_phase,
)
from yishiting.council.projects.services.replanning import change_plan

__all__ = [
    "accept_phase",
    "add_insurance",
    "asks_for_insurance",
    "change_plan",
    "create_project",
    "finish_phase",
    "note_progress",
    "operate_phase",
    "start_phase",
]
