"""A demonstration of the benchmark's own: its data in a folder that is thrown away, its server, orders to the client."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 8
START_SECONDS = 60


@dataclass(frozen=True)
class Came:
    """What the client saw: responses a second and the time of each in milliseconds; and what one took the server.

    ``cpu`` is in milliseconds of one core, 0 where the system does not tell: whatever else the machine does hardly changes it.
    """

    per_second: float
    taken: tuple[float, ...]
    cpu: float = 0.0


def percentile(taken: Sequence[float], share: float) -> float:
    """Return the time within which ``share`` of the responses came."""
    ordered = sorted(taken)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@dataclass
class Box:
    """The running server and what was prepared for it."""

    data: Path
    port: int = 0
    server: int = 0
    told: dict[str, Any] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Return the surroundings of the benchmark's processes: their own data, the demonstration's mode."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("YISHITING_")}
        return {
            **kept,
            "YISHITING_MODE": "demo",
            "YISHITING_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "yishiting.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }

    def run(self, *words: str) -> str:
        """Run a module that must succeed; return what it printed, show its messages where it did not."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            env=self.environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=900,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-4000:]}")
        return done.stdout

    def prepare(self, what: str, *numbers: int) -> None:
        """Put something into the database and keep what is told of it."""
        self.told |= json.loads(self.run("benchmarks.prepare", what, *map(str, numbers)))

    def request(
        self, path: str, *, cookies: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
    ) -> str:
        """Return a request as it goes over the wire; with ``form`` a post."""
        from urllib.parse import urlencode

        body = "" if form is None else urlencode(form)
        head = [f"{'GET' if form is None else 'POST'} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        if cookies:
            head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
        if form is not None:
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join([*head, "", body])

    def load(self, requests: Sequence[str], *, seconds: float | None, status: int = 200) -> Came:
        """Have the client send ``requests``; any other answer than ``status`` ends the benchmark."""
        order = {"port": self.port, "connections": CONNECTIONS, "requests": list(requests), "seconds": seconds}
        before = _cpu(self.server)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.load"], input=json.dumps(order), cwd=ROOT, capture_output=True, text=True,
            timeout=180,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"the client stopped:\n{done.stderr[-2000:]}")
        came = json.loads(done.stdout)
        if set(came["statuses"]) != {str(status)}:
            log = (self.data / "server.log").read_text(encoding="utf-8")[-2000:]
            raise SystemExit(f"{requests[0].splitlines()[0]} was answered with {came['statuses']}\n{log}")
        spent = (_cpu(self.server) - before) * 1000
        return Came(came["done"] / came["seconds"], tuple(came["taken"]), spent / came["done"])

    def answers(self) -> bool:
        """Return whether the server is up."""
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer,
        ):
            return bool(answer.status == 200)
        return False


def _cpu(group: int) -> float:
    """Return the seconds of CPU that a group of processes has taken, as Linux tells; 0 elsewhere."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # What follows the name, which may hold anything: state, parent, group, …, and in places 11 and 12 the times.
            told = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(told[2]) == group:
                ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(port: int) -> list[str]:
    """Return how ``yishiting serve`` starts its server, with the benchmark's door instead of the product's alone."""
    from yishiting.reach.cli import serve

    parser = argparse.ArgumentParser()
    serve.configure(parser)
    args = parser.parse_args(["--port", str(port), "--no-worker"])
    return [*serve.commands(args)[0][:-1], "benchmarks.wsgi:application"]


@cache
def _story() -> Path:
    """Replay the story into a folder that each box of this run is a copy of."""
    folder = Path(tempfile.mkdtemp(prefix="yishiting-bench-story-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    box = Box(folder)
    box.run("yishiting.reach.cli.main", "init")
    box.run("yishiting.reach.cli.main", "stories", "滨河佳苑")
    return folder


@contextlib.contextmanager
def opened(
    *, of: Path | None = None, told: Mapping[str, Any] | None = None, prepare: Callable[[Box], None] | None = None
) -> Iterator[Box]:
    """Yield a box with the story in it and its server running; leave nothing behind.

    ``of`` is a data folder to begin with instead, with what was ``told`` of it; ``prepare`` puts something more in before the
    server starts.
    """
    with tempfile.TemporaryDirectory(prefix="yishiting-bench-") as folder:
        box = Box(Path(folder) / "data", told=dict(told or {}))
        shutil.copytree(of or _story(), box.data)
        if prepare is not None:
            prepare(box)
        box.port = _free_port()
        log = (box.data / "server.log").open("ab")
        server = subprocess.Popen(
            _command(box.port), env=box.environment(), cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
        box.server = server.pid
        try:
            end = time.monotonic() + START_SECONDS
            while not box.answers():
                if server.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"the server did not start:\n{(box.data / 'server.log').read_text()[-4000:]}")
                time.sleep(0.1)
            yield box
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
            log.close()
