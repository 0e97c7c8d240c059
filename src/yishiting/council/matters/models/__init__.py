"""Tables of matters: what was reported, the way each takes through its playbook, and what was answered."""

from yishiting.council.matters.models.answers import Answer, Rating
from yishiting.council.matters.models.matters import Matter
from yishiting.council.matters.models.playbooks import PlaybookVersion, Retirement
from yishiting.council.matters.models.reports import COUNTS, Judgement, Photo, Report
from yishiting.council.matters.models.steps import Decision, Escalation, Evidence, Resolution, StepEnd, StepRun

__all__ = [
    "COUNTS",
    "Answer",
    "Decision",
    "Escalation",
    "Evidence",
    "Judgement",
    "Matter",
    "Photo",
    "PlaybookVersion",
    "Rating",
    "Report",
    "Resolution",
    "Retirement",
    "StepEnd",
    "StepRun",
]
