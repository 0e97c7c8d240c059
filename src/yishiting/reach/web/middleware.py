"""Who is asking, and how a verb's refusal becomes a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from yishiting.ground.organisations.actors import NOBODY, Actor, actor_for
from yishiting.kernel import clock
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.account import typed
from yishiting.reach.web.http import Request

Handler = Callable[[Request], HttpResponse]

READING = ("GET", "HEAD")
#: An address under the page of one matter, vote, meeting, to which a form that is refused leads back.
_THING = re.compile(r"(/(?:e|desk|me/cases)/[-\w]+/(?:[a-z]+/)?\d+/).")
STATUS = {NotAllowed: 403, NotFound: 404, WrongState: 409, BadInput: 422}


#: How a NUL stands in an address. No text has one, and PostgreSQL refuses to look for it.
_NUL = "%00"
#: Says so itself, in its own form.
_INTERFACE = "/api/"


def _without_nul(request: Request) -> None:
    """Leave out of what an address asks for what nobody typed and no row holds."""
    asked = request.GET.copy()
    for name, values in request.GET.lists():
        asked.setlist(name, [value.replace("\0", "") for value in values])
    vars(request)["GET"] = asked


def _actor(request: Request) -> Actor:
    account = request.user
    if not account.is_authenticated:
        return NOBODY
    return actor_for(account.person, now=request.now)


class _Arriving(SimpleLazyObject):
    """An actor who is known by number at once; what he owns, lives in and holds is read when it is first asked for.

    Most of what a neighbour does, a ballot above all, asks only who he is.
    """

    def __init__(self, request: Request) -> None:
        super().__init__(lambda: _actor(request))
        # Past __setattr__, which would ask for the actor.
        self.__dict__["_request"] = request

    @property
    def person_id(self) -> int | None:
        """The person's id, None for nobody."""
        account = self.__dict__["_request"].user
        return account.person_id if account.is_authenticated else None

    @property
    def is_nobody(self) -> bool:
        """Whether nobody is signed in."""
        return self.person_id is None


class ActorMiddleware:
    """Put ``request.now`` and ``request.actor`` on every request, so both are read once, and the actor only if asked for.

    What is answered to an actor is his.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        if _NUL in request.META.get("QUERY_STRING", "") and not request.path.startswith(_INTERFACE):
            _without_nul(request)
        request.now = clock.now()
        request.actor = cast(Actor, _Arriving(request))
        response = self.get_response(request)
        # Who asks decides what a page says, so no cache between may keep it; what says otherwise itself has its reason.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class RefusalMiddleware:
    """Show a refusal that no form caught as a page of its own, with the sentence that the verb gave."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        response = self.get_response(request)
        if typed.was_sent(request, response) and not request.actor.is_nobody:
            typed.forget(request)
        if response.status_code == 405 and request.method in READING and not _is_problem(response):
            # An address that only takes what a form sends, opened from the history or after signing in again.
            text = gettext_noop("这个地址只收表单交上来的内容，打开看不到东西。请从页面上的按钮再办一次。")
            return _refused(request, WrongState(text), 405, keep=response)
        return response

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        """Map the four refusals once; an anonymous reader who may not is asked to sign in first."""
        if not isinstance(exception, Refusal):
            return None
        # What stands on the desk is found by nobody; a worker whose session has ended is asked to sign in, too.
        hidden = isinstance(exception, NotFound) and request.path.startswith("/desk/")
        if (isinstance(exception, NotAllowed) or hidden) and request.actor.is_nobody:
            if request.method not in READING:
                if address := typed.keep(request):
                    messages.warning(request, _("您已经退出登录了。请再登录一次，刚才写的还在。"))
                    return redirect(f"/account/login/?{urlencode({'next': address})}")
                messages.warning(request, _("刚才交的没有收：您现在没有登录。请先登录，再交一次。"))
            return redirect(f"/account/login/?{urlencode({'next': _back_to(request)})}")
        status = next((code for kind, code in STATUS.items() if isinstance(exception, kind)), 400)
        return _refused(request, exception, status)


def _is_problem(response: HttpResponse) -> bool:
    """Whether a programme is answered, which is told of a refusal in its own form."""
    return response.headers.get("Content-Type", "").startswith("application/problem+json")


def _back_to(request: Request) -> str:
    """Return the page to open after signing in: this one, or the one whose form was sent to a place with no page."""
    if request.method in READING:
        return request.get_full_path()
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc == request.get_host():
        return urlunsplit(("", "", came.path or "/", came.query, ""))
    return request.get_full_path()


def _refused(request: Request, refusal: Refusal, status: int, *, keep: HttpResponse | None = None) -> HttpResponse:
    thing = _THING.match(request.path)
    context = {"refusal": refusal, "status": status, "back": thing[1] if thing and status != 404 else ""}
    page = render(request, "ui/refusal.html", context, status=status)
    if keep is not None and (allowed := keep.headers.get("Allow")):
        page.headers["Allow"] = allowed
    return page
