"""What was typed while the session ended is there after signing in again, for half an hour, and never a choice."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.support.signing import sign_in
from tests.support.world import World, make_world
from yishiting.council.matters.models import Report
from yishiting.kernel import clock

pytestmark = pytest.mark.django_db
WORDS = "电动车又堵了门，轮椅推不出来。"
GONE = "刚才写的不在了"


class Forms(HTMLParser):
    """The forms of a page: where each leads, and what stands in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((has.get("action", ""), {}))
        elif tag == "input" and self.found:
            self.found[-1][1][has.get("name", "")] = has.get("value", "")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world(6)
    monkeypatch.setenv(clock.OVERRIDE, made.now.isoformat())
    return made


def fields(world: World) -> dict[str, str]:
    """What a neighbour types to report a matter."""
    return {"title": "车堵门", "category": "停车充电", "place": "", "spot": "", "words": WORDS, "kept": ""}


def ended(world: World) -> Client:
    """A browser whose session was ended from another device."""
    client = sign_in(Client(), world.owners[0])
    client.get(f"/e/{world.estate.slug}/matters/new/")
    Session.objects.all().delete()
    return client


def sent(client: Client, path: str, data: dict[str, str]) -> str:
    """Send a form in vain; return where signing in leads."""
    answer = client.post(path, data)
    assert answer.status_code == 302
    place = urlsplit(answer.headers["Location"])
    assert place.path == "/account/login/"
    return parse_qs(place.query)["next"][0]


def test_what_was_typed_is_sent_after_signing_in_again(world: World) -> None:
    client, path = ended(world), f"/e/{world.estate.slug}/matters/new/"
    back = sent(client, path, fields(world))
    assert "刚才写的还在" in client.get(f"/account/login/?next={back}").content.decode()
    assert WORDS not in client.get(back, follow=True).content.decode(), "nobody reads it before he signed in"

    page = sign_in(client, world.owners[0]).get(back).content.decode()
    target, held = next((action, inputs) for action, inputs in Forms(page).found if action.startswith(path))

    assert f'<blockquote class="quote keep">{WORDS}' in page
    assert client.post(target, held).status_code == 302
    assert Report.objects.get().words == WORDS
    assert GONE in client.get(back).content.decode(), "it is given back once"


def test_what_lies_there_is_sealed_and_opens_by_its_address_alone(world: World) -> None:
    client = ended(world)
    back = sent(client, f"/e/{world.estate.slug}/matters/new/", fields(world))

    lies = str([session.get_decoded() for session in Session.objects.all()])

    assert "typed" in lies
    assert WORDS not in lies
    assert "words" not in lies
    sign_in(client, world.owners[0])
    assert GONE in client.get(f"{back[:-5]}zzzz/").content.decode()
    assert GONE in sign_in(Client(), world.owners[0]).get(back).content.decode(), "another browser"


def test_it_is_gone_after_half_an_hour_or_when_it_is_thrown_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/e/{world.estate.slug}/matters/new/"
    late, other = ended(world), ended(world)
    first, second = sent(late, path, fields(world)), sent(other, path, fields(world))
    sign_in(other, world.owners[0])
    assert other.post(second).status_code == 302
    assert GONE in other.get(second).content.decode()

    monkeypatch.setenv(clock.OVERRIDE, (world.now + timedelta(minutes=31)).isoformat())

    assert GONE in sign_in(late, world.owners[0]).get(first).content.decode()


@pytest.mark.parametrize("path", ["votes/1/ballot/confirm/", "votes/1/ballot/"])
def test_a_choice_is_never_kept(world: World, path: str) -> None:
    client = ended(world)

    client.post(f"/e/{world.estate.slug}/{path}", {"choice_1": "for", "note": "我赞成"})

    assert "typed" not in client.session


def test_a_browser_that_brings_no_session_leaves_nothing(world: World) -> None:
    back = sent(Client(), f"/e/{world.estate.slug}/matters/new/", fields(world))

    assert "/account/typed/" not in back
    assert not Session.objects.exists()
