"""What the tests of these pages share: a browser without JavaScript, signed in as somebody of the world."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.support.signing import sign_in
from tests.support.world import World
from yishiting.council.matters.models import Matter
from yishiting.ground.people.models import Person
from yishiting.kernel import clock


class Browser:
    """Opens and posts pages at the world's moment; ``who`` is a post's kind, an owner's index, a person or nobody."""

    def __init__(self, world: World, who: str | int | Person | None, monkeypatch: Any) -> None:
        self.world = world
        self.client = Client()
        self.patch = monkeypatch
        if who is not None:
            person = world.staff[who] if isinstance(who, str) else world.owners[who] if isinstance(who, int) else who
            sign_in(self.client, person)

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
