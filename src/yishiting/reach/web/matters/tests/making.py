"""What the tests of these pages share: a browser without JavaScript, signed in as somebody of the world."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client

from tests.support.world import World
from yishiting.council.matters.models import Matter
from yishiting.ground.people.models import Account, Person
from yishiting.kernel import clock


class Browser:
    """Opens and posts pages at the world's moment; ``who`` is a post's kind, an owner's index, a person or nobody."""

    def __init__(self, world: World, who: str | int | Person | None, monkeypatch: Any) -> None:
        self.world = world
        self.client = Client()
        self.patch = monkeypatch
        if who is not None:
            person = world.staff[who] if isinstance(who, str) else world.owners[who] if isinstance(who, int) else who
            account, _ = Account.objects.get_or_create(
                person=person, defaults={"handle": f"p{person.pk}", "created_at": world.now}
            )
            # The session alone: signing in is another room's to test, and asks for an address that a test has not.
            session = SessionStore()
            session[SESSION_KEY] = str(account.pk)
            session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
            session[HASH_SESSION_KEY] = account.get_session_auth_hash()
            session.save()
            self.client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    def _at(self) -> None:
        self.patch.setenv(clock.OVERRIDE, self.world.now.isoformat())

    def get(self, path: str, **query: Any) -> HttpResponse:
        """Open a page."""
        self._at()
        return self.client.get(path, query)

    def post(self, path: str, **data: Any) -> HttpResponse:
        """Send a form."""
        self._at()
        return self.client.post(path, data)

    def twice(self, path: str, **data: Any) -> HttpResponse:
        """Send a form and confirm it on the page that asks once more."""
        first = self.post(path, **data)
        assert first.status_code == 200, text(first)
        assert 'name="confirm"' in text(first), text(first)
        return self.post(path, **data, confirm="1")


def text(response: HttpResponse) -> str:
    """The page as text."""
    return response.content.decode()


def public(matter: Matter, tail: str = "") -> str:
    """The address of a matter for everybody."""
    return f"/e/{matter.estate.slug}/matters/{matter.no}/{tail}"


def desk(matter: Matter, tail: str = "") -> str:
    """The address of a matter on the desk."""
    return f"/desk/{matter.estate.slug}/matters/{matter.no}/{tail}"
