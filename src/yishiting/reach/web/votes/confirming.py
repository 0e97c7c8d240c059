"""One confirmation, one ballot: what tells a form that is sent twice from a second ballot.

The page that asks "sure?" carries the receipt code that its ballot will get, sealed for this person and this head. The form
that comes twice (a double tap, the back button, a connection that was lost) bears the same code, and the verb records it
once. Whoever chooses anew is shown the page anew with another code, so a second ballot is recorded as ever.
"""

from __future__ import annotations

from django.core import signing

from yishiting.council.votes import services
from yishiting.council.votes.models import Vote
from yishiting.ground.organisations.actors import Actor

FIELD = "confirmation"
_SALT = "votes.confirmation"


def seal(actor: Actor, vote: Vote, head_no: int) -> str:
    """Return a sealed receipt code for the page that asks once more."""
    code = services.new_receipt()
    return signing.dumps([actor.person_id, vote.pk, head_no, code], salt=_SALT, compress=False)


def code_in(sent: str, actor: Actor, vote_id: int, head_no: int | None) -> str:
    """Return the receipt code of a confirmation that was given to this person for this head; else an empty string."""
    try:
        person_id, vote, head, code = signing.loads(sent, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(code) if (person_id, vote, head) == (actor.person_id, vote_id, head_no) else ""
