"""A page that shows once more what is about to be done and cannot be undone. It works without scripts.

What was typed goes through it in hidden fields; one button does it (``confirm``), the other goes back to the form
(``edit``), or a link goes back where nothing was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def hidden(form: forms.Form) -> list[tuple[str, str]]:
    """Return what was typed as names and values, to be carried through a page that asks once more."""
    found: list[tuple[str, str]] = []
    for bound in form:
        if isinstance(bound.field, forms.FileField):
            continue
        value = bound.data
        several = value if isinstance(value, list | tuple) else [value]
        found.extend((bound.html_name, str(each)) for each in several if each not in (None, False))
    return found


def look_again(
    request: HttpRequest, typed: forms.Form | Iterable[tuple[str, str]] = (), *, title: str, button: str, warning: str,
    lines: Iterable[tuple[str, str]] = (), back: str = "", staff: bool = False, context: Mapping[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Show what is about to be done: ``typed`` is sent again with ``confirm``; ``back`` is where nothing is done."""
    shown = {
        **(context or {}),
        "frame": "ui/desk.html" if staff else "ui/narrow.html",
        "title": title,
        "lines": [(label, text) for label, text in lines if text],
        "button": button,
        "warning": warning,
        "hidden": hidden(typed) if isinstance(typed, forms.Form) else list(typed),
        "back": back,
    }
    return render(request, "ui/once_more.html", shown)


def wants_to_confirm(request: HttpRequest) -> bool:
    """Whether the reader has seen the page that asks once more and pressed its button."""
    return request.method == "POST" and "confirm" in request.POST


def goes_back(request: HttpRequest) -> bool:
    """Whether the reader pressed the button that goes back to the form."""
    return request.method == "POST" and "edit" in request.POST


def is_new(request: HttpRequest, form: forms.Form) -> bool:
    """Whether what was sent is whole and was not looked at again yet."""
    return form.is_bound and form.is_valid() and not wants_to_confirm(request) and not goes_back(request)
