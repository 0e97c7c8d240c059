"""Phones at rest: sealed with authenticated encryption, found by a keyed hash (RULES §8)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


@lru_cache(maxsize=4)
def _keys(secret: str) -> tuple[Fernet, bytes]:
    # Two keys from one secret, so that knowing the hash key never opens what is sealed.
    sealing = hmac.new(secret.encode(), b"yishiting seal", hashlib.sha256).digest()
    lookup = hmac.new(secret.encode(), b"yishiting lookup", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(sealing)), lookup


def seal(text: str) -> str:
    """Return ``text`` encrypted, or an empty string for an empty one."""
    return _keys(settings.DATA_KEY)[0].encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Return what was sealed; an empty string where nothing was, or where it was sealed under another key."""
    if not sealed:
        return ""
    try:
        return _keys(settings.DATA_KEY)[0].decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def lookup_hash(text: str) -> str:
    """Return a keyed hash by which equal texts meet, or an empty string for an empty one."""
    return hmac.new(_keys(settings.DATA_KEY)[1], text.encode(), hashlib.sha256).hexdigest() if text else ""
