"""What one may know of oneself: homes, posts, and whose key this is."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from ninja import Router, Schema

from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Estate, Home
from yishiting.reach.api.door import Request, is_device
from yishiting.reach.api.operations import reads

router = Router(tags=["me"])


class MyHome(Schema):
    """A home of one's own, or in which one lives."""

    id: int
    estate: str
    name: str
    owner: bool


class MyPost(Schema):
    """A post that one holds now, and the estates that it answers for."""

    kind: str
    title: str
    estates: list[str]


class MyKey(Schema):
    """The key that was shown."""

    label: str
    kind: str
    scopes: list[str]
    expires_at: datetime


class Me(Schema):
    """Who asks. ``key`` is None for the session of a browser. A device is told neither a name nor a home."""

    name: str
    homes: list[MyHome]
    posts: list[MyPost]
    key: MyKey | None


@reads(router, "/me", scope="", answer=Me, public=False, device=True)
def get_me(request: Request) -> Me:
    """Tell who asks, with homes and posts."""
    actor = request.actor
    owned = {home for _estate, home in actor.owned}
    device = is_device(request)
    homes = Home.objects.filter(pk__in=[] if device else [home for _estate, home in actor.homes]).select_related(
        "estate", "entrance__building"
    )
    slugs = dict(Estate.objects.filter(pk__in=actor.estates_served).order_by("pk").values_list("pk", "slug"))
    token = request.token
    return Me(
        name="" if device else Person.objects.only("name").get(pk=actor.person_id or 0).name,
        homes=[
            MyHome(id=home.pk, estate=home.estate.slug, name=str(home), owner=home.pk in owned)
            for home in homes.order_by("pk")
        ],
        posts=[
            MyPost(
                kind=office.kind,
                title=_(post_label(office.kind)),
                estates=[slug for pk, slug in slugs.items() if pk in office.estate_ids],
            )
            for office in actor.offices
        ],
        key=MyKey(label=token.label, kind=token.kind, scopes=token.scopes, expires_at=token.expires_at)
        if token
        else None,
    )
