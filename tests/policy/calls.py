"""Each operation of the interface, called as it stands behind the door: with somebody, on rows that are there."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, get_args

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from ninja import Schema

from tests.support.world import World
from yishiting.council.matters.tests import making
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import NotAllowed, NotFound, Refusal
from yishiting.reach.api import v1
from yishiting.reach.api.problems import Unauthenticated


@dataclass(frozen=True)
class Operation:
    """An operation: its view, where it stands, and whether nobody is let in at all."""

    name: str
    method: str
    path: str
    view: Callable[..., Any] = field(repr=False)
    public: bool

    def takes(self) -> Mapping[str, inspect.Parameter]:
        """Return what the view takes besides the request."""
        found = dict(inspect.signature(self.view, eval_str=True).parameters)
        found.pop("request")
        return found


def operations() -> Iterator[Operation]:
    """Yield every operation of every router."""
    for room in v1.ROUTERS:
        for path, view in room.router.path_operations.items():
            for each in view.operations:
                door = each.auth_callbacks[0] if each.auth_callbacks else each.auth_param
                yield Operation(str(each.operation_id), each.methods[0], path, each.view_func, door.public)


def sample(schema: Any, world: World, ids: Mapping[str, int], told: Mapping[str, Any] | None = None) -> Any:
    """Return something that fits a type, so that what is decided is whether he may and not whether it reads well.

    ``ids`` are the rows that a field of that name means, wherever it must be given; ``told`` is said of this one alone.
    """
    if isinstance(schema, type) and issubclass(schema, Schema):
        wanted = {name: each for name, each in schema.model_fields.items() if each.is_required()}
        known = {name: ids[name] for name in wanted.keys() & ids.keys()}
        made = {name: sample_of(each, world, ids) for name, each in wanted.items() if name not in known}
        return schema.model_validate({**made, **known, **(told or {})})
    raise AssertionError(schema)


def sample_of(given: Any, world: World, ids: Mapping[str, int]) -> Any:
    """Return something that fits a field."""
    kind = given.annotation
    patterns = [each.pattern for each in given.metadata if hasattr(each, "pattern") and each.pattern]
    if kind is str:
        return {True: "10:00"}.get(any(":" in each for each in patterns), "100" if patterns else "说明")
    if kind is int:
        return 1
    if kind is bool:
        return True
    if kind is date:
        return (world.now + timedelta(days=2)).date().isoformat()
    if "datetime" in str(kind).lower():
        return (world.now + timedelta(days=2)).isoformat()
    if str(kind).startswith("list"):
        (inner,) = get_args(kind)
        return [sample(inner, world, ids).model_dump()] if isinstance(inner, type) and issubclass(inner, Schema) else []
    if str(kind).startswith("dict"):
        return {}
    if "Literal" in str(kind):
        return get_args(kind)[0]
    raise AssertionError(given)


def verdict(
    operation: Operation,
    actor: Actor,
    given: Mapping[str, Any],
    world: World,
    ids: Mapping[str, int],
    body: Mapping[str, Any] | None = None,
) -> bool:
    """Return whether somebody comes past the policies of an operation; whatever it writes is undone."""
    if actor.is_nobody and not operation.public:
        return False
    request = SimpleNamespace(
        actor=actor, now=world.now, headers={}, method=operation.method, path="/", body=b"", token=None, user=None
    )
    arguments: dict[str, Any] = {}
    for name, parameter in operation.takes().items():
        if name in given:
            arguments[name] = given[name]
        elif name == "file":
            arguments[name] = SimpleUploadedFile("门.jpg", making.picture().read())
        elif name == "data":
            arguments[name] = sample(_bare(parameter.annotation), world, ids, body)
        elif parameter.default is inspect.Parameter.empty:
            raise AssertionError(f"{operation.name} takes {name}")
        else:
            arguments[name] = parameter.default
    try:
        with transaction.atomic():
            operation.view(request, **arguments)
            transaction.set_rollback(True)
    except (NotAllowed, NotFound, Unauthenticated):
        return False
    except Refusal:
        return True
    return True


def _bare(annotation: Any) -> Any:
    inner = get_args(annotation)
    return inner[0] if inner and not isinstance(annotation, type) else annotation
