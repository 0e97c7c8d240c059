"""``yishiting work``: runs queued jobs at once and sweeps for what is due, until stopped.

Several may run at the same time: jobs are claimed under a lock, and each sweep's effects are idempotent.
"""

from __future__ import annotations

import argparse
import logging
import random
import signal
import threading
import time
from collections.abc import Callable

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import gettext_noop
from yishiting.reach.cli.django_setup import ready, say
from yishiting.reach.cli.tongue import _

NAME = "work"
HELP = gettext_noop("运行后台任务：送达消息、到时自动计票、检查时限")
log = logging.getLogger("yishiting.work")


def configure(parser: argparse.ArgumentParser) -> None:
    """How often to sweep, and whether to stop when everything due is done."""
    parser.add_argument("--every", type=float, default=20.0, help=_("每隔多少秒检查一遍时限"))
    parser.add_argument("--once", action="store_true", help=_("把现在该办的办完就结束"))


def sweeps() -> list[Callable[[], object]]:
    """Return what is swept, in order: who keeps out of what, votes that are due, clocks of matters, appraisals that are
    over, then what the record still has to deliver.
    """
    from yishiting.council.appraisals import services as appraisals
    from yishiting.council.matters import tasks as matters
    from yishiting.council.votes import services as votes
    from yishiting.ground.organisations import restating
    from yishiting.kernel import clock
    from yishiting.timeline import subscribers

    return [
        lambda: restating.sweep(now=clock.now()),
        lambda: votes.close_due(now=clock.now()),
        lambda: matters.sweep(now=clock.now()),
        lambda: appraisals.close_due(now=clock.now()),
        subscribers.sweep,
    ]


def sweep_once() -> bool:
    """Run every sweep once; one that fails is logged and does not keep the others from running."""
    clean = True
    for sweep in sweeps():
        try:
            sweep()
        except Exception:
            log.exception("a sweep failed and will be tried again")
            clean = False
    return clean


def run(args: argparse.Namespace) -> int:
    """Sweep in one thread and run queued jobs in the main one."""
    if not 0.1 <= args.every <= 86_400:
        raise BadInput(gettext_noop("--every 要在 0.1 到 86400 秒之间。"))
    ready()
    from django_tasks_db.management.commands.db_worker import Worker

    worker = Worker(
        queue_names=["*"],
        interval=1,
        batch=args.once,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"yishiting-{random.getrandbits(32):08x}",
        excluded_queue_names=[],
    )
    if args.once:
        clean = sweep_once()
        worker.run()
        return 0 if clean else 1

    stopped = threading.Event()

    def keep_sweeping() -> None:
        from django.db import close_old_connections, connections

        while not stopped.is_set():
            close_old_connections()
            sweep_once()
            stopped.wait(args.every)
        connections.close_all()

    def stop(signum: int, frame: object) -> None:
        stopped.set()
        worker.running = False

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sweeper = threading.Thread(target=keep_sweeping, name="sweeps", daemon=True)
    sweeper.start()
    say(_("后台任务已启动。"))
    while not stopped.is_set():
        try:
            worker.run()
        except Exception:
            # The database may be restarting; a worker that gives up would leave neighbours without answers.
            log.exception("the worker stumbled and goes on")
            time.sleep(2)
    sweeper.join(timeout=10)
    return 0
