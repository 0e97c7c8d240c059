"""One confirmation, one ballot: what tells a form that is sent twice from a second ballot.

The page that asks "sure?" carries a sealed number: the last ballot that this person had cast in this vote when the page was
shown. A form that comes back after a later ballot of the same person, for the same home and with the same choices, is that
ballot's own form once more (a double tap, the back button), and leads to the receipt that it already got. Whoever chooses
anew is shown the page anew and gets a new number, so a second ballot is recorded as ever.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.core import signing
from django.db.models import Max, OuterRef, Subquery

from yishiting.council.votes import selectors
from yishiting.council.votes.models import Ballot, Vote
from yishiting.ground.organisations.actors import Actor

FIELD = "confirmation"
#: Above this a database has no keys.
LARGEST = 2**63
_SALT = "votes.confirmation"


def number_for(actor: Actor, vote: Vote) -> str:
    """Return the sealed number for a page that asks once more (one query)."""
    mine = Ballot.objects.filter(item__vote=vote, cast_by_id=actor.person_id)
    last = mine.aggregate(last=Max("pk"))["last"] or 0
    return signing.dumps([actor.person_id, vote.pk, last], salt=_SALT, compress=False)


def _last_before(sent: str, actor: Actor) -> tuple[int, int] | None:
    """Return the vote and the ballot that a number names, or None for a number that was not given to this person."""
    try:
        person_id, vote_id, last = signing.loads(sent, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (vote_id, last) if person_id == actor.person_id else None


def way_in(
    *, actor: Actor, slug: str, no: int, sent: str, choices: Mapping[int, str], head_no: int | None
) -> tuple[int | None, str]:
    """Return the opened vote at an address and the receipt that this very form was given already, if it was.

    One query for a form sent the first time, as without a number; one more for one that was sent before.
    """
    before = _last_before(sent, actor)
    if before is None or not choices:
        return selectors.opened_vote_id(slug, no), ""
    asked = [item for item in choices if item < LARGEST]
    later = Ballot.objects.filter(cast_by_id=actor.person_id, pk__gt=before[1], channel=Ballot.Channel.ONLINE)
    if head_no is not None:
        later = later.filter(head__no=head_no)
    first = later.filter(item__vote=OuterRef("pk"), item_id__in=asked).order_by("pk").values("receipt")[:1]
    votes = Vote.objects.filter(estate__slug=slug, no=no, opened_at__isnull=False).order_by()
    for vote_id, receipt in votes.values_list("pk", Subquery(first)):
        if not receipt or vote_id != before[0]:
            return vote_id, ""
        cast = dict(later.filter(receipt=receipt, item__vote=vote_id).values_list("item_id", "choice"))
        return vote_id, receipt if cast == dict(choices) else ""
    return None, ""
