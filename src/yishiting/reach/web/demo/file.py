"""``demo.json``, which the stories write: who may be signed in as, with one click."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class SignIn:
    """A role of the demonstration and the invented person behind it."""

    role: str
    label: str
    person_id: int
    phone: str
    password: str
    #: The name of his estate; empty where the file does not say.
    place: str = ""


def path() -> Path:
    """Where the stories write it."""
    return Path(settings.DATA_DIR) / "demo.json"


def sign_ins() -> list[SignIn]:
    """Return the roles in the file's order; nothing where the file is missing or is not what the stories write."""
    try:
        content = json.loads(path().read_text(encoding="utf-8"))
        places = {row["slug"]: row.get("name", "") for row in content["estates"]}
        return [_sign_in(entry, places) for entry in content["sign_ins"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _sign_in(entry: dict[str, Any], places: Mapping[str, str]) -> SignIn:
    return SignIn(
        role=str(entry["role"]),
        label=str(entry["label"]),
        person_id=int(entry["person"]),
        phone=str(entry.get("phone") or ""),
        password=str(entry.get("password") or ""),
        place=str(places.get(entry.get("estate", ""), "")),
    )
