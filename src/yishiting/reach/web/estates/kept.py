"""A page as nobody sees it, kept for as long as nothing at all was written to the database, and for one minute at most.

What is compared is the database's own word on whether anything was committed, not a number that services keep. So a row
that was changed behind them shows at once: a kept page never says anything that the rows do not say.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import get_language

from yishiting.reach.web.http import Request

MOST = 32
"""Pages that one thread keeps. Each keeps its own, since SQLite answers for one connection at a time."""

#: Cookies that change nothing on the page, or are part of the key. Any other may mean that somebody is signed in, or that
#: a message waits to be shown.
_KNOWN = frozenset({"csrftoken", "elder", "language"})
#: Stands in a kept page for the form token, which each reader gets anew. Nobody can guess it, so nobody can write it.
_TOKEN = secrets.token_hex(32)


class _Shelf(threading.local):
    def __init__(self) -> None:
        self.pages: OrderedDict[tuple[Any, ...], tuple[tuple[Any, ...], str]] = OrderedDict()


_shelf = _Shelf()


def render_kept(request: Request, template: str, context: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Render ``template``; ``context`` is not even asked where the page as nobody sees it still holds."""
    stamp = _stamp(request) if _for_nobody(request) else None
    if stamp is None:
        return HttpResponse(render_to_string(template, context(), request))
    key = (request.get_host(), request.path, request.COOKIES.get("elder"), get_language())
    kept = _shelf.pages.get(key)
    if kept is None or kept[0] != stamp:
        # The stamp was taken before the rows are read: what is written meanwhile makes the next stamp another one.
        kept = stamp, render_to_string(template, {**context(), "csrf_token": _TOKEN}, request)
        _shelf.pages[key] = kept
        while len(_shelf.pages) > MOST:
            _shelf.pages.popitem(last=False)
    return HttpResponse(kept[1].replace(_TOKEN, get_token(request)))


def _for_nobody(request: Request) -> bool:
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and "HTTP_HX_REQUEST" not in request.META
        and _KNOWN.issuperset(request.COOKIES)
    )


def _stamp(request: Request) -> tuple[Any, ...] | None:
    """Return what stays equal only while nobody commits a change and the minute lasts; None where that cannot be told.

    Inside a transaction it cannot: what is written there may yet be undone.
    """
    if connection.in_atomic_block:
        return None
    minute = request.now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # data_version changes with every commit of any other connection, total_changes with every row that this
            # one changes; both say something about this very connection alone, so it is part of the stamp.
            cursor.execute("PRAGMA data_version")
            return connection.connection, cursor.fetchone()[0], connection.connection.total_changes, minute
        if connection.vendor == "postgresql":
            # Which transactions are visible: two snapshots that read alike see the same rows.
            cursor.execute("SELECT pg_current_snapshot()::text")
            return cursor.fetchone()[0], minute
    return None
