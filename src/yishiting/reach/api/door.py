"""Who asks at this door, and how often he may: a token, or the session of a browser with its CSRF token."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from allauth.core.internal import ratelimit
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from yishiting.ground.organisations.actors import Actor, actor_for
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotAllowed, NotFound
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.api.problems import TooMany, Unauthenticated
from yishiting.reach.tokens import services as tokens
from yishiting.reach.tokens.models import Token

READING = ("GET", "HEAD", "OPTIONS")
#: What may be sent as words, in bytes: answers to five hundred reports of two thousand signs each.
LARGEST_WORDS = 4 * 1024 * 1024
APP = "yishiting.reach.api"
#: As those of sign-in (``config/sign_in.py``): ``ip`` the address that asks, ``key`` the person. Reads are as free as pages.
RATES = {"write": "120/m/key", "wrong_token": "30/10m/ip"}
WAIT_SECONDS = {"write": 60, "wrong_token": 600}


class Request(HttpRequest):
    """A request that has passed a :class:`Key`."""

    actor: Actor
    now: datetime
    token: Token | None


def take(request: HttpRequest, action: str, *, key: str = "") -> None:
    """Count one use of ``action``; raises :class:`TooMany` where it is refused."""
    if not ratelimit.consume(request, app=APP, action=action, config=RATES, key=key, limit_get=True):
        text = gettext_noop("请求太多了，请过 {n} 秒再试。")
        raise TooMany(Sentence(text, n=WAIT_SECONDS[action]), wait=WAIT_SECONDS[action])


class Key(HttpBearer):
    """Recognises who asks, and puts him on the request as ``actor``; a token must have ``scope``.

    ``public``: whoever shows nothing asks as nobody, who sees what he sees on the pages. A token that opens nothing is
    never taken for nobody. ``device``: whether the key of a device opens it, which stands where anybody may look.
    """

    def __init__(self, scope: str = "", *, public: bool = False, device: bool = True) -> None:
        self.scope, self.public, self.device = scope, public, device
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        cast(Request, request).token = None
        if "Authorization" in request.headers:
            scheme, _space, secret = request.headers["Authorization"].partition(" ")
            return self.authenticate(request, secret.strip() if scheme.lower() == "bearer" else "")
        if request.user.is_authenticated:
            _keep_body(request)
            if request.method not in READING and check_csrf(request):
                text = gettext_noop("这个请求没有带上页面的校验码。请刷新页面再试，或者改用接口密钥。")
                raise NotAllowed(text, code="csrf")
        elif not self.public:
            raise Unauthenticated(gettext_noop("请带上您的接口密钥再试。密钥在“我的 · 登录的设备 · 接口密钥”里做。"))
        return self._counted(request)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Let the holder of ``token`` be the actor."""
        asked = cast(Request, request)
        found = tokens.holder_of(token, now=asked.now)
        if found is None:
            take(request, "wrong_token")
            raise Unauthenticated(gettext_noop("这个密钥不对、过期了或者停用了。请换一个能用的。"))
        asked.token, asked.actor = found, actor_for(found.person, now=asked.now)
        if self.scope and self.scope not in found.scopes:
            text = gettext_noop("这个密钥没有“{scope}”这一项。请做一个有这一项的。")
            raise NotAllowed(Sentence(text, scope=self.scope), code="scope")
        if is_device(asked) and not self.device:
            raise NotAllowed(gettext_noop("这里会写到人和住处，设备的密钥打不开。请用自己程序的密钥。"), code="device")
        _keep_body(request)
        return self._counted(request)

    def _counted(self, request: HttpRequest) -> bool:
        if request.method not in READING:
            take(request, "write", key=str(cast(Request, request).actor.person_id))
        return True


def _keep_body(request: HttpRequest) -> None:
    """Keep what was sent before a form in it is read, since a key for sending it again is compared by its bytes.

    Only once it is known who asks: nobody has the server hold forty megabytes. As words alone those would be a hundred
    times as many things to hold, so only files may be so large.
    """
    length = request.headers.get("Content-Length", "")
    large = length.isdecimal() and (len(length) > len(str(LARGEST_WORDS)) or int(length) > LARGEST_WORDS)
    if large and request.content_type != "multipart/form-data":
        raise RequestDataTooBig
    _ = request.body


def is_device(request: Request) -> bool:
    """Return whether a device asks, before which somebody else may stand than who made its key."""
    return request.token is not None and request.token.kind == Token.Kind.DEVICE


def estate_at(slug: str) -> Estate:
    """Return the estate of that address; raises :class:`NotFound`."""
    try:
        return Estate.objects.select_related("region").get(slug=slug)
    except Estate.DoesNotExist:
        raise NotFound(gettext_noop("没有这个小区。请检查网址里的名字。")) from None


def person_of(actor: Actor) -> int:
    """Return who asks; raises :class:`Unauthenticated` for nobody."""
    if actor.person_id is None:
        raise Unauthenticated(gettext_noop("请带上您的接口密钥再试。密钥在“我的 · 登录的设备 · 接口密钥”里做。"))
    return actor.person_id
