"""Companies, second posts and declared interests, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.world import World
from yishiting.ground.organisations import declaring
from yishiting.ground.organisations.models import Interest, Organisation, Post, Term
from yishiting.ground.people.models import Person
from yishiting.timeline.models import Entry

DAY = timedelta(days=1)


def company(world: World) -> Organisation:
    """Let the property manager's post be of a property company, as it is in life."""
    body = Organisation.objects.create(kind="property", name="安心物业", estate=world.estate)
    Post.objects.filter(kind="property_manager", estate=world.estate).update(organisation=body)
    return body


def second_post(world: World, person: Person, kind: str, body: str = "branch") -> Term:
    """Let somebody hold another post of the estate, too."""
    organisation = Organisation.objects.create(kind=body, name="滨河支部", estate=world.estate)
    post = Post.objects.create(organisation=organisation, kind=kind, estate=world.estate)
    return Term.objects.create(post=post, person=person, since=world.now)


def declare(world: World, *, by: str = "community_worker", **given: Any) -> Interest:
    """Declare an interest."""
    return declaring.declare_interest(
        **{
            "actor": world.actor(by),
            "estate": world.estate,
            "relation": "family",
            "reason": "弟弟是合伙人",
            "now": world.now,
        }
        | given
    )


def said(world: World, kind: str = "organisations.recused") -> list[str]:
    """Return how the record's entries of a kind read."""
    from yishiting.timeline import entries

    rows = Entry.objects.filter(estate_id=world.estate.pk, kind=kind).order_by("seq")
    return [str(entries.describe(row.kind, row.facts)) for row in rows]
