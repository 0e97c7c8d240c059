"""Who is asking, and how a verb's refusal becomes a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from yishiting.ground.organisations.actors import NOBODY, Actor, actor_for
from yishiting.kernel import clock
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState

Handler = Callable[[HttpRequest], HttpResponse]

STATUS = {NotAllowed: 403, NotFound: 404, WrongState: 409, BadInput: 422}


def _actor(request: HttpRequest) -> Actor:
    account = request.user
    if not account.is_authenticated:
        return NOBODY
    return actor_for(account.person, now=request.now)  # type: ignore[attr-defined]


class _Arriving(SimpleLazyObject):
    """An actor who is known by number at once; what he owns, lives in and holds is read when it is first asked for.

    Most of what a neighbour does, a ballot above all, asks only who he is.
    """

    def __init__(self, request: HttpRequest) -> None:
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
    """Put ``request.now`` and ``request.actor`` on every request, so both are read once, and the actor only if asked for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = clock.now()  # type: ignore[attr-defined]
        request.actor = _Arriving(request)  # type: ignore[attr-defined]
        return self.get_response(request)


class RefusalMiddleware:
    """Show a refusal that no form caught as a page of its own, with the sentence that the verb gave."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Map the four refusals once; an anonymous reader who may not is asked to sign in first."""
        if not isinstance(exception, Refusal):
            return None
        if isinstance(exception, NotAllowed) and request.actor.is_nobody:  # type: ignore[attr-defined]
            return redirect(f"/account/login/?{urlencode({'next': request.get_full_path()})}")
        status = next((code for kind, code in STATUS.items() if isinstance(exception, kind)), 400)
        return render(request, "ui/refusal.html", {"refusal": exception, "status": status}, status=status)
