"""The desk's first page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.desk import reading
from yishiting.reach.web.http import Request


def desk(request: Request) -> HttpResponse:
    """What is due to me, by clock, over all rooms and all estates that my posts answer for."""
    if not request.actor.offices:
        raise NotAllowed(gettext_noop("工作台给办事的人用。您要办事，请从“我的”或小区首页进。"))
    estates = list(Estate.objects.filter(pk__in=request.actor.estates_served).order_by("name"))
    return render(
        request,
        "desk/desk.html",
        {
            "section": "desk",
            "estates": estates,
            "estate": estates[0] if len(estates) == 1 else None,
            **reading.desk(request.actor, request.now),
        },
    )
