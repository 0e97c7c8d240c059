"""The verbs of notices and canvasses."""

from yishiting.record.notices.services.canvassing import (
    begin_canvass,
    close_canvass,
    note_export,
    record_attempt,
    withdraw_attempt,
)
from yishiting.record.notices.services.drafting import Draft, draft_notice, review_notice, revise_notice
from yishiting.record.notices.services.objecting import (
    answer_objection,
    object_to_notice,
    read_objections,
    withdraw_objection,
    write_down_objection,
)
from yishiting.record.notices.services.publishing import archive_notice, post_notice, publish_notice

__all__ = [
    "Draft",
    "answer_objection",
    "archive_notice",
    "begin_canvass",
    "close_canvass",
    "draft_notice",
    "note_export",
    "object_to_notice",
    "post_notice",
    "publish_notice",
    "read_objections",
    "record_attempt",
    "review_notice",
    "revise_notice",
    "withdraw_attempt",
    "withdraw_objection",
    "write_down_objection",
]
