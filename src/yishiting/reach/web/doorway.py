"""What every view does: find the estate, run a verb from a form, page a list. No domain decision stands here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from yishiting.kernel.words import gettext_noop

T = TypeVar("T")
PER_PAGE = 20


class Paged(Protocol):
    """A list that is counted and read a slice at a time, as a pager asks of it."""

    def count(self) -> int:
        """Return how many there are."""
        ...

    def __getitem__(self, wanted: slice, /) -> Sequence[Any]: ...


def estate_at(slug: str) -> Estate:
    """Return the estate of that address; raises :class:`NotFound`."""
    estate = Estate.objects.select_related("region").filter(slug=slug).first()
    if estate is None:
        raise NotFound(gettext_noop("没有这个小区的页面。请检查网址，或回首页重新找。"))
    return estate


def number_in(text: str) -> int | None:
    """Return the number that an address or a form names; None for what no row could have, such as ² or a hundred figures."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def staffed_estates(actor: Actor, duty: Duty) -> list[Estate]:
    """Return the estates in which ``actor`` holds ``duty``; refuses whoever holds it nowhere."""
    ids = [estate for estate in actor.estates_served if actor.has_duty(duty, estate)]
    if not ids:
        raise NotAllowed(gettext_noop("这一页给办事的人用。您要办事，请从“我的”或小区首页进。"))
    return list(Estate.objects.filter(pk__in=ids).order_by("name"))


def show_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put a refusal where it belongs on the form: beside its fields, else above all; what was typed stays."""
    fields = refusal.fields if isinstance(refusal, BadInput) else {}
    for name, text in fields.items():
        form.add_error(name if name in form.fields else None, text.render(_))
    if not fields:
        form.add_error(None, refusal.message.render(_))


def attempt(form: forms.BaseForm, verb: Callable[[], T]) -> T | None:
    """Run ``verb``; a refusal is shown on ``form`` and None returned (the view then renders the form again)."""
    try:
        return verb()
    except Refusal as refusal:
        show_refusal(form, refusal)
        return None


def only_where(may: bool, request: HttpRequest, why: str) -> None:
    """Refuse to show a form that could not be sent, from an old link say. What was sent is for the verb to refuse, so
    that nothing that was typed is lost.
    """
    if request.method in ("GET", "HEAD") and not may:
        raise WrongState(why)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even where nothing was filled in; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def carry_out(request: HttpRequest, form: forms.BaseForm, verb: Callable[[dict[str, Any]], Any], *, said: str) -> bool:
    """Run ``verb`` with what a sent form holds, and tell the reader ``said``. Returns whether it was done.

    False for a page that is only looked at, for a form with mistakes, and for a refusal, which then stands on the form.
    """
    if not form.is_bound or not form.is_valid():
        return False
    try:
        verb(form.cleaned_data)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, said)
    return True


def show_form(
    request: HttpRequest, template: str, context: Mapping[str, Any], *sent: forms.BaseForm | forms.BaseFormSet[Any]
) -> HttpResponse:
    """Show a page with its forms; it answers 422 where one of those that were sent was not taken."""
    wrong = any(
        form.is_bound and (form.total_error_count() if isinstance(form, forms.BaseFormSet) else form.errors)
        for form in sent
    )
    return render(request, template, context, status=422 if wrong else 200)


def attempt_and_tell(request: HttpRequest, verb: Callable[[], Any], done: str) -> bool:
    """Run a verb of a one-button form; tell the reader that it was done, or why not. Returns whether it was done."""
    try:
        verb()
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message.render(_))
        return False
    messages.success(request, done)
    return True


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any] | Paged, per_page: int = PER_PAGE) -> Page[Any]:
    """Return the page of ``rows`` that ``?page=`` asks for; a number out of range gives the nearest page."""
    found: Any = rows  # a pager asks for no more than this, though it is typed as if it did
    return Paginator(found, per_page).get_page(request.GET.get("page"))
