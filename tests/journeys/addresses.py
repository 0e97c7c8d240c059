"""Every address that the server answers, from the URL resolver, so that a page nobody thought of is seen too."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Routes that answer with no page, and what they answer with; tests/pages fetches each, by the links that lead there.
FILES: dict[str, str] = {
    "web:healthz": "application/json",
    "web:photo": "image/jpeg",
    "web:desk_excel": _WORKBOOK,
    "web:desk_matters_excel": _WORKBOOK,
    "web:desk_reports_excel": _WORKBOOK,
    "web:meeting_agenda": "application/pdf",
    "web:meeting_invitation": "application/pdf",
    "web:meeting_minutes": "application/pdf",
    "web:meetings_book_paper": "application/pdf",
    "web:meetings_calendar": "text/calendar",
    "web:desk_meetings_excel": _WORKBOOK,
    "web:desk_projects_excel": _WORKBOOK,
    "web:desk_notices_excel": _WORKBOOK,
    "web:desk_canvass_excel": _WORKBOOK,
    "web:desk_notice_picture": "image/jpeg",
    "web:desk_votes_excel": _WORKBOOK,
    "web:desk_posts_excel": _WORKBOOK,
    "web:desk_chart_excel": _WORKBOOK,
    "web:roster_export": _WORKBOOK,
}
#: Pages to which no link leads: each comes after a form was sent, and is looked at by the journey that sends it.
UNREACHED: dict[str, str] = {
    "web:roster_preview": "needs an upload: test_roster",
    "web:roster_done": "needs an import: test_roster",
    "web:ballot_confirm": "the second tap; a GET goes back to the first: the first ballot of way.py",
    "web:desk_matters_together": "comes after several were ticked: test_desk",
    "web:desk_playbook_retire": "needs a playbook of the estate's own: test_own_playbook",
    "web:typed": "needs a form that was sent after its session ended: test_signing_in",
    "account_confirm_login_code": "needs a code on its way: test_signing_in",
}


#: Told to programmes and never shown: its own tests call each address of it (reach/api/tests).
INTERFACE = "api:"


def routes() -> dict[str, str]:
    """Return every named route with its pattern; a route without a name would escape, so it is an error."""
    return {name: pattern for name, pattern in _walk(get_resolver(), "", "") if not name.startswith(INTERFACE)}


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        pattern = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"{pattern} has no name"
            yield f"{namespace}{entry.name}", pattern


def route_of(url: str) -> str:
    """Return the name of the route that answers ``url``, or nothing for what the resolver does not know (static files)."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""


def same_view(name: str) -> set[str]:
    """Return the names that stand for the same pattern: allauth has two for one page."""
    known = routes()
    return {other for other, pattern in known.items() if pattern == known[name]}
