"""The rules of a place as anybody reads them, and the choice of the pack at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.ground.packs import shipped
from yishiting.ground.packs.definition import RuleBook
from yishiting.ground.packs.showing import said
from yishiting.ground.places import books, policy, services
from yishiting.ground.places.models import AdoptedPack, Estate
from yishiting.kernel.words import Sentence
from yishiting.reach.web.doorway import attempt, estate_at, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.packs import forms

SECTION = "votes"


@dataclass(frozen=True, slots=True)
class Line:
    """A figure as a page shows it: what it is called, what it says, and where it comes from."""

    title: str
    value: Sentence
    pack: str
    source: str
    note: str
    read_on: date
    verified: bool


def lines(book: RuleBook) -> list[Line]:
    """Return every figure of a book, in the order of the keys."""
    return [
        Line(
            title=_(told.figure.key.title),
            value=said(told.figure),
            pack=_(told.pack.name),
            source=_(told.figure.source),
            note=_(told.figure.note) if told.figure.note else "",
            read_on=told.figure.read_on,
            verified=told.figure.verified,
        )
        for told in book
    ]


@require_safe
def rules(request: Request, slug: str) -> HttpResponse:
    """What holds here, figure by figure, for anybody."""
    estate = estate_at(slug)
    book = books.rules_in(estate.pk)
    found = lines(book)
    return render(
        request,
        "packs/rules.html",
        {
            "estate": estate,
            "section": SECTION,
            "pack": book.pack,
            "lines": found,
            "unverified": sum(1 for line in found if not line.verified),
        },
    )


def _kept(request: Request, slug: str) -> Estate:
    estate = estate_at(slug)
    policy.can_keep_rules(request.actor, estate.pk).enforce()
    return estate


@require_safe
def desk(request: Request, slug: str) -> HttpResponse:
    """Which pack the estate took, those before it, and the way to another."""
    estate = _kept(request, slug)
    return render(
        request,
        "packs/desk.html",
        {
            "estate": estate,
            "section": SECTION,
            "pack": books.rules_in(estate.pk).pack,
            "adopted": AdoptedPack.objects.filter(estate=estate).order_by("-no")[:50],
        },
    )


def choose(request: Request, slug: str) -> HttpResponse:
    """Take one of the packs that come with the product."""
    estate = _kept(request, slug)
    packs = list(shipped.packs().values())
    form = forms.ChooseForm(posted(request), packs=packs, initial={"pack": books.rules_in(estate.pk).pack.id})
    if form.is_bound and form.is_valid():
        done = attempt(
            form,
            lambda: services.adopt_pack(
                actor=request.actor,
                estate=estate,
                text=shipped.source_of(form.cleaned_data["pack"]),
                reason=form.cleaned_data["reason"],
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(request, _("采用了。从现在起开始的表决照它办，已经开始的照开始时的规则。"))
            return redirect("web:desk_rules", slug=slug)
    return show_form(
        request, "packs/choose.html", {"estate": estate, "section": SECTION, "form": form, "packs": packs}, form
    )


def bring(request: Request, slug: str) -> HttpResponse:
    """Take a pack of the compound's own; what is at fault is told line by line, and nothing typed is lost."""
    estate = _kept(request, slug)
    form = forms.BringForm(posted(request))
    faulty: list[services.FaultyPack] = []

    def take() -> AdoptedPack:
        try:
            return services.adopt_pack(
                actor=request.actor,
                estate=estate,
                text=form.cleaned_data["pack"].replace("\r\n", "\n"),
                reason=form.cleaned_data["reason"],
                now=request.now,
            )
        except services.FaultyPack as found:
            faulty.append(found)
            raise

    if form.is_bound and form.is_valid() and attempt(form, take) is not None:
        messages.success(request, _("采用了。从现在起开始的表决照它办，已经开始的照开始时的规则。"))
        return redirect("web:desk_rules", slug=slug)
    faults = faulty[0].faults if faulty else ()
    return show_form(
        request, "packs/bring.html", {"estate": estate, "section": SECTION, "form": form, "faults": faults}, form
    )
