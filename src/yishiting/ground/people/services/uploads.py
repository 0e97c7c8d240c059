"""A roster between its upload and its confirmation: sealed, under a random name, where every node can read it."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from yishiting.ground.people import secrets
from yishiting.ground.people.policy import Asking, can_keep_roster
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop

FOLDER = "rosters"
KEPT = timedelta(hours=24)
"""How long a roster waits for its confirmation; names and phones are not kept longer than they are needed."""

_TOKEN = re.compile(r"(?P<at>\d{10})-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A roster's file as it was uploaded."""

    token: str
    filename: str
    data: bytes


def keep(*, actor: Asking, estate: Estate, filename: str, data: bytes, now: datetime) -> str:
    """Keep a file for its confirmation by the same person for the same estate; return its token."""
    can_keep_roster(actor, estate.pk).enforce()
    forget_old(now=now)
    token = f"{int(now.timestamp()):010d}-{token_hex(16)}"
    content = {
        "estate": estate.pk,
        "by": actor.person_id,
        "filename": filename[:120],
        "data": base64.b64encode(data).decode(),
    }
    default_storage.save(f"{FOLDER}/{token}", ContentFile(secrets.seal(json.dumps(content)).encode()))
    return token


def fetch(*, actor: Asking, estate: Estate, token: str, now: datetime) -> Upload:
    """Return the file of ``token``; raises ``NotFound`` for another person's, another estate's and an old one."""
    can_keep_roster(actor, estate.pk).enforce()
    gone = NotFound(gettext_noop("这份名册已经用过，或放了超过一天，找不到了。请重新上传。"))
    found = _TOKEN.fullmatch(token)
    if found is None or _is_old(found["at"], now) or not default_storage.exists(f"{FOLDER}/{token}"):
        raise gone
    with default_storage.open(f"{FOLDER}/{token}", "rb") as file:
        opened = secrets.unseal(file.read().decode())
    content = json.loads(opened) if opened else {}
    if (content.get("estate"), content.get("by")) != (estate.pk, actor.person_id):
        raise gone
    return Upload(token, content["filename"], base64.b64decode(content["data"]))


def forget(upload: Upload) -> None:
    """Delete a file that was taken in or given up."""
    default_storage.delete(f"{FOLDER}/{upload.token}")


def forget_old(*, now: datetime) -> None:
    """Delete the files that nobody confirmed in time."""
    try:
        _, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for name in names:
        found = _TOKEN.fullmatch(name)
        if found is not None and _is_old(found["at"], now):
            default_storage.delete(f"{FOLDER}/{name}")


def _is_old(at: str, now: datetime) -> bool:
    return now - datetime.fromtimestamp(int(at), UTC) > KEPT
