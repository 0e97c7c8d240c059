"""Whatever anybody sends: never a server error, and every answer as the description says. Driven by schemathesis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.record.everything import live
from tests.support.world import World
from yishiting.kernel import clock
from yishiting.reach.api import door
from yishiting.reach.api.tests.calling import key_of
from yishiting.reach.api.v1 import api

pytestmark = [pytest.mark.long, pytest.mark.django_db]
application = get_wsgi_application()
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
EXAMPLES = 4
#: What is counted from one within an estate or a thing, so that a small number is likely to be there.
NUMBERED = frozenset({"no", "line", "task", "phase", "proposal", "party", "version"})
schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
#: By method and path. Asked one test each under a name of its own: tests of one name are one to whoever hands them out.
OPERATIONS = {found.ok().label: found.ok() for found in schema.get_all_operations()}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """An estate where everything happened, made once for the module, inside a transaction that is undone at its end."""
    for signal in (request_started, request_finished):
        # A server closes its connection between requests; here that would end the transaction.
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        yield live()
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def keys(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    now = world.now + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(door, "RATES", {})
    return {"": "", "owner": key_of(world, 0), "worker": key_of(world, "community_worker")}


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_whatever_is_sent_is_answered_as_described(label: str, world: World, keys: dict[str, str]) -> None:
    """Half of what is sent is of this estate, so that it reaches the verbs and not only the address."""

    @given(case=OPERATIONS[label].as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        if "slug" in case.path_parameters and len(repr(case.path_parameters)) % 2:
            case.path_parameters["slug"] = world.estate.slug
            for name in NUMBERED & case.path_parameters.keys():
                if isinstance(case.path_parameters[name], int):
                    case.path_parameters[name] = case.path_parameters[name] % 4 + 1
        for key in keys.values():
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            with transaction.atomic():
                response = case.call(app=application, headers=headers)
                transaction.set_rollback(True)
            case.validate_response(response, checks=list(CHECKS))

    ask()
