"""Writes of votes, one verb each. A verb locks the estate's record first and reads what it decides by inside."""

from yishiting.council.votes.drafts import ItemDraft, OptionDraft
from yishiting.council.votes.services.casting import cast_online, new_receipt
from yishiting.council.votes.services.counting import close_due, close_vote
from yishiting.council.votes.services.drafting import (
    cancel_vote,
    draft_vote,
    edit_draft,
    open_vote,
)
from yishiting.council.votes.services.fetching import ensure_open, ensure_readable
from yishiting.council.votes.services.paper import read_paper_again, receive_paper
from yishiting.council.votes.services.withdrawing import withdraw_slip

__all__ = [
    "ItemDraft",
    "OptionDraft",
    "cancel_vote",
    "cast_online",
    "close_due",
    "close_vote",
    "draft_vote",
    "edit_draft",
    "ensure_open",
    "ensure_readable",
    "new_receipt",
    "open_vote",
    "read_paper_again",
    "receive_paper",
    "withdraw_slip",
]
