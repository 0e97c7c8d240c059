"""What the tests of sign-in share: codes that are caught instead of sent, and a clock that can be moved on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from yishiting.ground.people import ports

LOGIN = "/account/login/"
CODE = "/account/login/code/"
PASSWORD = "/account/login/password/"
PHONE = "13900001234"


@dataclass
class Post:
    """The codes that left, in order."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)

    def hand_over(self, phone: str, code: str, language: str) -> None:
        """Stand in for :func:`ports.hand_over`."""
        self.sent.append((phone, code))
        self.languages.append(language)

    @property
    def last(self) -> str:
        """The latest code."""
        return self.sent[-1][1]


@dataclass
class Time:
    """How far the clock of limits and codes was moved on, in seconds."""

    offset: float = 0.0

    def advance(self, seconds: float) -> None:
        """Move it on."""
        self.offset += seconds


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """Catch codes instead of sending them."""
    caught = Post()
    monkeypatch.setattr(ports, "hand_over", caught.hand_over)
    return caught


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Let a test pass time without waiting."""
    moved, real = Time(), time.time
    monkeypatch.setattr(time, "time", lambda: real() + moved.offset)
    return moved


@pytest.fixture
def fresh_counters(db: None) -> None:
    """Begin with no attempt counted, whatever a transactional test left in the cache's table."""
    cache.clear()


def ask(client: Client, phone: str = PHONE, **extra: str) -> HttpResponse:
    """Ask for a code."""
    return client.post(LOGIN, {"phone": phone}, **extra)


def enter(client: Client, code: str, **extra: str) -> HttpResponse:
    """Type a code."""
    return client.post(CODE, {"code": code}, **extra)


def wrong(code: str) -> str:
    """Return six digits that are not ``code``."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def sign_in(client: Client, post: Post, phone: str = PHONE) -> HttpResponse:
    """Sign in by phone and code."""
    ask(client, phone)
    return enter(client, post.last)


def signed_in(client: Client) -> bool:
    """Return whether the next request is somebody's."""
    return client.get("/me/sessions/").status_code == 200


def whole_database() -> str:
    """Return every value of every table as text, to look for what must not stand there in the clear."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)
