"""Limits of sign-in in words: allauth counts in the shared cache, here it is said when to come back."""

from __future__ import annotations

import math
import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

APP = "allauth.account"


def take(request: HttpRequest, *, action: str, key: str) -> int:
    """Count one use of ``action`` for ``key`` and for the address; return 0, or the seconds to wait where it is refused.

    Rates are ``ACCOUNT_RATE_LIMITS`` in ``config/sign_in.py``. Counted under a lock in the shared cache, so that several
    processes agree.
    """
    if ratelimit.consume(request, app=APP, action=action, key=key):
        return 0
    return seconds_to_wait(request, action=action, key=key)


def seconds_to_wait(request: HttpRequest, *, action: str, key: str) -> int:
    """Return after how many seconds every rate of ``action`` lets one more through; at least 1."""
    now = time.time()
    wait = 1.0
    for rate in ratelimit.get_rates(app=APP, action=action):
        uses = cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key), [])
        allowed, within = ratelimit.apply_rate(list(uses), now, rate, dry_run=True)
        if not allowed:
            # Newest first: a place is free once the last use that fills the rate is old enough.
            wait = max(wait, within[rate.amount - 1] + rate.duration - now)
    return math.ceil(wait)


def duration(seconds: int) -> str:
    """Say a wait as people do, rounded up: 30 秒, 12 分钟, 3 小时."""
    if seconds < 60:
        return _("{n} 秒").format(n=seconds)
    if seconds <= 90 * 60:
        return _("{n} 分钟").format(n=math.ceil(seconds / 60))
    return _("{n} 小时").format(n=math.ceil(seconds / 3600))


def later(reason: object, seconds: int) -> str:
    """Return ``reason`` and when to try again."""
    return _("{reason}请过 {wait}再试。").format(reason=reason, wait=duration(seconds))
