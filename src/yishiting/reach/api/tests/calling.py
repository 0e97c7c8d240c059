"""Calls of the interface in tests: as nobody, or as somebody with a key of his own."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.support.world import World
from yishiting.ground.people.models import Person
from yishiting.ground.people.sign_in import account_for
from yishiting.reach.tokens import rules, services

EVERY = rules.scopes_for(rules.Kind.PERSONAL)


def key_of(world: World, who: str | int | Person, *scopes: str, kind: str = "personal", days: int = 30) -> str:
    """Return a new key of somebody, with every scope unless some are named."""
    person = world.staff[who] if isinstance(who, str) else world.owners[who] if isinstance(who, int) else who
    account_for(person, now=world.now)
    made = services.make_token(
        actor=world.actor(who), kind=kind, label="测试", scopes=scopes or EVERY, days=days, now=world.now
    )
    return made.secret


class Caller:
    """Somebody at the interface; with no key, nobody."""

    def __init__(self, world: World, who: str | int | Person | None = None, key: str = "") -> None:
        self.estate = f"/api/v1/estates/{world.estate.slug}"
        secret = key or (key_of(world, who) if who is not None else "")
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.client = Client()

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        content_type: str = "application/json",
        **more: str,
    ) -> HttpResponse:
        """Send a request; a path that begins with no slash is of the estate."""
        address = path if path.startswith("/") else f"{self.estate}/{path}"
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {}), **more}
        data = "" if body is None else body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.generic(method, address, data, content_type=content_type, headers=headers)

    def get(self, path: str, **more: str) -> HttpResponse:
        """Read."""
        return self.send("GET", path, **more)

    def told(self, path: str) -> Any:
        """Read what must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def does(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Write what must be done."""
        answer = self.send(method, path, body, **more)
        assert answer.status_code in (200, 201), f"{method} {path}: {answer.status_code} {answer.content.decode()}"
        return answer.json()


def problem(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Return the problem that an answer tells, which must be this one."""
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.content)
    assert told["code"] == code, told
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    return told
