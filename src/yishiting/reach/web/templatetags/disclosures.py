"""What a page discloses beside what it shows: who keeps out of it, and which posts are held by one person.

By post, never by name, whoever reads. ``{% load disclosures %}{% disclosed estate "vote" vote.pk %}``
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.template import Context

from yishiting.council.matters import affairs as matters
from yishiting.council.meetings import affairs as meetings
from yishiting.council.projects import affairs as projects
from yishiting.council.votes import affairs as votes
from yishiting.ground.organisations import registers, restating
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.recusal import together
from yishiting.ground.places.models import Estate
from yishiting.kernel import clock
from yishiting.kernel.verdict import Verdict

register = template.Library()
#: Of a thing of each kind, whether somebody is free to do what its desk is for.
_FREE: Mapping[str, Callable[[Actor, Any, datetime], Verdict]] = {
    "matter": matters.is_free,
    "vote": votes.may_run,
    "meeting": meetings.may_chair,
    "project": projects.may_accept,
}


@register.inclusion_tag("posts/disclosed.html", takes_context=True)
def disclosed(context: Context, estate: Estate, kind: str, pk: int, post: str = "") -> dict[str, Any]:
    """The recusals that stand on record for a thing, and the posts of those who may run it that one person holds.

    ``post``: the kind of post that answers for it now, whose holder's other posts are told as well.
    """
    found = registers.held_together(estate, now=context.get("now") or clock.now())
    return {
        "recusals": restating.shown(estate.pk, (kind, pk)),
        "together": [together(each.kinds) for each in registers.beside(found, kind, [post] if post else [])],
    }


@register.inclusion_tag("posts/aside.html", takes_context=True)
def aside(context: Context, kind: str, row: Any) -> dict[str, Any]:
    """Why the reader keeps out of what a desk's page is about, and who does it instead; nothing for whoever is free."""
    actor, now = context.get("actor"), context.get("now") or clock.now()
    verdict = _FREE[kind](actor, row, now) if actor is not None else None
    return {"reason": None if verdict is None or verdict else verdict.reason}
