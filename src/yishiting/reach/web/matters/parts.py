"""What several views of matters share: pictures that survive an error, a page that asks once more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from yishiting.council.matters import services
from yishiting.council.matters.models import Answer, Photo
from yishiting.council.matters.services.photos import MOST
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput
from yishiting.reach.web.http import Request
from yishiting.reach.web.matters.forms import WithPictures
from yishiting.reach.web.once_more import hidden


def take_pictures(request: Request, estate: Estate, form: WithPictures) -> tuple[list[Photo], list[str]]:
    """Keep the pictures that came with a form; return those kept so far and what is wrong with the others.

    A browser cannot send a file twice by itself, so a picture is kept at once and its number stands in the form.
    """
    photos = services.usable(actor=request.actor, estate_id=estate.pk, ids=form.kept_ids())
    faults: list[str] = []
    for upload in form.uploads():
        if len(photos) >= MOST:
            faults.append(_("照片最多 %(most)s 张，后面的没有收。") % {"most": MOST})
            break
        try:
            photos.append(services.store_photo(actor=request.actor, estate=estate, upload=upload, now=request.now))
        except BadInput as refusal:
            faults.append(refusal.message.render(_))
    _remember(form, photos)
    return photos, faults


def _remember(form: forms.Form, photos: list[Photo]) -> None:
    data = form.data.copy() if isinstance(form.data, QueryDict) else QueryDict(mutable=True)
    data["kept"] = ",".join(str(photo.pk) for photo in photos)
    data.setlist("drop", [])
    form.data = data


def said_again(answers: Iterable[Answer]) -> set[int]:
    """Return the answers that say what the one before them says, so that a page does not say it twenty times."""
    return {after.pk for before, after in pairwise(answers) if before.text == after.text}


def ask_once_more(
    request: Request, form: forms.Form, *, title: str, lines: list[tuple[str, str]], button: str, warning: str,
    context: Mapping[str, Any],
) -> HttpResponse:  # fmt: skip
    """Show what is about to be done and cannot be undone, with one button that does it and one that goes back."""
    return render(
        request,
        "matters/confirm.html",
        {
            **context,
            "title": title,
            "lines": [(label, text) for label, text in lines if text],
            "button": button,
            "warning": warning,
            "hidden": hidden(form),
        },
    )
