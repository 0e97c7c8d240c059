"""The verbs of notices and canvasses."""

from yishiting.record.notices.services.canvassing import (
    begin_canvass,
    close_canvass,
    note_export,
    record_attempt,
    withdraw_attempt,
)
from yishiting.record.notices.services.drafting import Draft, draft_notice, review_notice, revise_notice
from yishiting.record.notices.services.publishing import archive_notice, post_notice, publish_notice

__all__ = [
    "Draft",
    "archive_notice",
    "begin_canvass",
    "close_canvass",
    "draft_notice",
    "note_export",
    "post_notice",
    "publish_notice",
    "record_attempt",
    "review_notice",
    "revise_notice",
    "withdraw_attempt",
]
