"""Entries that this room writes and rows that they attest, registered at start-up."""

from __future__ import annotations


def register() -> None:
    """Register this room with the timeline."""
