"""Canonical bytes and SHA-256 digests: the same value gives the same digest on every machine and database."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

GENESIS = "0" * 64
#: Most of what is hashed: JSON says it as it is. Of these types themselves, so that whatever is made of them is looked at.
_AS_IS = frozenset({str, int, bool, type(None)})


def _plain(value: Any) -> Any:
    if type(value) in _AS_IS:
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a datetime without a zone has no canonical form")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # 131.0, 131.00 and 131 are the same figure whatever a database makes of them.
        return format(value.normalize(), "f")
    if isinstance(value, float):
        raise TypeError("a float has no canonical form; use Decimal or int")
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def canonical(value: Any) -> bytes:
    """Return ``value`` as UTF-8 JSON with sorted keys and no spaces.

    Takes None, bool, int, str, Decimal, aware datetimes, dates, lists, tuples and dicts of these; a float or a naive
    datetime raises ``TypeError``, since neither has one meaning.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of :func:`canonical` ``value`` as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def chain(previous: str, value: Any) -> str:
    """Return the hash of an entry ``value`` that follows the entry with hash ``previous``."""
    return hashlib.sha256(previous.encode() + b"\n" + canonical(value)).hexdigest()
