"""The rules by which a vote is opened: read from the estate's book, and kept with the vote."""

from __future__ import annotations

from typing import Any

from yishiting.council.votes.models import Vote, VoteRules
from yishiting.ground.packs.definition import RuleBook
from yishiting.ground.places.books import rules_in


def figures_of(rules: RuleBook) -> list[dict[str, Any]]:
    """Return every figure of a book as it is kept: as it was written, with where it came from."""
    return [
        {
            "key": told.figure.key.name,
            "value": told.figure.written,
            "pack": told.pack.id,
            "version": told.pack.version,
            "source": told.figure.source,
            "read_on": told.figure.read_on.isoformat(),
            "verified": told.figure.verified,
        }
        for told in rules
    ]


def pin(vote: Vote, rules: RuleBook) -> VoteRules:
    """Keep with a vote that opens what holds in its estate now. Call inside the estate's lock."""
    return VoteRules.objects.create(
        estate_id=vote.estate_id,
        vote=vote,
        pack_id=rules.pack.id,
        version=rules.pack.version,
        name=rules.pack.name[:60],
        figures=figures_of(rules),
    )


def rules_for(vote: Vote) -> RuleBook:
    """Return what holds in the vote's estate now (one query)."""
    return rules_in(vote.estate_id)
