"""A reader without JavaScript: opens pages, follows links, fills in the forms that stand on them and sends them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.support.signing import sign_in
from yishiting.ground.people.models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Form:
    """A form as it stands on a page: where it goes, how, and what its fields hold before anybody types."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.area = ""
        self.select = ""
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(found.get("action", ""), found.get("method", "get").lower())
            self.forms.append(self.open)
        if self.open is None:
            return
        name = found.get("name", "")
        if name:
            self.open.names.add(name)
        if tag == "input" and name:
            kind = found.get("type", "text")
            if kind in {"radio", "checkbox"} and "checked" not in found:
                return
            if kind != "file":
                self.open.values.setdefault(name, []).append(found.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "textarea":
            self.area, self.text = name, []
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in found or self.select not in self.open.values):
            self.open.values[self.select] = [found.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.open is not None:
            # A browser drops the first line break of a text area.
            self.open.values[self.area] = ["".join(self.text).removeprefix("\n")]
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.open = None


def words(response: HttpResponse) -> str:
    """What a page says, without its tags, spaces run together."""
    text = re.sub(r"<(svg|script|style).*?</\1>|<[^>]+>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", text)


class Reader:
    """Somebody at a browser; ``page`` is what he looks at. Every page that answers is kept for its address."""

    def __init__(self, person: Person | None = None) -> None:
        self.client = Client()
        self.page: HttpResponse = HttpResponse()
        self.address = ""
        if person is not None:
            sign_in(self.client, person)

    def go(self, address: str, *, status: int = 200) -> Reader:
        """Open an address."""
        return self._shown(self.client.get(address, follow=True), address, status)

    def _shown(self, response: Any, address: str, status: int) -> Reader:
        assert response.status_code == status, f"{address}: {response.status_code} {words(response)[:400]}"
        self.page = response
        self.address = response.redirect_chain[-1][0] if response.redirect_chain else address
        return self

    @property
    def says(self) -> str:
        """What the page says."""
        return words(self.page)

    @property
    def html(self) -> str:
        """The page as it was sent."""
        return self.page.content.decode()

    def follow(self, label: str, *, status: int = 200) -> Reader:
        """Follow the first link that says ``label``."""
        for href, inside in re.findall(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.html, re.DOTALL):
            if label in re.sub(r"<[^>]+>", "", inside):
                return self.go(href.replace("&amp;", "&"), status=status)
        raise AssertionError(f"no link says {label!r} on {self.address}")

    def form(self, *names: str, action: str = "") -> Form:
        """The first form of the page that holds all these fields, and goes to an address with ``action`` in it."""
        reader = _Reader()
        reader.feed(self.html.partition("<main")[2])
        for found in reader.forms:
            if found.method == "post" and set(names) <= found.names and action in found.action:
                return found
        raise AssertionError(f"no form with {names} on {self.address}")

    def send(self, *, action: str = "", status: int = 200, **typed: Any) -> Reader:
        """Type into the form with these fields and send it; what is not typed goes as it stands."""
        form = self.form(*typed, action=action)
        target = form.action or self.address
        return self._shown(self.client.post(target, {**form.values, **typed}, follow=True), target, status)
