"""The one clock. Verbs take ``now`` as an argument; only doors and the worker ask this module for it."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
OVERRIDE = "YISHITING_NOW"

_override_allowed = False


def allow_override(allowed: bool) -> None:
    """Let ``YISHITING_NOW`` set the clock; settings for demonstration and tests alone say so."""
    global _override_allowed
    _override_allowed = allowed


def parse(text: str) -> datetime:
    """Read an ISO 8601 time; one without an offset is China time. Raises ``ValueError`` on anything else."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def now() -> datetime:
    """Return the present moment in China time, or what ``YISHITING_NOW`` says where that is allowed."""
    if _override_allowed and (text := os.environ.get(OVERRIDE)):
        return parse(text).astimezone(CHINA)
    return datetime.now(CHINA)
