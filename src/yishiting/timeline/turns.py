"""A queue before SQLite's one writer.

SQLite lets one connection write and has the others look again after ever longer naps, so that under load a ballot waits
far longer than the ballots before it take, and may be overtaken for seconds. Here verbs stand in line for a lock of the
operating system instead, which wakes the next one at once. It keeps nobody from writing who does not ask for a turn: the
database's own lock decides, as before. A process that dies gives its turn up with its open files.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn to write and hold it for the length of the block.

    Nothing is waited for on other databases, which queue by themselves, nor inside a transaction: that one writes
    already, and whoever holds the turn may be waiting for it.
    """
    place = _place()
    if place is None or connection.in_atomic_block:
        yield
        return
    with place.open("ab") as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        yield


def _place() -> Path | None:
    """Return the file to stand in line at: beside the database, as SQLite's own files are."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name.startswith(("file:", ":memory:")):
        return None
    return Path(f"{name}-turn")
