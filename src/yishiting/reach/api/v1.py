"""The first version of the interface, put together from the rooms' routers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, re_path
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.schema import NinjaGenerateJsonSchema

from yishiting.reach.api import (
    appraisals,
    ballots,
    calendar,
    canvasses,
    cases,
    chart_units,
    charts,
    concerned,
    desk_matters,
    desk_notices,
    desk_reports,
    desks,
    estates,
    inbox,
    interests,
    matters,
    me,
    meetings,
    my_cases,
    my_reports,
    notices,
    objections,
    paper,
    playbooks,
    posts,
    problems,
    project_money,
    project_tasks,
    projects,
    questions,
    record,
    roster,
    roster_desk,
    rule_books,
    series,
    sittings,
    tiers,
    together,
    votes,
)

ROUTERS = (
    *(estates, tiers, record, roster, roster_desk, posts, interests, charts, chart_units),
    *(calendar, rule_books, matters, my_reports),
    # Before one matter of the desk, whose number an address would take the word for.
    *(together, desk_matters, desk_reports, playbooks),
    *(
        meetings,
        sittings,
        series,
        questions,
        concerned,
        votes,
        ballots,
        paper,
        projects,
        project_money,
        project_tasks,
        appraisals,
        notices,
        desk_notices,
        objections,
        canvasses,
        my_cases,
        cases,
        me,
        inbox,
        desks,
    ),
)
"""The rooms in the order of the document; a new room stands here once it has a router."""

DESCRIPTION = (
    "The verbs of 议事亭 for programmes. A key acts as the person who made it: the same policies, the same refusals as on the "
    "pages. Lists are read by cursor; what is refused is told as a problem (RFC 9457) in the language of Accept-Language."
)


class Interface(NinjaAPI):
    """Ninja's, with problems under their own media type and answers that a reader need not fetch twice."""

    _described: OpenAPISchema | None = None

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """Return the description of the interface, the same on every machine: made once, for readers alone."""
        if self._described is None:
            self._described = self._describe()
        return self._described

    def _describe(self) -> OpenAPISchema:
        told = super().get_openapi_schema(path_prefix="/api/v1")
        shape = problems.Problem.model_json_schema(schema_generator=NinjaGenerateJsonSchema, mode="serialization")
        told["components"]["schemas"][problems.Problem.__name__] = shape
        return told

    def create_response(self, request: HttpRequest, data: Any, **kwargs: Any) -> HttpResponse:
        """Return an answer; to whoever has it already, that it has not changed."""
        response = super().create_response(request, data, **kwargs)
        # Who asks decides what is told, so no cache between may keep it.
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])
        if request.method in ("GET", "HEAD") and response.status_code == 200:
            set_response_etag(response)
            return get_conditional_response(request, etag=response["ETag"], response=response) or response
        return response


api = Interface(
    title="议事亭",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
)
problems.install(api)
for _room in ROUTERS:
    api.add_router("", _room.router)


def _told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Tell a method that an address does not take as any other refusal, and answer HEAD as GET, without what is read."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "HEAD":
            return _headers_alone(request, lambda: answered(request, *args, **kwargs))
        response = view(request, *args, **kwargs)
        return problems.not_offered(response) if isinstance(response, HttpResponseNotAllowed) else response

    return csrf_exempt(answered)


def _headers_alone(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Return what GET answers here with its length and its tag, and no body; no operation is written for HEAD itself."""
    request.method = "GET"
    try:
        response = answer()
    finally:
        request.method = "HEAD"
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def _addresses() -> Iterator[URLPattern]:
    found, _app, _namespace = api.urls
    for entry in found:
        if isinstance(entry, URLPattern) and entry.callback is not None and entry.name != "api-root":
            entry.callback = _told(entry.callback)
            yield entry
    yield re_path(r"^.*$", csrf_exempt(problems.nowhere), name="nowhere")


urlpatterns = list(_addresses())
