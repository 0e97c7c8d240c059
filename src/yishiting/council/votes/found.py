"""How staff find a vote."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from yishiting.council.votes.models import Vote
from yishiting.ground.desks import search
from yishiting.ground.desks.search import Searched, Text
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.words import gettext_noop


def texts(refs: Collection[int] | None) -> Iterator[Text]:
    """Yield the words of votes: their titles and questions, a draft's for those alone who may read drafts, as all votes."""
    rows = Vote.objects.prefetch_related("items").order_by("pk")
    for row in rows if refs is None else rows.filter(pk__in=refs):
        questions = " ".join(item.question for item in row.items.all())
        yield Text(row.estate_id, row.pk, row.no, row.title, f"{row.title} {questions}", row.building_id)


def register() -> None:
    """Have search find votes."""
    search.register(
        Searched("vote", gettext_noop("表决"), texts, frozenset({Duty.VOTE, Duty.SUPERVISE})),
        entries=("votes.drafted", "votes.draft_edited"),
    )
