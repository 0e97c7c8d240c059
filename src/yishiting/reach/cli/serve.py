"""``yishiting serve``: the pages, and the worker beside them unless told otherwise."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.cli.django_setup import say
from yishiting.reach.cli.tongue import _

NAME = "serve"
HELP = gettext_noop("启动网页服务（连同后台任务）")


def configure(parser: argparse.ArgumentParser) -> None:
    """Address, number of processes and threads."""
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help=_("监听的地址"))
    # Left as words: what PORT says is looked at as what is written after --port is.
    port = os.environ.get("PORT") or "8000"
    parser.add_argument("--port", type=int, default=port, help=_("端口，缺省取 PORT 或 8000"))
    parser.add_argument("--workers", type=int, default=2, help=_("进程数"))
    parser.add_argument("--threads", type=int, default=4, help=_("每个进程的线程数"))
    parser.add_argument("--no-worker", action="store_true", help=_("不带后台任务（多机部署时另外运行 yishiting work）"))


def commands(args: argparse.Namespace) -> list[list[str]]:
    """Return the processes to run: the server first, then the worker."""
    server = [
        os.path.join(os.path.dirname(sys.executable), "granian"),
        "--interface=wsgi",
        f"--host={args.host}",
        f"--port={args.port}",
        f"--workers={args.workers}",
        # Without it granian sizes the pool by itself, and SQLite's writers queue behind one another.
        f"--blocking-threads={args.threads}",
        "--log-level=warning",
        "yishiting.config.wsgi:application",
    ]
    if args.no_worker:
        return [server]
    return [server, [sys.executable, "-m", "yishiting.reach.cli.main", "work"]]


def run(args: argparse.Namespace) -> int:
    """Run until stopped; when one process ends the others are ended too, so nothing half-works unnoticed."""
    if not 1 <= args.port <= 65535:
        raise BadInput(Sentence(gettext_noop("端口要在 1 到 65535 之间，{port} 不行。"), port=args.port))
    if min(args.workers, args.threads) < 1:
        raise BadInput(gettext_noop("进程数和线程数至少是 1。"))
    processes = [subprocess.Popen(command) for command in commands(args)]  # noqa: S603 - our own commands

    def stop(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    say(_("议事亭已启动：{address}  （按 Ctrl+C 停止）", address=f"http://{args.host}:{args.port}/"))
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        say(_("有一个进程意外结束，服务停止。请看上面的消息。"))
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
