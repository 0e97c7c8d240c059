"""Writes of matters, one public verb each; the modules are named by what they write."""

from yishiting.council.matters.services.answers import answer, rate
from yishiting.council.matters.services.engine import (
    carries_on,
    finish_step,
    gate_of,
    labels_of,
    outcomes_of,
    parties_of,
    questions_of,
    step_of,
    try_pending,
)
from yishiting.council.matters.services.escalation import raise_matter
from yishiting.council.matters.services.judging import judge_report
from yishiting.council.matters.services.merging import separate_report, unmerge
from yishiting.council.matters.services.own import correct_report, untouched, withdraw_report
from yishiting.council.matters.services.photos import publish_photo, store_photo, usable
from yishiting.council.matters.services.playbooks import (
    LARGEST_TEXT,
    FaultyPlaybook,
    add_playbook,
    ensure_library,
    newest,
    playbook_of,
    restore_playbook,
    retire_playbook,
    selectable,
)
from yishiting.council.matters.services.reports import categories_of, join, people_of, report
from yishiting.council.matters.services.steps import add_evidence, end_step, resolve, start_step
from yishiting.council.matters.services.triage import (
    decline,
    emergency,
    merge,
    post_kind,
    reopen,
    triage_accept,
    triages_itself,
)

__all__ = [
    "LARGEST_TEXT",
    "FaultyPlaybook",
    "add_evidence",
    "add_playbook",
    "answer",
    "carries_on",
    "categories_of",
    "correct_report",
    "decline",
    "emergency",
    "end_step",
    "ensure_library",
    "finish_step",
    "gate_of",
    "join",
    "judge_report",
    "labels_of",
    "merge",
    "newest",
    "outcomes_of",
    "parties_of",
    "people_of",
    "playbook_of",
    "post_kind",
    "publish_photo",
    "questions_of",
    "raise_matter",
    "rate",
    "reopen",
    "report",
    "resolve",
    "restore_playbook",
    "retire_playbook",
    "selectable",
    "separate_report",
    "start_step",
    "step_of",
    "store_photo",
    "triage_accept",
    "triages_itself",
    "try_pending",
    "unmerge",
    "untouched",
    "usable",
    "withdraw_report",
]
