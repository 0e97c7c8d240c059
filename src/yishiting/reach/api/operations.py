"""How a router declares a read and a write: scope, refusals, the key for sending again. No decision stands here."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from http.client import responses
from typing import Any, TypeVar

from ninja import Router, Schema, Status

from yishiting.kernel.errors import BadInput
from yishiting.reach.api.door import Key, Request
from yishiting.reach.api.once import HEADER, once
from yishiting.reach.api.paging import marked, unmarked
from yishiting.reach.api.problems import MEDIA_TYPE, Problem

V = TypeVar("V", bound=Callable[..., Any])

#: What a description calls a problem.
_PROBLEM = f"#/components/schemas/{Problem.__name__}"


def _refusals(*statuses: int) -> dict[str, Any]:
    """Say how an operation refuses. Each is raised, so that Ninja, who would make a model for every one, makes none."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _PROBLEM}}}
    return {"responses": {status: {"description": responses[status], "content": content} for status in statuses}}


_REFUSED = _refusals(400, 401, 403, 404, 409, 422, 429)
_WRITE_REFUSED = _refusals(400, 401, 403, 404, 409, 413, 422, 429)
_SENT_AGAIN: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
    "description": "sent again with the same content within a day, the first answer is given and nothing is done twice",
}


def _described(view: Callable[..., Any]) -> dict[str, Any]:
    text = inspect.getdoc(view) or view.__name__
    return {"operation_id": view.__name__, "summary": text.split("\n", 1)[0], "description": text}


def _named(view: Callable[..., Any]) -> Callable[[V], V]:
    """Keep the annotations as types, since a wrapper does not know the names of the module that it wraps for."""

    def keep(run: V) -> V:
        vars(run)["__signature__"] = inspect.signature(view, eval_str=True)
        return run

    return keep


def reads(
    router: Router, path: str, *, scope: str, answer: type[Schema], public: bool = True, device: bool | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a read. ``public``: nobody may ask it too, and is told what the pages tell him.

    A device reads what nobody may ask, and what is said by ``device`` to name no person and no home.
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        router.get(
            path,
            auth=Key(scope, public=public, device=public if device is None else device),
            response={200: answer},
            openapi_extra={**_REFUSED, "security": [{}]} if public else _REFUSED,
            **_described(view),
        )(_by_cursor(view) if "cursor" in inspect.signature(view).parameters else view)
        return view

    return declare


def _as_sent(refusal: BadInput, data: object) -> BadInput:
    """Return a refusal whose fields are called as they were sent: a verb takes a home, the interface its id."""
    known = type(data).model_fields if isinstance(data, Schema) else {}
    fields = {
        f"{name}_id" if name not in known and f"{name}_id" in known else name: text
        for name, text in refusal.fields.items()
    }
    return (
        refusal
        if fields.keys() == refusal.fields.keys()
        else BadInput(refusal.message, code=refusal.code, fields=fields)
    )


def _by_cursor(view: Callable[..., Any]) -> Callable[..., Any]:
    """Have the cursors of a list bear the mark of its address."""

    @_named(view)
    @wraps(view)
    def run(request: Request, *args: Any, **kwargs: Any) -> Any:
        told = view(request, *args, **{**kwargs, "cursor": unmarked(kwargs.get("cursor", ""), request.path)})
        told.next = marked(told.next, request.path)
        return told

    return run


def writes(
    router: Router, path: str, *, scope: str, answer: type[Schema], status: int = 200, method: str = "POST"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a write, which may be sent again under one key without being done again."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @_named(view)
        @wraps(view)
        def run(request: Request, *args: Any, **kwargs: Any) -> Any:
            try:
                made = once(request, status, lambda: view(request, *args, **kwargs))
            except BadInput as refusal:
                raise _as_sent(refusal, kwargs.get("data")) from refusal
            return Status(status, made) if isinstance(made, Schema) else made

        router.api_operation(
            [method],
            path,
            auth=Key(scope),
            response={status: answer},
            openapi_extra={**_WRITE_REFUSED, "parameters": [_SENT_AGAIN]},
            **_described(view),
        )(run)
        return view

    return declare
