"""The kept front page: quick where nothing was written, and never behind the rows."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.signing import sign_in
from tests.support.world import World, make_world
from yishiting.council.votes import services as votes
from yishiting.council.votes.models import Ballot
from yishiting.ground.places.models import Home
from yishiting.kernel import clock

# Nothing is kept inside a transaction, so these tests run without one around them.
pytestmark = pytest.mark.django_db(transaction=True)

NOON = "2026-03-04T12:00:00+08:00"


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YISHITING_NOW", NOON)


@pytest.fixture
def world() -> World:
    return make_world(3)


def page(client: Client, world: World) -> str:
    return client.get(f"/e/{world.estate.slug}/").content.decode()


def queries(client: Client, world: World) -> int:
    with CaptureQueriesContext(connection) as asked:
        page(client, world)
    return len(asked)


def keeps(client: Client, world: World) -> bool:
    """Whether a visit is answered from memory.

    On PostgreSQL the sign of a commit is the whole server's, and other tests write to databases of their own meanwhile: a
    page is then made anew without need, so one visit of several must find it kept.
    """
    return any(queries(client, world) == 1 for _ in range(100))


def test_a_page_is_read_from_the_rows_once_while_nothing_is_written(client: Client, world: World) -> None:
    assert queries(client, world) > 5
    assert keeps(client, world)


def test_a_row_that_is_changed_behind_the_services_shows_at_once(client: Client, world: World) -> None:
    assert "6 人" in page(client, world)
    Home.objects.filter(pk=world.homes[0].pk).update(residents=40)
    assert "44 人" in page(client, world)


def test_a_row_that_another_connection_changes_shows_at_once(client: Client, world: World) -> None:
    assert "6 人" in page(client, world)

    def elsewhere() -> None:
        Home.objects.filter(pk=world.homes[0].pk).update(residents=40)
        connection.close()

    thread = Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert "44 人" in page(client, world)


def test_what_is_not_committed_is_never_kept(client: Client, world: World) -> None:
    with transaction.atomic():
        Home.objects.filter(pk=world.homes[0].pk).update(residents=40)
        assert "44 人" in page(client, world)
        transaction.set_rollback(True)
    assert "6 人" in page(client, world)


def test_turnout_on_the_page_follows_the_ballots(client: Client, world: World) -> None:
    now = clock.now()
    chair = world.actor("committee_chair")
    vote = votes.draft_vote(
        actor=chair, estate=world.estate, title="装不装充电桩", explanation="", items=[votes.ItemDraft("装吗？", "ordinary")],
        closes_at=now + timedelta(days=7), now=now,
    )  # fmt: skip
    votes.open_vote(actor=chair, vote_id=vote.pk, now=now)
    before = page(client, world)
    votes.cast_online(actor=world.actor(0), vote_id=vote.pk, choices={vote.items.get().pk: "for"}, now=now)
    after = page(client, world)
    assert before != after
    stood = Ballot.objects.get()
    with connection.cursor() as cursor:
        # As an intruder would: not by a verb, so that no number which verbs keep is moved.
        from yishiting.timeline import guards

        guards.remove(connection)
        cursor.execute("DELETE FROM votes_ballot WHERE id = %s", [stood.pk])
        guards.install(connection)
    assert _without_token(page(client, world)) == _without_token(before)


def test_the_next_minute_is_another_page(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page(client, world)
    monkeypatch.setenv("YISHITING_NOW", NOON.replace(":00+", ":59+"))
    assert keeps(client, world)
    monkeypatch.setenv("YISHITING_NOW", NOON.replace("12:00", "12:01"))
    assert queries(client, world) > 5


def test_each_reader_gets_a_form_token_that_works_for_him_alone(world: World) -> None:
    readers = [Client(enforce_csrf_checks=True) for _ in range(2)]
    tokens = [re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page(reader, world))[0] for reader in readers]
    assert tokens[0] != tokens[1]
    form = {"elder": "1", "next": "/", "csrfmiddlewaretoken": tokens[0]}
    assert readers[0].post("/elder/", form).status_code == 302
    assert readers[1].post("/elder/", form).status_code == 403


def test_large_type_is_kept_apart(client: Client, world: World) -> None:
    assert 'class=" elder"' not in page(client, world)
    client.post("/elder/", {"elder": "1", "next": "/"})
    assert 'class=" elder"' in page(client, world)
    client.post("/elder/", {"elder": "0", "next": "/"})
    assert 'class=" elder"' not in page(client, world)


def test_who_is_signed_in_neither_gets_nor_leaves_a_kept_page(world: World) -> None:
    nobody, owner = Client(), Client()
    page(nobody, world)
    sign_in(owner, world.owners[0])
    assert "退出登录" in page(owner, world)
    assert "退出登录" not in page(nobody, world)
    assert queries(owner, world) > 5


def test_an_unknown_estate_is_not_kept(client: Client) -> None:
    assert client.get("/e/nowhere/").status_code == 404
    assert client.get("/e/nowhere/").status_code == 404


def _without_token(text: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=|x-csrftoken":)"\w+"', "", text)
