"""What this room lends to the engine of matters."""

from __future__ import annotations


def register() -> None:
    """Register with the rooms below."""
