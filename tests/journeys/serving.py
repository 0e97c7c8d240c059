"""The demonstration, started once for all test processes: its data, its address, its way in.

The clock stands still at a Wednesday in April, so that a page says the same today and on New Year's Day.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-04-15T10:00:00+08:00"
STORY = "滨河佳苑"
DATABASE = "yishiting.sqlite3"
COMMAND = [sys.executable, "-m", "yishiting.reach.cli.main"]
START_SECONDS = 60


@dataclass(frozen=True)
class Person:
    """One role of the way in: a line of ``demo.json``."""

    role: str
    label: str
    person: int
    phone: str
    estate: str


@dataclass(frozen=True)
class Demo:
    """A running demonstration."""

    base: str
    data: Path

    @property
    def read(self) -> Path:
        """Where processes of this run keep for each other what they read."""
        return self.data / "read"

    @cached_property
    def told(self) -> dict[str, Any]:
        """What the stories and the journeys' own neighbourhood wrote down."""
        found: dict[str, Any] = json.loads((self.data / "demo.json").read_text(encoding="utf-8"))
        return found

    @property
    def ids(self) -> dict[str, Any]:
        """The numbers of the story's matters, votes, meetings."""
        found: dict[str, Any] = self.told["ids"][STORY]
        return found

    @cached_property
    def people(self) -> dict[tuple[str, str], Person]:
        """Everybody who may sign in, by estate and role."""
        rows = [
            Person(
                role=row["role"],
                label=row["label"],
                person=int(row["person"]),
                phone=row["phone"],
                estate=row.get("estate", self.slug),
            )
            for row in self.told["sign_ins"]
        ]
        return {(row.estate, row.role): row for row in rows}

    def person(self, role: str, estate: str = "") -> Person:
        """Return who plays ``role`` in the story, or in another estate."""
        return self.people[estate or self.slug, role]

    def slug_of(self, name: str) -> str:
        """Return the address word of an estate."""
        return next(str(row["slug"]) for row in self.told["estates"] if row["name"] == name)

    @property
    def slug(self) -> str:
        """The story's estate."""
        return self.slug_of(STORY)

    def code_for(self, phone: str) -> str:
        """Return the sign-in code that the server printed last for ``phone``, once it is there."""
        line = re.compile(rf"(\d{{6}})\D+{phone}")
        return until(lambda: (line.findall((self.data / "server.log").read_text(encoding="utf-8")) or [""])[-1])

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``yishiting`` on the data as they stand now and return what came of it.

        On a copy: other journeys write on meanwhile, and a command that reads a table after the other would see the
        half of what they do.
        """
        with tempfile.TemporaryDirectory() as folder:
            still = Path(folder)
            with (
                contextlib.closing(sqlite3.connect(self.data / DATABASE)) as live,
                contextlib.closing(sqlite3.connect(still / DATABASE)) as copy,
            ):
                live.backup(copy)
            # The keys, and the pictures: each is kept before its row, and never changed.
            for each in self.data.iterdir():
                if not each.name.startswith(DATABASE):
                    (still / each.name).symlink_to(each)
            return subprocess.run(
                [*COMMAND, *words], env=environment(still), cwd=ROOT, capture_output=True, text=True, timeout=120
            )


def until(ask: Any, seconds: float = 20.0) -> Any:
    """Return the first true answer of ``ask``; fail after ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"nothing came within {seconds} seconds")


def environment(data: Path, now: str = NOW) -> dict[str, str]:
    """Return the surroundings of the demonstration's processes: their own data and database, the demo's mode, the clock."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("YISHITING_", "DATABASE_URL", "PYTEST"))
    }
    return {
        **kept,
        "YISHITING_MODE": "demo",
        "YISHITING_DATA": str(data),
        "YISHITING_NOW": now,
        "DJANGO_SETTINGS_MODULE": "yishiting.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "PYTHONUNBUFFERED": "1",
    }


def command(data: Path, *words: str, now: str = NOW) -> None:
    """Run a command that must succeed; its messages are shown where it does not."""
    done = subprocess.run(words, env=environment(data, now), cwd=ROOT, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise AssertionError(
            f"{' '.join(words[1:])} ended with {done.returncode}:\n{done.stdout}\n{done.stderr[-4000:]}"
        )


def prepare(data: Path) -> None:
    """Make the database and the static files, replay the story, add the journeys' own neighbourhood."""
    data.mkdir(parents=True, exist_ok=True)
    command(data, sys.executable, "-m", "tests.journeys.neighbourhood")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(data: Path) -> tuple[int, int]:
    """Start the server with its worker; return its process group and its port once it answers."""
    port = free_port()
    with (data / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port)],
            env=environment(data), cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip

    def answers() -> bool:
        if process.poll() is not None:
            raise AssertionError("the server ended")
        with contextlib.suppress(urllib.error.URLError, OSError):
            return bool(urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).status == 200)
        return False

    try:
        until(answers, START_SECONDS)
    except AssertionError as error:
        stop(process.pid)
        raise AssertionError(f"{error}; the server said:\n{(data / 'server.log').read_text()[-3000:]}") from None
    return process.pid, port


def alive(group: int) -> bool:
    """Return whether the server still runs; a run that was broken off leaves a count behind and no server."""
    try:
        os.kill(group, 0)
    except ProcessLookupError:
        return False
    return True


def stop(group: int) -> None:
    """End the server and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(group, 0)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def shared_demo() -> Iterator[Demo]:
    """Yield the demonstration that all processes of this test run share; the last one out stops it.

    ``YISHITING_JOURNEYS`` names a folder that is kept and used again, for whoever writes a journey.
    """
    kept = os.environ.get("YISHITING_JOURNEYS")
    folder = Path(kept) if kept else Path(os.environ["YISHITING_TEST_DATA"]) / "journeys"
    folder.mkdir(parents=True, exist_ok=True)
    data, state = folder / "data", folder / "state.json"
    with _locked(folder):
        if not (folder / "ready").exists():
            shutil.rmtree(data, ignore_errors=True)
            prepare(data)
            (folder / "ready").touch()
        running = json.loads(state.read_text()) if state.exists() else {"users": 0}
        if not running["users"] or not alive(running["group"]):
            running = {"users": 0}
            # What was read from the server before may be told otherwise by this one.
            shutil.rmtree(data / "read", ignore_errors=True)
            (data / "read").mkdir()
            running["group"], running["port"] = serve(data)
        running["users"] += 1
        state.write_text(json.dumps(running))
    try:
        yield Demo(f"http://127.0.0.1:{running['port']}", data)
    finally:
        with _locked(folder):
            running = json.loads(state.read_text())
            running["users"] -= 1
            state.write_text(json.dumps(running))
            if not running["users"]:
                stop(running["group"])
