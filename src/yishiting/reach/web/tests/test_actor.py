"""Who is asking: known by number at once, the rest only when it is asked."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tests.support.signing import sign_in
from tests.support.world import make_world
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.people.sign_in import account_for
from yishiting.reach.web.http import Request
from yishiting.reach.web.middleware import ActorMiddleware

pytestmark = pytest.mark.django_db


def arrive(user: object) -> Actor:
    seen: list[Request] = []
    request = RequestFactory().get("/")
    request.user = user

    def view(given: Request) -> HttpResponse:
        seen.append(given)
        return HttpResponse()

    ActorMiddleware(view)(request)
    return seen[0].actor


def test_the_number_of_who_asks_costs_no_query_and_his_homes_do(django_assert_num_queries: object) -> None:
    world = make_world(2)
    actor = arrive(account_for(world.owners[0], now=world.now))
    with django_assert_num_queries(0):
        assert actor.person_id == world.owners[0].pk
        assert not actor.is_nobody
    assert actor.owned == {(world.estate.pk, world.homes[0].pk)}
    assert actor.belongs_to(world.estate.pk)
    assert not actor.is_system


def test_nobody_is_nobody_before_and_after_it_is_looked_up() -> None:
    actor = arrive(AnonymousUser())
    assert actor.is_nobody
    assert actor.person_id is None
    assert actor.homes == frozenset()
    assert actor.is_nobody


def test_no_cache_between_keeps_what_is_answered_to_somebody_unless_the_answer_says_so() -> None:
    def answered(**headers: str) -> str:
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        return ActorMiddleware(lambda given: HttpResponse(headers=headers))(request).headers["Cache-Control"]

    assert answered() == "private, no-cache"
    assert answered(**{"Cache-Control": "public, max-age=300"}) == "public, max-age=300"


def test_what_nobody_typed_is_left_out_of_what_is_looked_for() -> None:
    """A NUL is in no text, and PostgreSQL answers a question that holds one with a fault."""
    world = make_world(2)
    client = sign_in(Client(), world.staff["community_worker"])
    for address in (f"/e/{world.estate.slug}/notices/", "/desk/notices/", "/desk/posts/", "/desk/matters/"):
        for asked in ("%00", "水%00管", "a%00%00"):
            answer = client.get(f"{address}?q={asked}&kind=%00")
            assert answer.status_code == 200, (address, asked)
            assert "\0" not in answer.content.decode()
