"""What was typed into a form whose session had ended: kept for the same browser, and given back after signing in.

It lies in the browser's own session, sealed, for half an hour, and opens by a key that stands in the address to which
signing in leads. Files are never kept, nor what anybody chose on a ballot.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yishiting.ground.people.secrets import seal, unseal
from yishiting.kernel.errors import NotAllowed, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.http import Request

SHELF = "typed"
KEEP = timedelta(minutes=30)
MOST_FIELDS, MOST_CHARACTERS = 300, 60_000
#: Ballots and slips of paper (what was chosen), signing in, the roster's files.
NEVER = re.compile(r"^/(account|demo|elder|language)/|^/me/sessions/|/votes/\d+/(ballot|paper|receipt)/|/roster/")
_SECRET = re.compile(r"csrfmiddlewaretoken|password|code|token")
#: What a person wrote, as against a number, a key or the name of a choice.
_WORDS = re.compile(r"[^\x00-\x7f]|\s")


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent in vain: where to, what stood in it, and whether files came with it."""

    target: str
    fields: tuple[tuple[str, str], ...]
    files: bool

    @property
    def words(self) -> list[str]:
        """What its reader will know again."""
        return [value for _name, value in self.fields if _WORDS.search(value.strip())]


def keep(request: Request) -> str:
    """Keep what was sent, and return the address that gives it back; nothing where it is none of what is kept.

    Only for a browser that brings a session, however old: whoever never signed in has typed into no form of ours.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or NEVER.search(request.path):
        return ""
    fields = [
        (name, str(value)) for name in request.POST if not _SECRET.search(name) for value in request.POST.getlist(name)
    ]
    size = sum(len(name) + len(value) for name, value in fields)
    # A form of buttons alone is pressed again faster than it is read.
    if (
        not any(_WORDS.search(value.strip()) for _name, value in fields)
        or len(fields) > MOST_FIELDS
        or size > MOST_CHARACTERS
    ):
        return ""
    key = secrets.token_urlsafe(24)
    text = json.dumps({"target": request.get_full_path(), "fields": fields, "files": bool(request.FILES)})
    request.session[SHELF] = {"key": key, "at": request.now.isoformat(), "sealed": seal(text)}
    return reverse("web:typed", args=(key,))


def _kept(request: Request, key: str) -> Typed | None:
    lies = request.session.get(SHELF)
    if not lies or not constant_time_compare(lies["key"], key):
        return None
    text = unseal(lies["sealed"]) if request.now < datetime.fromisoformat(lies["at"]) + KEEP else ""
    if not text:
        forget(request)
        return None
    found = json.loads(text)
    return Typed(found["target"], tuple((name, value) for name, value in found["fields"]), found["files"])


def forget(request: HttpRequest) -> None:
    """Keep it no longer."""
    request.session.pop(SHELF, None)


def was_sent(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether this was the sending of what had been kept, and reached its form; the page holds it from then on."""
    return request.method == "POST" and "typed" in request.GET and response.status_code in {200, 302, 422}


@never_cache
def typed(request: Request, key: str) -> HttpResponse:
    """Show what was typed, with a button that sends it where it was to go, and one that throws it away."""
    if request.actor.is_nobody:
        raise NotAllowed(gettext_noop("请先登录，再接着办。"))
    found = _kept(request, key)
    if found is None:
        raise NotFound(gettext_noop("刚才写的不在了：过了半小时，或者已经交上去了。没交的请再写一次。"))
    if request.method == "POST":
        forget(request)
        messages.success(request, _("没有交，写的也没有留。"))
        return redirect("web:me")
    sign = "&" if "?" in found.target else "?"
    context = {"typed": found, "target": f"{found.target}{sign}{urlencode({'typed': key})}"}
    return render(request, "account/typed.html", context)
