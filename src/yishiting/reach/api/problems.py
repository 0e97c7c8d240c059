"""How a refusal is told to a programme (RFC 9457): mapped once, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from yishiting.kernel.words import Sentence, gettext_noop

MEDIA_TYPE = "application/problem+json"


class Unauthenticated(Refusal):
    """Nobody was recognised, and nobody may not do this."""

    code = "unauthenticated"


class TooMany(Refusal):
    """Asked too often; ``wait`` is in how many seconds to come back."""

    code = "too_many"

    def __init__(self, message: str | Sentence, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class Problem(Schema):
    """What was refused and what to do. ``code`` is for programmes, ``detail`` and ``fields`` for people."""

    type: str = Field(description="`urn:yishiting:problem:` and the code")
    title: str
    status: int
    detail: str
    code: str
    fields: dict[str, str] = Field(default_factory=dict, description="by the name of a field, what is wrong with it")


STATUS: dict[type[Refusal], int] = {
    Unauthenticated: 401,
    NotAllowed: 403,
    NotFound: 404,
    WrongState: 409,
    BadInput: 422,
    TooMany: 429,
}
TITLES = {
    400: gettext_noop("看不懂这个请求"),
    401: gettext_noop("要先登录"),
    403: gettext_noop("不能这样办"),
    404: gettext_noop("没有找到"),
    405: gettext_noop("这个地址不收这种请求"),
    409: gettext_noop("现在的情况不能这样办"),
    413: gettext_noop("发来的内容太大"),
    422: gettext_noop("填的内容不能用"),
    429: gettext_noop("请求太多了"),
    500: gettext_noop("系统出了毛病"),
}


def answer(
    status: int,
    *,
    code: str,
    detail: str,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return the answer of a problem."""
    told = Problem(
        type=f"urn:yishiting:problem:{code}",
        title=_(TITLES.get(status, TITLES[400])),
        status=status,
        detail=detail,
        code=code,
        fields=dict(fields or {}),
    )
    content = json.dumps(told.model_dump(), ensure_ascii=False).encode()
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE, headers=dict(headers or {}))


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return a refusal as a problem."""
    status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 400)
    fields = refusal.fields if isinstance(refusal, BadInput) else {}
    headers = {}
    if isinstance(refusal, TooMany):
        headers["Retry-After"] = str(refusal.wait)
    if isinstance(refusal, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return answer(
        status,
        code=refusal.code,
        detail=refusal.message.render(_),
        fields={str(name): text.render(_) for name, text in fields.items()},
        headers=headers,
    )


def _field(error: Mapping[str, Any]) -> str:
    """Return the name under which a mistake is told: the way to it, without where the request has it."""
    place = [str(part) for part in error.get("loc", ())]
    # ("body", "what the parameter is called", "the field", …)
    return ".".join(place[2:] if len(place) > 2 and place[0] in ("body", "form") else place[1:]) or "body"


def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Return what does not fit the description of the interface, field by field."""
    words = {"missing": _("这一项要填。")}
    other = _("这一项填得不对，请照接口说明再填。")
    fields = {_field(each): words.get(each.get("type", ""), other) for each in error.errors}
    return answer(422, code="invalid", detail=_("有 {n} 项没有填对。").format(n=len(fields)), fields=fields)


def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Return that the body could not be read at all."""
    return answer(error.status_code, code="unreadable", detail=_("请求的内容读不出来，请检查格式。"))


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return that what was sent is too large, or no form that can be taken apart."""
    if isinstance(error, RequestDataTooBig):
        return answer(413, code="too_large", detail=_("发来的内容太大了，请分几次发，或把照片缩小。"))
    return answer(400, code="unreadable", detail=_("请求的内容读不出来，请检查格式。"))


def failed() -> HttpResponse:
    """Return that it went wrong on our side; nothing was written."""
    return answer(500, code="failed", detail=_("系统出了毛病，这一步没有记下。请过几分钟再试。"))


def nowhere(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Return that nothing stands at an address."""
    return answer(404, code="not_found", detail=_("没有这个接口地址。请照接口说明检查。"))


def not_offered(response: HttpResponse) -> HttpResponse:
    """Return that an address does not take a method, and which it takes."""
    allowed = response.headers.get("Allow", "").replace("GET", "GET, HEAD")
    detail = _("这个地址只收 {methods}。").format(methods=allowed)
    return answer(405, code="method_not_allowed", detail=detail, headers={"Allow": allowed})


def install(api: NinjaAPI) -> None:
    """Have ``api`` tell every refusal so."""
    # Ninja calls each with the exception itself and types it as the class, too.
    ways: dict[type[Exception], Any] = {
        Refusal: refused,
        ValidationError: invalid,
        HttpError: unreadable,
        Http404: nowhere,
        SuspiciousOperation: broken,
        MultiPartParserError: broken,
        UnreadablePostError: broken,
    }
    for kind, way in ways.items():
        api.add_exception_handler(kind, way)
