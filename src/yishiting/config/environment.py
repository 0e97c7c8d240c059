"""What the environment decides: the mode, where data lies, which database, the secrets."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import dj_database_url

ROOT = Path(__file__).resolve().parents[3]
MODES = ("live", "demo", "test")

# Found by measurement on Debian 12 (see docs/adr): immediate transactions, since with deferred ones a third of
# concurrent ballots fail on upgrade; FULL, since ballots are written.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA busy_timeout=20000;"
    "PRAGMA cache_size=-16000;PRAGMA foreign_keys=ON;",
}
# A statement that comes a fifth time on a connection of the pool is planned once: a quarter off a ballot's way. A pooler that
# deals out connections by the transaction must not stand between (PgBouncer before 1.21).
POSTGRES_OPTIONS: dict[str, Any] = {
    "pool": {"min_size": 2, "max_size": 8, "timeout": 10},
    "server_side_binding": True,
    "prepare_threshold": 5,
}


def mode() -> str:
    """Return ``live``, ``demo`` or ``test`` from ``YISHITING_MODE``; anything else raises ``ValueError``."""
    found = os.environ.get("YISHITING_MODE", "live")
    if found not in MODES:
        raise ValueError(f"YISHITING_MODE is {found!r}; it must be one of {', '.join(MODES)}")
    return found


def data_dir() -> Path:
    """Return the folder of all state: ``YISHITING_DATA``, else ``var`` beside the source. Made where missing."""
    folder = Path(os.environ.get("YISHITING_DATA") or ROOT / "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def database(folder: Path) -> dict[str, Any]:
    """Return Django's settings for the database at ``DATABASE_URL``, else for SQLite in ``folder``."""
    url = os.environ.get("DATABASE_URL")
    config: dict[str, Any] = dict(dj_database_url.parse(url or f"sqlite:///{folder / 'yishiting.sqlite3'}"))
    if config["ENGINE"].endswith("sqlite3"):
        # Tests use a file too: a shared database in memory locks whole tables, which no deployment does.
        config |= {"CONN_MAX_AGE": 600, "OPTIONS": SQLITE_OPTIONS, "TEST": {"NAME": str(folder / "test.sqlite3")}}
    else:
        config |= {"CONN_MAX_AGE": 0, "OPTIONS": {**config.get("OPTIONS", {}), **POSTGRES_OPTIONS}}
    return config


def secret(name: str, folder: Path) -> str:
    """Return ``YISHITING_<NAME>``, else the secret kept in ``folder``, made on first use, readable by its owner alone.

    Several nodes must be given the same values by their environment. Raises ``ValueError`` for a file with nothing in it:
    what were sealed without a secret would be lost once there is one.
    """
    if value := os.environ.get(f"YISHITING_{name.upper()}"):
        return value
    path = folder / f"{name}.txt"
    if not path.exists():
        _keep_whole(path, secrets.token_urlsafe(50))
    if not (kept := path.read_text().strip()):
        raise ValueError(
            f"{path} is empty: put the secret of this data back, or take the file away where there is none yet"
        )
    return kept


def _keep_whole(path: Path, text: str) -> None:
    """Write a file that is there with all that is in it or not at all: several processes may begin at once."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        # Fails where another process was first; then its secret holds.
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
