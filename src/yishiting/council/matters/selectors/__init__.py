"""Reads of matters: for everybody, for a reporter, for the desk. What a page may not know is not in what these return."""

from yishiting.council.matters.selectors.alike import likely_same, similar
from yishiting.council.matters.selectors.desk import (
    DeskFilter,
    DeskMatter,
    Due,
    GateLine,
    desk_list,
    desk_matter,
    due_counts,
    merge_targets,
)
from yishiting.council.matters.selectors.figures import Figures, figures
from yishiting.council.matters.selectors.mine import MyReport, homes_called, my_reports, report_of
from yishiting.council.matters.selectors.opinions import OpinionFigures, opinion_figures
from yishiting.council.matters.selectors.playbooks import PlaybookUse, playbook_use, retired_playbooks
from yishiting.council.matters.selectors.public import (
    Filter,
    MatterPage,
    Passage,
    PlaceCount,
    available_playbook,
    available_playbooks,
    listed,
    matter_by_no,
    matter_page,
    passages_of,
    photo_for,
    recently_solved,
    stage_counts,
)
from yishiting.council.matters.selectors.reports import STANDINGS, ReportFilter, desk_reports, standing_of
from yishiting.council.matters.selectors.tiers import Raised, raised_of, solved_by_tier, unowned
from yishiting.council.matters.selectors.way import Standing, Waiting, standing

__all__ = [
    "STANDINGS",
    "DeskFilter",
    "DeskMatter",
    "Due",
    "Figures",
    "Filter",
    "GateLine",
    "MatterPage",
    "MyReport",
    "OpinionFigures",
    "Passage",
    "PlaceCount",
    "PlaybookUse",
    "Raised",
    "ReportFilter",
    "Standing",
    "Waiting",
    "available_playbook",
    "available_playbooks",
    "desk_list",
    "desk_matter",
    "desk_reports",
    "due_counts",
    "figures",
    "homes_called",
    "likely_same",
    "listed",
    "matter_by_no",
    "matter_page",
    "merge_targets",
    "my_reports",
    "opinion_figures",
    "passages_of",
    "photo_for",
    "playbook_use",
    "raised_of",
    "recently_solved",
    "report_of",
    "retired_playbooks",
    "similar",
    "solved_by_tier",
    "stage_counts",
    "standing",
    "standing_of",
    "unowned",
]
