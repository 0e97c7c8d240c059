"""The lock over wrong codes and passwords (django-axes): by phone and address, for an hour, with a calm page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yishiting.ground.people import secrets
from yishiting.ground.people.models import Person
from yishiting.reach.web.account.limits import duration


def address(request: HttpRequest) -> str:
    """Return the address that asks, as allauth's limits see it."""
    return str(get_adapter(request).get_client_ip(request))


def phone_key(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Return what an attempt is counted under: the keyed hash of the phone, never the phone itself.

    After a success axes hands over the account's handle instead, to forget what went wrong before.
    """
    given = credentials or {}
    if given.get("phone"):
        return secrets.lookup_hash(str(given["phone"]))
    handle = given.get("handle")
    if not handle:
        return ""
    return Person.objects.filter(account__handle=handle).values_list("phone_hash", flat=True).first() or ""


def is_open(request: HttpRequest, phone: str) -> bool:
    """Return whether ``phone`` may still try from this address."""
    return bool(AxesProxyHandler.is_allowed(request, {"phone": phone}))


def count_failure(request: HttpRequest, phone: str) -> None:
    """Count a wrong code for ``phone``, known or not; at the limit axes answers this request with :func:`page`."""
    user_login_failed.send(sender=__name__, credentials={"phone": phone}, request=request)


def page(
    request: HttpRequest, original_response: HttpResponse | None = None, credentials: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Say that it is locked, until when, and what to do meanwhile."""
    cool_off = get_cool_off(request) or timedelta(hours=1)
    last = (
        AccessAttempt.objects.filter(username=phone_key(request, credentials), ip_address=address(request))
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    left = (last + cool_off - timezone.now()) if last else cool_off
    context = {"wait": duration(max(1, int(left.total_seconds())))}
    return render(request, "account/locked.html", context, status=429)
